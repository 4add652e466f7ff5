"""The tables of one generation. They are made and filled from ours, and may be dropped at any time.

They are no models: their vectors have the generation's number of dimensions, which an index needs, and the
extension they need must not keep a migration from running.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.backends.utils import CursorWrapper

from shareai_cms.models import Generation
from shareai_cms.search.clock import Moment
from shareai_cms.search.words import version as version_of_words

#: Another number means other tables.
FORMAT = 1
#: pgvector indexes up to 2,000 dimensions in single precision and up to 4,000 in half
#: (https://github.com/pgvector/pgvector#hnsw).
MOST_SINGLE, MOST_INDEXED = 2_000, 4_000

#: Rows stay whole in their pages, which a scan reads several times faster than what is stored out of line.
_MAKE = """
    CREATE TABLE {vectors} (
        passage bigint PRIMARY KEY, document bigint NOT NULL, account bigint NOT NULL, ref bigint NOT NULL,
        object_type text NOT NULL, length integer NOT NULL, terms integer[] NOT NULL, counts smallint[] NOT NULL,
        words integer[] NOT NULL, vector {kind}
    ) WITH (toast_tuple_target = 8160);
    CREATE TABLE {terms} (id serial PRIMARY KEY, text text COLLATE "C" UNIQUE NOT NULL, passages integer NOT NULL);
    CREATE TABLE {words} (
        id serial PRIMARY KEY, text text COLLATE "C" UNIQUE NOT NULL, written text NOT NULL, passages integer NOT NULL
    );
    CREATE TABLE {state} (
        born bigint NOT NULL, version bigint NOT NULL, passages bigint NOT NULL, length bigint NOT NULL,
        letters text NOT NULL, sample bigint[] NOT NULL
    );
"""
#: Made once the rows are there, which is several times faster.
_FINISH = """
    CREATE INDEX ON {vectors} (account);
    CREATE INDEX ON {vectors} (ref);
    CREATE INDEX ON {vectors} USING gin (terms);
    ANALYZE {vectors};
"""
#: Kilobytes that the making of an index may use at least: what does not fit is made many times more slowly.
_MEMORY = 524_288
NAMES = ("vectors", "terms", "words", "state")


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
        # Two releases that run side by side while a site is brought up to date have tables of their own.
        made_by = f"{FORMAT}|{version_of_words()}|{generation.model}|{self.dimensions}"
        self._name(f"{generation.pk:d}_{zlib.crc32(made_by.encode()):08x}")
        kind = f"vector({self.dimensions:d})" if self.dimensions <= MOST_SINGLE else f"halfvec({self.dimensions:d})"
        self._names["{kind}"] = kind
        self._names["{half}"] = f"halfvec({self.dimensions:d})"

    def _name(self, ending: str) -> None:
        self._names = {f"{{{name}}}": f"shareai_{name}_{ending}" for name in NAMES}

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
        """Empty tables."""
        self.run(cursor, _MAKE)
        self.run(cursor, "INSERT INTO {state} VALUES (0, -1, 0, 0, '', '{}')")

    def empty(self, cursor: CursorWrapper) -> None:
        """Without a lock that searches would wait for."""
        for table in ("{vectors}", "{terms}", "{words}"):
            self.run(cursor, f"DELETE FROM {table}")  # noqa: S608  our own names

    def finish(self, cursor: CursorWrapper) -> None:
        """The indexes of tables that were just filled."""
        self.run(cursor, _FINISH)

    def state(self, cursor: CursorWrapper) -> TableState | None:
        """None where they are not there."""
        if not self.exist(cursor):
            return None
        self.run(cursor, "SELECT born, version, passages, length, letters, sample FROM {state}")
        born, version, passages, length, letters, sample = cursor.fetchone()
        return TableState(Moment(born, version), passages, length, letters, tuple(sample))

    def note(self, cursor: CursorWrapper, state: TableState) -> None:
        self.run(
            cursor,
            "UPDATE {state} SET born = %s, version = %s, passages = %s, length = %s, letters = %s, sample = %s",
            [*state.moment, state.passages, state.length, state.letters, list(state.sample)],
        )

    def has_index(self, cursor: CursorWrapper) -> bool:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [self.sql("{vectors}_near")])
        return bool(cursor.fetchone()[0])

    def make_index(self, cursor: CursorWrapper) -> None:
        """Half precision: half the memory, and rows are scored again in full."""
        cursor.execute("SELECT setting::integer FROM pg_settings WHERE name = 'maintenance_work_mem'")
        if cursor.fetchone()[0] < _MEMORY:
            cursor.execute("SET LOCAL maintenance_work_mem = %s", [_MEMORY])
        self.run(
            cursor,
            "CREATE INDEX {vectors}_near ON {vectors} USING hnsw ((vector::{half}) halfvec_ip_ops)"
            " WITH (m = 16, ef_construction = 64)",
        )
