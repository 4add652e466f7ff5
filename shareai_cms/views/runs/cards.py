"""One object of a run as a reviewer sees it."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shareai_cms.actions.facts import ALT_TEXT, KEYED
from shareai_cms.actions.grounding import ATTRIBUTE
from shareai_cms.actions.languages import other_languages
from shareai_cms.errors import ObjectNotFound, ShareAIError, error_classes
from shareai_cms.metering.meters import moment_text
from shareai_cms.models import RunItem
from shareai_cms.runs import applying, tasks
from shareai_cms.runs.desks import Thing
from shareai_cms.views.runs import words
from shareai_cms.views.runs.comparing import Piece, compared

Review, State = RunItem.Review, RunItem.State
#: Between the part and the key of a place in a form; no part has one.
SEPARATOR = ":"

_KINDS: Mapping[str, Any] = {
    "number": gettext_lazy("number"),
    "unit": gettext_lazy("unit"),
    "size": gettext_lazy("size"),
    "material": gettext_lazy("material"),
    "colour": gettext_lazy("colour"),
    "certification": gettext_lazy("certification"),
    "brand": gettext_lazy("brand name"),
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One value: what stands there, what is proposed, and what is doubtful about it."""

    place: str
    label: str
    before: list[Piece]
    after: list[Piece]
    flags: tuple[str, ...]
    #: A text that stands there would be lost.
    is_replacing: bool = False
    #: Whether it is accepted unless the reviewer leaves it out.
    is_ticked: bool = True
    #: Address of a small copy of the picture that an alternative text is of; empty for other values.
    picture: str = ""
    #: Of an object that was applied: whether the reviewer left this value out.
    is_left_out: bool = False


@dataclass(frozen=True, kw_only=True)
class Card:
    """One object with its values and what can be done with it."""

    item: RunItem
    #: What the object that is written is called, such as a translation, and where an editor changes it.
    name: str
    address: str
    language: str
    state: str
    tone: str
    rows: tuple[Row, ...]
    missing: tuple[str, ...]
    #: Why it could not be worked on, applied or taken back.
    reason: str
    #: Who decided when; empty while nobody has.
    decided: str
    #: The person may not edit the object, so nothing of it is shown, and there is nothing to click.
    is_closed: bool = False

    @property
    def is_open(self) -> bool:
        return bool(self.rows) and self.item.review in applying.APPLICABLE and self.item.review != Review.ACCEPTED

    @property
    def is_waiting(self) -> bool:
        """Whether it is among what a page is accepted with."""
        return self.is_open and self.item.review == Review.OPEN

    @property
    def may_decline(self) -> bool:
        return not self.is_closed and self.item.review in (Review.OPEN, Review.REFUSED)

    @property
    def may_undo(self) -> bool:
        until = applying.undo_until(self.item)
        return not self.is_closed and until is not None and until > timezone.now()


def card_of(item: RunItem, thing: Thing, written: Any = None, *, is_seen: bool = True) -> Card:
    """The card of an object, and of the one that is ``written``; without texts where the person may not see them."""
    if not is_seen:
        return _closed(item, thing)
    task = tasks.known(item.run.task)
    try:
        result = applying.result_of(item)
    except ObjectNotFound as error:
        result, gone = {}, str(error.sentence) if item.state == State.DONE else ""
    else:
        gone = ""
    proposals = task.proposals(result) if task is not None and result else ()
    # What was taken back before it was applied again is no part of what stands there now.
    is_applied = item.review == Review.APPLIED
    applied = {(each.part, each.key) for each in item.changes.all() if not (is_applied and each.undone_at)}
    labels = _labels(thing)
    return Card(
        item=item,
        name=name_of(item, thing, written),
        address=address_of(thing, written),
        language=_language(item),
        state=_state(item),
        tone=_tone(item),
        rows=tuple(_row(item, each, applied, labels) for each in proposals),
        missing=tuple(task.missing(result)) if task is not None and result else (),
        reason=_reason(item) or gone,
        decided=_decided(item),
    )


def name_of(item: RunItem, thing: Thing, written: Any = None) -> str:
    """What the object that is written is called: a translation by its own name, what is gone by its last one."""
    return str(written) if written is not None and written is not thing.obj else item.object_label


def address_of(thing: Thing, written: Any = None) -> str:
    """Where an editor changes the object that is written; empty where nowhere."""
    found = written if written is not None else thing.obj
    return thing.catalogue.address(found) if thing.catalogue is not None and found is not None else ""


