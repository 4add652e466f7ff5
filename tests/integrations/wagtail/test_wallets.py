from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group, User
from django.utils import timezone

from shareai_cms import metering
from shareai_cms.models import AccountPermission, Budget, Plan, PlanAllowance, Wallet
from shareai_cms.permissions import Actor
from tests.integrations.wagtail.conftest import person, signed_in
from tests.integrations.wagtail.desk import at, wallet_data, words


class TestAWallet:
    def test_another_plan_applies_from_the_next_period(self, desk: SimpleNamespace, manager: User) -> None:
        large = Plan.objects.create(slug="large", name="Large")
        PlanAllowance.objects.create(plan=large, meter="writing", units=500)
        wallet = desk.shop.wallet
        assert metering.allowance_of(desk.shop, "writing").available == 50
        response = signed_in(manager).post(
            at("wallet", wallet.pk), wallet_data(wallet, plan=large.pk, client="Rope Ltd", time_zone="Europe/Vienna")
        )
        assert response.status_code == 302
        wallet.refresh_from_db()
        assert (wallet.plan, wallet.client, wallet.time_zone) == (large, "Rope Ltd", "Europe/Vienna")
        left = metering.allowance_of(desk.shop, "writing")
        assert left.available == 50
        later = left.resets_at + timedelta(hours=1)
        assert metering.allowance_of(desk.shop, "writing", now=later).available == 500
        assert metering.audit(wallet) == []

    def test_a_period_that_has_ended_unnoticed_still_gets_its_own_plan(
        self, desk: SimpleNamespace, manager: User
    ) -> None:
        """The month began under the old plan, whenever somebody looked at it first."""
        large = Plan.objects.create(slug="large", name="Large")
        PlanAllowance.objects.create(plan=large, meter="writing", units=500)
        wallet = desk.shop.wallet
        metering.allowance_of(desk.shop, "writing", now=timezone.now() - timedelta(days=40))
        signed_in(manager).post(at("wallet", wallet.pk), wallet_data(wallet, plan=large.pk))
        assert metering.allowance_of(desk.shop, "writing").available == 50

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            ({"anchor_day": 32}, "less than or equal to 31"),
            ({"time_zone": "Mars/Base"}, "Select a valid choice"),
            ({"plan": 0}, "Select a valid choice"),
        ],
    )
    def test_what_makes_no_sense_is_refused(
        self, desk: SimpleNamespace, manager: User, change: dict[str, Any], sentence: str
    ) -> None:
        wallet = desk.shop.wallet
        text = words(signed_in(manager).post(at("wallet", wallet.pk), wallet_data(wallet, **change)))
        assert sentence in text
        wallet.refresh_from_db()
        assert (wallet.anchor_day, wallet.time_zone) == (1, "UTC")

    def test_shows_where_its_units_came_from(self, desk: SimpleNamespace, manager: User) -> None:
        metering.grant(desk.shop.wallet, "writing", 20, kind="promo", source_ref="gift", note="Welcome")
        text = words(signed_in(manager).get(at("wallet", desk.shop.wallet_id)))
        assert "Gift 20 writing actions 20 In effect never Welcome" in text
        assert "Included in the plan 50 writing actions 50 In effect" in text
        assert "1,000,000,000,000" not in text

    def test_a_client_reads_it(self, desk: SimpleNamespace) -> None:
        response = signed_in(desk.client).get(at("wallet", desk.shop.wallet_id))
        assert "Only people who manage AI on all sites can change this." in words(response)
        page = BeautifulSoup(response.content, "html.parser")
        assert page.select(".shareai-settings > form")
        assert not page.select(".shareai-settings > form button")


class TestPlans:
    def test_are_made_and_changed_from_the_next_period(self, desk: SimpleNamespace, manager: User) -> None:
        client = signed_in(manager)
        units = {"units_writing": 7, "units_products": 0, "units_searches": 9}
        client.post(at("add_plan"), {"name": "Small", **units})
        plan = Plan.objects.get(name="Small")
        assert dict(plan.allowances.values_list("meter", "units")) == {"writing": 7, "searches": 9}
        Wallet.objects.update(plan=plan)
        resets = metering.allowance_of(desk.shop, "writing").resets_at
        client.post(at("plan", plan.pk), {"name": "Small", **units, "units_writing": 70, "units_searches": 0})
        assert metering.allowance_of(desk.shop, "writing").available == 7
        assert metering.allowance_of(desk.shop, "searches").available == 9
        assert metering.allowance_of(desk.shop, "writing", now=resets + timedelta(hours=1)).available == 70
        text = words(client.get(at("plans")))
        assert "Small 70 writing actions" in text

    def test_two_of_one_name_have_identifiers_of_their_own(self, desk: SimpleNamespace, manager: User) -> None:
        for _each in range(3):
            data = {"name": "Ünïque 1", "units_writing": 1, "units_products": 0, "units_searches": 0}
            signed_in(manager).post(at("add_plan"), data)
        assert sorted(Plan.objects.filter(name="Ünïque 1").values_list("slug", flat=True)) == [
            "unique-1",
            "unique-1-2",
            "unique-1-3",
        ]

    @pytest.mark.parametrize("units", ["-1", "1.5", "", "99999999999"])
    def test_units_are_whole_numbers(self, desk: SimpleNamespace, manager: User, units: str) -> None:
        data = {"name": "Odd", "units_writing": units, "units_products": 0, "units_searches": 0}
        assert "Nothing was saved." in words(signed_in(manager).post(at("add_plan"), data))
        assert not Plan.objects.filter(name="Odd").exists()


