"""Whether searches can find what the site says."""

from __future__ import annotations

from collections.abc import Iterator

from shareai_cms.conf import conf
from shareai_cms.doctor.findings import Finding, Scope, ok, warning
from shareai_cms.marketplace.text import in_digits
from shareai_cms.metering.retry import rows
from shareai_cms.models import Generation, IndexJob, Passage, SearchDocument
from shareai_cms.search import building, jobs

AREA = "Search"
INDEX = "Run manage.py shareai_index."


def examine_search(_scope: Scope) -> Iterator[Finding]:
    if not conf.search:
        yield ok(AREA, "Search is switched off.")
        return
    documents = rows(SearchDocument).count()
    active = building.active()
    if active is None:
        yield _of_nothing(documents)
    else:
        yield from _of_generation(active, documents)
    yield from _of_failures()


def _of_nothing(documents: int) -> Finding:
    if documents:
        text = f"{in_digits(documents)} objects are indexed by their words alone, without vectors."
    else:
        text = "Nothing is indexed yet, so searches find nothing."
    return warning(AREA, text, f"{INDEX} It says first what that takes.")


def _of_generation(active: Generation, documents: int) -> Iterator[Finding]:
    from shareai_cms.search import vectors

    if building.is_current(active):
        yield ok(AREA, f"{in_digits(documents)} objects are indexed with {active.model}.")
    else:
        yield warning(
            AREA,
            f"The index was built with {active.model} ({active.dimensions} dimensions), and the settings ask for "
            "another embedding model or length: searches use keywords alone.",
            f"{INDEX} Or set EMBEDDING_MODEL and EMBEDDING_DIMENSIONS back.",
        )
    if lacking := vectors.without_vector(active).count():
        yield warning(
            AREA,
            f"{in_digits(lacking)} of {in_digits(rows(Passage).count())} passages have no vector.",
            f"They are tried again by shareai_work. {INDEX}",
        )


def _of_failures() -> Iterator[Finding]:
    failed = rows(IndexJob).filter(failures__gt=0).order_by("-failures", "pk")
    first = failed.first()
    if first is None:
        return
    of_vectors = first.object_type == jobs.VECTORS
    what = "The vectors" if of_vectors else f"{first.object_type} {first.object_ref}"
    yield warning(
        AREA,
        f"{in_digits(failed.count())} things could not be indexed; the first: {what} ({first.error}).",
        "The log shareai_cms.search says when. They are tried again by shareai_work.",
    )
