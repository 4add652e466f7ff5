"""The one road of an AI action: admit, hold, call, decode, settle or release.

No other code calls the marketplace. Whatever happens between the hold and the end, a ``finally`` of
this module resolves the hold; a killed process leaves it to the hold's deadline.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from django.db import DatabaseError, InterfaceError, OperationalError
from django.utils import timezone

from shareai_cms import marketplace, metering, permissions
from shareai_cms.actions.base import Action, ActionInput
from shareai_cms.actions.called import facts_of
from shareai_cms.actions.events import ActionResult, Delta, Event, Remaining, Started, VisibleText
from shareai_cms.actions.guard import Guard
from shareai_cms.actions.prompts import with_voice
from shareai_cms.actions.stored import stored_error, stored_result
from shareai_cms.actions.targets import Target
from shareai_cms.conf import conf
from shareai_cms.errors import (
    AccountSuspended,
    ActionCancelled,
    ActionInterrupted,
    CoolingDown,
    MarketplaceError,
    NotPermitted,
    OutputRefused,
    ShareAIError,
    StreamBroken,
)
from shareai_cms.models import SiteAccount, Suggestion, Usage
from shareai_cms.permissions import Actor
from shareai_cms.signals import action_delivered, action_failed

log = logging.getLogger("shareai_cms.actions")

#: Reasons of the OpenAI wire for an answer that stops in the middle.
UNFINISHED = frozenset({"length", "content_filter"})


@dataclass(frozen=True, kw_only=True)
class ActionCall:
    """One click: who wants which action on what, under which idempotency key."""

    action: Action
    account: SiteAccount
    actor: Actor
    target: Target
    given: ActionInput
    key: str
    route: str = "standard"
    #: False spares the budget query where the account is known to have none.
    has_budgets: bool = True
    #: Keeps a visitor from calling too much; None for actors with rows of their own.
    guard: Guard | None = None
    #: Called in the transaction that counts the units, with the settled row and its suggestion; it may run more than
    #: once, and what it raises gives the units back.
    store: Callable[[Usage, Suggestion | None], None] | None = None
    #: Whether what is left is read after it, for whoever looks on; the worker finds thresholds by itself each minute.
    tells_left: bool = True

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of action, object, route, options and input: the same click has the same one."""
        target = self.target
        where = [target.object_type, target.object_ref, target.field, target.path]
        parts = [self.action.slug, *where, self.route, self.given.digest()]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

    @cached_property
    def units(self) -> int:
        """What a whole answer costs on the chosen route."""
        return self.action.units_for(self.route)


