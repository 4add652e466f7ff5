"""How an object of one kind is loaded for writing, checked and saved: drafts, locks and rights are the platform's.

Core knows plain models; an integration registers keepers for its own kinds.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, FieldDoesNotExist, ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from shareai_cms.errors import ActionRefused, ChangeRefused, NotPermitted


class Keeper:
    """The rules for one kind of object; this base serves any Django model."""

    def handles(self, model: type[models.Model]) -> bool:
        """Whether this keeper answers for the model."""
        return True

    def queryset(self, model: type[models.Model]) -> models.QuerySet[Any]:
        """The objects of this very class."""
        return model._default_manager.all()

    def check(self, user: Any, obj: Any) -> None:
        """Raise ``NotPermitted`` or ``ObjectLocked`` where this person may not change the object now."""
        options = type(obj)._meta
        if user is None or not user.is_active or not user.has_perm(f"{options.app_label}.change_{options.model_name}"):
            raise NotPermitted(f"no permission to change {options.label_lower}")

    def may_change(self, user: Any, objects: Sequence[Any]) -> list[bool]:
        """Of each object of one class, whether this person may change it, now or once its lock is gone."""
        return [passes(lambda obj=obj: self.check(user, obj)) for obj in objects]  # type: ignore[misc]

    def latest(self, obj: Any) -> Any:
        """The object as an editor sees it: its latest draft where it has drafts.

        Setting values on it never changes ``obj`` itself where the two differ in the database.
        """
        return obj

    def related(self) -> tuple[str, ...]:
        """What ``latest``, ``version`` and ``language`` read beside the object: names for ``select_related``."""
        return ()

    def keeps(self, model: type[models.Model], name: str) -> bool:
        """Whether a value of this field or relation is saved by ``save``: not so what drafts have no place for."""
        return True

    def hidden(self, user: Any, model: type[models.Model]) -> frozenset[str]:
        """Fields that this person's edit form does not show, so that they may not write to them either."""
        return frozenset()

    def defaults(self, model: type[models.Model]) -> Mapping[str, str]:
        """Fields of parts that every object of this kind has, by part."""
        return {}

    def revision(self, obj: Any) -> str:
        """Names the latest draft or revision of the object; empty where it keeps none."""
        return ""

    def language(self, obj: Any) -> str:
        """BCP 47 tag of its content; empty where nothing says so."""
        return ""

    def languages(self, obj: Any) -> tuple[str, ...]:
        """Other languages of the site that the object can be translated into."""
        return ()

    def translation(self, obj: Any, language: str) -> Any:
        """The object that holds it in another language; None where there is none."""
        return None

    def translations(self, objects: Sequence[Any], language: str) -> Mapping[Any, Any]:
        """The translations that there are of many objects, by the objects' primary keys."""
        found = {obj.pk: self.translation(obj, language) for obj in objects}
        return {pk: translation for pk, translation in found.items() if translation is not None}

    def check_translating(self, user: Any, obj: Any, language: str) -> None:
        """Raise ``NotPermitted`` or ``ChangeRefused`` where this person could not have ``translate`` make one."""
        raise ChangeRefused(sentence=_("This is not kept in other languages."))

    def translate(self, user: Any, obj: Any, language: str) -> Any:
        """Make an unpublished copy of the object for another language, to be written to."""
        raise ChangeRefused(sentence=_("This is not kept in other languages."))

    def version(self, obj: Any) -> str:
        """At most 64 characters that change whenever the object, or its latest draft, is saved."""
        values = {
            field.attname: field.value_to_string(obj)
            for field in type(obj)._meta.concrete_fields
            if not getattr(field, "auto_now", False)
        }
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()

    def save(self, user: Any, obj: Any, fields: list[str], *, note: str = "", restored: Collection[str] = ()) -> bool:
        """Validate and save what was set on ``latest(obj)``; whether it went into a draft.

        Inside the caller's transaction. Raises ``ChangeRefused`` naming the field that does not take its value;
        ``restored`` names those that are put back as they were.
        """
        validate(obj, fields, restored)
        if fields:
            obj.save(update_fields=[*fields, *self.stamped(obj)])
        return False

    def stamped(self, obj: Any) -> list[str]:
        """Fields that say when an object was saved, which an editor's saving would set too."""
        return [field.name for field in type(obj)._meta.concrete_fields if getattr(field, "auto_now", False)]

    def address(self, obj: Any) -> str:
        """Where an editor changes it; empty where nowhere."""
        from django.contrib.admin.utils import quote

        options = type(obj)._meta
        try:
            return reverse(f"admin:{options.app_label}_{options.model_name}_change", args=[quote(obj.pk)])
        except NoReverseMatch:
            return ""


