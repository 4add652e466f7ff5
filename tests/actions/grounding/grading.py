"""Grades the check of values on texts of which every value is known to be supported or planted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from shareai_cms.actions.grounding import Flag, Grounds

_MARK = re.compile(r"\{(\w+)\|([^{}]+)\}|\[([^\[\]]+)\]")


@dataclass(frozen=True)
class Case:
    """Facts, a text that was written from them, and what of it they do not support."""

    facts: str
    text: str
    facts_language: str
    language: str
    planted: tuple[Flag, ...]
    supported: tuple[str, ...]


@dataclass
class Grades:
    """What was caught of what was planted, and what was flagged though it is true."""

    cases: int = 0
    planted: Counter[str] = field(default_factory=Counter)
    caught: Counter[str] = field(default_factory=Counter)
    #: Caught under the right name of its kind.
    named: Counter[str] = field(default_factory=Counter)
    supported: int = 0
    #: What was missed, and what was flagged although it is true or was never thought of.
    missed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def share_missed(self) -> float:
        """Of all planted values."""
        return 1 - sum(self.caught.values()) / max(1, sum(self.planted.values()))

    @property
    def share_wrong(self) -> float:
        """Wrong flags for each supported value."""
        return len(self.wrong) / max(1, self.supported)


def read(table: str) -> Iterator[Case]:
    """The cases of a table."""
    for line in table.strip().splitlines():
        languages, facts, text = (cell.strip() for cell in line.split(" | ", 2))
        facts_language, language = languages.split(">")
        marks = _MARK.findall(text)
        yield Case(
            facts=facts,
            text=_MARK.sub(lambda match: match[2] or match[3], text),
            facts_language=facts_language,
            language=language,
            planted=tuple(Flag(kind=kind, text=value) for kind, value, _true in marks if kind),
            supported=tuple(true for _kind, _value, true in marks if true),
        )


def grade(cases: Iterable[Case]) -> Grades:
    """Check every text against its facts."""
    grades = Grades()
    for case in cases:
        _grade(case, grades)
    return grades


def _grade(case: Case, grades: Grades) -> None:
    flags = Grounds.from_text(case.facts, case.facts_language).flags(case.text, case.language)
    grades.cases += 1
    grades.supported += len(case.supported)
    for planted in case.planted:
        grades.planted[planted.kind] += 1
        hits = [flag for flag in flags if _meets(flag.text, planted.text)]
        if hits:
            grades.caught[planted.kind] += 1
            grades.named[planted.kind] += any(flag.kind == planted.kind for flag in hits)
        else:
            grades.missed.append(f"{planted.kind} {planted.text!r} in {case.text!r}")
    for flag in flags:
        if not any(_meets(flag.text, planted.text) for planted in case.planted):
            grades.wrong.append(f"{flag.kind} {flag.text!r} in {case.text!r}")


def _meets(one: str, other: str) -> bool:
    """Whether two texts are of the same place: one within the other, as whole words."""
    one, other = (re.sub(r"[×]", "x", text.casefold()) for text in (one, other))
    small, large = sorted((one, other), key=len)
    if not small.isascii():
        # Arabic joins small words to the next one.
        return small in large
    return re.search(rf"(?<!\w){re.escape(small)}(?!\w)", large) is not None
