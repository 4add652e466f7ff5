"""The ledger's own speed: ``python -m bench.ledger``.

Reserve and settle on one hot account by eight client processes, through the app, as the same statements
by hand on the driver, and as the same statements by hand on Django's connection, in turns within one run;
and the allowance read while the usage table grows to a million rows.
"""

from __future__ import annotations

import json
import os
import sqlite3
import statistics
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.databases import RECOMMENDED_OPTIONS, postgres_server
from tests.metering.crowd import crowd, send_crowd

CLIENTS = 8
SECONDS = 2.0
ROUNDS = 5
ROWS = (100, 10_000, 1_000_000)
READS = 300
BATCHES = 5

SQLITE = "django.db.backends.sqlite3"
POSTGRES = "django.db.backends.postgresql"


def main() -> dict[str, Any]:
    """Run the bench and return its figures: pairs per second, their ratio, milliseconds per read."""
    figures: dict[str, Any] = {}
    with _server() as databases:
        for name, database in databases.items():
            pairs = send_crowd("bench.ledger:hot_account", database, timeout=600)
            reads = send_crowd("bench.ledger:flat_reads", database, timeout=600)
            figures[name] = {**pairs, **reads, "seconds": pairs["seconds"] + reads["seconds"]}
            _print(name, figures[name])
    print(json.dumps(figures))
    return figures


@contextmanager
def _server() -> Iterator[dict[str, dict[str, Any]]]:
    with postgres_server():
        yield {
            "SQLite, default options": {"ENGINE": SQLITE},
            "SQLite, recommended options": {"ENGINE": SQLITE, "OPTIONS": RECOMMENDED_OPTIONS},
            "PostgreSQL": {
                "ENGINE": POSTGRES,
                "HOST": os.environ["SHAREAI_TEST_PG_HOST"],
                "USER": os.environ["SHAREAI_TEST_PG_USER"],
            },
        }


def _print(name: str, figures: dict[str, Any]) -> None:
    print(f"\n{name}: reserve + settle on one account, {CLIENTS} clients, {ROUNDS} rounds in turns")
    print(f"  by hand on the driver {figures['driver_pairs_per_second']:9.1f} pairs/s")
    print(f"  by hand on Django     {figures['django_pairs_per_second']:9.1f} pairs/s")
    print(f"  through the app       {figures['app_pairs_per_second']:9.1f} pairs/s")
    print(f"  app / driver          {figures['ratio']:9.2f}   (rounds: {figures['ratios']})")
    print(f"  app / Django          {figures['ratio_to_django']:9.2f}   Django / driver {figures['django_ratio']:.2f}")
    print(
        f"  statements            {figures['statements_reserve']} in reserve, {figures['statements_settle']} in settle"
    )
    print("  allowance read: rows / queries / median ms")
    for size, queries, ms in figures["reads"]:
        print(f"    {size:>9,} {queries:>3} {ms:8.3f}")


def hot_account() -> dict[str, Any]:
    """The roads in turns, a round each, so that a noisy machine disturbs all alike."""
    account = _account()
    counts = _statements(account)
    roads = {"app": _app_work, "django": _django_work, "driver": _driver_work}
    rates: dict[str, list[float]] = {road: [] for road in roads}
    for _round in range(ROUNDS):
        for road, work in roads.items():
            done = crowd(CLIENTS, work(account))
            errors = [answer for answer in done if isinstance(answer, dict)]
            if errors:
                raise AssertionError(errors[0]["error"])
            rates[road].append(sum(done) / SECONDS)
    ratios = _ratios(rates["app"], rates["driver"])
    return {
        **{f"{road}_pairs_per_second": round(statistics.median(found), 1) for road, found in rates.items()},
        "ratio": statistics.median(ratios),
        "ratios": ratios,
        "ratio_to_django": statistics.median(_ratios(rates["app"], rates["django"])),
        "django_ratio": statistics.median(_ratios(rates["django"], rates["driver"])),
        **counts,
    }


def _ratios(ours: list[float], theirs: list[float]) -> list[float]:
    return [round(mine / other, 2) for mine, other in zip(ours, theirs, strict=True)]


def flat_reads() -> dict[str, Any]:
    """Median time and number of queries of one allowance read, while the account's usage grows."""
    from shareai_cms import metering

    account = _account()
    metering.allowance(account)
    reads = []
    for size in ROWS:
        _grow_to(account, size)
        queries = _queries(lambda: metering.allowance(account))
        reads.append((size, queries, round(_median_ms(lambda: metering.allowance(account)), 3)))
    return {"reads": reads, "read_growth": round(reads[-1][2] / reads[0][2], 2)}


def _account() -> Any:
    from shareai_cms import metering

    account = metering.open_account(platform="django", reference="hot")
    metering.grant(account.wallet, "writing", 10**9, kind="adjustment", source_ref="bench")
    return account


