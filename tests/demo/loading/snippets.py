from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from wagtail.models import DraftStateMixin, Locale

from tests.demo import models
from tests.demo.loading.references import References

#: Makes the translation key of an entry out of its key, the same in every language.
NAMESPACE = uuid.UUID("6b0e6c1e-5d0e-4c57-9a3f-3f6a4c1f7d10")


def translation_key(key: str) -> uuid.UUID:
    return uuid.uuid5(NAMESPACE, key)


def load_snippets(
    plan: dict[str, dict[str, Any]], words: dict[str, Any], locale: Locale, references: References, editor: User
) -> None:
    """Save each entry of the plan with its words in one language; what the plan calls a draft stays one."""
    for key, entry in plan.items():
        fields = {**entry, **words[key]}
        cls, is_draft = getattr(models, fields.pop("model")), fields.pop("draft", False)
        values = {name: references.resolve(value, locale) for name, value in fields.items()}
        if "price" in values:
            values["price"] = Decimal(values["price"])
        snippet = cls(locale=locale, translation_key=translation_key(key), **values)
        if isinstance(snippet, DraftStateMixin):
            _save_revision(snippet, editor, is_draft=is_draft)
        else:
            snippet.save()
        references.add(key, locale, snippet)


def _save_revision(snippet: Any, editor: User, *, is_draft: bool) -> None:
    snippet.live = False
    snippet.save()
    revision = snippet.save_revision(user=editor)
    if not is_draft:
        revision.publish(user=editor)
