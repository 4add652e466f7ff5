"""Settings → AI: bundles, the orders of a wallet, and units given by hand."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import User
from django.utils import timezone, translation

from shareai_cms import metering, topups
from shareai_cms.integrations.wagtail.settings.bundles import BundleForm
from shareai_cms.models import Bundle, Grant, Order, SiteAccount
from shareai_cms.permissions import Actor
from shareai_cms.topups.providers import Paid
from tests.integrations.wagtail.conftest import person, signed_in
from tests.integrations.wagtail.desk import at, words
from tests.views.buying import hear


def bundle_data(**changes: Any) -> dict[str, Any]:
    given = {"name": "Large", "price": "12.50", "currency": "EUR", "position": 3, "is_active": "on"}
    return {**given, "units_writing": 500, "units_products": 0, "units_searches": 0, **changes}


def saved(user: User, **changes: Any) -> Bundle:
    response = signed_in(user).post(at("add_bundle"), bundle_data(**changes))
    assert response.status_code == 302, words(response)
    return Bundle.objects.latest("pk")


class TestBundles:
    def test_are_made_with_a_price_as_people_write_it(self, desk: SimpleNamespace, manager: User) -> None:
        bundle = saved(manager, expires_days=30, units_products=5, description="For a relaunch.")
        assert (bundle.price_minor, bundle.currency, bundle.expires_days, bundle.position) == (1_250, "EUR", 30, 3)
        assert dict(bundle.contents.values_list("meter", "units")) == {"writing": 500, "products": 5}
        text = words(signed_in(manager).get(at("bundles")))
        assert (
            "Large 500 writing actions; 5 product enrichments €12.50 These units expire 30 days after you pay." in text
        )
        assert "on sale" in text

    @pytest.mark.parametrize(
        ("price", "currency", "minor"), [("1500", "JPY", 1_500), ("1.250", "KWD", 1_250), ("9", "USD", 900)]
    )
    def test_every_currency_has_its_own_fraction(
        self, desk: SimpleNamespace, manager: User, price: str, currency: str, minor: int
    ) -> None:
        assert saved(manager, price=price, currency=currency).price_minor == minor

    def test_a_price_may_be_written_as_the_language_does(self, desk: SimpleNamespace, manager: User) -> None:
        client = signed_in(manager)
        answer = client.post(at("add_bundle"), bundle_data(price="12,50"), headers={"accept-language": "de"})
        assert answer.status_code == 302
        assert Bundle.objects.get().price_minor == 1_250

    @pytest.mark.parametrize(
        ("language", "price", "minor"),
        [
            ("en", "9.90", 990),
            ("en", "9,90", None),
            ("en", "1,5", None),
            ("en", "1.000,00", None),
            ("en", "1,000.00", None),
            ("de", "9,90", 990),
            ("de", "1,5", 150),
            ("de", "9.90", None),
            ("de", "1.000,00", None),
            ("de", "NaN", None),
        ],
    )
    def test_a_price_is_never_guessed(self, settings: Any, language: str, price: str, minor: int | None) -> None:
        settings.USE_THOUSAND_SEPARATOR = True
        with translation.override(language):
            form = BundleForm(bundle_data(price=price))
            assert form.is_valid() is (minor is not None)
            assert form.cleaned_data.get("price_minor") == minor
            if minor is None:
                example = {"en": "1250.50", "de": "1250,50"}[language]
                assert example in form.errors["price"][0]

    @pytest.mark.parametrize(("language", "shown"), [("en", "1234567.80"), ("de", "1234567,80")])
    def test_a_price_is_shown_as_it_is_typed(self, settings: Any, db: None, language: str, shown: str) -> None:
        settings.USE_THOUSAND_SEPARATOR = True
        bundle = Bundle.objects.create(name="Dear", price_minor=123_456_780, currency="EUR")
        with translation.override(language):
            assert f'value="{shown}"' in str(BundleForm(bundle=bundle)["price"])

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"price": "12.505"}, "EUR has no such fraction."),
            ({"price": "1.5", "currency": "JPY"}, "JPY has no such fraction."),
            ({"price": "0"}, "Write a price above nothing"),
            ({"price": "-1"}, "greater than or equal to 0"),
            ({"price": "9999999999"}, "at most €1,000,000.00"),
            ({"currency": "QQQ"}, "Select a valid choice"),
            ({"units_writing": 0}, "A bundle holds units of at least one kind."),
            ({"units_writing": "1.5"}, "Enter a whole number."),
            ({"expires_days": 0}, "greater than or equal to 1"),
            ({"name": ""}, "This field is required."),
        ],
    )
    def test_what_makes_no_sense_is_refused(
        self, desk: SimpleNamespace, manager: User, changes: dict[str, Any], sentence: str
    ) -> None:
        text = words(signed_in(manager).post(at("add_bundle"), bundle_data(**changes)))
        assert "Nothing was saved." in text
        assert sentence in text
        assert not Bundle.objects.exists()

    def test_are_changed_and_switched_off(self, desk: SimpleNamespace, manager: User) -> None:
        bundle = saved(manager, units_products=5)
        page = BeautifulSoup(signed_in(manager).get(at("bundle", bundle.pk)).content, "html.parser")
        shown = page.select_one("input[name=price]")
        assert shown is not None
        assert shown["value"] == "12.50"
        data = bundle_data(price="15", units_writing=600)
        del data["is_active"]
        signed_in(manager).post(at("bundle", bundle.pk), data)
        bundle.refresh_from_db()
        assert (bundle.price_minor, bundle.is_active) == (1_500, False)
        assert dict(bundle.contents.values_list("meter", "units")) == {"writing": 600}
        assert topups.offers() == []
        assert "not on sale" in words(signed_in(manager).get(at("bundles")))

    def test_are_the_agencys_alone(self, desk: SimpleNamespace, manager: User) -> None:
        bundle = saved(manager)
        for name, args in (("bundles", ()), ("add_bundle", ()), ("bundle", (bundle.pk,))):
            client = signed_in(desk.client)
            assert client.get(at(name, *args)).status_code in (302, 403)
            client.post(at(name, *args), bundle_data(name="Mine", price="0.01"))
        assert not Bundle.objects.filter(name="Mine").exists()
        assert signed_in(manager).get(at("bundle", 0)).status_code == 404

    def test_are_found_from_the_settings(self, desk: SimpleNamespace, manager: User) -> None:
        page = signed_in(manager).get(at("settings")).content.decode()
        assert at("bundles") in page
        assert "/admin/shareai/orders/" in page
        page = signed_in(desk.client).get(at("settings")).content.decode()
        assert at("bundles") not in page
        assert "/admin/shareai/orders/" in page


class TestAWalletsOrders:
    def test_are_on_its_page(self, desk: SimpleNamespace, manager: User) -> None:
        saved(manager)
        offer = topups.offers()[0]
        actor = Actor.from_user(manager)
        orders = [
            topups.place(account, offer.bundle.pk, actor, key=f"click-{account.pk:016}", version=offer.version)
            for account in (desk.shop, desk.press)
        ]
        response = signed_in(desk.client).get(at("wallet", desk.shop.wallet_id))
        assert f"{orders[0].number}" in words(response)
        assert "Large €12.50 Not yet at the payment provider manager" in words(response)
        assert orders[1].number not in words(response)
        assert f"/admin/shareai/orders/{orders[0].number}/" in response.content.decode()

    def test_of_a_client_who_shared_it_are_not_shown(self, desk: SimpleNamespace, manager: User) -> None:
        saved(manager)
        offer, actor, wallet = topups.offers()[0], Actor.from_user(manager), desk.shop.wallet
        own = desk.press.wallet
        SiteAccount.objects.filter(pk=desk.press.pk).update(wallet=wallet)
        desk.press.refresh_from_db()
        theirs, ours = (
            topups.place(account, offer.bundle.pk, actor, key=f"click-{account.pk:016}", version=offer.version)
            for account in (desk.press, desk.shop)
        )
        for order in (theirs, ours):
            hear(order, Paid.PAID)
        SiteAccount.objects.filter(pk=desk.press.pk).update(wallet=own)
        seen = words(signed_in(desk.client).get(at("wallet", wallet.pk)))
        assert ours.number in seen
        assert theirs.number not in seen
        assert seen.count("500 writing actions") == 2
        assert theirs.number in words(signed_in(manager).get(at("wallet", wallet.pk)))

    def test_none_are_said_to_be_none(self, desk: SimpleNamespace, manager: User) -> None:
        assert "Nothing has been ordered yet." in words(signed_in(manager).get(at("wallet", desk.shop.wallet_id)))


class TestGivingUnits:
    def give(self, user: User, wallet: Any, **changes: Any) -> Any:
        data = {"meter": "writing", "units": 20, "kind": "promo", "reference": "INV-7", **changes}
        return signed_in(user).post(at("give", wallet.pk), data, follow=True)

    def test_gives_them_once_for_each_reference(self, desk: SimpleNamespace, manager: User) -> None:
        wallet = desk.shop.wallet
        assert "The units were given." in words(self.give(manager, wallet))
        assert "has given these units before" in words(self.give(manager, wallet))
        assert "another number of units before" in words(self.give(manager, wallet, units=30))
        grant = Grant.objects.get(source_ref=f"manual:{wallet.pk}:INV-7:writing")
        assert (grant.units, grant.kind, grant.note) == (20, "promo", "INV-7")
        assert metering.allowance_of(desk.shop, "writing").available == 70
        self.give(manager, wallet, meter="products")
        assert metering.allowance_of(desk.shop, "products").available == 45
        assert metering.audit(wallet) == []

    def test_may_end_with_a_day_of_the_wallet(self, desk: SimpleNamespace, manager: User) -> None:
        wallet = desk.shop.wallet
        type(wallet).objects.filter(pk=wallet.pk).update(time_zone="Asia/Tokyo")
        day = timezone.now().date() + timedelta(days=10)
        self.give(manager, wallet, last_day=day.isoformat())
        grant = Grant.objects.get(note="INV-7")
        assert grant.expires_at.isoformat() == f"{day}T15:00:00+00:00"

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"units": 0}, "greater than or equal to 1"),
            ({"units": "1.5"}, "Enter a whole number."),
            ({"meter": "gold"}, "Select a valid choice"),
            ({"kind": "allowance"}, "Select a valid choice"),
            ({"reference": " "}, "This field is required."),
            ({"reference": "x" * 181}, "at most 180 characters"),
            ({"last_day": "2020-01-01"}, "This day is over."),
        ],
    )
    def test_what_makes_no_sense_is_refused(
        self, desk: SimpleNamespace, manager: User, changes: dict[str, Any], sentence: str
    ) -> None:
        assert sentence in words(self.give(manager, desk.shop.wallet, **changes))
        assert not Grant.objects.filter(source_ref__startswith="manual:").exists()

    def test_is_the_agencys_alone(self, desk: SimpleNamespace, manager: User) -> None:
        self.give(desk.client, desk.shop.wallet)
        assert not Grant.objects.filter(source_ref__startswith="manual:").exists()
        assert "Give units" not in words(signed_in(desk.client).get(at("wallet", desk.shop.wallet_id)))
        assert "Give units" in words(signed_in(manager).get(at("wallet", desk.shop.wallet_id)))


class TestInsideTheAdmin:
    def test_the_pages_have_its_frame_and_nothing_inline(self, desk: SimpleNamespace, manager: User) -> None:
        bundle = saved(manager)
        client = signed_in(manager)
        query = f"?account={desk.shop.pk}"
        for path in ("topups/", f"topups/{bundle.pk}/", "orders/"):
            page = BeautifulSoup(client.get(f"/admin/shareai/{path}{query}").content, "html.parser")
            assert page.select_one("[data-wagtail-sidebar], #wagtail-sidebar, .sidebar, [data-sidebar]") or page.select(
                ".w-slim-header, header"
            )
            ours = page.select_one(".shareai-page")
            assert ours is not None
            assert not ours.select("[style], style, script:not([src])")

    def test_buyers_without_access_to_pages_can_buy(self, desk: SimpleNamespace, manager: User) -> None:
        saved(manager)
        buyer = person("shopper", ai=("buy",), account=desk.shop, edits=False)
        text = words(signed_in(buyer).get("/admin/shareai/topups/"))
        assert "What Shop has left" in text
        assert "Buy" in text
        assert not Order.objects.exists()
