"""Sessions over the API: what may be asked for, idempotency, states, faults."""

from __future__ import annotations

import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import pytest
import requests

from tests.services import SandboxProcess

from .conftest import Client
from .selling import SITE, ask, error_of, item, last_event, order, sell, types_since


class TestASession:
    def test_is_open_and_unpaid_at_first(self, client: Client) -> None:
        session = sell(client, line_items=[item(), item(quantity=3, amount=1250, currency="eur")])
        assert {name: session[name] for name in session if name not in ("id", "url", "created", "expires_at")} == {
            "object": "checkout.session",
            "status": "open",
            "payment_status": "unpaid",
            "amount_total": 8650,
            "currency": "EUR",
            "client_reference_id": "order-17",
            "metadata": {"order": "17"},
            "receipt_url": None,
            "refunds": [],
            "disputes": [],
        }
        assert session["id"].startswith("cs_sbx_")
        assert session["url"] == f"{client.sandbox.root}/checkout/pay/{session['id']}"

    def test_can_be_read_again(self, client: Client) -> None:
        session = sell(client)
        assert client.get(f"/checkout/sessions/{session['id']}").json() == session

    def test_lasts_a_day_or_as_long_as_asked(self, client: Client) -> None:
        lasting = [sell(client), sell(client, expires_in=60)]
        assert [session["expires_at"] - session["created"] for session in lasting] == [86_400, 60]
        assert abs(lasting[0]["created"] - time.time()) < 20

    def test_is_found_at_the_address_that_the_seller_knows(self, client: Client) -> None:
        headers = {"Host": "sandbox.internal:81", "Idempotency-Key": "by-name"}
        session = client.post("/checkout/sessions", json=order(), headers=headers).json()
        assert session["url"].startswith("http://sandbox.internal:81/checkout/pay/")

    @pytest.mark.parametrize("path", ["/checkout/sessions/cs_sbx_none", "/checkout/sessions/", "/checkout/other"])
    def test_that_is_unknown_is_not_found(self, client: Client, path: str) -> None:
        assert error_of(client.get(path)) == (404, "not_found")

    @pytest.mark.parametrize("key", ["", "wrong"])
    def test_needs_a_key(self, client: Client, key: str) -> None:
        session = sell(client)
        client.session.headers["Authorization"] = f"Bearer {key}"
        assert error_of(ask(client)) == (401, "invalid_api_key")
        assert error_of(client.get(f"/checkout/sessions/{session['id']}")) == (401, "invalid_api_key")


class TestWhatIsAskedFor:
    @pytest.mark.parametrize(
        ("changes", "param"),
        [
            ({"client_reference_id": None}, "client_reference_id"),
            ({"client_reference_id": "a\0b"}, "client_reference_id"),
            ({"line_items": []}, "line_items"),
            ({"line_items": [item()] * 51}, "line_items"),
            ({"line_items": ["units"]}, "line_items[0]"),
            ({"line_items": [item(name=" ")]}, "line_items[0].name"),
            ({"line_items": [item(name="\ud800")]}, "line_items[0].name"),
            ({"line_items": [item(), item(quantity=0)]}, "line_items[1].quantity"),
            ({"line_items": [item(quantity=True)]}, "line_items[0].quantity"),
            ({"line_items": [item(amount=49.0)]}, "line_items[0].amount"),
            ({"line_items": [item(amount=-1)]}, "line_items[0].amount"),
            ({"line_items": [item(amount=10**30)]}, "line_items[0].amount"),
            ({"line_items": [item(amount=0)]}, "line_items"),
            ({"line_items": [item(amount=10**12, quantity=2)]}, "line_items"),
            ({"line_items": [item(currency="euro")]}, "line_items[0].currency"),
            ({"line_items": [item(), item(currency="USD")]}, "line_items"),
            ({"success_url": "javascript:alert(1)"}, "success_url"),
            ({"success_url": "/back"}, "success_url"),
            ({"success_url": "http://[::1/"}, "success_url"),
            ({"success_url": f"{SITE}/a\r\nSet-Cookie: a=b"}, "success_url"),
            ({"cancel_url": "data:text/html,hello"}, "cancel_url"),
            ({"cancel_url": f"{SITE}/{'a' * 2048}"}, "cancel_url"),
            ({"webhook_url": "file:///etc/passwd"}, "webhook_url"),
            ({"metadata": ["a"]}, "metadata"),
            ({"metadata": {"a": 1}}, "metadata"),
            ({"metadata": {str(number): "" for number in range(51)}}, "metadata"),
            ({"expires_in": 59}, "expires_in"),
            ({"expires_in": 86_401}, "expires_in"),
            ({"locale": '"><script>'}, "locale"),
        ],
    )
    def test_is_refused_by_the_name_of_the_field(self, client: Client, changes: dict[str, Any], param: str) -> None:
        reply = ask(client, **changes)
        assert error_of(reply) == (400, "invalid_request")
        assert reply.json()["error"]["param"] == param
        assert reply.json()["error"]["message"].endswith(".")

    @pytest.mark.parametrize("key", ["", "a b", "ü", "a" * 256])
    def test_needs_an_idempotency_key(self, client: Client, key: str) -> None:
        headers = {"Idempotency-Key": key.encode()} if key else {}
        reply = client.post("/checkout/sessions", json=order(), headers=headers)  # type: ignore[arg-type]
        assert error_of(reply) == (400, "invalid_request")
        assert reply.json()["error"]["param"] == "Idempotency-Key"

    def test_that_was_refused_leaves_the_key_free(self, client: Client) -> None:
        assert ask(client, key="refused-first", line_items=[]).status_code == 400
        assert ask(client, key="refused-first").status_code == 200


