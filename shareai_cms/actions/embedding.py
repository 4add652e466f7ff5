"""The road of texts to their vectors: admit, hold, call, check, settle or release.

The counterpart of ``road`` for what shows nothing to an editor and keeps no suggestion. Whatever happens
between the hold and the end, the hold is resolved here; a killed process leaves it to its deadline.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import DatabaseError, InterfaceError, OperationalError
from django.utils.crypto import salted_hmac

from shareai_cms import marketplace, metering, permissions
from shareai_cms.actions.road import opaque_user, outcome_of
from shareai_cms.actions.stored import stored_error
from shareai_cms.errors import (
    AccountSuspended,
    ActionInterrupted,
    EmbeddingInvalid,
    EmbeddingMismatch,
    InputEmpty,
    KeyReused,
    NotPermitted,
    ShareAIError,
)
from shareai_cms.metering.meters import get_meter
from shareai_cms.metering.retry import transact
from shareai_cms.models import SiteAccount, Usage
from shareai_cms.permissions import Actor
from shareai_cms.signals import action_delivered, action_failed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

log = logging.getLogger("shareai_cms.actions")

SEARCHES, INDEXING = "searches", "indexing"


@dataclass(frozen=True, kw_only=True)
class EmbeddingCall:
    """Which texts, for whom, and which vectors they will be compared with."""

    #: With its wallet loaded.
    account: SiteAccount
    #: A visitor for the meter ``searches``, the kind ``indexing`` for the meter of that name.
    actor: Actor
    texts: tuple[str, ...] = field(repr=False)
    meter: str
    units: int
    #: What the usage row calls it.
    feature: str
    #: Unique per account and call: vectors are not kept here, so a key cannot be used again.
    key: str
    #: Empty leaves the choice to the key's own list.
    model: str = ""
    #: The length to ask for; None takes what the model gives.
    dimensions: int | None = None
    #: What the index was made with, where it has vectors already: a reply of another model or size is refused.
    expected_model: str = ""
    expected_dimensions: int | None = None
    #: For the whole call; None for ``CALL_BUDGET``.
    budget_seconds: float | None = None
    object_type: str = ""
    object_ref: str = ""
    object_label: str = ""
    #: Asked when the units are held and nothing was sent; what it raises gives them back and ends the call.
    confirm: Callable[[Usage], None] | None = field(default=None, repr=False)
    #: Keeps ``Vectors.matrix`` of ``Vectors.model`` in the transaction that counts them; it may run more than once, and
    #: what it raises gives the units back. The balance is locked there: any other lock is taken after it.
    store: Callable[[NDArray[np.float32], str], None] | None = field(default=None, repr=False)

    @property
    def fingerprint(self) -> str:
        """Keyed: a plain digest of a visitor's few words could be guessed back."""
        parts = [self.feature, self.meter, self.units, self.model, self.dimensions, *self.texts]
        return salted_hmac("shareai_cms.actions.embedding", json.dumps(parts), algorithm="sha256").hexdigest()


@dataclass(frozen=True, kw_only=True)
class Vectors:
    """The vectors of a call's texts, in their order."""

    #: float32, (texts, dimensions), each row of length 1.
    matrix: NDArray[np.float32] = field(repr=False)
    #: What answered, or what was asked for where the marketplace does not say.
    model: str
    #: Counted; 0 where the hold's deadline had passed meanwhile.
    units: int
    tokens: int
    is_estimated: bool
    duration_ms: int

    @property
    def dimensions(self) -> int:
        return int(self.matrix.shape[1])


def embed(call: EmbeddingCall, *, cancellation: marketplace.Cancellation | None = None) -> Vectors:
    """The vectors of the texts, counted once they are known to be good; raises the typed error otherwise.

    Not inside a transaction: no lock may be held over the network.
    """
    try:
        connection = _admit(call)
        hold = metering.reserve(_hold_request(call))
        if not hold.is_new:
            raise _earlier(hold.usage)
        return _Run(call, hold, connection, cancellation).vectors()
    except (OperationalError, InterfaceError) as error:
        # The database is away for longer than anyone waits. A hold that is open goes back at its deadline.
        log.warning("action=%s outcome=unresolved error=%s", call.feature, type(error).__name__)
        raise ActionInterrupted(f"database: {type(error).__name__}") from error


