"""The ledger again, as plain dictionaries that derive every total: what the real one is compared with."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, datetime, timedelta
from typing import Any

NEVER = datetime(9999, 12, 31, tzinfo=UTC)
DEADLINE = timedelta(seconds=300)
RANKS = {"allowance": 0, "promo": 1, "adjustment": 2, "topup": 3}

Row = dict[str, Any]


class Reference:
    """One meter of one wallet in UTC. Everything happens at the moment that is passed in."""

    def __init__(self, *, plan: int, anchor_day: int) -> None:
        self.plan = plan
        self.anchor_day = anchor_day
        self.period: tuple[datetime, datetime] | None = None
        self.spent_before = 0
        self.grants: dict[str, Row] = {}
        self.holds: dict[str, Row] = {}
        self.budgets: dict[str, Row] = {}
        self.orders: dict[str, Row] = {}

    # What a reader sees.

    def totals(self) -> dict[str, int]:
        live = [grant for grant in self.grants.values() if grant["state"] == "live"]
        return {
            "available": sum(grant["remaining"] for grant in live if not grant["frozen"]),
            "frozen": sum(grant["remaining"] for grant in live if grant["frozen"]),
            "held": sum(hold["units"] for hold in self.holds.values() if hold["state"] == "held"),
            "spent": self.spent(),
        }

    def spent(self) -> int:
        return sum(hold["units"] for hold in self.holds.values() if hold["state"] == "settled")

    # Time.

    def roll(self, now: datetime) -> None:
        if self.period is None or now >= self.period[1]:
            self._begin_period(now)
        for grant in self.grants.values():
            if grant["state"] == "pending" and grant["effective"] <= now:
                grant["state"] = "live"
        for hold in self.holds.values():
            if hold["state"] == "held" and hold["deadline"] <= now:
                self._give_back(hold, "expired")
        for grant in self.grants.values():
            if grant["state"] == "live" and grant["expires"] <= now:
                grant.update(state="expired", remaining=0, expired=grant["expired"] + grant["remaining"])

    def _begin_period(self, now: datetime) -> None:
        self.period = self._period_at(now)
        self.spent_before = self.spent()
        start, end = self.period
        if self.plan:
            self._add(f"allowance:{start:%Y-%m-%d}", "allowance", self.plan, start, end)

    def _period_at(self, now: datetime) -> tuple[datetime, datetime]:
        """Found by walking over the days, unlike the original."""
        day = now.replace(hour=0, minute=0, second=0, microsecond=0)
        start = day
        while not self._is_anchor(start):
            start -= timedelta(days=1)
        end = start + timedelta(days=1)
        while not self._is_anchor(end):
            end += timedelta(days=1)
        return start, end

    def _is_anchor(self, day: datetime) -> bool:
        return day.day == min(self.anchor_day, monthrange(day.year, day.month)[1])

    # Grants.

    def grant(self, ref: str, kind: str, units: int, starts: datetime, ends: datetime, now: datetime) -> bool:
        self.roll(now)
        if ref in self.grants:
            return False
        self._add(ref, kind, units, starts, ends)
        self.roll(now)
        return True

    def _add(self, ref: str, kind: str, units: int, starts: datetime, ends: datetime) -> None:
        self.grants[ref] = {
            "order": (ends, RANKS[kind], len(self.grants)),
            "state": "pending",
            "effective": starts,
            "expires": ends,
            "frozen": False,
            "units": units,
            "remaining": units,
            "expired": 0,
            "clawed": 0,
            "due": 0,
        }

    def freeze(self, ref: str, frozen: bool, now: datetime) -> bool:
        self.roll(now)
        changed = self.grants[ref]["frozen"] != frozen
        self.grants[ref]["frozen"] = frozen
        return changed

    # Orders.

    def order(self, ref: str, units: int, price: int) -> None:
        self.orders[ref] = {"units": units, "price": price, "paid": False, "refunds": {}, "disputes": {}}

    def say(self, ref: str, now: datetime, *, paid: bool = False, **adjusted: tuple[str, int, str, int]) -> None:
        """``refund`` or ``dispute`` as (reference, amount, status, time of the news)."""
        order = self.orders[ref]
        for kind, (name, amount, status, at) in adjusted.items():
            known = order[f"{kind}s"].get(name)
            if known is None or self._is_later(known, status, at):
                order[f"{kind}s"][name] = {"amount": amount, "status": status, "at": at}
        order["paid"] = order["paid"] or paid
        if order["paid"]:
            self._bring(ref, order, now)

    def _is_later(self, known: Row, status: str, at: int) -> bool:
        """In the same second, the later one is what goes further."""
        ranks = ["open", "kept", "returned"]
        return (at, ranks.index(status)) > (known["at"], ranks.index(known["status"]))

    def _bring(self, ref: str, order: Row, now: datetime) -> None:
        self.roll(now)
        if ref not in self.grants:
            self._add(ref, "topup", order["units"], now, NEVER)
            self.roll(now)
        grant = self.grants[ref]
        every = [*order["refunds"].values(), *order["disputes"].values()]
        returned = sum(one["amount"] for one in every if one["status"] == "returned")
        wanted = min(order["units"], order["units"] * returned // order["price"])
        grant["frozen"] = any(one["status"] == "open" for one in order["disputes"].values())
        # All that is not spent is put together and taken from anew.
        in_holds = sum(hold["parts"].get(ref, 0) for hold in self.holds.values() if hold["state"] == "held")
        free = grant["remaining"] + grant["clawed"]
        grant["clawed"] = min(wanted, free)
        grant["remaining"] = free - grant["clawed"]
        grant["due"] = min(wanted - grant["clawed"], in_holds)

    # Holds.

    def reserve(self, key: str, units: int, owners: list[str], now: datetime) -> str:
        self.roll(now)
        if self.totals()["available"] < units:
            return "allowance_exhausted"
        assert self.period is not None
        shares = [self.budgets[owner] for owner in owners if owner in self.budgets]
        if any(share["used"].get(self.period[0], 0) + units > share["limit"] for share in shares):
            return "budget_exhausted"
        for share in shares:
            share["used"][self.period[0]] = share["used"].get(self.period[0], 0) + units
        self.holds[key] = {
            "state": "held",
            "units": units,
            "deadline": now + DEADLINE,
            "parts": self._burn(units),
            "shares": shares,
            "period": self.period[0],
            "late": False,
        }
        return "held"

    def _burn(self, units: int) -> dict[str, int]:
        parts = {}
        for ref, grant in sorted(self.grants.items(), key=lambda item: item[1]["order"]):
            if grant["state"] == "live" and not grant["frozen"] and grant["remaining"] and units:
                parts[ref] = min(units, grant["remaining"])
                grant["remaining"] -= parts[ref]
                units -= parts[ref]
        assert not units
        return parts

    def settle(self, key: str, now: datetime) -> bool:
        hold = self._look_up(key, now)
        if hold["state"] == "held":
            hold["state"] = "settled"
            return True
        hold["late"] = hold["late"] or hold["state"] in ("expired", "released")
        return False

    def release(self, key: str, now: datetime) -> bool:
        hold = self._look_up(key, now)
        if hold["state"] != "held":
            return False
        self._give_back(hold, "released")
        return True

    def state(self, key: str, now: datetime) -> str:
        return str(self._look_up(key, now, only_if_overdue=True)["state"])

    def _look_up(self, key: str, now: datetime, *, only_if_overdue: bool = False) -> Row:
        """Time is booked for an open hold only: a resolved one is answered from its row.

        It matters for periods in which nobody looks, as these are never granted.
        """
        hold = self.holds[key]
        if hold["state"] == "held" and (hold["deadline"] <= now or not only_if_overdue):
            self.roll(now)
        return hold

    def _give_back(self, hold: Row, state: str) -> None:
        hold["state"] = state
        for ref, units in hold["parts"].items():
            grant = self.grants[ref]
            clawed = min(units, grant["due"])
            grant["due"] -= clawed
            grant["clawed"] += clawed
            grant["expired" if grant["state"] == "expired" else "remaining"] += units - clawed
        for share in hold["shares"]:
            share["used"][hold["period"]] -= hold["units"]
