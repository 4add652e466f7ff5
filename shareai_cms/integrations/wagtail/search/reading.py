"""From the query objects of Wagtail to the text that is searched for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from wagtail.search.query import And, Boost, Fuzzy, MatchAll, Not, Or, Phrase, PlainText


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a query asks for."""

    #: The words of everything that is wanted, in order.
    text: str = ""
    #: Everything there is, with or without words.
    is_all: bool = False
    #: Queries whose results are not wanted.
    unwanted: tuple[Any, ...] = ()
    #: It cannot be said as one text: the keyword backend answers it instead.
    is_foreign: bool = False

    @property
    def is_nothing(self) -> bool:
        """Nothing is asked for, as by no words or by "not everything"."""
        return not (self.text or self.is_all or self.is_foreign)


def read(query: Any) -> Reading:
    """Read a text or a query object.

    Operators, boosts and phrases only rank, as everything does in a search by meaning: no word is obligatory.
    What must *not* be there is kept apart, because leaving it out would show it.
    """
    if isinstance(query, str):
        return Reading(text=query.strip())
    if isinstance(query, PlainText | Phrase | Fuzzy):
        return Reading(text=query.query_string.strip())
    if isinstance(query, Boost):
        return read(query.subquery)
    if isinstance(query, MatchAll):
        return Reading(is_all=True)
    if isinstance(query, Not):
        return _without(query)
    if isinstance(query, And):
        return _all_of([read(each) for each in query.subqueries])
    if isinstance(query, Or):
        return _any_of([read(each) for each in query.subqueries])
    return Reading(is_foreign=True)


def _without(query: Any) -> Reading:
    inner = read(query.subquery)
    if inner.is_nothing:
        return Reading(is_all=True)
    is_nothing_left = inner.is_all and not inner.text and not inner.unwanted
    return Reading() if is_nothing_left else Reading(is_all=True, unwanted=(query.subquery,))


def _all_of(parts: list[Reading]) -> Reading:
    if any(part.is_foreign for part in parts):
        return Reading(is_foreign=True)
    if any(part.is_nothing for part in parts):
        return Reading()
    return Reading(
        text=_joined(parts),
        is_all=all(part.is_all for part in parts),
        unwanted=tuple(query for part in parts for query in part.unwanted),
    )


def _any_of(parts: list[Reading]) -> Reading:
    parts = [part for part in parts if not part.is_nothing]
    # "This, or whatever is not that" has no single text.
    if any(part.is_foreign or part.unwanted for part in parts):
        return Reading(is_foreign=True)
    if any(part.is_all for part in parts):
        return Reading(is_all=True)
    return Reading(text=_joined(parts))


def _joined(parts: list[Reading]) -> str:
    return " ".join(part.text for part in parts if part.text)
