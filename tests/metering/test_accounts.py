from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.test import override_settings

from shareai_cms import metering
from shareai_cms.metering import find_account, open_account
from shareai_cms.models import Budget, Plan, PlanAllowance, SiteAccount, Wallet
from shareai_cms.permissions import Actor
from tests.metering.world import ADA

pytestmark = [pytest.mark.ledger, pytest.mark.django_db]


class TestOpening:
    def test_makes_account_wallet_and_default_plan(self) -> None:
        account = open_account(
            platform="wagtail", reference="2", label="Harbour Press", address="press.example", client="Harbour"
        )
        assert (account.label, account.address, account.client) == ("Harbour Press", "press.example", "Harbour")
        assert (account.environment, account.wallet.client) == ("sandbox", "Harbour")
        assert [one.left for one in metering.allowance(account)] == [50, 25, 500]

    @override_settings(SHAREAI_CMS={"DEFAULT_PLAN": {"writing": 7}, "TIME_ZONE": "Europe/Vienna"})
    def test_follows_the_settings(self) -> None:
        account = open_account(platform="wagtail", reference="2")
        assert (account.wallet.time_zone, metering.allowance_of(account, "writing").left) == ("Europe/Vienna", 7)

    def test_happens_once(self) -> None:
        first = open_account(platform="wagtail", reference="2", label="Harbour")
        again = open_account(platform="wagtail", reference="2", label="Another name")
        assert (again.pk, again.label) == (first.pk, "Harbour")
        assert Wallet.objects.count() == 1

    def test_keeps_environments_apart(self) -> None:
        here = open_account(platform="wagtail", reference="2")
        there = open_account(platform="wagtail", reference="2", environment="production")
        assert here.wallet_id != there.wallet_id
        assert Plan.objects.count() == 1

    def test_leaves_a_default_plan_as_the_site_has_edited_it(self) -> None:
        open_account(platform="wagtail", reference="1")
        PlanAllowance.objects.filter(meter="products").delete()
        PlanAllowance.objects.filter(meter="writing").update(units=80)
        seen = metering.allowance(open_account(platform="wagtail", reference="2"))
        assert [one.left for one in seen] == [80, 0, 500]

    def test_costs_one_query_the_second_time(self, django_assert_num_queries: object) -> None:
        open_account(platform="wagtail", reference="2")
        with django_assert_num_queries(1):
            assert open_account(platform="wagtail", reference="2").wallet.plan_id


class TestFinding:
    def test_is_one_query_with_wallet_and_budgets(self, django_assert_num_queries: object) -> None:
        open_account(platform="wagtail", reference="2")
        with django_assert_num_queries(1):
            found = find_account("wagtail", "2")
            assert found is not None
            assert (found.wallet.status, found.has_budgets) == ("active", False)

    def test_finds_nothing_where_nothing_was_opened(self) -> None:
        open_account(platform="wagtail", reference="2", environment="production")
        assert find_account("wagtail", "2") is None
        assert not SiteAccount.objects.filter(environment="sandbox").exists()

    @pytest.mark.parametrize(
        ("scope", "reference", "counts"),
        [("actor", "user:1", True), ("actor", "user:2", False), ("account", "9", True), ("group", "1", True)],
    )
    def test_leaves_out_budgets_of_other_persons(self, scope: str, reference: str, counts: bool) -> None:
        account = open_account(platform="wagtail", reference="2")
        Budget.objects.create(wallet=account.wallet, meter="writing", scope=scope, reference=reference, limit=1)
        found = [find_account("wagtail", "2", actor=actor) for actor in (ADA, None)]
        assert [one and one.has_budgets for one in found] == [counts, True]


class TestWallet:
    def test_refuses_a_zone_that_does_not_exist(self) -> None:
        wallet = open_account(platform="wagtail", reference="2").wallet
        wallet.time_zone = "Europe/Vindobona"
        with pytest.raises(ValidationError, match="Enter an IANA time zone name, such as Europe/Vienna"):
            wallet.full_clean()


class TestActor:
    def test_of_another_kind_is_another_person(self) -> None:
        account = open_account(platform="wagtail", reference="2")
        Budget.objects.create(wallet=account.wallet, meter="writing", scope="actor", reference="user:1", limit=1)
        found = find_account("wagtail", "2", actor=Actor(kind="saleor", reference="1"))
        assert found is not None
        assert not found.has_budgets
