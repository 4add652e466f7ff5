"""A catalogue over a model that every set-up of the tests has: a group is a product, its name the description."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import Group
from django.db.models import QuerySet

from shareai_cms.actions.facts import SEO_DESCRIPTION, Change, PartSpec, ProductFacts
from shareai_cms.actions.targets import AccountRef
from shareai_cms.catalog.base import Catalogue, Written
from shareai_cms.catalog.keeping import Keeper
from shareai_cms.errors import NotPermitted

KEEPER = Keeper()
#: What is in here breaks the whole shelf.
BROKEN: set[str] = set()


class Shelf(Catalogue):
    slug = "shelf"
    label = "Shelf"

    def models(self) -> tuple[type[Any], ...]:
        return (Group,)

    def queryset(self, model: type[Any]) -> QuerySet[Any]:
        if BROKEN:
            raise ValueError("the shelf has fallen down")
        return Group.objects.all()

    def parts(self, model: type[Any]) -> tuple[PartSpec, ...]:
        return (PartSpec(part=SEO_DESCRIPTION, label="Meta description", max_length=150),)

    def read(self, obj: Any, language: str = "") -> ProductFacts:
        if "broken" in obj.name:
            raise ValueError(f"{obj.name} cannot be read")
        # Long enough for several sentences, as the sandbox makes descriptions from them.
        text = f"The {obj.name} is made in small numbers. It comes from the harbour. It lasts for many years."
        return ProductFacts(name=obj.name, language="en", description="" if "empty" in obj.name else text)

    def account(self, obj: Any) -> AccountRef:
        place = obj.name.partition("@")[2] or "press"
        return AccountRef(platform="django", reference=place, label=place.title())

    def check(self, user: Any, obj: Any, language: str = "") -> None:
        if "foreign" in obj.name:
            raise NotPermitted("no permission to change this group")

    def write(self, user: Any, obj: Any, changes: Sequence[Change], *, language: str = "", note: str = "") -> Written:
        raise NotImplementedError

    def version(self, obj: Any, language: str = "") -> str:
        return KEEPER.version(obj)
