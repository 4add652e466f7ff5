"""A copied database spends nothing of the live site's, and a site that moved goes on after one answer."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connections

from shareai_cms import metering
from shareai_cms.errors import AddressChanged
from shareai_cms.metering import addresses
from shareai_cms.models import SiteAccount, Wallet
from shareai_cms.signals import address_changed
from tests.metering.world import ADA

pytestmark = [pytest.mark.ledger, pytest.mark.django_db]

OLD, NEW = "https://press.example", "https://staging.press.example"


@pytest.fixture(autouse=True)
def _production(settings: Any) -> None:
    settings.SHAREAI_CMS = {"ENVIRONMENT": "production", "API_KEY": "k", "DEFAULT_PLAN": {"writing": 50}}
    cache.clear()


def live(address: str = OLD) -> SiteAccount:
    return metering.open_account(platform="wagtail", reference="2", label="Press", address=address)


def found() -> SiteAccount:
    account = metering.find_account("wagtail", "2")
    assert account is not None
    return account


def left(account: SiteAccount) -> int:
    return metering.allowance_of(account, "writing").available


class TestComparing:
    @pytest.mark.parametrize(
        "same",
        [
            "https://press.example/",
            "http://press.example",
            "press.example",
            "PRESS.Example.",
            "https://press.example:443/",
            "http://press.example:80",
            " https://press.example/admin/ ",
        ],
    )
    def test_sees_through_how_an_address_is_written(self, same: str) -> None:
        assert addresses.normalised(same) == "press.example"

    def test_knows_both_forms_of_an_international_name(self) -> None:
        assert addresses.normalised("https://BÜCHER.example") == addresses.normalised("http://xn--bcher-kva.example/")

    @pytest.mark.parametrize("other", ["https://press.example:8443", "https://www.press.example", "http://127.0.0.1"])
    def test_tells_hosts_and_ports_apart(self, other: str) -> None:
        assert addresses.normalised(other) != "press.example"

    @pytest.mark.parametrize("odd", ["http://[::1", "https://press.example:port", "ü" * 80, "", "//", "\x00"])
    def test_bears_anything(self, odd: str) -> None:
        assert addresses.normalised(odd) == addresses.normalised(odd)


class TestAsking:
    def test_is_spared_while_the_address_is_the_same(self) -> None:
        metering.check_address(live(), "http://PRESS.example/")

    def test_stops_a_live_account_elsewhere(self) -> None:
        with pytest.raises(AddressChanged) as raised:
            metering.check_address(live(), NEW)
        assert raised.value.detail == f"remembered {OLD}, now {NEW}"
        assert SiteAccount.objects.get().address == OLD

    def test_costs_no_query(self, django_assert_num_queries: Any) -> None:
        account = live()
        with django_assert_num_queries(0):
            metering.check_address(account, OLD)
            with pytest.raises(AddressChanged):
                metering.check_address(account, NEW)

    @pytest.mark.parametrize("environment", ["sandbox", "staging"])
    def test_is_for_live_accounts_alone(self, environment: str) -> None:
        account = metering.open_account(platform="wagtail", reference="3", address=OLD, environment=environment)
        metering.check_address(account, NEW)

    def test_is_not_done_where_nobody_knows_the_address(self) -> None:
        metering.check_address(live(), "")

    def test_teaches_an_account_without_an_address(self) -> None:
        account = live("")
        metering.check_address(account, OLD)
        assert (account.address, SiteAccount.objects.get().address) == (OLD, OLD)
        with pytest.raises(AddressChanged):
            metering.check_address(account, NEW)

    def test_is_announced_once_for_many_clicks(self) -> None:
        heard: list[str] = []

        def hear(account: SiteAccount, address: str, **_: Any) -> None:
            heard.append(address)

        address_changed.connect(hear)
        try:
            account = live()
            for _ in range(3):
                with pytest.raises(AddressChanged):
                    metering.check_address(account, NEW)
        finally:
            address_changed.disconnect(hear)
        assert heard == [NEW]


class TestMoved:
    def test_goes_on_with_what_it_had(self) -> None:
        account = live()
        before = account.wallet_id
        assert metering.declare_moved(account, NEW)
        assert metering.declare_moved(account, NEW)
        metering.check_address(found(), NEW)
        assert (found().pk, found().wallet_id, found().environment) == (account.pk, before, "production")


class TestCopy:
    def test_goes_on_without_units_in_staging(self) -> None:
        account = live()
        original = account.wallet_id
        assert left(account) == 50
        assert metering.declare_copy(account, NEW)
        assert (account.environment, account.is_copy, account.address) == ("staging", True, NEW)
        assert account.wallet_id != original
        assert [one.available for one in metering.allowance(account)] == [0, 0, 0]

    def test_is_what_this_deployment_finds_from_then_on(self) -> None:
        account = live()
        metering.declare_copy(account, NEW)
        assert found().pk == live(NEW).pk == account.pk
        assert SiteAccount.objects.count() == 1
        metering.check_address(found(), "https://anywhere.example")

    def test_is_said_once(self) -> None:
        account = live()
        assert metering.declare_copy(account, NEW)
        assert metering.declare_copy(account, NEW)
        assert Wallet.objects.count() == 2

    def test_leaves_open_holds_with_the_wallet_that_they_are_from(self) -> None:
        account = live()
        request = metering.HoldRequest(
            account=account, meter="writing", units=2, key="k" * 16, fingerprint="f" * 64,
            actor=ADA, feature="rewrite",
        )  # fmt: skip
        hold = metering.reserve(request)
        metering.declare_copy(account, NEW)
        assert metering.settle(hold)
        assert metering.audit() == []
        assert metering.declare_original(account)
        assert left(found()) == 48

    def test_finds_another_place_where_the_site_has_a_staging_account(self) -> None:
        metering.open_account(platform="wagtail", reference="2", environment="staging")
        account = live()
        assert metering.declare_copy(account, NEW)
        assert account.environment == "staging-copy"
        assert found().pk == account.pk

    def test_is_not_for_accounts_that_are_not_live(self) -> None:
        account = metering.open_account(platform="wagtail", reference="2", environment="sandbox")
        assert not metering.declare_copy(account, NEW)
        assert Wallet.objects.count() == 1

    def test_is_taken_back_with_every_unit(self) -> None:
        account = live()
        metering.grant(account.wallet, "writing", 20, kind="topup", source_ref="order:1:writing")
        metering.declare_copy(account, NEW)
        assert metering.declare_original(account, OLD)
        assert (account.environment, account.is_copy, account.address) == ("production", False, OLD)
        assert left(found()) == 70


class TestTwoManagers:
    def test_who_disagree_get_one_answer(self) -> None:
        account, same = live(), SiteAccount.objects.get()
        assert metering.declare_moved(account, NEW)
        assert not metering.declare_copy(same, NEW)
        assert Wallet.objects.count() == 1
        assert found().environment == "production"

    def test_who_disagree_the_other_way_round(self) -> None:
        account, same = live(), SiteAccount.objects.get()
        assert metering.declare_copy(account, NEW)
        assert not metering.declare_moved(same, NEW)
        assert found().environment == "staging"


@pytest.mark.django_db(transaction=True)
class TestAtTheSameMoment:
    def test_answers_leave_one_account_and_one_truth(self) -> None:
        account = live()
        answers: list[tuple[str, bool]] = []
        barrier = threading.Barrier(6)

        def answer(number: int) -> None:
            mine = SiteAccount.objects.get(pk=account.pk)
            barrier.wait(20)
            try:
                if number % 2:
                    answers.append(("moved", metering.declare_moved(mine, NEW)))
                else:
                    answers.append(("copy", metering.declare_copy(mine, NEW)))
                live(NEW)  # an editor comes along
            finally:
                connections.close_all()

        threads = [threading.Thread(target=answer, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        said = {name for name, holds in answers if holds}
        assert len(answers) == 6
        assert said == ({"copy"} if found().is_copy else {"moved"})
        assert SiteAccount.objects.count() == 1
        assert Wallet.objects.count() == (2 if found().is_copy else 1)


class TestTheCommand:
    @pytest.fixture(autouse=True)
    def _platform(self) -> Iterator[None]:
        kept = dict(addresses._platforms)
        metering.register_platform("wagtail", lambda reference: NEW)
        yield
        addresses._platforms.clear()
        addresses._platforms.update(kept)

    def said(self, *arguments: str) -> str:
        out = StringIO()
        call_command("shareai_account", *arguments, stdout=out)
        return out.getvalue()

    def test_lists_accounts_and_what_has_changed(self) -> None:
        account = live()
        assert f"{account.pk}: Press  environment=production" in self.said()
        assert f"now={NEW}: say --moved or --copy" in self.said()

    def test_says_that_a_site_has_moved(self) -> None:
        account = live()
        assert self.said(str(account.pk), "--moved") == f"Press is at {NEW} now.\n"
        assert "say --moved" not in self.said()

    def test_says_that_it_is_a_copy_and_takes_it_back(self) -> None:
        number = str(live().pk)
        assert "Press is a copy now, in staging, without units." in self.said(number, "--copy")
        assert "environment=staging (copy)" in self.said(number)
        with pytest.raises(CommandError, match="is a copy; --original makes it the live site's again"):
            self.said(number, "--moved")
        assert "the live site's account again" in self.said(number, "--original", "--address", OLD)
        assert found().address == OLD

    def test_wants_an_account_that_exists_and_an_address(self) -> None:
        with pytest.raises(CommandError, match="There is no account 77"):
            self.said("77", "--moved")
        account = metering.open_account(platform="saleor", reference="9", address=OLD)
        with pytest.raises(CommandError, match="give it with --address"):
            self.said(str(account.pk), "--moved")
