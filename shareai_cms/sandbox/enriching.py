"""Enriches a product from the JSON document of its facts: nothing but what stands there, put together anew.

To show what a reviewer has to look at, one product in ten gets a claim that its facts do not hold, as models do.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .images import describe
from .language import clip, keywords, language_of, split_sentences
from .markup import escape, visible_text
from .phrases.products import CLAIMS, WORDINGS, Wording
from .prompts import Job
from .reviewing import summary_of
from .shortening import summarise
from .translating import translate_html, translate_plain

#: Every so many products one with a claim of its own, chosen by its name.
CLAIM_EVERY = 10
_ASKED = re.compile(r'^- "(\w+)"(.*)$', re.MULTILINE)
_AT_MOST = re.compile(r"at most (\d{1,6}) characters")
_TAGS = re.compile(r"HTML of these tags alone: ([\w, ]+?)(?:, at most|$)")
_TARGET = re.compile(r"\(language tag ([A-Za-z-]{2,35})\)")
#: Attributes that no buyer reads in a description.
_FOR_THE_OFFICE = re.compile(r"price|preis|prix|precio|number|nummer|sku|ean|gtin", re.IGNORECASE)
#: Attributes that a description lists.
_MOST_LISTED = 12
_LONGEST = 20_000


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One part that is asked for."""

    limit: int | None = None
    tags: frozenset[str] = frozenset()


