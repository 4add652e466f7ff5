"""What a catalogue has to say of its objects, and how it writes to them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet

from shareai_cms.actions.facts import Change, PartSpec, ProductFacts, Value
from shareai_cms.actions.targets import AccountRef
from shareai_cms.catalog.keeping import passes
from shareai_cms.catalog.locking import locked


@dataclass(frozen=True, kw_only=True)
class Written:
    """What a write did."""

    #: Of every change, by part and key: what stood there.
    before: Mapping[tuple[str, str], Value]
    #: ``Keeper.version`` just after it.
    version: str
    #: Whether it went into a draft that somebody has yet to publish.
    is_draft: bool


class Catalogue(ABC):
    """One kind of object that can be enriched."""

    #: Names it in tables and addresses; never changes.
    slug: str = ""
    label: Any = ""

    @abstractmethod
    def models(self) -> tuple[type[Model], ...]:
        """The classes whose objects it knows."""

    @abstractmethod
    def queryset(self, model: type[Model]) -> QuerySet[Any]:
        """The objects of this class that may be enriched, with what ``read`` needs prefetched."""

    @abstractmethod
    def parts(self, model: type[Model]) -> tuple[PartSpec, ...]:
        """What objects of this class have a place for."""

    @abstractmethod
    def read(self, obj: Any, language: str = "") -> ProductFacts:
        """The facts as an editor sees them now, the latest draft included.

        ``language`` asks for what is stored in another language; where nothing is, the facts of the object's own
        language come back (their ``language`` says so).
        """

    @abstractmethod
    def account(self, obj: Any) -> AccountRef:
        """Whose object it is; raises ``AccountUnclear``."""

    @abstractmethod
    def check(self, user: Any, obj: Any, language: str = "") -> None:
        """Raise ``NotPermitted`` or ``ObjectLocked`` where this person may not change the object now."""

    def editable(self, user: Any, wanted: Sequence[tuple[Any, str]]) -> list[bool]:
        """Of objects with a language each, whether this person may change them, now or once their lock is gone."""
        return [passes(lambda pair=pair: self.check(user, *pair)) for pair in wanted]  # type: ignore[misc]

    def written(self, wanted: Sequence[tuple[Any, str]]) -> list[Any]:
        """Of objects with a language each, the one that holds its texts; the object itself where there is none yet."""
        return [obj for obj, _language in wanted]

    def language_of(self, obj: Any) -> str:
        """BCP 47 tag of the object's own texts; empty where nothing says so."""
        return ""

    def lock(self, obj: Any, language: str = "") -> Any:
        """The object anew, kept from changing until the transaction ends, with what holds it in this language.

        Whoever compares before they write begins with it. Raises ``ObjectNotFound`` where the object is gone.
        """
        return locked(obj)

    @abstractmethod
    def write(self, user: Any, obj: Any, changes: Sequence[Change], *, language: str = "", note: str = "") -> Written:
        """Write the changes as this person: a draft where the model has drafts, else the object itself.

        All or none, in one transaction. Raises ``NotPermitted``, ``ObjectLocked``, or ``ChangeRefused`` whose
        sentence names the field that does not take its value.
        """

    @abstractmethod
    def version(self, obj: Any, language: str = "") -> str:
        """At most 64 characters that change whenever the object, or its latest draft, is saved.

        Where other languages stand in columns of the same object, whenever a value of this language is.
        """

    def languages(self, obj: Any) -> tuple[str, ...]:
        """Other languages of the site that its texts can be written in; empty where it is not translatable."""
        return ()

    def address(self, obj: Any) -> str:
        """Where an editor changes it; empty where nowhere."""
        return ""
