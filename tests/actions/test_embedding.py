"""The road of texts to vectors: every fault of the sandbox, rights, and what the ledger keeps of it."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.utils import timezone

from shareai_cms import errors, metering, permissions
from shareai_cms.actions.embedding import EmbeddingCall, Vectors, _matrix, embed
from shareai_cms.errors import EmbeddingInvalid, ShareAIError
from shareai_cms.models import Budget, SiteAccount, Usage, Wallet
from shareai_cms.permissions import INDEX, SEARCH, USE, Actor, can
from shareai_cms.sandbox.faults import FAULTS, VECTOR_FAULTS
from shareai_cms.signals import action_delivered, action_failed
from tests.services import SandboxProcess

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

VISITOR = Actor(kind="visitor", reference="")
WORKER = Actor(kind="indexing", reference="")
TEXT = "Quokkas graze beneath the jacaranda."
MODEL = "sandbox-embedding"
UNITS = 10

DELIVERED = "delivered"
#: Fault → code of the error, or ``DELIVERED``. Those of text alone change nothing.
TABLE = {
    "error-200": "marketplace_error",
    "error-string": "marketplace_error",
    "error-string-200": "marketplace_error",
    "insufficient-credits": "insufficient_credits",
    "wrong-key": "key_rejected",
    "no-device": "marketplace_busy",
    "rate-limit": "marketplace_busy",
    "rate-limit-bare": "marketplace_busy",
    "redirect": "request_rejected",
    "html": "bad_reply",
    "cut-json": "bad_reply",
    "unknown-form": "embedding_invalid",
    "bad-utf8": "bad_reply",
    "timeout": "marketplace_timeout",
    "hold": "marketplace_timeout",
    "silent": "marketplace_timeout",
    "stall": "marketplace_timeout",
    "slow": "marketplace_timeout",
    "hang-up": "stream_broken",
    "broken-stream": "stream_broken",
    "no-usage": DELIVERED,
    "odd-usage": DELIVERED,
    "other-model": "embedding_mismatch",
    "huge": "reply_too_large",
    "empty": "embedding_invalid",
    "status-400": "request_rejected",
    "status-404": "embeddings_unavailable",
    "status-500": "marketplace_error",
    "disconnect-30": "stream_broken",
    "reset-200": "stream_broken",
    "latency-40": DELIVERED,
    "no-embeddings": "embeddings_unavailable",
    "no-dimensions": DELIVERED,
    "vector-size": "embedding_mismatch",
    "vector-sizes": "embedding_invalid",
    "vector-nan": "embedding_invalid",
    "vector-zero": "embedding_invalid",
    "vector-few": "embedding_invalid",
    "vector-many": "embedding_invalid",
    "vector-order": DELIVERED,
    "vector-base64": DELIVERED,
    "vector-text": "embedding_invalid",
}
ABOUT_TEXT = {
    "early-end", "stream-error", "no-stream", "cut-off", "message-string", "message-json", "message-object",
    "script-output", "script-only", "wrong-form", "cut-answer", "unsupported", "wrong-types",
}  # fmt: skip

Build = Callable[..., EmbeddingCall]


@pytest.fixture
def site(account: SiteAccount, settings: Any) -> SiteAccount:
    settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "READ_TIMEOUT": 0.4, "MAX_ATTEMPTS": 2}
    account.wallet.plan.allowances.create(meter="searches", units=UNITS)
    return account


@pytest.fixture
def call_for(site: SiteAccount) -> Build:
    """Builds one call for two texts; every argument has a default."""

    def build(key: str = "search-1", **more: Any) -> EmbeddingCall:
        fields: dict[str, Any] = {
            "account": site,
            "actor": VISITOR,
            "texts": (TEXT, "A harbour"),
            "meter": "searches",
            "units": 1,
            "feature": "search",
            "key": key,
            "model": MODEL,
            "expected_model": MODEL,
            "expected_dimensions": 384,
            **more,
        }
        return EmbeddingCall(**fields)

    return build


def refused(call: EmbeddingCall) -> ShareAIError:
    with pytest.raises(ShareAIError) as caught:
        embed(call)
    return caught.value


def assert_balance(account: SiteAccount, *, spent: int, meter: str = "searches") -> None:
    left = metering.allowance_of(account, meter)
    assert (left.spent, left.held) == (spent, 0)
    if meter == "searches":
        assert left.available == UNITS - spent
    assert metering.audit() == []


def kind_of(fault: str) -> str:
    name = fault.rstrip("0123456789")
    return next((known for known in FAULTS if "<" in known and known.startswith(name)), fault)


class TestEveryFault:
    def test_is_in_the_table(self) -> None:
        assert {kind_of(fault) for fault in TABLE} | ABOUT_TEXT == {*FAULTS, *VECTOR_FAULTS}

    @pytest.mark.parametrize("fault", [*TABLE, *sorted(ABOUT_TEXT)])
    def test_ends_as_the_table_says_and_costs_nothing_where_nothing_came(
        self, sandbox: SandboxProcess, call_for: Build, site: SiteAccount, fault: str, settings: Any
    ) -> None:
        sandbox.fault(fault)
        ends = TABLE.get(fault, DELIVERED)
        # A reply that is too large has to be made, and read as far as its limit, on a busy machine too.
        seconds, silence = (1.0, 0.4) if ends == "marketplace_timeout" else (20.0, 10.0)
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "READ_TIMEOUT": silence}
        call = call_for(budget_seconds=seconds, dimensions=384 if fault == "no-dimensions" else None)
        if ends == DELIVERED:
            assert embed(call).matrix.shape == (2, 384)
            assert Usage.objects.get().outcome == "delivered"
            assert Usage.objects.get().is_estimated is (fault in ("no-usage", "odd-usage"))
            assert_balance(site, spent=1)
            return
        error = refused(call)
        assert (error.code, type(error)) == (ends, errors.error_classes()[ends])
        usage = Usage.objects.get()
        assert (usage.state, usage.error_code) == ("released", ends)
        assert usage.attempts >= 1
        assert TEXT not in usage.error_detail
        assert_balance(site, spent=0)
        sandbox.fault(None)
        assert embed(call_for("search-2")).units == 1


class TestVectors:
    def test_have_length_one_in_the_order_of_the_texts(self, call_for: Build) -> None:
        both = embed(call_for())
        assert str(both.matrix.dtype) == "float32"
        assert (both.model, both.dimensions, both.units) == (MODEL, 384, 1)
        assert [math.hypot(*row) for row in both.matrix] == pytest.approx([1, 1])
        alone = embed(call_for("search-2", texts=("A harbour",)))
        assert both.matrix[1] == pytest.approx(alone.matrix[0])

    @pytest.mark.parametrize("scale", [1e300, 1e-300, 1e-320])
    def test_of_any_length_are_brought_to_one(self, scale: float) -> None:
        [row] = _matrix([[3 * scale, 4 * scale]])
        assert list(row) == pytest.approx([0.6, 0.8], rel=0.01)

    @pytest.mark.parametrize(
        "vectors",
        [[[]], [[], []], [[0.0, 0.0]], [[1.0], [1.0, 2.0]], [[math.inf, 1.0]], [[math.nan]], [[-0.0]], [[1.0], [0.0]]],
    )
    def test_without_a_direction_are_refused(self, vectors: list[list[float]]) -> None:
        with pytest.raises(EmbeddingInvalid):
            _matrix(vectors)

    def test_of_a_first_call_fix_model_and_size(self, call_for: Build) -> None:
        first = embed(call_for(model="large", expected_model="", expected_dimensions=None))
        assert (first.model, first.dimensions) == ("sandbox-large", 384)

    def test_of_another_size_than_asked_for_are_refused(self, sandbox: SandboxProcess, call_for: Build) -> None:
        sandbox.fault("no-dimensions")
        error = refused(call_for(dimensions=64, expected_model="", expected_dimensions=None))
        assert (error.code, error.detail) == ("embedding_mismatch", "384 dimensions in the place of 64")

    def test_of_a_model_that_is_not_named_are_taken_for_the_one_asked(self, call_for: Build) -> None:
        error = refused(call_for(expected_model="another"))
        assert error.detail == "model sandbox-embedding in the place of another"


class TestTheLedger:
    def test_keeps_who_asked_how_much_and_never_what(
        self, call_for: Build, sandbox: SandboxProcess, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        embed(call_for())
        usage = Usage.objects.get()
        assert (usage.actor_kind, usage.actor_ref, usage.actor_label) == ("visitor", "", "")
        assert (usage.feature, usage.meter, usage.units, usage.outcome) == ("search", "searches", 1, "delivered")
        assert (usage.model_asked, usage.model_answered, usage.attempts) == (MODEL, MODEL, 1)
        assert usage.tokens_in == 12
        assert not [value for value in vars(usage).values() if "Quokkas" in str(value)]
        assert "action=search account=" in caplog.text
        assert "texts=2 outcome=delivered units=1 code=- model=sandbox-embedding attempts=1" in caplog.text
        assert "Quokkas" not in caplog.text
        assert sandbox.state()["last"]["metadata"] == {
            "account": "django:press",
            "environment": "sandbox",
            "feature": "search",
        }

    def test_keeps_no_digest_that_could_be_guessed_back(self, call_for: Build, settings: Any) -> None:
        here = call_for().fingerprint
        settings.SECRET_KEY = "another"
        assert call_for().fingerprint != here
        assert len(here) == 64

    def test_takes_passages_without_a_limit(self, call_for: Build, site: SiteAccount) -> None:
        found = embed(call_for(actor=WORKER, meter="indexing", units=2, feature="indexing"))
        assert found.units == 2
        assert Usage.objects.get().actor_kind == "indexing"
        assert metering.allowance_of(site, "indexing").spent == 2
        assert metering.allowance_of(site, "searches").spent == 0

    def test_refuses_before_anything_is_sent(self, call_for: Build, site: SiteAccount, sandbox: SandboxProcess) -> None:
        assert refused(call_for(units=UNITS + 1)).code == "allowance_exhausted"
        Budget.objects.create(wallet=site.wallet, meter="searches", scope="actor", reference="visitor:", limit=1)
        with_budgets = metering.find_account("django", "press")
        embed(call_for(account=with_budgets))
        assert refused(call_for("search-2", account=with_budgets)).code == "budget_exhausted"
        assert sandbox.state()["calls"] == 1

    def test_takes_no_key_twice(self, call_for: Build, sandbox: SandboxProcess) -> None:
        embed(call_for())
        assert refused(call_for()).code == "key_reused"
        assert refused(call_for(texts=("something else",))).code == "key_reused"
        sandbox.fault("html")
        assert refused(call_for("search-2")).code == "bad_reply"
        assert refused(call_for("search-2")).code == "bad_reply"
        assert sandbox.state()["calls"] == 2

    def test_counts_nothing_that_came_after_the_deadline(self, call_for: Build, site: SiteAccount) -> None:
        def let_time_pass(usage: Usage) -> None:
            Usage.objects.filter(pk=usage.pk).update(deadline=timezone.now() - timedelta(seconds=1))
            site.wallet.balances.update(next_change_at=timezone.now() - timedelta(seconds=1))

        assert embed(call_for(confirm=let_time_pass)).units == 0
        usage = Usage.objects.get()
        assert (usage.state, usage.late) == ("expired", True)
        assert_balance(site, spent=0)

    @pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, MemoryError, GeneratorExit])
    def test_gives_back_whatever_happens(
        self, call_for: Build, site: SiteAccount, sandbox: SandboxProcess, error: type[BaseException]
    ) -> None:
        def fail(_: Usage) -> None:
            raise error

        with pytest.raises(error):
            embed(call_for(confirm=fail))
        usage = Usage.objects.get()
        assert (usage.state, usage.outcome, usage.error_code) == ("released", "failed", "interrupted")
        assert_balance(site, spent=0)
        assert sandbox.state()["calls"] == 0


class TestTheSignals:
    def test_say_how_it_ended(self, call_for: Build, sandbox: SandboxProcess) -> None:
        heard: list[tuple[str, Any]] = []

        def delivered(sender: Any, **sent: Any) -> None:
            assert sent["suggestion"] is None
            heard.append(("delivered", sent["allowance"] and sent["allowance"].left))

        def failed(sender: Any, **sent: Any) -> None:
            heard.append(("failed", sent["error"].code))

        action_delivered.connect(delivered)
        action_failed.connect(failed)
        try:
            embed(call_for())
            embed(call_for("index-1", actor=WORKER, meter="indexing"))
            sandbox.fault("html")
            refused(call_for("search-2"))
        finally:
            action_delivered.disconnect(delivered)
            action_failed.disconnect(failed)
        assert heard == [("delivered", UNITS - 1), ("delivered", None), ("failed", "bad_reply")]


class TestTheRight:
    def test_to_search_is_everybodys_and_to_use_nobodys(self, account: SiteAccount, editor: User) -> None:
        assert can(VISITOR, SEARCH, account)
        assert can(VISITOR, SEARCH, None)
        assert can(Actor.from_user(editor), SEARCH, account)
        for right in (USE, INDEX, permissions.BULK, permissions.BUY, permissions.MANAGE):
            assert not can(VISITOR, right, account)
        assert permissions.rights(VISITOR, account) == frozenset()

    def test_to_index_is_the_background_works_alone(self, account: SiteAccount, editor: User) -> None:
        assert can(WORKER, INDEX, account)
        editor.is_superuser = True
        assert not can(Actor.from_user(editor), INDEX, account)
        assert not can(Actor(kind="indexing", reference="", user=editor), INDEX, account)
        assert not can(WORKER, SEARCH, account)
        assert not can(WORKER, USE, account)

    def test_is_nobodys_where_search_is_off(self, account: SiteAccount, editor: User, settings: Any) -> None:
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "SEARCH": False}
        assert not can(VISITOR, SEARCH, account)
        assert not can(Actor.from_user(editor), SEARCH, account)
        assert not can(WORKER, INDEX, account)

    def test_is_not_that_of_people_who_left(self, account: SiteAccount, editor: User) -> None:
        editor.is_active = False
        assert not can(Actor.from_user(editor), SEARCH, account)
        assert not can(Actor(kind="visitor", reference="", user=AnonymousUser()), SEARCH, account)

    @pytest.mark.parametrize(
        ("actor", "meter"),
        [(WORKER, "searches"), (VISITOR, "indexing"), (Actor(kind="run", reference="1"), "searches")],
    )
    def test_is_asked_for_on_the_road(self, call_for: Build, sandbox: SandboxProcess, actor: Actor, meter: str) -> None:
        assert refused(call_for(actor=actor, meter=meter)).code == "not_permitted"
        assert (Usage.objects.count(), sandbox.state()["calls"]) == (0, 0)


class TestTheAccount:
    def test_that_is_closed_gets_no_vectors(self, call_for: Build, site: SiteAccount) -> None:
        site.status = SiteAccount.Status.SUSPENDED
        assert refused(call_for()).code == "account_suspended"
        site.status = SiteAccount.Status.ACTIVE
        site.wallet.status = Wallet.Status.SUSPENDED
        assert refused(call_for()).code == "account_suspended"
        assert Usage.objects.count() == 0

    def test_that_is_at_another_address_gets_no_vectors(
        self, call_for: Build, site: SiteAccount, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        SiteAccount.objects.filter(pk=site.pk).update(environment="production", address="harbour.example")
        site.refresh_from_db()
        metering.register_platform("django", lambda reference: "elsewhere.example")
        try:
            assert refused(call_for()).code == "address_changed"
        finally:
            metering.register_platform("django", lambda reference: "")
        assert Usage.objects.count() == 0

    def test_without_a_key_gets_no_vectors(self, call_for: Build, settings: Any) -> None:
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "ENVIRONMENT": "production", "API_KEY": ""}
        assert refused(call_for()).code == "not_configured"
        assert Usage.objects.count() == 0

    @pytest.mark.parametrize("texts", [(), ("",), ("a", " \n")])
    def test_asks_for_no_text_without_a_word(self, call_for: Build, texts: tuple[str, ...]) -> None:
        assert refused(call_for(texts=texts)).code == "input_empty"


def test_vectors_stay_out_of_a_repr(call_for: Build) -> None:
    found: Vectors = embed(call_for())
    assert "0." not in repr(found)
    assert "Quokkas" not in repr(call_for())


class TestWhatKeepsVectors:
    def test_runs_in_the_transaction_that_counts_them(self, call_for: Build, site: SiteAccount) -> None:
        kept: list[Any] = []
        found = embed(call_for(store=lambda *given: kept.append(given)))
        assert kept == [(found.matrix, found.model)]

        def fail(*_given: Any) -> None:
            raise MemoryError

        with pytest.raises(MemoryError):
            embed(call_for("search-2", store=fail))
        assert Usage.objects.get(key="search-2").state == "released"
        assert_balance(site, spent=1)

    def test_runs_for_those_that_come_too_late(self, call_for: Build, site: SiteAccount) -> None:
        def let_time_pass(usage: Usage) -> None:
            Usage.objects.filter(pk=usage.pk).update(deadline=timezone.now() - timedelta(seconds=1))
            site.wallet.balances.update(next_change_at=timezone.now() - timedelta(seconds=1))

        kept: list[Any] = []
        assert embed(call_for(confirm=let_time_pass, store=lambda *given: kept.append(given))).units == 0
        assert len(kept) == 1
