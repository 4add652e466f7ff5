"""The only values that a place takes: as they are stored, and as they are shown to people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from shareai_cms.actions.facts import spelled

#: Values, pairs of a stored value and its label, objects, or a function of the object that gives them.
Allowed = Iterable[Any] | Callable[[Any], Iterable[Any]]


#: Objects that a relation may lead to, of which nobody said which ones; of more, the first.
MOST_REACHABLE = 2_000


class Options:
    """Pairs of a stored value and its label. A label that two of them have is told apart by the stored value."""

    def __init__(self, pairs: Iterable[tuple[Any, str]]) -> None:
        given = [(stored, label) for stored, label in pairs if label and stored not in (None, "")]
        often = Counter(spelled(label) for _stored, label in given)
        self.pairs = [
            (stored, label if often[spelled(label)] == 1 else f"{label} ({stored})") for stored, label in given
        ]

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(label for _stored, label in self.pairs)

    def shown(self, stored: Any) -> str:
        """The label of a stored value; the value itself where it is none of them any more."""
        return next((label for each, label in self.pairs if str(each) == str(stored)), str(stored))

    def stored(self, value: str) -> Any:
        """The stored value of a label, or of itself; raises ``KeyError``."""
        wanted = spelled(value)
        for stored, label in self.pairs:
            if spelled(label) == wanted:
                return stored
        for stored, _label in self.pairs:
            if str(stored) == value:
                return stored
        raise KeyError(value)


def options_of(field: Any, allowed: Allowed | None, obj: Any, *, label: str = "") -> Options | None:
    """What a column takes: what is declared, else its choices or the objects it may lead to; None for free values."""
    if allowed is not None:
        given = allowed(obj) if callable(allowed) else allowed
        return Options(_pairs(given, field if field is not None and field.is_relation else None, label=label))
    if field is None:
        return None
    if field.is_relation:
        return Options((key_of_object(each, field), label_of_object(each, label)) for each in _reachable(field))
    if isinstance(field, models.BooleanField):
        return Options(((True, _("Yes")), (False, _("No"))))
    if field.choices:
        return Options((stored, str(shown)) for stored, shown in field.flatchoices)
    return None


def standing_options(field: Any, label: str) -> Options:
    """Every object that a relation has ever led to, whatever it may lead to by now."""
    found = field.related_model._base_manager.order_by("pk")
    return Options((key_of_object(each, field), label_of_object(each, label)) for each in found)


def key_of_object(obj: Any, field: Any) -> Any:
    """What a relation's column holds of an object: its primary key, unless the foreign key says otherwise."""
    return obj.pk if field.many_to_many else getattr(obj, field.target_field.attname)


def label_of_object(obj: Any, label: str) -> str:
    return str(getattr(obj, label) if label else obj)


def _reachable(field: Any) -> QuerySet[Any]:
    found: QuerySet[Any] = field.related_model._default_manager.all()
    found = found if found.ordered else found.order_by("pk")
    limit = field.get_limit_choices_to()
    if limit:
        found = found.filter(limit if isinstance(limit, Q) else Q(**limit)).distinct()
    return found[:MOST_REACHABLE]


def _pairs(given: Iterable[Any], relation: Any, *, label: str) -> Iterable[tuple[Any, str]]:
    # A queryset of the declaration is made once, when the app is read: its rows are asked for anew each time.
    for each in given.all() if isinstance(given, QuerySet) else given:
        if isinstance(each, models.Model):
            shown = label_of_object(each, label)
            yield (key_of_object(each, relation) if relation is not None else shown), shown
        elif isinstance(each, tuple | list) and len(each) == 2:
            yield each[0], str(each[1])
        else:
            yield each, str(each)
