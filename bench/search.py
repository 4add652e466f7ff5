"""Search at 10,000 and 100,000 passages of 384 dimensions, leg by leg, on both stores: ``python -m bench.search``.

Every time of a leg stands beside the bare float32 product of NumPy over the same vectors, in one thread and taken in
turns with it, so that a busy machine slows both. Filters are site accounts with a tenth and a hundredth of
the documents.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench import _corpus
from tests.databases import postgres_server

ROOT = Path(__file__).resolve().parent.parent
SIZES = (10_000, 100_000)
TURNS = 25
#: As deep as a search reads its legs first.
DEPTH = 256
TOP = 10
#: What a worker of the site maps and what it has to itself, after a few searches, in bytes.
WORKER = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings_postgres"
import django; django.setup()
from django.conf import settings
settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "SEARCH_DIR": sys.argv[1]}
import numpy as np
from shareai_cms.models import Generation
from shareai_cms.search.stores.base import Scope
from shareai_cms.search.stores.current import store_for
generation = Generation.objects.get()
def told(name, pattern):
    return sum(int(line.split()[1]) for line in open(name) if line.startswith(pattern)) * 1024
vector = np.ones(generation.dimensions, dtype=np.float32) / generation.dimensions ** 0.5
vector @ np.ones((1_000, generation.dimensions), dtype=np.float32).T
before = told("/proc/self/smaps_rollup", "Anonymous:")
for _ in range(5):
    scan = store_for(generation).scan(["ba"], vector, Scope())
    scan.keywords(256), scan.meaning(256), scan.sample()
private = told("/proc/self/smaps_rollup", "Anonymous:") - before
mapped, is_ours = 0, False
for line in open("/proc/self/smaps"):
    if "-" in line.split(" ")[0]:
        is_ours = sys.argv[1] in line
    elif is_ours and line.startswith("Rss:"):
        mapped += int(line.split()[1]) * 1024
print(private, mapped)
"""


