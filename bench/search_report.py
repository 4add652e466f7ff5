"""The report of searches while a month's log grows to a million rows: ``python -m bench.search_report``.

A month of 20 sites on PostgreSQL with 200,000 different searches, and the page as Django answers it: cards, reasons,
chart and the tables of words, for every site and for one.
"""

from __future__ import annotations

import json
import os
import statistics
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.report import TURNS, _queries, _site, _times_ms
from tests.databases import postgres_server

ROWS = (1_000, 1_000_000)
QUESTIONS = {"every site": "", "one site": "&account={account}", "one language": "&language=de"}
FILL = """
INSERT INTO shareai_cms_searchlog (account_id, created_at, text, corrected, language, surface, mode, reason, is_cached,
    results, best_cosine, units, duration_ms)
SELECT account.id, at, 'Search number ' || words, CASE WHEN dice < 0.05 THEN 'search number ' || words ELSE '' END,
    CASE WHEN dice < 0.3 THEN 'de' ELSE 'en' END, 'site', CASE WHEN dice > 0.9 THEN 'keywords' ELSE 'meaning' END,
    CASE WHEN dice > 0.9 THEN 'no_units' ELSE '' END, dice < 0.5, floor(random() * 30), 0.2 + random() * 0.5,
    CASE WHEN dice < 0.5 THEN 0 ELSE 1 END, 20
FROM (SELECT %(begin)s::timestamptz + random() * interval '27 days' AS at, 1 + floor(random() * 20) AS place,
          floor(200000 * random() ^ 3) AS words, random() AS dice
      FROM generate_series(1, %(rows)s)) AS made
JOIN (SELECT id, row_number() OVER (ORDER BY id) AS place FROM shareai_cms_siteaccount) AS account USING (place)
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

    from shareai_cms.models import Generation

    call_command("migrate", verbosity=0)
    now = datetime.now(UTC)
    Generation.objects.create(state="active", model="a-model", floor=0.3, activated_at=now - timedelta(days=99))
    ask = _site("shareai/searches/", days=29, told=b"searches")
    figures: dict[str, Any] = {"queries": {}, "milliseconds": {}}
    for size in ROWS:
        _fill(size, now - timedelta(days=28))
        print(f"\n{size:>9,} rows")
        for name, question in QUESTIONS.items():
            queries, times = _queries(ask, question), _times_ms(ask, question)
            figures["queries"].setdefault(name, []).append(queries)
            figures["milliseconds"].setdefault(name, []).append(round(statistics.median(times), 1))
            spread = f"{times[0]:.1f} to {times[-1]:.1f}"
            print(f"  {name:<14} {queries:>3} queries {statistics.median(times):8.1f} ms, median of {TURNS} ({spread})")
    figures["slowest"] = max(times[-1] for times in figures["milliseconds"].values())
    figures["queries_more"] = max(found[-1] - found[0] for found in figures["queries"].values())
    return figures


def _fill(rows: int, begin: datetime) -> None:
    from django.db import connection

    from shareai_cms.models import SearchLog

    SearchLog._default_manager.all()._raw_delete("default")
    with connection.cursor() as cursor:
        cursor.execute(FILL, {"rows": rows, "begin": begin})
        cursor.execute("VACUUM ANALYZE")
    assert SearchLog.objects.count() == rows


if __name__ == "__main__":
    main()
