"""A made-up site for the benches of search: words by Zipf's law, vectors in clusters, by COPY where there is one."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

DIMENSIONS = 384
#: Passages of a document.
EACH = 4
WORDS = 50_000
CLUSTERS = 400
_SYLLABLES = [
    "ba",
    "ke",
    "ri",
    "to",
    "mu",
    "la",
    "ne",
    "so",
    "vi",
    "da",
    "pe",
    "ro",
    "ti",
    "chu",
    "ga",
    "lo",
    "mi",
    "sha",
    "fe",
    "nu",
]
_PIECE = 5_000


@dataclass(frozen=True)
class Corpus:
    """What was put in: questions can be asked about it."""

    generation: Any
    passages: int
    #: (passages, dimensions), by rising passage id.
    vectors: Any
    vocabulary: list[str]
    #: Site accounts that have a tenth and a hundredth of the documents.
    tenth: int
    hundredth: int

    def questions(self, count: int) -> list[tuple[list[str], Any]]:
        """Three words and a vector near that of some passage, each time."""
        import numpy as np

        numbers = np.random.default_rng(11)
        asked = []
        for _ in range(count):
            vector = self.vectors[numbers.integers(self.passages)] + 0.05 * numbers.standard_normal(DIMENSIONS)
            ranks = numbers.integers(20, 5_000, size=3)
            words = [self.vocabulary[rank] for rank in ranks]
            asked.append((words, (vector / np.linalg.norm(vector)).astype(np.float32)))
        return asked


class Inserts:
    """Stands in for psycopg's ``copy`` on a database that has none."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor
        self._rows: list[Any] = []

    @contextmanager
    def copy(self, statement: str) -> Iterator[Inserts]:
        """``COPY table (columns) FROM STDIN`` as inserts in one transaction."""
        from django.db import transaction

        self._rows = []
        yield self
        table = statement.removeprefix("COPY ").removesuffix(" FROM STDIN")
        places = ", ".join(["%s"] * len(self._rows[0]))
        with transaction.atomic():
            self._cursor.executemany(f"INSERT INTO {table} VALUES ({places})", self._rows)

    def write_row(self, row: Any) -> None:
        self._rows.append(row)


def vocabulary() -> list[str]:
    numbers = random.Random(3)
    made: dict[str, None] = {}
    while len(made) < WORDS:
        made["".join(numbers.choices(_SYLLABLES, k=numbers.randint(2, 5))) + numbers.choice(("", "s", "ing", "ed"))] = (
            None
        )
    return list(made)


def fill(passages: int) -> Corpus:
    """Put a site with this many passages into the empty tables."""
    import numpy as np
    from django.db import connection

    from shareai_cms.metering import open_account
    from shareai_cms.models import Generation, SearchClock

    accounts = [open_account(platform="bench", reference=str(number)).pk for number in range(12)]
    generation = Generation.objects.create(model="bench", dimensions=DIMENSIONS, state="active")
    numbers = np.random.default_rng(7)
    vectors = _vectors(numbers, passages)
    known = vocabulary()
    cumulated = np.cumsum(1 / np.arange(1, WORDS + 1) ** 1.05)
    is_postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        target = cursor if is_postgres else Inserts(cursor)
        _documents(target, passages // EACH, accounts, known)
        for start in range(0, passages, _PIECE):
            _passages(target, start, min(start + _PIECE, passages), known, numbers, cumulated)
            _embeddings(target, start, vectors[start : start + _PIECE], generation.pk)
        cursor.execute("VACUUM ANALYZE" if is_postgres else "ANALYZE")
    SearchClock.objects.update_or_create(pk=1, defaults={"version": 1, "born": 1})
    return Corpus(generation, passages, vectors, known, accounts[10], accounts[11])


def _vectors(numbers: Any, passages: int) -> Any:
    import numpy as np

    centres = numbers.standard_normal((CLUSTERS, DIMENSIONS), dtype=np.float32)
    made = centres[numbers.integers(CLUSTERS, size=passages)]
    made += 0.8 * numbers.standard_normal((passages, DIMENSIONS), dtype=np.float32)
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    return made


def _documents(cursor: Any, count: int, accounts: list[int], known: list[str]) -> None:
    now = datetime.now(UTC)
    numbers = random.Random(5)
    columns = (
        "id, account_id, source, object_type, object_ref, ref_number, language, title, title_words, digest, indexed_at"
    )
    with cursor.copy(f"COPY shareai_cms_searchdocument ({columns}) FROM STDIN") as copy:
        for number in range(1, count + 1):
            account = accounts[11] if number % 100 == 0 else accounts[10] if number % 10 == 5 else accounts[number % 10]
            title = " ".join(numbers.choices(known[:5_000], k=4))
            row = (account, "bench", "bench.page", str(number), number, "en", title, title, "d", now)
            copy.write_row((number, *row))


def _passages(cursor: Any, start: int, end: int, known: list[str], numbers: Any, cumulated: Any) -> None:
    import numpy as np

    lengths = numbers.integers(60, 120, size=end - start)
    drawn = np.searchsorted(cumulated, numbers.random(int(lengths.sum())) * cumulated[-1]).tolist()
    columns = "id, document_id, position, heading, text, words, digest, version"
    place = 0
    with cursor.copy(f"COPY shareai_cms_passage ({columns}) FROM STDIN") as copy:
        for number, length in zip(range(start, end), lengths.tolist(), strict=True):
            words = " ".join([known[rank] for rank in drawn[place : place + length]])
            place += length
            copy.write_row((number + 1, number // EACH + 1, number % EACH, "", "", words, f"{number:064x}", 1))


def _embeddings(cursor: Any, start: int, vectors: Any, generation: int) -> None:
    now = datetime.now(UTC)
    with cursor.copy("COPY shareai_cms_embedding (generation_id, digest, vector, created_at) FROM STDIN") as copy:
        for number, vector in enumerate(vectors, start):
            copy.write_row((generation, f"{number:064x}", vector.tobytes(), now))


def clear() -> None:
    """Empty the tables again."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE shareai_cms_passage, shareai_cms_searchdocument, shareai_cms_embedding, "
            "shareai_cms_searchclock, shareai_cms_generation"
        )
