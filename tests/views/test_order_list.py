"""The list of orders: whose are in it, how it is narrowed down, and the files."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from openpyxl import load_workbook

from shareai_cms import topups
from shareai_cms.models import Order, Wallet
from shareai_cms.reports import sheets
from shareai_cms.topups.providers import Kind, Status
from tests.views.buying import ORDERS, adjusted, hear, operator, said, soup
from tests.views.test_usage import body

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.urls_plain")]


class TestTheList:
    @pytest.fixture
    def orders(self, people: SimpleNamespace, by_hand: None) -> SimpleNamespace:
        """Two of ours, one of them paid, and one of theirs."""
        ours = [people.buyer.order(people.bundle, people.press) for _each in range(2)]
        theirs = people.stranger.order(people.bundle, people.theirs)
        topups.confirm(ours[0], operator(), "INV-1")
        return SimpleNamespace(**vars(people), ours=ours, others=theirs)

    def numbers(self, answer: Any) -> set[str]:
        return {cell.get_text() for cell in soup(answer).select("tbody th a")}

    def test_holds_the_orders_of_ones_own_accounts(self, orders: SimpleNamespace) -> None:
        mine = {order.number for order in orders.ours}
        assert self.numbers(orders.buyer.see(ORDERS)) == mine
        assert self.numbers(orders.manager.see(ORDERS)) == mine
        assert self.numbers(orders.stranger.see(ORDERS)) == {orders.others.number}
        assert self.numbers(orders.agency.see(ORDERS)) == {*mine, orders.others.number}
        assert orders.editor.see(ORDERS).status_code == 403
        assert Client().get(ORDERS).status_code == 302

    @pytest.mark.parametrize("question", ["", "account={theirs}", "search={number}", "p=999", "state=open", "first=x"])
    @pytest.mark.parametrize("kind", ["", "csv", "xlsx"])
    def test_never_holds_another_clients(self, orders: SimpleNamespace, question: str, kind: str) -> None:
        asked = question.format(theirs=orders.theirs.pk, number=orders.others.number)
        found = body(orders.buyer.client.get(f"{ORDERS}?{asked}&export={kind}"))
        if found.startswith(b"PK"):
            sheet = load_workbook(io.BytesIO(found)).active
            found = str([[cell.value for cell in row] for row in sheet.iter_rows()]).encode()
        found = found.replace(f'value="{orders.others.number}"'.encode(), b"")
        assert orders.others.number.encode() not in found.replace(asked.encode(), b"")

    def test_is_narrowed_down(self, orders: SimpleNamespace) -> None:
        paid, waiting = orders.ours
        see = orders.agency.see
        assert self.numbers(see(ORDERS, state="fulfilled")) == {paid.number}
        assert self.numbers(see(ORDERS, account=orders.theirs.pk)) == {orders.others.number}
        assert self.numbers(see(ORDERS, search=waiting.number[3:8].lower())) == {waiting.number}
        assert self.numbers(see(ORDERS, search="bo buy")) == {paid.number, waiting.number}
        assert "No order matches these filters." in said(see(ORDERS, search="nobody"))

    def test_days_are_those_of_the_wallet(self, orders: SimpleNamespace) -> None:
        late = datetime(2026, 3, 10, 23, 30, tzinfo=UTC)
        Order.objects.update(created_at=late)
        Wallet.objects.filter(accounts=orders.theirs).update(time_zone="UTC")
        see = orders.agency.see
        assert self.numbers(see(ORDERS, first="2026-03-10", last="2026-03-10")) == {orders.others.number}
        assert self.numbers(see(ORDERS, first="2026-03-11")) == {order.number for order in orders.ours}
        assert "The first day is after the last one." in said(see(ORDERS, first="2026-03-11", last="2026-03-10"))

    @pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "1999-12-31"])
    @pytest.mark.parametrize("name", ["first", "last"])
    @pytest.mark.parametrize("path", [ORDERS, "/shareai/usage/"])
    def test_a_day_that_nobody_can_count_on_from_is_told(
        self, people: SimpleNamespace, path: str, name: str, day: str
    ) -> None:
        answer = people.agency.see(path, **{name: day})
        assert answer.status_code == 200
        assert "Enter a day between the years 2000 and 9000." in said(answer)

    def test_a_character_that_no_database_keeps_is_told(self, people: SimpleNamespace) -> None:
        answer = people.buyer.see(ORDERS, search="a\x00b", account="\x00", state="\x00", first="\x00", p="\x00")
        assert answer.status_code == 200
        assert "Correct the filters above to see the orders." in said(answer)

    def test_says_how_money_went_back(self, orders: SimpleNamespace) -> None:
        hear(orders.ours[0], None, adjusted(Kind.REFUND, Status.RETURNED, 400))
        assert self.badge(orders) == ("Part refunded", "good")
        hear(orders.ours[0], None, adjusted(Kind.REFUND, Status.RETURNED, 600, "re_2"))
        assert self.badge(orders) == ("Refunded", "bad")

    def badge(self, orders: SimpleNamespace) -> tuple[str, str]:
        """The word for the first order, and its tone."""
        page = BeautifulSoup(orders.buyer.see(ORDERS).content, "html.parser")
        row = next(row for row in page.select("tbody tr") if orders.ours[0].number in row.get_text())
        [found] = row.select(".shareai-state")
        return found.get_text(), found["class"][-1].removeprefix("shareai-state--")

    def test_is_paged(self, people: SimpleNamespace) -> None:
        now = datetime(2026, 3, 10, 12, tzinfo=UTC)
        facts = {"account": people.press, "wallet": people.press.wallet, "price_minor": 1, "currency": "EUR"}
        Order.objects.bulk_create(
            Order(number=f"SA-{n:05}", key=f"k{n}", created_at=now + timedelta(seconds=n), buyer_ref="1", **facts)
            for n in range(51)
        )
        assert len(self.numbers(people.buyer.see(ORDERS))) == 50
        assert self.numbers(people.buyer.see(ORDERS, p=2)) == {"SA-00000"}

    def test_as_a_file_has_a_line_for_each(self, orders: SimpleNamespace) -> None:
        hear(orders.ours[0], None, adjusted(Kind.REFUND, Status.RETURNED, 400))
        answer = orders.buyer.see(ORDERS, export="csv", state="fulfilled")
        assert answer["Content-Disposition"].startswith('attachment; filename="ai-orders-')
        [line] = csv.DictReader(io.StringIO(body(answer).decode("utf-8-sig")))
        assert (line["Order number"], line["Site"], line["Contents"]) == (
            orders.ours[0].number,
            "Press",
            "100 writing actions",
        )
        assert (line["Price"], line["Charged"], line["Refunded"], line["Currency"]) == ("10.00", "10.00", "4.00", "EUR")
        assert (line["Status"], line["Payment"], line["Time zone"]) == ("part refunded", "INV-1", "Europe/Vienna")
        rows = load_workbook(io.BytesIO(body(orders.buyer.see(ORDERS, export="xlsx")))).active.iter_rows()
        _headings, first, *others = list(rows)
        assert [(cell.value, cell.number_format) for cell in first[9:10]] == [(10, "0.00")]
        assert len(others) == 1

    def test_a_name_is_no_formula(self, orders: SimpleNamespace) -> None:
        Order.objects.update(buyer_label="=1+1", bundle_name="@SUM(A1)")
        line = next(csv.DictReader(io.StringIO(body(orders.buyer.see(ORDERS, export="csv")).decode("utf-8-sig"))))
        assert (line["Buyer"], line["Bundle"]) == ("'=1+1", "'@SUM(A1)")

    def test_several_contents_stay_in_one_cell(self, orders: SimpleNamespace) -> None:
        for order in Order.objects.all():
            order.contents.create(meter="products", units=5)
        line = next(csv.DictReader(io.StringIO(body(orders.buyer.see(ORDERS, export="csv")).decode("utf-8-sig"))))
        assert line["Contents"] == "5 product enrichments, 100 writing actions"

    def test_a_workbook_has_a_limit(self, orders: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sheets, "MOST_XLSX_ROWS", 1)
        answer = orders.buyer.see(ORDERS, export="xlsx")
        assert "A spreadsheet file takes at most 1 orders." in answer.content.decode()

    def test_with_nothing_in_it_says_so(self, people: SimpleNamespace) -> None:
        assert "Nothing has been ordered yet." in said(people.buyer.see(ORDERS))
