"""What a process knows of the tables at one moment."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from shareai_cms.search.stores.base import Scope
from shareai_cms.search.stores.changes import Changes
from shareai_cms.search.stores.parts import Parts
from shareai_cms.search.stores.pgvector.extension import database
from shareai_cms.search.stores.pgvector.tables import Tables, TableState

if TYPE_CHECKING:
    from shareai_cms.search.stores.base import Floats

_GROUPS = "SELECT account, object_type, count(vector) FROM {vectors} GROUP BY account, object_type"


@dataclass(frozen=True)
class Stored:
    """The tables as they are; read anew when they have changed."""

    tables: Tables
    state: TableState
    has_index: bool
    #: Passages with a vector by account and type of object.
    groups: tuple[tuple[int, str, int], ...]
    sample: Floats

    @classmethod
    def read(cls, tables: Tables, state: TableState) -> Stored:
        with database().cursor() as cursor:
            has_index = tables.has_index(cursor)
            tables.run(cursor, _GROUPS)
            groups = tuple(cursor.fetchall())
            tables.run(
                cursor,
                "SELECT vector::text FROM {vectors} WHERE passage = ANY(%s::bigint[]) ORDER BY passage",
                [list(state.sample)],
            )
            rows = [np.fromstring(text[1:-1], dtype=np.float32, sep=",") for (text,) in cursor.fetchall() if text]
        sample = np.array(rows, dtype=np.float32).reshape(len(rows), tables.dimensions)
        return cls(tables, state, has_index, groups, sample)


@dataclass(frozen=True, eq=False)
class State:
    """It is replaced, never changed: a scan keeps the one that it began with."""

    base: Stored
    changes: Changes
    parts: Parts

    @property
    def tables(self) -> Tables:
        return self.base.tables

    @property
    def stored(self) -> TableState:
        return self.base.state

    @property
    def has_index(self) -> bool:
        return self.base.has_index

    @property
    def sample(self) -> Floats:
        return self.base.sample

    @cached_property
    def unchanged(self) -> tuple[str, list[Any]]:
        """A condition that leaves out stored rows that have changed since, and its values."""
        ids = self.parts.ids.tolist()
        return ("passage <> ALL(%s::bigint[])", [ids]) if ids else ("true", [])

    def permitted(self, scope: Scope) -> int:
        """About how many passages with a vector the scope permits."""
        if scope.ref_numbers is not None:
            # They are named because they are few.
            return 0
        return sum(
            count
            for account, object_type, count in self.base.groups
            if (scope.accounts is None or account in scope.accounts)
            and (scope.object_types is None or object_type in scope.object_types)
        )
