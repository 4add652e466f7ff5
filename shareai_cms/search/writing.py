"""The rows of one document, written in one transaction that holds only as long as the job is the worker's own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone

from shareai_cms.marketplace.text import clean
from shareai_cms.metering.retry import rows, transact
from shareai_cms.models import Embedding, Generation, IndexJob, Passage, SearchDocument, SiteAccount
from shareai_cms.search import clock, jobs
from shareai_cms.search.passages import Piece, document_digest, split, title_of
from shareai_cms.search.references import number_of
from shareai_cms.search.sources.base import Extract, Source
from shareai_cms.search.words import words

#: Generations that vectors are made for.
LIVING = (Generation.State.ACTIVE, Generation.State.BUILDING)


class _Lost(Exception):
    """The object was asked for again, or taken over, while it was being read."""


def remove(job: IndexJob) -> bool:
    """Take the job's object out of the index, and end the job."""
    documents = rows(SearchDocument).filter(object_type=job.object_type, object_ref=job.object_ref)
    if not documents.exists():
        return jobs.finish(job)

    def body() -> None:
        clock.tick()
        _end(job)
        documents.delete()

    return _unless_lost(body)


def write(job: IndexJob, source: Source, account: SiteAccount, extract: Extract) -> bool:
    """Bring the object's rows up to what was read, and end the job; False where a newer request has it now."""
    pieces = split(extract)
    document = rows(SearchDocument).filter(object_type=job.object_type, object_ref=job.object_ref).first()
    digest = document_digest(extract, pieces)
    language = clean(extract.language)[:35]
    said = {"account_id": account.pk, "source": source.slug, "language": language, "digest": digest}
    if document is not None and all(getattr(document, name) == value for name, value in said.items()):
        return jobs.finish(job)
    title = title_of(extract)
    said |= {"title": title, "title_words": _words(title, language), "indexed_at": timezone.now()}
    texts = [_words(f"{piece.heading}\n{piece.text}", language) for piece in pieces]

    def body() -> None:
        version = clock.tick()
        _end(job)
        changed = _document(job, document, said)
        _passages(changed, pieces, texts, version, is_all=document is None or not _is_same(document, said))
        request_vectors({piece.digest for piece in pieces})

    return _unless_lost(body)


def request_vectors(digests: Iterable[str]) -> None:
    """Ask for the vectors of these texts that a generation lacks."""
    wanted = set(digests)
    for generation in rows(Generation).filter(state__in=LIVING).values_list("pk", flat=True):
        known = rows(Embedding).filter(generation=generation, digest__in=wanted).count()
        if known < len(wanted):
            jobs.request_vectors(generation)


def _unless_lost(body: Any) -> bool:
    try:
        transact(body)
    except _Lost:
        return False
    return True


def _end(job: IndexJob) -> None:
    if not jobs.finish(job):
        raise _Lost


def _words(text: str, language: str) -> str:
    return " ".join(words(text, language))


def _is_same(document: SearchDocument, said: dict[str, Any]) -> bool:
    """Whether nothing has changed that counts for every passage of the document."""
    return all(getattr(document, name) == said[name] for name in ("account_id", "language", "title"))


def _document(job: IndexJob, document: SearchDocument | None, said: dict[str, Any]) -> int:
    if document is not None and rows(SearchDocument).filter(pk=document.pk).update(**said):
        return document.pk
    named = {"object_type": job.object_type, "object_ref": job.object_ref}
    new = SearchDocument(**named, ref_number=number_of(job.object_ref), **said)
    rows(SearchDocument).bulk_create([new], ignore_conflicts=True)
    return rows(SearchDocument).values_list("pk", flat=True).get(**named)


def _passages(document: int, pieces: Sequence[Piece], texts: Sequence[str], version: int, *, is_all: bool) -> None:
    """Keep the rows whose text stays, use up the others for what is new, and drop what is left."""
    former: dict[tuple[str, str], list[Passage]] = defaultdict(list)
    for row in rows(Passage).filter(document=document).order_by("position"):
        former[row.heading, row.digest].append(row)
    kept = [_same(former, piece) for piece in pieces]
    spare = [row for same in former.values() for row in same]
    new: list[Passage] = []
    changed: list[Passage] = []
    for position, (same, piece, text) in enumerate(zip(kept, pieces, texts, strict=True)):
        if same is not None and not is_all:
            if same.position != position:
                same.position = position
                changed.append(same)
            continue
        row = same if same is not None else spare.pop() if spare else Passage(document_id=document)
        row.position, row.heading, row.text, row.words = position, piece.heading, piece.text, text
        row.digest, row.version = piece.digest, version
        (changed if row.pk else new).append(row)
    rows(Passage).filter(pk__in=[row.pk for row in spare]).delete()
    rows(Passage).bulk_create(new)
    rows(Passage).bulk_update(changed, ["position", "heading", "text", "words", "digest", "version"], batch_size=100)


def _same(former: dict[tuple[str, str], list[Passage]], piece: Piece) -> Passage | None:
    """A row that says the same, used up by it."""
    found = former.get((piece.heading, piece.digest))
    return found.pop(0) if found else None
