"""nDCG@10 on public graded sets through the public search call: ``python -m bench.ranking [--quick] [set …]``.

The sets lie outside of the repository (``SEARCH_DATA``, or ``../shared/search-data`` beside the checkout) with the
vectors of a real model, which the sandbox serves for the queries. For each set: the search as it ships, beside
keywords alone, vectors alone and reciprocal rank fusion; raw, and condensed to the documents that were judged; and
the same with one typing error in every query. ``--quick`` takes the smallest set and fifty of its queries.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

from bench import _relevance
from bench._relevance import DEPTH, Graded, misspelt, ndcg
from tests.services import SandboxProcess

if TYPE_CHECKING:
    from bench._graded import Corpus

SETS = ("cranfield", "vaswani", "icecat")
QUICK = 50
#: How deep lists are fused by rank, and condensed.
LIST = 200
RRF = 60
KINDS = ("raw", "condensed")
METHODS = ("search", "keywords", "vectors", "RRF")
#: Halves of the queries, to see how far a cost hangs on which they are. The spelling's measures were chosen with both
#: in view: neither is held out.
HALVES = ("one half", "the other half")

#: Documents found by each method, query by query.
Lists = dict[str, dict[str, list[str]]]


def main() -> dict[str, Any]:
    """Run the bench and return its figures by set."""
    if not _relevance.folder().is_dir():
        sentence = f"There are no graded sets in {_relevance.folder()}; SEARCH_DATA names another folder."
        print(sentence)
        return {"skipped": sentence}
    # ``make bench`` judges the figures of all sets; by itself the bench takes a choice.
    names = [name for name in sys.argv[1:] if name in SETS] or (SETS[:1] if _is_quick() else SETS)
    with _database() as folder:
        figures = {name: _measure(_relevance.read(name), folder) for name in names}
    print(json.dumps(figures))
    return figures


def _is_quick() -> bool:
    return "--quick" in sys.argv or bool(os.environ.get("BENCH_QUICK"))


@contextmanager
def _database() -> Iterator[Path]:
    """An empty database, and a folder for everything else."""
    with tempfile.TemporaryDirectory(prefix="shareai-bench-") as name:
        os.environ["SHAREAI_TEST_DATABASE"] = str(Path(name) / "bench.sqlite3")
        os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
        import django
        from django.conf import settings
        from django.core.management import call_command

        django.setup()
        settings.SHAREAI_CMS = {
            "ENVIRONMENT": "sandbox",
            "SEARCH_DIR": str(Path(name) / "search"),
            "SEARCH_DAILY_CAP": 10**9,
            "DEFAULT_PLAN": {"searches": 10**9},
        }
        call_command("migrate", verbosity=0)
        yield Path(name)


@contextmanager
def _sandbox(graded: Graded, corpus: Corpus, folder: Path) -> Iterator[None]:
    """A marketplace that knows the vectors of the queries, as they are and as the site would correct them."""
    from django.conf import settings

    from shareai_cms.sandbox.given import write_vectors

    given = {}
    for text, vector in zip(graded.queries.values(), graded.query_vectors, strict=True):
        given[text] = given[corpus.corrected(text)] = vector.tobytes()
    write_vectors(folder / "vectors.json", given)
    with SandboxProcess(vectors=folder / "vectors.json") as sandbox:
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "SANDBOX_URL": sandbox.url}
        yield


def _off_topic(graded: Graded) -> Any:
    """Queries of another set: nothing in this one answers them."""
    return _relevance.read("cranfield" if graded.name == "icecat" else "icecat").query_vectors


def _measure(graded: Graded, folder: Path) -> dict[str, Any]:
    from bench._graded import fill

    began = time.perf_counter()
    corpus = fill(graded, _off_topic(graded))
    queries = dict(list(graded.queries.items())[: QUICK if _is_quick() else None])
    print(f"\n{graded.name}: {len(graded.passages):,} passages, {len(queries)} queries, floor {corpus.floor:.3f}")
    figures: dict[str, Any] = {}
    with _sandbox(graded, corpus, folder):
        right = _lists(corpus, queries)
        wrong = _lists(corpus, {key: misspelt(text) for key, text in queries.items()})
    figures["right"] = _means("", right, graded)
    figures["misspelt"] = _means("one typing error", wrong, graded)
    figures["corrected"] = corpus.corrected_share(queries.values())
    for kind in KINDS:
        figures[f"typo_costs_{kind}"] = figures["right"][kind]["search"] - figures["misspelt"][kind]["search"]
    figures["typo_costs_by_half"] = _costs_by_half(right["search"], wrong["search"], graded)
    costs = ", ".join(f"{figures[f'typo_costs_{kind}']:.4f} {kind}" for kind in KINDS)
    halves = ", ".join(f"{cost:.4f} {half}" for half, cost in figures["typo_costs_by_half"].items())
    print(f"  {figures['corrected']:.0%} of the typing errors are put right; they cost {costs}; raw, {halves}")
    print(f"  ({time.perf_counter() - began:.0f} s)")
    return figures


def _costs_by_half(right: Mapping[str, list[str]], wrong: Mapping[str, list[str]], graded: Graded) -> dict[str, float]:
    """What the typing errors cost in each half of the queries, raw."""
    costs = {}
    for number, half in enumerate(HALVES):
        mine = [key for key in right if hashlib.sha256(key.encode()).digest()[-1] % len(HALVES) == number]
        before, after = (_mean({key: lists[key] for key in mine}, graded.grades) for lists in (right, wrong))
        costs[half] = before - after
    return costs


def _means(title: str, lists: Lists, graded: Graded) -> dict[str, dict[str, float]]:
    figures = {}
    for kind in KINDS:
        is_condensed = kind == "condensed"
        figures[kind] = {method: _mean(lists[method], graded.grades, is_condensed=is_condensed) for method in METHODS}
        shown = "   ".join(f"{method} {figures[kind][method]:.4f}" for method in METHODS)
        print(f"  {title:<18}{kind:<10} {shown}")
    return figures


def _lists(corpus: Corpus, queries: Mapping[str, str]) -> Lists:
    lists: Lists = {method: {} for method in METHODS}
    for key, text in queries.items():
        keywords, vectors = corpus.search(text, by_meaning=False), corpus.search(text, weights=(1.0, 0.0))
        lists["search"][key] = corpus.search(text)
        lists["keywords"][key], lists["vectors"][key] = keywords, vectors
        lists["RRF"][key] = _fused_by_rank(keywords[:LIST], vectors[:LIST])
    return lists


def _fused_by_rank(*lists: Sequence[str]) -> list[str]:
    scores: dict[str, float] = {}
    for each in lists:
        for place, document in enumerate(each):
            scores[document] = scores.get(document, 0.0) + 1 / (RRF + place + 1)
    return sorted(scores, key=lambda document: (-scores[document], document))


def _mean(
    lists: Mapping[str, Sequence[str]], grades: Mapping[str, Mapping[str, float]], *, is_condensed: bool = False
) -> float:
    found = {
        key: [document for document in documents if not is_condensed or document in grades.get(key, {})]
        for key, documents in lists.items()
    }
    measured = [ndcg(documents[:DEPTH], grades.get(key, {})) for key, documents in found.items()]
    return fmean(value for value in measured if value is not None)


if __name__ == "__main__":
    main()
