"""Which fields hold text that AI may work on, asked in the same way by every admin."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.core.exceptions import FieldDoesNotExist
from django.core.validators import EmailValidator, URLValidator
from django.db import models

from shareai_cms.conf import conf

TEXT = "text"
TEXTAREA = "textarea"
RICH_TEXT = "richtext"
IMAGE = "image"

#: Shorter fields hold codes and names, not sentences.
SHORTEST = 40

_NOT_PROSE = (models.SlugField, models.URLField, models.EmailField, models.FilePathField)
ADDRESS_CHECKS = (EmailValidator, URLValidator)
#: No field of Django's is one for passwords: sites keep them in plain text fields of this name.
_SECRET = "password"  # noqa: S105  a name, not one of them


@dataclass(frozen=True, kw_only=True)
class FieldSpec:
    """One field that actions fit; an integration may give names with ``*`` a meaning of its own."""

    name: str
    kind: str
    label: str
    features: tuple[str, ...] = field(default=())
    max_length: int | None = None


def is_excluded(model: type[models.Model], name: str) -> bool:
    """Whether the site's settings keep AI away from this field."""
    excluded = conf.excluded_fields
    return name.lower() in excluded or f"{model._meta.label_lower}.{name}".lower() in excluded


def is_secret(name: str) -> bool:
    return _SECRET in name.lower()


def is_prose(model: type[models.Model], name: str) -> bool:
    """Whether the model field behind a form field holds text that people write and read."""
    try:
        model_field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    if not isinstance(model_field, models.CharField | models.TextField) or isinstance(model_field, _NOT_PROSE):
        return False
    if is_secret(name) or any(isinstance(check, ADDRESS_CHECKS) for check in model_field.validators):
        return False
    return bool(model_field.editable and not model_field.choices)