class Enrichment:
    """The facts of one product, and what is composed of them."""

    def __init__(self, job: Job) -> None:
        self.job, self.facts = job, _facts_in(job.content)
        self.wanted = {name: _wanted(rest) for name, rest in _ASKED.findall(job.instructions)}
        self.source = language_of(self._all_text(), job.language) or "en"
        target = _TARGET.search(job.instructions)
        self.target = language_of("", target[1]) if target else self.source
        self.is_translation = "Translate every text into" in job.instructions
        self.wording: Wording = WORDINGS.get(self.target, WORDINGS["en"])

    def answer(self, *, is_claiming: bool = False) -> dict[str, Any]:
        """The parts that are asked for, where there is something to say."""
        made = self._translated() if self.is_translation else self._composed()
        if is_claiming or zlib.crc32(self._text("name").encode()) % CLAIM_EVERY == 0:
            self._claim(made)
        if "alt_texts" in self.wanted:
            made["alt_texts"] = list(self._alt_texts())
        if "review_summary" in self.wanted:
            made["review_summary"] = summary_of(self._list("reviews"), self.target)
        return {name: value for name, value in made.items() if name in self.wanted and value}

    def _composed(self) -> dict[str, Any]:
        summary = " ".join(self._sentences()) or self._text("name")
        short, meta = self._limit("short_description", 300), self._limit("seo_description", 155)
        attributes = list(self._attributes()) if "attributes" in self.wanted else []
        filled = {entry["key"] for entry in attributes}
        empty = [each for each in self._list("attributes") if not each.get("values") and each["key"] not in filled]
        return {
            "description": self._description(),
            "short_description": summarise(summary, self.source, limit=short, sentences=2),
            "seo_title": self._seo_title(),
            "seo_description": summarise(summary, self.source, limit=meta, sentences=2),
            "attributes": attributes,
            "tags": self._tags(),
            "category": self._category(),
            "missing": [str(each.get("label", "")) for each in empty][:5],
        }

    # Texts.

    def _description(self) -> str:
        tags = self.wanted.get("description", Wanted()).tags
        limit = self._limit("description", _LONGEST)
        listed = [f"{label}: {values}" for label, values in self._known_attributes()][:_MOST_LISTED]
        sentences = [self._opening(), *self._sentences()]
        if not tags:
            facts = self.wording.facts + " " + "; ".join(listed) + "." if listed else ""
            return clip("\n\n".join(part for part in (" ".join(sentences), facts) if part), limit, self.source)
        markup = f"<p>{escape(' '.join(sentences))}</p>"
        if listed and "ul" in tags:
            markup += f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in listed)}</ul>"
        elif listed:
            markup += f"<p>{escape('; '.join(listed))}.</p>"
        return markup if len(markup) <= limit else f"<p>{escape(clip(self._opening(), limit - 7, self.source))}</p>"

    def _opening(self) -> str:
        name, brand, category = self._text("name"), self._text("brand"), self._text("category")
        if brand and brand.lower() not in name.lower():
            return self.wording.by.format(name=name, brand=brand)
        return self.wording.of.format(name=name, category=category) if category else f"{name}."

    def _sentences(self) -> list[str]:
        """What the merchant wrote, without what was composed of it before."""
        text = visible_text(self._text("description"))[:_LONGEST] or self._text("short_description")
        lines = [line for line in text.splitlines() if ": " not in line[:40] or line.endswith((".", "!", "?"))]
        found = [sentence.strip() for line in lines for sentence in split_sentences(line)]
        opening = self._opening()
        closed = (each if each.endswith((".", "!", "?", "؟")) else f"{each}." for each in found if each)
        return [each for each in closed if each != opening and each not in CLAIMS.values()]

    def _seo_title(self) -> str:
        name, limit = self._text("name"), self._limit("seo_title", 60)
        for second in (self._text("brand"), self._text("category")):
            title = f"{name} – {second}"
            if second and second.lower() not in name.lower() and len(title) <= limit:
                return title
        return clip(name, limit, self.source)

    def _claim(self, made: dict[str, Any]) -> None:
        """Say what a keen copywriter would, in the text that has room for it."""
        claim = CLAIMS.get(self.target, CLAIMS["en"])
        for part in ("description", "short_description", "seo_description", "name"):
            text = made.get(part, "")
            if part in self.wanted and text and len(text) + len(claim) + 9 <= self._limit(part, _LONGEST):
                is_markup = bool(self.wanted[part].tags)
                made[part] = f"{text}<p>{claim}</p>" if is_markup else f"{text} {claim}"
                return

    # Lists.

    def _attributes(self) -> Iterator[dict[str, Any]]:
        sentences = [*self._sentences(), self._text("name"), *self._list("tags"), *self._texts_of("more")]
        for attribute in self._list("attributes"):
            found: dict[str, str] = {}
            for value in attribute.get("may_have", []):
                pattern = re.compile(rf"(?<!\w){re.escape(value)}(?!\w)", re.IGNORECASE)
                said = next((sentence for sentence in sentences if pattern.search(sentence)), None)
                if said is not None and value not in attribute.get("values", []):
                    found[value] = said
            values = list(found) if attribute.get("several") else list(found)[:1]
            if values:
                yield {"key": attribute["key"], "values": values, "because": found[values[0]]}

    def _tags(self) -> list[str]:
        text = ". ".join([self._text("name"), *self._sentences()])
        words = keywords(text, self.source, most=5)
        short = [
            values for _label, values in self._known_attributes() if len(values) < 25 and not re.search(r"\d", values)
        ]
        found = [self._text("category"), self._text("brand"), *words, *short]
        return list({tag.lower(): tag for tag in found if tag and len(tag) <= 50}.values())[:8]

    def _category(self) -> str:
        words = {
            word.lower()[:5] for word in re.findall(r"\w{3,}", f"{self._text('name')} {self._text('description')}")
        }
        ranked = sorted(
            self._list("allowed_categories"),
            key=lambda name: -sum(word.lower()[:5] in words for word in re.findall(r"\w{3,}", str(name))),
        )
        best = str(ranked[0]) if ranked else ""
        return best if any(word.lower()[:5] in words for word in re.findall(r"\w{3,}", best)) else ""

    def _alt_texts(self) -> Iterator[dict[str, Any]]:
        limit = self._limit("alt_texts", 125)
        for image, url in zip(self._list("images"), self.job.images, strict=False):
            title = str(image.get("title") or "") or self._text("name")
            one = Job(instructions="", language=self.target, context={"title": title}, images=(url,))
            yield {"image": image.get("image"), "text": describe(one, limit=limit)}

    # Translation.

    def _translated(self) -> dict[str, Any]:
        made, composed = dict[str, Any](), self._composed()
        for part in ("name", "short_description", "seo_title", "seo_description", "description"):
            text = self._text(part) or str(composed.get(part, ""))
            if part == "description" and self.wanted.get(part, Wanted()).tags:
                made[part] = translate_html(text, self.source, self.target)
            elif text:
                made[part] = clip(self._other(visible_text(text)), self._limit(part, _LONGEST), self.target)
        made["tags"] = [self._other(str(tag)) for tag in self._list("tags")]
        made["attributes"] = [
            {"key": each["key"], "values": [self._other(value) for value in each.get("values", [])]}
            for each in self._list("attributes")
            if each.get("free_text")
        ]
        return made

    def _other(self, text: str) -> str:
        return translate_plain(text, self.source, self.target)

    # The facts.

    def _text(self, name: str) -> str:
        value = self.facts.get(name)
        return value.strip() if isinstance(value, str) else ""

    def _list(self, name: str) -> Sequence[Any]:
        value = self.facts.get(name)
        return value if isinstance(value, list) else []

    def _texts_of(self, name: str) -> list[str]:
        value = self.facts.get(name)
        return [str(text) for text in value.values()] if isinstance(value, dict) else []

    def _known_attributes(self) -> list[tuple[str, str]]:
        return [
            (str(each.get("label", "")), ", ".join(map(str, each["values"])))
            for each in self._list("attributes")
            if each.get("values") and not _FOR_THE_OFFICE.search(str(each.get("label", "")))
        ]

    def _all_text(self) -> str:
        return " ".join([self._text("name"), visible_text(self._text("description")), self._text("short_description")])

    def _limit(self, part: str, usual: int) -> int:
        limit = self.wanted.get(part, Wanted()).limit
        return usual if limit is None else limit


def enrich(job: Job, *, is_claiming: bool = False) -> str:
    """The JSON object that the prompt asks for; for content that is no document of facts, one that says so."""
    return json.dumps(Enrichment(job).answer(is_claiming=is_claiming) or {"missing": ["Facts"]}, ensure_ascii=False)


def _facts_in(content: str) -> Mapping[str, Any]:
    try:
        facts = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return facts if isinstance(facts, dict) else {}


def _wanted(rest: str) -> Wanted:
    limit, tags = _AT_MOST.search(rest), _TAGS.search(rest)
    names = (name.strip() for name in tags[1].split(",")) if tags else ()
    return Wanted(limit=max(int(limit[1]), 1) if limit else None, tags=frozenset(names))
