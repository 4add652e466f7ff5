"""What the crowds of ``test_races`` do; each returns counts that the test judges."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta
from typing import Any

from django.db.models import F
from django.utils import timezone

from shareai_cms import metering
from shareai_cms.errors import ActionInProgress, AllowanceExhausted
from shareai_cms.models import Balance, Grant, Plan, PlanAllowance, SiteAccount, Usage, Wallet
from shareai_cms.permissions import Actor
from tests.metering.crowd import crowd

#: Twice what happens most.
THINGS = ("settle", "settle", "release", "leave", "late", "freeze", "thaw", "book", "grant", "read", "audit")


def affordable(*, workers: int, tries: int, units: int) -> dict[str, Any]:
    """Each worker reserves and settles, again and again, from a balance that is too small for all."""
    account = open_with(units)

    def work(number: int) -> dict[str, int]:
        counts: Counter[str] = Counter()
        for turn in range(number, tries, workers):
            try:
                hold = metering.reserve(request(account, f"key-{turn}"))
            except AllowanceExhausted:
                counts["refused"] += 1
            else:
                counts["passed"] += metering.settle(hold)
        return dict(counts)

    return judged(account, crowd(workers, work))


def same_key(*, workers: int) -> dict[str, Any]:
    """One click, sent many times at once."""
    account = open_with(50)

    def work(number: int) -> dict[str, int]:
        try:
            hold = metering.reserve(request(account, "the-click"))
        except ActionInProgress:
            return {"in_progress": 1}
        return {"passed" if hold.is_new else "replayed": 1}

    return judged(account, crowd(workers, work))


def same_source(*, workers: int) -> dict[str, Any]:
    """One payment, delivered many times at once."""
    account = open_with(0)

    def work(number: int) -> dict[str, int]:
        _, is_new = metering.grant(account.wallet, "writing", 100, kind="topup", source_ref="order:1:writing")
        return {"granted": int(is_new)}

    return judged(account, crowd(workers, work))


def first_use(*, workers: int) -> dict[str, Any]:
    """A site's very first requests: the plan, the account, the wallet and the balance are all still to be made."""

    def work(number: int) -> dict[str, int]:
        account = metering.open_account(platform="django", reference=f"site-{number % 4}")
        metering.allowance(account)
        metering.settle(metering.reserve(request(account, f"key-{number}")))
        return {"passed": 1}

    answers = crowd(workers, work)
    made = {"plans": Plan.objects.count(), "wallets": Wallet.objects.count(), "accounts": SiteAccount.objects.count()}
    account = SiteAccount.objects.select_related("wallet").get(reference="site-0")
    return {**judged(account, answers), **made, "grants": Grant.objects.filter(meter="writing").count()}


def rollover(*, workers: int) -> dict[str, Any]:
    """A new period, an expired gift and an overdue hold, all due when everybody comes back."""
    account = open_with(10)
    start = timezone.now()
    soon = start + timedelta(days=1)
    metering.grant(account.wallet, "writing", 5, kind="promo", source_ref="promo:1", expires_at=soon)
    metering.reserve(request(account, "crashed"))
    later = start + timedelta(days=40)

    def work(number: int) -> dict[str, int]:
        try:
            metering.settle(metering.reserve(request(account, f"key-{number}"), now=later), now=later)
        except AllowanceExhausted:
            return {"refused": 1}
        return {"passed": 1}

    result = judged(account, crowd(workers, work))
    return {**result, "allowances": Grant.objects.filter(kind="allowance").count()}


def mixed(*, workers: int, turns: int) -> dict[str, Any]:
    """Everything at once on one wallet, on clocks that differ by seconds; only the ledger's own truth is judged."""
    account = open_with(40)
    grants = [
        metering.grant(account.wallet, "writing", 10, kind="topup", source_ref=f"order:{number}")[0]
        for number in range(3)
    ]

    def work(number: int) -> dict[str, int]:
        choice = random.Random(number)
        for turn in range(turns):
            now = timezone.now() + timedelta(seconds=choice.uniform(-2, 2))
            _one_thing(account, grants, f"{number}-{turn}", choice, now)
        return {"passed": 1}

    return judged(account, crowd(workers, work))


def _one_thing(account: SiteAccount, grants: list[Grant], key: str, choice: random.Random, now: Any) -> None:
    thing = choice.choice(THINGS)
    if thing in ("settle", "release", "leave", "late"):
        try:
            hold = metering.reserve(request(account, key, units=choice.randint(1, 3)), now=now)
        except AllowanceExhausted:
            return
        if thing == "settle":
            metering.settle(hold, now=now)
        elif thing == "release":
            metering.release(hold, outcome="failed", now=now)
        elif thing == "late":
            metering.settle(hold, now=now + timedelta(seconds=301))
    elif thing == "grant":
        metering.grant(account.wallet, "writing", 3, kind="promo", source_ref=f"promo:{choice.randint(1, 30)}", now=now)
    elif thing == "audit":
        # It sees one moment, whatever the others are doing.
        assert metering.audit(account.wallet) == []
    elif thing == "read":
        metering.allowance(account, now=now)
    elif thing == "book":
        _book(choice.choice(grants), choice, now)
    else:
        {"freeze": metering.freeze, "thaw": metering.thaw}[thing](choice.choice(grants))


def _book(grant: Grant, choice: random.Random, now: Any) -> None:
    """As news of a refund, a dispute, or both does, more or less of it than the news before."""
    bought = metering.Bought(
        meter=grant.meter,
        units=grant.units,
        source_ref=grant.source_ref,
        taken_back=choice.randint(0, grant.units),
        is_frozen=choice.random() < 0.5,
    )
    metering.book(grant.wallet_id, [grant.meter], lambda: [bought], now=now)


def open_with(units: int) -> SiteAccount:
    """An account whose plan includes so many writing actions, with its first period begun."""
    account = metering.open_account(platform="django", reference="press")
    PlanAllowance.objects.filter(meter="writing").delete()
    if units:
        PlanAllowance.objects.create(plan=account.wallet.plan, meter="writing", units=units)
    metering.roll_forward(account.wallet, "writing")
    return account


def request(account: SiteAccount, key: str, units: int = 1) -> metering.HoldRequest:
    return metering.HoldRequest(
        account=account,
        meter="writing",
        units=units,
        key=key,
        fingerprint="f" * 64,
        actor=Actor(kind="user", reference="1", label="Ada"),
        feature="rewrite",
        has_budgets=False,
    )


def judged(account: SiteAccount, answers: list[dict[str, Any]]) -> dict[str, Any]:
    counts: Counter[str] = Counter()
    errors = [answer["error"] for answer in answers if "error" in answer]
    for answer in answers:
        counts.update({name: count for name, count in answer.items() if name != "error"})
    balance = Balance.objects.values("available", "held", "frozen").annotate(
        spent_now=F("spent") - F("spent_before_period")
    )
    return {
        **counts,
        "errors": len(errors),
        "first_error": errors[0] if errors else "",
        "balance": balance.get(wallet=account.wallet, meter="writing"),
        "settled": Usage.objects.filter(account=account, state="settled").count(),
        "findings": [str(finding) for finding in metering.audit()],
    }
