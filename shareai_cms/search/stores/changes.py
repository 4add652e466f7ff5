"""What changed since an index was made, read from the tables into small parts in memory."""

from __future__ import annotations

from dataclasses import dataclass, field

from shareai_cms.metering.retry import rows
from shareai_cms.models import Passage
from shareai_cms.search.clock import Moment
from shareai_cms.search.stores.building import in_memory
from shareai_cms.search.stores.part import Part
from shareai_cms.search.stores.parts import Parts
from shareai_cms.search.stores.rows import changed_pieces

#: Rows that may have changed before the index should be made anew, and their share of it.
MOST = 2_000
MOST_SHARE = 0.1


@dataclass(frozen=True, eq=False)
class Changes:
    """The changes from one version up to a moment. It is replaced, never changed."""

    moment: Moment
    #: Generation and dimensions to read vectors of.
    vectors: tuple[int | None, int]
    #: Parts with the version after which their rows changed, oldest first.
    parts: tuple[tuple[int, Part], ...] = field(default=())

    @property
    def passages(self) -> int:
        return sum(len(part) for _since, part in self.parts)

    def are_many(self, passages: int) -> bool:
        """Whether an index of so many passages should be made anew."""
        return self.passages > max(MOST, MOST_SHARE * passages)

    def up_to(self, moment: Moment) -> Changes:
        """Read on. Small parts join, so that there are few: each is at least twice as large as the next."""
        if self.moment.version >= moment.version:
            return self
        since, parts = self.moment.version, list(self.parts)
        count = rows(Passage).filter(version__gt=since).count()
        while parts and len(parts[-1][1]) < 2 * count:
            since, joined = parts.pop()
            count += len(joined)
        made = in_memory(changed_pieces(since, *self.vectors), self.vectors[1])
        if len(made):
            parts.append((since, made))
        return Changes(moment, self.vectors, tuple(parts))

    def over(self, base: Parts) -> Parts:
        for _since, part in self.parts:
            base = base.with_newer(part)
        return base
