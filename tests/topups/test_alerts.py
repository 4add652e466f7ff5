"""Thresholds at 75, 90 and 100 %: told once, to the right people, and again after a top-up or a reset."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from shareai_cms import topups
from shareai_cms.actions.road import ActionCall, run
from shareai_cms.metering import Allowance, allowance_of
from shareai_cms.metering.meters import resets_text
from shareai_cms.models import Alert, Letter, SiteAccount, Wallet
from shareai_cms.signals import action_delivered, threshold_reached
from shareai_cms.topups import alerts, banner_text, level_of, outbox
from shareai_cms.topups.levels import threshold_of
from shareai_cms.topups.providers import Paid
from shareai_cms.work import Turn, duties
from tests.actions.fixtures import account, call_for, editor, sandbox, sandbox_process
from tests.metering.world import World
from tests.services import SandboxProcess
from tests.topups.post import bring_mail_back, html_of, only_mail, sent, take_mail_away
from tests.topups.shop import Shop, buyer_for, refund

__all__ = ["account", "call_for", "editor", "sandbox", "sandbox_process"]

pytestmark = [pytest.mark.ledger, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _mail_server_was_never_away() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def shop(transactional_db: None) -> Shop:
    """Twenty writing actions a month; now, since mails are made when they are sent."""
    return Shop(writing=20, now=timezone.now())


@pytest.fixture
def heard(transactional_db: None) -> Iterator[list[tuple[int, int]]]:
    """Thresholds that the signal told of, with the number of top-ups."""
    told: list[tuple[int, int]] = []

    def hear(alert: Alert, **_: object) -> None:
        told.append((alert.threshold, alert.topups))

    threshold_reached.connect(hear)
    yield told
    threshold_reached.disconnect(hear)


def look(shop: World) -> int:
    told, has_more = topups.find_alerts(now=shop.now)
    assert not has_more
    return told


def kept() -> list[tuple[int, int]]:
    return list(Alert.objects.order_by("topups", "threshold").values_list("threshold", "topups"))


class TestAThreshold:
    def test_is_told_when_it_is_reached_and_once(self, shop: Shop, heard: list[tuple[int, int]]) -> None:
        shop.spend(14)
        assert look(shop) == 0
        shop.spend(1)
        assert look(shop) == 1
        assert look(shop) == 0
        shop.spend(3)
        look(shop)
        shop.spend(2)
        look(shop)
        assert heard == [(75, 0), (90, 0), (100, 0)]
        assert [message.subject.split(": ")[1] for message in sent()] == [
            "5 of 20 writing actions left",
            "2 of 20 writing actions left",
            "0 of 20 writing actions left",
        ]

    def test_that_was_jumped_over_is_kept_and_only_the_highest_told(
        self, shop: Shop, heard: list[tuple[int, int]]
    ) -> None:
        shop.spend(20)
        assert look(shop) == 1
        assert kept() == [(75, 0), (90, 0), (100, 0)]
        assert heard == [(100, 0)]
        assert "Everything there was to use is used." in only_mail().body

    def test_is_armed_again_by_a_top_up(self, shop: Shop, heard: list[tuple[int, int]]) -> None:
        shop.spend(20)
        look(shop)
        shop.pay()
        assert look(shop) == 0
        shop.spend(70)
        assert look(shop) == 1
        assert heard == [(100, 0), (75, 1)]

    def test_is_armed_again_by_a_new_period(self, shop: Shop, heard: list[tuple[int, int]]) -> None:
        shop.spend(15)
        look(shop)
        shop.pass_time(days=31)
        assert look(shop) == 0
        shop.spend(15)
        assert look(shop) == 1
        assert heard == [(75, 0), (75, 0)]
        assert Alert.objects.values("period_start").distinct().count() == 2

    def test_counts_a_refund(self, shop: Shop, heard: list[tuple[int, int]]) -> None:
        order = shop.pay()
        shop.spend(20)
        assert look(shop) == 0
        shop.say(order, Paid.PAID, refund(1_000))
        assert look(shop) == 1
        assert heard == [(100, 1)]

    def test_counts_held_units_as_there(self, shop: Shop) -> None:
        shop.spend(10)
        hold = shop.hold(10)
        assert look(shop) == 0
        shop.settle(hold)
        assert look(shop) == 1
        assert kept()[-1] == (100, 0)

    def test_is_not_there_where_nothing_is_included_or_bought(self, transactional_db: None) -> None:
        world = World(searches=5)
        world.roll()
        assert look(world) == 0

    def test_is_not_there_on_a_meter_that_is_never_refused(self, transactional_db: None) -> None:
        world = World(writing=5)
        hold = world.hold(meter="indexing", units=10**9)
        world.settle(hold)
        assert look(world) == 0

    def test_of_a_period_that_is_over_is_not_told(self, shop: Shop) -> None:
        shop.spend(20)
        shop.pass_time(days=40)
        assert look(shop) == 0

    def test_that_is_no_longer_true_is_not_mailed(self, shop: Shop, settings: Any) -> None:
        take_mail_away(settings)
        shop.spend(15)
        look(shop)
        bring_mail_back(settings)
        shop.grant(100)
        Letter.objects.update(next_try_at=timezone.now())
        assert outbox.send_due() == (0, False)
        letter = Letter.objects.get()
        assert (letter.to, letter.next_try_at, letter.sent_at, letter.error) == ("", None, None, "out_of_date")

    def test_is_found_by_one_query(self, shop: Shop, django_assert_num_queries: Any) -> None:
        for _ in range(3):
            world = World(writing=20, now=shop.now)
            world.spend(20)
        look(shop)
        for _ in range(3):
            World(writing=20, now=shop.now).spend(5)
        with django_assert_num_queries(1):
            assert look(shop) == 0

    def test_is_told_by_one_of_many_at_once(self, shop: Shop, heard: list[tuple[int, int]]) -> None:
        shop.spend(20)
        barrier = threading.Barrier(6)

        def find(_number: int) -> int:
            barrier.wait(30)
            try:
                return look(shop)
            finally:
                connection.close()

        with ThreadPoolExecutor(6) as pool:
            assert sum(pool.map(find, range(6))) == 1
        assert heard == [(100, 0)]
        assert len(sent()) == 1


class TestThePeople:
    def test_are_those_who_may_buy_or_manage_once_each(self, shop: Shop) -> None:
        other = shop.another_account()
        manager = buyer_for(shop.account, "manage", "buy")
        there = buyer_for(other, "manage")
        buyer_for(shop.account, "use")
        stranger = Shop(writing=20)
        shop.spend(20)
        look(shop)
        told = sorted(message.to[0] for message in sent())
        assert told == sorted([shop.user.email, manager.email, there.email])
        assert stranger.user.email not in told

    def test_read_of_the_sites_that_are_theirs_alone(self, shop: Shop) -> None:
        other = shop.another_account()
        SiteAccount.objects.filter(pk=shop.account.pk).update(label="Harbour")
        SiteAccount.objects.filter(pk=other.pk).update(label="Lighthouse")
        there = buyer_for(other)
        shop.spend(20)
        look(shop)
        [mail] = [message for message in sent() if message.to == [there.email]]
        assert "Lighthouse" in mail.subject
        assert "Harbour" not in mail.subject + mail.body + html_of(mail)

    def test_are_told_when_it_resets_where_to_buy_and_that_nothing_is_charged(self, shop: Shop) -> None:
        shop.spend(15)
        look(shop)
        resets = resets_text(shop.left.resets_at, "UTC")
        for said in (resets, "Nothing is ever bought or charged by itself.", "&meter=writing"):
            assert said in only_mail().body

    def test_without_any_the_row_is_kept_all_the_same(self, transactional_db: None) -> None:
        world = World(writing=4)
        world.spend(4)
        assert look(world) == 1
        assert not Letter.objects.exists()


class TestAnAction:
    @pytest.fixture
    def small(self, sandbox: SandboxProcess, account: SiteAccount) -> SiteAccount:
        """Eight writing actions."""
        account.wallet.plan.allowances.update(units=8)
        return account

    def test_that_reaches_a_threshold_tells_of_it_at_once(
        self, small: SiteAccount, call_for: Callable[..., ActionCall], heard: list[tuple[int, int]]
    ) -> None:
        for number in range(7):
            run(call_for(f"click-{number:016d}"))
            assert heard == ([(75, 0)] if number >= 5 else [])
        run(call_for("click-0000000000000007"))
        assert heard == [(75, 0), (100, 0)]

    def test_below_it_costs_no_statement(self, small: SiteAccount, call_for: Callable[..., ActionCall]) -> None:
        run(call_for("click-0000000000000001"))
        counts = []
        for key in ("click-0000000000000002", "click-0000000000000003"):
            if counts:
                action_delivered.disconnect(dispatch_uid="shareai_cms.topups.alerts")
            with CaptureQueriesContext(connection) as captured:
                run(call_for(key))
            counts.append(len(captured))
        alerts.connect()
        assert counts[0] == counts[1]

    def test_is_delivered_though_telling_fails(
        self,
        small: SiteAccount,
        call_for: Callable[..., ActionCall],
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        def fail(**_: Any) -> None:
            raise RuntimeError

        monkeypatch.setattr(alerts, "find_alerts", fail)
        for number in range(8):
            result, left = run(call_for(f"click-{number:016d}"))
            assert result.units == 1
        assert left is not None
        assert left.allowance.available == 0

    def test_that_said_nothing_is_found_by_the_worker(self, shop: Shop) -> None:
        world = World(writing=4, now=timezone.now())
        world.spend(4)
        assert duties.find_alerts(Turn()) == 1
        assert duties.find_alerts(Turn()) == 0
        World(writing=4, now=timezone.now()).spend(4)
        turn = Turn(seconds=0)
        assert duties.find_alerts(turn) == 0
        assert turn.has_more


def left(available: int, spent: int, held: int = 0) -> Allowance:
    return Allowance(
        meter="writing",
        available=available,
        held=held,
        frozen=0,
        spent=spent,
        resets_at=timezone.now() + timedelta(days=9),
        time_zone="UTC",
    )


class TestALevel:
    @pytest.mark.parametrize(
        ("available", "spent", "held", "level"),
        [
            (0, 0, 0, ""),
            (20, 0, 0, ""),
            (6, 14, 0, ""),
            (5, 15, 0, "low"),
            (3, 17, 0, "low"),
            (2, 18, 0, "very_low"),
            (1, 999, 0, "very_low"),
            (0, 20, 0, "none"),
            (0, 10, 10, "none"),
            (1, 10, 9, ""),
        ],
    )
    def test_follows_what_is_left(self, available: int, spent: int, held: int, level: str) -> None:
        assert level_of(left(available, spent, held)) == level

    def test_is_exact_where_the_share_is_no_whole_number(self) -> None:
        assert [threshold_of(spent, 7) for spent in range(8)] == [0, 0, 0, 0, 0, 0, 75, 100]
        assert threshold_of(10**11 * 9, 10**12) == 90

    def test_is_said_in_words(self, shop: Shop) -> None:
        SiteAccount.objects.filter(pk=shop.account.pk).update(label="Harbour")
        shop.account.refresh_from_db()
        assert banner_text(shop.left, shop.account) == ""
        shop.spend(18)
        assert banner_text(shop.left, shop.account) == (
            "Harbour: 2 of 20 writing actions left. Nine tenths of what there was to use are used. "
            f"{resets_text(shop.left.resets_at, 'UTC')}."
        )

    def test_is_said_in_the_language_of_the_reader(self, shop: Shop) -> None:
        shop.spend(20)
        with translation.override("de"):
            assert "Nine" not in banner_text(allowance_of(shop.account, "writing", now=shop.now), shop.account)


def test_an_alert_goes_with_its_wallet(shop: Shop) -> None:
    assert Alert._meta.get_field("wallet").related_model is Wallet
