"""The usage report while the usage grows to a million rows: ``python -m bench.report``.

A year of 20 sites, 60 people and 12 actions on PostgreSQL, rolled up as the worker does it, and the page as
Django answers it: filters, totals, chart and a page of rows, for the whole year and every site.
"""

from __future__ import annotations

import json
import os
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.databases import postgres_server

ROWS = (1_000, 1_000_000)
TURNS = 7
DAYS = 365
#: What is asked for: the page's address without its beginning.
QUESTIONS = {
    "whole year": "",
    "last page": "&p=1000000",
    "one person": "&person=user:7",
    "the person with a quarter": "&person=user:0",
    "not counted, one action": "&counted=no&feature=rewrite",
    "one site": "&account={account}",
}
FILL = """
INSERT INTO shareai_cms_usage (account_id, wallet_id, key, fingerprint, state, outcome, meter, units, deadline,
    created_at, resolved_at, late, actor_kind, actor_ref, actor_label, feature, object_type, object_ref, object_label,
    field, workspace, business_unit, route, model_asked, model_answered, request_id, attempts, tokens_in, tokens_out,
    is_estimated, cost_millionths, duration_ms, error_code, error_detail)
SELECT account.id, account.wallet_id, 'bench-' || n, repeat('f', 64),
    CASE WHEN is_free THEN 'released' ELSE 'settled' END, CASE WHEN is_free THEN 'failed' ELSE 'delivered' END,
    'writing', 1 + n %% 3, at, at, at, false, 'user', person::text, 'Person ' || person,
    CASE WHEN action = 0 THEN 'rewrite' ELSE 'action-' || action END, 'demo.page', n::text, 'A page', 'body', '', '',
    CASE WHEN is_premium THEN 'premium' ELSE 'standard' END, '', 'a-model', '', 1, 400, 250, false, 900, 1200,
    CASE WHEN is_free THEN 'marketplace_timeout' ELSE '' END, ''
FROM (SELECT n, %(begin)s::timestamptz + (n::float8 / %(rows)s) * %(span)s::interval AS at,
          1 + floor(random() * 20) AS place, floor(60 * random() ^ 3) AS person, floor(random() * 12) AS action,
          random() < 0.1 AS is_free, random() < 0.15 AS is_premium
      FROM generate_series(%(first)s, %(rows)s) AS n) AS made
JOIN (SELECT id, wallet_id, row_number() OVER (ORDER BY id) AS place FROM shareai_cms_siteaccount) AS account
    USING (place)
"""


def main() -> dict[str, Any]:
    """Run the bench and return its figures; times are milliseconds."""
    with postgres_server():
        os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings_postgres"
        import django

        django.setup()
        figures = _measure()
    print(json.dumps(figures))
    return figures


def _measure() -> dict[str, Any]:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    ask, now = _site(), datetime.now(UTC)
    figures: dict[str, Any] = {"queries": {}, "milliseconds": {}}
    for size in ROWS:
        _fill(size, now)
        seconds, days = _roll_up()
        print(f"\n{size:>9,} rows: {days} days rolled up in {seconds:.1f} s")
        for name, question in QUESTIONS.items():
            queries, times = _queries(ask, question), _times_ms(ask, question)
            median = statistics.median(times)
            figures["queries"].setdefault(name, []).append(queries)
            figures["milliseconds"].setdefault(name, []).append(round(median, 1))
            spread = f"{times[0]:.1f} to {times[-1]:.1f}"
            print(f"  {name:<26} {queries:>3} queries {median:8.1f} ms, median of {TURNS} ({spread})")
    figures["slowest"] = max(times[-1] for times in figures["milliseconds"].values())
    figures["queries_more"] = max(found[-1] - found[0] for found in figures["queries"].values())
    figures["roll_up_days_per_second"] = round(days / seconds, 1)
    return figures


def _site(page: str = "shareai/report/", days: int = DAYS, told: bytes = b"counted") -> Callable[[str], Any]:
    """A manager's browser, without the browser."""
    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import Group, Permission
    from django.test import Client

    from shareai_cms import metering
    from shareai_cms.models import AccountPermission

    accounts = [metering.open_account(platform="bench", reference=str(n), label=f"Site {n}") for n in range(20)]
    group = Group.objects.create(name="Managers")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    AccountPermission.objects.create(group=group, permission="manage")
    manager = get_user_model().objects.create_user("manager")
    manager.groups.add(group)
    client = Client()
    client.force_login(manager)

    def ask(question: str) -> Any:
        first = datetime.now(UTC).date() - timedelta(days=days)
        question = question.format(account=accounts[3].pk)
        answer = client.get(f"/admin/{page}?first={first}{question}")
        assert answer.status_code == 200, answer.status_code
        assert told in answer.content
        return answer

    return ask


def _fill(rows: int, now: datetime) -> None:
    from django.db import connection

    from shareai_cms.models import RollUp, Usage, UsageDay, UsagePerson

    for model in (RollUp, UsageDay, UsagePerson, Usage):
        model._default_manager.all()._raw_delete("default")
    span = timedelta(days=DAYS - 1)
    given = {"first": 1, "rows": rows, "begin": now - span, "span": f"{DAYS - 1} days"}
    with connection.cursor() as cursor:
        cursor.execute(FILL, given)
        cursor.execute("VACUUM ANALYZE")
    assert Usage.objects.count() == rows


def _roll_up() -> tuple[float, int]:
    from django.db import connection

    from shareai_cms.reports import roll_up

    began, days = time.perf_counter(), 0
    while built := roll_up(budget_seconds=60):
        days += built
    seconds = time.perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return seconds, days


def _queries(ask: Callable[[str], Any], question: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    ask(question)
    with CaptureQueriesContext(connection) as captured:
        ask(question)
    if os.environ.get("BENCH_SQL"):
        for query in sorted(captured.captured_queries, key=lambda each: -float(each["time"]))[:5]:
            print(f"    {query['time']} s {query['sql'][:300]}")
    return len(captured)


def _times_ms(ask: Callable[[str], Any], question: str) -> list[float]:
    """Milliseconds of several turns, fewest first."""
    times = []
    for _turn in range(TURNS):
        began = time.perf_counter()
        ask(question)
        times.append((time.perf_counter() - began) * 1_000)
    return sorted(times)


if __name__ == "__main__":
    main()
