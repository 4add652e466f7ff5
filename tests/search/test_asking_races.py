"""Many who ask at once, processes that are killed while they ask, and pages inside a transaction."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

import pytest
from django.core.cache import cache
from django.db import connection, connections, transaction
from django.db.backends.signals import connection_created
from django.utils import timezone

from shareai_cms import metering
from shareai_cms.models import Generation, QueryVector, SiteAccount, Usage
from shareai_cms.search import aside, remembered
from shareai_cms.search.asking import Asked, ask
from shareai_cms.search.reasons import Reason
from shareai_cms.search.results import Asker
from tests.services import SandboxProcess

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]

T = TypeVar("T")
#: Seconds that a crowd on a loaded machine may take.
PATIENCE = 60.0


@pytest.fixture(autouse=True)
def _patience(sandbox: SandboxProcess, settings: Any) -> Iterator[None]:
    settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "SEARCH_TIMEOUT": PATIENCE, "HOLD_DEADLINE": 4 * PATIENCE}
    cache.clear()
    yield
    cache.clear()


#: More than asking takes.
MOST_STATEMENTS = 40


def killed_while(work: Callable[[], object], number: int, moment: str) -> bool:
    """Do it in a forked process that dies at the nth statement of its new connections; whether it did."""
    left = number

    def die_in_time(execute: Callable[..., Any], *arguments: Any) -> Any:
        nonlocal left
        left -= 1
        if not left and moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = execute(*arguments)
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    connections.close_all()
    pid = os.fork()
    if pid == 0:
        connection_created.connect(lambda connection, **_: connection.execute_wrappers.append(die_in_time), weak=False)
        work()
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def at_once(number: int, work: Callable[[int], T]) -> list[T]:
    """``work(number)`` in that many threads, begun together."""
    barrier = threading.Barrier(number)
    results: dict[int, T] = {}

    def run(place: int) -> None:
        try:
            barrier.wait(PATIENCE)
            results[place] = work(place)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(2 * PATIENCE)
    return [results[place] for place in range(number)]


def calls(sandbox: SandboxProcess) -> int:
    return int(sandbox.state()["calls"])


def counted(account: SiteAccount) -> tuple[int, int]:
    """Units spent, and held."""
    left = metering.allowance_of(account, "searches")
    assert metering.audit() == []
    return left.spent, left.held


def allow(account: SiteAccount, units: int) -> None:
    account.wallet.plan.allowances.update(units=units)
    metering.allowance_of(account, "searches")


class TestACrowd:
    def test_with_one_question_shares_one_call(
        self, sandbox: SandboxProcess, account: SiteAccount, generation: Generation
    ) -> None:
        allow(account, 100)
        sandbox.fault(None, latency_ms=150)
        asked = at_once(20, lambda place: ask("Opening hours", Asker(account=account), generation))
        assert [each.reason for each in asked] == [None] * 20
        assert sum(each.units for each in asked) == 1
        assert sum(each.is_cached for each in asked) == 19
        assert len({each.vector.tobytes() for each in asked if each.vector is not None}) == 1
        assert (calls(sandbox), counted(account), Usage.objects.count()) == (1, (1, 0), 1)

    def test_with_ten_units_gets_ten_answers(
        self, sandbox: SandboxProcess, account: SiteAccount, generation: Generation
    ) -> None:
        allow(account, 10)
        asked = at_once(64, lambda place: ask(f"question {'x' * place}", Asker(account=account), generation))
        assert Counter(each.reason for each in asked) == {None: 10, Reason.NO_UNITS: 54}
        assert (calls(sandbox), counted(account)) == (10, (10, 0))

    def test_is_kept_to_the_units_of_a_day(
        self, sandbox: SandboxProcess, account: SiteAccount, generation: Generation, settings: Any
    ) -> None:
        allow(account, 100)
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "SEARCH_DAILY_CAP": 5}
        asked = at_once(20, lambda place: ask(f"question {'x' * place}", Asker(account=account), generation))
        assert Counter(each.reason for each in asked) == {None: 5, Reason.DAILY_CAP: 15}
        assert (calls(sandbox), counted(account)) == (5, (5, 0))

    def test_of_one_client_is_kept_to_its_rate(
        self, sandbox: SandboxProcess, account: SiteAccount, generation: Generation
    ) -> None:
        allow(account, 300)

        def many(place: int) -> list[Asked]:
            texts = [f"question {'x' * (place * 25 + turn)}" for turn in range(25)]
            return [ask(text, Asker(account=account, client="192.0.2.1"), generation) for text in texts]

        asked = [each for found in at_once(8, many) for each in found]
        tally = Counter(each.reason for each in asked)
        assert (len(asked), tally[None] + tally[Reason.RATE]) == (200, 200)
        assert tally[None] <= 30
        assert counted(account) == (tally[None], 0)

    def test_whose_first_call_fails_asks_on_until_it_rests(
        self, sandbox: SandboxProcess, account: SiteAccount, generation: Generation
    ) -> None:
        allow(account, 100)
        sandbox.fault("html", times=1)
        asked = at_once(6, lambda place: ask("Opening hours", Asker(account=account), generation))
        assert Counter(each.reason for each in asked) == {Reason.MARKETPLACE: 1, None: 5}
        assert (calls(sandbox), counted(account)) == (2, (1, 0))


class TestAProcessThatIsKilled:
    def test_is_followed_by_the_next_and_costs_nothing(
        self,
        sandbox: SandboxProcess,
        account: SiteAccount,
        generation: Generation,
        settings: Any,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        allow(account, 10)
        monkeypatch.setattr(remembered, "LEASE_MARGIN", timedelta(seconds=0.5))
        sandbox.fault("hold")
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "SEARCH_TIMEOUT": 3.0}
        asker = Asker(account=account)
        connections.close_all()
        pid = os.fork()
        if pid == 0:
            ask("Opening hours", asker, generation)
            os._exit(0)
        sandbox.wait_for(calls=1, open=1)
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        assert os.WIFSIGNALED(status)
        sandbox.fault(None)
        assert counted(account) == (0, 1)
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "SEARCH_TIMEOUT": PATIENCE}
        began = time.monotonic()
        found = ask("Opening hours", asker, generation)
        assert (found.reason, found.units) == (None, 1)
        assert time.monotonic() - began < 15
        metering.roll_forward(account.wallet, "searches", now=timezone.now() + timedelta(seconds=5 * PATIENCE))
        assert counted(account) == (1, 0)
        assert sorted(Usage.objects.values_list("state", flat=True)) == ["expired", "settled"]

    @pytest.mark.parametrize("moment", ["before", "after"])
    def test_at_any_statement_leaves_a_unit_counted_with_its_vector_or_neither(
        self, sandbox: SandboxProcess, account: SiteAccount, generation: Generation, moment: str
    ) -> None:
        allow(account, 40)
        ends = set()
        for number in range(1, MOST_STATEMENTS):
            was_killed = killed_while(
                partial(ask, f"question {'x' * number}", Asker(account=account), generation), number, moment
            )
            metering.roll_forward(account.wallet, "searches", now=timezone.now() + timedelta(seconds=5 * PATIENCE))
            spent, held = counted(account)
            answered = QueryVector.objects.filter(vector__isnull=False).count()
            assert (spent, held) == (answered, 0)
            if not was_killed:
                assert number > 8, "asking takes more statements than this"
                assert len(ends) > 1, "no kill came after the commit, or none before it"
                return
            ends.add(spent)
        pytest.fail("asking never ended")


class TestAPageInsideATransaction:
    def test_gets_its_vector_all_the_same_where_others_may_write(
        self, sandbox: SandboxProcess, account: SiteAccount, generation: Generation
    ) -> None:
        allow(account, 10)
        began = time.monotonic()
        with transaction.atomic():
            SiteAccount.objects.update(label="Written")
            found = ask("Opening hours", Asker(account=account), generation)
            transaction.set_rollback(True)
        assert time.monotonic() - began < 10
        if connection.vendor == "sqlite":
            assert found == Asked(reason=Reason.DATABASE)
            assert (calls(sandbox), Usage.objects.count()) == (0, 0)
        else:
            # What was paid for outlasts the page's own transaction.
            assert (found.reason, found.units) == (None, 1)
            assert ask("Opening hours", Asker(account=account), generation).is_cached
            assert counted(account) == (1, 0)

    def test_gets_what_was_asked_before(
        self, sandbox: SandboxProcess, account: SiteAccount, generation: Generation
    ) -> None:
        allow(account, 10)
        ask("Opening hours", Asker(account=account), generation)
        with transaction.atomic():
            assert ask("Opening hours", Asker(account=account), generation).is_cached

    def test_that_has_locked_the_ledger_waits_no_longer_than_the_timeout(
        self, sandbox: SandboxProcess, account: SiteAccount, generation: Generation, settings: Any
    ) -> None:
        allow(account, 10)
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "SEARCH_TIMEOUT": 0.5}
        began = time.monotonic()
        with transaction.atomic():
            account.wallet.balances.update(held=0)
            found = ask("Opening hours", Asker(account=account), generation)
        assert found.reason in (Reason.MARKETPLACE, Reason.DATABASE)
        assert time.monotonic() - began < 5
        wait_for_the_rest()
        spent, held = counted(account)
        assert (spent, held) == (QueryVector.objects.filter(vector__isnull=False).count(), 0)


class TestAMarketplaceThatIsGone:
    def test_is_told_within_the_time_and_then_left_alone(
        self, sandbox: SandboxProcess, account: SiteAccount, generation: Generation, settings: Any
    ) -> None:
        allow(account, 10)
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "SANDBOX_URL": "http://127.0.0.1:9/api/v1", "SEARCH_TIMEOUT": 3}
        began = time.monotonic()
        reasons = [ask(f"question {'x' * n}", Asker(account=account), generation).reason for n in range(20)]
        assert set(reasons) == {Reason.MARKETPLACE}
        assert time.monotonic() - began < 12
        assert Usage.objects.filter(state="released").count() == 3
        assert counted(account) == (0, 0)


class TestWorkAside:
    def test_gives_what_the_work_gives_and_raises_what_it_raises(self) -> None:
        assert aside.within(PATIENCE, lambda: threading.current_thread().name) == "shareai-search"
        with pytest.raises(ZeroDivisionError):
            aside.within(PATIENCE, lambda: 1 // 0)

    def test_goes_on_when_nobody_waits(self, caplog: pytest.LogCaptureFixture) -> None:
        may_end, has_ended = threading.Event(), threading.Event()

        def work() -> None:
            may_end.wait(PATIENCE)
            has_ended.set()
            raise ZeroDivisionError

        with pytest.raises(aside.TooLateError):
            aside.within(0.01, work)
        may_end.set()
        assert has_ended.wait(PATIENCE)
        wait_for_the_rest()
        assert "question=unresolved error=ZeroDivisionError" in caplog.text


def wait_for_the_rest() -> None:
    for thread in threading.enumerate():
        if thread.name == "shareai-search":
            thread.join(PATIENCE)