def main() -> dict[str, Any]:
    """Run the bench and return its figures; times are milliseconds."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    with postgres_server():
        os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings_postgres"
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        figures = {str(size): _measure(size) for size in SIZES}
    print(json.dumps(figures))
    return figures


def _measure(size: int) -> dict[str, Any]:
    from django.conf import settings

    with tempfile.TemporaryDirectory(prefix="shareai-bench-search-") as folder:
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "SEARCH_DIR": folder}
        corpus = _corpus.fill(size)
        print(f"\n{size:,} passages × {_corpus.DIMENSIONS}", flush=True)
        found = {"snapshot": _snapshot(corpus, folder), "pgvector": _pgvector(corpus)}
        _corpus.clear()
    return found


def _snapshot(corpus: _corpus.Corpus, folder: str) -> dict[str, Any]:
    from shareai_cms.search.stores import kernels
    from shareai_cms.search.stores.current import store_for

    store = store_for(corpus.generation)
    seconds = _seconds(store.refresh)
    disk = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
    private, mapped = _memory(folder)
    print(f"  snapshot made in {seconds:.1f} s, {disk / corpus.passages:,.0f} bytes a passage on disk")
    print(f"  a worker maps {mapped / 2**20:.0f} MB, shared by all, and has {private / 2**20:.0f} MB to itself")
    figures = {"seconds": seconds, "disk": disk, "private": private, "mapped": mapped}
    figures["fast"] = _legs("snapshot, numkong", corpus, store) if kernels.are_installed() else None
    with _without_kernels():
        figures["plain"] = _legs("snapshot, NumPy", corpus, store)
    return figures


@contextmanager
def _without_kernels() -> Iterator[None]:
    from shareai_cms.search.stores import kernels

    usual = kernels.are_installed
    kernels.are_installed = lambda: False  # type: ignore[assignment]
    try:
        yield
    finally:
        kernels.are_installed = usual


def _pgvector(corpus: _corpus.Corpus) -> dict[str, Any]:
    from django.conf import settings
    from django.db import connection

    from shareai_cms.search.stores.current import store_for

    settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "SEARCH_STORE": "pgvector"}
    store = store_for(corpus.generation)
    seconds = _seconds(store.refresh)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute(
            "SELECT relname, pg_total_relation_size(oid) FROM pg_class WHERE relname ~ '^shareai_v.*_[0-9a-f]{8}'"
        )
        sizes = dict(cursor.fetchall())
    settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "SEARCH_STORE": "snapshot"}
    disk = max(size for name, size in sizes.items() if not name.endswith("_near"))
    near = max((size for name, size in sizes.items() if name.endswith("_near")), default=0)
    each = (disk / corpus.passages, near / corpus.passages)
    print(
        f"  pgvector's tables made in {seconds:.1f} s, {each[0]:,.0f} bytes a passage, {each[1]:,.0f} of them the index"
    )
    return {"seconds": seconds, "disk": disk, "index": near, **_legs("pgvector", corpus, store)}


def _legs(name: str, corpus: _corpus.Corpus, store: Any) -> dict[str, Any]:
    from shareai_cms.search.stores.base import Scope
    from shareai_cms.search.words import stems

    asked = [(stems(words, "en"), vector) for words, vector in corpus.questions(TURNS)]
    scopes = {
        "all": Scope(),
        "10 %": Scope(accounts=(corpus.tenth,)),
        "1 %": Scope(accounts=(corpus.hundredth,)),
    }
    figures: dict[str, Any] = {}
    for label, scope in scopes.items():
        # A leg is measured without the look at the clock that begins a scan, and the whole with it.
        scans = [store.scan(terms, vector, scope) for terms, vector in asked]
        bare, meaning, keywords, whole = _in_turns(
            lambda turn: corpus.vectors @ asked[turn][1],
            lambda turn, scans=scans: scans[turn].meaning(DEPTH),
            lambda turn, scans=scans: scans[turn].keywords(DEPTH),
            lambda turn, scope=scope: _scan_whole(store, *asked[turn], scope),
        )
        recall, holes = _recall(corpus, store, scope, [vector for _terms, vector in asked])
        figures[label] = {
            "bare": bare,
            "meaning": meaning,
            "ratio": meaning / bare,
            "keywords": keywords,
            "whole": whole,
            "recall": recall,
            "holes": holes,
        }
        print(
            f"  {name:<18} {label:>4}: meaning {meaning:6.2f} ms = {meaning / bare:4.2f} × bare {bare:5.2f} ms,"
            f" keywords {keywords:6.2f} ms, all of a scan {whole:6.2f} ms, recall {recall:.3f}",
            flush=True,
        )
    return figures


def _scan_whole(store: Any, terms: list[str], vector: Any, scope: Any) -> None:
    """What a search asks of a store, from its beginning to a page of results."""
    import numpy as np

    scan = store.scan(terms, vector, scope)
    keywords, meaning = scan.keywords(DEPTH), scan.meaning(DEPTH)
    scan.scores_of(np.union1d(keywords.passages, meaning.passages))
    scan.sample()


def _recall(corpus: _corpus.Corpus, store: Any, scope: Any, vectors: list[Any]) -> tuple[float, int]:
    """Share of the truly best that are found, and how many results were missing though there are more."""
    import numpy as np

    from shareai_cms.models import Passage

    permitted = np.arange(1, corpus.passages + 1)
    if scope.accounts:
        found = Passage.objects.filter(document__account__in=scope.accounts).order_by("pk").values_list("pk", flat=True)
        permitted = np.fromiter(found, dtype=np.int64)
    shares, holes = [], 0
    for vector in vectors:
        scores = corpus.vectors[permitted - 1] @ vector
        best = set(permitted[np.argsort(-scores, kind="stable")[:TOP]].tolist())
        leg = store.scan((), vector, scope).meaning(TOP)
        shares.append(len(best & set(leg.passages.tolist())) / len(best))
        holes += min(TOP, len(permitted)) - len(leg.passages)
    return statistics.mean(shares), holes


def _in_turns(*calls: Callable[[int], Any]) -> list[float]:
    """Median milliseconds of calls that take turns."""
    times: list[list[float]] = [[] for _call in calls]
    for turn in range(TURNS):
        for call, taken in zip(calls, times, strict=True):
            began = time.perf_counter()
            call(turn)
            taken.append((time.perf_counter() - began) * 1_000)
    return list(map(statistics.median, times))


def _seconds(call: Callable[[], Any]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def _memory(folder: str) -> tuple[int, int]:
    if not sys.platform.startswith("linux"):
        return 0, 0
    told = subprocess.run([sys.executable, "-c", WORKER, folder], cwd=ROOT, check=True, capture_output=True, text=True)
    private, mapped = map(int, told.stdout.split())
    return private, mapped


if __name__ == "__main__":
    main()
