"""Mails about orders: what they say, to whom, in which language; sent once, whatever the mail server does."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.core.cache import cache
from django.core.mail.backends import locmem
from django.db import connection, transaction
from django.utils import timezone

from shareai_cms.models import Letter, Order, Wallet
from shareai_cms.topups import letters, links, mails, outbox, people
from shareai_cms.topups.providers import Adjusted, Paid, Status
from shareai_cms.work import Turn, duties, waiting_duties
from tests.topups.post import bring_mail_back, html_of, letter, only_mail, sent, take_mail_away
from tests.topups.shop import Shop, dispute, refund

# A mail is sent after the commit, so these tests really commit.
pytestmark = [pytest.mark.ledger, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _mail_server_was_never_away() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def shop(transactional_db: None) -> Shop:
    return Shop(writing=10, now=timezone.now())


class TestAPaidOrder:
    def test_is_confirmed_to_its_buyer(self, shop: Shop) -> None:
        order = shop.pay()
        message = only_mail()
        assert message.to == [shop.user.email]
        assert message.subject == f"Order {order.number} is paid: {shop.bundle.name}"
        for text in (message.body, html_of(message)):
            for said in (order.number, "100 writing actions", "€10.00", "110 of 110 writing actions left"):
                assert said in text
            assert "These units do not expire." in text
        assert "Seller ShareAI" in " ".join(message.body.split())

    def test_leads_to_its_page(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(links, "_admins", [lambda name, args: f"https://cms.example/{name}/{'/'.join(args)}"])
        order = shop.pay()
        address = f"https://cms.example/shareai_cms:order/{order.number}"
        assert address in only_mail().body
        assert f'href="{address}"' in html_of(only_mail())

    def test_has_no_link_where_the_admin_is_not_known(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(links, "_admins", [])
        shop.pay()
        assert "http" not in only_mail().body
        assert "href" not in html_of(only_mail())

    def test_names_seller_receipt_tax_and_where_to_answer(self, shop: Shop, settings: Any) -> None:
        seller = {"name": "Agency Ltd", "email": "bills@agency.example", "tax_note": "VAT is included."}
        usual = {**settings.SHAREAI_CMS, "CHECKOUT": {"client": "manual"}}
        settings.SHAREAI_CMS = {**usual, "SELLER": {**seller, "address": "Quay 1\n1010 Vienna", "tax_id": "ATU1"}}
        order = shop.place()
        settings.SHAREAI_CMS = {**usual, "SELLER": {**seller, "name": "Other Ltd", "tax_note": "Other tax."}}
        shop.say(order, Paid.PAID, total_minor=1_190, receipt_url="https://pay.example/receipt")
        message = only_mail()
        assert message.reply_to == ["bills@agency.example"]
        assert "Other" not in message.body
        who = ("Agency Ltd", "Quay 1", "1010 Vienna", "ATU1", "VAT is included.")
        for said in (*who, "https://pay.example/receipt", "€11.90"):
            assert said in message.body

    def test_names_the_day_on_which_its_units_expire(self, shop: Shop) -> None:
        type(shop.bundle).objects.update(expires_days=30)
        shop.pay()
        day = shop.now + timedelta(days=30)
        assert f"These units expire on {day.day} {day:%B %Y}." in only_mail().body

    def test_of_the_sandbox_says_so(self, shop: Shop, settings: Any) -> None:
        shop.pay()
        order = shop.place()
        settings.SHAREAI_CMS = {"ENVIRONMENT": "production"}
        shop.pay(order)
        assert ["sandbox" in message.body for message in sent()] == [True, False]

    def test_says_nothing_of_a_wallet_that_its_site_has_left(self, shop: Shop) -> None:
        order = shop.place()
        other = Wallet.objects.create(plan=shop.wallet.plan)
        type(shop.account).objects.update(wallet=other)
        shop.pay(order)
        assert "100 writing actions" in only_mail().body
        assert "left" not in only_mail().body

    @pytest.mark.parametrize(
        ("adjustment", "sentence"),
        [
            (dispute(1_000), "but the payer disputes it. The units cannot be used until that is decided."),
            (refund(400), "a part of it went back again. The units of the rest can be used now."),
            (refund(400, status=Status.KEPT), "has arrived, and the units can be used now."),
        ],
    )
    def test_says_what_has_become_of_it_meanwhile(self, shop: Shop, adjustment: Adjusted, sentence: str) -> None:
        shop.say(shop.place(), Paid.PAID, adjustment)
        [paid] = [message for message in sent() if "is paid" in message.subject]
        assert sentence in " ".join(paid.body.split())
        assert paid.body.count("can be used now") == sentence.count("can be used now")

    def test_is_no_news_once_all_of_it_went_back(self, shop: Shop) -> None:
        shop.say(shop.place(), Paid.PAID, refund(1_000))
        assert ["is paid" in message.subject for message in sent()] == [False]

    def test_links_to_no_script(self, shop: Shop) -> None:
        shop.say(shop.place(), Paid.PAID, receipt_url="javascript:alert(1)")
        assert "javascript:" not in html_of(only_mail())
        assert "javascript:" not in only_mail().body

    def test_is_told_once(self, shop: Shop) -> None:
        order = shop.pay()
        shop.pay(order)
        letters.write(letters.PAID, order)
        assert len(sent()) == 1

    def test_leaves_no_address_behind(self, shop: Shop) -> None:
        shop.pay()
        assert (letter().to, letter().next_try_at, letter().attempts) == ("", None, 1)
        assert letter().sent_at is not None

    def test_speaks_the_language_in_which_it_was_bought(self, shop: Shop) -> None:
        order = shop.place()
        Order.objects.update(language="ar")
        order.refresh_from_db()
        shop.pay(order)
        html = html_of(only_mail())
        assert '<html lang="ar" dir="rtl">' in html
        assert '<div dir="rtl"' in html
        assert "is paid" not in only_mail().subject

    def test_escapes_what_people_typed(self, shop: Shop) -> None:
        name = 'Big <b>& "bold"</b>\r\nBcc: eve@example.com'
        type(shop.bundle).objects.update(name=name)
        type(shop.account).objects.update(label="<script>alert(1)</script>")
        shop.account.refresh_from_db()
        shop.pay()
        message = only_mail()
        assert "\n" not in message.subject
        assert message.recipients() == [shop.user.email]
        assert "<b>" not in html_of(message)
        assert "<script>" not in html_of(message)
        assert 'Big <b>& "bold"</b>' in message.body

    @pytest.mark.parametrize("change", [{"email": ""}, {"is_active": False}])
    def test_is_no_news_for_who_cannot_be_reached(self, shop: Shop, change: dict[str, Any]) -> None:
        type(shop.user).objects.filter(pk=shop.user.pk).update(**change)
        assert shop.pay().state == Order.State.FULFILLED
        assert not Letter.objects.exists()

    def test_of_a_buyer_who_is_gone_is_fulfilled_all_the_same(self, shop: Shop) -> None:
        order = shop.place()
        shop.user.delete()
        assert shop.pay(order).state == Order.State.FULFILLED
        assert not sent()

    @pytest.mark.parametrize(("kind", "reference"), [("run", "7"), ("user", "seven"), ("user", "")])
    def test_of_who_is_no_user_here_is_no_news(self, shop: Shop, kind: str, reference: str) -> None:
        order = shop.place()
        Order.objects.update(buyer_kind=kind, buyer_ref=reference)
        order.refresh_from_db()
        assert people.buyer_of(order) is None
        assert shop.pay(order).state == Order.State.FULFILLED


class TestAFailedPayment:
    def test_is_told_with_what_to_do(self, shop: Shop) -> None:
        order = shop.place()
        shop.say(order, Paid.FAILED)
        assert only_mail().subject == f"The payment of order {order.number} has failed"
        assert "no units were booked" in only_mail().body

    def test_that_was_late_money_after_all_is_told_as_paid(self, shop: Shop) -> None:
        order = shop.place()
        shop.say(order, Paid.FAILED)
        shop.say(order, Paid.PAID)
        assert sent()[0].subject.endswith("has failed")
        assert "is paid" in sent()[1].subject

    def test_that_only_expired_is_no_news(self, shop: Shop) -> None:
        shop.say(shop.place(), Paid.EXPIRED)
        assert not sent()


class TestMoneyThatWentBack:
    def test_is_told_with_its_units(self, shop: Shop) -> None:
        order = shop.pay()
        shop.say(order, None, refund(400))
        message = sent()[-1]
        assert message.subject == f"Order {order.number}: €4.00 went back"
        assert "40 writing actions" in message.body
        assert "70 of 70 writing actions left" in message.body
        assert "Used before" not in message.body

    def test_says_what_was_used_before(self, shop: Shop) -> None:
        shop.spend(10)
        order = shop.pay()
        shop.spend(30)
        shop.say(order, None, refund(1_000))
        message = sent()[-1]
        assert "Units taken back in all\n    70 writing actions" in message.body
        assert "Used before, and not taken back\n    30 writing actions" in message.body
        assert "nothing else is taken for them" in message.body

    def test_by_a_lost_dispute_is_told_when_it_is_decided(self, shop: Shop) -> None:
        order = shop.pay()
        shop.say(order, None, dispute(1_000))
        assert len(sent()) == 1
        shop.say(order, None, dispute(1_000, Status.RETURNED, after=5))
        assert "was decided for the payer" in sent()[-1].body

    def test_that_a_won_dispute_brought_back_is_no_mail(self, shop: Shop) -> None:
        order = shop.pay()
        shop.say(order, None, dispute(1_000), dispute(1_000, Status.KEPT, after=5))
        assert len(sent()) == 1

    def test_is_told_once_for_each_refund(self, shop: Shop) -> None:
        order = shop.pay()
        for _ in range(2):
            shop.say(order, None, refund(300), refund(200, "re_2"))
        assert len(sent()) == 3

    def test_before_any_units_were_booked_says_so(self, shop: Shop) -> None:
        order = shop.place()
        shop.say(order, None, refund(1_000))
        assert "No units were taken back." in only_mail().body


class TestAMailServer:
    def test_that_is_away_is_tried_again_with_growing_pauses(self, shop: Shop, settings: Any) -> None:
        take_mail_away(settings)
        began = timezone.now()
        assert shop.pay().state == Order.State.FULFILLED
        shop.assert_units(available=110)
        tries = [letter().next_try_at]
        assert (letter().error, letter().attempts) == ("ConnectionRefusedError", 1)
        for _ in range(8):
            assert outbox.send_due(now=tries[-1]) == (0, False)
            tries.append(letter().next_try_at)
        pauses = [(late - early).total_seconds() / 60 for early, late in pairwise(tries)]
        assert pauses == [4, 8, 16, 32, 64, 128, 256, 360]
        assert 1.9 < (tries[0] - began).total_seconds() / 60 < 3
        bring_mail_back(settings)
        assert outbox.send_due(now=tries[-1]) == (1, False)
        assert (only_mail().to, letter().to, letter().error) == ([shop.user.email], "", "")

    def test_that_stays_away_is_given_up_after_three_days(self, shop: Shop, settings: Any) -> None:
        take_mail_away(settings)
        shop.pay()
        last = timezone.now()
        while (at := letter().next_try_at) is not None:
            outbox.send_due(now=at)
            last = at
        assert (letter().to, letter().sent_at, letter().error) == ("", None, "ConnectionRefusedError")
        assert timedelta(days=3) < last - letter().created_at < timedelta(days=3, hours=6)

    def test_that_is_away_keeps_nobody_a_second_time(self, shop: Shop, settings: Any) -> None:
        take_mail_away(settings)
        shop.pay()
        shop.pay()
        assert sorted(Letter.objects.values_list("attempts", flat=True)) == [0, 1]

    def test_that_is_away_stops_the_round(self, shop: Shop, settings: Any) -> None:
        take_mail_away(settings)
        for _ in range(3):
            shop.pay()
        Letter.objects.update(next_try_at=timezone.now())
        outbox.send_due()
        assert sorted(Letter.objects.values_list("attempts", flat=True)) == [0, 0, 2]

    def test_that_refuses_one_letter_gets_the_others(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        compose = mails.composer_of
        monkeypatch.setattr(mails, "composer_of", lambda kind: {}[kind])
        shop.pay()
        monkeypatch.setattr(mails, "composer_of", compose)
        assert letter().error == "KeyError"
        shop.pay()
        assert len(sent()) == 1

    def test_never_brings_an_address_into_a_log(
        self, shop: Shop, settings: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        caplog.set_level(logging.DEBUG)
        take_mail_away(settings)
        shop.pay()
        bring_mail_back(settings)

        def refuse(self: Any, messages: Any) -> int:
            raise ValueError(f"550 {messages[0].to} unknown")

        cache.clear()
        monkeypatch.setattr(locmem.EmailBackend, "send_messages", refuse)
        shop.pay()
        lines = [record.getMessage() + str(record.exc_info) for record in caplog.records]
        assert any("event=not_sent attempts=1 error=ValueError" in line for line in lines)
        assert not [line for line in lines if shop.user.email in line]
        assert set(Letter.objects.values_list("error", flat=True)) == {"ConnectionRefusedError", "ValueError"}

    def test_is_waited_for_by_the_worker(self, shop: Shop, settings: Any) -> None:
        take_mail_away(settings)
        shop.pay()
        bring_mail_back(settings)
        assert waiting_duties() == []
        Letter.objects.update(next_try_at=timezone.now() - timedelta(hours=1))
        assert waiting_duties() == ["mails"]
        assert duties.send_mails(Turn()) == 1
        assert waiting_duties() == []

    def test_gets_what_one_turn_leaves_in_the_next(self, shop: Shop, settings: Any) -> None:
        take_mail_away(settings)
        shop.pay()
        bring_mail_back(settings)
        Letter.objects.update(next_try_at=timezone.now())
        turn = Turn(seconds=0)
        assert duties.send_mails(turn) == 0
        assert turn.has_more


class TestALetter:
    def test_is_written_in_the_transaction_and_sent_after_it(self, shop: Shop) -> None:
        order = shop.place()
        with transaction.atomic():
            letters.write(letters.PAID, order)
            assert not sent()
        assert len(sent()) == 1

    def test_of_a_transaction_that_failed_is_never_sent(self, shop: Shop) -> None:
        order = shop.place()
        with transaction.atomic():
            letters.write(letters.PAID, order)
            transaction.set_rollback(True)
        assert not sent()
        assert not Letter.objects.exists()

    def test_is_sent_by_one_of_many_at_once(self, shop: Shop, settings: Any) -> None:
        take_mail_away(settings)
        shop.pay()
        bring_mail_back(settings)
        Letter.objects.update(next_try_at=timezone.now())
        pk, barrier = letter().pk, threading.Barrier(8)

        def send(_number: int) -> outbox.Outcome:
            barrier.wait(30)
            try:
                return outbox.send(pk)
            finally:
                connection.close()

        with ThreadPoolExecutor(8) as pool:
            outcomes = list(pool.map(send, range(8)))
        assert outcomes.count(outbox.Outcome.SENT) == 1
        assert outcomes.count(outbox.Outcome.NOT_MINE) == 7
        assert len(sent()) == 1

    def test_of_a_sender_that_was_killed_is_sent_by_the_next_under_the_same_name(self, shop: Shop) -> None:
        taken = outbox.put([_letter_to(shop)])
        assert taken == 1
        first = only_mail()
        # As if the process had died after the mail server's yes.
        Letter.objects.update(sent_at=None, to=shop.user.email, next_try_at=timezone.now())
        outbox.send_due()
        assert [message.extra_headers["Message-ID"] for message in sent()] == [first.extra_headers["Message-ID"]] * 2

    def test_that_cannot_be_kept_hurts_nobody(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_: Any) -> int:
            raise RuntimeError

        monkeypatch.setattr(outbox, "put", fail)
        assert shop.pay().state == Order.State.FULFILLED


def _letter_to(shop: Shop) -> Letter:
    order = shop.place()
    moment = timezone.now()
    facts = {"order": order.number}
    return Letter(
        reference="paid:x", kind="paid", to=shop.user.email, facts=facts, created_at=moment, next_try_at=moment
    )
