"""What customers wrote, and what was summed up of it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from shareai_cms.actions.facts import Review
from shareai_cms.catalog.paths import Problem, field_of, label_later, unknown, values_at, wrong
from shareai_cms.catalog.places.base import Pen, Place, refuse
from shareai_cms.catalog.places.rows import is_to_many

#: Reviews that are read of one product, which may have a hundred thousand; of more, the first.
MOST = 500
#: Where the objects of ``relations`` have them.
_READ = "_shareai_reviews"


class Reviews(Place):
    """Rows with a text and, where there are stars, a number from 1 to 5."""

    def __init__(self, relation: str, *, text: str, rating: str = "", only: Mapping[str, Any] | None = None) -> None:
        self.relation, self.text, self.rating = relation, text, rating
        #: What a row has to be, by field, such as ``{"is_public": True}``.
        self.only = only or {}

    def reads(self) -> tuple[str, ...]:
        return tuple(f"{self.relation}__{name}" for name in (self.text, self.rating) if name)

    def read(self, obj: Any) -> tuple[Review, ...]:
        rows = getattr(obj, _READ, None)
        if rows is None:
            rows = self._first(getattr(obj, self.relation).all())
        return tuple(review for row in rows if (review := self._review(row)) is not None)

    def _first(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        found = rows.filter(**self.only)
        return (found if found.ordered else found.order_by("pk"))[:MOST]

    def _review(self, row: Any) -> Review | None:
        text = str(getattr(row, self.text) or "").strip()
        if not text:
            return None
        rating = values_at(row, self.rating) if self.rating else []
        return Review(text=text, rating=_stars(rating[0]) if rating else None)

    def problems(self, model: type[models.Model], where: str) -> Iterator[Problem]:
        field = field_of(model, self.relation)
        if field is None:
            yield unknown(model, self.relation, where, is_of_rows=True)
        elif not is_to_many(field):
            yield wrong(
                f"{where} names {self.relation!r}, which leads to no rows.",
                "Name the related_name of the reviews' foreign key.",
            )
        else:
            for name in (self.text, self.rating, *self.only):
                if name and field_of(field.related_model, name) is None:
                    yield unknown(field.related_model, name, where)

    def relations(self, model: type[models.Model]) -> tuple[list[str], list[Any]]:
        rows = field_of(model, self.relation).related_model._default_manager.all()
        return [], [models.Prefetch(self.relation, self._first(rows), to_attr=_READ)]


def _stars(value: Any) -> float | None:
    try:
        found = float(value)
    except (TypeError, ValueError, OverflowError):
        return None  # "five", which says as much to whoever reads it as no stars
    return found if math.isfinite(found) else None


class Summary(Place):
    """The summary of the reviews: as data in a JSON field, or as lines in a text field."""

    def __init__(self, name: str) -> None:
        self.name = name

    def fields(self) -> tuple[str, ...]:
        return (self.name,)

    def read(self, obj: Any) -> Mapping[str, Any] | str:
        value = getattr(obj, self.name)
        return value if isinstance(value, Mapping) else str(value or "")

    def write(self, obj: Any, value: Any, pen: Pen) -> None:
        field = type(obj)._meta.get_field(self.name)
        if isinstance(value, list) or not isinstance(value, str | Mapping):
            raise refuse(label_later(type(obj), self.name), _("it takes a summary of reviews."), field_name=self.name)
        if isinstance(field, models.JSONField):
            empty = None if field.null else field.get_default()
            stored = dict(value) if isinstance(value, Mapping) else (value or empty)
        else:
            stored = value if isinstance(value, str) else summary_text(value)
        setattr(obj, self.name, stored)
        pen.touch(self.name)

    def problems(self, model: type[models.Model], where: str) -> Iterator[Problem]:
        field = field_of(model, self.name)
        if field is None:
            yield unknown(model, self.name, where)
        elif not isinstance(field, models.JSONField | models.TextField):
            yield wrong(
                f"{where} names {self.name!r}, which has no room for a summary.", "Name a JSONField or a TextField."
            )


def summary_text(value: Mapping[str, Any]) -> str:
    """A summary as a text field holds it."""
    return "\n".join(_lines(value))


def _lines(value: Mapping[str, Any]) -> Iterator[str]:
    for name, mark in (("pros", "+"), ("cons", "-")):
        for each in value.get(name) or ():
            count = f" ({each['count']})" if each.get("count") else ""
            yield f"{mark} {each.get('text', '')}{count}"
