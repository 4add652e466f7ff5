"""Whether money, messages about it, and mails get where they should."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from shareai_cms import metering
from shareai_cms.conf import conf
from shareai_cms.doctor.findings import Finding, Scope, error, ok, warning
from shareai_cms.errors import CheckoutOff, PayerConflict
from shareai_cms.models import Bundle, Letter, Order, PaymentEvent, SiteAccount
from shareai_cms.topups.providers import configured, provider_for, provider_named

AREA, MAIL = "Top-ups", "Mails"
#: Numbers that a sentence names before it says how many more there are.
MOST_NAMED = 5
#: Money that is there for so long without its units waits for a person.
STUCK_AFTER = timedelta(minutes=15)
#: Mails that were given up are worth a word for so long.
RECENT = timedelta(days=30)
#: Django's own default, which no mail server believes.
NO_SENDER = "webmaster@localhost"


def examine_orders(_scope: Scope) -> Iterator[Finding]:
    odd = list(Order.objects.exclude(problem="").order_by("pk"))
    if odd:
        yield error(
            AREA,
            f"The payment of {_count(odd, 'order')} does not fit: {_named(f'{one} ({one.problem})' for one in odd)}.",
            "Nothing was booked for them. Compare sum and currency with the payment at the provider, then refund it "
            "there or give the units by manage.py shareai_grant.",
        )
    since = timezone.now() - STUCK_AFTER
    stuck = list(Order.objects.filter(state=Order.State.PAID, paid_at__lt=since).order_by("pk"))
    if stuck:
        yield error(
            AREA,
            f"The money of {_count(stuck, 'order')} is there, and the units are not: {_named(map(str, stuck))}.",
            "Run manage.py shareai_reconcile, and keep manage.py shareai_work running.",
        )
    waiting = [order for order in Order.objects.filter(state=Order.State.OPEN) if not _is_hosted(order.provider)]
    if waiting:
        yield ok(
            AREA,
            f"The money of {_count(waiting, 'order')} is for an operator to confirm: {_named(map(str, waiting))}. "
            "manage.py shareai_grant --order NUMBER --reference … confirms one.",
        )
    if not odd and not stuck:
        yield ok(AREA, f"No order has a problem; {Bundle.objects.filter(is_active=True).count()} bundles are on sale.")


def examine_payment_events(_scope: Scope) -> Iterator[Finding]:
    failed = PaymentEvent.objects.filter(state=PaymentEvent.State.FAILED).order_by("pk")
    again, given_up = list(failed.filter(next_try_at__isnull=False)), list(failed.filter(next_try_at__isnull=True))
    if given_up:
        yield error(
            AREA,
            f"No use could be made of {_count(given_up, 'payment message')}: {_named(map(_described, given_up))}.",
            "Look the payments up at the provider. What they should have done can be done by manage.py shareai_grant.",
        )
    if again:
        yield warning(
            AREA,
            f"The failure of {_count(again, 'payment message')} may pass: {_named(map(_described, again))}.",
            "The worker tries again, manage.py shareai_reconcile --all does so now; the logger shareai_cms.topups says "
            "what goes wrong.",
        )


def examine_providers(_scope: Scope) -> Iterator[Finding]:
    """Whether everybody can buy, nobody pays twice, and messages arrive."""
    for payer in SiteAccount.Payer.values:
        concerned = SiteAccount.objects.filter(metering.of_environment(), payer=payer).order_by("pk")
        if concerned.exists():
            yield from _can_sell(payer, list(concerned))
    for provider in configured():
        paid = Order.objects.filter(provider=provider.slug, paid_at__isnull=False)
        told = PaymentEvent.objects.filter(provider=provider.slug)
        if provider.is_hosted and paid.exists() and not told.exists():
            orders = _count(list(paid), "order")
            yield warning(
                AREA,
                f"No message of {provider.slug} has ever arrived, although there was money for {orders}.",
                'Add path("shareai/webhooks/", include("shareai_cms.webhooks")) to the URLs, and enter that address '
                "with the provider. Until then the return page and manage.py shareai_reconcile find payments.",
            )


def examine_mails(_scope: Scope) -> Iterator[Finding]:
    unsent = Letter.objects.filter(sent_at__isnull=True).order_by("pk")
    since = timezone.now() - RECENT
    lost = unsent.filter(next_try_at__isnull=True, created_at__gt=since).exclude(error="out_of_date")
    failing = unsent.filter(next_try_at__isnull=False, attempts__gt=0)
    way_out = "Look at the mail settings: manage.py sendtestemail you@example.com tries them."
    if number := lost.count():
        kinds = ", ".join(sorted(set(lost.values_list("kind", flat=True))))
        yield error(MAIL, f"{number} mails of the last 30 days were given up ({kinds}; {_reasons(lost)}).", way_out)
    if number := failing.count():
        yield warning(MAIL, f"{number} mails could not be sent and are tried again ({_reasons(failing)}).", way_out)
    if settings.DEFAULT_FROM_EMAIL == NO_SENDER and not conf.is_sandbox:
        yield warning(MAIL, f"Mails come from {NO_SENDER}, which mail servers refuse.", "Set DEFAULT_FROM_EMAIL.")
    if not lost and not failing:
        yield ok(MAIL, "Every mail about top-ups was sent.")


def _can_sell(payer: str, accounts: list[SiteAccount]) -> Iterator[Finding]:
    sites = f"{_count(accounts, 'account')} with the payer {payer!r}: {_named(f'{one} ({one.pk})' for one in accounts)}"
    try:
        provider_for(accounts[0])
    except PayerConflict as conflict:
        yield error(
            AREA,
            f"Nobody can buy for {sites}. They would pay twice for the same use ({conflict.detail}).",
            f'Name another provider under CHECKOUT["{payer}"], or correct who pays under Settings → AI.',
        )
    except CheckoutOff as off:
        if Bundle.objects.filter(is_active=True).exists():
            yield warning(
                AREA,
                f"Nobody can buy for {sites}. The provider is not set up ({off.detail}).",
                f'Finish its set-up, or name another one under CHECKOUT["{payer}"].',
            )


def _is_hosted(provider: str) -> bool:
    found = provider_named(provider)
    return found is not None and found.is_hosted


def _described(event: PaymentEvent) -> str:
    return f"{event.provider} {event.event_id} ({event.error})"


def _reasons(letters: Iterable[Letter]) -> str:
    return ", ".join(sorted({letter.error for letter in letters if letter.error})) or "no reason is known"


def _count(found: list[Order] | list[PaymentEvent] | list[SiteAccount], what: str) -> str:
    """ "1 order", "3 orders"."""
    return f"{len(found)} {what}" if len(found) == 1 else f"{len(found)} {what}s"


def _named(names: Iterable[str]) -> str:
    told = list(names)
    more = f" and {len(told) - MOST_NAMED} more" if len(told) > MOST_NAMED else ""
    return ", ".join(told[:MOST_NAMED]) + more
