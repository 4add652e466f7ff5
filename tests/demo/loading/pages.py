from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db.models import ManyToOneRel
from wagtail.fields import StreamField
from wagtail.models import Locale, Page

from tests.demo import models
from tests.demo.loading import states
from tests.demo.loading.references import References
from tests.demo.loading.snippets import translation_key


def load_pages(
    plan: list[dict[str, Any]],
    read: Callable[[str], dict[str, Any] | None],
    locales: Mapping[str, Locale],
    references: References,
    editor: User,
) -> None:
    """Make all pages first and fill them afterwards, because they link to one another.

    A page is there in every language that has a file of its name.
    """
    made = [
        (_make(entry, words, locale, references), entry, words)
        for code, locale in locales.items()
        for entry in plan
        if (words := read(f"{code}/{entry['key']}.toml")) is not None
    ]
    for page, entry, words in made:
        page.refresh_from_db()  # its children came after it
        draft = words.pop("draft", None)
        _fill(page, words, references)
        states.publish(page, entry.get("state", {}).get(page.locale.language_code), editor)
        if draft:
            _fill(page, draft, references)
            page.save_revision(user=editor)


def _make(entry: dict[str, Any], words: dict[str, Any], locale: Locale, references: References) -> Page:
    parent = references.find(entry["parent"], locale) if "parent" in entry else Page.get_first_root_node()
    page = getattr(models, entry["model"])(
        title=words["title"],
        slug=words["slug"],
        locale=locale,
        translation_key=translation_key(entry["key"]),
        show_in_menus=entry.get("menu", "parent" in entry and parent.depth == 2),
        live=False,
    )
    # treebeard counts children on the instance; the cached one is stale once it has a child.
    Page.objects.get(pk=parent.pk).add_child(instance=page)
    references.add(entry["key"], locale, page)
    return page


def _fill(page: Page, words: dict[str, Any], references: References) -> None:
    for name, value in words.items():
        field = page._meta.get_field(name)
        if isinstance(field, ManyToOneRel):
            items = [{key: references.resolve(text, page.locale) for key, text in item.items()} for item in value]
            setattr(page, name, [field.related_model(sort_order=order, **item) for order, item in enumerate(items)])
        elif isinstance(field, StreamField):
            blocks = [references.resolve_block(block, page.locale) for block in value]
            setattr(page, name, json.dumps(blocks))
        else:
            setattr(page, name, references.resolve(value, page.locale))
