"""The commands of top-ups: units by hand once per reference, orders as lists, and asking providers again."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from shareai_cms import topups
from shareai_cms.errors import ProviderUnreachable
from shareai_cms.models import Grant, Order, PaymentEvent
from shareai_cms.topups.providers import News, Paid, shareai
from tests.topups.post import only_mail
from tests.topups.shop import Shop, bundle_of, dispute, refund

pytestmark = pytest.mark.django_db

HEAD = ("number", "created", "state", "account", "bundle", "price", "currency", "provider", "note")


def command(name: str, *arguments: object) -> str:
    out = StringIO()
    call_command(name, *map(str, arguments), stdout=out, no_color=True)
    return out.getvalue()


def refused(name: str, *arguments: object) -> str:
    with pytest.raises(CommandError) as raised:
        command(name, *arguments)
    return str(raised.value)


def by_hand(settings: Any) -> None:
    settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "CHECKOUT": {"client": "manual"}}


class TestGranting:
    def test_gives_units_once_for_a_reference(self, shop: Shop) -> None:
        given = ("shareai_grant", "--account", shop.account.pk, "--units", 100, "--reference", "INV-7")
        assert command(*given) == f"Wallet {shop.wallet.pk} has got 100 writing (topup).\n"
        again = command(*given)
        assert "got 100 writing (topup) under this reference on" in again
        assert again.endswith("nothing has changed.\n")
        grant = Grant.objects.get(kind="topup")
        assert grant.source_ref == f"manual:{shop.wallet.pk}:INV-7:writing"
        assert (grant.units, grant.note) == (100, "INV-7")
        shop.assert_clean()

    def test_says_that_the_reference_gave_another_number(self, shop: Shop) -> None:
        given = ("shareai_grant", "--wallet", shop.wallet.pk, "--reference", "INV-7", "--units")
        command(*given, 100)
        assert "nothing has changed, although 50 are asked for now" in command(*given, 50)
        assert Grant.objects.filter(kind="topup").count() == 1

    def test_gives_another_kind_on_another_meter_for_some_days(self, shop: Shop) -> None:
        told = command(
            "shareai_grant", "--wallet", shop.wallet.pk, "--meter", "searches", "--units", 5, "--kind", "promo",
            "--expires-days", 30, "--reference", "welcome",
        )  # fmt: skip
        assert "has got 5 searches (promo, until " in told
        grant = Grant.objects.get(kind="promo")
        assert 29 <= (grant.expires_at - timezone.now()).days <= 30

    def test_gives_what_a_bundle_holds(self, shop: Shop) -> None:
        bundle = bundle_of(writing=5, products=7)
        type(bundle).objects.update(expires_days=9, is_active=False)
        command("shareai_grant", "--account", shop.account.pk, "--bundle", bundle.pk, "--reference", "x")
        found = Grant.objects.filter(kind="topup").order_by("meter")
        assert [(grant.meter, grant.units) for grant in found] == [("products", 7), ("writing", 5)]
        assert {(grant.expires_at - timezone.now()).days for grant in found} <= {8, 9}

    def test_confirms_an_order_whose_money_has_come(
        self, shop: Shop, settings: Any, django_capture_on_commit_callbacks: Any
    ) -> None:
        by_hand(settings)
        order = shop.place()
        given = ("shareai_grant", "--order", order.number, "--reference", "bank 4711")
        with django_capture_on_commit_callbacks(execute=True):
            assert command(*given) == f"Order {order.number} is paid: 100 writing for {shop.account}.\n"
        order.refresh_from_db()
        assert (order.state, order.payment_ref) == (Order.State.FULFILLED, "bank 4711")
        assert "nothing has changed" in command(*given)
        assert "another reference" in refused("shareai_grant", "--order", order.number, "--reference", "other")
        assert shop.bought(order).units == 100
        assert order.number in only_mail().subject

    def test_leaves_orders_of_a_payment_page_to_it(self, shop: Shop) -> None:
        order = shop.place()
        text = refused("shareai_grant", "--order", order.number, "--reference", "x")
        assert "confirmed by the provider itself" in text

    @pytest.mark.parametrize(
        ("given", "text"),
        [
            (["--account", "999", "--units", "1", "--reference", "x"], "There is no account 999"),
            (["--wallet", "999", "--units", "1", "--reference", "x"], "There is no wallet 999"),
            (["--order", "SA-X", "--reference", "x"], "There is no order SA-X"),
            (["--order", "SA-X", "--units", "1", "--reference", "x"], "leave out --units"),
            (["--units", "1", "--reference", "x"], "one of the arguments --account --wallet --order is required"),
            (["--account", "{}", "--units", "1"], "the following arguments are required: --reference"),
            (["--account", "{}", "--units", "1", "--reference", " "], "A reference has 1 to 180 characters."),
            (["--account", "{}", "--units", "1", "--reference", "x" * 181], "A reference has 1 to 180 characters."),
            (["--account", "{}", "--reference", "x"], "Say how many"),
            (["--account", "{}", "--units", "0", "--reference", "x"], "Units are whole numbers from 1"),
            (["--account", "{}", "--units", "1", "--bundle", "1", "--reference", "x"], "not allowed with argument"),
            (["--account", "{}", "--bundle", "999", "--reference", "x"], "There is no bundle 999; there are"),
            (["--account", "{}", "--bundle", "1", "--meter", "writing", "--reference", "x"], "leave out --meter"),
            (["--account", "{}", "--units", "1", "--expires-days", "0", "--reference", "x"], "Units expire after 1"),
        ],
    )
    def test_says_what_is_wrong(self, shop: Shop, given: list[str], text: str) -> None:
        assert text in refused("shareai_grant", *(each.replace("{}", str(shop.account.pk)) for each in given))
        assert not Grant.objects.filter(kind="topup").exists()


class TestReconciling:
    @pytest.fixture
    def answers(self, monkeypatch: pytest.MonkeyPatch) -> dict[str, Paid | Exception]:
        """What the provider says of each order, by its number."""
        known: dict[str, Paid | Exception] = {}

        def look_up(self: Any, order: Order) -> News:
            answer = known[order.number]
            if isinstance(answer, Exception):
                raise answer
            return News(number=order.number, paid=answer, price_minor=order.price_minor, currency=order.currency)

        monkeypatch.setattr(shareai.Provider, "look_up", look_up)
        monkeypatch.setattr(shareai.Provider, "events", lambda *_: ((), False))
        return known

    def opened(self, shop: Shop, due: datetime | None = None) -> Order:
        order = shop.place()
        Order.objects.filter(pk=order.pk).update(
            state="open", session_ref=f"cs_{order.pk}", next_look_at=due or timezone.now(), created_at=timezone.now()
        )
        return order

    def test_says_what_was_found(self, shop: Shop, answers: dict[str, Any]) -> None:
        paid, still = self.opened(shop), self.opened(shop)
        answers |= {paid.number: Paid.PAID, still.number: Paid.OPEN}
        lines = command("shareai_reconcile").splitlines()
        assert lines == [
            f"{paid.number}  shareai  open → fulfilled",
            f"{still.number}  shareai  open",
            "Orders asked about: 2, units booked for: 1, messages read or tried again: 0, failed: 0.",
        ]
        assert shop.bought(paid).units == 100

    def test_fails_where_something_did_and_goes_on(self, shop: Shop, answers: dict[str, Any]) -> None:
        down, paid = self.opened(shop), self.opened(shop)
        answers |= {down.number: ProviderUnreachable("down"), paid.number: Paid.PAID}
        out = StringIO()
        with pytest.raises(CommandError) as raised:
            call_command("shareai_reconcile", stdout=out, no_color=True)
        assert raised.value.returncode == 1
        assert "units booked for: 1" in str(raised.value)
        assert "failed: 1" in str(raised.value)
        assert f"{down.number}  shareai  open  error=provider_unreachable" in out.getvalue()

    def test_of_all_asks_about_orders_that_are_not_due(self, shop: Shop, answers: dict[str, Any]) -> None:
        later = self.opened(shop, due=timezone.now() + timedelta(days=1))
        answers[later.number] = Paid.PAID
        assert "asked about: 0" in command("shareai_reconcile")
        assert f"{later.number}  shareai  open → fulfilled" in command("shareai_reconcile", "--all")

    def test_of_all_tries_failed_messages_that_are_not_due(self, shop: Shop, answers: dict[str, Any]) -> None:
        event = PaymentEvent.objects.create(
            provider="shareai", event_id="evt_1", type="payout.paid", state="failed", error="x",
            body=json.dumps({"id": "evt_1", "type": "payout.paid", "created": 1, "data": {"object": {"id": "po_1"}}}),
            received_at=timezone.now(), next_try_at=timezone.now() + timedelta(hours=6),
        )  # fmt: skip
        assert topups.retry_events() == (0, 0)
        assert "messages read or tried again: 1" in command("shareai_reconcile", "--all")
        event.refresh_from_db()
        assert event.state == PaymentEvent.State.IGNORED


class TestListing:
    @pytest.fixture
    def orders(self, shop: Shop) -> tuple[Order, Order]:
        Order.objects.update(checkout_url="https://pay.example/secret")
        paid, open_ = shop.pay(), shop.place()
        Order.objects.filter(pk=open_.pk).update(
            created_at=datetime(2026, 4, 1, tzinfo=UTC), checkout_url="https://pay.example/secret", session_ref="cs_9"
        )
        return paid, open_

    def test_is_a_table(self, orders: tuple[Order, Order]) -> None:
        head, first, second = command("shareai_orders").splitlines()
        assert head.split() == list(HEAD)
        assert first.startswith(orders[1].number)
        assert second.split()[:4] == [orders[0].number, "2026-03-10", "12:00", "fulfilled"]
        assert "10.00" in second
        assert len({line.index(word) for line, word in ((head, "price"), (first, "10.00"))}) == 1

    def test_is_empty_in_words(self, shop: Shop) -> None:
        assert command("shareai_orders") == "No order fits.\n"

    def test_may_be_by_state_account_and_month(self, shop: Shop, orders: tuple[Order, Order]) -> None:
        def found(*arguments: object) -> list[str]:
            return [row["number"] for row in json.loads(command("shareai_orders", "--format", "json", *arguments))]

        paid, still = (order.number for order in orders)
        assert found() == [still, paid]
        assert found("--state", "fulfilled") == [paid]
        assert found("--month", "2026-03") == [paid]
        assert found("--month", "2026-04") == [still]
        assert found("--month", "2025-12") == []
        assert found("--account", shop.account.pk) == [still, paid]
        assert found("--account", shop.account.pk + 1) == []
        assert "is no month" in refused("shareai_orders", "--month", "March")

    def test_says_what_went_back_and_what_is_disputed(self, shop: Shop) -> None:
        one, other = shop.pay(), shop.pay()
        shop.say(one, None, refund(300, "re_1"), refund(200, "re_2"))
        shop.say(other, None, dispute(1_000))
        rows = {row["number"]: row for row in json.loads(command("shareai_orders", "--format", "json"))}
        assert (rows[one.number]["returned"], rows[one.number]["note"]) == ("5.00", "returned")
        assert (rows[other.number]["returned"], rows[other.number]["note"]) == ("", "disputed")

    def test_is_a_csv_file_without_formulas(self, shop: Shop) -> None:
        type(shop.bundle).objects.update(name="=HYPERLINK(1)")
        order = shop.place()
        [row] = csv.DictReader(io.StringIO(command("shareai_orders", "--format", "csv")))
        assert (row["number"], row["bundle"], row["price"]) == (order.number, "'=HYPERLINK(1)", "10.00")

    @pytest.mark.parametrize("form", ["table", "csv", "json"])
    def test_shows_no_payment_page(self, orders: tuple[Order, Order], form: str) -> None:
        text = command("shareai_orders", "--format", form)
        assert "pay.example" not in text
        assert "cs_9" not in text
