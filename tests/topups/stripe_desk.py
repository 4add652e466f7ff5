"""What the stand-in for Stripe holds: sessions, payments, refunds, disputes, and the events that tell of them."""

from __future__ import annotations

import copy
import itertools
import json
import time
from typing import Any
from urllib.parse import unquote

#: Parameters of a checkout session that are known here; Stripe refuses others, too.
PARAMETERS = {
    "mode", "client_reference_id", "metadata", "payment_intent_data", "line_items", "success_url", "cancel_url",
    "locale", "customer_email", "adaptive_pricing", "automatic_tax", "allow_promotion_codes", "invoice_creation",
    "tax_id_collection", "shipping_options",
}  # fmt: skip
WHOLE_UNITS, THREE_DECIMALS = {"isk", "ugx"}, {"bhd", "jod", "kwd", "omr", "tnd"}
EXPIRES_SECONDS = 86_400
LISTS = {"/v1/checkout/sessions": "session", "/v1/refunds": "refund", "/v1/disputes": "dispute", "/v1/events": "event"}


class RefusedError(Exception):
    def __init__(self, status: int, message: str, **fields: Any) -> None:
        super().__init__(message)
        self.status, self.message, self.fields = status, message, fields


class Desk:
    """Objects by id, each kind oldest first. Its clock goes on by a second with every event."""

    def __init__(self) -> None:
        self.root = ""
        self.livemode = False
        self.tax_percent = 0
        self._numbers = itertools.count(1)
        self.clear()

    def clear(self) -> None:
        self.objects: dict[str, dict[str, Any]] = {}
        self.keys: dict[str, tuple[str, int, Any]] = {}
        self.tax_percent, self.livemode = 0, False
        self.now = int(time.time()) - 3600

    # What the API answers.

    def answer(self, method: str, path: str, params: dict[str, Any], key: str) -> tuple[int, Any]:
        if method == "GET":
            return 200, self._read(path, params)
        asked = json.dumps([path, params], sort_keys=True)
        if key in self.keys:
            before, status, data = self.keys[key]
            if before != asked:
                raise RefusedError(400, "Keys can only be used with the same parameters.", type="idempotency_error")
            return status, copy.deepcopy(data)
        data = self._write(path, params)
        self.keys[key] = (asked, 200, copy.deepcopy(data))
        return 200, data

    def _read(self, path: str, params: dict[str, Any]) -> Any:
        if path in LISTS:
            return self._list(path, params)
        return self._expanded(self.find(unquote(path.rsplit("/", 1)[1])), params.get("expand", []))

    def _write(self, path: str, params: dict[str, Any]) -> Any:
        if path == "/v1/checkout/sessions":
            return self._create(params)
        if path.startswith("/v1/checkout/sessions/") and path.endswith("/expire"):
            return self.expire(unquote(path.split("/")[-2]))
        raise RefusedError(404, f"Unrecognized request URL (POST: {path}).")

    def find(self, ref: str) -> dict[str, Any]:
        if ref not in self.objects:
            raise RefusedError(404, f"No such object: '{ref}'", code="resource_missing", param="id")
        return self.objects[ref]

    def _list(self, path: str, params: dict[str, Any]) -> dict[str, Any]:
        kind = LISTS[path]
        found = [each for each in reversed(self.objects.values()) if each["object"].endswith(kind)]
        if "payment_intent" in params:
            found = [each for each in found if each["payment_intent"] == params["payment_intent"]]
        if "types" in params:
            found = [each for each in found if each["type"] in params["types"]]
        found = [each for each in found if each["created"] >= int(params.get("created", {}).get("gte", 0))]
        page, has_more = _page([copy.deepcopy(each) for each in found], params)
        return {"object": "list", "url": path, "has_more": has_more, "data": page}

    def _expanded(self, found: dict[str, Any], expand: list[str]) -> dict[str, Any]:
        shown = copy.deepcopy(found)
        for path in expand:
            place = shown
            for name in path.split("."):
                if isinstance(place.get(name), str):
                    place[name] = copy.deepcopy(self.objects[place[name]])
                if place.get(name) is None:
                    break
                place = place[name]
        return shown

    def _create(self, params: dict[str, Any]) -> dict[str, Any]:
        if unknown := set(params) - PARAMETERS:
            raise RefusedError(400, f"Received unknown parameters: {unknown}", code="parameter_unknown")
        (item,) = params["line_items"]
        price = item["price_data"]
        amount, currency = int(price["unit_amount"]), price["currency"]
        if (currency in WHOLE_UNITS and amount % 100) or (currency in THREE_DECIMALS and amount % 10):
            raise RefusedError(400, "Invalid amount.", code="invalid_charge_amount_no_decimal_compatible")
        ref = self._new("cs")
        tax = amount * self.tax_percent // 100
        session = {
            "id": ref,
            "object": "checkout.session",
            "amount_subtotal": amount,
            "amount_total": amount + tax,
            "client_reference_id": params.get("client_reference_id"),
            "created": self.now,
            "currency": currency,
            "customer_email": params.get("customer_email"),
            "expires_at": int(time.time()) + EXPIRES_SECONDS,
            "livemode": self.livemode,
            "locale": params.get("locale"),
            "metadata": params.get("metadata", {}),
            "mode": params["mode"],
            "payment_intent": None,
            "payment_status": "unpaid",
            "status": "open",
            "url": f"{self.root}/c/pay/{ref}",
        }
        self.objects[ref] = session
        return copy.deepcopy(session)

    # What the buyer and the bank do.

    def pay(self, session: str) -> dict[str, Any]:
        return self._complete(session, "paid", "succeeded", "checkout.session.completed")

    def pay_later(self, session: str) -> dict[str, Any]:
        return self._complete(session, "unpaid", "processing", "checkout.session.completed")

    def settle(self, session: str) -> dict[str, Any]:
        return self._complete(session, "paid", "succeeded", "checkout.session.async_payment_succeeded")

    def decline(self, session: str) -> dict[str, Any]:
        return self._complete(session, "unpaid", "requires_payment_method", "checkout.session.async_payment_failed")

    def try_a_bad_card(self, session: str) -> None:
        """The page stays open, and the buyer may try another one."""
        self._intent(self.find(session))["status"] = "requires_payment_method"

    def expire(self, session: str) -> dict[str, Any]:
        found = self.find(session)
        if found["status"] != "open":
            raise RefusedError(400, f'Only Checkout Sessions with a status in ["open"] can be expired: {session}.')
        found["status"], found["url"] = "expired", None
        self.tell("checkout.session.expired", found)
        return copy.deepcopy(found)

    def refund(self, session: str, amount: int, *, status: str = "succeeded", currency: str = "") -> str:
        found = self.find(session)
        charge = self.objects[self.objects[found["payment_intent"]]["latest_charge"]]
        ref = self._new("re")
        self.objects[ref] = {
            "id": ref,
            "object": "refund",
            "amount": amount,
            "charge": charge["id"],
            "created": self.now,
            "currency": currency or found["currency"],
            "payment_intent": found["payment_intent"],
            "status": status,
        }
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        self.tell("refund.created", self.objects[ref])
        return ref

    def charge_of(self, session: str) -> dict[str, Any]:
        return self.objects[self.objects[self.find(session)["payment_intent"]]["latest_charge"]]

    def end_refund(self, refund: str, status: str) -> None:
        self.find(refund)["status"] = status
        self.tell("refund.failed" if status == "failed" else "refund.updated", self.find(refund))

    def dispute(self, session: str, amount: int, *, status: str = "needs_response", currency: str = "") -> str:
        found = self.find(session)
        ref = self._new("du")
        self.objects[ref] = {
            "id": ref,
            "object": "dispute",
            "amount": amount,
            "created": self.now,
            "currency": currency or found["currency"],
            "payment_intent": found["payment_intent"],
            "status": status,
        }
        self.tell("charge.dispute.created", self.objects[ref])
        return ref

    def end_dispute(self, dispute: str, status: str) -> None:
        self.find(dispute)["status"] = status
        self.tell("charge.dispute.closed", self.find(dispute))

    def tell(self, kind: str, about: dict[str, Any]) -> dict[str, Any]:
        """Add an event with the object as it is now, and what it says."""
        self.now += 1
        ref = self._new("evt")
        event = {
            "id": ref,
            "object": "event",
            "api_version": "2025-03-31.basil",
            "created": self.now,
            "data": {"object": copy.deepcopy(about)},
            "livemode": self.livemode,
            "pending_webhooks": 1,
            "request": {"id": None, "idempotency_key": None},
            "type": kind,
        }
        self.objects[ref] = event
        return event

    def events(self) -> list[dict[str, Any]]:
        """Oldest first."""
        return [each for each in self.objects.values() if each["object"] == "event"]

    def _complete(self, session: str, payment: str, intent: str, kind: str) -> dict[str, Any]:
        found = self.find(session)
        found.update(status="complete", payment_status=payment, url=None)
        self._intent(found)["status"] = intent
        return self.tell(kind, found)

    def _intent(self, session: dict[str, Any]) -> dict[str, Any]:
        """The session's payment, made with its first attempt."""
        if session["payment_intent"] is None:
            charge, intent = self._new("ch"), self._new("pi")
            session["payment_intent"] = intent
            self.objects[charge] = {
                "id": charge,
                "object": "charge",
                "amount": session["amount_total"],
                "amount_refunded": 0,
                "currency": session["currency"],
                "payment_intent": intent,
                "receipt_url": f"https://pay.stripe.test/receipts/{charge}",
                "refunded": False,
            }
            self.objects[intent] = {"id": intent, "object": "payment_intent", "latest_charge": charge, "status": ""}
        return self.objects[session["payment_intent"]]

    def _new(self, prefix: str) -> str:
        return f"{prefix}_test_{next(self._numbers):08}"


def _page(found: list[dict[str, Any]], params: dict[str, Any]) -> tuple[list[dict[str, Any]], bool]:
    """The newest first; with ``ending_before`` those next to the cursor, in the same order."""
    limit = int(params.get("limit", 10))
    refs = [each["id"] for each in found]
    for name in ("starting_after", "ending_before"):
        if name in params and params[name] not in refs:
            raise RefusedError(400, f"No such object: '{params[name]}'", code="resource_missing", param=name)
    if "ending_before" in params:
        newer = found[: refs.index(params["ending_before"])]
        return newer[-limit:], len(newer) > limit
    start = refs.index(params["starting_after"]) + 1 if "starting_after" in params else 0
    return found[start : start + limit], len(found) > start + limit
