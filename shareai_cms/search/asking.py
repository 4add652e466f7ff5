"""The vector of a question: remembered, else asked for, within limits that keep a site from paying for nothing.

Asking never fails for a reason that is to be expected: whoever asks gets a vector, or the reason for which
keywords have to do.
"""

from __future__ import annotations

import logging
import time
import unicodedata
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import InterfaceError, OperationalError

from shareai_cms.conf import conf
from shareai_cms.errors import (
    AccountSuspended,
    AddressChanged,
    AllowanceExhausted,
    BudgetExhausted,
    EmbeddingInvalid,
    EmbeddingMismatch,
    NotConfigured,
    NotPermitted,
    ShareAIError,
)
from shareai_cms.models import Generation, Usage
from shareai_cms.search import aside, building, guards, remembered
from shareai_cms.search.reasons import Reason
from shareai_cms.search.results import Asker

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from shareai_cms.actions.embedding import EmbeddingCall

log = logging.getLogger("shareai_cms.search")

#: Of a question; more says no more of what is meant.
MOST_CHARACTERS = 500
FEWEST_LETTERS = 3
#: Seconds in which no marketplace answers.
TOO_SHORT = 0.05
#: Units of the meter ``searches``.
UNITS = 1
METER = "searches"
FEATURE = "search"
#: Joiners without which emoji and Persian fall apart; no other invisible character means anything.
_JOINERS = "\u200c\u200d"

_REASONS: tuple[tuple[type[ShareAIError], Reason], ...] = (
    (guards.DailyCapReachedError, Reason.DAILY_CAP),
    (BudgetExhausted, Reason.BUDGET),
    (AllowanceExhausted, Reason.NO_UNITS),
    (AccountSuspended, Reason.SUSPENDED),
    (AddressChanged, Reason.SUSPENDED),
    (NotConfigured, Reason.NOT_CONFIGURED),
    (NotPermitted, Reason.OFF),
    (EmbeddingInvalid, Reason.BAD_VECTOR),
    (EmbeddingMismatch, Reason.MODEL_CHANGED),
)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question's vector, or why there is none."""

    #: float32, (dimensions,), of length 1.
    vector: NDArray[np.float32] | None = field(default=None, repr=False)
    reason: Reason | None = None
    #: Nothing was sent and nothing counted.
    is_cached: bool = False
    units: int = 0


def normalised(text: str) -> str:
    """The question as it is sent and remembered: equal for everybody who types the same words."""
    # Cut before and after: some characters become many.
    folded = unicodedata.normalize("NFKC", text[: MOST_CHARACTERS * 2]).casefold()
    kept = "".join(letter for letter in " ".join(folded.split()) if _is_kept(letter))
    return " ".join(kept[:MOST_CHARACTERS].split())


def _is_kept(letter: str) -> bool:
    # Control, format, surrogate, private use, unassigned.
    return letter in _JOINERS or not unicodedata.category(letter).startswith("C")


def letters(text: str) -> int:
    """How many letters there are; a character as wide as Chinese ones stands for a syllable or a word."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text if letter.isalpha())


def ask(text: str, asker: Asker, generation: Generation | None) -> Asked:
    """The vector of a question under the model of the index, within ``SEARCH_TIMEOUT``.

    A question that was asked before costs nothing; equal questions that are new share one call.
    """
    until = time.monotonic() + conf.search_timeout
    reason = _unfit(generation)
    question = normalised(text)
    if reason is not None or generation is None:
        return Asked(reason=reason)
    if letters(question) < FEWEST_LETTERS:
        return Asked(reason=Reason.TOO_SHORT)
    try:
        return _Asking(question, asker, generation, until).run()
    except (OperationalError, InterfaceError) as error:
        log.warning("question=unresolved account=%s error=%s", asker.account.pk, type(error).__name__)
        return Asked(reason=Reason.DATABASE)


def _unfit(generation: Generation | None) -> Reason | None:
    """Why no question can be compared with the index at all."""
    if not conf.search:
        return Reason.OFF
    if generation is None or not generation.model or not generation.dimensions:
        return Reason.NOT_BUILT
    return None if building.is_current(generation) else Reason.MODEL_CHANGED


class _Asking:
    """One question of one visitor."""

    def __init__(self, question: str, asker: Asker, generation: Generation, until: float) -> None:
        self._question, self._asker, self._generation, self._until = question, asker, generation, until
        self._place = remembered.Place.of(question, asker.account, generation)

    def run(self) -> Asked:
        found = self._place.read()
        if found is not None:
            return Asked(vector=found, is_cached=True)
        reason = guards.why_not(self._asker) if self._asker.spends else Reason.OFF
        if reason is None and not aside.is_possible():
            reason = Reason.DATABASE
        if reason is not None:
            return Asked(reason=reason)
        try:
            return aside.within(self._remaining, self._ask)
        except aside.TooLateError:
            return Asked(reason=Reason.MARKETPLACE)

    @property
    def _remaining(self) -> float:
        return max(self._until - time.monotonic(), 0.0)

    def _ask(self) -> Asked:
        """Ask, or wait for somebody else who asks the same at this moment."""
        pauses = remembered.pauses(self._until)
        while not (lease := self._place.take(self._remaining)):
            if not next(pauses, False) or self._remaining < TOO_SHORT:
                raise aside.TooLateError
            found = self._place.read()
            if found is not None:
                return Asked(vector=found, is_cached=True)
        return self._call(lease)

    def _call(self, lease: remembered.Lease) -> Asked:
        from shareai_cms.actions.embedding import embed

        account = self._asker.account
        try:
            vectors = embed(self._embedding_call(lease))
        except ShareAIError as error:
            lease.end()
            guards.note_failure(account, error)
            return Asked(reason=_reason_of(error))
        except BaseException:
            lease.end()
            raise
        guards.note_success(account)
        return Asked(vector=vectors.matrix[0], units=vectors.units)

    def _embedding_call(self, lease: remembered.Lease) -> EmbeddingCall:
        from shareai_cms.actions.embedding import EmbeddingCall

        generation, account = self._generation, self._asker.account
        return EmbeddingCall(
            account=account,
            actor=self._asker.actor or guards.ANYBODY,
            texts=(self._question,),
            meter=METER,
            units=UNITS,
            feature=FEATURE,
            key=f"search-{uuid.uuid4().hex}",
            model=generation.model_asked,
            dimensions=conf.embedding_dimensions,
            expected_model=generation.model,
            expected_dimensions=generation.dimensions,
            budget_seconds=self._remaining,
            confirm=self._confirm,
            store=lambda matrix, _model: lease.keep(matrix[0]),
        )

    def _confirm(self, usage: Usage) -> None:
        """The units are held: is there room for them, and does anybody still wait? What is raised gives them back."""
        guards.check_cap(usage)
        if self._remaining < TOO_SHORT:
            raise aside.TooLateError


def _reason_of(error: ShareAIError) -> Reason:
    return next((reason for kind, reason in _REASONS if isinstance(error, kind)), Reason.MARKETPLACE)