def _labels(thing: Thing) -> Mapping[str, str]:
    """What the parts are called, in the reader's language."""
    if thing.catalogue is None or thing.obj is None:
        return {}
    return {spec.part: str(spec.label) for spec in thing.catalogue.parts(type(thing.obj)) if spec.part not in KEYED}


def _closed(item: RunItem, thing: Thing) -> Card:
    """The card of an object whose texts are not shown: the person may not edit it, or it is gone."""
    is_gone = thing.obj is None
    reason = _error(item)
    if item.state == State.DONE and is_gone:
        reason = _("This object is gone, so its texts are not shown.")
    elif item.state == State.DONE:
        reason = _("You may not edit this object, so its texts are not shown.")
    return Card(
        item=item,
        name=item.object_label,
        address="",
        language=_language(item),
        state=_state(item),
        tone=_tone(item),
        rows=(),
        missing=(),
        reason=reason,
        decided=_decided(item),
        is_closed=not is_gone,
    )


def parse_places(given: list[str]) -> set[applying.Place]:
    """The places that were ticked in a form."""
    pairs = (place.partition(SEPARATOR) for place in given)
    return {(part, key) for part, _separator, key in pairs}


def _row(item: RunItem, proposal: tasks.Proposal, applied: Set[applying.Place], labels: Mapping[str, str]) -> Row:
    before, after = compared(proposal.before, proposal.after, is_html=proposal.is_html)
    is_image = proposal.part == ALT_TEXT
    return Row(
        place=f"{proposal.part}{SEPARATOR}{proposal.key}",
        label=_image_label(item, proposal) if is_image else labels.get(proposal.part, proposal.label or proposal.part),
        before=before,
        after=after,
        flags=tuple(flag_text(flag) for flag in proposal.flags),
        is_replacing=bool(proposal.replaced),
        is_ticked=not proposal.needs_look,
        picture=_picture(item, proposal) if is_image else "",
        is_left_out=bool(applied) and (proposal.part, proposal.key) not in applied,
    )


def _image_label(item: RunItem, proposal: tasks.Proposal) -> str:
    """Which image it is: the object itself, or one of its images by its title."""
    named = proposal.label if proposal.key else item.object_label
    return _("Alternative text of “%(image)s”") % {"image": named}


def _picture(item: RunItem, proposal: tasks.Proposal) -> str:
    address = reverse("shareai_cms:run_picture", args=[item.run.reference, item.pk])
    return f"{address}?{urlencode({'key': proposal.key})}"


def flag_text(flag: Mapping[str, str]) -> str:
    """What is doubtful about a value, in a sentence as HTML."""
    # The value is in the language of the text, which may run the other way.
    text = format_html("<bdi>{}</bdi>", flag.get("text", ""))
    if flag.get("kind") == ATTRIBUTE:
        return mark_safe(escape(_("The facts seem to say “%(text)s” here")) % {"text": text})  # noqa: S308  escaped
    kind = str(_KINDS.get(flag.get("kind", ""), flag.get("kind", "")))
    return mark_safe(escape(_("Not in the facts: %(kind)s “%(text)s”")) % {"kind": escape(kind), "text": text})  # noqa: S308  escaped


def _state(item: RunItem) -> str:
    if item.state != State.DONE:
        return capfirst(str(item.get_state_display()))
    if item.review == Review.NONE:
        return _("Nothing to change")
    return capfirst(str(item.get_review_display()))


def _reason(item: RunItem) -> str:
    return item.review_note or _error(item)


def _error(item: RunItem) -> str:
    """Why it was not done; empty where it was, or still may be."""
    if item.state in (State.FAILED, State.SKIPPED) and item.error_code:
        error = error_classes().get(item.error_code, ShareAIError)
        return f"{error.sentence} {error.remedy}"
    return ""


def _decided(item: RunItem) -> str:
    if item.reviewed_at is None or item.review == Review.OPEN:
        return ""
    moment = moment_text(item.reviewed_at, item.run.account.wallet.time_zone)
    return _("%(person)s, %(moment)s") % {"person": item.reviewed_by, "moment": moment}


def _language(item: RunItem) -> str:
    names = dict(other_languages(""))
    return str(names.get(item.language, item.language))


def _tone(item: RunItem) -> str:
    return words.REVIEW_TONES.get(Review(item.review), "bad" if item.state == State.FAILED else "over")
