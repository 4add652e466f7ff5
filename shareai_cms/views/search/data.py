"""The same search as JSON, for sites whose pages are made elsewhere.

Without CORS headers, so that the scripts of other sites cannot read it; see ``answering.is_foreign`` for what they ask.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from shareai_cms.errors import InvalidRequest, ShareAIError
from shareai_cms.views import payloads
from shareai_cms.views.search.answering import answered, kept_private
from shareai_cms.views.search.found import Found, Line, plain
from shareai_cms.views.search.wanted import wanted


# Nothing is changed here, and whatever is refused is refused as JSON.
@csrf_exempt
@transaction.non_atomic_requests
def data(request: HttpRequest) -> HttpResponse:
    """One page of results; see ``docs/how-to/search-headless.md``."""
    return kept_private(request, _data(request))


def _data(request: HttpRequest) -> HttpResponse:
    if request.method not in ("GET", "HEAD"):
        return _refused(InvalidRequest("only GET"), status=405, Allow="GET, HEAD")
    asked = wanted(request.GET)
    try:
        found = answered(request, asked, surface="json", is_strict=True) if asked.text else None
        told = _told(request, found) if found else _nothing()
    except ShareAIError as error:
        waits = {"Retry-After": str(round(error.retry_after))} if error.retry_after else {}
        return _refused(error, status=error.http_status, **waits)
    return _json({"query": asked.text, **told})


def _told(request: HttpRequest, found: Found) -> dict[str, Any]:
    outcome, page = found.outcome, found.page
    return {
        "outcome": {
            "mode": "meaning" if outcome.reason is None else "keywords",
            "reason": outcome.reason.value if outcome.reason else None,
            "searched_for": outcome.text,
            "corrected_from": outcome.corrected_from or None,
        },
        "count": found.count,
        "page": page.number,
        "pages": page.paginator.num_pages,
        "next": f"{request.path}?{found.next}" if found.next else None,
        "types": [
            {"type": each.kind.key, "label": each.kind.label, "count": each.count, "is_chosen": each.is_chosen}
            for each in found.kinds
        ],
        "results": [_result(line) for line in found.lines],
    }


def _nothing() -> dict[str, Any]:
    return {"outcome": None, "count": 0, "page": 1, "pages": 1, "next": None, "types": [], "results": []}


def _result(line: Line) -> dict[str, Any]:
    return {
        "title": line.title,
        "url": line.url,
        "type": line.type,
        "type_label": line.kind,
        "language": line.language,
        "heading": line.heading,
        "excerpt": plain(line.excerpt),
        "parts": [{"text": text, "is_match": is_match} for text, is_match in line.excerpt],
        "score": round(line.score, 4),
    }


def _refused(error: ShareAIError, *, status: int, **headers: str) -> HttpResponse:
    told = payloads.error(error, held=frozenset())["error"]
    return _json({"error": told}, status=status, headers=headers)


def _json(told: dict[str, Any], *, status: int = 200, headers: dict[str, str] | None = None) -> HttpResponse:
    return JsonResponse(told, status=status, headers=headers, json_dumps_params=payloads.COMPACT)
