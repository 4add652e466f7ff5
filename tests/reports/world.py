"""Usage of several sites over several days, written as rows, and what a report should make of it."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from shareai_cms.models import RollUp, SiteAccount, Usage, Wallet
from shareai_cms.reports import Figures, UsageFilter, UsageList, figures
from tests.metering.world import plan_of

_numbers = itertools.count(1)

VIENNA, NEW_YORK, SAO_PAULO = "Europe/Vienna", "America/New_York", "America/Sao_Paulo"
#: How an action may end: state, outcome, error code.
ENDS = (
    ("settled", "delivered", ""),
    ("settled", "cancelled", ""),
    ("released", "cancelled_early", "cancelled"),
    ("released", "failed", "marketplace_timeout"),
    ("released", "refused", "output_empty"),
    ("expired", "outcome_unknown", "interrupted"),
)
PEOPLE = (("user", "1", "Ada"), ("user", "2", "Ben"), ("visitor", "x", ""), ("run", "7", "Run 7"))


def site(label: str = "", zone: str = "UTC", *, wallet: Wallet | None = None, **columns: Any) -> SiteAccount:
    number = next(_numbers)
    wallet = wallet or Wallet.objects.create(plan=plan_of(writing=50), time_zone=zone, client=f"Client of {label}")
    given = {"platform": "test", "reference": f"report-{number}", "environment": "sandbox", **columns}
    return SiteAccount.objects.create(label=label or f"Site {number}", wallet=wallet, **given)


def use(account: SiteAccount, at: datetime, *, end: tuple[str, str, str] = ENDS[0], **columns: Any) -> Usage:
    """One action at a moment, as the ledger would have left it."""
    state, outcome, code = end
    given: dict[str, Any] = {
        "key": f"report-{next(_numbers)}",
        "fingerprint": "f" * 64,
        "state": state,
        "outcome": outcome,
        "error_code": code,
        "meter": "writing",
        "units": 1,
        "deadline": at + timedelta(seconds=300),
        "created_at": at,
        "resolved_at": None if state == "held" else at,
        "actor_kind": "user",
        "actor_ref": "1",
        "actor_label": "Ada",
        "feature": "rewrite",
    }
    return Usage.objects.create(account=account, wallet=account.wallet, **{**given, **columns})


def local(zone: str, *parts: int, fold: int = 0) -> datetime:
    """A moment by the clocks of a zone."""
    return datetime(*parts, tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)  # type: ignore[misc,arg-type]


def random_usage(accounts: Iterable[SiteAccount], begin: datetime, days: int, number: int, seed: int) -> None:
    choose = random.Random(seed)
    for account in accounts:
        for _each in range(number):
            kind, reference, label = choose.choice(PEOPLE)
            use(
                account,
                begin + timedelta(seconds=choose.randrange(days * 86_400)),
                end=choose.choice(ENDS),
                meter=choose.choice(("writing", "products")),
                units=choose.choice((1, 3, 5)),
                feature=choose.choice(("rewrite", "title-alternatives", "gone")),
                route=choose.choice(("standard", "premium", "fallback")),
                actor_kind=kind,
                actor_ref=reference,
                actor_label=label,
                tokens_in=choose.randrange(1_000),
                tokens_out=choose.randrange(1_000),
                cost_millionths=choose.choice((None, choose.randrange(9_999))),
                surcharge_millionths=choose.choice((None, 100)),
            )


def asked(
    *accounts: SiteAccount, first: date = date(2026, 1, 1), last: date = date(2026, 12, 31), **more: str
) -> UsageFilter:
    found = SiteAccount.objects.select_related("wallet").filter(pk__in=[account.pk for account in accounts])
    return UsageFilter(accounts=tuple(found), first=first, last=last, **more)  # type: ignore[arg-type]


def told(found: Figures) -> Any:
    """Everything that the figures say, to be compared."""
    return found.meters, found.cells, sorted(found.reasons, key=str), found.days


def from_rows_alone(wanted: UsageFilter) -> Any:
    """What a report says where nothing was ever rolled up."""
    kept = list(RollUp.objects.all())
    RollUp.objects.all().delete()
    try:
        return told(figures(wanted))
    finally:
        RollUp.objects.bulk_create(kept)


def keys(wanted: UsageFilter) -> list[str]:
    return [row.key for row in UsageList(figures(wanted))]
