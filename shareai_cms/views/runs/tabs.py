"""The tabs of a run's suggestions, and what can be decided of all that one shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.formats import number_format
from django.utils.translation import ngettext

from shareai_cms.metering.retry import patiently
from shareai_cms.models import Run, RunItem
from shareai_cms.runs import reviewing
from shareai_cms.runs.progress import Progress
from shareai_cms.views.runs.access import page_url

Review, State = RunItem.Review, RunItem.State
PER_PAGE = 20
#: Tabs that a decision takes an object off.
DECIDED_IN = ("look", "open")


@dataclass(frozen=True, kw_only=True)
class Tab:
    """One part of the list."""

    name: str
    label: str
    number: str


@dataclass(frozen=True, kw_only=True)
class Bulk:
    """A decision on all of a tab."""

    do: str
    label: str
    is_main: bool
    #: Of the page that asks whether it is meant.
    url: str


def asked(given: Mapping[str, str]) -> str:
    """The tab that an address or a form names; everything, where it names none."""
    name = given.get("show", "")
    return name if name in reviewing.FILTERS else "all"


def first(found: Progress) -> str:
    """The tab that a reviewer begins with."""
    return "look" if found.needs_look else "open" if found.by_review.get(Review.OPEN) else "all"


def numbers(found: Progress) -> Mapping[str, int]:
    reviews = found.by_review
    return {
        "look": found.needs_look,
        "open": reviews.get(Review.OPEN, 0) + reviews.get(Review.ACCEPTED, 0),
        "applied": reviews.get(Review.APPLIED, 0) + reviews.get(Review.RETURNING, 0),
        "refused": reviews.get(Review.REFUSED, 0),
        "declined": reviews.get(Review.DECLINED, 0),
        "undone": reviews.get(Review.UNDONE, 0),
        "nothing": found.count(State.DONE) - sum(reviews.values()),
        "failed": found.count(State.FAILED),
        "skipped": found.count(State.SKIPPED),
        "all": found.total,
    }


def tabs(found: Progress) -> Iterator[Tab]:
    """Those that have something, the open one and the one with all."""
    for name, number in numbers(found).items():
        if number or name in ("open", "all"):
            yield Tab(name=name, label=str(reviewing.FILTERS[name][0]), number=number_format(number))


def _accept(number: int, *, is_part: bool) -> str:
    if is_part:
        text = ngettext("Accept the %(number)s that needs no look", "Accept the %(number)s that need no look", number)
    else:
        text = ngettext("Accept this %(number)s", "Accept these %(number)s", number)
    return text % {"number": number_format(number)}


def _decline(number: int) -> str:
    text = ngettext("Decline this %(number)s", "Decline these %(number)s", number)
    return text % {"number": number_format(number)}


def _undo(number: int) -> str:
    text = ngettext("Take this %(number)s back", "Take these %(number)s back", number)
    return text % {"number": number_format(number)}


def _reopen(number: int) -> str:
    text = ngettext("Open this %(number)s again", "Open all %(number)s again", number)
    return text % {"number": number_format(number)}


_LABELS: Mapping[str, Callable[[int], str]] = {
    "decline_all": _decline,
    "undo_all": _undo,
    "reopen_all": _reopen,
}
#: For each decision: what of a tab it is about, and the tabs that offer it.
_SCOPES = {
    "apply_all": (reviewing.acceptable, ("open", "all")),
    "decline_all": (reviewing.declinable, ("look", "open", "all")),
    "undo_all": (reviewing.returnable, ("applied", "all")),
    "reopen_all": (reviewing.declined, ("declined",)),
}


def bulk(run: Run, found: Progress, shown: str) -> Iterator[Bulk]:
    """What can be decided of all that a tab shows, with how many that are."""
    for do, (scope, places) in _SCOPES.items():
        number = patiently(scope(run, shown).count) if shown in places else 0
        if not number:
            continue
        if do == "apply_all":
            label = _accept(number, is_part=bool(found.needs_look))
        else:
            label = _LABELS[do](number)
        url = f"{page_url(run, 'run_sure')}?{urlencode({'do': do, 'show': shown})}"
        yield Bulk(do=do, label=label, is_main=do == "apply_all", url=url)
