"""Run an action, ask how a click ended, decide on a suggestion."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import InterfaceError, OperationalError, connections, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from shareai_cms import metering
from shareai_cms.actions.events import Failed
from shareai_cms.actions.road import ActionCall, run
from shareai_cms.actions.stored import stored_error, stored_result
from shareai_cms.actions.streaming import StreamedRoad
from shareai_cms.actions.targets import Target, TargetPolicy, TargetRef
from shareai_cms.errors import (
    ActionInterrupted,
    AllowanceExhausted,
    InvalidRequest,
    NotMigrated,
    ObjectNotFound,
    ShareAIError,
)
from shareai_cms.models import Suggestion, Usage
from shareai_cms.permissions import Actor
from shareai_cms.signals import suggestion_accepted
from shareai_cms.views import payloads
from shareai_cms.views.requests import Caller, action_call, check_key, json_body, resolve_paid, signed_in
from shareai_cms.views.streaming import Encoder, EventStream

log = logging.getLogger("shareai_cms.views")

View = Callable[..., HttpResponseBase]
#: Of a suggestion's result: values for several fields of one object.
ENRICHMENT = "enrichment"


def answers_errors(view: View) -> View:
    """Turn the typed errors of a view into JSON with their status; no transaction is held around it."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        caller = Caller()
        try:
            with metering.tables_ready():
                return view(request, caller, *args, **kwargs)
        except ShareAIError as error:
            return error_response(error, caller)
        except (OperationalError, InterfaceError) as error:
            log.warning("view=%s error=%s", view.__name__, type(error).__name__)
            return error_response(ActionInterrupted(f"database: {type(error).__name__}"), Caller())

    return never_cache(transaction.non_atomic_requests(wrapped))


def error_response(error: ShareAIError, caller: Caller) -> JsonResponse:
    """The error as JSON, with what is left where that is the point."""
    # Where tables are missing, rights cannot be read either.
    held = frozenset[str]() if isinstance(error, NotMigrated) else caller.rights()
    told = payloads.error(error, held=held, key=caller.key, account=caller.account, meter=caller.meter)
    if isinstance(error, AllowanceExhausted) and caller.account is not None:
        told["usage"] = payloads.allowance(metering.allowance_of(caller.account, caller.meter))
    response = JsonResponse(told, status=error.http_status)
    if error.retry_after is not None:
        response["Retry-After"] = str(max(1, round(error.retry_after)))
    return response


@require_POST
@answers_errors
def run_action(request: HttpRequest, caller: Caller, slug: str) -> HttpResponseBase:
    """Run an action for one click: streamed when the browser accepts events, whole otherwise."""
    return answer(request, caller, action_call(request, slug, caller))


def answer(request: HttpRequest, caller: Caller, call: ActionCall) -> HttpResponseBase:
    """Walk the road for a browser, in the form that it accepts; raises the typed error that ended it."""
    if "text/event-stream" not in request.headers.get("Accept", ""):
        result, remaining = run(call)
        usage = payloads.allowance(remaining.allowance) if remaining is not None else None
        return JsonResponse({**payloads.result(result), "usage": usage})
    held = caller.rights()
    give_connections_back()
    road = StreamedRoad(call)
    first = road.start()
    if isinstance(first, Failed):
        raise first.error
    return EventStream(request, road, Encoder(held))


def give_connections_back() -> None:
    """The stream uses its thread's connection: keeping this one too could leave a pool with none for others."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()


@require_GET
@answers_errors
def status(request: HttpRequest, caller: Caller, key: str) -> HttpResponse:
    """How a click ended, for a browser whose stream broke; only the person who clicked may ask."""
    usage = _usage_of(request, caller, key)
    if usage.state == Usage.State.HELD:
        return JsonResponse({"state": usage.state})
    if usage.state == Usage.State.SETTLED:
        left = metering.allowance_of(usage.account, usage.meter)
        whole = payloads.result(stored_result(usage))
        return JsonResponse({"state": usage.state, **whole, "usage": payloads.allowance(left)})
    told = payloads.error(stored_error(usage), held=caller.rights(), account=usage.account, meter=usage.meter)
    return JsonResponse({"state": usage.state, "error": told["error"]})


def _usage_of(request: HttpRequest, caller: Caller, key: str) -> Usage:
    # By the person alone: an object that was locked or deleted meanwhile must not hide what was paid for.
    actor = signed_in(request, caller)
    check_key(key)
    rows = Usage.objects.select_related("suggestion", "account__wallet").order_by("-pk")
    usage = rows.filter(key=key, actor_kind=actor.kind, actor_ref=actor.reference).first()
    if usage is None:
        raise ObjectNotFound("no action with this key")
    caller.account = usage.account
    return usage


@require_POST
@answers_errors
def decide(request: HttpRequest, caller: Caller, pk: int) -> HttpResponse:
    """Record that a suggestion was taken over or dropped; costs nothing."""
    data = json_body(request)
    decision = data.get("decision")
    if decision not in (Suggestion.State.ACCEPTED, Suggestion.State.DISCARDED):
        raise InvalidRequest("decision must be accepted or discarded")
    suggestion = suggestion_of(pk, signed_in(request, caller))
    policy, target = resolve_paid(request, TargetRef.parse(data.get("target")), caller, suggestion.usage.account)
    check_about(suggestion, target)
    # What an enrichment wrote is told when it is saved: until then it only stands in the form.
    is_told = suggestion.result.get("kind") == ENRICHMENT
    note_decision(request, policy, target, suggestion, decision, is_told=is_told)
    return HttpResponse(status=204)


def note_decision(
    request: HttpRequest,
    policy: TargetPolicy,
    target: Target,
    suggestion: Suggestion,
    decision: str,
    *,
    is_told: bool = False,
) -> None:
    """Keep the first decision on a suggestion; an accepted one is written into the object's history.

    ``is_told`` where the history says so by other means.
    """
    label = Actor.from_user(request.user).label
    proposed = Suggestion.objects.filter(pk=suggestion.pk, state=Suggestion.State.PROPOSED)
    changed = proposed.update(state=decision, decided_at=timezone.now(), decided_by=label)
    if changed and decision == Suggestion.State.ACCEPTED:
        if not is_told:
            policy.record_applied(request, target, suggestion)
        suggestion_accepted.send_robust(Suggestion, suggestion=suggestion, user=request.user)


def suggestion_of(pk: int, actor: Actor) -> Suggestion:
    """The person's own suggestion, with what it cost and who paid for it; raises ``ObjectNotFound``."""
    suggestion = (
        Suggestion.objects.select_related("usage__account__wallet")
        .filter(pk=pk, usage__actor_kind=actor.kind, usage__actor_ref=actor.reference)
        .first()
    )
    if suggestion is None:
        raise ObjectNotFound("no such suggestion")
    return suggestion


def check_about(suggestion: Suggestion, target: Target) -> None:
    """Raise ``ObjectNotFound`` unless it is for this very object, or for one that was not saved yet."""
    usage = suggestion.usage
    if usage.object_type != target.object_type or usage.object_ref not in ("", target.object_ref):
        raise ObjectNotFound("a suggestion for another object")
