"""An answer with sources to one visitor's question, streamed as it is written.

What the site has left, what it costs and why it may be off is nobody's business but the site's: visitors hear in
plain words that there is no answer now, and the results are there all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_POST

from shareai_cms import metering
from shareai_cms.actions.answers import ANSWER, MOST_PASSAGES, AnswerInput, not_found
from shareai_cms.actions.citations import CitedPassage
from shareai_cms.actions.codecs import PlainText
from shareai_cms.actions.events import ActionResult, Failed
from shareai_cms.actions.road import ActionCall, Road, run
from shareai_cms.actions.streaming import StreamedRoad
from shareai_cms.actions.targets import AccountRef, Target
from shareai_cms.conf import conf
from shareai_cms.errors import ActionInterrupted, InvalidRequest, NotPermitted, ShareAIError
from shareai_cms.search import guards, logbook
from shareai_cms.search.answer_guard import AnswerGuard
from shareai_cms.search.grounds import grounds
from shareai_cms.search.limits import client_of
from shareai_cms.search.reasons import Reason
from shareai_cms.search.results import Asker, Query
from shareai_cms.views.actions import give_connections_back
from shareai_cms.views.requests import idempotency_key, json_body
from shareai_cms.views.search.answer_events import VisitorEncoder, told_error, told_result
from shareai_cms.views.search.found import Found
from shareai_cms.views.search.places import Place, place_of
from shareai_cms.views.search.wanted import Wanted, wanted
from shareai_cms.views.streaming import EventStream

#: Where a search had to do with keywords for these, an answer would be refused.
_NO_ANSWER = frozenset(
    (
        Reason.TOO_SHORT,
        Reason.DAILY_CAP,
        Reason.NO_UNITS,
        Reason.BUDGET,
        Reason.SUSPENDED,
        Reason.NOT_CONFIGURED,
        Reason.DATABASE,
    )
)


@require_POST
@never_cache
# Said here as well, for sites that leave the middleware out: another site's page must not spend this one's units.
@csrf_protect
@transaction.non_atomic_requests
def answer(request: HttpRequest) -> HttpResponseBase:
    """Answer ``q`` from the site's own pages: streamed where the browser accepts events, whole otherwise."""
    try:
        with metering.tables_ready():
            return _answer(request)
    except ShareAIError as error:
        return _refused(error)
    except (OperationalError, InterfaceError) as error:
        return _refused(ActionInterrupted(f"database: {type(error).__name__}"))


def offers_answer(found: Found) -> bool:
    """Whether the page of results offers an answer: there is something to draw on, and units that budgets allow."""
    reason = found.outcome.reason
    if not conf.search_answers or not found.count or found.wanted.page > 1 or reason in _NO_ANSWER:
        return False
    return guards.left_for(Asker(account=found.place.account)) >= ANSWER.units


def _answer(request: HttpRequest) -> HttpResponseBase:
    if not conf.search_answers:
        raise NotPermitted("SEARCH_ANSWERS is off")
    key, asked = idempotency_key(request), _wanted(json_body(request))
    guard = AnswerGuard(client := client_of(request))
    guard.check_rate()
    place = place_of(request, asked.language)
    given = AnswerInput(codec=PlainText(), text=asked.text, language=place.language)
    call = _call(place, given, key, guard)
    # The same click again has its answer, though its pages may be gone.
    if not metering.is_known(place.account, key):
        Road(call).admit()
        passages = _passages(request, place, asked, client)
        if not passages:
            # Nothing was sent and nothing is counted: the site has nothing that the question has to do with.
            return _whole(ActionResult(result=not_found(), suggestion_id=None, units=0))
        call = replace(call, given=replace(given, passages=passages))
    if "text/event-stream" not in request.headers.get("Accept", ""):
        return _whole(run(call)[0])
    give_connections_back()
    road = StreamedRoad(call)
    first = road.start()
    if isinstance(first, Failed):
        raise first.error
    return EventStream(request, road, VisitorEncoder())


def _wanted(given: Mapping[str, Any]) -> Wanted:
    if not all(isinstance(value, str) for value in given.values()):
        raise InvalidRequest("every value must be a text")
    # Before it is cut to the length of a search: half a question has another answer.
    ANSWER.check_question(given.get("q", ""))
    return wanted(given)


def _passages(request: HttpRequest, place: Place, asked: Wanted, client: str) -> tuple[CitedPassage, ...]:
    """What the search finds for the question: the same as on the page, and most often remembered from there."""
    asker = Asker(account=place.account, client=client, surface="answer", is_logged=False, keeps=ANSWER.units)
    guards.check_room(asker)
    query = Query(
        text=asked.text,
        within=place.within(None),
        asker=asker,
        language=place.language,
        is_corrected=not asked.is_exact,
    )
    # It brings NumPy, which a site that nobody searches does not need.
    from shareai_cms.search.query import search

    found = search(query)
    passages = grounds(found[:MOST_PASSAGES], lambda obj: place.address(request, obj))
    outcome = found.outcome
    if outcome.reason is None and not outcome.is_cached:
        # Nobody searched for it before it was asked, so no other line says so.
        logbook.record(replace(asker, is_logged=True), query, outcome, found.count(), 0)
    return passages


def _call(place: Place, given: AnswerInput, key: str, guard: AnswerGuard) -> ActionCall:
    account = place.account
    site = AccountRef(
        platform=account.platform,
        reference=account.reference,
        label=account.label,
        address=metering.present_address(account),
    )
    return ActionCall(
        action=ANSWER,
        account=account,
        # Whoever is signed in asks as a visitor.
        actor=guards.ANYBODY,
        target=Target(object_type="", object_ref="", object_label="", account=site, language=place.language),
        given=given,
        key=key,
        guard=guard,
    )


def _whole(result: ActionResult) -> JsonResponse:
    return JsonResponse(told_result(result))


def _refused(error: ShareAIError) -> JsonResponse:
    response = JsonResponse(told_error(error), status=error.http_status)
    if error.retry_after is not None:
        response["Retry-After"] = str(max(1, round(error.retry_after)))
    return response
