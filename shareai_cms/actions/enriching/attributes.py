"""Which values of an answer an attribute takes: allowed ones alone, and only those that the facts support."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from shareai_cms.actions.enriching.fitting import plain
from shareai_cms.actions.enriching.given import EnrichInput
from shareai_cms.actions.enriching.shape import AttributeAnswer
from shareai_cms.actions.facts import Attribute, spelled
from shareai_cms.actions.grounding import Grounds

FREE_TEXT_CHARACTERS = 500
#: Values that one answer may add to an attribute.
MOST_VALUES = 30
#: Words of the facts that are quoted say something from this length.
_LEAST_QUOTE = 3


class Refused(enum.Enum):
    """Why none of the values is taken."""

    NOTHING, NOT_ALLOWED, UNSUPPORTED, TOO_LONG = range(4)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Values to add, or why there are none."""

    values: tuple[str, ...] = ()
    refused: Refused = Refused.NOTHING


def chosen(attribute: Attribute, answer: AttributeAnswer, grounds: Grounds, given: EnrichInput) -> Choice:
    """The values that are taken, written as they are stored; a single one where the attribute takes one."""
    if attribute.allowed:
        known = {spelled(value): value for value in attribute.allowed}
        found = [known.get(spelled(value)) or known.get(spelled(plain(value)), "") for value in answer.values]
    else:
        found = [plain(value, is_multiline=True) for value in answer.values]
    new = [value for value in dict.fromkeys(found) if value and (given.is_translation or value not in attribute.values)]
    if not new:
        return Choice(refused=Refused.NOT_ALLOWED if any(answer.values) and not any(found) else Refused.NOTHING)
    most = attribute.max_length or FREE_TEXT_CHARACTERS
    short = [value for value in new if attribute.allowed or len(value) <= most]
    if not short:
        return Choice(refused=Refused.TOO_LONG)
    if given.is_translation:
        return Choice(values=tuple(short[: len(attribute.values)]))
    supported = [value for value in short if is_supported(attribute, value, answer.because, grounds)]
    if not attribute.is_multiple and len(supported) > 1:
        # Two answers to a question that has one: nobody knows which.
        return Choice(refused=Refused.UNSUPPORTED)
    return Choice(values=tuple(supported[:MOST_VALUES]), refused=Refused.UNSUPPORTED)


def is_supported(attribute: Attribute, value: str, because: str, grounds: Grounds) -> bool:
    """Whether the facts say it: in these words, in words of the same meaning, or in those that are quoted.

    A quotation has to stand in the facts, and no checked value in the attribute's may be against them.
    """
    if grounds.says(value):
        return True
    if grounds.flags(f"{attribute.label}: {value}"):
        return False
    return grounds.supports(value) or (len(because) >= _LEAST_QUOTE and grounds.quotes(because))
