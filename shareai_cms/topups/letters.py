"""Who is written to about what; each about each thing once. What the mails say is in ``mails``."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.utils import timezone

from shareai_cms import permissions
from shareai_cms.metering.retry import rows
from shareai_cms.models import Alert, Letter, Order, OrderAdjustment, SiteAccount
from shareai_cms.permissions import BUY, MANAGE
from shareai_cms.topups import outbox
from shareai_cms.topups.people import address_of, buyer_of, language_of

log = logging.getLogger("shareai_cms.topups")

PAID, FAILED, RETURNED, THRESHOLD, WISH = "paid", "failed", "returned", "threshold", "wish"


def write(kind: str, order: Order, adjustment: OrderAdjustment | None = None) -> None:
    """Write to the buyer of an order what has become of it. Raises nothing."""
    try:
        _write(kind, order, adjustment)
    except Exception as error:  # noqa: BLE001  the units are booked, whatever becomes of the mail
        log.error("order=%s kind=%s event=not_written error=%s", order.number, kind, type(error).__name__)  # noqa: TRY400  its text may hold an address


def is_written(order: Order, adjustment: OrderAdjustment) -> bool:
    """Whether the buyer was written to about money that went back."""
    return rows(Letter).filter(reference__startswith=f"{RETURNED}:{order.number}:{adjustment.pk}:").exists()


def threshold_letters(alert: Alert) -> list[Letter]:
    """Letters to everybody who may buy or manage on an account of the wallet, about the accounts that are theirs."""
    readers: dict[Any, tuple[Any, list[SiteAccount]]] = {}
    for account in rows(SiteAccount).filter(wallet=alert.wallet_id).order_by("pk"):
        for user in _people(account, BUY, MANAGE):
            readers.setdefault(user.pk, (user, []))[1].append(account)
    about = {"wallet": alert.wallet_id, "meter": alert.meter, "threshold": alert.threshold}
    moment = f"{alert.period_start:%Y%m%dT%H%M%SZ}:{alert.topups}"
    name = f"{THRESHOLD}:{alert.wallet_id}:{alert.meter}:{moment}:{alert.threshold}"
    letters = (
        _letter(THRESHOLD, f"{name}:{pk}", user, {**about, "accounts": [account.pk for account in accounts]})
        for pk, (user, accounts) in readers.items()
    )
    return [letter for letter in letters if letter is not None]


def wish_letters(account: SiteAccount, name: str, facts: Mapping[str, Any], *, but: str) -> list[Letter]:
    """Letters to everybody who may buy for an account, except for the user who asks."""
    letters = (
        _letter(WISH, f"{WISH}:{name}:{user.pk}", user, {**facts, "account": account.pk})
        for user in _people(account, BUY)
        if str(user.pk) != but
    )
    return [letter for letter in letters if letter is not None]


def _write(kind: str, order: Order, adjustment: OrderAdjustment | None) -> None:
    buyer = buyer_of(order)
    if buyer is None:
        return
    facts: dict[str, Any] = {"order": order.number}
    name = f"{kind}:{order.number}"
    if adjustment is not None:
        facts |= {"kind": adjustment.kind, "amount": adjustment.amount_minor}
        # A decision that was reversed and taken again is news again.
        name = f"{name}:{adjustment.pk}:{adjustment.as_of:%Y%m%dT%H%M%SZ}"
    letter = _letter(kind, name, buyer, facts, language=order.language)
    if letter is not None:
        outbox.put([letter])


def _letter(kind: str, reference: str, user: Any, facts: Mapping[str, Any], *, language: str = "") -> Letter | None:
    """A letter that is due now; None for a user without an address."""
    to = address_of(user)
    if not to or len(to) > 320:
        return None
    moment = timezone.now()
    return Letter(
        reference=reference,
        kind=kind,
        to=to,
        language=(language or language_of(user) or settings.LANGUAGE_CODE)[:16],
        facts=dict(facts),
        created_at=moment,
        next_try_at=moment,
    )


def _people(account: SiteAccount, *rights: str) -> Iterable[Any]:
    """Users with any of the rights, once each."""
    found = {user.pk: user for right in rights for user in permissions.people_with(right, account)}
    return found.values()
