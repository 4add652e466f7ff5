"""How an object of one kind is loaded for writing, checked and saved: drafts, locks and rights are the platform's.

Core knows plain models; an integration registers keepers for its own kinds.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from shareai_cms.errors import ChangeRefused, NotPermitted


class Keeper:
    """The rules for one kind of object; this base serves any Django model."""

    def handles(self, model: type[models.Model]) -> bool:
        """Whether this keeper answers for the model."""
        return True

    def check(self, user: Any, obj: Any) -> None:
        """Raise ``NotPermitted`` or ``ObjectLocked`` where this person may not change the object now."""
        options = type(obj)._meta
        if user is None or not user.is_active or not user.has_perm(f"{options.app_label}.change_{options.model_name}"):
            raise NotPermitted(f"no permission to change {options.label_lower}")

    def latest(self, obj: Any) -> Any:
        """The object as an editor sees it: its latest draft where it has drafts."""
        return obj

    def version(self, obj: Any) -> str:
        """At most 64 characters that change whenever the object, or its latest draft, is saved."""
        values = {
            field.attname: field.value_to_string(obj)
            for field in type(obj)._meta.concrete_fields
            if not getattr(field, "auto_now", False)
        }
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()

    def save(self, user: Any, obj: Any, fields: list[str], *, note: str = "") -> bool:
        """Validate and save what was set on ``latest(obj)``; whether it went into a draft.

        Inside the caller's transaction. Raises ``ChangeRefused`` naming the field that does not take its value.
        """
        validate(obj, fields)
        obj.save(update_fields=fields or None)
        return False

    def address(self, obj: Any) -> str:
        """Where an editor changes it; empty where nowhere."""
        return ""


def validate(obj: Any, fields: list[str]) -> None:
    """Check the fields that were set, and no others: what was wrong before is not this change's fault."""
    others = [field.name for field in type(obj)._meta.fields if field.name not in fields]
    try:
        obj.clean_fields(exclude=others)
        obj.clean()
    except ValidationError as error:
        raise refusal(obj, error) from None


def refusal(obj: Any, error: ValidationError) -> ChangeRefused:
    """The validation error as a sentence that names its field."""
    if not hasattr(error, "error_dict"):
        return ChangeRefused(sentence=" ".join(error.messages)[:500])
    name, messages = next(iter(error.message_dict.items()))
    label = name
    if name != "__all__":
        label = str(type(obj)._meta.get_field(name).verbose_name)
        label = label[:1].upper() + label[1:]
    text = " ".join(messages) if name == "__all__" else f"{label}: {' '.join(messages)}"
    return ChangeRefused(name, sentence=text[:500])


_keepers: list[Keeper] = [Keeper()]


def register_keeper(keeper: Keeper) -> None:
    """Add a keeper; the latest registered that handles a model answers for it."""
    _keepers.append(keeper)


def keeper_for(model: type[models.Model]) -> Keeper:
    """The keeper that answers for this model."""
    return next(keeper for keeper in reversed(_keepers) if keeper.handles(model))
