"""Any Django model, by a short declaration.

::

    # shareai_search.py of an app
    from shareai_cms.search import ModelSource, register


    @register
    class Recipes(ModelSource):
        model = Recipe
        title = "name"
        body = ("summary", "method", "ingredients__name")
        language = "language"

        def queryset(self, model):
            return super().queryset(model).filter(is_public=True)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, ClassVar

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Manager, Model, QuerySet
from django.db.models.signals import post_delete, post_save

from shareai_cms.models import SiteAccount
from shareai_cms.search import indexing
from shareai_cms.search.markup import blocks_of
from shareai_cms.search.references import reference_of
from shareai_cms.search.sources.accounts import account_of
from shareai_cms.search.sources.base import Block, Extract, Source

#: A field, a path of fields through relations, an attribute or a method of the object; or a function of the object.
Part = str | Callable[[Any], Any]


class ModelSource(Source):
    """Reads one model. Whose an object is, its ``shareai_site`` says, as for every AI action on it."""

    model: ClassVar[type[Model]]
    #: What the object is called; ``str(obj)`` where it is left out.
    title: ClassVar[str] = ""
    #: What it says, in the order in which it is read. HTML is told from plain text by its tags.
    body: ClassVar[tuple[Part, ...]] = ()
    #: Its language as a BCP 47 tag: a field or attribute, or the tag itself where no field has that name.
    language: ClassVar[str] = ""

    def __init__(self) -> None:
        if not self.slug:
            self.slug = self.model._meta.label_lower

    def models(self) -> tuple[type[Model], ...]:
        return (self.model,)

    def queryset(self, model: type[Model]) -> QuerySet[Any]:
        return model._default_manager.all()

    def read(self, obj: Any) -> Extract:
        return Extract(
            title=" ".join(_texts(obj, self.title)) if self.title else str(obj),
            language=self._language(obj),
            blocks=tuple(self.blocks(obj)),
        )

    def blocks(self, obj: Any) -> Iterator[Block]:
        for part in self.body:
            for value in _values(obj, part):
                yield from _blocks(value)

    def account(self, obj: Any) -> SiteAccount:
        return account_of(obj)

    def connect(self) -> None:
        post_save.connect(_saved, sender=self.model, dispatch_uid=self._uid)
        post_delete.connect(_deleted, sender=self.model, dispatch_uid=self._uid)

    def disconnect(self) -> None:
        post_save.disconnect(sender=self.model, dispatch_uid=self._uid)
        post_delete.disconnect(sender=self.model, dispatch_uid=self._uid)

    @property
    def _uid(self) -> str:
        return f"shareai_search.{self.slug}"

    def _language(self, obj: Any) -> str:
        if not self.language:
            return ""
        if not hasattr(obj, self.language.split("__")[0]):
            return self.language
        return " ".join(_texts(obj, self.language))[:35]


def _saved(sender: type[Model], instance: Model, using: str, raw: bool = False, **_kwargs: Any) -> None:
    if not raw:
        indexing.enqueue_later([(sender._meta.label_lower, reference_of(instance.pk))], using=using)


def _deleted(sender: type[Model], instance: Model, using: str, **_kwargs: Any) -> None:
    indexing.forget_later([(sender._meta.label_lower, reference_of(instance.pk))], using=using)


def _texts(obj: Any, part: Part) -> list[str]:
    return [str(value) for value in _values(obj, part)]


def _values(obj: Any, part: Part) -> list[Any]:
    """What a part says of an object; several values where it leads through a relation to many."""
    found = [part(obj)] if callable(part) else _followed([obj], part.split("__"))
    return [value for value in found if value is not None and value != ""]


def _followed(objects: Iterable[Any], names: list[str]) -> list[Any]:
    if not names:
        return list(objects)
    found: list[Any] = []
    for obj in objects:
        try:
            value = getattr(obj, names[0])
        except ObjectDoesNotExist:
            continue  # a relation to one that has none
        if isinstance(value, Manager):
            found += value.all()
        elif value is not None:
            found.append(value() if callable(value) else value)
    return _followed(found, names[1:])


def _blocks(value: Any) -> Iterator[Block]:
    """A value as blocks: a text, one block, or several of either."""
    if isinstance(value, Block):
        yield value
    elif isinstance(value, str) or not isinstance(value, Iterable):
        yield from blocks_of(value)
    else:
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from _blocks(each)
