"""The settings as the site wrote them, and whether other checks may read them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings

from shareai_cms.conf import DEFAULTS

#: What a value has to be, by the type of its default; a default of None stands for text or None.
KINDS: dict[type, tuple[Callable[[Any], bool], str]] = {
    bool: (lambda value: isinstance(value, bool), "True or False"),
    int: (lambda value: isinstance(value, int) and not isinstance(value, bool) and value > 0, "a whole number above 0"),
    float: (
        lambda value: isinstance(value, int | float) and not isinstance(value, bool) and value > 0,
        "a number above 0",
    ),
    str: (lambda value: isinstance(value, str), "text"),
    type(None): (lambda value: value is None or isinstance(value, str), "text"),
    list: (lambda value: is_texts(value), "a list of texts"),
    dict: (lambda value: isinstance(value, Mapping), "a dictionary"),
}

#: What a setting has to be whose default does not say so.
OF_NAME: dict[str, tuple[Callable[[Any], bool], str]] = {
    name: (lambda value: value is None or KINDS[int][0](value), "a whole number above 0, or None")
    for name in ("EMBEDDING_DIMENSIONS", "RUN_RATE")
}


def kind_of(name: str) -> tuple[Callable[[Any], bool], str]:
    """Whether a value is right for a setting, and what it has to be in words."""
    return OF_NAME.get(name) or KINDS[type(DEFAULTS[name])]


def is_texts(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(item, str) for item in value)


def given() -> Mapping[str, Any]:
    """The dictionary as the site wrote it."""
    value: Mapping[str, Any] = getattr(settings, "SHAREAI_CMS", {})
    return value


def is_a_dictionary() -> bool:
    return isinstance(given(), Mapping)


def is_sound(name: str) -> bool:
    """Whether a value has the type of its default, so that other checks may read it."""
    is_right, _ = kind_of(name)
    return is_a_dictionary() and (name not in given() or is_right(given()[name]))
