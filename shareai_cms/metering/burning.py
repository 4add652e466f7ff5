"""Which grants pay for an action, and where their units go when it gives them back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import F, Sum

from shareai_cms.metering.retry import rows
from shareai_cms.metering.statements import Statements
from shareai_cms.models import Grant, Usage, UsageAllocation


@dataclass(frozen=True, kw_only=True)
class Change:
    """By how much a balance's columns are to move."""

    available: int = 0
    held: int = 0
    frozen: int = 0

    def __add__(self, other: Change) -> Change:
        return Change(
            available=self.available + other.available,
            held=self.held + other.held,
            frozen=self.frozen + other.frozen,
        )


def burn(sql: Statements, usage: Usage) -> list[tuple[int, int]]:
    """Take the usage's units from live grants, soonest expiry first; the parts as (grant id, units).

    The caller has moved the balance in the same transaction and so holds its lock.
    """
    missing = usage.units
    parts: list[tuple[int, int]] = []
    for grant_id, remaining in sql.find_grants(usage):
        part = min(remaining, missing)
        sql.burn(grant_id, part)
        parts.append((grant_id, part))
        missing -= part
        if not missing:
            return parts
    raise RuntimeError(f"The grants of wallet {usage.wallet_id} do not cover its balance; run manage.py shareai_audit.")


def give_back(parts: Mapping[int, int]) -> Change:
    """Return units to the grants that they came from, ``{grant id: units}``.

    What is owed after a refund is taken first; in an expired grant the rest expires at once; in a
    frozen one it lies frozen.
    """
    change = Change()
    for grant in rows(Grant).filter(pk__in=parts).order_by("pk"):
        change += _give_back_to(grant, parts[grant.pk])
    return change


def parts_of(**usage_filter: object) -> dict[int, int]:
    """Units per grant id that the matching usage rows have taken."""
    taken = rows(UsageAllocation).filter(**{f"usage__{name}": value for name, value in usage_filter.items()})
    return dict(taken.values("grant").annotate(total=Sum("units")).values_list("grant", "total"))


def _give_back_to(grant: Grant, units: int) -> Change:
    clawed = min(units, grant.clawback_due)
    rest = units - clawed
    expired = rest if grant.state == Grant.State.EXPIRED else 0
    kept = rest - expired
    rows(Grant).filter(pk=grant.pk).update(
        remaining=F("remaining") + kept,
        expired=F("expired") + expired,
        clawed_back=F("clawed_back") + clawed,
        clawback_due=F("clawback_due") - clawed,
    )
    return Change(frozen=kept) if grant.is_frozen else Change(available=kept)
