"""All actions of the site: the built-in ones and those of any app with a ``shareai_actions.py``."""

from __future__ import annotations

import re
from importlib import import_module
from typing import TypeVar

from django.utils.module_loading import autodiscover_modules

from shareai_cms.actions.base import ROUTES, Action
from shareai_cms.errors import UnknownAction

_SLUG = re.compile(r"[a-z][a-z0-9-]{1,62}\Z")
_OPTION = re.compile(r"[a-z][a-z0-9_]{0,31}\Z")
#: In the order in which an editor is offered them.
BUILT_IN = ("writing", "translating", "drafting", "seo", "images", "enriching.action")

_registered: dict[str, Action] = {}

ActionClass = TypeVar("ActionClass", bound=type[Action])


def register(cls: ActionClass) -> ActionClass:
    """Class decorator: offer an action on this site. A later one of the same slug replaces the first."""
    if not _SLUG.match(cls.slug):
        raise ValueError(f"{cls.__name__}.slug must be lower-case words joined by hyphens, not {cls.slug!r}.")
    if cls.units < 1:
        raise ValueError(f"{cls.__name__}.units must be a whole number of at least 1, not {cls.units!r}.")
    if not cls.routes or set(cls.routes) - set(ROUTES):
        raise ValueError(f"{cls.__name__}.routes must name some of {', '.join(ROUTES)}, not {cls.routes!r}.")
    names = [option.name for option in cls.options]
    if len(set(names)) < len(names) or not all(_OPTION.match(name) for name in names):
        raise ValueError(f"{cls.__name__}.options must have different names of lower-case letters, not {names!r}.")
    _registered[cls.slug] = cls()
    return cls


def unregister(slug: str) -> None:
    """Take an action off this site; unknown slugs are ignored."""
    _registered.pop(slug, None)


def get(slug: str) -> Action:
    """The action of that name; raises ``UnknownAction``."""
    try:
        return _registered[slug]
    except KeyError:
        # The name came from outside: it is repeated only when it has the form of a name.
        raise UnknownAction(slug if _SLUG.match(slug) else "") from None


def all_actions() -> tuple[Action, ...]:
    """Every registered action, in order of registration."""
    return tuple(_registered.values())


def for_field(kind: str, name: str, max_length: int | None = None) -> tuple[Action, ...]:
    """The actions that make sense at a field of this kind, name and length."""
    return tuple(
        action
        for action in _registered.values()
        if action.fits(kind, name) and (max_length is None or max_length >= action.room)
    )


def autodiscover() -> None:
    """Import the built-in actions, then ``shareai_actions`` of every installed app."""
    for name in BUILT_IN:
        import_module(f"shareai_cms.actions.{name}")
    autodiscover_modules("shareai_actions")