def passes(check: Callable[[], None]) -> bool:
    """Whether the person has the right that this asks for; a lock, or another reason of the moment, is none of it."""
    try:
        check()
    except NotPermitted:
        return False
    except ActionRefused:
        return True
    return True


def validate(obj: Any, fields: Collection[str], restored: Collection[str] = ()) -> None:
    """Check the fields that were set, and no others: what was wrong before is not this change's fault.

    Nor is what stood there before, such as an empty text where none may be any more: of ``restored`` fields only
    what is unique is checked. Raises ``ChangeRefused`` naming the field that does not take its value.
    """
    others = {field.name for field in type(obj)._meta.fields if field.name not in fields}
    try:
        _measure(obj, [name for name in fields if name not in restored])
        _tolerant(lambda: obj.clean_fields(exclude=others), restored)
        _tolerant(obj.clean, {*others, *restored})
        apart = others - _together_with(obj, fields)
        obj.validate_unique(exclude=apart)
        obj.validate_constraints(exclude=apart)
    except ValidationError as error:
        raise refusal(obj, error) from None


def _measure(obj: Any, fields: Collection[str]) -> None:
    """Text fields keep to their length in forms alone, which nothing else looks at."""
    for field in type(obj)._meta.fields:
        value, longest = getattr(obj, field.attname, None), getattr(field, "max_length", None)
        if field.name in fields and isinstance(field, models.TextField) and isinstance(value, str) and longest:
            try:
                MaxLengthValidator(longest)(value)
            except ValidationError as error:
                raise ValidationError({field.name: error.messages}) from None


def _together_with(obj: Any, fields: Collection[str]) -> set[str]:
    """The fields that a rule of the table asks for together with one of these: without them it would not be asked."""
    options = type(obj)._meta
    rules = [set(names) for parent in (type(obj), *options.all_parents) for names in parent._meta.unique_together]
    for _model, constraints in obj.get_constraints():
        for constraint in constraints:
            condition = getattr(constraint, "condition", None)
            rules.append({*getattr(constraint, "fields", ()), *getattr(condition, "referenced_base_fields", ())})
    return {name for names in rules if names & set(fields) for name in names}


def _tolerant(check: Callable[[], None], others: Collection[str]) -> None:
    """Check, but for what is wrong with these fields."""
    try:
        check()
    except ValidationError as error:
        if not hasattr(error, "error_dict"):
            raise
        mine = {name: found for name, found in error.error_dict.items() if name not in others}
        if mine:
            raise ValidationError(mine) from None


def refusal(obj: Any, error: ValidationError) -> ChangeRefused:
    """The validation error as a sentence that names its field."""
    if not hasattr(error, "error_dict"):
        return ChangeRefused(sentence=" ".join(error.messages)[:500])
    name, messages = next(iter(error.message_dict.items()))
    text = " ".join(messages)
    if name != NON_FIELD_ERRORS:
        text = about(_label(obj, name), text)
    return ChangeRefused(name, sentence=text[:500])


def about(label: str, reason: Any) -> str:
    """The sentence that says of a field why it was refused."""
    return _("%(label)s: %(reason)s") % {"label": label, "reason": reason}


def _label(obj: Any, name: str) -> str:
    try:
        label = str(getattr(type(obj)._meta.get_field(name), "verbose_name", name))
    except FieldDoesNotExist:
        label = name.replace("_", " ")
    return label[:1].upper() + label[1:]


_keepers: list[Keeper] = [Keeper()]


def register_keeper(keeper: Keeper) -> None:
    """Add a keeper; the latest registered that handles a model answers for it."""
    _keepers.append(keeper)


def keeper_for(model: type[models.Model]) -> Keeper:
    """The keeper that answers for this model."""
    return next(keeper for keeper in reversed(_keepers) if keeper.handles(model))
