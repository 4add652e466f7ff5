"""Some weeks of visitors' searches, for the pictures of their report; runs inside the demo site."""

from __future__ import annotations

import random
from datetime import timedelta

from django.utils import timezone

from shareai_cms.models import Generation, SearchLog, SiteAccount, Usage
from tests.browser.stock import DAYS, account_of

#: What was searched for, how often, how many pages were found and how near the best one came; and what it was put
#: right to.
SEARCHES = (
    ("can i bring my dog", 34, 3, 0.74, ""),
    ("opening hours", 31, 5, 0.81, ""),
    ("how to get there by bus", 22, 4, 0.69, ""),
    ("tide tables", 19, 7, 0.77, ""),
    ("a book to read at sea", 14, 9, 0.62, ""),
    ("something for children", 12, 6, 0.51, ""),
    ("lighthose", 9, 5, 0.72, "lighthouse"),
    ("bookbindig course", 6, 3, 0.7, "bookbinding course"),
    ("letterpres", 5, 4, 0.66, "letterpress"),
    ("shipping to canada", 8, 2, 0.58, ""),
    ("gift voucher", 11, 0, 0.12, ""),
    ("parking for a camper van", 6, 0, 0.17, ""),
    ("audiobook", 5, 0, 0.15, ""),
    ("wheelchair", 7, 1, 0.13, ""),
    ("press discount for schools", 4, 2, 0.16, ""),
)
#: One search in so many found the marketplace away; and one in so many was the first of its words.
AWAY, NEW = 25, 3


def be_searched(name: str, seed: int = 7) -> None:
    """Fill the log of a site, and what these searches took, on days of the last weeks."""
    choose, account = random.Random(seed), account_of(name)
    SearchLog.objects.all().delete()
    rows = []
    for text, often, results, cosine, corrected in SEARCHES:
        for _time in range(often):
            is_away = choose.randrange(AWAY) == 0
            row = SearchLog(
                account=account,
                created_at=timezone.now() - timedelta(days=choose.triangular(0, DAYS - 1, 3), minutes=5),
                text=text,
                corrected=corrected,
                language="en",
                surface="site",
                mode=SearchLog.Mode.KEYWORDS if is_away else SearchLog.Mode.MEANING,
                reason="marketplace" if is_away else "",
                results=results,
                best_cosine=None if is_away else cosine,
            )
            row.is_cached = not is_away and choose.randrange(NEW) > 0
            row.units = int(not is_away and not row.is_cached)
            rows.append(row)
    SearchLog.objects.bulk_create(rows)
    Usage.objects.bulk_create(_used(account, row, number) for number, row in enumerate(rows) if row.units)
    # Its vectors are as old as the searches: those of before are not judged by it.
    Generation.objects.update(activated_at=timezone.now() - timedelta(days=DAYS))


def _used(account: SiteAccount, row: SearchLog, number: int) -> Usage:
    return Usage(
        account=account,
        wallet=account.wallet,
        key=f"searched-{account.pk}-{number}",
        fingerprint="0" * 64,
        state="settled",
        outcome="delivered",
        meter="searches",
        units=row.units,
        deadline=row.created_at + timedelta(minutes=5),
        created_at=row.created_at,
        resolved_at=row.created_at,
        actor_kind="visitor",
        feature="search",
        model_answered="sandbox-embedding",
        tokens_in=6,
        cost_millionths=40,
    )