class Road:
    """One run of one call. ``events()`` may be walked once.

    Leaving the generator early (``close()``) counts as the editor leaving: free before the first
    visible character was taken from it, full after.
    """

    def __init__(
        self,
        call: ActionCall,
        *,
        is_streamed: bool = True,
        cancellation: marketplace.Cancellation | None = None,
        confirm_shown: Callable[[], bool] | None = None,
    ) -> None:
        self.call = call
        self.is_streamed = is_streamed and call.action.is_streamed and conf.stream
        self.cancellation = cancellation or marketplace.Cancellation()
        self._confirm_shown = confirm_shown
        self._shown = False
        #: Whether a visible character was handed over; whoever took it may still not have shown it.
        self.has_offered = False
        self._text: list[str] = []
        self._decode_partial = call.action.decode_partial
        self._facts = metering.CallFacts(route=call.route)
        self._left: metering.Allowance | None = None

    def events(self) -> Generator[Event, None, None]:
        """Walk the road; raises the typed error that ended it, after the hold was given back."""
        try:
            yield from self._walk()
        except (OperationalError, InterfaceError) as error:
            # The database is away for longer than anyone waits. A hold that is open goes back at its deadline.
            log.warning("action=%s outcome=unresolved error=%s", self.call.action.slug, type(error).__name__)
            raise ActionInterrupted(f"database: {type(error).__name__}") from error

    def _walk(self) -> Generator[Event, None, None]:
        self.admit()
        hold = metering.reserve(self._hold_request())
        if not hold.is_new:
            yield from self._replay(hold.usage)
            return
        started = time.monotonic()
        try:
            if self.call.guard is not None:
                self.call.guard.check(hold.usage)
            yield Started(units=hold.usage.units, meter=hold.usage.meter, key=self.call.key)
            output = yield from self._converse()
            result = self.call.action.decode(output, self.call.given)
            self._still_wanted()
            delivered = self._deliver(hold, result)
        except BaseException as error:
            self._facts = replace(self._facts, duration_ms=_milliseconds_since(started))
            self._resolve_failure(hold, error)
            raise
        yield delivered
        if self._left is not None:
            yield Remaining(allowance=self._left)

    # Admission: nothing is held yet.

    def admit(self) -> None:
        """Refuse what can be refused without a look at the units; raises the typed error."""
        call = self.call
        if not permissions.can(call.actor, call.action.right, call.account):
            raise NotPermitted(f"no right to {call.action.right} on this account")
        if call.account.status != SiteAccount.Status.ACTIVE:
            raise AccountSuspended(f"the account is {call.account.status}")
        metering.check_address(call.account, call.target.account.address)
        call.action.check(call.given)
        self._check_rest()
        self._connection = marketplace.connection_for(call.account)

    def _check_rest(self) -> None:
        # An account found for this actor brings the number along, which spares the usual click a query.
        known = getattr(self.call.account, "early_cancels", metering.EARLY_CANCELS)
        guard = self.call.guard
        if guard is None and (known or 0) < metering.EARLY_CANCELS:
            return
        until = guard.resting_until() if guard is not None else metering.cooldown_until(self.call.actor)
        if until is not None:
            raise CoolingDown(retry_after=max(1.0, (until - timezone.now()).total_seconds()))

    def _hold_request(self) -> metering.HoldRequest:
        call, target = self.call, self.call.target
        return metering.HoldRequest(
            account=call.account,
            meter=call.action.meter,
            units=call.units,
            key=call.key,
            fingerprint=call.fingerprint,
            actor=call.actor,
            feature=call.action.slug,
            object_type=target.object_type,
            object_ref=target.object_ref,
            object_label=target.object_label,
            field=target.path or target.field,
            route=call.route,
            has_budgets=call.has_budgets,
        )

    # The call.

    def _converse(self) -> Generator[Event, None, str]:
        request = self._request()
        if not self.is_streamed:
            reply = marketplace.complete(self._connection, request, cancellation=self.cancellation)
            self._note(reply)
            return reply.text
        visible = VisibleText(is_html=self.call.given.format == "html")
        for delta in self._deltas(request):
            shows = visible.feed(delta.text)
            self.has_offered = self.has_offered or shows
            yield delta
            # Resumed: whoever walks this generator has taken the piece.
            self._shown = self._shown or (shows and self._confirm_shown is None)
        return "".join(self._text)

    def _deltas(self, request: marketplace.ChatRequest) -> Iterator[Delta]:
        sieve = self.call.action.sieve(self.call.given)
        for piece in marketplace.stream(self._connection, request, cancellation=self.cancellation):
            if isinstance(piece, marketplace.Reply):
                self._note(piece)
                continue
            self._text.append(piece)
            yield from sieve.feed(piece) if sieve is not None else (Delta(text=piece),)
        if sieve is not None:
            # Who leaves from here on has been shown the last sentence, too.
            self._decode_partial = self.call.action.decode
            yield from sieve.end()

    def _note(self, reply: marketplace.Reply) -> None:
        """Keep what the call cost; raises ``StreamBroken`` for an answer that the model did not finish."""
        self._facts = facts_of(reply)
        if reply.finish_reason in UNFINISHED:
            raise StreamBroken(f"finish_reason={reply.finish_reason}")

    def _request(self) -> marketplace.ChatRequest:
        call = self.call
        return marketplace.ChatRequest(
            # Here and not in the actions, so that none can forget it.
            messages=with_voice(call.action.messages(call.given), call.account.voice),
            route=call.route,
            max_tokens=call.action.max_tokens(call.given),
            tags={
                "account": f"{call.account.platform}:{call.account.reference}",
                "environment": call.account.environment,
                "feature": call.action.slug,
                "route": call.route,
            },
            user=opaque_user(call.account),
        )

    def _still_wanted(self) -> None:
        """Before anything is counted: the browser has got what it was to get by now, and nobody has left."""
        is_there = True
        if self._confirm_shown is not None:
            is_there = self._confirm_shown()
            self._shown = self.is_streamed and is_there
        if self.cancellation.is_cancelled or not is_there:
            raise ActionCancelled("left before the result")

    # The end.

    def _deliver(self, hold: metering.Hold, result: dict[str, object]) -> ActionResult:
        stored: list[Suggestion] = []

        def store(usage: Usage) -> None:
            suggestion = None
            if self.call.action.keeps_result():
                suggestion = Suggestion.objects.create(usage=usage, result=result)
                stored.append(suggestion)
            if self.call.store is not None:
                self.call.store(usage, suggestion)

        outcome = Usage.Outcome.DELIVERED
        counted = metering.settle(hold, outcome=outcome, facts=self._facts, store=store)
        # The transaction may have been tried several times: the last row is the one that stayed.
        suggestion = stored[-1] if counted and stored else None
        self._log(outcome, hold.usage.units if counted else 0)
        self._left = self._read_left() if self.call.tells_left else None
        action_delivered.send_robust(type(self), usage=hold.usage, suggestion=suggestion, allowance=self._left)
        return ActionResult(
            result=result,
            suggestion_id=suggestion.pk if suggestion else None,
            units=hold.usage.units if counted else 0,
        )

    def _resolve_failure(self, hold: metering.Hold, error: BaseException) -> None:
        if self._confirm_shown is not None and self.has_offered:
            self._shown = self._confirm_shown()
        left = isinstance(error, ActionCancelled | GeneratorExit)
        if left and self._shown:
            self._settle_partial(hold)
            return
        known = error if isinstance(error, ShareAIError) else ActionInterrupted(type(error).__name__)
        if isinstance(error, GeneratorExit):
            known = ActionCancelled("left before the first words")
        metering.release(
            hold,
            outcome=outcome_of(known),
            error_code=known.code,
            error_detail=known.detail[:500],
            facts=self._facts_of(known),
        )
        if left and self.call.guard is not None:
            self.call.guard.note_stop()
        self._log(outcome_of(known), 0, code=known.code)
        action_failed.send_robust(type(self), usage=hold.usage, error=known)

    def _settle_partial(self, hold: metering.Hold) -> None:
        """Stopped after the first words: they are counted in full, and kept."""
        partial = self._partial_result()

        def store(usage: Usage) -> None:
            Suggestion.objects.create(usage=usage, result=partial, is_complete=False)

        outcome = Usage.Outcome.CANCELLED
        keep = store if self.call.action.keeps_result() else None
        counted = metering.settle(hold, outcome=outcome, facts=self._facts, store=keep)
        self._log(outcome, hold.usage.units if counted else 0)

    def _partial_result(self) -> dict[str, object]:
        try:
            return self._decode_partial("".join(self._text), self.call.given)
        except OutputRefused:
            return {"kind": "text", "text": ""}

    def _facts_of(self, error: ShareAIError) -> metering.CallFacts:
        if not isinstance(error, MarketplaceError | ActionCancelled):
            return self._facts
        attempts = tuple(getattr(error, "attempts", ()))
        asked = attempts[-1].model if attempts else ""
        request_id = getattr(error, "request_id", "")
        return replace(self._facts, attempts=len(attempts), model_asked=asked, request_id=request_id)

    def _replay(self, usage: Usage) -> Iterator[Event]:
        if usage.state != Usage.State.SETTLED:
            raise stored_error(usage)
        yield stored_result(usage)
        left = self._read_left()
        if left is not None:
            yield Remaining(allowance=left)

    def _read_left(self) -> metering.Allowance | None:
        """What is left; an answer that was paid for is not lost where that cannot be read just now."""
        try:
            return metering.allowance_of(self.call.account, self.call.action.meter)
        except (DatabaseError, InterfaceError) as error:
            log.warning("action=%s allowance=unreadable error=%s", self.call.action.slug, type(error).__name__)
            return None

    def _log(self, outcome: str, units: int, *, code: str = "") -> None:
        facts = self._facts
        log.info(
            "action=%s account=%s route=%s outcome=%s units=%d code=%s model=%s attempts=%d ms=%d",
            self.call.action.slug,
            self.call.account.pk,
            self.call.route,
            outcome,
            units,
            code or "-",
            facts.model_answered or "-",
            facts.attempts,
            facts.duration_ms,
        )


