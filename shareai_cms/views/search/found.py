"""A search as it is shown: one page of results, the kinds that they are of, and how it was answered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import quote

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

from shareai_cms.errors import InvalidRequest
from shareai_cms.search.reasons import Reason
from shareai_cms.search.results import Asker, Hit, Outcome, Query
from shareai_cms.views.search.places import Kind, Place, kind_label
from shareai_cms.views.search.wanted import Wanted

PER_PAGE = 10
#: Results are counted up to here.
MOST = 1_000


@dataclass(frozen=True, kw_only=True)
class Line:
    """One result."""

    obj: Any
    title: str
    #: Empty where the object has no page after all.
    url: str
    kind: str
    #: ``app.model``
    type: str
    heading: str
    #: Parts of the best passage, in order, each with whether it matches.
    excerpt: tuple[tuple[str, bool], ...]
    score: float
    #: BCP 47 tag of the object's own language; that of the place where its source does not know it.
    language: str


@dataclass(frozen=True, kw_only=True)
class KindCount:
    """A kind among the results."""

    kind: Kind
    count: int
    is_chosen: bool
    #: The parameters that show this kind alone, and all kinds where it is chosen.
    query: str


class Found:
    """The answer to what a visitor wants; nothing is searched before it is looked at."""

    def __init__(
        self,
        request: HttpRequest,
        place: Place,
        wanted: Wanted,
        asker: Asker,
        *,
        by_meaning: bool = True,
    ) -> None:
        self._request = request
        self._by_meaning = by_meaning
        self.place = place
        self.wanted = wanted
        self._asker = asker

    @cached_property
    def outcome(self) -> Outcome:
        outcome: Outcome = self._everything.outcome
        return outcome if self._by_meaning else replace(outcome, reason=Reason.OFF)

    @cached_property
    def chosen(self) -> Kind | None:
        """The kind that is shown alone; None for one that this place does not have."""
        return next((kind for kind in self.place.kinds() if kind.key == self.wanted.kind), None)

    def check_kind(self) -> None:
        """Raises ``InvalidRequest`` where the kind that is wanted is none of this place; searches nothing."""
        if self.wanted.kind and self.chosen is None:
            raise InvalidRequest("unknown type")

    @cached_property
    def page(self) -> Page[Hit]:
        """The page that is wanted, or the last one."""
        return Paginator(self._shown, PER_PAGE).get_page(self.wanted.page)

    @property
    def count(self) -> int:
        return self.page.paginator.count

    @property
    def is_capped(self) -> bool:
        """There may be more than are counted."""
        return self.count >= MOST

    @cached_property
    def lines(self) -> list[Line]:
        return [self._line(hit) for hit in self.page.object_list]

    @cached_property
    def kinds(self) -> list[KindCount]:
        """The kinds of all results, the most frequent first; empty where there is nothing to choose between."""
        by_type: dict[str, int] = self._everything.types()
        counted = [(kind, sum(by_type.get(each, 0) for each in kind.types)) for kind in self.place.kinds()]
        counted = sorted((pair for pair in counted if pair[1]), key=lambda pair: (-pair[1], pair[0].label))
        if len(counted) < 2 and self.chosen is None:
            return []
        return [self._kind_count(kind, count) for kind, count in counted]

    @property
    def total(self) -> int:
        """How many there are of all kinds."""
        return int(self._everything.count())

    @property
    def as_typed(self) -> str:
        """The parameters that search for the words as they were typed."""
        return self.wanted.query(exact="1", p="")

    @property
    def all_kinds(self) -> str:
        """The parameters that show results of every kind."""
        return self.wanted.query(type="", p="")

    @property
    def previous(self) -> str:
        """The parameters of the page before; empty on the first one."""
        number = self.page.number
        return self.wanted.query(p=str(number - 1) if number > 2 else "") if number > 1 else ""

    @property
    def next(self) -> str:
        """The parameters of the page behind; empty on the last one."""
        return self.wanted.query(p=str(self.page.next_page_number())) if self.page.has_next() else ""

    @cached_property
    def _everything(self) -> Any:
        # The log has one line for a search, not one for each page and kind of it.
        is_first = self.wanted.page == 1 and self.chosen is None and self._by_meaning and self._asker.spends
        asker = replace(self._asker, is_logged=is_first)
        return _search(self._query(asker, self.wanted.text, is_corrected=not self.wanted.is_exact))

    @cached_property
    def _shown(self) -> Any:
        if self.chosen is None:
            return self._everything
        # The words are known by now, and so is whether the marketplace answers.
        asker = replace(self._asker, is_logged=False)
        query = self._query(asker, self.outcome.text, is_corrected=False)
        within, by_meaning = self.place.within(self.chosen), self.outcome.reason is None
        return _search(replace(query, within=within, by_meaning=by_meaning))

    def _query(self, asker: Asker, text: str, *, is_corrected: bool) -> Query:
        return Query(
            text=text,
            within=self.place.within(None),
            asker=asker,
            language=self.place.language,
            is_corrected=is_corrected,
            by_meaning=self._by_meaning,
        )

    def _line(self, hit: Hit) -> Line:
        title = str(hit.obj)
        heading = hit.heading if hit.heading != title else ""
        model = type(hit.obj)
        return Line(
            obj=hit.obj,
            title=title,
            url=at_heading(self.place.address(self._request, hit.obj), heading),
            kind=kind_label(model),
            type=model._meta.label_lower,
            heading=heading,
            excerpt=hit.excerpt,
            score=hit.score,
            language=hit.language or self.place.language,
        )

    def _kind_count(self, kind: Kind, count: int) -> KindCount:
        is_chosen = kind == self.chosen
        query = self.wanted.query(type="" if is_chosen else kind.key, p="")
        return KindCount(kind=kind, count=count, is_chosen=is_chosen, query=query)


def _search(query: Query) -> Any:
    from shareai_cms.search import search  # brings NumPy, which no other page of the site needs

    return search(query)


def at_heading(url: str, heading: str) -> str:
    """Lead to the heading on the page, where the browser knows text fragments and the address has no other.

    https://wicg.github.io/scroll-to-text-fragment/ : a hyphen and a comma mean something there.
    """
    if not url or not heading or "#" in url:
        return url
    # Two headings that stand on one another are shown as one.
    last = heading.rpartition(" – ")[2]
    return f"{url}#:~:text={quote(last, safe='').replace('-', '%2D')}"


def plain(excerpt: Iterable[tuple[str, bool]]) -> str:
    return "".join(text for text, _is_match in excerpt)
