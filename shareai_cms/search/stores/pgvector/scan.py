"""One query against the tables of a generation, and against what changed since in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db import transaction
from django.db.backends.utils import CursorWrapper

from shareai_cms.search.stores.base import Leg, Scan, Scope
from shareai_cms.search.stores.bm25 import K1, B
from shareai_cms.search.stores.parts_scan import Elsewhere, PartsScan, joined
from shareai_cms.search.stores.pgvector.extension import database
from shareai_cms.search.stores.pgvector.loading import written
from shareai_cms.search.stores.pgvector.state import State

if TYPE_CHECKING:
    from shareai_cms.search.stores.base import Floats, Ids

#: Below these the rows of a scope are scored one by one: exact, and no slower than an index that a filter is put on.
EXACT_PASSAGES, EXACT_SHARE = 50_000, 0.05
#: Candidates that an index looks at in one go (https://github.com/pgvector/pgvector#query-options).
EF_SEARCH, MOST_EF_SEARCH = 100, 1_000

#: ``SET LOCAL`` twice, in one statement.
_SCAN_ON = "SELECT set_config('hnsw.iterative_scan', 'relaxed_order', true), set_config('hnsw.ef_search', %s, true)"
_EXACT = """
    SELECT passage, document, -(vector <#> %s::{kind}) AS score FROM {vectors}
    WHERE vector IS NOT NULL AND {scope} ORDER BY score DESC, passage LIMIT %s
"""
_NEAR = """
    SELECT passage, document, -(vector <#> %s::{kind}) AS score FROM (
        SELECT passage, document, vector FROM {vectors}
        WHERE vector IS NOT NULL AND {scope} ORDER BY vector::{half} <#> %s::{half} LIMIT %s
    ) AS near ORDER BY score DESC, passage
"""
_KEYWORDS = """
    SELECT passage, document, {score} AS score FROM {vectors}
    WHERE terms && %s::integer[] AND {scope} ORDER BY score DESC, passage LIMIT %s
"""
_SCORES = "SELECT passage, {score}, {cosine} FROM {vectors} WHERE passage = ANY(%s::bigint[]) AND {scope}"
_FREQUENCY = "SELECT count(*), coalesce(sum(length), 0){columns} FROM {vectors} WHERE passage = ANY(%s::bigint[])"


class PgVectorScan(Scan):
    def __init__(self, state: State, terms: Sequence[str], vector: Floats | None, scope: Scope) -> None:
        self._state, self._tables = state, state.tables
        self._scope, self._given = scope, vector
        # A text of PostgreSQL holds no null byte, and no word does.
        self._terms = [term for term in dict.fromkeys(terms) if "\x00" not in term]
        fits = vector is not None and len(vector) == self._tables.dimensions
        self._vector = written(vector) if vector is not None and fits else None
        self._legs: dict[str, tuple[int, Leg]] = {}

    def keywords(self, depth: int) -> Leg:
        return self._leg("keywords", depth)

    def meaning(self, depth: int) -> Leg:
        return self._leg("meaning", depth)

    def _leg(self, kind: str, depth: int) -> Leg:
        """From what was read before where that was deep enough."""
        held = self._legs.get(kind)
        if held is None or (held[0] < depth and held[1].has_more):
            find, fresh = {
                "keywords": (self._stored_keywords, self._fresh.keywords),
                "meaning": (self._stored_meaning, self._fresh.meaning),
            }[kind]
            held = self._legs[kind] = depth, joined([find(depth), fresh(depth)], depth)
        leg = held[1]
        has_more = len(leg.passages) > depth or leg.has_more
        return Leg(
            passages=leg.passages[:depth], documents=leg.documents[:depth], scores=leg.scores[:depth], has_more=has_more
        )

    # Keywords

    @cached_property
    def _numbers(self) -> dict[str, tuple[int, int]]:
        """Number of each known term, and in how many stored passages that have not changed it stands."""
        if not self._terms:
            return {}
        with self._cursor() as cursor:
            self._tables.run(cursor, "SELECT text, id, passages FROM {terms} WHERE text = ANY(%s)", [self._terms])
            return {text: (number, passages) for text, number, passages in cursor.fetchall()}

    @cached_property
    def _fresh(self) -> PartsScan:
        """The changes, weighed as a part of the whole."""
        passages, length = self._state.stored.passages, self._state.stored.length
        frequencies = {term: found for term, (_number, found) in self._numbers.items()}
        if len(changed := self._state.parts.ids):
            gone, gone_length, *gone_from = self._changed(changed)
            passages, length = passages - gone, length - gone_length
            frequencies = {
                term: found - less for (term, found), less in zip(frequencies.items(), gone_from, strict=True)
            }
        elsewhere = Elsewhere(passages=passages, length=length, frequencies=frequencies)
        return PartsScan(self._state.parts, self._terms, self._given, self._scope, elsewhere)

    def _changed(self, changed: Ids) -> tuple[int, ...]:
        """How many stored passages have changed since, their length, and in how many of them each term stands."""
        numbers = [number for number, _passages in self._numbers.values()]
        columns = ", count(*) FILTER (WHERE terms @> ARRAY[%s]::integer[])" * len(numbers)
        with self._cursor() as cursor:
            self._tables.run(cursor, _FREQUENCY.replace("{columns}", columns), [*numbers, changed.tolist()])
            return tuple(map(int, cursor.fetchone()))

    @cached_property
    def _weights(self) -> list[tuple[int, float, int]]:
        """Number, inverse document frequency and stored passages of each term, the rarest first."""
        weighted = [
            (self._numbers[term][0], idf, self._numbers[term][1])
            for term, idf in self._fresh.weights
            if term in self._numbers
        ]
        return sorted(weighted, key=lambda each: -each[1])

    def _stored_keywords(self, depth: int) -> Leg:
        """The rarest terms first: where the others together could not lift a passage among the best, they are done."""
        weights = self._weights
        if not weights:
            return joined([], depth)
        count, found = 0, 0
        while count < len(weights) and found <= depth:
            found += weights[count][2]
            count += 1
        leg, last = self._find_keywords(weights[:count], depth)
        beyond = sum(idf * (K1 + 1) for _number, idf, _passages in weights[count:])
        if count < len(weights) and last <= beyond:
            leg, _last = self._find_keywords(weights, depth)
        return leg

    def _find_keywords(self, matched: list[tuple[int, float, int]], depth: int) -> tuple[Leg, float]:
        """The best with one of these terms, and the score at ``depth``; 0 where there are fewer."""
        score, given = self._bm25()
        numbers = [number for number, _idf, _passages in matched]
        leg, scores = self._read(_KEYWORDS.replace("{score}", score), [*given, numbers], [], depth)
        return leg, scores[depth] if len(scores) > depth else 0.0

    def _bm25(self) -> tuple[str, list[Any]]:
        """The score of a row as SQL, and what is put into it."""
        average = self._fresh.average_length or 1.0
        counts = "coalesce(counts[array_position(terms, %s)], 0)::float8"
        part = f"%s * {counts} / ({counts} + %s + %s * length)"
        given: list[Any] = []
        for number, idf, _passages in self._weights:
            given += [float(idf * (K1 + 1)), number, number, K1 * (1 - B), float(K1 * B / average)]
        return " + ".join([part] * len(self._weights)) or "0::float8", given

    # Meaning

    def _stored_meaning(self, depth: int) -> Leg:
        if self._vector is None:
            return joined([], depth)
        permitted = self._state.permitted(self._scope)
        few = permitted < EXACT_PASSAGES or permitted < EXACT_SHARE * self._state.stored.passages
        if few or not self._state.has_index:
            return self._exact(depth)
        leg = self._near(depth)
        # Short of what is there: the index gave up before the filter had let enough through.
        return leg if len(leg.passages) == depth else self._exact(depth)

    def _exact(self, depth: int) -> Leg:
        return self._read(_EXACT, [self._vector], [], depth)[0]

    def _near(self, depth: int) -> Leg:
        with self._cursor() as cursor:
            # Without it a filter leaves next to nothing of the candidates that the index looks at.
            cursor.execute(_SCAN_ON, [str(min(max(EF_SEARCH, depth + 1), MOST_EF_SEARCH))])
            return self._read(_NEAR, [self._vector], [self._vector], depth)[0]

    # Both

    def _read(self, statement: str, first: list[Any], last: list[Any], depth: int) -> tuple[Leg, list[float]]:
        """Run a statement of passages by falling score; ``first`` and ``last`` stand around the scope's own values."""
        scope, given = self._where
        with self._cursor() as cursor:
            self._tables.run(cursor, statement.replace("{scope}", scope), [*first, *given, *last, depth + 1])
            rows = cursor.fetchall()
        passages, documents, scores = zip(*rows, strict=True) if rows else ((), (), ())
        leg = Leg(
            passages=np.array(passages[:depth], dtype=np.int64),
            documents=np.array(documents[:depth], dtype=np.int64),
            scores=np.array(scores[:depth], dtype=np.float32),
            has_more=len(rows) > depth,
        )
        return leg, list(scores)

    @cached_property
    def _where(self) -> tuple[str, list[Any]]:
        conditions, given = self._state.unchanged
        named = (
            ("account = ANY(%s::bigint[])", self._scope.accounts),
            ("object_type = ANY(%s)", self._scope.object_types),
            ("ref = ANY(%s::bigint[])", self._scope.ref_numbers),
        )
        kept = [(condition, list(map(_plain, values))) for condition, values in named if values is not None]
        return " AND ".join([conditions, *(condition for condition, _ in kept)]), given + [each for _, each in kept]

    def scores_of(self, passages: Ids) -> tuple[Floats, Floats]:
        keywords, cosines = self._fresh.scores_of(passages)
        places = {passage: place for place, passage in enumerate(passages.tolist())}
        score, given = self._bm25()
        cosine = "coalesce(-(vector <#> %s::{kind}), 0)" if self._vector is not None else "0"
        vector = [] if self._vector is None else [self._vector]
        unchanged, changed = self._state.unchanged
        statement = _SCORES.replace("{score}", score).replace("{cosine}", cosine).replace("{scope}", unchanged)
        with self._cursor() as cursor:
            self._tables.run(cursor, statement, [*given, *vector, list(places), *changed])
            for passage, bm25, cosine_of in cursor.fetchall():
                keywords[places[passage]], cosines[places[passage]] = bm25, cosine_of
        return keywords, cosines

    def sample(self) -> Floats:
        if self._given is None or self._vector is None:
            return np.empty(0, dtype=np.float32)
        sampled = self._state.sample
        if not len(sampled):
            return self._fresh.sample()
        found: Floats = np.einsum("ij,j->i", sampled, np.asarray(self._given, dtype=np.float32))
        return found

    @contextmanager
    def _cursor(self) -> Iterator[CursorWrapper]:
        """In a transaction, where settings of one query end with it."""
        connection = database()
        with transaction.atomic(using=connection.alias, savepoint=False), connection.cursor() as cursor:
            yield cursor


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
