"""What the duties of core do: idle wallets are rolled forward, old suggestions lose their content."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from shareai_cms import metering
from shareai_cms.actions.road import ActionCall, run
from shareai_cms.errors import ObjectNotFound
from shareai_cms.models import Balance, SiteAccount, Suggestion, Usage, Wallet
from shareai_cms.signals import period_began
from shareai_cms.work import Turn, WorkLoop, all_duties, duties, waiting_duties
from tests.actions.fixtures import account, call_for, editor, sandbox, sandbox_process
from tests.metering.world import World
from tests.services import SandboxProcess

__all__ = ["account", "call_for", "editor", "sandbox", "sandbox_process"]

pytestmark = [pytest.mark.ledger, pytest.mark.django_db(transaction=True)]


def test_each_duty_says_what_it_counts() -> None:
    # What searches are scanned in is brought up to the tables whole.
    assert {duty.name for duty in all_duties() if duty.counts == "things done"} == {"search-store"}


def wait_over(balances: int = 0) -> None:
    """Every balance has something due since yesterday."""
    Balance.objects.update(next_change_at=timezone.now() - timedelta(days=1))


class TestTheLedger:
    def test_rolls_what_nobody_looks_at(self) -> None:
        now = timezone.now()
        world = World(writing=10, now=now - timedelta(days=40))
        hold = world.hold(3)
        assert duties.roll_balances(Turn()) == 1
        hold.usage.refresh_from_db()
        assert hold.usage.state == Usage.State.EXPIRED
        assert world.balance.period_start > now - timedelta(days=32)
        world.now = now
        world.assert_units(available=10, held=0, spent=0)
        assert duties.roll_balances(Turn()) == 0

    def test_goes_round_a_wallet_that_cannot_be_rolled(self) -> None:
        now = timezone.now()
        sick, sound = (World(writing=10, now=now - timedelta(days=days)) for days in (80, 70))
        for world in (sick, sound):
            world.roll()
        Wallet.objects.filter(pk=sick.wallet.pk).update(time_zone="Europe/Vindobona")
        assert WorkLoop().run_once() == 1
        assert sound.balance.next_change_at > now
        assert sick.balance.next_change_at < now

    def test_stops_between_two_wallets_when_its_turn_is_over(self) -> None:
        for _ in range(3):
            World(writing=10, now=timezone.now() - timedelta(days=70)).roll()
        turn = Turn(seconds=0)
        assert duties.roll_balances(turn) == 0
        assert turn.has_more

    def test_announces_each_new_period_once(self) -> None:
        heard: list[tuple[int, str]] = []

        def hear(wallet_id: int, meter: str, **_: object) -> None:
            heard.append((wallet_id, meter))

        world = World(writing=10, now=timezone.now() - timedelta(days=70))
        world.roll()
        period_began.connect(hear)
        try:
            duties.roll_balances(Turn())
            duties.roll_balances(Turn())
        finally:
            period_began.disconnect(hear)
        assert heard == [(world.wallet.pk, "writing")]


class TestSuggestions:
    @pytest.fixture
    def old(self, sandbox: SandboxProcess, call_for: Callable[..., ActionCall], account: SiteAccount) -> Suggestion:
        run(call_for("click-0000000000000001"))
        Suggestion.objects.update(created_at=timezone.now() - timedelta(days=91))
        run(call_for("click-0000000000000002"))
        return Suggestion.objects.order_by("pk")[0]

    def test_lose_their_content_and_keep_their_row(self, old: Suggestion, account: SiteAccount) -> None:
        assert duties.erase_suggestions(Turn()) == 1
        assert duties.erase_suggestions(Turn()) == 0
        old.refresh_from_db()
        assert (old.result, old.erased_at is None) == ({}, False)
        assert Suggestion.objects.filter(erased_at__isnull=True).get().result["text"]
        assert Usage.objects.filter(state="settled").count() == 2
        assert metering.audit() == []

    def test_are_not_made_up_for_a_click_that_comes_again(
        self, old: Suggestion, call_for: Callable[..., ActionCall]
    ) -> None:
        duties.erase_suggestions(Turn())
        with pytest.raises(ObjectNotFound) as raised:
            run(call_for("click-0000000000000001"))
        assert raised.value.sentence == "This suggestion is no longer kept."
        assert Usage.objects.count() == 2

    def test_are_what_managers_hear_of_where_nobody_works(self, old: Suggestion) -> None:
        duties.register_duties()
        assert waiting_duties() == []
        Suggestion.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=93))
        assert waiting_duties() == ["suggestions"]

    def test_are_kept_as_long_as_the_settings_say(self, old: Suggestion, settings: object) -> None:
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "SUGGESTION_DAYS": 92}  # type: ignore[attr-defined]
        assert duties.erase_suggestions(Turn()) == 0
