"""Orders: placed once per click, sent to a payment page, cancelled, or confirmed by hand."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import get_language

from shareai_cms import permissions
from shareai_cms.conf import conf
from shareai_cms.errors import (
    AccountSuspended,
    BundleUnavailable,
    InvalidRequest,
    NotPermitted,
    OrderClosed,
    PayerConflict,
    PriceChanged,
    ProviderError,
)
from shareai_cms.metering.retry import ledger_alias, patiently, refresh, rows
from shareai_cms.models import Order, OrderUnits, SiteAccount, Wallet
from shareai_cms.permissions import BUY, MANAGE, Actor
from shareai_cms.topups.bundles import Offer, offer_of, terms_of
from shareai_cms.topups.fulfilment import hear
from shareai_cms.topups.providers import BaseProvider, CheckoutRequest, News, Paid, provider_for, provider_named
from shareai_cms.topups.sellers import seller_facts
from shareai_cms.topups.states import ABANDONED, LONGEST, OPEN_STATES, State, move
from shareai_cms.topups.words import contents

#: Letters and digits that nobody takes for one another when they are read out.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
#: How soon the provider is asked for itself, should its message not arrive.
FIRST_LOOK = timedelta(minutes=2)
#: For so long an order that waits is taken for the one that its buyer confirms again.
RECENT = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Urls:
    """Addresses of this site, absolute, made for one order."""

    success: Callable[[Order], str]
    cancel: Callable[[Order], str]
    webhook: Callable[[str], str]


def place(
    account: SiteAccount,
    bundle: int,
    actor: Actor,
    *,
    key: str,
    version: str,
    way_back: str = "",
    now: datetime | None = None,
) -> Order:
    """Order a bundle for an account: the order, the same one for the same click.

    ``version`` is what the confirmed page showed (``Offer.version``). Nothing is sent yet: ``begin`` does.
    Raises ``NotPermitted``, ``AccountSuspended`` or a ``CheckoutRefused``.
    """
    if not permissions.can(actor, BUY, account):
        raise NotPermitted("no right to buy for this account")
    earlier = _of_key(account, key)
    if earlier is not None:
        if (earlier.buyer_kind, earlier.buyer_ref) != (actor.kind, actor.reference):
            raise InvalidRequest("the key of another person's order")
        return earlier
    _check_open(account)
    offer = offer_of(bundle)
    if offer is None:
        raise BundleUnavailable(f"bundle {bundle} is not on sale")
    if offer.version != version:
        raise PriceChanged(f"bundle {bundle} is {offer.version}, not {version}")
    provider = provider_for(account)
    new = _row(account, offer, actor, provider.slug, now or timezone.now())
    new.key, new.way_back = key, way_back[:2_000]
    try:
        return patiently(lambda: _insert(new, offer))
    except IntegrityError:
        earlier = _of_key(account, key)
        if earlier is None:
            raise
        return earlier


def unpaid(
    account: SiteAccount, bundle: int, actor: Actor, version: str, *, now: datetime | None = None
) -> Order | None:
    """The person's own order of the same bundle on the same terms that still waits for its payment.

    Who comes back from the payment page and is asked to confirm once more mostly wants to pay, not to order twice.
    """
    since = (now or timezone.now()) - RECENT
    waiting = rows(Order).filter(
        account=account, bundle=bundle, state__in=OPEN_STATES, problem="", created_at__gt=since
    )
    mine = waiting.filter(buyer_kind=actor.kind, buyer_ref=actor.reference)
    for order in mine.select_related("account__wallet", "wallet").order_by("-pk"):
        if terms_of(order, order.contents.values_list("meter", "units")) == version:
            return order
    return None


def begin(order: Order, urls: Urls, *, email: str = "", now: datetime | None = None) -> str:
    """Open the payment page of an order and give its address; again after a failure or for a second click.

    Empty for a provider without a page. Raises ``AccountSuspended``, ``PayerConflict``, ``OrderClosed`` or a
    ``ProviderError``, and leaves the order to be begun again.
    """
    if order.state not in OPEN_STATES:
        raise OrderClosed(f"the order is {order.state}")
    provider = _provider_of(order)
    if order.state == State.CREATED:
        _keep_words(order, urls, email)
        session = provider.start(_request(order))
        moment = now or timezone.now()
        # A page that never closes is asked about for as long as any other.
        until = min(session.open_until, moment + LONGEST) if session.open_until else None
        values = {"session_ref": session.ref, "checkout_url": session.url, "open_until": until}
        values["next_look_at"] = moment + (FIRST_LOOK if provider.is_hosted else LONGEST)
        move(order, State.OPEN, **values)
        refresh(order)
    return order.checkout_url if provider.is_hosted else ""


def cancel(order: Order, *, now: datetime | None = None) -> bool:
    """The buyer does not want it any more; False where it was paid or had ended before.

    The payment page is closed where the provider can. Should money come all the same, it becomes units.
    """
    provider = provider_named(order.provider)
    is_open = False
    # Not known to be unpaid where nobody answers: the look that is due finds out, late money included.
    with suppress(ProviderError):
        if provider is not None and provider.is_hosted and order.session_ref:
            said = provider.look_up(order)
            is_open = said.paid == Paid.OPEN
            hear(order, said, now=now)
    refresh(order)
    is_cancelled = move(order, State.CANCELLED, closed_at=now or timezone.now())
    # Only now: the provider's message that the page is closed must find the order cancelled, not expired.
    with suppress(ProviderError):
        if provider is not None and is_open and is_cancelled:
            provider.close(order)
    return is_cancelled


def confirm(order: Order, actor: Actor, reference: str, *, now: datetime | None = None) -> Order:
    """An operator has seen the money of an order without a payment page: book its units.

    Raises ``NotPermitted``, ``InvalidRequest`` without a reference, ``OrderClosed`` where it was confirmed
    with another one.
    """
    if not permissions.can(actor, MANAGE, None):
        raise NotPermitted("only people who manage AI on all sites confirm payments")
    return confirm_payment(order, reference, now=now)


def confirm_payment(order: Order, reference: str, *, now: datetime | None = None) -> Order:
    """As ``confirm``, for the operator at the command line."""
    provider = provider_named(order.provider)
    reference = clean_reference(reference)
    if not of_this_environment(order.account):
        raise OrderClosed(f"the order is one of {order.account.environment}, and this is {conf.environment}")
    if provider is None or provider.is_hosted:
        raise OrderClosed(f"payments of {order.provider} are confirmed by the provider itself")
    refresh(order)
    if order.payment_ref and order.payment_ref != reference:
        raise OrderClosed("the order was confirmed with another reference")
    paid = News(
        number=order.number,
        payment_ref=reference,
        paid=Paid.PAID,
        price_minor=order.price_minor,
        currency=order.currency,
        total_minor=order.price_minor,
    )
    mine = rows(Order).filter(pk=order.pk, payment_ref__in=("", reference))
    if not patiently(lambda: mine.update(payment_ref=reference)):
        raise OrderClosed("somebody else has confirmed the order with another reference")
    hear(order, paid, now=now)
    refresh(order)
    return order


def clean_reference(text: str) -> str:
    """The reference of a payment, with single spaces; raises ``InvalidRequest`` for none that can be kept."""
    reference = " ".join(text.split())
    if not reference or len(reference) > 255 or not reference.isprintable():
        raise InvalidRequest("a payment has a reference of 1 to 255 characters")
    return reference


def paid_with(reference: str, order: Order) -> Order | None:
    """Another order of the same provider that was confirmed with this reference."""
    others = rows(Order).filter(provider=order.provider, payment_ref=reference).exclude(pk=order.pk)
    return patiently(others.first)


def may_see(actor: Actor, order: Order) -> bool:
    """Whether a person may see an order: who may buy or manage there, and who made it."""
    is_buyer = (order.buyer_kind, order.buyer_ref) == (actor.kind, actor.reference)
    held = permissions.rights(actor, order.account)
    return is_buyer or bool(held & {BUY, MANAGE})


def _check_open(account: SiteAccount) -> None:
    if account.status != SiteAccount.Status.ACTIVE or account.wallet.status != Wallet.Status.ACTIVE:
        raise AccountSuspended(f"account {account.status}, wallet {account.wallet.status}")


def _provider_of(order: Order) -> BaseProvider:
    """The order's provider, if it may sell to the account as that is today: an order may lie for weeks."""
    account = order.account
    if not of_this_environment(account):
        # Real money for units of the sandbox, or the other way round.
        raise OrderClosed(f"the order is one of {account.environment}, and this is {conf.environment}")
    _check_open(account)
    provider = provider_named(order.provider)
    if provider is None:
        raise OrderClosed(f"there is no provider {order.provider} any more")
    if account.payer not in provider.payers:
        raise PayerConflict(f"{provider.slug} does not sell to accounts whose payer is the {account.payer}")
    return provider


