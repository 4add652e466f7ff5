"""What a source has to say about its objects."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet

from shareai_cms.models import SiteAccount


@dataclass(frozen=True, kw_only=True)
class Block:
    """A piece of text in the order in which a reader meets it."""

    text: str
    #: 1 to 6 for a heading, 0 for text.
    level: int = 0


@dataclass(frozen=True, kw_only=True)
class Extract:
    """What can be found of one object."""

    title: str
    #: BCP 47 tag, empty when unknown.
    language: str
    blocks: tuple[Block, ...]


class Source(ABC):
    """One kind of object that can be found: which there are, what they say, whose they are."""

    #: Names the source in the tables; never changes.
    slug: str = ""

    @abstractmethod
    def models(self) -> tuple[type[Model], ...]:
        """The classes whose objects it reads, each object by its own class."""

    @abstractmethod
    def queryset(self, model: type[Model]) -> QuerySet[Any]:
        """The objects of this very class that may be found by everybody: live, public."""

    @abstractmethod
    def read(self, obj: Any) -> Extract:
        """The object's text, from headings down to paragraphs, without menus and other chrome."""

    @abstractmethod
    def account(self, obj: Any) -> SiteAccount:
        """Whose object it is; raises ``AccountUnclear``."""

    def connect(self) -> None:  # noqa: B027  a source whose changes are noticed elsewhere does not listen
        """Begin to listen for changes of the objects; called when the source is registered."""

    def disconnect(self) -> None:  # noqa: B027
        """Stop listening; called when another source takes its place."""

    def address(self, obj: Any) -> str:
        """Where a visitor reads it; empty where it has no page."""
        found = getattr(obj, "get_absolute_url", None)
        return str(found()) if callable(found) else ""
