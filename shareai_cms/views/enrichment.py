"""What an enrichment proposed for one product, as its edit form shows and takes it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import JSONField, Model
from django.utils import timezone
from django.utils.translation import gettext as _

from shareai_cms.actions.codecs import without_markup
from shareai_cms.actions.facts import (
    ALT_TEXT,
    KEYED,
    NAME,
    Attribute,
    ImageFact,
    PartSpec,
    ProductFacts,
    Value,
)
from shareai_cms.actions.languages import other_languages
from shareai_cms.actions.options import Choices
from shareai_cms.actions.targets import Target, TargetPolicy
from shareai_cms.catalog.base import Catalogue
from shareai_cms.catalog.paths import label_of
from shareai_cms.catalog.places.reviews import summary_text
from shareai_cms.conf import conf
from shareai_cms.models import Suggestion
from shareai_cms.runs import tasks
from shareai_cms.runs.exporting import text_of
from shareai_cms.views.runs.cards import SEPARATOR, flag_text
from shareai_cms.views.runs.comparing import Piece, compared


@dataclass(frozen=True, kw_only=True)
class Row:
    """One value: what stands there, what is proposed, and how it gets there."""

    place: str
    label: str
    before: list[Piece]
    after: list[Piece]
    flags: tuple[str, ...]
    #: Name of the form's field that takes it; empty where the server has to write it.
    field: str
    #: What the field takes, and what it held when it was proposed, as JSON.
    fill: str
    #: It stands there already.
    is_done: bool
    #: The server has written it, and can write back what stood there before.
    may_return: bool


def facts_of(catalogue: Catalogue, obj: Any, language: str) -> ProductFacts:
    """What is stored now in a language, empty for the object's own; nothing where it is not translated yet."""
    found = catalogue.read(obj, language)
    if language and found.language.lower() != language.lower():
        return ProductFacts(name="", language=language)
    return found


def context(
    policy: TargetPolicy, target: Target, catalogue: Catalogue, facts: ProductFacts, suggestion: Suggestion
) -> dict[str, Any]:
    """What the list of proposals shows."""
    task = tasks.get("enrich")
    is_here = facts.language.lower() == catalogue.read(target.obj).language.lower()
    maker = maker_of(policy, target, catalogue, facts, is_here=is_here, may_return=may_return(suggestion))
    proposals = task.proposals(suggestion.result)
    rows = [maker.row(proposal) for proposal in proposals]
    return {
        "suggestion": suggestion,
        "rows": rows,
        "language": "" if is_here else dict(language_names()).get(facts.language, facts.language),
        "missing": list(dict.fromkeys(task.missing(suggestion.result))),
        "looks": sum(bool(row.flags) for row in rows if not row.is_done),
        "open": sum(not row.is_done for row in rows),
    }


def may_return(suggestion: Suggestion) -> bool:
    """Whether what was accepted of it can be taken back; after a run it can for as long."""
    if suggestion.state != Suggestion.State.ACCEPTED or suggestion.decided_at is None:
        return False
    return suggestion.decided_at > oldest_return()


def oldest_return() -> datetime:
    """What was accepted before this moment is not taken back any more."""
    return timezone.now() - timedelta(days=conf.run_undo_days)


def stands(facts: ProductFacts, proposal: tasks.Proposal) -> bool:
    """Whether what was proposed stands there."""
    try:
        now: Value = facts.value(proposal.part, proposal.key)
    except KeyError:
        return False
    after = proposal.after
    if isinstance(now, str) and isinstance(after, Mapping):
        after = summary_text(after)
    # A list is the same in any order: tags come back sorted. Lines come back as forms send them.
    left, right = (sorted(each) if isinstance(each, list) else _lines(text_of(each)) for each in (now, after))
    if proposal.is_html and isinstance(left, str) and isinstance(right, str):
        # Links and images of the text that stood there are kept beside what was proposed.
        left, right = _words(left), _words(right)
    return left == right


def maker_of(
    policy: TargetPolicy,
    target: Target,
    catalogue: Catalogue,
    facts: ProductFacts,
    *,
    is_here: bool = True,
    may_return: bool = False,
) -> Maker:
    specs = {spec.part: spec for spec in catalogue.parts(type(target.obj))}
    return Maker(policy, target, specs, facts, is_here=is_here, may_return=may_return)


def place_of(proposal: tasks.Proposal) -> str:
    """A proposal's place as the browser names it."""
    return f"{proposal.part}{SEPARATOR}{proposal.key}"


