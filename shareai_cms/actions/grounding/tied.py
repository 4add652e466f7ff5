"""Whether the facts say another allowed value beside the name of an attribute: "lining: wool", and not cotton."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from shareai_cms.actions.facts import Attribute
from shareai_cms.actions.grounding.grounds import Grounds
from shareai_cms.actions.grounding.reading import folded, plain, words_of
from shareai_cms.actions.grounding.words.nearby import DENIALS, JOINTS, LEADS

#: Where a sentence ends; a point within a number is no end.
_SENTENCE = re.compile(r"[.!?](?=\s|$)|[;\n|•]")
_NAMED = re.compile(r"\s*(?:[:=]|[-–—]\s)")
_JOINT = re.compile(rf",(?!\d)|(?<!\w)(?:{'|'.join(JOINTS)})(?!\w)|(?<!\w)و(?=\w)", re.IGNORECASE)
_SHARE = re.compile(r"[\d.,%\s]+")
_UNIT = re.compile(r"[(\[][^()\[\]]*[)\]]")
_LEAST_NAME = 3
#: Words after a name without a colon that still speak of it, and words before it.
_AFTER, _BEFORE = 7, 3
#: Letters by which inflected words may differ at their end.
_ENDING, _STEM = 2, 4
#: Languages in which what something is made of stands before it.
_FRONT = ("", "en", "de")


@dataclass(frozen=True)
class _Said:
    """What the facts say beside an attribute's name, once."""

    after: str
    before: str


class Ties:
    """The texts of the facts, to be asked what they say beside the name of an attribute."""

    def __init__(self, texts: Iterable[str], language: str = "") -> None:
        self.language = language
        self._texts = tuple(texts)
        self._read: dict[str, Grounds] = {}

    @cached_property
    def _sentences(self) -> tuple[str, ...]:
        found = (each for text in self._texts for each in _SENTENCE.split(plain(text)))
        return tuple(dict.fromkeys(each for each in found if each.strip()))

    @cached_property
    def _whole(self) -> str:
        return plain("\n".join(self._texts)).casefold()

    def instead(self, attribute: Attribute, value: str) -> str:
        """The allowed value that stands beside the attribute's name where this one does not; empty where none does."""
        others = [each for each in attribute.allowed if each != value]
        instead = ""
        for said in dict.fromkeys(self._beside(attribute)) if others else ():
            both = f"{said.before}. {said.after}".strip(". ")
            if both and (_is_like(value, both) or self._stands(attribute, value, both)):
                return ""
            texts = (said.after, said.before if self.language in _FRONT else "")
            instead = instead or next((each for text in texts if (each := self._first(attribute, others, text))), "")
        return instead

    def _first(self, attribute: Attribute, values: Iterable[str], text: str) -> str:
        return next((each for each in values if self._stands(attribute, each, text)), "") if text.strip() else ""

    def _stands(self, attribute: Attribute, value: str, text: str) -> bool:
        """Whether a text has this value: in its words, or in others for the same material, colour, size or measure."""
        if f" {folded(value)} " in f" {folded(text)} ":
            return True
        label = attribute.label
        grounds = self._grounds(f"{label}: {text}")
        if not (grounds.concepts or grounds.sizes or grounds.codes or any(map(str.isdigit, value))):
            return False
        return grounds.supports(value) or (grounds.supports(f"{label}: {value}") and not grounds.supports(label))

    def _grounds(self, text: str) -> Grounds:
        if text not in self._read:
            self._read[text] = Grounds.from_text(text, self.language)
        return self._read[text]

    def _beside(self, attribute: Attribute) -> Iterator[_Said]:
        names = [name for name in _names(attribute) if _bare(name[0]).casefold() in self._whole]
        if not names:
            return
        name = _name_pattern(names)
        for sentence in self._sentences:
            for match in name.finditer(sentence):
                said = self._said(attribute, sentence, match)
                if said is not None and not DENIALS & set(folded(f"{said.before} {said.after}").split()):
                    yield said

    def _said(self, attribute: Attribute, sentence: str, match: re.Match[str]) -> _Said | None:
        before = _JOINT.split(sentence[: match.start()])[-1]
        named = _NAMED.match(sentence, match.end())
        if named is None:
            words = before.split()[-_BEFORE:] if ":" not in before else []
            after = _JOINT.split(sentence[match.end() :])
            first = " ".join(after[0].split()[:_AFTER])
            return _Said(self._listed(attribute, [first, *after[1:]]), " ".join(words))
        lead = folded(before).split()[-1:]
        if lead and lead[0] not in LEADS:
            return None  # "sleeve lining: cotton" is said of another attribute
        return _Said(self._listed(attribute, _JOINT.split(sentence[named.end() :])), "")

    def _listed(self, attribute: Attribute, pieces: list[str]) -> str:
        """The first piece, and those that go on with a value: "wool, cotton", but not "wool, shell of cotton"."""
        said = pieces[:1]
        for piece in pieces[1:] if said and said[0].strip() else ():
            head = folded(_SHARE.sub(" ", piece, count=1) if _SHARE.match(piece) else piece)
            starts = any(f"{head} ".startswith(f"{folded(each)} ") for each in attribute.allowed)
            if ":" in piece or not (starts or _is_value(attribute, head)):
                break
            said.append(piece)
        return ", ".join(said)


def _is_value(attribute: Attribute, head: str) -> bool:
    words = head.split()
    return bool(words) and any(_is_like(each, words[0]) for each in attribute.allowed)


def _is_like(value: str, text: str) -> bool:
    """Whether a text has the words of a value, perhaps inflected."""
    words = [_bare(word) for word in folded(text).split()]
    wanted = [_bare(word) for word in folded(value).split()]
    return bool(wanted) and all(any(_are_alike(one, other) for other in words) for one in wanted)


def _are_alike(one: str, other: str) -> bool:
    length = max(_STEM, max(len(one), len(other)) - _ENDING)
    return one == other or (min(len(one), len(other)) >= _STEM and one[:length] == other[:length])


def _bare(word: str) -> str:
    """An Arabic word without its article."""
    return re.sub("^[وب]?ال(?=..)", "", word)


def _names(attribute: Attribute) -> list[list[str]]:
    """The label and the key of an attribute in words, where they say anything."""
    texts = (plain(each) for each in (_UNIT.sub(" ", attribute.label), attribute.key.replace("_", " ")))
    names = ([text[word.start : word.end] for word in words_of(text)] for text in texts)
    return [name for name in names if len("".join(name)) >= _LEAST_NAME and not any(map(str.isdigit, "".join(name)))]


def _name_pattern(names: list[list[str]]) -> re.Pattern[str]:
    """Names of an attribute as they may stand in a sentence."""
    written = "|".join(dict.fromkeys(r"\W+".join(_written(word) for word in name) for name in names))
    return re.compile(rf"(?<!\w)(?:[وب]?ال)?(?:{written})(?:e?s|e?n|e)?(?!\w)", re.IGNORECASE)


def _written(word: str) -> str:
    return re.escape(_bare(word)).replace("ß", "(?:ß|ss)")