def run(
    call: ActionCall, *, cancellation: marketplace.Cancellation | None = None
) -> tuple[ActionResult, Remaining | None]:
    """Run an action to its end and return the whole answer; raises the typed error otherwise.

    What is left is None in the rare case that it could not be read after the action was counted.
    """
    events = list(Road(call, is_streamed=False, cancellation=cancellation).events())
    remaining = next((event for event in events if isinstance(event, Remaining)), None)
    return next(event for event in events if isinstance(event, ActionResult)), remaining


def stream(call: ActionCall, *, cancellation: marketplace.Cancellation | None = None) -> Iterator[Event]:
    """Walk an action event by event in this thread; closing the iterator stops it."""
    return Road(call, cancellation=cancellation).events()


def outcome_of(error: ShareAIError) -> Usage.Outcome:
    if isinstance(error, ActionCancelled):
        return Usage.Outcome.CANCELLED_EARLY
    if isinstance(error, StreamBroken):
        return Usage.Outcome.BROKEN
    if isinstance(error, OutputRefused):
        return Usage.Outcome.REFUSED
    return Usage.Outcome.FAILED


def opaque_user(account: SiteAccount) -> str:
    """A stable name per site that tells the marketplace nothing about it."""
    name = f"shareai-cms:{account.environment}:{account.platform}:{account.reference}"
    return hashlib.sha256(name.encode()).hexdigest()[:32]


def _milliseconds_since(started: float) -> int:
    return int((time.monotonic() - started) * 1000)