def _request(account: Any) -> Any:
    from shareai_cms import metering
    from shareai_cms.permissions import Actor

    return metering.HoldRequest(
        account=account,
        meter="writing",
        units=1,
        key=uuid.uuid4().hex,
        fingerprint="f" * 64,
        actor=Actor(kind="user", reference="1", label="Ada"),
        feature="rewrite",
        has_budgets=False,
    )


def _statements(account: Any) -> dict[str, int]:
    from shareai_cms import metering

    held: list[Any] = []
    in_reserve = _queries(lambda: held.append(metering.reserve(_request(account))))
    return {"statements_reserve": in_reserve, "statements_settle": _queries(lambda: metering.settle(held[0]))}


def _queries(work: Callable[[], object]) -> int:
    """Statements without the transaction's own BEGIN and COMMIT."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        work()
    return sum(not query["sql"].startswith(("BEGIN", "COMMIT")) for query in captured.captured_queries)


def _median_ms(work: Callable[[], object]) -> float:
    """The best median of several batches: a million rows written just before still keep the disk busy."""
    return min(_median_of_a_batch(work) for _batch in range(BATCHES))


def _median_of_a_batch(work: Callable[[], object]) -> float:
    times = []
    for _turn in range(READS):
        began = time.perf_counter()
        work()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def _repeat(pair: Callable[[], object]) -> int:
    done, end = 0, time.monotonic() + SECONDS
    while time.monotonic() < end:
        pair()
        done += 1
    return done


def _app_work(account: Any) -> Callable[[int], int]:
    from shareai_cms import metering

    def work(_number: int) -> int:
        metering.allowance_of(account, "writing")  # connects, as a server's process has long done
        return _repeat(lambda: metering.settle(metering.reserve(_request(account))))

    return work


def _driver_work(account: Any) -> Callable[[int], int]:
    from django.db import connection

    if connection.vendor == "sqlite":
        options = dict(connection.settings_dict["OPTIONS"])
        return lambda _number: _repeat(SqliteByHand(connection.settings_dict["NAME"], options, account).pair)
    return lambda _number: _repeat(PostgresByHand(connection.settings_dict, account).pair)


def _django_work(account: Any) -> Callable[[int], int]:
    return lambda _number: _repeat(OnDjangosConnection(account).pair)


class ByHand:
    """The statements of a reserve and a settle as one would write them on the driver."""

    take = (
        "UPDATE shareai_cms_balance SET available = available - 1, held = held + 1,"
        " next_change_at = {least}(next_change_at, ?)"
        " WHERE wallet_id = ? AND meter = 'writing' AND available >= 1 AND next_change_at > ?"
    )
    find = (
        "SELECT id, remaining FROM shareai_cms_grant WHERE wallet_id = ? AND meter = 'writing' AND state = 'live'"
        " AND NOT is_frozen AND remaining > 0 ORDER BY expires_at, rank, id"
    )
    burn = "UPDATE shareai_cms_grant SET remaining = remaining - 1 WHERE id = ?"
    hold = (
        "INSERT INTO shareai_cms_usage (account_id, wallet_id, key, fingerprint, state, outcome, meter, units,"
        " deadline, created_at, late, actor_kind, actor_ref, actor_label, feature, object_type, object_ref,"
        " object_label, field, workspace, business_unit, route, model_asked, model_answered, request_id, attempts,"
        " tokens_in, tokens_out, is_estimated, duration_ms, error_code, error_detail)"
        " VALUES (?, ?, ?, ?, 'held', '', 'writing', 1, ?, ?, {false}, 'user', '1', 'Ada', 'rewrite', '', '', '', '',"
        " '', '', 'standard', '', '', '', 0, 0, 0, {false}, 0, '', '') RETURNING id"
    )
    pay = "INSERT INTO shareai_cms_usageallocation (usage_id, grant_id, units) VALUES (?, ?, 1) RETURNING id"
    count = (
        "UPDATE shareai_cms_balance SET held = held - 1, spent = spent + 1"
        " WHERE wallet_id = ? AND meter = 'writing' AND held >= 1 AND next_change_at > ?"
    )
    settle = (
        "UPDATE shareai_cms_usage SET state = 'settled', outcome = 'delivered', resolved_at = ?, model_asked = '',"
        " model_answered = '', request_id = '', attempts = 0, tokens_in = 0, tokens_out = 0, is_estimated = {false},"
        " cost_millionths = NULL, surcharge_millionths = NULL, duration_ms = 0, route = 'standard'"
        " WHERE id = ? AND state = 'held'"
    )
    words: dict[str, str]
    mark = "?"

    def __init__(self, account: Any) -> None:
        self.wallet, self.account = account.wallet_id, account.pk
        for name in ("take", "find", "burn", "hold", "pay", "count", "settle"):
            setattr(self, name, getattr(self, name).format(**self.words).replace("?", self.mark))

    def moment(self) -> tuple[Any, Any]:
        now = datetime.now(UTC)
        return now, now + timedelta(seconds=300)

    def statements(self, execute: Callable[[str, tuple[Any, ...]], Any]) -> Iterator[str]:
        """Executes up to each point where the transaction ends."""
        now, deadline = self.moment()
        execute(self.take, (deadline, self.wallet, now))
        grant = execute(self.find, (self.wallet,)).fetchall()[0][0]
        execute(self.burn, (grant,))
        key = uuid.uuid4().hex
        row = execute(self.hold, (self.account, self.wallet, key, "f" * 64, deadline, now)).fetchall()[0][0]
        execute(self.pay, (row, grant)).fetchall()
        yield "reserved"
        now, _ = self.moment()
        execute(self.count, (self.wallet, now))
        execute(self.settle, (now, row))
        yield "settled"


class SqliteByHand(ByHand):
    words = {"least": "min", "false": "0"}

    def __init__(self, path: str, options: dict[str, Any], account: Any) -> None:
        super().__init__(account)
        self.begin = f"BEGIN {options.get('transaction_mode', '')}"
        self.connection = sqlite3.connect(path, isolation_level=None, timeout=options.get("timeout", 20))
        self.connection.execute("PRAGMA foreign_keys = ON")
        if "init_command" in options:
            self.connection.executescript(options["init_command"])

    def moment(self) -> tuple[Any, Any]:
        return tuple(f"{one:%Y-%m-%d %H:%M:%S.%f}" for one in super().moment())

    def pair(self) -> None:
        self.connection.execute(self.begin)
        for _step in self.statements(self.connection.execute):
            self.connection.execute("COMMIT")
            if _step == "reserved":
                self.connection.execute(self.begin)


class PostgresByHand(ByHand):
    words = {"least": "LEAST", "false": "false"}
    mark = "%s"

    def __init__(self, database: dict[str, Any], account: Any) -> None:
        import psycopg

        super().__init__(account)
        self.connection = psycopg.connect(host=database["HOST"], user=database["USER"], dbname=database["NAME"])

    def pair(self) -> None:
        for _step in self.statements(self.connection.execute):
            self.connection.commit()


class OnDjangosConnection(ByHand):
    """What Django's transactions and cursors make of the same statements."""

    mark = "%s"

    def __init__(self, account: Any) -> None:
        from django.db import connection

        is_sqlite = connection.vendor == "sqlite"
        self.words = (SqliteByHand if is_sqlite else PostgresByHand).words
        super().__init__(account)
        self.connection = connection
        if is_sqlite:
            connection.settings_dict["OPTIONS"].setdefault("timeout", 20)

    def moment(self) -> tuple[Any, Any]:
        now, deadline = super().moment()
        adapt = self.connection.ops.adapt_datetimefield_value
        return adapt(now), adapt(deadline)

    def pair(self) -> None:
        from django.db import transaction

        steps = self.statements(self._execute)
        for _transaction in ("reserve", "settle"):
            with transaction.atomic(durable=True), self.connection.cursor() as self.cursor:
                next(steps)

    def _execute(self, sql: str, values: tuple[Any, ...]) -> Any:
        self.cursor.execute(sql, values)
        return self.cursor