def part_label(spec: PartSpec | None, model: type[Model]) -> str:
    """What the form calls a part that has a field of its own; empty for those that have several, or none."""
    if spec is None or not spec.field or spec.part in (*KEYED, NAME):
        return ""
    return label_of(model, spec.field)


def language_names() -> Choices:
    return other_languages("")


def written_text(*, is_draft: bool, language: str) -> str:
    """What became of values that the form has no field for."""
    if language:
        return _("Written into the translation. Nothing is published.") if is_draft else _("The translation was saved.")
    return _("Written into the draft. Nothing is published.") if is_draft else _("Saved.")


class Maker:
    """Makes a row of each proposal: where the form has a place for it, and whether it stands there already."""

    def __init__(
        self,
        policy: TargetPolicy,
        target: Target,
        specs: Mapping[str, PartSpec],
        facts: ProductFacts,
        *,
        is_here: bool,
        may_return: bool = False,
    ) -> None:
        self._policy, self._target, self._specs, self._facts = policy, target, specs, facts
        self._is_here, self._may_return = is_here, may_return

    def row(self, proposal: tasks.Proposal) -> Row:
        before, after = compared(proposal.before, proposal.after, is_html=proposal.is_html)
        field = self.field(proposal) if self._is_here else ""
        fill = self._fill(field, proposal) if field else None
        is_done = stands(self._facts, proposal)
        return Row(
            place=place_of(proposal),
            label=self._label(proposal),
            before=before,
            after=after,
            flags=tuple(flag_text(flag) for flag in proposal.flags),
            field=field if fill is not None else "",
            fill=json.dumps(fill) if fill is not None else "",
            is_done=is_done,
            may_return=is_done and fill is None and self._may_return,
        )

    def _label(self, proposal: tasks.Proposal) -> str:
        model, found = type(self._target.obj), self._keyed(proposal) if proposal.part == ALT_TEXT else None
        own = label_of(model, found.column) if isinstance(found, ImageFact) and found.column else ""
        return own or part_label(self._specs.get(proposal.part), model) or proposal.label or proposal.part

    def field(self, proposal: tasks.Proposal) -> str:
        """The model's own field of a part, or the relation of the row that it stands in; empty where it has none."""
        if proposal.part in KEYED:
            # Not the key: an attribute of a row, or of a JSON field, may be called as a column of the model is.
            found = self._keyed(proposal)
            if found is not None and found.row:
                return found.row[0]
            name = getattr(found, "field", "") or getattr(found, "column", "")
        else:
            spec = self._specs.get(proposal.part)
            name = spec.field if spec is not None else ""
        return name if name and _has_field(type(self._target.obj), name) else ""

    def _keyed(self, proposal: tasks.Proposal) -> Attribute | ImageFact | None:
        images, attributes = self._facts.images, self._facts.attributes
        among: Iterable[Attribute | ImageFact] = images if proposal.part == ALT_TEXT else attributes
        return next((each for each in among if each.key == proposal.key), None)

    def _fill(self, name: str, proposal: tasks.Proposal) -> Mapping[str, Any] | None:
        after = proposal.after
        if isinstance(after, Mapping):
            after = summary_text(after)
        more = {"before": _listed(proposal.before), **self._row(proposal)}
        if not isinstance(after, str):
            return {"kind": "list", "values": _listed(after), **more}
        value = self._policy.form_value(self._target, name, after)
        return {**value, **more} if value is not None else None

    def _row(self, proposal: tasks.Proposal) -> Mapping[str, Any]:
        """How a form finds the row of its own in which a value stands, and the field there."""
        found = self._keyed(proposal) if proposal.part in KEYED else None
        if found is None or not found.row:
            return {}
        _relation, by, into = found.row
        return {"row": {"by": by, "is": found.label if isinstance(found, Attribute) else found.key, "into": into}}


def _listed(value: Value) -> list[str]:
    return list(_texts(value))


def _texts(value: Value) -> Iterator[str]:
    if isinstance(value, str):
        yield from (value,) if value else ()
    elif isinstance(value, list):
        yield from value


def _has_field(model: type[Model], name: str) -> bool:
    """Whether a form could show it as people write it: JSON is shown as code."""
    try:
        return not isinstance(model._meta.get_field(name), JSONField)
    except FieldDoesNotExist:
        return False


def _lines(text: str) -> str:
    return "\n".join(text.splitlines())


def _words(markup: str) -> str:
    return "".join(without_markup(markup).split())
