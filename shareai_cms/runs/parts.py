"""The one form of a run's results, whatever action made them: parts with what stood there and what is proposed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.conf import settings
from django.utils.translation import override

from shareai_cms.actions.enriching.fitting import same
from shareai_cms.actions.enriching.wording import told
from shareai_cms.actions.facts import PartSpec, ProductFacts, Value
from shareai_cms.catalog.declaration import LABELS
from shareai_cms.runs.tasks import Proposal

KIND = "enrichment"


@dataclass(frozen=True, kw_only=True)
class OnePart:
    """Codec of an action that writes one text: its answer as the part of an object that it is meant for."""

    language: str
    part: str
    label: str
    before: Value
    key: str = ""

    def decode(self, output: str) -> dict[str, Any]:
        """The result with the text as it is; the actions of runs clean it first."""
        part = {
            "part": self.part,
            "key": self.key,
            "label": self.label,
            "before": self.before,
            "after": output,
            "format": "plain",
            "flags": [],
        }
        parts = [part] if output != self.before else []
        return {"kind": KIND, "language": self.language, "parts": parts, "missing": [], "needs_look": False}

    def beside(self, original: str) -> Self:
        return self


def one_part(facts: ProductFacts, spec: PartSpec, key: str = "") -> OnePart:
    """The codec for this part of an object whose facts were just read."""
    return OnePart(
        language=facts.language, part=spec.part, label=str(spec.label), before=facts.value(spec.part, key), key=key
    )


def proposals_of(result: Mapping[str, Any]) -> tuple[Proposal, ...]:
    """What a stored result offers, in the language of whoever reads it."""
    named = _named()
    return tuple(
        Proposal(
            part=each["part"],
            key=each.get("key", ""),
            label=_label(each, named),
            before=each.get("before", ""),
            after=each.get("after", ""),
            is_html=each.get("format") == "html",
            flags=tuple(each.get("flags", ())),
        )
        for each in result.get("parts", ())
        if not same(each.get("before"), each.get("after"))
    )


def missing_of(result: Mapping[str, Any]) -> tuple[str, ...]:
    """What the facts lack, and what was left out, in words; what was found missing twice is said once."""
    named = _named()
    found = (told({**each, "label": _label(each, named)}) for each in result.get("missing", ()))
    return tuple(dict.fromkeys(found))


def _named() -> Mapping[str, str]:
    """What the parts are called where results are made: workers speak the site's language."""
    with override(settings.LANGUAGE_CODE):
        return {part: str(label) for part, label in LABELS.items()}


def _label(entry: Mapping[str, Any], named: Mapping[str, str]) -> str:
    """The name of a place; one that is a catalogue's own is stored as it is."""
    part, label = entry.get("part", ""), str(entry.get("label", ""))
    return str(LABELS[part]) if label and named.get(part) == label else label