def of_this_environment(account: SiteAccount) -> bool:
    """Whether money may be taken for the account here: a sandbox's never costs any, and costs nothing else."""
    return account.environment == conf.environment or (account.is_copy and not conf.is_sandbox)


def _of_key(account: SiteAccount, key: str) -> Order | None:
    mine = rows(Order).filter(account=account, key=key).select_related("account", "wallet")
    return patiently(mine.first)


def _row(account: SiteAccount, offer: Offer, actor: Actor, provider: str, now: datetime) -> Order:
    bundle = offer.bundle
    return Order(
        number=new_number(),
        account=account,
        wallet_id=account.wallet_id,
        bundle=bundle,
        bundle_name=bundle.name,
        price_minor=bundle.price_minor,
        currency=bundle.currency,
        expires_days=bundle.expires_days,
        payer=account.payer,
        seller=seller_facts(provider),
        provider=provider,
        buyer_kind=actor.kind,
        buyer_ref=actor.reference,
        buyer_label=actor.label[:255],
        language=get_language() or "",
        created_at=now,
        # Given up where its payment page is never opened.
        next_look_at=now + ABANDONED,
    )


def _insert(order: Order, offer: Offer) -> Order:
    with transaction.atomic(using=ledger_alias()):
        order.pk = None
        order.save(force_insert=True, using=ledger_alias())
        rows(OrderUnits).bulk_create(
            OrderUnits(order=order, meter=meter, units=units) for meter, units in offer.contents
        )
    return order


def new_number() -> str:
    """ "SA-" and ten characters, 31 to the power of ten of them: nobody guesses another one's."""
    characters = "".join(secrets.choice(ALPHABET) for _ in range(10))
    return f"SA-{characters[:5]}-{characters[5:]}"


def _keep_words(order: Order, urls: Urls, email: str) -> None:
    """Fix what the provider is asked for, once: host, language and names may be others at the next click."""
    if order.asked:
        return
    with translation.override(order.language or None):
        words = {
            "name": f"{order.bundle_name} · {order.account}"[:200],
            "description": ", ".join(contents(order))[:400],
            "success_url": urls.success(order),
            "cancel_url": urls.cancel(order),
            "webhook_url": urls.webhook(order.provider),
            "email": email,
        }
    patiently(lambda: rows(Order).filter(pk=order.pk, asked={}).update(asked=words))
    refresh(order)


def _request(order: Order) -> CheckoutRequest:
    return CheckoutRequest(
        number=order.number,
        account=order.account,
        price_minor=order.price_minor,
        currency=order.currency,
        language=order.language,
        **order.asked,
    )
