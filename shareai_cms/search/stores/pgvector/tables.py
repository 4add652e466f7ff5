"""The tables of one generation. They are made and filled from ours, and may be dropped at any time.

They are no models: their vectors have the generation's number of dimensions, which an index needs, and the
extension they need must not keep a migration from running.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.backends.utils import CursorWrapper

from shareai_cms.models import Generation
from shareai_cms.search.clock import Moment
from shareai_cms.search.words import version as version_of_words

#: Another number means that tables of before are made anew.
FORMAT = 1
#: pgvector indexes up to 2,000 dimensions in single precision and up to 4,000 in half
#: (https://github.com/pgvector/pgvector#hnsw).
MOST_SINGLE, MOST_INDEXED = 2_000, 4_000

_MAKE = """
    CREATE TABLE {vectors} (
        passage bigint PRIMARY KEY, document bigint NOT NULL, account bigint NOT NULL, ref bigint NOT NULL,
        object_type text NOT NULL, length integer NOT NULL, terms integer[] NOT NULL, counts smallint[] NOT NULL,
        words integer[] NOT NULL, vector {kind}
    );
    CREATE INDEX ON {vectors} (account);
    CREATE INDEX ON {vectors} (ref);
    CREATE INDEX ON {vectors} USING gin (terms);
    CREATE TABLE {terms} (id serial PRIMARY KEY, text text COLLATE "C" UNIQUE NOT NULL, passages integer NOT NULL);
    CREATE TABLE {words} (
        id serial PRIMARY KEY, text text COLLATE "C" UNIQUE NOT NULL, written text NOT NULL, passages integer NOT NULL
    );
    CREATE TABLE {state} (
        born bigint NOT NULL, version bigint NOT NULL, made_by text NOT NULL, passages bigint NOT NULL,
        length bigint NOT NULL, letters text NOT NULL, sample bigint[] NOT NULL
    );
"""
_NAMES = ("vectors", "terms", "words", "state")


@dataclass(frozen=True)
class TableState:
    """What the tables hold."""

    moment: Moment
    passages: int
    length: int
    letters: str
    sample: tuple[int, ...]


class Tables:
    def __init__(self, generation: Generation) -> None:
        self.generation = generation
        self.dimensions = int(generation.dimensions or 0)
        #: Told apart from the tables of another generation with the same number.
        self._made_by = f"{FORMAT}|{version_of_words()}|{generation.model}|{self.dimensions}"
        self._names = {f"{{{name}}}": f"shareai_{name}_{generation.pk:d}" for name in _NAMES}
        kind = f"vector({self.dimensions:d})" if self.dimensions <= MOST_SINGLE else f"halfvec({self.dimensions:d})"
        self._names["{kind}"] = kind
        self._names["{half}"] = f"halfvec({self.dimensions:d})"

    def sql(self, statement: str) -> str:
        """The statement with the names of these tables, all of them made of whole numbers."""
        for mark, name in self._names.items():
            statement = statement.replace(mark, name)
        return statement

    def run(self, cursor: CursorWrapper, statement: str, given: Iterable[Any] | None = None) -> None:
        cursor.execute(self.sql(statement), None if given is None else list(given))

    def exist(self, cursor: CursorWrapper) -> bool:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [self.sql("{state}")])
        return bool(cursor.fetchone()[0])

    def make(self, cursor: CursorWrapper) -> None:
        """Empty tables, whatever was there."""
        self.drop(cursor)
        self.run(cursor, _MAKE)
        self.run(cursor, "INSERT INTO {state} VALUES (0, -1, '', 0, 0, '', '{}')")

    def drop(self, cursor: CursorWrapper) -> None:
        self.run(cursor, "DROP TABLE IF EXISTS {vectors}, {terms}, {words}, {state}")

    def state(self, cursor: CursorWrapper) -> TableState | None:
        """None where they are not there, or were made of something else."""
        if not self.exist(cursor):
            return None
        self.run(cursor, "SELECT born, version, made_by, passages, length, letters, sample FROM {state}")
        row = cursor.fetchone()
        if row is None or row[2] != self._made_by:
            return None
        return TableState(Moment(row[0], row[1]), row[3], row[4], row[5], tuple(row[6]))

    def note(self, cursor: CursorWrapper, state: TableState) -> None:
        self.run(
            cursor,
            "UPDATE {state} SET born = %s, version = %s, made_by = %s, passages = %s, length = %s, letters = %s,"
            " sample = %s",
            [*state.moment, self._made_by, state.passages, state.length, state.letters, list(state.sample)],
        )

    def has_index(self, cursor: CursorWrapper) -> bool:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [self.sql("{vectors}_near")])
        return bool(cursor.fetchone()[0])

    def make_index(self, cursor: CursorWrapper) -> None:
        """Half precision: half the memory, and rows are scored again in full."""
        self.run(
            cursor,
            "CREATE INDEX {vectors}_near ON {vectors} USING hnsw ((vector::{half}) halfvec_ip_ops)"
            " WITH (m = 16, ef_construction = 64)",
        )
