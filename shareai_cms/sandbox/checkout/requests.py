"""What callers of the checkout may send, read and refused field by field."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..chat import BadRequestError
from .addresses import is_web_address

SHORTEST_SECONDS, LONGEST_SECONDS = 60, 86_400
MOST_LINE_ITEMS = 50
MOST_METADATA = 50
LARGEST_QUANTITY = 10_000
LARGEST_AMOUNT = 10**12
LONGEST_NAME = 250
LONGEST_VALUE = 500
_CURRENCY = re.compile(r"[A-Za-z]{3}")
_LOCALE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")
_KEY = re.compile(r"[\x21-\x7e]{1,255}")


@dataclass(frozen=True, kw_only=True)
class LineItem:
    name: str
    quantity: int
    amount: int
    """Minor units for one piece."""

    @property
    def total(self) -> int:
        return self.quantity * self.amount


@dataclass(frozen=True, kw_only=True)
class SessionRequest:
    """A checkout session as its seller asked for it."""

    client_reference_id: str
    line_items: tuple[LineItem, ...]
    currency: str
    success_url: str
    cancel_url: str
    metadata: Mapping[str, str]
    webhook_url: str
    expires_in: int
    """Seconds."""
    locale: str

    @property
    def amount_total(self) -> int:
        return sum(item.total for item in self.line_items)

    @classmethod
    def parse(cls, content: Mapping[str, Any]) -> SessionRequest:
        """Raises BadRequestError for the first field that will not do."""
        items, currency = _line_items(content)
        request = cls(
            client_reference_id=_text(content, "client_reference_id", longest=200),
            line_items=items,
            currency=currency,
            success_url=_address(content, "success_url"),
            cancel_url=_address(content, "cancel_url"),
            metadata=_metadata(content),
            webhook_url=_address(content, "webhook_url") if content.get("webhook_url") else "",
            expires_in=_seconds(content),
            locale=_locale(content),
        )
        if not 0 < request.amount_total <= LARGEST_AMOUNT:
            raise BadRequestError(f"The total must be 1 to {LARGEST_AMOUNT} minor units.", "line_items")
        return request


@dataclass(frozen=True, kw_only=True)
class RefundRequest:
    session: str
    amount: int | None
    """Minor units; None for all that is left."""
    reason: str

    @classmethod
    def parse(cls, content: Mapping[str, Any]) -> RefundRequest:
        return cls(
            session=_text(content, "session", longest=200),
            amount=optional_amount(content),
            reason=_text(content, "reason", longest=LONGEST_VALUE) if content.get("reason") else "",
        )


def optional_amount(content: Mapping[str, Any]) -> int | None:
    amount = content.get("amount")
    return None if amount is None else _number(content, "amount", least=1, most=LARGEST_AMOUNT)


def read_key(value: str) -> str:
    """The Idempotency-Key, without which nothing is sold or given back."""
    if not _KEY.fullmatch(value):
        raise BadRequestError(
            "The header Idempotency-Key must hold 1 to 255 characters of ASCII, without spaces.", "Idempotency-Key"
        )
    return value


def digest(route: str, content: Mapping[str, Any]) -> str:
    """The same for the same request, in whatever order its fields came."""
    return hashlib.sha256(f"{route} {json.dumps(content, sort_keys=True)}".encode()).hexdigest()


def _line_items(content: Mapping[str, Any]) -> tuple[tuple[LineItem, ...], str]:
    given = content.get("line_items")
    if not isinstance(given, list) or not 0 < len(given) <= MOST_LINE_ITEMS:
        raise BadRequestError(f"line_items must be a list of 1 to {MOST_LINE_ITEMS} items.", "line_items")
    items: list[LineItem] = []
    currencies: set[str] = set()
    for place, item in enumerate(given):
        if not isinstance(item, dict):
            raise BadRequestError("Each line item must be an object.", f"line_items[{place}]")
        where = f"line_items[{place}]."
        name = _text(item, "name", longest=LONGEST_NAME, where=where)
        quantity = _number(item, "quantity", least=1, most=LARGEST_QUANTITY, where=where)
        amount = _number(item, "amount", least=0, most=LARGEST_AMOUNT, where=where)
        items.append(LineItem(name=name, quantity=quantity, amount=amount))
        currencies.add(_currency(item, where=where))
    if len(currencies) > 1:
        raise BadRequestError("All line items must have one currency.", "line_items")
    return tuple(items), currencies.pop()


def _currency(item: Mapping[str, Any], *, where: str) -> str:
    currency = item.get("currency")
    if not isinstance(currency, str) or not _CURRENCY.fullmatch(currency):
        raise BadRequestError(f"{where}currency must be a code of three letters.", f"{where}currency")
    return currency.upper()


def _metadata(content: Mapping[str, Any]) -> Mapping[str, str]:
    metadata = content.get("metadata")
    if metadata is None:
        return {}
    if not isinstance(metadata, dict) or len(metadata) > MOST_METADATA:
        raise BadRequestError(f"metadata must be an object with at most {MOST_METADATA} entries.", "metadata")
    for name, value in metadata.items():
        if not _is_text(name, longest=40) or not (value == "" or _is_text(value, longest=LONGEST_VALUE)):
            raise BadRequestError(f"metadata maps names to strings of at most {LONGEST_VALUE} characters.", "metadata")
    return metadata


def _seconds(content: Mapping[str, Any]) -> int:
    if content.get("expires_in") is None:
        return LONGEST_SECONDS
    return _number(content, "expires_in", least=SHORTEST_SECONDS, most=LONGEST_SECONDS)


def _locale(content: Mapping[str, Any]) -> str:
    locale = content.get("locale") or "en"
    if not isinstance(locale, str) or not _LOCALE.fullmatch(locale):
        raise BadRequestError("locale must be the tag of a language, such as en or pt-BR.", "locale")
    return locale.replace("_", "-")


def _address(content: Mapping[str, Any], name: str) -> str:
    address = content.get(name)
    if not isinstance(address, str) or not is_web_address(address):
        raise BadRequestError(f"{name} must be a whole http or https address, in ASCII.", name)
    return address


def _text(content: Mapping[str, Any], name: str, *, longest: int, where: str = "") -> str:
    text = content.get(name)
    if not isinstance(text, str) or not _is_text(text, longest=longest):
        raise BadRequestError(f"{where}{name} must be a string of 1 to {longest} characters.", f"{where}{name}")
    return text


def _is_text(text: object, *, longest: int) -> bool:
    # Half a surrogate pair is no character, and neither a database nor a page can hold it.
    return (
        isinstance(text, str)
        and bool(text.strip())
        and len(text) <= longest
        and not any(character == "\0" or "\ud800" <= character <= "\udfff" for character in text)
    )


def _number(content: Mapping[str, Any], name: str, *, least: int, most: int, where: str = "") -> int:
    number = content.get(name)
    # True is a number to Python, and 1.0 is one to nobody who counts money.
    if type(number) is not int or not least <= number <= most:
        raise BadRequestError(f"{where}{name} must be a whole number from {least} to {most}.", f"{where}{name}")
    return number
