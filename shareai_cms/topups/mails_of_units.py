"""Mails to people who may buy: little is left, and somebody asks for more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from shareai_cms import metering
from shareai_cms.metering.meters import all_meters, allowance_text, limited_meters, resets_text
from shareai_cms.metering.retry import rows
from shareai_cms.models import SiteAccount, Wallet
from shareai_cms.topups import links
from shareai_cms.topups.levels import NEVER_BY_ITSELF, sentence_of, threshold_of
from shareai_cms.topups.mails import Mail, OutOfDate, one_line, rights_reason


def threshold(facts: Mapping[str, Any]) -> Mail:
    wallet, meter = rows(Wallet).get(pk=facts["wallet"]), str(facts["meter"])
    accounts = rows(SiteAccount).filter(pk__in=facts["accounts"]).order_by("pk")
    sites = tuple(one_line(account) for account in accounts)
    left = allowance_of(wallet, meter)
    if threshold_of(left.spent, left.total) < facts["threshold"]:
        # The mail server was away for longer than it took to buy more, or until the next period.
        raise OutOfDate
    text = allowance_text(meter, left.available, left.total)
    return Mail(
        subject=_("%(site)s: %(left)s") % {"site": ", ".join(sites), "left": text},
        paragraphs=(sentence_of(facts["threshold"]), str(NEVER_BY_ITSELF)),
        rows=(
            (_("Site"), sites),
            (_("What is left"), (text, resets_text(left.resets_at, left.time_zone))),
        ),
        links=_where_to_buy(facts["accounts"][0], meter),
        reason=rights_reason(),
    )


def wish(facts: Mapping[str, Any]) -> Mail:
    account = rows(SiteAccount).select_related("wallet").get(pk=facts["account"])
    told = {"person": one_line(facts["person"]), "site": one_line(account)}
    return Mail(
        subject=_("%(person)s asks for more AI units for %(site)s") % told,
        paragraphs=(
            _("%(person)s may use AI on %(site)s, but not buy top-ups, and asks whether you will.") % told,
            str(NEVER_BY_ITSELF),
        ),
        rows=(
            (_("Person"), (told["person"],)),
            (_("Site"), (told["site"],)),
            (_("What is left"), left_lines(account.wallet, [meter.slug for meter in limited_meters()])),
        ),
        links=(*_where_to_buy(account.pk), (_("Where they were"), links.page_url(str(facts.get("page", ""))))),
        reason=rights_reason(),
    )


def left_lines(wallet: Wallet, meters: Iterable[str]) -> tuple[str, ...]:
    """What a wallet has left, a line for each meter of which there was something to spend."""
    known = all_meters()
    found = [allowance_of(wallet, meter) for meter in meters if meter in known and known[meter].is_limited]
    return tuple(allowance_text(left.meter, left.available, left.total) for left in found if left.total)


def allowance_of(wallet: Wallet, meter: str) -> metering.Allowance:
    """What a wallet has left, whichever accounts draw on it."""
    return metering.allowance_of(SiteAccount(wallet=wallet), meter)


def _where_to_buy(account: int, meter: str = "") -> tuple[tuple[str, str], ...]:
    return (
        (_("Buy more"), links.topups_url(account, meter)),
        (_("See what is left"), links.admin_url(links.ALLOWANCE)),
    )
