"""How lists and tables of a product are edited: as boxes to tick, and line by line."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models


class Lines(forms.CharField):
    """A table of names and values, one pair on each line: ``Weight: 620 g``."""

    widget = forms.Textarea(attrs={"rows": 4})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(f"{name}: {text}" for name, text in value.items()) if isinstance(value, dict) else value

    def to_python(self, value: Any) -> Any:
        found: dict[str, str] = {}
        for line in str(value or "").splitlines():
            name, colon, text = (part.strip() for part in line.partition(":"))
            if line.strip() and not (name and colon and text):
                raise ValidationError("Write one pair on each line, such as “Weight: 620 g”.")
            if name:
                found[name] = text
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class Ticked(models.JSONField):
    """Several of the given values."""

    def __init__(self, *args: Any, among: Any = (), **options: Any) -> None:
        self.among = among
        super().__init__(*args, **options)

    def deconstruct(self) -> Any:
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.JSONField", args, options

    def formfield(self, **options: Any) -> Any:
        return forms.MultipleChoiceField(
            choices=self.among,
            required=not self.blank,
            label=self.verbose_name.capitalize(),
            help_text=self.help_text,
            widget=forms.CheckboxSelectMultiple,
        )


class Table(models.JSONField):
    """Names and values, as many as there are."""

    def deconstruct(self) -> Any:
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.JSONField", args, options

    def formfield(self, **options: Any) -> Any:
        return Lines(required=not self.blank, label=self.verbose_name.capitalize(), help_text=self.help_text)