def _grow_to(account: Any, size: int) -> None:
    """Usage rows made by the database itself, in the shape that settled actions leave."""
    from django.db import connection

    from shareai_cms.models import Usage

    there = Usage.objects.count()
    numbers = (
        f"SELECT value FROM generate_series({there + 1}, {size}) AS value"
        if connection.vendor == "postgresql"
        else f"WITH RECURSIVE n(value) AS (SELECT {there + 1} UNION ALL SELECT value + 1 FROM n WHERE value < {size})"
        " SELECT value FROM n"
    )
    columns = {
        "account_id": str(account.pk),
        "wallet_id": str(account.wallet_id),
        "key": "'row-' || value",
        "fingerprint": "''",
        "state": "'settled'",
        "outcome": "'delivered'",
        "meter": "'writing'",
        "units": "1",
        "late": "false",
        "is_estimated": "false",
        **dict.fromkeys(("deadline", "created_at", "resolved_at"), "'2026-01-01 00:00:00'"),
        **dict.fromkeys(("attempts", "tokens_in", "tokens_out", "duration_ms"), "0"),
    }
    if connection.vendor == "postgresql":
        columns |= dict.fromkeys(("deadline", "created_at", "resolved_at"), "TIMESTAMPTZ '2026-01-01 00:00:00+00'")
    texts = ("actor_kind", "actor_ref", "actor_label", "feature", "object_type", "object_ref", "object_label", "field")
    texts += ("workspace", "business_unit", "route", "model_asked", "model_answered", "request_id")
    columns |= dict.fromkeys((*texts, "error_code", "error_detail"), "''")
    names, values = ", ".join(columns), ", ".join(columns.values())
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO shareai_cms_usage ({names}) SELECT {values} FROM ({numbers}) AS numbers")


if __name__ == "__main__":
    main()
