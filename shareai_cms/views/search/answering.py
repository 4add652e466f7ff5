"""What the page and the JSON have in common: a limit, a place, a search, and who may keep the answer."""

from __future__ import annotations

from fnmatch import fnmatchcase

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

from shareai_cms import metering
from shareai_cms.errors import TooManySearches
from shareai_cms.search.limits import client_of, count
from shareai_cms.search.results import Asker
from shareai_cms.views.search.found import Found
from shareai_cms.views.search.places import place_of
from shareai_cms.views.search.wanted import Wanted

#: Searches of one client that are answered at all, far above those that are answered by meaning.
MOST_A_MINUTE = 300
#: Seconds for which a browser may show the same results again, as when somebody comes back from one of them.
KEPT = 60


def answered(request: HttpRequest, wanted: Wanted, *, surface: str, is_strict: bool = False) -> Found:
    """The search, asked and answered.

    Raises ``TooManySearches``, ``NotMigrated``, or ``AccountUnclear`` where nobody knows which site pays; and
    ``InvalidRequest`` for an unknown kind, which is ignored unless ``is_strict``.
    """
    client = client_of(request)
    if count("search-answers", of=client, seconds=60) > MOST_A_MINUTE:
        raise TooManySearches(f"more than {MOST_A_MINUTE} a minute", retry_after=60)
    with metering.tables_ready():
        place = place_of(request, wanted.language)
        asker = Asker(account=place.account, client=client, surface=surface, spends=not is_ahead(request))
        found = Found(request, place, wanted, asker, by_meaning=not is_foreign(request))
        if is_strict:
            found.check_kind()
        # Everything is looked at here, where a failure can still be told well.
        _ = found.lines, found.kinds
    return found


def is_foreign(request: HttpRequest) -> bool:
    """Whether another site's page lets its visitor's browser ask, as by an image, a frame or a script.

    The browser hides the answer from that page, and has sent the question all the same. A link that somebody follows
    is none of these. https://www.w3.org/TR/fetch-metadata/
    """
    said = request.headers.get
    if said("Sec-Fetch-Site") != "cross-site":
        return False
    is_followed = said("Sec-Fetch-Dest") == "document" and "prefetch" not in said("Sec-Purpose", "")
    origin = said("Origin", "")
    return not is_followed and not any(fnmatchcase(origin, known) for known in settings.CSRF_TRUSTED_ORIGINS)


def is_ahead(request: HttpRequest) -> bool:
    """Whether nobody may ever look at the answer: a browser fetches it in case it is wanted, or asks for headers alone.

    https://wicg.github.io/nav-speculation/prefetch.html#sec-purpose-header ; ``Purpose`` is what older browsers send.
    """
    said = (request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"))
    return request.method == "HEAD" or any("prefetch" in each or "preview" in each for each in said)


def kept_private(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Kept by nobody but the browser that asked, and in no search engine."""
    if is_ahead(request):
        # Whoever comes after all may find more than this.
        patch_cache_control(response, private=True, no_store=True)
    else:
        patch_cache_control(response, private=True, max_age=KEPT if response.status_code == 200 else 0)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
