"""Money that goes back, money that comes late, and the list of what happened."""

from __future__ import annotations

import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from tests.services import SandboxProcess

from .conftest import Client
from .selling import error_of, last_event, sell, types_since


def refund(client: Client, session: str, *, key: str = "", **body: Any) -> requests.Response:
    headers = {"Idempotency-Key": key or uuid.uuid4().hex}
    return client.post("/refunds", json={"session": session, **body}, headers=headers)


def control(client: Client, path: str, **body: Any) -> requests.Response:
    return requests.post(f"{client.sandbox.root}/sandbox/{path}", json=body, timeout=20)


@pytest.fixture
def paid(client: Client) -> str:
    """A session of 4900 minor units that is paid."""
    session = str(sell(client)["id"])
    client.sandbox.checkout(session, "pay")
    return session


class TestARefund:
    def test_is_of_a_part_and_then_of_the_rest(self, client: Client, paid: str) -> None:
        after = last_event(client)
        part, rest = refund(client, paid, amount=900, reason="One too many").json(), refund(client, paid).json()
        assert {name: part[name] for name in part if name not in ("id", "created")} == {
            "object": "refund",
            "session": paid,
            "client_reference_id": "order-17",
            "amount": 900,
            "currency": "EUR",
            "reason": "One too many",
            "status": "succeeded",
        }
        assert part["id"].startswith("re_sbx_")
        assert rest["amount"] == 4000
        assert client.sandbox.session(paid)["refunds"] == [part, rest]
        events = client.sandbox.events(after)
        assert [event["data"]["object"] for event in events] == [part, rest]
        assert {event["type"] for event in events} == {"refund.created"}

    @pytest.mark.parametrize("amount", [4901, 10**12])
    def test_of_more_than_was_paid_is_refused(self, client: Client, paid: str, amount: int) -> None:
        assert error_of(refund(client, paid, amount=amount)) == (409, "amount_too_large")

    def test_of_more_than_is_left_is_refused(self, client: Client, paid: str) -> None:
        refund(client, paid, amount=4000)
        assert error_of(refund(client, paid, amount=901)) == (409, "amount_too_large")
        assert refund(client, paid, amount=900).status_code == 200
        assert error_of(refund(client, paid)) == (409, "amount_too_large")

    def test_of_what_a_dispute_took_is_refused(self, client: Client, paid: str) -> None:
        client.sandbox.end_dispute(client.sandbox.dispute(paid, 4000)["id"], "lost")
        assert error_of(refund(client, paid, amount=901)) == (409, "amount_too_large")
        assert refund(client, paid).json()["amount"] == 900

    def test_needs_something_that_is_paid(self, client: Client) -> None:
        session = sell(client)["id"]
        assert error_of(refund(client, session)) == (409, "not_paid")
        client.sandbox.checkout(session, "pay_later")
        assert error_of(refund(client, session)) == (409, "not_paid")
        assert error_of(refund(client, "cs_sbx_none")) == (404, "not_found")

    @pytest.mark.parametrize("body", [{"amount": 0}, {"amount": -1}, {"amount": "1"}, {"amount": True}, {"reason": 5}])
    def test_is_read_strictly(self, client: Client, paid: str, body: dict[str, Any]) -> None:
        assert error_of(refund(client, paid, **body)) == (400, "invalid_request")

    def test_happens_once_for_one_key(self, client: Client, paid: str) -> None:
        with ThreadPoolExecutor(20) as pool:
            made = list(pool.map(lambda _: refund(client, paid, key=f"one-{paid}", amount=100).json(), range(20)))
        assert len({found["id"] for found in made}) == 1
        assert client.sandbox.session(paid)["refunds"] == made[:1]
        assert error_of(refund(client, paid, key=f"one-{paid}", amount=200)) == (409, "idempotency_mismatch")

    def test_never_gives_back_more_than_was_paid_in_a_race(self, client: Client, paid: str) -> None:
        with ThreadPoolExecutor(20) as pool:
            statuses = list(pool.map(lambda _: refund(client, paid, amount=1000).status_code, range(20)))
        assert sorted(statuses) == [200] * 4 + [409] * 16

    def test_needs_a_key_of_its_own(self, client: Client, paid: str) -> None:
        assert error_of(client.post("/refunds", json={"session": paid})) == (400, "invalid_request")
        sell(client, key=f"shared-{paid}")
        assert error_of(refund(client, paid, key=f"shared-{paid}")) == (409, "idempotency_mismatch")


