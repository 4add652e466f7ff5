"""Bring the tables of a generation up to ours: what changed is put in again, what is gone goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.backends.utils import CursorWrapper

from shareai_cms.metering.retry import rows
from shareai_cms.models import Generation, Passage
from shareai_cms.search import clock
from shareai_cms.search.clock import Moment
from shareai_cms.search.stores.bm25 import TITLE
from shareai_cms.search.stores.pgvector.extension import database
from shareai_cms.search.stores.pgvector.tables import MOST_INDEXED, NAMES, Tables, TableState
from shareai_cms.search.stores.rows import Piece, all_pieces, changed_pieces
from shareai_cms.search.words import fold, stems

if TYPE_CHECKING:
    from shareai_cms.search.stores.base import Floats

#: Passages from which on an index of the vectors is worth its building.
INDEXED_FROM = 50_000
_SAMPLE = 1_000
_OURS = r"shareai\_state\_%"
_MOST = 32_767
_LETTERS = 120
_INCOMING = """
    CREATE TEMPORARY TABLE shareai_incoming (LIKE {vectors}) ON COMMIT DROP;
    CREATE TEMPORARY TABLE shareai_outgoing (passage bigint PRIMARY KEY) ON COMMIT DROP;
"""
_COPY = "COPY shareai_incoming FROM STDIN"
_OUTGOING = """
    INSERT INTO shareai_outgoing
    SELECT passage FROM {vectors} WHERE passage IN (SELECT passage FROM shareai_incoming)
        OR NOT EXISTS (SELECT FROM {truth} WHERE id = passage)
"""
_COUNT = """
    UPDATE {table} AS known SET passages = known.passages + counted.passages
    FROM (SELECT number, sum(change) AS passages FROM (
            SELECT unnest({column}) AS number, 1 AS change FROM shareai_incoming
            UNION ALL
            SELECT unnest({column}), -1 FROM {vectors} JOIN shareai_outgoing USING (passage)
        ) AS changes GROUP BY number) AS counted
    WHERE known.id = counted.number
"""
_TOTALS = "SELECT count(*), coalesce(sum(length), 0) FROM {vectors}"
_SAMPLED = """
    SELECT array(SELECT passage FROM {vectors} WHERE vector IS NOT NULL ORDER BY hashint8(passage), passage LIMIT %s)
"""
_FREQUENT = "SELECT text, passages FROM {words} WHERE length(text) > 2 ORDER BY passages DESC LIMIT 20000"
_NEW = "INSERT INTO {terms} (text, passages) SELECT unnest(%s::text[]), 0 ON CONFLICT DO NOTHING"
_NEW_WORDS = """
    INSERT INTO {words} (text, written, passages) SELECT unnest(%s::text[]), unnest(%s::text[]), 0
    ON CONFLICT DO NOTHING
