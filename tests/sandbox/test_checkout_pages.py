"""What a buyer sees and presses."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser

import pytest
import requests

from shareai_cms.sandbox.checkout.addresses import is_loopback, is_web_address
from shareai_cms.sandbox.checkout.money import format_money

from .conftest import Client
from .selling import SITE, item, last_event, sell, types_since

HOSTILE = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>"
NOTICE = "Sandbox: nothing is charged"


class Outline(HTMLParser):
    """The tags of a page and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


def see(url: str) -> Outline:
    reply = requests.get(url, timeout=20)
    assert reply.headers["Content-Type"] == "text/html; charset=utf-8"
    return Outline(reply.text)


def press(url: str, action: str) -> requests.Response:
    return requests.post(url, data={"action": action}, timeout=20, allow_redirects=False)


class TestThePage:
    def test_says_what_is_bought_from_whom_and_that_nothing_is_charged(self, client: Client) -> None:
        items = [item(name="Writing units", quantity=3, amount=1250), item(name="Image units")]
        page = see(sell(client, line_items=items)["url"])
        for text in (
            NOTICE,
            "Pay ShareAI",
            "Ordered at localhost:8000",
            "Writing units",
            "3 × €12.50",
            "€37.50",
            "Image units",
            "€86.50",
        ):
            assert text in page.text

    def test_has_a_button_for_each_thing_that_can_happen(self, client: Client) -> None:
        page = see(sell(client)["url"])
        assert [form.get("action") for form in page.of("form")] == [None]
        buttons = [button["value"] for button in page.of("button")]
        assert buttons == ["pay", "pay_later", "fail", "pay_and_close", "cancel"]

    def test_needs_no_script_and_nothing_from_elsewhere(self, client: Client) -> None:
        reply = requests.get(sell(client)["url"], timeout=20)
        assert "<script" not in reply.text
        assert not re.search(r'(?:src|href)="(?!data:,")', reply.text)
        assert reply.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'sha256-")
        assert reply.headers["Cache-Control"] == "no-store"

    @pytest.mark.parametrize(
        ("locale", "lang", "direction"),
        [("en", "en", "ltr"), ("de_AT", "de-AT", "ltr"), ("ar", "ar", "rtl"), ("he-IL", "he-IL", "rtl")],
    )
    def test_goes_in_the_direction_of_its_locale(self, client: Client, locale: str, lang: str, direction: str) -> None:
        [root] = see(sell(client, locale=locale)["url"]).of("html")
        assert root == {"lang": lang, "dir": direction}

    def test_shows_hostile_names_as_what_they_are(self, client: Client) -> None:
        session = sell(
            client,
            line_items=[item(name=HOSTILE)],
            client_reference_id=HOSTILE,
            success_url="http://localhost:8000/?q='><script>alert(1)</script>",
        )
        pages = [see(session["url"])]
        client.sandbox.checkout(session["id"], "pay")
        pages += [see(session["url"]), see(client.sandbox.session(session["id"])["receipt_url"])]
        for page in pages:
            assert not page.of("script") + page.of("img")
        assert page.text.count(HOSTILE) == 2

    def test_that_is_unknown_says_so(self, client: Client) -> None:
        for path in ("pay/cs_sbx_none", "receipt/cs_sbx_none", "pay/", "elsewhere"):
            reply = requests.get(f"{client.sandbox.root}/checkout/{path}", timeout=20)
            assert reply.status_code == 404
            assert NOTICE in reply.text