class TestADispute:
    @pytest.mark.parametrize("outcome", ["won", "lost"])
    def test_is_opened_and_ends_once(self, client: Client, paid: str, outcome: Any) -> None:
        after = last_event(client)
        opened = client.sandbox.dispute(paid)
        ended = client.sandbox.end_dispute(opened["id"], outcome)
        assert opened["id"].startswith("dp_sbx_")
        assert (opened["status"], opened["amount"], opened["currency"]) == ("open", 4900, "EUR")
        assert ended == {**opened, "status": outcome}
        assert client.sandbox.session(paid)["disputes"] == [ended]
        assert types_since(client, after) == ["dispute.created", f"dispute.{outcome}"]
        again = control(client, "disputes", dispute=opened["id"], outcome="won")
        assert error_of(again) == (409, "wrong_state")

    def test_is_over_what_is_left_or_over_what_is_named(self, client: Client, paid: str) -> None:
        refund(client, paid, amount=900)
        assert client.sandbox.dispute(paid, 1000)["amount"] == 1000
        assert client.sandbox.dispute(paid)["amount"] == 3000
        assert client.sandbox.dispute(paid, 4900)["amount"] == 4900
        assert error_of(control(client, "disputes", session=paid, amount=4901)) == (409, "amount_too_large")

    @pytest.mark.parametrize(
        ("body", "error"),
        [
            ({"session": "cs_sbx_none"}, (404, "not_found")),
            ({"dispute": "dp_sbx_none", "outcome": "won"}, (404, "not_found")),
            ({"dispute": "dp_sbx_none", "outcome": "drawn"}, (400, "invalid_request")),
            ({}, (400, "invalid_request")),
        ],
    )
    def test_needs_to_exist(self, client: Client, body: dict[str, Any], error: tuple[int, str]) -> None:
        assert error_of(control(client, "disputes", **body)) == error


class TestMoneyThatComesLater:
    @pytest.mark.parametrize(
        ("actions", "payment_status", "kind"),
        [
            (["pay_later", "settle"], "paid", "checkout.session.async_payment_succeeded"),
            (["pay_later", "decline"], "failed", "checkout.session.async_payment_failed"),
            (["pay_later", "decline", "settle"], "paid", "checkout.session.async_payment_succeeded"),
            (["expire", "settle"], "paid", "checkout.session.async_payment_succeeded"),
        ],
    )
    def test_comes_or_fails_on_demand(self, client: Client, actions: list[str], payment_status: str, kind: str) -> None:
        session = sell(client)["id"]
        for action in actions:
            shown = client.sandbox.checkout(session, action)  # type: ignore[arg-type]
        assert (shown["status"], shown["payment_status"]) == ("complete", payment_status)
        assert client.sandbox.events(last_before(client))[-1]["type"] == kind
        assert (shown["receipt_url"] is not None) is (payment_status == "paid")

    @pytest.mark.parametrize(
        ("first", "action"), [("pay", "settle"), ("pay", "decline"), ("pay", "pay_later"), ("expire", "pay")]
    )
    def test_cannot_undo_what_is_over(self, client: Client, first: Any, action: str) -> None:
        session = sell(client)["id"]
        client.sandbox.checkout(session, first)
        assert error_of(control(client, "checkout", session=session, action=action)) == (409, "wrong_state")

    def test_comes_by_itself_also_after_a_kill(self) -> None:
        with SandboxProcess(pay_later_seconds=1) as sandbox, requests.Session() as session:
            session.headers["Authorization"] = "Bearer key"
            made = sell(Client(sandbox, session))["id"]
            assert sandbox.checkout(made, "pay_later")["payment_status"] == "pending"
            sandbox.kill()
            sandbox.restart()
            deadline = time.monotonic() + 20
            while len(events := sandbox.events()) < 2 and time.monotonic() < deadline:
                pass
            assert events[-1]["type"] == "checkout.session.async_payment_succeeded"
            assert events[-1]["data"]["object"]["payment_status"] == "paid"

    def test_needs_a_known_action(self, client: Client) -> None:
        session = sell(client)["id"]
        assert error_of(control(client, "checkout", session=session, action="steal")) == (400, "invalid_request")
        assert error_of(control(client, "checkout", session=5, action="pay")) == (400, "invalid_request")


class TestTheListOfEvents:
    def test_goes_on_after_an_event(self, client: Client, paid: str) -> None:
        for amount in (1, 2, 3):
            refund(client, paid, amount=amount)
        first = last_before(client, 3)
        page = client.get(f"/events?after={first}&limit=2").json()
        assert [event["data"]["object"]["amount"] for event in page["data"]] == [1, 2]
        assert page["has_more"] is True
        page = client.get(f"/events?after={page['data'][-1]['id']}&limit=2").json()
        assert [event["data"]["object"]["amount"] for event in page["data"]] == [3]
        assert page["has_more"] is False

    def test_begins_with_the_oldest(self, client: Client, paid: str) -> None:
        [first] = client.get("/events?limit=1").json()["data"]
        assert first["object"] == "event"
        assert first["id"].startswith("evt_sbx_")
        assert first == client.sandbox.events()[0]

    def test_after_an_unknown_event_is_not_found(self, client: Client) -> None:
        assert error_of(client.get("/events?after=evt_sbx_none")) == (404, "not_found")

    @pytest.mark.parametrize("limit", ["0", "101", "-1", "many", "²"])
    def test_has_a_limit_from_1_to_100(self, client: Client, limit: str) -> None:
        assert error_of(client.get(f"/events?limit={limit}")) == (400, "invalid_request")


def last_before(client: Client, number: int = 1) -> str:
    """The event that has this many after it."""
    seen, after = [""], ""
    while events := client.sandbox.events(after):
        seen += [event["id"] for event in events]
        after = seen[-1]
    return seen[-1 - number]
