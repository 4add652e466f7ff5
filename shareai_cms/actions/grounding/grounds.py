"""What the facts of one product say, and which values of a text they do not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from shareai_cms.actions.codecs import without_markup
from shareai_cms.actions.facts import ProductFacts
from shareai_cms.actions.grounding.kinds import Flag

_WORDS = re.compile(r"\w+")


@dataclass(frozen=True, kw_only=True)
class Grounds:
    """The facts, made ready for many questions."""

    texts: tuple[str, ...]
    language: str

    @classmethod
    def of(cls, facts: ProductFacts) -> Grounds:
        """The grounds that a product's facts are; what reviews say is no fact of the product."""
        return cls(texts=tuple(texts_of(facts)), language=facts.language)

    def with_texts(self, texts: Iterable[str]) -> Grounds:
        """The same with more texts, such as the reviews that a summary draws on."""
        return Grounds(texts=(*self.texts, *texts), language=self.language)

    def flags(self, text: str, language: str = "", *, is_html: bool = False) -> list[Flag]:
        """The values in a text that the facts do not support, in their order."""
        return []

    def says(self, value: str) -> bool:
        """Whether these very words stand in the facts."""
        words = _folded(value)
        return bool(words) and any(f" {words} " in f" {_folded(text)} " for text in self.texts)

    def supports(self, value: str) -> bool:
        """Whether the facts name the same material, colour or size, in whatever language."""
        return False

    def quotes(self, words: str) -> bool:
        """Whether the facts hold this quotation, whatever its spaces and marks."""
        return self.says(words)


def texts_of(facts: ProductFacts) -> Iterator[str]:
    """Every text that counts as a fact."""
    yield from (facts.name, without_markup(facts.description), facts.short_description, facts.seo_title)
    yield from (facts.seo_description, facts.category, facts.brand, *facts.tags, *facts.more.values())
    yield from (f"{each.label}: {', '.join(each.values)}" for each in facts.attributes if each.values)
    yield from (text for image in facts.images for text in (image.title, image.alt))


def _folded(text: str) -> str:
    return " ".join(_WORDS.findall(text.casefold()))
