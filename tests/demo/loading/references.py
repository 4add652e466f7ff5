from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model
from wagtail.images.models import Image
from wagtail.models import Locale

_IN_TEXT = re.compile(r"\{\{([\w-]+)\}\}")


@dataclass
class References:
    """Which object a key of the content files stands for, language by language."""

    pictures: dict[str, Image]
    objects: dict[tuple[str, str], Model] = field(default_factory=dict)

    def add(self, key: str, locale: Locale, instance: Model) -> None:
        self.objects[key, locale.language_code] = instance

    def find(self, key: str, locale: Locale) -> Any:
        """The picture, or the object in this language; in English, which everything is in, where there is none."""
        found = self.pictures.get(key) or self.objects.get((key, locale.language_code))
        return found or self.objects[key, "en"]

    def resolve(self, value: Any, locale: Locale) -> Any:
        """The value with every key in it replaced: instances for model fields, ids in texts and blocks."""
        if isinstance(value, str) and value.startswith("@"):
            return self.find(value[1:], locale)
        if isinstance(value, str):
            return _IN_TEXT.sub(lambda match: str(self.find(match[1], locale).pk), value)
        return value

    def resolve_block(self, value: Any, locale: Locale) -> Any:
        """The same inside a StreamField's raw data, where an object is its id."""
        if isinstance(value, dict):
            return {name: self.resolve_block(item, locale) for name, item in value.items()}
        if isinstance(value, list):
            return [self.resolve_block(item, locale) for item in value]
        found = self.resolve(value, locale)
        return found.pk if isinstance(found, Model) else found
