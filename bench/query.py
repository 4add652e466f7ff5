"""A whole search at 100,000 passages of 384 dimensions whose question was asked before: ``python -m bench.query``.

Through the public call, first page and count, for everybody and with querysets that keep a tenth and a hundredth of
25,000 objects; once on SQLite with Django's default options and once on PostgreSQL. The legs are taken one by one on
the same questions, so that they need not add up to the whole.
"""

from __future__ import annotations

import json
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from bench import _corpus
from tests.databases import postgres_server

PASSAGES = 100_000
TURNS = 60
PAGE = 10
DATABASES = {"SQLite": "tests.settings", "PostgreSQL": "tests.settings_postgres"}


def main() -> dict[str, Any]:
    """Run the bench and return its figures by database; times are milliseconds."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    figures = {}
    with postgres_server():
        for name, settings in DATABASES.items():
            # Django reads its settings once, so each of them is measured in a process of its own.
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
                figures[name] = process.submit(measure, settings).result()
            _print(name, figures[name])
    print(json.dumps(figures))
    return figures


def _print(name: str, figures: dict[str, Any]) -> None:
    print(f"\n{name}, {PASSAGES:,} passages × {_corpus.DIMENSIONS}")
    for scope, found in figures.items():
        print(f"  {scope:<12}" + "".join(f"  {what} {value:.1f}" for what, value in found.items()))


def measure(settings: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="shareai-bench-query-") as folder:
        if settings == DATABASES["SQLite"]:
            os.environ["SHAREAI_TEST_DATABASE"] = str(Path(folder) / "bench.sqlite3")
        os.environ["DJANGO_SETTINGS_MODULE"] = settings
        import django
        from django.conf import settings as given
        from django.core.management import call_command

        django.setup()
        given.SHAREAI_CMS = {**given.SHAREAI_CMS, "SEARCH_DIR": str(Path(folder) / "search")}
        call_command("migrate", verbosity=0)
        return _measure()


def _measure() -> dict[str, Any]:
    from django.contrib.auth.models import Group

    from shareai_cms.search.stores.current import store_for

    corpus = _corpus.fill(PASSAGES)
    _give_objects(corpus)
    asked = _remember(corpus)
    store_for(corpus.generation).refresh()
    scopes = {
        "all": Group.objects.all(),
        "a tenth": Group.objects.filter(name__endswith="5"),
        "a hundredth": Group.objects.filter(name__endswith="35"),
    }
    return {name: {**_whole(asked, within), **_legs(asked, within)} for name, within in scopes.items()}


def _give_objects(corpus: _corpus.Corpus) -> None:
    """Objects and texts for what was put in; groups stand for pages."""
    from django.contrib.auth.models import Group
    from django.db import connection
    from django.db.models import F

    from shareai_cms.models import Passage, SearchDocument

    count = corpus.passages // _corpus.EACH
    Group.objects.all().delete()
    Group.objects.bulk_create([Group(pk=n, name=f"page {n}") for n in range(1, count + 1)], batch_size=5_000)
    SearchDocument.objects.update(object_type="auth.group")
    Passage.objects.update(text=F("words"))
    with connection.cursor() as cursor:
        # As a database that has held this for a day does by itself: with the statistics of the empty table of groups,
        # SQLite reads all of it to find a thousand keys.
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _remember(corpus: _corpus.Corpus) -> list[tuple[str, Any]]:
    """Questions whose vectors were kept before, with the asker."""
    from shareai_cms.conf import conf
    from shareai_cms.models import SiteAccount
    from shareai_cms.search.asking import normalised
    from shareai_cms.search.remembered import Place
    from shareai_cms.search.results import Asker

    generation = corpus.generation
    generation.model_asked, generation.floor = conf.embedding_model, 0.5
    generation.save()
    asker = Asker(account=SiteAccount.objects.order_by("pk").first(), is_logged=False)
    asked = []
    for words, vector in corpus.questions(TURNS):
        text = " ".join(words)
        lease = Place.of(normalised(text), asker.account, generation).take(60)
        assert lease is not None
        lease.keep(vector)
        asked.append((text, asker))
    return asked


def _query(text: str, asker: Any, within: Any) -> Any:
    from shareai_cms.search.results import Query

    return Query(text=text, within=(within,), asker=asker, language="en")


def _whole(asked: Sequence[tuple[str, Any]], within: Any) -> dict[str, float]:
    from shareai_cms.search.query import search

    pages, counts, both = [], [], []
    for text, asker in [*asked[:5], *asked]:
        began = time.perf_counter()
        results = search(_query(text, asker, within))
        found = results[:PAGE]
        shown = time.perf_counter()
        number = results.count()
        ended = time.perf_counter()
        assert results.outcome.is_cached
        assert len(found) == min(PAGE, number)
        pages.append(shown - began)
        counts.append(ended - shown)
        both.append(ended - began)
    return {
        "whole": _p50(both[5:]),
        "whole p95": _ms(statistics.quantiles(both[5:], n=20)[-1]),
        "first page": _p50(pages[5:]),
        "count": _p50(counts[5:]),
    }


def _legs(asked: Sequence[tuple[str, Any]], within: Any) -> dict[str, float]:
    """What the parts of a search take, each with what it needs from the ones before."""
    from shareai_cms.models import Generation
    from shareai_cms.search.asking import ask
    from shareai_cms.search.excerpts import excerpts
    from shareai_cms.search.fusing import FIRST_DEPTH, Ranking, Weights
    from shareai_cms.search.question import read
    from shareai_cms.search.spelling import correct
    from shareai_cms.search.stores.current import store_for
    from shareai_cms.search.within import Within

    clock = Clock()
    for text, asker in asked:
        clock.start()
        permitted = Within((within,))
        clock.lap("rights")
        generation = Generation.objects.get(state="active")
        store = store_for(generation)
        clock.start()
        question = correct(read(text, ("en",)), store)
        clock.lap("words")
        vector = ask(question.text, asker, generation).vector
        clock.lap("vector")
        scan = store.scan(question.terms, vector, permitted.scope())
        clock.lap("begin")
        scan.keywords(FIRST_DEPTH)
        clock.lap("keywords")
        scan.meaning(FIRST_DEPTH)
        clock.lap("meaning")
        weights = Weights(meaning=0.7, keywords=0.3)
        first = Ranking(scan, permitted, weights, has_vector=True, floor=generation.floor).first(PAGE)
        clock.lap("order")
        permitted.load([each.document for each in first])
        clock.lap("objects")
        excerpts([each.passage for each in first], question)
        clock.lap("excerpts")
    return {name: _p50(values) for name, values in clock.laps.items()}


class Clock:
    """A stop watch with names for its laps."""

    def __init__(self) -> None:
        self.laps: dict[str, list[float]] = {}
        self._last = 0.0

    def start(self) -> None:
        self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.laps.setdefault(name, []).append(now - self._last)
        self._last = time.perf_counter()


def _p50(values: Sequence[float]) -> float:
    return _ms(statistics.median(values))


def _ms(seconds: float) -> float:
    return round(seconds * 1_000, 2)


if __name__ == "__main__":
    main()
