"""What every place has in common, and what one write gathers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shareai_cms.catalog.keeping import Keeper, about, validate
from shareai_cms.catalog.paths import Problem
from shareai_cms.errors import ChangeRefused


@dataclass(kw_only=True)
class Pen:
    """One write: the object that is written to, by whom, and what has to be saved in the end."""

    user: Any
    obj: Any
    keeper: Keeper
    note: str = ""
    #: The value stood there before, so it is put back as it was.
    is_restored: bool = False
    #: The object is a translation of the one that the change was proposed for.
    is_translation: bool = False
    #: Names of the object's own fields and of relations that are saved with it.
    fields: list[str] = field(default_factory=list)
    #: Those of them that are put back as they were, whatever is thought of their values by now.
    restored: list[str] = field(default_factory=list)
    #: What is saved beside the object, once it is.
    rest: list[Callable[[], None]] = field(default_factory=list)

    def touch(self, name: str) -> None:
        if name not in self.fields:
            self.fields.append(name)
        if self.is_restored and name not in self.restored:
            self.restored.append(name)

    def save_row(self, row: Any, names: list[str]) -> None:
        """Save a row of another table, validated in these fields, after the object itself."""

        restored = names if self.is_restored else ()

        def save() -> None:
            validate(row, names, restored)
            is_new = row._state.adding  # noqa: SLF001  documented by Django
            row.save(update_fields=None if is_new else names)

        self.rest.append(save)


class Place(ABC):
    """Where one part, or the attributes of one kind, stand."""

    def fields(self) -> tuple[str, ...]:
        """Names of the model's fields that it writes to, which drafts have to keep."""
        return ()

    def reads(self) -> tuple[str, ...]:
        """Fields that it reads, as paths from the model, any of which the settings may exclude."""
        return self.fields()

    @abstractmethod
    def problems(self, model: type[models.Model], where: str) -> Iterator[Problem]:
        """What is wrong with the declaration."""

    def relations(self, model: type[models.Model]) -> tuple[list[str], list[Any]]:
        """What to select and what to prefetch so that reading asks nothing more."""
        return [], []


def refuse(label: Any, reason: Any, *, field_name: str = "") -> ChangeRefused:
    """The refusal of a value, with a sentence that names its field.

    Its words are found when somebody reads them: values are written in the object's language, not in the person's.
    """
    return ChangeRefused(field_name or str(label), sentence=_sentence(label, reason))


def not_allowed(label: Any, value: str) -> ChangeRefused:
    """The refusal of a value that is none of those allowed."""
    return refuse(label, _not_one_of(value[:100]))


def _said(label: Any, reason: Any) -> str:
    return about(str(label), reason)[:500]


def _told(value: str) -> str:
    return gettext("“%(value)s” is not one of its values.") % {"value": value}


_sentence, _not_one_of = lazy(_said, str), lazy(_told, str)


def one_text(label: Any, value: Any) -> str:
    """A value that has to be a single text; a list of one is."""
    if isinstance(value, list) and len(value) <= 1:
        value = value[0] if value else ""
    if not isinstance(value, str):
        raise refuse(label, _("it takes a single text."))
    return value


def texts(label: Any, value: Any) -> list[str]:
    """A value that has to be a list of texts; an empty one is none."""
    if isinstance(value, str):
        value = [value] if value else []
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise refuse(label, _("it takes a list of texts."))
    return value