class TestBudgets:
    def add(self, user: User, wallet: Wallet, owner: str, limit: int = 5) -> Any:
        data = {"owner": owner, "meter": "writing", "limit": limit}
        return signed_in(user).post(at("add_budget", wallet.pk), data, follow=True)

    def test_of_a_person_counts_and_is_shown(self, desk: SimpleNamespace) -> None:
        user = person("shopkeeper", ai=("use",), account=desk.shop, edits=False)
        Group.objects.get(name="shopkeeper").user_set.add(desk.client)
        text = words(self.add(desk.client, desk.shop.wallet, f"actor user:{user.pk}"))
        assert "shopkeeper person 0 of 5 writing actions in this period" in text
        request = metering.HoldRequest(
            account=desk.shop,
            meter="writing",
            units=2,
            key="k" * 16,
            fingerprint="f" * 64,
            actor=Actor.from_user(user),
            feature="rewrite",
        )
        metering.reserve(request)
        text = words(signed_in(desk.client).get(at("wallet", desk.shop.wallet_id)))
        assert "2 of 5 writing actions in this period" in text

    def test_of_a_site_and_of_a_group(self, desk: SimpleNamespace, manager: User) -> None:
        group = Group.objects.get(name="client")
        self.add(manager, desk.shop.wallet, f"account {desk.shop.pk}")
        text = words(self.add(manager, desk.shop.wallet, f"group {group.pk}", 9))
        assert "Shop site 0 of 5 writing actions in this period" in text
        assert "client group 0 of 9 writing actions in this period" in text

    def test_there_is_one_of_a_kind(self, desk: SimpleNamespace, manager: User) -> None:
        self.add(manager, desk.shop.wallet, f"account {desk.shop.pk}")
        text = words(self.add(manager, desk.shop.wallet, f"account {desk.shop.pk}"))
        assert "There is such a budget already." in text
        assert Budget.objects.count() == 1

    def test_for_another_clients_site_or_people_there_is_none(self, desk: SimpleNamespace) -> None:
        stranger = person("press-editor", ai=("use",), account=desk.press)
        for owner in (
            f"account {desk.press.pk}",
            f"actor user:{stranger.pk}",
            f"group {stranger.groups.get().pk}",
            "business_unit x",
        ):
            assert "Select a valid choice" in words(self.add(desk.client, desk.shop.wallet, owner))
        text = words(signed_in(desk.client).get(at("add_budget", desk.shop.wallet_id)))
        assert "press-editor" not in text
        assert not Budget.objects.exists()

    def test_is_changed_and_removed(self, desk: SimpleNamespace) -> None:
        self.add(desk.client, desk.shop.wallet, f"account {desk.shop.pk}")
        budget = Budget.objects.get()
        client, address = signed_in(desk.client), at("budget", desk.shop.wallet_id, budget.pk)
        client.post(address, {"limit": 8, "owner": f"account {desk.press.pk}", "meter": "searches"})
        budget.refresh_from_db()
        assert (budget.limit, budget.meter, budget.reference) == (8, "writing", str(desk.shop.pk))
        client.post(address, {"remove": "1"})
        assert not Budget.objects.exists()


class TestRights:
    def test_are_given_and_taken_on_this_site_alone(self, desk: SimpleNamespace, manager: User) -> None:
        group = Group.objects.create(name="Shop editors")
        AccountPermission.objects.create(group=group, account=desk.press, permission="use")
        AccountPermission.objects.create(group=group, account=desk.shop, permission="buy")
        data = {f"rights_{group.pk}": ["use", "bulk"]}
        client_group = Group.objects.get(name="client")
        data[f"rights_{client_group.pk}"] = ["manage"]
        response = signed_in(manager).post(at("account_rights", desk.shop.pk), data, follow=True)
        assert "The rights on Shop were saved." in words(response)
        held = AccountPermission.objects.filter(group=group).values_list("account", "permission")
        assert sorted(held) == sorted([(desk.press.pk, "use"), (desk.shop.pk, "bulk"), (desk.shop.pk, "use")])
        assert AccountPermission.objects.filter(group=client_group, account=desk.shop, permission="manage").exists()

    def test_on_all_sites_are_shown_and_left_alone(self, desk: SimpleNamespace, manager: User, editor: User) -> None:
        client = signed_in(manager)
        assert "editor editor: use AI" in words(client.get(at("account_rights", desk.shop.pk)))
        client.post(at("account_rights", desk.shop.pk), {})
        assert AccountPermission.objects.filter(group__name="editor", account=None, permission="use").exists()

    def test_a_client_sees_the_groups_of_their_own_site(self, desk: SimpleNamespace) -> None:
        mine = person("shop-editor", ai=("use",), account=desk.shop).groups.get()
        others = person("press-editor", ai=("use",), account=desk.press).groups.get()
        client = signed_in(desk.client)
        text = words(client.get(at("account_rights", desk.shop.pk)))
        assert "shop-editor" in text
        assert "press-editor" not in text
        client.post(
            at("account_rights", desk.shop.pk), {f"rights_{others.pk}": ["manage"], f"rights_{mine.pk}": ["buy"]}
        )
        assert not AccountPermission.objects.filter(group=others, account=desk.shop).exists()
        assert list(AccountPermission.objects.filter(group=mine).values_list("permission", flat=True)) == ["buy"]

    def test_an_unknown_right_is_refused(self, desk: SimpleNamespace) -> None:
        group = desk.client.groups.get()
        response = signed_in(desk.client).post(at("account_rights", desk.shop.pk), {f"rights_{group.pk}": ["rule"]})
        assert "Nothing was saved." in words(response)
        assert "Select a valid choice" in words(response)
