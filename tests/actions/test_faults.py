"""Every fault of the sandbox, through the whole road, on a real process and a real ledger.

A fault that delivers nothing ends in its typed error with the unit back; one that a client can bear is
delivered and counted. Either way no hold is left open.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from shareai_cms import errors, metering
from shareai_cms.actions.events import ActionResult, Delta
from shareai_cms.actions.road import ActionCall, Road
from shareai_cms.errors import ShareAIError
from shareai_cms.models import SiteAccount, Suggestion, Usage
from shareai_cms.sandbox.faults import FAULTS
from tests.services import SandboxProcess

pytestmark = [pytest.mark.django_db, pytest.mark.ledger]

Build = Callable[..., ActionCall]

DELIVERED = "delivered"


@dataclass(frozen=True)
class Row:
    """What one fault comes to: the code of its error, or ``DELIVERED``; where a stream differs, its own."""

    fault: str
    whole: str
    streamed: str = ""
    #: Models other than the one asked for, estimated token counts.
    answered: str = ""
    is_estimated: bool = False
    timings: tuple[tuple[str, int], ...] = ()
    slug: str = "rewrite"

    def ends(self, *, is_streamed: bool) -> str:
        return self.streamed if is_streamed and self.streamed else self.whole


TABLE = (
    Row("error-200", "marketplace_error"),
    Row("error-string", "marketplace_error"),
    Row("error-string-200", "marketplace_error"),
    Row("insufficient-credits", "insufficient_credits"),
    Row("wrong-key", "key_rejected"),
    Row("no-device", "marketplace_busy"),
    Row("rate-limit", "marketplace_busy", timings=(("retry_after", 30),)),
    Row("rate-limit-bare", "marketplace_busy"),
    Row("redirect", "request_rejected"),
    Row("html", "bad_reply"),
    Row("cut-json", "bad_reply"),
    Row("unknown-form", "bad_reply"),
    Row("bad-utf8", "bad_reply"),
    Row("timeout", "marketplace_timeout"),
    Row("hold", "marketplace_timeout"),
    Row("silent", "marketplace_timeout"),
    Row("stall", "marketplace_timeout"),
    Row("slow", DELIVERED, timings=(("latency_ms", 60), ("chunk_ms", 3))),
    Row("hang-up", "stream_broken"),
    Row("broken-stream", "stream_broken"),
    Row("early-end", DELIVERED, "stream_broken"),
    Row("stream-error", DELIVERED, "marketplace_error"),
    Row("no-stream", DELIVERED),
    Row("no-usage", DELIVERED, is_estimated=True),
    Row("odd-usage", DELIVERED, is_estimated=True),
    Row("other-model", DELIVERED, answered="another-model"),
    Row("cut-off", "stream_broken"),
    Row("message-string", DELIVERED),
    Row("message-json", DELIVERED),
    Row("message-object", DELIVERED),
    Row("script-output", DELIVERED),
    Row("script-only", "output_unsafe"),
    Row("wrong-form", "output_invalid", slug="title-alternatives"),
    Row("huge", "reply_too_large"),
    Row("empty", "output_empty"),
    Row("status-400", "request_rejected"),
    Row("status-403", "key_rejected"),
    Row("status-404", "request_rejected"),
    Row("status-408", "marketplace_timeout"),
    Row("status-413", "request_rejected"),
    Row("status-500", "marketplace_error"),
    Row("status-502", "marketplace_error"),
    Row("status-503", "marketplace_busy"),
    Row("status-504", "marketplace_timeout"),
    Row("disconnect-0", "stream_broken"),
    Row("disconnect-30", "stream_broken"),
    Row("disconnect-200", "stream_broken"),
    Row("reset-0", "stream_broken"),
    Row("reset-30", "stream_broken"),
    Row("reset-200", "stream_broken"),
    Row("latency-40", DELIVERED),
    # Broken for what has to be JSON, and a text like any other where a text was asked for.
    Row("cut-answer", DELIVERED),
    Row("wrong-types", DELIVERED),
    Row("unsupported", DELIVERED),
)


def kind(fault: str) -> str:
    """``status-500`` is one of ``status-<code>``."""
    name = fault.rstrip("0123456789")
    numbered = {known.partition("<")[0]: known for known in FAULTS if "<" in known}
    return fault if fault in FAULTS else numbered[name]


def test_the_table_knows_every_fault_and_no_other() -> None:
    assert {kind(row.fault) for row in TABLE} == set(FAULTS)
    assert len(FAULTS) >= 20


@pytest.fixture
def hurried(sandbox: SandboxProcess, settings: Any) -> SandboxProcess:
    """Silence is over soon, and a marketplace that is busy is asked twice."""
    settings.SHAREAI_CMS = {
        **settings.SHAREAI_CMS,
        "CALL_BUDGET": 5.0,
        "READ_TIMEOUT": 0.4,
        "MAX_ATTEMPTS": 2,
        "MAX_REPLY_BYTES": 100_000,
    }
    return sandbox


@pytest.mark.parametrize("is_streamed", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.fault)
def test_each_fault_ends_as_the_table_says(
    hurried: SandboxProcess, call_for: Build, account: SiteAccount, row: Row, is_streamed: bool
) -> None:
    hurried.fault(row.fault, **dict(row.timings))
    events, error = walk(call_for(slug=row.slug), is_streamed=is_streamed)
    wanted = row.ends(is_streamed=is_streamed)
    if wanted == DELIVERED:
        assert error is None
        assert_counted(account, events, row)
    else:
        assert error is not None
        assert error.code == wanted
        assert type(error) in set(errors.error_classes().values())
        assert_given_back(account, error)
    hurried.fault(None)
    # The way is free: the same editor clicks again, and gets an answer.
    events, error = walk(call_for("click-0000000000000002", slug=row.slug), is_streamed=is_streamed)
    assert error is None
    assert any(isinstance(event, ActionResult) for event in events)


def walk(call: ActionCall, *, is_streamed: bool) -> tuple[list[Any], ShareAIError | None]:
    events: list[Any] = []
    try:
        for event in Road(call, is_streamed=is_streamed).events():
            events.append(event)  # noqa: PERF402  what came before the error counts
    except ShareAIError as error:
        return events, error
    return events, None


def assert_counted(account: SiteAccount, events: list[Any], row: Row) -> None:
    usage = Usage.objects.get()
    assert (usage.state, usage.outcome, usage.units) == ("settled", "delivered", 1)
    assert usage.is_estimated is row.is_estimated
    assert usage.tokens_out > 0
    if row.answered:
        assert (usage.model_asked, usage.model_answered) == ("", row.answered)
    result = next(event.result for event in events if isinstance(event, ActionResult))
    assert Suggestion.objects.get().result == result
    assert any(text.strip() for text in result.get("items", [result.get("text", "")]))
    assert_balance(account, available=9, spent=1)


def assert_given_back(account: SiteAccount, error: ShareAIError) -> None:
    usage = Usage.objects.get()
    assert (usage.state, usage.error_code) == ("released", error.code)
    assert usage.resolved_at is not None
    assert not Suggestion.objects.exists()
    assert_balance(account, available=10, spent=0)


def assert_balance(account: SiteAccount, *, available: int, spent: int) -> None:
    left = metering.allowance_of(account, "writing")
    assert (left.available, left.held, left.spent) == (available, 0, spent)
    assert metering.audit() == []


def test_a_busy_marketplace_is_asked_again_and_one_with_a_long_wait_is_not(
    hurried: SandboxProcess, call_for: Build, account: SiteAccount
) -> None:
    hurried.fault("rate-limit-bare")
    walk(call_for(), is_streamed=True)
    assert hurried.state()["calls"] == 2
    hurried.fault("rate-limit", retry_after=600)
    walk(call_for("click-0000000000000002"), is_streamed=True)
    assert hurried.state()["calls"] == 3


def test_the_key_does_not_follow_a_redirect(hurried: SandboxProcess, call_for: Build) -> None:
    hurried.fault("redirect")
    walk(call_for(), is_streamed=False)
    assert hurried.state()["calls"] == 1


@pytest.mark.parametrize("fault", ["broken-stream", "reset-1200", "stall", "stream-error"])
def test_words_that_were_shown_before_the_break_are_free(
    hurried: SandboxProcess, call_for: Build, account: SiteAccount, fault: str
) -> None:
    hurried.fault(fault)
    events, error = walk(call_for(), is_streamed=True)
    assert any(isinstance(event, Delta) for event in events)
    assert error is not None
    assert_given_back(account, error)