"""


def load(tables: Tables) -> bool:
    """Whether this process brought them up to date; False where another one is about it."""
    connection = database()
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext(%s))", [tables.sql("{vectors}")])
        if not cursor.fetchone()[0]:
            return False
        moment = clock.moment()
        state = tables.state(cursor)
        if state is not None and state.moment == moment:
            return True
        if state is None:
            tables.make(cursor)
        elif state.moment.born != moment.born or state.moment.version > moment.version:
            tables.empty(cursor)
            state = TableState(Moment(0, -1), 0, 0, "", ())
        generation = tables.generation.pk, tables.dimensions
        since = -1 if state is None else state.moment.version
        _Loading(tables, cursor).run(all_pieces(*generation) if since < 0 else changed_pieces(since, *generation))
        if state is None:
            tables.finish(cursor)
        _note(tables, cursor, moment)
        return True


def drop_others() -> None:
    """Drop the tables of generations that are gone."""
    connection = database()
    kept = set(map(str, rows(Generation).values_list("pk", flat=True)))
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename LIKE %s", [_OURS]
        )
        for (name,) in cursor.fetchall():
            ending = name.removeprefix("shareai_state_")
            number, mark, rest = ending.partition("_")
            if number.isdigit() and mark and rest.isalnum() and number not in kept:
                cursor.execute("DROP TABLE IF EXISTS " + ", ".join(f"shareai_{each}_{ending}" for each in NAMES))


def index(tables: Tables) -> None:
    """An index of the vectors where they are many; searches go on while it is made."""
    connection = database()
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext(%s))", [tables.sql("{vectors}")])
        if not cursor.fetchone()[0] or tables.dimensions > MOST_INDEXED:
            return
        state = tables.state(cursor)
        if state is not None and state.passages >= INDEXED_FROM and not tables.has_index(cursor):
            tables.make_index(cursor)


class _Loading:
    def __init__(self, tables: Tables, cursor: CursorWrapper) -> None:
        self._tables, self._cursor = tables, cursor
        self._terms: dict[str, int] = {}
        self._words: dict[str, int] = {}

    def run(self, pieces: Iterable[Piece]) -> None:
        run, cursor = self._tables.run, self._cursor
        run(cursor, _INCOMING)
        for piece in pieces:
            self._copy(piece)
        run(cursor, _OUTGOING.replace("{truth}", Passage._meta.db_table))
        for table, column in (("{terms}", "terms"), ("{words}", "words")):
            run(cursor, _COUNT.replace("{table}", table).replace("{column}", column))
        run(cursor, "DELETE FROM {vectors} WHERE passage IN (SELECT passage FROM shareai_outgoing)")
        run(cursor, "INSERT INTO {vectors} SELECT * FROM shareai_incoming")
        run(cursor, "DROP TABLE shareai_incoming, shareai_outgoing")

    def _copy(self, piece: Piece) -> None:
        rows = list(self._rows(piece))
        # The driver's own cursor: Django's has no COPY.
        with self._cursor.cursor.copy(_COPY) as copy:
            for row in rows:
                copy.write_row(row)

    def _rows(self, piece: Piece) -> Iterator[tuple[Any, ...]]:
        counted = [self._counted(*row) for row in zip(piece.titles, piece.words, piece.languages, strict=True)]
        spelled = {fold(word): word for texts in (piece.titles, piece.words) for text in texts for word in text.split()}
        self._learn(self._terms, _NEW, "{terms}", [list(dict.fromkeys(term for terms in counted for term in terms))])
        self._learn(self._words, _NEW_WORDS, "{words}", [list(spelled), list(spelled.values())])
        for row, counts in enumerate(counted):
            words = {fold(word) for word in f"{piece.titles[row]} {piece.words[row]}".split()}
            yield (
                int(piece.passages[row]),
                int(piece.documents[row]),
                int(piece.accounts[row]),
                int(piece.refs[row]),
                piece.types[row],
                sum(counts.values()),
                [self._terms[term] for term in counts],
                [min(count, _MOST) for count in counts.values()],
                [self._words[word] for word in words],
                written(piece.vectors[row]) if piece.has_vector[row] else None,
            )

    @staticmethod
    def _counted(title: str, text: str, language: str) -> Counter[str]:
        counts = Counter(stems(text.split(), language))
        for term in stems(title.split(), language):
            counts[term] += TITLE
        return counts

    def _learn(self, known: dict[str, int], statement: str, table: str, columns: list[list[str]]) -> None:
        """Give each new text a number, the first column being the texts."""
        new = [place for place, text in enumerate(columns[0]) if text not in known]
        given = [[column[place] for place in new] for column in columns]
        self._tables.run(self._cursor, statement, given)
        self._tables.run(
            self._cursor, "SELECT text, id FROM {table} WHERE text = ANY(%s)".replace("{table}", table), [given[0]]
        )
        known.update(self._cursor.fetchall())


def _note(tables: Tables, cursor: CursorWrapper, moment: Moment) -> None:
    tables.run(cursor, _TOTALS)
    passages, length = cursor.fetchone()
    tables.run(cursor, _SAMPLED, [_SAMPLE])
    [sample] = cursor.fetchone()
    tables.run(cursor, _FREQUENT)
    letters: Counter[str] = Counter()
    for word, count in cursor.fetchall():
        letters.update({letter: count for letter in word if letter.isalpha()})
    kept = "".join(letter for letter, _count in letters.most_common(_LETTERS))
    tables.note(cursor, TableState(moment, passages, int(length), kept, tuple(sample)))


def written(vector: Floats | Sequence[float]) -> str:
    """A vector as pgvector reads it."""
    return "[" + ",".join(map(str, vector.tolist() if hasattr(vector, "tolist") else vector)) + "]"
