"""One action's call: its time budget, what is tried in which order, and when it is sent again."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self, TypeVar

from shareai_cms.conf import conf
from shareai_cms.errors import ActionRefused, MarketplaceBusy, MarketplaceError, MarketplaceTimeout, ShareAIError
from shareai_cms.marketplace import session, wire
from shareai_cms.marketplace.cancellation import Cancellation, Line
from shareai_cms.marketplace.connection import Connection

log = logging.getLogger("shareai_cms.marketplace")
T = TypeVar("T")

#: Seconds: the wait before the first repetition, doubled each time up to the cap.
BACKOFF_BASE, BACKOFF_CAP = 0.25, 8.0
#: The list of models that is tried after the one asked for.
FALLBACK = "fallback"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A model to ask and the list it is from; no model leaves the choice to the key's own list."""

    model: str
    route: str


def choices_for(route: str) -> tuple[Choice, ...]:
    """The models of a route in order, then those of ``fallback``, none twice."""
    asked = conf.routes.get(route, ()) or ("",)
    rest = (model for model in conf.routes[FALLBACK] if model not in asked)
    return (
        *(Choice(model=model, route=route) for model in asked),
        *(Choice(model=model, route=FALLBACK) for model in rest),
    )


def backoff(attempt: int, *, chance: Callable[[], float] = random.random) -> float:
    """Seconds to wait after attempt 1, 2, …: between half and all of an exponential, capped step."""
    step = min(BACKOFF_BASE * 2.0 ** (attempt - 1), BACKOFF_CAP)
    return step * (0.5 + chance() / 2)


class Call:
    """Holds the budget and the attempts of one call; every error that leaves it carries ``attempts``."""

    def __init__(
        self, connection: Connection, cancellation: Cancellation | None = None, *, budget: float | None = None
    ) -> None:
        self.connection = connection
        self.attempts: list[wire.Attempt] = []
        self.line = Line()
        self._cancellation = cancellation or Cancellation()
        self._budget = conf.call_budget if budget is None else budget
        self._started_at = time.monotonic()
        # Time-outs of a socket begin anew with every byte; only this ends a slow drip.
        self._watchdog = self._timer(self._budget)
        self._trying: _Try | None = None

    def __enter__(self) -> Self:
        self._watchdog.start()
        self._cancellation.watch(self.line)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._watchdog.cancel()
        self._cancellation.forget(self.line)
        self.line.let_go()
        if isinstance(error, ShareAIError):
            if not isinstance(error, ActionRefused):
                self.finish(error)
            # Not a field of the base class: an action refused without a call has no attempts.
            vars(error)["attempts"] = tuple(self.attempts)

    @property
    def remaining(self) -> float:
        return self._budget - (time.monotonic() - self._started_at)

    @property
    def duration_ms(self) -> int:
        return _milliseconds_since(self._started_at)

    def hurry(self, seconds: float) -> None:
        """Shorten what remains of the budget."""
        self._watchdog.cancel()
        self._watchdog = self._timer(min(seconds, self.remaining))
        self._watchdog.start()

    def run(self, choices: Sequence[Choice], send: Callable[[Choice], T]) -> T:
        """Try until one answers. The attempt that did stays open until ``finish``."""
        position = 0
        while True:
            choice = choices[position % len(choices)]
            self.line.check()
            self._trying = _Try(choice.model)
            try:
                return send(choice)
            except MarketplaceError as error:
                self.finish(error)
                self._wait_or_give_up(error)
                # Another model has other devices; the address is the same for all of them.
                position += isinstance(error, MarketplaceBusy)

    def request(self, method: str, path: str, body: bytes | None = None) -> session.Answer:
        """Send one request within what remains of the budget."""
        # Zero would mean "never wait" to a socket, and nothing at all to urllib3.
        connect, read = (max(min(limit, self.remaining), 0.001) for limit in (conf.connect_timeout, conf.read_timeout))
        answer = session.send(self.connection, method, path, body=body, line=self.line, timeout=(connect, read))
        if self._trying:
            self._trying.status = answer.head.status
        return answer

    def finish(self, error: ShareAIError | None = None) -> None:
        """Record the open attempt, if there is one."""
        trying, self._trying = self._trying, None
        if trying is None:
            return
        attempt = trying.done(error.code if error else "")
        self.attempts.append(attempt)
        log.log(
            logging.WARNING if isinstance(error, MarketplaceError) else logging.DEBUG,
            "attempt=%d model=%s status=%s code=%s duration_ms=%d",
            len(self.attempts),
            attempt.model or "-",
            attempt.status or "-",
            attempt.code or "ok",
            attempt.duration_ms,
        )

    def reply(self, request: wire.ChatRequest, choice: Choice, received: wire.Received) -> wire.Reply:
        """The whole call as its caller sees it; records the last attempt."""
        self.finish()
        tokens = wire.tokens_of(received.usage, request, received.text)
        return wire.Reply(
            text=received.text,
            finish_reason=received.finish_reason,
            model_asked=choice.model,
            model_answered=received.model,
            request_id=received.request_id,
            tokens_in=tokens.sent,
            tokens_out=tokens.received,
            is_estimated=tokens.is_estimated,
            attempts=tuple(self.attempts),
            # No known reply names a price; the ledger estimates from its own settings.
            cost_millionths=None,
            surcharge_millionths=None,
            duration_ms=self.duration_ms,
            route=choice.route,
        )

    def _wait_or_give_up(self, error: MarketplaceError) -> None:
        if not error.retryable or len(self.attempts) >= conf.max_attempts:
            raise error
        # Jitter on top of the marketplace's own wish, or everybody it turned away comes back at once.
        delay = (error.retry_after or 0.0) + backoff(len(self.attempts))
        if delay >= self.remaining:
            raise error
        self._cancellation.wait(delay)

    def _timer(self, seconds: float) -> threading.Timer:
        timer = threading.Timer(max(seconds, 0.0), self._run_out)
        timer.daemon = True
        return timer

    def _run_out(self) -> None:
        self.line.end(MarketplaceTimeout(f"not complete within {self._budget:g} seconds"))


class _Try:
    """An attempt that is still open."""

    def __init__(self, model: str) -> None:
        self.status: int | None = None
        self._model = model
        self._started_at = time.monotonic()

    def done(self, code: str) -> wire.Attempt:
        duration = _milliseconds_since(self._started_at)
        return wire.Attempt(model=self._model, status=self.status, code=code, duration_ms=duration)


def _milliseconds_since(moment: float) -> int:
    return round((time.monotonic() - moment) * 1000)
