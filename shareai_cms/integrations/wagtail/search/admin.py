"""Editors find pages by meaning, in an area of its own beside Wagtail's search for pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page as ResultPage
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from wagtail.admin.search import SearchArea
from wagtail.models import Site

from shareai_cms import metering, permissions
from shareai_cms.conf import conf
from shareai_cms.errors import AccountUnclear, NotMigrated, NotPermitted
from shareai_cms.integrations.wagtail import accounts, compat
from shareai_cms.metering.retry import rows
from shareai_cms.models import SearchDocument
from shareai_cms.search.reasons import Reason
from shareai_cms.search.references import number_of, reference_of
from shareai_cms.search.results import Asker, Hit, Query
from shareai_cms.views.frames import render_page
from shareai_cms.views.search.wanted import LONGEST, Wanted, wanted

AREA = "shareai-meaning"
PER_PAGE = 20
#: Pages that are not in the index, found by Wagtail's own search.
MOST_OTHERS = 50
RIGHTS = ("add", "change", "publish", "bulk_delete", "lock", "unlock")


class MeaningArea(SearchArea):
    """The way here from Wagtail's search; asks the database nothing."""

    def is_shown(self, request: HttpRequest) -> bool:
        return conf.search


def area() -> SearchArea:
    return MeaningArea(
        gettext_lazy("Pages by meaning"),
        reverse("shareai_cms_wagtail:search"),
        name=AREA,
        icon_name="shareai",
        order=110,
    )


@dataclass(frozen=True, kw_only=True)
class Row:
    """A page that the editor may see."""

    page: Any
    #: The form, or where the page stands in the tree for somebody who may not edit it.
    url: str
    hit: Hit | None = None


@dataclass(frozen=True, kw_only=True)
class Payer:
    """Whose units an editor's search takes, or why it takes none."""

    asker: Asker | None
    by_meaning: bool = False
    #: Why the words alone are searched for, as a sentence.
    why: str = ""
    #: Because a site is still to be picked, which the page says with a way to do it.
    is_unpicked: bool = False


@require_safe
@never_cache
@transaction.non_atomic_requests
def search_pages(request: HttpRequest) -> HttpResponse:
    """What the editor may see of the pages that say what is meant by ``?q=``."""
    policy: Any = compat.page_policy()
    if not policy.user_has_any_permission(request.user, RIGHTS):
        raise PermissionDenied
    asked = wanted(request.GET)
    context: dict[str, Any] = {"title": _("Pages by meaning"), "wanted": asked, "longest": LONGEST, "area": AREA}
    context |= _picker(request, asked)
    if asked.text:
        pages = policy.explorable_instances(request.user).filter(depth__gt=1)
        context |= _found(request, asked, pages)
    return render_page(request, "shareai_cms/wagtail/search/search.html", context)


def _picker(request: HttpRequest, asked: Wanted) -> dict[str, Any]:
    """The sites that the searches may count for, where there are several, and the one that they do count for."""
    try:
        with metering.tables_ready():
            sites = accounts.sites_to_pick(request)
    except NotMigrated:
        return {}
    picked = accounts.working_site(request, sites)
    return {
        "choices": [accounts.reference_of(site) for site in sites],
        "working": str(picked.pk) if picked else "",
        "way_back": f"{request.path}?{asked.query()}",
    }


def _found(request: HttpRequest, asked: Wanted, pages: QuerySet[Any]) -> dict[str, Any]:
    try:
        with metering.tables_ready():
            return _by_meaning(request, asked, pages)
    except NotMigrated as error:
        return {"why": str(error.sentence), "others": [_row(request, page) for page in _by_words(asked.text, pages)]}


def _by_meaning(request: HttpRequest, asked: Wanted, pages: QuerySet[Any]) -> dict[str, Any]:
    from shareai_cms.search import search  # brings NumPy, which no other page of the admin needs

    payer = payer_of(request, is_logged=asked.page == 1)
    if payer.asker is None:
        return {
            "why": payer.why,
            "is_unpicked": payer.is_unpicked,
            "others": [_row(request, page) for page in _by_words(asked.text, pages)],
        }
    results = search(
        Query(
            text=asked.text,
            within=(pages.defer_streamfields().specific(),),  # type: ignore[attr-defined]
            asker=payer.asker,
            is_corrected=not asked.is_exact,
            by_meaning=payer.by_meaning,
        )
    )
    page: ResultPage[Any] = Paginator(results, PER_PAGE).get_page(asked.page)
    reason = results.outcome.reason
    return {
        "rows": [_row(request, hit.obj, hit) for hit in page.object_list],
        "page": page,
        "outcome": results.outcome,
        "is_unpicked": payer.is_unpicked,
        "why": payer.why or (Reason(reason).label if reason else ""),
        "others": _others(request, asked.text, pages) if page.number == 1 else [],
        "exact": asked.query(exact="1", p=""),
        "previous": asked.query(p=str(page.previous_page_number())) if page.has_previous() else "",
        "next": asked.query(p=str(page.next_page_number())) if page.has_next() else "",
    }


def payer_of(request: HttpRequest, *, is_logged: bool = True) -> Payer:
    """The site that the editor works for, where they may use AI there."""
    try:
        site = accounts.chosen_site(request)
    except NotPermitted:
        return _unpaid(_("You may not use AI, so pages are found by their words alone."))
    except AccountUnclear:
        return _unpaid("", is_unpicked=True)
    actor, account = accounts.actor_of(request), accounts.account_of(site)
    if not permissions.can(actor, permissions.USE, account):
        return _unpaid(_("You may not use AI, so pages are found by their words alone."))
    client = f"{actor.kind}:{actor.reference}"
    asker = Asker(account=account, actor=actor, client=client, surface="admin", is_logged=is_logged)
    return Payer(asker=asker, by_meaning=True)


def _unpaid(why: str, *, is_unpicked: bool = False) -> Payer:
    """Words cost nothing, so any site will do."""
    site = Site.objects.order_by("-is_default_site", "pk").first()
    asker = Asker(account=accounts.account_of(site), surface="admin", is_logged=False) if site is not None else None
    return Payer(asker=asker, why=why, is_unpicked=is_unpicked)


def _others(request: HttpRequest, text: str, pages: QuerySet[Any]) -> list[Row]:
    """Pages that visitors cannot see, such as drafts: Wagtail's own search knows their words."""
    found = _by_words(text, pages)
    numbers = [number_of(reference_of(page.pk)) for page in found]
    models = {page.specific_class._meta.label_lower for page in found if page.specific_class}
    indexed = rows(SearchDocument).filter(object_type__in=models, ref_number__in=numbers)
    known = set(indexed.values_list("ref_number", flat=True))
    unknown = [page for page, number in zip(found, numbers, strict=True) if number not in known]
    return [_row(request, page) for page in unknown]


def _by_words(text: str, pages: QuerySet[Any]) -> list[Any]:
    return list(pages.autocomplete(text)[:MOST_OTHERS])  # type: ignore[attr-defined]


def _row(request: HttpRequest, page: Any, hit: Hit | None = None) -> Row:
    can_edit = page.permissions_for_user(request.user).can_edit()
    name = "wagtailadmin_pages:edit" if can_edit else "wagtailadmin_explore"
    return Row(page=page, url=reverse(name, args=[page.pk]), hit=hit)
