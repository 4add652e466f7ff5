"""Orders: placed once per click, begun at the provider, cancelled, confirmed by hand."""

from __future__ import annotations

import re
from typing import Any

import pytest

from shareai_cms import topups
from shareai_cms.errors import (
    AccountSuspended,
    BundleUnavailable,
    CheckoutOff,
    InvalidRequest,
    NotPermitted,
    OrderClosed,
    PayerConflict,
    PriceChanged,
    ProviderError,
    ProviderUnreachable,
)
from shareai_cms.models import Order, SiteAccount
from shareai_cms.permissions import Actor
from shareai_cms.topups.providers import configured, shareai
from tests.topups.counter import Counter, state_of
from tests.topups.shop import Shop, bundle_of, buyer_for

State = Order.State


class TestPlacing:
    def test_keeps_what_was_on_sale(self, shop: Shop) -> None:
        order = shop.place(way_back="/admin/pages/3/edit/")
        kept = Order.objects.get(pk=order.pk)
        assert (kept.price_minor, kept.currency, kept.bundle_name) == (1_000, "EUR", shop.bundle.name)
        assert list(kept.contents.values_list("meter", "units")) == [("writing", 100)]
        assert (kept.state, kept.provider, kept.payer) == (State.CREATED, "shareai", "client")
        assert (kept.buyer_ref, kept.way_back) == (str(shop.user.pk), "/admin/pages/3/edit/")

    def test_the_number_can_be_read_out_and_not_guessed(self, shop: Shop) -> None:
        numbers = {shop.place().number for _ in range(20)}
        assert len(numbers) == 20
        assert all(re.fullmatch(r"SA-[2-9A-HJ-NP-Z]{5}-[2-9A-HJ-NP-Z]{5}", number) for number in numbers)

    def test_twice_by_one_click_is_one_order(self, shop: Shop) -> None:
        assert shop.place(key="the-same-click-00").pk == shop.place(key="the-same-click-00").pk
        assert Order.objects.count() == 1

    def test_with_another_persons_key_is_refused(self, shop: Shop) -> None:
        shop.place(key="the-same-click-00")
        shop.buyer = Actor.from_user(buyer_for(shop.account))
        with pytest.raises(InvalidRequest):
            shop.place(key="the-same-click-00")

    @pytest.mark.parametrize("right", ["use", "manage", "bulk"])
    def test_takes_the_right_to_buy(self, shop: Shop, right: str) -> None:
        shop.buyer = Actor.from_user(buyer_for(shop.account, right))
        with pytest.raises(NotPermitted):
            shop.place()
        assert not Order.objects.exists()

    def test_takes_the_right_on_this_account(self, shop: Shop) -> None:
        shop.buyer = Actor.from_user(buyer_for(shop.another_account()))
        with pytest.raises(NotPermitted):
            shop.place()

    def test_a_price_that_changed_meanwhile_is_shown_again(self, shop: Shop) -> None:
        offer = topups.offer_of(shop.bundle.pk)
        assert offer is not None
        shop.bundle.price_minor = 2_000
        shop.bundle.save()
        with pytest.raises(PriceChanged):
            shop.place(version=offer.version)

    def test_contents_that_changed_meanwhile_are_shown_again(self, shop: Shop) -> None:
        offer = topups.offer_of(shop.bundle.pk)
        assert offer is not None
        shop.bundle.contents.update(units=1)
        with pytest.raises(PriceChanged):
            shop.place(version=offer.version)

    @pytest.mark.parametrize("gone", ["off", "deleted"])
    def test_a_bundle_that_is_off_sale_is_refused(self, shop: Shop, gone: str) -> None:
        pk = shop.bundle.pk
        shop.bundle.delete() if gone == "deleted" else type(shop.bundle).objects.update(is_active=False)
        with pytest.raises(BundleUnavailable):
            topups.place(shop.account, pk, shop.buyer, key="a-click-of-its-own", version="")

    def test_a_bundle_of_an_undeclared_meter_is_not_on_sale(self, shop: Shop) -> None:
        empty = bundle_of(smoke=5)
        assert topups.offer_of(empty.pk) is None
        assert [offer.bundle for offer in topups.offers()] == [shop.bundle]

    @pytest.mark.parametrize("status", ["suspended", "closed"])
    @pytest.mark.parametrize("of", ["account", "wallet"])
    def test_a_site_whose_ai_is_off_is_sold_nothing(self, shop: Shop, of: str, status: str) -> None:
        getattr(shop, of).__class__.objects.update(status=status)
        shop.account = SiteAccount.objects.select_related("wallet").get(pk=shop.account.pk)
        with pytest.raises(AccountSuspended):
            shop.place()


