"""``make bench``: every performance claim, measured in one run; ``python -m bench action`` runs one bench.

Each bench is a module here with ``main() -> figures`` and runs in a process of its own.
"""

from __future__ import annotations

import json
import pkgutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bench

ROOT = Path(__file__).resolve().parent.parent
CALL = """
import importlib, json, sys
figures = importlib.import_module(f"bench.{sys.argv[1]}").main()
open(sys.argv[2], "w").write(json.dumps(figures, default=str))
"""
Figures = dict[str, Any]


@dataclass(frozen=True)
class Target:
    """A row of the table of what must be reached."""

    bench: str
    what: str
    read: Callable[[Figures], Iterator[float]]
    limit: float
    is_most: bool = True
    unit: str = ""

    def is_met(self, value: float) -> bool:
        return value <= self.limit if self.is_most else value >= self.limit


def one(name: str) -> Callable[[Figures], Iterator[float]]:
    def read(figures: Figures) -> Iterator[float]:
        yield figures[name]

    return read


def each_database(name: str, *, besides: str = "") -> Callable[[Figures], Iterator[float]]:
    def read(figures: Figures) -> Iterator[float]:
        yield from (figures[database][name] for database in figures if database != besides)

    return read


def on(database: str, name: str) -> Callable[[Figures], Iterator[float]]:
    def read(figures: Figures) -> Iterator[float]:
        yield figures[database][name]

    return read


def queries_of_reads(figures: Figures) -> Iterator[float]:
    yield max(queries for database in figures.values() for _rows, queries, _ms in database["reads"])


#: Its commits wait for no disk, so that a pair by hand takes 0.15 ms, less than Django's own share of ours.
FAST = "SQLite, recommended options"
TARGETS = (
    Target("action", "own cost on top of the bare call, p50", one("own_cost_p50"), 10, unit="ms"),
    Target("action", "SQL statements of an action", one("statements"), 11),
    Target("action", "added to the first token, p50", one("first_token_added_p50"), 10, unit="ms"),
    Target(
        "ledger",
        "reserve + settle against the driver",
        each_database("ratio", besides=FAST),
        0.5,
        is_most=False,
        unit="×",
    ),
    Target("ledger", "the same where commits wait for no disk", on(FAST, "ratio"), 0.25, is_most=False, unit="×"),
    Target("ledger", "queries to show the allowance", queries_of_reads, 2),
    Target("ledger", "allowance read, 1,000,000 rows against 100", each_database("read_growth"), 1.5, unit="×"),
    Target("report", "usage report, queries more with 1,000,000 rows", one("queries_more"), 0),
    Target("report", "usage report, slowest at 1,000,000 rows, p50", one("slowest"), 1_000, unit="ms"),
    Target("weight", "distributions more than Wagtail's own", one("distributions_more"), 8),
    Target("weight", "start-up with us, more", one("start_more"), 150, unit="ms"),
    Target("weight", "queries on other admin pages", one("queries_elsewhere"), 0),
)


def names() -> list[str]:
    return [module.name for module in pkgutil.iter_modules(bench.__path__) if not module.name.startswith("_")]


def measure(name: str) -> Figures | None:
    """Run one bench; None where it failed."""
    print(f"\n{f' {name} ':=^100}", flush=True)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="shareai-bench-") as folder:
        report = Path(folder) / "figures.json"
        done = subprocess.run([sys.executable, "-c", CALL, name, str(report)], cwd=ROOT, check=False)
        print(f"({time.monotonic() - started:.0f} s)", flush=True)
        return json.loads(report.read_text()) if done.returncode == 0 else None


def rows(measured: dict[str, Figures | None]) -> Iterator[tuple[bool, str]]:
    for target in TARGETS:
        if target.bench not in measured:
            continue
        figures = measured[target.bench]
        if figures is None:
            yield False, f"{target.what:<50} did not run"
            continue
        values = list(target.read(figures))
        is_met = all(target.is_met(value) for value in values)
        shown = " ".join(f"{value:.3g}" for value in values) + f" {target.unit}"
        bound = f"{'≤' if target.is_most else '≥'} {target.limit:g}"
        yield is_met, f"{target.what:<50} {shown:>22}  {bound:<6} {'met' if is_met else 'MISSED'}"


def main() -> int:
    wanted = sys.argv[1:] or names()
    if unknown := set(wanted) - set(names()):
        print(f"No bench named {', '.join(sorted(unknown))}; there are {', '.join(names())}.")
        return 2
    measured = {name: measure(name) for name in wanted}
    print(f"\n{' targets ':=^100}")
    outcomes = list(rows(measured))
    for _is_met, line in outcomes:
        print(line)
    is_whole = all(figures is not None for figures in measured.values())
    return 0 if is_whole and all(is_met for is_met, _line in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