class _Run:
    """A call whose units are held."""

    def __init__(
        self,
        call: EmbeddingCall,
        hold: metering.Hold,
        connection: marketplace.Connection,
        cancellation: marketplace.Cancellation | None,
    ) -> None:
        self._call, self._hold, self._connection, self._cancellation = call, hold, connection, cancellation
        self._facts = metering.CallFacts()

    def vectors(self) -> Vectors:
        try:
            if self._call.confirm is not None:
                self._call.confirm(self._hold.usage)
            reply = self._ask()
            matrix = _matrix(reply.vectors)
            _compare(self._call, _model_of(reply), matrix.shape[1])
            counted = self._settle(matrix, _model_of(reply))
        except BaseException as error:
            self._give_back(error)
            raise
        units = self._call.units if counted else 0
        self._log(Usage.Outcome.DELIVERED, units)
        left = _read_left(self._call)
        action_delivered.send_robust(embed, usage=self._hold.usage, suggestion=None, allowance=left)
        return Vectors(
            matrix=matrix,
            model=_model_of(reply),
            units=units,
            tokens=reply.tokens_in,
            is_estimated=reply.is_estimated,
            duration_ms=reply.duration_ms,
        )

    def _settle(self, matrix: NDArray[np.float32], model: str) -> bool:
        """Whether the units were counted; vectors that come too late are kept all the same."""

        def store(_usage: Usage) -> None:
            if self._call.store is not None:
                self._call.store(matrix, model)

        counted = metering.settle(self._hold, outcome=Usage.Outcome.DELIVERED, facts=self._facts, store=store)
        if not counted:
            transact(lambda: store(self._hold.usage))
        return counted

    def _ask(self) -> marketplace.Embedded:
        call, account = self._call, self._call.account
        request = marketplace.EmbeddingRequest(
            texts=call.texts,
            model=call.model,
            dimensions=call.dimensions,
            tags={
                "account": f"{account.platform}:{account.reference}",
                "environment": account.environment,
                "feature": call.feature,
            },
            user=opaque_user(account),
        )
        reply = marketplace.embed(
            self._connection, request, cancellation=self._cancellation, budget=call.budget_seconds
        )
        self._facts = metering.CallFacts(
            model_asked=reply.model_asked,
            model_answered=reply.model_answered,
            request_id=reply.request_id,
            attempts=len(reply.attempts),
            tokens_in=reply.tokens_in,
            is_estimated=reply.is_estimated,
            duration_ms=reply.duration_ms,
        )
        return reply

    def _give_back(self, error: BaseException) -> None:
        known = error if isinstance(error, ShareAIError) else ActionInterrupted(type(error).__name__)
        attempts = tuple(getattr(known, "attempts", ()))
        if attempts:
            self._facts = metering.CallFacts(
                model_asked=attempts[-1].model,
                attempts=len(attempts),
                request_id=getattr(known, "request_id", ""),
                duration_ms=sum(attempt.duration_ms for attempt in attempts),
            )
        outcome = outcome_of(known)
        metering.release(
            self._hold, outcome=outcome, error_code=known.code, error_detail=known.detail[:500], facts=self._facts
        )
        self._log(outcome, 0, code=known.code)
        action_failed.send_robust(embed, usage=self._hold.usage, error=known)

    def _log(self, outcome: str, units: int, *, code: str = "") -> None:
        log.info(
            "action=%s account=%s texts=%d outcome=%s units=%d code=%s model=%s attempts=%d ms=%d",
            self._call.feature,
            self._call.account.pk,
            len(self._call.texts),
            outcome,
            units,
            code or "-",
            self._facts.model_answered or "-",
            self._facts.attempts,
            self._facts.duration_ms,
        )


def _admit(call: EmbeddingCall) -> marketplace.Connection:
    """Before anything is held."""
    right = permissions.INDEX if call.meter == INDEXING else permissions.SEARCH
    if not permissions.can(call.actor, right, call.account):
        raise NotPermitted(f"no right to {right} on this account")
    if call.account.status != SiteAccount.Status.ACTIVE:
        raise AccountSuspended(f"the account is {call.account.status}")
    metering.check_address(call.account, metering.present_address(call.account))
    if not call.texts or not all(text.strip() for text in call.texts):
        raise InputEmpty("a text without a word has no vector")
    return marketplace.connection_for(call.account)


def _hold_request(call: EmbeddingCall) -> metering.HoldRequest:
    return metering.HoldRequest(
        account=call.account,
        meter=call.meter,
        units=call.units,
        key=call.key,
        fingerprint=call.fingerprint,
        actor=call.actor,
        feature=call.feature,
        object_type=call.object_type,
        object_ref=call.object_ref,
        object_label=call.object_label,
        has_budgets=getattr(call.account, "has_budgets", True),
    )


def _earlier(usage: Usage) -> ShareAIError:
    """Why a key that was used before gives no vectors."""
    return KeyReused("vectors are not kept") if usage.state == Usage.State.SETTLED else stored_error(usage)


def _matrix(vectors: Sequence[Sequence[float]]) -> NDArray[np.float32]:
    """Rows of length 1; raises ``EmbeddingInvalid`` for what has no direction."""
    import numpy as np

    sizes = {len(vector) for vector in vectors}
    if len(sizes) != 1 or 0 in sizes:
        raise EmbeddingInvalid("vectors without numbers, or of several sizes")
    rows = np.array(vectors, dtype=np.float64)
    if not np.isfinite(rows).all():
        raise EmbeddingInvalid("a vector that holds no finite number")
    # By the largest first: the square of a large number has no place in a float.
    largest = np.abs(rows).max(axis=1, keepdims=True)
    if not largest.all():
        raise EmbeddingInvalid("a vector of length 0")
    rows /= largest
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows.astype(np.float32)


def _compare(call: EmbeddingCall, model: str, dimensions: int) -> None:
    if call.expected_model and model != call.expected_model:
        raise EmbeddingMismatch(f"model {model or '-'} in the place of {call.expected_model}")
    wanted = call.expected_dimensions or call.dimensions
    if wanted and dimensions != wanted:
        raise EmbeddingMismatch(f"{dimensions} dimensions in the place of {wanted}")


def _model_of(reply: marketplace.Embedded) -> str:
    return reply.model_answered or reply.model_asked


def _read_left(call: EmbeddingCall) -> metering.Allowance | None:
    """What is left on a meter that has an end; vectors that were paid for are not lost where that is not known."""
    if not get_meter(call.meter).is_limited:
        return None
    try:
        return metering.allowance_of(call.account, call.meter)
    except (DatabaseError, InterfaceError) as error:
        log.warning("action=%s allowance=unreadable error=%s", call.feature, type(error).__name__)
        return None
