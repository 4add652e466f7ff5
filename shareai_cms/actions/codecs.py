"""From the model's answer to something a plain field can take."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass, replace
from typing import Any

from shareai_cms.errors import OutputEmpty, OutputInvalid, OutputUnsafe
from shareai_cms.marketplace.text import clean

# No "<" inside a tag: a long row of unclosed ones would be searched again from each.
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--")
_FENCE = re.compile(r"\A```[\w-]*\n(.*?)\n?```\Z", re.DOTALL)
# Everything below a space but tab and line feed, DEL, and the C1 controls; also bidirectional overrides,
# which could make the text read otherwise than it is stored.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_BULLET = re.compile(r"\A\s*(?:[-*•]|\d{1,2}[.)])\s+")
#: One line with a mark may be a dash in prose. Where a single text is wanted, one is enough.
_LEAST_ITEMS = 2
#: Between a text and what is added after it.
GAP = "\n\n"
_QUOTES = {('"', '"'), ("“", "”"), ("„", "“"), ("„", "”"), ("«", "»"), ("'", "'"), ("‘", "’"), ("「", "」")}


def unwrap(output: str) -> str:
    """The answer without control characters and without a code fence around the whole of it."""
    text = _CONTROL.sub("", output.replace("\r\n", "\n")).strip()
    fenced = _FENCE.match(text)
    return fenced.group(1).strip() if fenced else text


def has_markup(text: str) -> bool:
    """Whether a browser could take a part of the text for a tag."""
    return _TAG.search(text) is not None


def without_hidden(text: str) -> str:
    """The text without control characters, and without marks that make it read otherwise than it is stored."""
    return _CONTROL.sub("", text)


def without_markup(text: str) -> str:
    """Plain text of an answer that brought markup along; scripts and styles go with their content."""
    if not _TAG.search(text):
        return text
    import nh3

    return html.unescape(nh3.clean(text, tags=set(), clean_content_tags={"script", "style"})).strip()


def unquoted(text: str) -> str:
    """The text without one pair of quotation marks around the whole of it."""
    if len(text) > 2 and (text[0], text[-1]) in _QUOTES and text[0] not in text[1:-1]:
        return text[1:-1].strip()
    return text


@dataclass(frozen=True, kw_only=True)
class PlainText:
    """For text inputs and text areas: no markup; one line unless ``is_multiline``."""

    is_multiline: bool = True
    max_length: int | None = None
    #: The original holds markup as text (a code sample, say), so the answer may too.
    keeps_markup: bool = False

    @classmethod
    def like(cls, original: str, *, is_multiline: bool, max_length: int | None = None) -> PlainText:
        """The codec for an answer that replaces ``original``."""
        return cls(is_multiline=is_multiline, max_length=max_length, keeps_markup=bool(_TAG.search(original)))

    def decode(self, output: str) -> dict[str, Any]:
        """Return ``{"kind": "text", "text": …}``; raises an ``OutputRefused``."""
        text = unwrap(output)
        if not text:
            raise OutputEmpty()
        return {"kind": "text", "text": self.clean(text)}

    def beside(self, original: str) -> PlainText:
        """The codec for a text that is added after ``original``, an empty line between them."""
        if self.max_length is None or not original.strip():
            return self
        return replace(self, max_length=max(0, self.max_length - len(original) - len(GAP)))

    def clean(self, text: str) -> str:
        """One piece of the answer, fit for the field."""
        cleaned = text if self.keeps_markup else without_markup(text)
        # Unescaping HTML or JSON may have brought back what was taken out before.
        cleaned = clean(_CONTROL.sub("", cleaned)).strip()
        if not self.is_multiline:
            cleaned = unquoted(" ".join(cleaned.split()))
        if not cleaned:
            raise OutputUnsafe("nothing was left without the markup")
        if self.max_length is not None and len(cleaned) > self.max_length:
            raise OutputInvalid(f"{len(cleaned)} characters, the field takes {self.max_length}")
        return cleaned


@dataclass(frozen=True, kw_only=True)
class Alternatives:
    """For a choice of short texts, asked for as a JSON array and understood as a bulleted or numbered list too."""

    most: int = 5
    max_length: int | None = None

    def decode(self, output: str) -> dict[str, Any]:
        """Return ``{"kind": "alternatives", "items": […]}``; raises an ``OutputRefused``."""
        text = unwrap(output)
        if not text:
            raise OutputEmpty()
        line = PlainText(is_multiline=False, max_length=self.max_length)
        items: list[str] = []
        for candidate in self._candidates(text):
            try:
                item = line.clean(candidate)
            except (OutputUnsafe, OutputInvalid):
                continue
            if item.casefold() not in {known.casefold() for known in items}:
                items.append(item)
        if not items:
            raise OutputInvalid("no alternative of a usable form")
        return {"kind": "alternatives", "items": items[: self.most]}

    def beside(self, original: str) -> Alternatives:
        """The same: alternatives are never added after anything."""
        return self

    def _candidates(self, text: str) -> list[str]:
        start, end = text.find("["), text.rfind("]")
        if -1 < start < end:
            try:
                parsed = json.loads(text[start : end + 1])
            except (ValueError, RecursionError):
                parsed = None
            if isinstance(parsed, list) and (texts := [item for item in parsed if isinstance(item, str)]):
                return texts
        if text.startswith("["):
            raise OutputInvalid("the list does not end, or is no list")
        # Nothing but its mark tells an item from the talk around a list, or from a refusal.
        items = [_BULLET.sub("", line) for line in text.splitlines() if _BULLET.match(line)]
        if len(items) < min(_LEAST_ITEMS, self.most):
            raise OutputInvalid("no list")
        return items
