"""What a run can do with each of its objects."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from django.db.models import Model
from django.utils.module_loading import autodiscover_modules

from shareai_cms.actions.base import Action, ActionInput
from shareai_cms.actions.codecs import without_markup
from shareai_cms.actions.facts import Change, Value

#: Whoever replaces a text of so many characters, which is more than a name or a line, has to look at it.
LONG = 80
#: Options of a run: leave alone what holds a value; replace also what stands in another language already.
ONLY_EMPTY, RETRANSLATE = "only_empty", "retranslate"


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """One value that a reviewer may accept, beside what stands there."""

    part: str
    key: str = ""
    label: str = ""
    #: When the facts were read.
    before: Value = ""
    after: Value = ""
    is_html: bool = False
    #: Values in ``after`` that the facts do not support, each ``{"kind": "number", "text": "12 cm"}``.
    flags: Sequence[Mapping[str, str]] = ()

    @property
    def replaced(self) -> str:
        """The text that would be lost, without markup; empty where nothing stands there, or a list that grows."""
        if isinstance(self.before, str):
            return (without_markup(self.before) if self.is_html else self.before).strip()
        if isinstance(self.before, list):
            return ""
        return "\n".join(points_of(self.before))

    @property
    def needs_look(self) -> bool:
        """Whether a reviewer should look before accepting: it says more than the facts, or replaces a long text."""
        return bool(self.flags) or len(self.replaced) >= LONG


def points_of(summary: Mapping[str, Any]) -> list[str]:
    """A summary of reviews as lines, as a text field keeps it."""
    return [
        f"{mark} {each.get('text', '')}" + (f" ({each['count']})" if each.get("count") else "")
        for mark, name in (("+", "pros"), ("-", "cons"))
        for each in summary.get(name) or ()
    ]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Something that is picked before a run starts."""

    value: str
    label: Any
    is_on: bool = True


class RunTask(ABC):
    """One action over many objects, with the way from its result to changes."""

    slug: str = ""
    label: Any = ""
    action: Action
    #: Whether it leaves alone what holds a value already, unless a run's options say otherwise.
    is_only_empty: bool = False

    @abstractmethod
    def models(self) -> tuple[type[Model], ...]:
        """The classes whose objects it works on."""

    @abstractmethod
    def choices(self, model: type[Model]) -> tuple[Choice, ...]:
        """What may be improved; empty where there is nothing to pick."""

    @abstractmethod
    def given(self, obj: Any, options: Mapping[str, Any], language: str) -> ActionInput:
        """The action's input for one object; raises an ``ActionRefused`` such as ``InputEmpty`` with its reason."""

    @abstractmethod
    def proposals(self, result: Mapping[str, Any]) -> tuple[Proposal, ...]:
        """What the action's stored result offers; values equal to what stands there are left out."""

    def needs_look(self, result: Mapping[str, Any]) -> bool:
        """Whether a reviewer should look before accepting."""
        return any(proposal.needs_look for proposal in self.proposals(result))

    def only_empty(self, options: Mapping[str, Any]) -> bool:
        """Whether a run with these options leaves alone what holds a value already."""
        return bool(options.get(ONLY_EMPTY, self.is_only_empty))

    def missing(self, result: Mapping[str, Any]) -> tuple[str, ...]:
        """Information that the facts lack, in words for the merchant."""
        return ()

    def units(self, route: str) -> int:
        """Units of one object."""
        return self.action.units_for(route)

    def changes(self, proposals: Sequence[Proposal]) -> tuple[Change, ...]:
        """What is written when these are accepted."""
        return tuple(Change(part=each.part, key=each.key, value=each.after) for each in proposals)


#: Modules beside this one that register the built-in tasks, imported when a task is first asked for: a site's start
#: need not wait for what they import.
BUILT_IN = ("enrich", "seo", "images")

_registered: dict[str, RunTask] = {}


@cache
def _load() -> None:
    for name in BUILT_IN:
        import_module(f"shareai_cms.runs.tasks_{name}")
    autodiscover_modules("shareai_tasks")


def register(cls: type[RunTask]) -> type[RunTask]:
    """Class decorator: offer a task for runs. A later one of the same slug replaces the first."""
    task = cls()
    if not task.slug:
        raise ValueError(f"{cls.__name__} needs a slug.")
    _registered[task.slug] = task
    return cls


def get(slug: str) -> RunTask:
    """The task of that name; raises ``KeyError``."""
    _load()
    return _registered[slug]


def known(slug: str) -> RunTask | None:
    """The task of that name; None where the site has none any more."""
    _load()
    return _registered.get(slug)


def tasks_for(model: type[Model]) -> tuple[RunTask, ...]:
    """The tasks that objects of this class can be given to."""
    _load()
    return tuple(task for task in _registered.values() if model in task.models())