class TestThePayer:
    def test_who_pays_shareai_itself_is_sold_nothing_by_the_agency(self, shop: Shop, settings: Any) -> None:
        settings.SHAREAI_CMS = {"ENVIRONMENT": "sandbox", "CHECKOUT": {"client": "tests.topups.shops.OfAgencies"}}
        with pytest.raises(PayerConflict):
            shop.place()
        assert not Order.objects.exists()

    def test_each_kind_of_account_has_its_provider(self, shop: Shop, settings: Any) -> None:
        settings.SHAREAI_CMS = {"ENVIRONMENT": "sandbox", "CHECKOUT": {"agency": "tests.topups.shops.OfAgencies"}}
        assert shop.place().provider == "shareai"
        SiteAccount.objects.update(payer="agency")
        shop.account.refresh_from_db()
        assert shop.place().provider == "agencies"

    def test_outside_the_sandbox_it_is_by_hand(self, shop: Shop, settings: Any) -> None:
        settings.SHAREAI_CMS = {"ENVIRONMENT": "production"}
        assert shop.place().provider == "manual"

    def test_one_that_cannot_be_loaded_does_not_silence_the_others(self, settings: Any) -> None:
        settings.SHAREAI_CMS = {"ENVIRONMENT": "sandbox", "CHECKOUT": {"agency": "no.such.Provider"}}
        assert [provider.slug for provider in configured()] == ["shareai"]

    @pytest.mark.parametrize("name", ["shareai", "nobody", "no.such.Provider"])
    def test_a_provider_that_is_not_set_up_sells_nothing(self, shop: Shop, settings: Any, name: str) -> None:
        settings.SHAREAI_CMS = {"ENVIRONMENT": "production", "CHECKOUT": {"client": name}}
        with pytest.raises(CheckoutOff):
            shop.place()


class TestBeginning:
    def test_leads_to_the_payment_page(self, counter: Counter) -> None:
        order = counter.shop.place()
        url = topups.begin(order, counter.urls)
        session = counter.sandbox.session(order.session_ref)
        assert url == session["url"]
        assert (session["amount_total"], session["currency"]) == (1_000, "EUR")
        assert session["client_reference_id"] == order.number
        assert state_of(order) == State.OPEN
        assert order.open_until is not None

    def test_again_leads_to_the_same_page(self, counter: Counter) -> None:
        order = counter.shop.place()
        assert topups.begin(order, counter.urls) == topups.begin(Order.objects.get(pk=order.pk), counter.urls)

    def test_again_after_a_crash_finds_the_page_that_was_opened(self, counter: Counter) -> None:
        order = counter.shop.place()
        url = topups.begin(order, counter.urls)
        # As if the process had died before the answer was kept.
        Order.objects.update(state=State.CREATED, session_ref="", checkout_url="")
        order.refresh_from_db()
        assert topups.begin(order, counter.urls) == url

    @pytest.mark.parametrize("fault", ["hang-up", "status-503", "status-400", "html", "cut-json", "wrong-key"])
    def test_fails_with_a_sentence_and_can_be_tried_again(self, counter: Counter, fault: str) -> None:
        order = counter.shop.place()
        counter.sandbox.fault(fault)
        with pytest.raises(ProviderError) as caught:
            topups.begin(order, counter.urls)
        assert "sandbox" not in caught.value.detail
        assert state_of(order) == State.CREATED
        counter.sandbox.fault(None)
        assert topups.begin(order, counter.urls)

    def test_with_the_provider_gone_leaves_the_order_to_be_begun_again(self, counter: Counter, settings: Any) -> None:
        order = counter.shop.place()
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "SANDBOX_URL": "http://127.0.0.1:9/api/v1"}
        with pytest.raises(ProviderUnreachable):
            topups.begin(order, counter.urls)
        assert state_of(order) == State.CREATED

    def test_asks_again_whether_the_account_may_be_sold_to(self, counter: Counter, settings: Any) -> None:
        """An order may lie: the provider was down, and meanwhile the client has got a key of its own."""
        order = counter.shop.place()
        for changed, refusal in (
            ({"status": "suspended"}, AccountSuspended),
            ({"environment": "production"}, OrderClosed),
            ({"status": "active", "environment": "sandbox", "payer": "agency"}, PayerConflict),
        ):
            SiteAccount.objects.filter(pk=order.account_id).update(**changed)
            if refusal is PayerConflict:
                settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "CHECKOUT": {"client": "tests.topups.shops.OfClients"}}
                Order.objects.update(provider="clients")
            with pytest.raises(refusal):
                topups.begin(Order.objects.select_related("account__wallet").get(pk=order.pk), counter.urls)
        assert counter.sandbox.state()["by_path"] == {}

    def test_a_paid_order_is_not_begun_again(self, counter: Counter) -> None:
        order = counter.shop.pay()
        with pytest.raises(OrderClosed):
            topups.begin(order, counter.urls)


