"""The counterparts of our payment providers, for ``contract``."""

from __future__ import annotations

import copy
import json
from typing import Any

import requests
import stripe

from shareai_cms.topups.providers import signing
from tests.services import SandboxProcess
from tests.topups.stripe_stand_in import StandIn


class StripeTill:
    """Stripe, as the stand-in plays it."""

    slug, payer, secret = "stripe", "agency", "whsec_of_the_endpoint"

    def __init__(self, stand_in: StandIn) -> None:
        self.stand_in, self.desk, self.key = stand_in, stand_in.desk, stand_in.key
        self.pay, self.pay_later = self.desk.pay, self.desk.pay_later
        self.settle, self.decline, self.expire = self.desk.settle, self.desk.decline, self.desk.expire
        self.refund, self.dispute = self.desk.refund, self.desk.dispute

    def settings(self, *secrets: str) -> dict[str, Any]:
        return {
            "ENVIRONMENT": "sandbox",
            "CHECKOUT": {"client": "manual", "agency": "stripe"},
            "STRIPE_API_KEY": self.key,
            "STRIPE_WEBHOOK_SECRETS": list(secrets),
            "CONNECT_TIMEOUT": 2.0,
        }

    def end_dispute(self, dispute: str, *, is_won: bool) -> None:
        self.desk.end_dispute(dispute, "won" if is_won else "lost")

    def events(self, session: str) -> list[dict[str, Any]]:
        names = session, self.desk.find(session)["payment_intent"]
        return [
            event
            for event in self.desk.events()
            if {event["data"]["object"]["id"], event["data"]["object"].get("payment_intent")} & {*names} - {None}
        ]

    def signed(self, body: bytes, secret: str, moment: int | None = None) -> dict[str, str]:
        signature = stripe.WebhookSignature.generate_signature_header(body.decode(), secret, moment)
        return {"Stripe-Signature": signature}

    def deliver(self, event: dict[str, Any], url: str) -> int:
        body = json.dumps(event, indent=2).encode()
        return requests.post(url, data=body, headers=self.signed(body, self.secret), timeout=20).status_code

    def with_price(self, event: dict[str, Any], amount: int, currency: str) -> dict[str, Any]:
        changed = copy.deepcopy(event)
        changed["data"]["object"].update(amount_subtotal=amount, amount_total=amount, currency=currency.lower())
        return changed

    def fail(self, fault: str) -> None:
        answers = {"down": "hang-up", "broken": 503, "garbage": b"<html>Sorry</html>", "refused": 403}
        self.stand_in.faults[:] = [answers[fault]] * 50

    def mend(self) -> None:
        self.stand_in.faults.clear()


class ShareAITill:
    """ShareAI's checkout, as the sandbox plays it."""

    slug, payer, secret, key = "shareai", "client", "whsec_sandbox", "sandbox-key-0123456789"

    def __init__(self, sandbox: SandboxProcess) -> None:
        self.sandbox = sandbox

    def settings(self, *secrets: str) -> dict[str, Any]:
        return {
            "ENVIRONMENT": "sandbox",
            "API_KEY": self.key,
            "SANDBOX_URL": self.sandbox.url,
            "WEBHOOK_SECRETS": list(secrets),
            "CONNECT_TIMEOUT": 2.0,
        }

    def pay(self, session: str) -> None:
        self.sandbox.checkout(session, "pay")

    def pay_later(self, session: str) -> None:
        self.sandbox.checkout(session, "pay_later")

    def settle(self, session: str) -> None:
        self.sandbox.checkout(session, "settle")

    def decline(self, session: str) -> None:
        self.sandbox.checkout(session, "decline")

    def expire(self, session: str) -> None:
        self.sandbox.checkout(session, "expire")

    def refund(self, session: str, amount: int) -> str:
        return str(self.sandbox.refund(session, amount)["id"])

    def dispute(self, session: str, amount: int) -> str:
        return str(self.sandbox.dispute(session, amount)["id"])

    def end_dispute(self, dispute: str, *, is_won: bool) -> None:
        self.sandbox.end_dispute(dispute, "won" if is_won else "lost")

    def events(self, session: str) -> list[dict[str, Any]]:
        every, page = [], self.sandbox.events()
        while page:
            every += page
            page = self.sandbox.events(page[-1]["id"])
        return [event for event in every if session in json.dumps(event)]

    def signed(self, body: bytes, secret: str, moment: int | None = None) -> dict[str, str]:
        return {"ShareAI-Signature": signing.sign(body, secret, moment=moment)}

    def deliver(self, event: dict[str, Any], url: str) -> int:
        # To the address that the session was made with.
        (delivery,) = self.sandbox.deliver(event["id"])
        assert delivery["url"] == url
        return int(delivery["status"])

    def with_price(self, event: dict[str, Any], amount: int, currency: str) -> dict[str, Any]:
        changed = copy.deepcopy(event)
        changed["data"]["object"].update(amount_total=amount, currency=currency)
        return changed

    def fail(self, fault: str) -> None:
        answers = {"down": "hang-up", "broken": "status-503", "garbage": "html", "refused": "wrong-key"}
        self.sandbox.fault(answers[fault])

    def mend(self) -> None:
        self.sandbox.fault(None)
