"""Whether this is the live site, or a copy of its database somewhere else.

A production account remembers the address of its site. Where the site answers at another one, nothing is
sent until somebody who manages AI says which it is: it has moved, or it is a copy. A copy goes on with a
wallet of its own and no units, so nobody spends the live site's allowance twice.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from urllib.parse import urlsplit

from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext

from shareai_cms.conf import PRODUCTION, STAGING, conf
from shareai_cms.errors import AddressChanged
from shareai_cms.metering.retry import ledger_alias, patiently, refresh, rows
from shareai_cms.models import Plan, SiteAccount, Wallet
from shareai_cms.signals import address_changed

COPY_PLAN_SLUG = "copy"
#: Where a copy goes; the second where the site has a staging account of its own in the same database.
_PLACES = (STAGING, f"{STAGING}-copy")
_DEFAULT_PORTS = (None, 80, 443)
#: Seconds between two signals about the same account.
_SIGNAL_EVERY = 3600

AddressOf = Callable[[str], str]
_platforms: dict[str, AddressOf] = {}


def register_platform(platform: str, address_of: AddressOf) -> None:
    """Say how to find the present address of an account's reference; an empty text where it is not known."""
    _platforms[platform] = address_of


def present_address(account: SiteAccount) -> str:
    """Where the account's site is now, as its platform says; empty where it does not."""
    address_of = _platforms.get(account.platform)
    return address_of(account.reference) if address_of is not None else ""


def normalised(address: str) -> str:
    """Host, and port where it is no default one: what tells two sites apart, whoever typed them how."""
    text = address.strip()
    try:
        parts = urlsplit(text if "//" in text else f"//{text}")
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return text.casefold().rstrip("/")
    try:
        host = host.encode("idna").decode("ascii")
    except UnicodeError:
        host = host.casefold()
    return host.lower() if port in _DEFAULT_PORTS else f"{host.lower()}:{port}"


def has_changed(account: SiteAccount, address: str) -> bool:
    """Whether a live account's site is at another address than the account remembers."""
    if account.environment != PRODUCTION or account.is_copy or not account.address or not address:
        return False
    return account.address != address and normalised(account.address) != normalised(address)


def check_address(account: SiteAccount, address: str) -> None:
    """Raise ``AddressChanged`` for a live account whose site is elsewhere; one without an address takes this one."""
    if account.environment != PRODUCTION or not address:
        return
    if not account.address:
        _remember(account, address)
    if not has_changed(account, address):
        return
    if cache.add(f"shareai_cms.address:{account.pk}:{normalised(address)}", True, _SIGNAL_EVERY):
        address_changed.send_robust(SiteAccount, account=account, address=address)
    raise AddressChanged(f"remembered {account.address}, now {address}")


def declare_moved(account: SiteAccount, address: str) -> bool:
    """The live site is at the new address for good. False where it was declared a copy meanwhile."""
    same = _live(account).filter(address=account.address)
    patiently(lambda: same.update(address=address[:255]))
    refresh(account)
    return not account.is_copy and not has_changed(account, address)


def declare_copy(account: SiteAccount, address: str = "") -> bool:
    """This database is a copy: the account becomes one of staging, on a fresh wallet without units.

    False where somebody else said meanwhile that the site has moved. Open holds resolve on the wallet
    that they are from; ``declare_original`` takes it all back.
    """
    asked = account.address
    for place in _PLACES:
        try:
            patiently(partial(_make_copy, account, asked, address or asked, place))
            break
        except IntegrityError:  # the site has an account there
            continue
    refresh(account)
    return account.is_copy


def declare_original(account: SiteAccount, address: str = "") -> bool:
    """Take ``declare_copy`` back: the account is the live site's again, with the units that it had.

    False where a live account took its place meanwhile.
    """
    copies = rows(SiteAccount).filter(pk=account.pk, is_copy=True, original_wallet__isnull=False)
    live = {
        "environment": PRODUCTION,
        "is_copy": False,
        "wallet": F("original_wallet"),
        "original_wallet": None,
        "address": address[:255] or F("address"),
    }

    def take_back() -> None:
        with transaction.atomic(using=ledger_alias()):
            copies.update(**live)

    try:
        patiently(take_back)
    except IntegrityError:
        return False
    refresh(account)
    return not account.is_copy


def _live(account: SiteAccount) -> QuerySet[SiteAccount]:
    return rows(SiteAccount).filter(pk=account.pk, environment=PRODUCTION, is_copy=False)


def _remember(account: SiteAccount, address: str) -> None:
    patiently(lambda: _live(account).filter(address="").update(address=address[:255]))
    refresh(account)


def _make_copy(account: SiteAccount, asked: str, address: str, place: str) -> None:
    plan = _copy_plan()
    with transaction.atomic(using=ledger_alias()):
        # A write first, for SQLite; undone below where somebody else was faster.
        wallet = rows(Wallet).create(plan=plan, client=account.client, time_zone=conf.time_zone)
        changed = (
            _live(account)
            .filter(address=asked)
            .update(
                environment=place,
                is_copy=True,
                original_wallet=F("wallet"),
                wallet=wallet,
                address=address[:255],
            )
        )
        if not changed:
            transaction.set_rollback(True, using=ledger_alias())


def _copy_plan() -> Plan:
    """A plan that includes nothing; it may be edited like any other."""
    plan, _ = rows(Plan).get_or_create(slug=COPY_PLAN_SLUG, defaults={"name": gettext("Copy of a live site")})
    return plan