class TestCancelling:
    def test_closes_the_payment_page(self, counter: Counter) -> None:
        order = counter.begun()
        assert topups.cancel(order)
        assert state_of(order) == State.CANCELLED
        assert counter.sandbox.session(order.session_ref)["status"] == "expired"

    def test_is_said_before_the_provider_says_that_its_page_is_closed(
        self, counter: Counter, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        order = counter.begun()
        close = shareai.Provider.close

        def close_and_tell(provider: shareai.Provider, closed: Order) -> None:
            close(provider, closed)
            topups.look(Order.objects.get(pk=closed.pk))

        monkeypatch.setattr(shareai.Provider, "close", close_and_tell)
        assert topups.cancel(order)
        assert state_of(order) == State.CANCELLED

    def test_what_was_paid_is_not_cancelled_but_booked(self, counter: Counter) -> None:
        order = counter.paid()
        assert not topups.cancel(order)
        assert state_of(order) == State.FULFILLED
        counter.shop.assert_units(available=110)

    def test_with_the_provider_gone_still_cancels_and_late_money_becomes_units(
        self, counter: Counter, settings: Any
    ) -> None:
        order = counter.paid()
        there = settings.SHAREAI_CMS
        settings.SHAREAI_CMS = {**there, "SANDBOX_URL": "http://127.0.0.1:9/api/v1"}
        assert topups.cancel(order)
        settings.SHAREAI_CMS = there
        topups.reconcile(now=counter.shop.now, every_order=True)
        assert state_of(order) == State.FULFILLED
        counter.shop.assert_units(available=110)


class TestByHand:
    @pytest.fixture(autouse=True)
    def _live(self, settings: Any) -> None:
        settings.SHAREAI_CMS = {"ENVIRONMENT": "production"}

    @pytest.fixture
    def operator(self, django_user_model: Any) -> Actor:
        return Actor.from_user(django_user_model.objects.create_superuser("operator"))

    def begun(self, shop: Shop) -> Order:
        order = shop.place()
        nowhere = topups.Urls(success=lambda _: "", cancel=lambda _: "", webhook=lambda _: "")
        assert topups.begin(order, nowhere) == ""
        return order

    def test_an_operator_books_what_was_paid(self, shop: Shop, operator: Actor) -> None:
        order = self.begun(shop)
        assert (order.state, order.checkout_url) == (State.OPEN, "https://console.shareai.now/app/billing/")
        topups.confirm(order, operator, "invoice 17", now=shop.now)
        assert (state_of(order), order.payment_ref) == (State.FULFILLED, "invoice 17")
        shop.assert_units(available=110)

    def test_twice_books_once(self, shop: Shop, operator: Actor) -> None:
        order = self.begun(shop)
        for _ in range(2):
            topups.confirm(order, operator, "invoice 17", now=shop.now)
        shop.assert_units(available=110)
        with pytest.raises(OrderClosed):
            topups.confirm(order, operator, "invoice 18", now=shop.now)

    @pytest.mark.parametrize("reference", ["", "   ", "x" * 256])
    def test_takes_a_reference(self, shop: Shop, operator: Actor, reference: str) -> None:
        with pytest.raises(InvalidRequest):
            topups.confirm(self.begun(shop), operator, reference)

    @pytest.mark.parametrize("right", ["buy", "manage"])
    def test_a_clients_own_people_cannot_give_themselves_units(self, shop: Shop, right: str) -> None:
        with pytest.raises(NotPermitted):
            topups.confirm(self.begun(shop), Actor.from_user(buyer_for(shop.account, right)), "invoice 17")
        shop.assert_units(available=10)

    def test_an_order_of_the_sandbox_is_not_confirmed_on_the_live_site(self, shop: Shop, operator: Actor) -> None:
        order = self.begun(shop)
        SiteAccount.objects.update(environment="sandbox")
        with pytest.raises(OrderClosed):
            topups.confirm(Order.objects.get(pk=order.pk), operator, "invoice 17")
        assert state_of(order) == State.OPEN

    def test_what_a_provider_confirms_is_not_confirmed_by_hand(self, shop: Shop, operator: Actor) -> None:
        order = shop.place()
        Order.objects.update(provider="shareai")
        order.refresh_from_db()
        with pytest.raises(OrderClosed):
            topups.confirm(order, operator, "invoice 17")


class TestWhoMaySee:
    @pytest.mark.parametrize(("right", "sees"), [("buy", True), ("manage", True), ("use", False), ("bulk", False)])
    def test_people_with_a_right_on_the_account(self, shop: Shop, right: str, sees: bool) -> None:
        order = shop.place()
        assert topups.may_see(Actor.from_user(buyer_for(shop.account, right)), order) == sees

    def test_nobody_of_another_client(self, shop: Shop) -> None:
        other = Actor.from_user(buyer_for(Shop().account, "buy", "manage"))
        assert not topups.may_see(other, shop.place())

    def test_the_buyer_also_without_the_right(self, shop: Shop) -> None:
        order = shop.pay()
        shop.user.groups.clear()
        assert topups.may_see(Actor.from_user(shop.user), order)