class TestIdempotency:
    def test_the_same_request_gets_the_same_session(self, client: Client) -> None:
        first = sell(client, key="twice")
        client.sandbox.checkout(first["id"], "pay")
        again = sell(client, key="twice")
        assert (again["id"], again["payment_status"]) == (first["id"], "paid")

    def test_the_order_of_fields_makes_no_other_request(self, client: Client) -> None:
        first = sell(client, key="turned-round")
        turned = dict(reversed(order().items()))
        again = client.post("/checkout/sessions", json=turned, headers={"Idempotency-Key": "turned-round"})
        assert again.json()["id"] == first["id"]

    def test_another_request_is_refused(self, client: Client) -> None:
        sell(client, key="used")
        assert error_of(ask(client, key="used", client_reference_id="order-18")) == (409, "idempotency_mismatch")

    def test_twenty_at_once_make_one_session(self, client: Client) -> None:
        with ThreadPoolExecutor(20) as pool:
            made = list(pool.map(lambda _: sell(client, key="race")["id"], range(20)))
        assert len(set(made)) == 1

    def test_an_answer_that_got_lost_can_be_asked_for_again(self, client: Client) -> None:
        with pytest.raises(requests.RequestException):
            ask(client, key="lost", fault="disconnect-0")
        with pytest.raises(requests.RequestException):
            ask(client, key="lost", fault="timeout", timeout=0.3)
        assert sell(client, key="lost")["status"] == "open"

    def test_survives_a_kill(self) -> None:
        with SandboxProcess() as sandbox, requests.Session() as session:
            session.headers["Authorization"] = "Bearer key"
            client = Client(sandbox, session)
            first = sell(client, key="before")
            paid = sell(client)
            sandbox.checkout(paid["id"], "pay")
            sandbox.refund(paid["id"], 100)
            before = sandbox.session(paid["id"]), sandbox.events()
            sandbox.kill()
            sandbox.restart()
            assert sell(client, key="before") == first
            assert (sandbox.session(paid["id"]), sandbox.events()) == before


class TestExpiry:
    def test_ends_an_open_session(self, client: Client) -> None:
        session, after = sell(client), last_event(client)
        reply = client.post(f"/checkout/sessions/{session['id']}/expire")
        assert (reply.json()["status"], reply.json()["payment_status"]) == ("expired", "unpaid")
        assert types_since(client, after) == ["checkout.session.expired"]

    @pytest.mark.parametrize("action", ["pay", "pay_later", "expire"])
    def test_leaves_any_other_session_alone(self, client: Client, action: Any) -> None:
        session = sell(client)
        client.sandbox.checkout(session["id"], action)
        assert error_of(client.post(f"/checkout/sessions/{session['id']}/expire")) == (409, "wrong_state")

    def test_comes_by_itself_in_time(self) -> None:
        """Also while the sandbox was not there, and without anybody asking for the session."""
        with SandboxProcess() as sandbox, requests.Session() as session:
            session.headers["Authorization"] = "Bearer key"
            made = sell(Client(sandbox, session))
            sandbox.stop()
            with closing(sqlite3.connect(sandbox.state_file)) as db, db:
                db.execute("UPDATE sessions SET expires_at = ?", (int(time.time()) + 1,))
            sandbox.restart()
            deadline = time.monotonic() + 20
            status = ""
            while status != "expired" and time.monotonic() < deadline:
                with closing(sqlite3.connect(sandbox.state_file)) as db:
                    [status] = db.execute("SELECT status FROM sessions").fetchone()
            assert status == "expired"
            assert [event["type"] for event in sandbox.events()] == ["checkout.session.expired"]
            assert sandbox.session(made["id"])["status"] == "expired"


class TestFaults:
    @pytest.mark.parametrize(
        ("fault", "status"), [("error-200", 200), ("wrong-key", 401), ("rate-limit", 429), ("status-503", 503)]
    )
    def test_reach_the_checkout(self, client: Client, fault: str, status: int) -> None:
        session = sell(client)
        client.sandbox.fault(fault)
        for reply in (
            ask(client),
            client.get(f"/checkout/sessions/{session['id']}"),
            client.post("/refunds", json={"session": session["id"]}, headers={"Idempotency-Key": "a"}),
            client.get("/events"),
        ):
            assert reply.status_code == status
            assert "error" in reply.json()

    def test_change_nothing_where_they_answer_first(self, client: Client) -> None:
        assert ask(client, key="faulty", fault="html").headers["Content-Type"].startswith("text/html")
        with pytest.raises(requests.ConnectionError):
            ask(client, key="faulty", fault="hang-up")
        assert sell(client, key="faulty", client_reference_id="another")["client_reference_id"] == "another"

    def test_leave_the_pages_of_the_buyer_alone(self, client: Client) -> None:
        session = sell(client)
        client.sandbox.fault("status-500")
        assert requests.get(session["url"], timeout=20).status_code == 200
        paid = requests.post(session["url"], data={"action": "pay"}, timeout=20, allow_redirects=False)
        assert paid.status_code == 303