class TestPressing:
    def test_pay_goes_back_with_the_id(self, client: Client) -> None:
        session, after = sell(client), last_event(client)
        reply = press(session["url"], "pay")
        assert reply.status_code == 303
        assert reply.headers["Location"] == f"{SITE}/back?session={session['id']}"
        paid = client.sandbox.session(session["id"])
        assert (paid["status"], paid["payment_status"]) == ("complete", "paid")
        assert types_since(client, after) == ["checkout.session.completed"]

    def test_pay_later_goes_back_before_the_money_is_there(self, client: Client) -> None:
        session, after = sell(client), last_event(client)
        assert press(session["url"], "pay_later").headers["Location"].endswith(session["id"])
        pending = client.sandbox.session(session["id"])
        assert (pending["status"], pending["payment_status"], pending["receipt_url"]) == ("complete", "pending", None)
        [event] = client.sandbox.events(after)
        assert event["type"] == "checkout.session.completed"
        assert event["data"]["object"] == pending

    def test_a_declined_card_can_try_again(self, client: Client) -> None:
        session, after = sell(client), last_event(client)
        reply = press(session["url"], "fail")
        assert "The card was declined." in Outline(reply.text).text
        assert [part["role"] for part in Outline(reply.text).of("p") if "role" in part] == ["alert"]
        assert types_since(client, after) == []
        assert press(session["url"], "pay").status_code == 303

    def test_cancel_goes_back_and_leaves_the_session_open(self, client: Client) -> None:
        session = sell(client)
        reply = press(session["url"], "cancel")
        assert (reply.status_code, reply.headers["Location"]) == (303, f"{SITE}/cancelled")
        assert client.sandbox.session(session["id"]) == session

    def test_a_browser_that_gets_lost_has_paid_all_the_same(self, client: Client) -> None:
        session = sell(client)
        reply = press(session["url"], "pay_and_close")
        assert reply.status_code == 200
        assert "You can close this tab" in reply.text
        assert SITE not in reply.text
        assert client.sandbox.session(session["id"])["payment_status"] == "paid"

    def test_an_unknown_button_does_nothing(self, client: Client) -> None:
        session = sell(client)
        assert press(session["url"], "steal").status_code == 400
        assert client.sandbox.session(session["id"]) == session

    def test_ten_clicks_pay_once(self, client: Client) -> None:
        session, after = sell(client), last_event(client)
        with ThreadPoolExecutor(10) as pool:
            statuses = list(pool.map(lambda _: press(session["url"], "pay").status_code, range(10)))
        assert sorted(statuses) == [303, *[409] * 9]
        assert types_since(client, after) == ["checkout.session.completed"]


class TestASessionThatIsOver:
    @pytest.mark.parametrize(
        ("actions", "text"),
        [
            (["pay"], "This is paid"),
            (["pay_later"], "The payment is on its way"),
            (["pay_later", "decline"], "The payment has failed"),
            (["expire"], "This page has expired"),
        ],
    )
    def test_says_what_became_of_it(self, client: Client, actions: list[str], text: str) -> None:
        session = sell(client)
        for action in actions:
            client.sandbox.checkout(session["id"], action)  # type: ignore[arg-type]
        before = client.sandbox.session(session["id"])
        shown, pressed = requests.get(session["url"], timeout=20), press(session["url"], "pay")
        assert (shown.status_code, pressed.status_code) == (200, 409)
        assert text in shown.text
        assert text in pressed.text
        assert client.sandbox.session(session["id"]) == before


class TestTheReceipt:
    def test_is_there_once_it_is_paid(self, client: Client) -> None:
        session = sell(client)
        early = requests.get(session["url"].replace("/pay/", "/receipt/"), timeout=20)
        assert early.status_code == 404
        client.sandbox.checkout(session["id"], "pay")
        page = see(client.sandbox.session(session["id"])["receipt_url"])
        for text in (NOTICE, "Receipt", "order-17", session["id"], "500 units", "€49.00", "no invoice"):
            assert text in page.text


class TestMoney:
    @pytest.mark.parametrize(
        ("amount", "currency", "text"),
        [
            (1234500, "EUR", "€12,345.00"),
            (5, "USD", "US$0.05"),
            (1200, "JPY", "JPY\xa01,200"),
            (1200, "KRW", "₩1,200"),
            (9800, "KWD", "KWD\xa09.800"),
            (1001, "BHD", "BHD\xa01.001"),
            (4990, "CHF", "CHF\xa049.90"),
        ],
    )
    def test_has_the_decimals_of_its_currency(self, amount: int, currency: str, text: str) -> None:
        assert format_money(amount, currency) == text


class TestAddresses:
    @pytest.mark.parametrize(
        "address",
        [
            "http://127.0.0.1:8000/hooks",
            "http://127.9.8.7/",
            "https://localhost/hooks",
            "http://LOCALHOST:8000/",
            "http://[::1]:8000/hooks",
        ],
    )
    def test_of_this_machine(self, address: str) -> None:
        assert is_loopback(address)

    @pytest.mark.parametrize(
        "address",
        [
            "http://example.com/",
            "http://localhost@example.com/",
            "http://localhost.example.com/",
            "http://127.0.0.1.example.com/",
            "http://10.0.0.1/",
            "http://0.0.0.0/",
            "http://169.254.169.254/",
            "http://[::ffff:10.0.0.1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[::]/",
            "http://2130706433/",
            "http://127.1/",
        ],
    )
    def test_of_another_machine(self, address: str) -> None:
        assert not is_loopback(address)

    @pytest.mark.parametrize(
        "address", ["http://a\\@localhost/", "http://a b/", "http://é/", "ftp://a/", "http://a:x/"]
    )
    def test_that_are_none(self, address: str) -> None:
        assert not is_web_address(address)
