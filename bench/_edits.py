"""Pages of the length that editors write, and what editors do to them; the same ones every time.

A page is made of whole sections of the demo's texts in one language. How often each kind of edit comes is an
assumption, written down in ``Editor``: mostly a word or a sentence, seldom a section, hardly ever a title.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CONTENT = Path(__file__).resolve().parent.parent / "tests" / "demo" / "content"
LANGUAGES = ("en", "de", "ar")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_PARAGRAPH = re.compile(r"<(p|ul|ol|h3|h4)\b.*?</\1>", re.DOTALL)
_SENTENCE = re.compile(r"(?<=[.!?؟])\s+")
_WORD = re.compile(r"(?<![<&/\w])\b[^\W\d_]{4,}\b(?![^<]*>)")
_LINK = re.compile(r'href="[^"]*"|id="[^"]*"')


@dataclass
class Section:
    heading: str
    paragraphs: list[str]


@dataclass
class Draft:
    """A page while it is edited."""

    title: str
    sections: list[Section]

    def html(self) -> str:
        return "".join(f"<h2>{each.heading}</h2>{''.join(each.paragraphs)}" for each in self.sections)


Edit = Callable[["Editor", Draft], None]


def all_sections(language: str) -> list[Section]:
    """Every section of the demo in a language."""
    found = []
    for path in sorted((CONTENT / language).glob("*.toml")):
        page = tomllib.loads(path.read_text())
        for block in page.get("body", ()):
            value: Any = block["value"] if isinstance(block, dict) else None
            if isinstance(value, dict) and {"heading", "text"} <= value.keys():
                found.append(_section(value["heading"], value["text"]))
            elif isinstance(value, str):
                found.append(_section("", value))
    return [section for section in found if section.paragraphs]


def _section(heading: str, html: str) -> Section:
    paragraphs = [" ".join(match[0].split()) for match in _PARAGRAPH.finditer(html)]
    plain = re.sub(r"<.*?>", "", paragraphs[0]) if paragraphs else ""
    return Section(heading=heading or plain[:40], paragraphs=paragraphs)


def pages(characters: int, number: int, seed: int = 5) -> list[Draft]:
    """So many pages of about so many characters, in every language of the demo by turns."""
    chance, found = random.Random(seed), []
    stocks = {language: all_sections(language) for language in LANGUAGES}
    for place in range(number):
        stock = stocks[LANGUAGES[place % len(LANGUAGES)]]
        draft = Draft(title=chance.choice(stock).heading, sections=[])
        wanted = characters * chance.uniform(0.5, 1.5)
        while len(draft.html()) < wanted:
            section = deepcopy(chance.choice(stock))
            if draft.sections:
                section.heading = f"{section.heading} {len(draft.sections) + 1}"
            draft.sections.append(section)
        found.append(draft)
    return found


class Editor:
    """Does one thing at a time, at a place chosen evenly over the text."""

    def __init__(self, seed: int, stock: list[Section]) -> None:
        self.chance = random.Random(seed)
        self.stock = stock

    def edited(self, page: Draft) -> tuple[str, Draft]:
        """A changed copy of the page, and what was done."""
        weights = [weight for weight, _edit in EDITS.values()]
        while True:
            [name] = self.chance.choices(list(EDITS), weights)
            draft = deepcopy(page)
            EDITS[name][1](self, draft)
            if draft != page:
                return name, draft

    def section(self, draft: Draft) -> Section:
        sizes = [sum(map(len, section.paragraphs)) for section in draft.sections]
        return self.chance.choices(draft.sections, sizes)[0]

    def place(self, section: Section) -> int:
        return self.chance.choices(range(len(section.paragraphs)), [len(text) for text in section.paragraphs])[0]

    def words(self) -> str:
        """A paragraph that somebody else wrote."""
        return self.chance.choice(self.chance.choice(self.stock).paragraphs)

    def sentence(self) -> str:
        text = re.sub(r"<.*?>", "", self.words())
        return self.chance.choice(_SENTENCE.split(text)) or "So be it."

    def at_a_paragraph(self, draft: Draft, change: Callable[[str], str]) -> None:
        section = self.section(draft)
        place = self.place(section)
        section.paragraphs[place] = change(section.paragraphs[place])

    def at_a_word(self, text: str, change: Callable[[str], str]) -> str:
        words = list(_WORD.finditer(text))
        if not words:
            return text
        word = self.chance.choice(words)
        return f"{text[: word.start()]}{change(word[0])}{text[word.end() :]}"


def typo(editor: Editor, draft: Draft) -> None:
    def swapped(word: str) -> str:
        at = editor.chance.randrange(1, len(word) - 1)
        return f"{word[:at]}{word[at + 1]}{word[at]}{word[at + 2 :]}"

    editor.at_a_paragraph(draft, lambda text: editor.at_a_word(text, swapped))


def word(editor: Editor, draft: Draft) -> None:
    other = editor.chance.choice(_WORD.findall(editor.sentence()) or ["water"])
    editor.at_a_paragraph(draft, lambda text: editor.at_a_word(text, lambda _word: other))


def sentence_added(editor: Editor, draft: Draft) -> None:
    editor.at_a_paragraph(draft, lambda text: re.sub(r"(</\w+>)\Z", rf" {_quoted(editor.sentence())}\1", text))


def sentence_removed(editor: Editor, draft: Draft) -> None:
    def shorter(text: str) -> str:
        sentences = _SENTENCE.split(text)
        return " ".join([*sentences[:-2], sentences[-1]]) if len(sentences) > 2 else text

    editor.at_a_paragraph(draft, shorter)


def paragraph_rewritten(editor: Editor, draft: Draft) -> None:
    editor.at_a_paragraph(draft, lambda _text: editor.words())


def paragraph_added(editor: Editor, draft: Draft) -> None:
    section = editor.section(draft)
    section.paragraphs.insert(editor.place(section) + 1, editor.words())


def link_changed(editor: Editor, draft: Draft) -> None:
    editor.at_a_paragraph(draft, lambda text: _LINK.sub('href="/elsewhere/"', text))


def heading_renamed(editor: Editor, draft: Draft) -> None:
    section = editor.section(draft)
    section.heading = f"{section.heading} {editor.chance.choice(_LETTERS)}"


def section_added(editor: Editor, draft: Draft) -> None:
    new = deepcopy(editor.chance.choice(editor.stock))
    draft.sections.insert(editor.chance.randrange(len(draft.sections) + 1), new)


def section_removed(editor: Editor, draft: Draft) -> None:
    if len(draft.sections) > 1:
        draft.sections.remove(editor.chance.choice(draft.sections))


def section_moved(editor: Editor, draft: Draft) -> None:
    section = draft.sections.pop(editor.chance.randrange(len(draft.sections)))
    draft.sections.insert(editor.chance.randrange(len(draft.sections) + 1), section)


def title_changed(editor: Editor, draft: Draft) -> None:
    draft.title = f"{draft.title} {editor.chance.choice(_LETTERS)}"


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\")


#: Of a hundred edits, and what is done.
EDITS: dict[str, tuple[int, Edit]] = {
    "typing error": (24, typo),
    "other word": (14, word),
    "sentence added": (14, sentence_added),
    "sentence removed": (7, sentence_removed),
    "paragraph rewritten": (10, paragraph_rewritten),
    "paragraph added": (9, paragraph_added),
    "link changed": (8, link_changed),
    "heading renamed": (4, heading_renamed),
    "section added": (4, section_added),
    "section removed": (2, section_removed),
    "section moved": (3, section_moved),
    "title changed": (1, title_changed),
}
