"""Webhooks: signed, in order, tried again, to this machine only."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import requests

from shareai_cms.sandbox.checkout.events import record
from shareai_cms.sandbox.checkout.store import Store
from shareai_cms.sandbox.checkout.webhooks import Courier, sign
from tests.services import SandboxProcess

from .conftest import Client
from .selling import SECRET, Receiver, error_of, last_event, sell


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


def deliveries_of(sandbox: SandboxProcess, receiver_url: str) -> list[tuple[str, int, int, str]]:
    """Oldest first."""
    found = [row for row in sandbox.deliveries() if row["url"] == receiver_url]
    return [(row["type"], row["status"], row["attempt"], row["note"]) for row in reversed(found)]


def wait_for_deliveries(sandbox: SandboxProcess, url: str, number: int) -> list[tuple[str, int, int, str]]:
    deadline = time.monotonic() + 20
    while len(found := deliveries_of(sandbox, url)) < number and time.monotonic() < deadline:
        pass
    return found


class TestADelivery:
    def test_is_the_event_as_the_list_has_it(self, client: Client, receiver: Receiver) -> None:
        session, after = sell(client, webhook_url=receiver.url), last_event(client)
        client.sandbox.checkout(session["id"], "pay")
        [hook] = receiver.wait_for(1)
        assert [hook.event] == client.sandbox.events(after)
        assert hook.event["data"]["object"]["payment_status"] == "paid"
        assert wait_for_deliveries(client.sandbox, receiver.url, 1) == [("checkout.session.completed", 200, 1, "")]

    def test_is_signed_over_the_raw_body(self, client: Client, receiver: Receiver) -> None:
        session = sell(client, webhook_url=receiver.url, client_reference_id="Größe “17”")
        client.sandbox.checkout(session["id"], "pay")
        [hook] = receiver.wait_for(1)
        assert hook.marks == [hook.mark_of(SECRET)]
        assert abs(hook.stamp - time.time()) < 30
        assert "Größe “17”".encode() in hook.body

    def test_is_signed_with_each_secret_while_they_are_rotated(self, receiver: Receiver) -> None:
        with SandboxProcess(webhook_secrets=("old", "new")) as sandbox, requests.Session() as session:
            session.headers["Authorization"] = "Bearer key"
            made = sell(Client(sandbox, session), webhook_url=receiver.url)
            sandbox.checkout(made["id"], "pay")
            [hook] = receiver.wait_for(1)
        assert hook.marks == [hook.mark_of("old"), hook.mark_of("new")]

    def test_keeps_the_order_of_a_session(self, client: Client, receiver: Receiver) -> None:
        session = sell(client, webhook_url=receiver.url)["id"]
        client.sandbox.checkout(session, "pay_later")
        client.sandbox.checkout(session, "settle")
        dispute = client.sandbox.dispute(session, 100)
        client.sandbox.end_dispute(dispute["id"], "won")
        client.sandbox.refund(session)
        assert [hook.event["type"] for hook in receiver.wait_for(5)] == [
            "checkout.session.completed",
            "checkout.session.async_payment_succeeded",
            "dispute.created",
            "dispute.won",
            "refund.created",
        ]

    def test_has_the_signature_that_openssl_makes(self) -> None:
        """``printf '1700000000.{}' | openssl dgst -sha256 -hmac whsec_sandbox``."""
        mark = "e2ad7c8efc4f466b07d198eb3d3ddca6cb1c14eed72205ab16b9816c682df3e4"
        assert sign(b"{}", [SECRET], at=1700000000) == f"t=1700000000,v1={mark}"


class TestAFailure:
    def test_is_tried_again_with_a_fresh_signature_before_the_next_event(self, client: Client) -> None:
        with Receiver(500, 302) as receiver:
            session = sell(client, webhook_url=receiver.url)["id"]
            client.sandbox.checkout(session, "pay")
            client.sandbox.refund(session)
            hooks = receiver.wait_for(4)
            seen = wait_for_deliveries(client.sandbox, receiver.url, 4)
        first, completed = hooks[0], "checkout.session.completed"
        assert [hook.body for hook in hooks[:3]] == [first.body] * 3
        assert first.stamp < hooks[1].stamp < hooks[2].stamp
        assert all(hook.marks == [hook.mark_of(SECRET)] for hook in hooks)
        assert seen == [(completed, 500, 1, ""), (completed, 302, 2, ""), (completed, 200, 3, ""),
                        ("refund.created", 200, 1, "")]  # fmt: skip

    def test_of_one_session_does_not_hold_up_another(self, client: Client, receiver: Receiver) -> None:
        with Receiver(*[500] * 5) as broken:
            for url in (broken.url, receiver.url):
                client.sandbox.checkout(sell(client, webhook_url=url)["id"], "pay")
            receiver.wait_for(1, seconds=3)

    def test_goes_on_after_a_kill(self) -> None:
        with SandboxProcess() as sandbox, requests.Session() as session, Receiver(500) as receiver:
            session.headers["Authorization"] = "Bearer key"
            made = sell(Client(sandbox, session), webhook_url=receiver.url)["id"]
            sandbox.checkout(made, "pay")
            assert wait_for_deliveries(sandbox, receiver.url, 1)
            sandbox.kill()
            sandbox.restart()
            assert [hook.event["type"] for hook in receiver.wait_for(2)] == ["checkout.session.completed"] * 2

    def test_ends_after_the_last_pause(self, tmp_path: Path) -> None:
        with closing(Store(tmp_path / "state")) as store, Receiver(*[500] * 9) as receiver:
            _make_event(store, receiver.url)
            courier = Courier(store, ["secret"], pauses=(0.01, 0.02))
            courier.resume()
            receiver.wait_for(3)
            deadline = time.monotonic() + 20
            is_waiting = True
            while is_waiting and time.monotonic() < deadline:
                with store.transaction() as db:
                    [is_waiting] = db.execute("SELECT is_waiting FROM events").fetchone()
            courier.close()
        assert not is_waiting
        assert len(receiver.hooks) == 3


def _make_event(store: Store, url: str) -> None:
    with store.transaction() as db:
        row = ("cs_1", "complete", "paid", 1, "EUR", "order", 0, 0, None, "http://localhost", url, "{}")
        db.execute(f"INSERT INTO sessions VALUES ({', '.join('?' * len(row))})", row)
        record(db, "checkout.session.completed", {}, session="cs_1", webhook_url=url, now=0)


class TestAnAddressElsewhere:
    @pytest.mark.parametrize("url", ["http://192.0.2.1/hooks", "http://localhost@192.0.2.1/", "http://example.com/"])
    def test_is_noted_and_never_called(self, client: Client, url: str) -> None:
        session, after = sell(client, webhook_url=url)["id"], last_event(client)
        started = time.monotonic()
        client.sandbox.checkout(session, "pay")
        [event] = client.sandbox.events(after)
        seen = wait_for_deliveries(client.sandbox, url, 1)
        assert seen == [("checkout.session.completed", 0, 1, "foreign")]
        [again] = client.sandbox.deliver(event["id"])
        assert (again["status"], again["note"]) == (0, "foreign")
        assert time.monotonic() - started < 5

    def test_is_not_followed_to(self, client: Client) -> None:
        with Receiver(302) as receiver:
            client.sandbox.checkout(sell(client, webhook_url=receiver.url)["id"], "pay")
            assert wait_for_deliveries(client.sandbox, receiver.url, 1)[0][1] == 302

    def test_where_nobody_listens_is_unreachable(self, client: Client) -> None:
        with Receiver() as receiver:
            url = receiver.url
        client.sandbox.checkout(sell(client, webhook_url=url)["id"], "pay")
        assert wait_for_deliveries(client.sandbox, url, 1)[0][1:] == (0, 1, "unreachable")


class TestLosingAndRepeating:
    def test_while_they_are_off_events_are_only_listed(self, client: Client, receiver: Receiver) -> None:
        session, after = sell(client, webhook_url=receiver.url)["id"], last_event(client)
        client.sandbox.webhooks("off")
        client.sandbox.checkout(session, "pay")
        client.sandbox.reset()
        client.sandbox.refund(session)
        assert [hook.event["type"] for hook in receiver.wait_for(1)] == ["refund.created"]
        listed = [event["type"] for event in client.sandbox.events(after)]
        assert listed == ["checkout.session.completed", "refund.created"]

    def test_off_gives_up_what_was_to_be_tried_again(self, client: Client) -> None:
        with Receiver(500) as receiver:
            session = sell(client, webhook_url=receiver.url)["id"]
            client.sandbox.checkout(session, "pay")
            wait_for_deliveries(client.sandbox, receiver.url, 1)
            client.sandbox.webhooks("off")
            client.sandbox.webhooks("on")
            client.sandbox.refund(session)
            assert [hook.event["type"] for hook in receiver.wait_for(2)][1] == "refund.created"

    @pytest.mark.parametrize("at_once", [True, False])
    def test_an_event_is_delivered_again_as_often_as_asked(
        self, client: Client, receiver: Receiver, at_once: bool
    ) -> None:
        session, after = sell(client, webhook_url=receiver.url)["id"], last_event(client)
        client.sandbox.webhooks("off")
        client.sandbox.checkout(session, "pay")
        [event] = client.sandbox.events(after)
        found = client.sandbox.deliver(event["id"], times=20, at_once=at_once)
        assert [row["status"] for row in found] == [200] * 20
        assert len({hook.body for hook in receiver.hooks}) == 1
        assert json.loads(receiver.hooks[0].body) == event

    def test_an_unknown_event_or_mode_is_refused(self, client: Client) -> None:
        session, after = sell(client)["id"], last_event(client)
        client.sandbox.checkout(session, "pay")
        [without_address] = client.sandbox.events(after)
        for body, error in (
            ({"deliver": "evt_sbx_none"}, (404, "not_found")),
            ({"deliver": without_address["id"]}, (404, "not_found")),
            ({"deliver": without_address["id"], "times": 51}, (400, "invalid_request")),
            ({"mode": "sometimes"}, (400, "invalid_request")),
        ):
            reply = requests.post(f"{client.sandbox.root}/sandbox/webhooks", json=body, timeout=20)
            assert error_of(reply) == error
