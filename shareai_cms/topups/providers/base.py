"""What a payment provider has to be able to do: one class each, named ``Provider``, in a module of its own.

A provider speaks to the outside and translates; it changes no row. Its news may come twice, late and in
any order, so each message says how things stand, never what to add.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, TypeAlias

from shareai_cms.models import Order, OrderAdjustment, SiteAccount

Kind: TypeAlias = OrderAdjustment.Kind
Status: TypeAlias = OrderAdjustment.Status

#: Seconds by which the time in a signature may differ from ours: both providers' documented tolerance.
TOLERANCE = 300


@dataclass(frozen=True, kw_only=True)
class CheckoutRequest:
    """What a payment page is to sell, and where it leads."""

    #: The order's number: what the provider calls it, and the key that makes asking twice harmless.
    number: str
    account: SiteAccount
    name: str
    description: str
    price_minor: int
    currency: str
    success_url: str
    cancel_url: str
    #: Where the provider may tell its news, for providers that are told per checkout.
    webhook_url: str
    #: The buyer's language and mail address; each may be empty.
    language: str = ""
    email: str = ""


@dataclass(frozen=True, kw_only=True)
class CheckoutSession:
    """A payment page that waits for the buyer."""

    ref: str
    url: str
    open_until: datetime | None = None


class Paid(StrEnum):
    """How a payment stands."""

    OPEN = "open"
    #: On its way: a bank transfer, a debit. Nothing is granted yet.
    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"
    EXPIRED = "expired"


@dataclass(frozen=True, kw_only=True)
class Adjusted:
    """How one refund or dispute stands."""

    ref: str
    kind: Kind
    status: Status
    amount_minor: int
    #: The provider's time of this news, UTC.
    as_of: datetime


@dataclass(frozen=True, kw_only=True)
class News:
    """What a provider says about one order; the order is named in at least one way."""

    number: str = ""
    session_ref: str = ""
    payment_ref: str = ""
    #: None where the news is not about the payment itself.
    paid: Paid | None = None
    #: What was asked for, without tax that was added on top; to be compared with the order.
    price_minor: int | None = None
    currency: str = ""
    #: What was charged, with tax: a refund is a part of this.
    total_minor: int | None = None
    receipt_url: str = ""
    adjustments: tuple[Adjusted, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Event:
    """A message of the provider, verified or fetched, with its body as it came."""

    id: str
    type: str
    body: str
    data: Mapping[str, Any] = field(repr=False)


class BaseProvider:
    """A payment provider. Override what it can do; what is left out it cannot."""

    #: As in the settings, the addresses and the orders.
    slug: ClassVar[str]
    #: Accounts that it may sell to, by who pays ShareAI for them.
    payers: ClassVar[frozenset[str]] = frozenset(SiteAccount.Payer.values)
    #: Whether buyers pay on a page of the provider. Else an operator confirms the payment by hand.
    is_hosted: ClassVar[bool] = True

    def problem(self) -> str:
        """What is missing in the settings, for operators; empty when it can be used. Asks nobody."""
        return ""

    def start(self, request: CheckoutRequest) -> CheckoutSession:
        """Open a payment page; the same number gives the same page. Raises a ``ProviderError``."""
        raise NotImplementedError

    def look_up(self, order: Order) -> News:
        """How the order's payment stands now, refunds and disputes included. Raises a ``ProviderError``."""
        raise NotImplementedError

    def close(self, order: Order) -> None:
        """Close the payment page, where the provider can. Raises a ``ProviderError``."""

    def verify(self, body: bytes, headers: Mapping[str, str]) -> Event:
        """The message of a webhook; raises ``ForgedWebhook`` unless it is the provider's own and fresh."""
        raise NotImplementedError

    def read(self, event: Event) -> News | None:
        """What a message says; None where it is about nothing of ours. Raises ``ProviderBadReply``."""
        raise NotImplementedError

    def lists(self) -> Iterable[tuple[str, SiteAccount | None]]:
        """The lists of messages that it keeps for this site: a name each, and the account whose key reads it."""
        return (("", None),)

    def events(self, after: str, account: SiteAccount | None = None) -> tuple[Sequence[Event], bool]:
        """Messages after the one of that id, oldest first, and whether there are more; none where it keeps no list.

        ``account`` is one of ``lists``. An empty id asks for those of the last days. Raises a ``ProviderError``.
        """
        return (), False
