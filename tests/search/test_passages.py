from __future__ import annotations

import random

import pytest

from shareai_cms.search.markup import blocks_of, blocks_of_html, blocks_of_text
from shareai_cms.search.passages import (
    LONGEST,
    MOST,
    Piece,
    digest_of,
    document_digest,
    embedded_text,
    split,
    title_of,
)
from shareai_cms.search.sources.base import Block, Extract

SENTENCE = "The ferry leaves when the bell has rung twice. "


def extract(*blocks: Block, title: str = "Tide tables", language: str = "en") -> Extract:
    return Extract(title=title, language=language, blocks=blocks)


def told(*blocks: Block, title: str = "Tide tables") -> list[tuple[str, str]]:
    return [(piece.heading, piece.text) for piece in split(extract(*blocks, title=title))]


def said(html: str) -> list[tuple[int, str]]:
    return [(block.level, block.text) for block in blocks_of_html(html)]


class TestPassages:
    def test_end_at_headings(self) -> None:
        blocks = [
            Block(text="Before."),
            Block(text="Spring", level=2),
            Block(text="High water."),
            Block(text="Neap", level=2),
            Block(text="Low water."),
        ]
        assert told(*blocks) == [("", "Before."), ("Spring", "High water."), ("Neap", "Low water.")]

    def test_join_short_blocks_under_one_heading(self) -> None:
        assert told(Block(text="One."), Block(text="Two.")) == [("", "One.\nTwo.")]

    def test_never_join_what_would_be_too_long(self) -> None:
        first, second = SENTENCE * 12, SENTENCE * 10
        assert told(Block(text=first), Block(text=second)) == [("", first.strip()), ("", second.strip())]

    def test_keep_a_short_section_with_the_heading_above_it(self) -> None:
        blocks = [
            Block(text="Hours", level=2),
            Block(text="We close at high water."),
            Block(text="Monday", level=3),
            Block(text="Ten to four."),
            Block(text="Fees", level=2),
            Block(text="None."),
        ]
        assert told(*blocks) == [("Hours", "We close at high water.\nMonday\nTen to four."), ("Fees", "None.")]

    def test_say_a_heading_without_text_with_the_one_below_it(self) -> None:
        blocks = [
            Block(text="Coming here", level=2),
            Block(text="On foot.", level=2),
            Block(text="Money", level=2),
            Block(text="By card", level=3),
            Block(text="Only on Saturdays."),
            Block(text="The end", level=2),
        ]
        assert told(*blocks) == [
            ("", "Coming here\nOn foot."),
            ("Money – By card", "Only on Saturdays.\nThe end"),
        ]

    def test_of_nothing_but_a_heading_are_there_only_where_nothing_else_is(self) -> None:
        assert told(Block(text="The end", level=2)) == [("", "The end")]
        long = "It rains. " * 90
        assert told(Block(text=long), Block(text="The end of all", level=2))[-1] == ("", "The end of all")

    def test_of_a_long_paragraph_end_where_its_sentences_do(self) -> None:
        found = told(Block(text=SENTENCE * 60))
        assert len(found) > 3
        assert all(text.endswith("twice.") and len(text) <= LONGEST for _heading, text in found)
        assert " ".join(text for _heading, text in found) == (SENTENCE * 60).strip()

    @pytest.mark.parametrize("mark", ["。", "！", "？"])
    def test_of_unspaced_scripts_end_at_their_own_marks(self, mark: str) -> None:
        found = told(Block(text=f"{'潮' * 50}{mark}" * 60))
        assert all(text.endswith(mark) and len(text) <= LONGEST for _heading, text in found)

    @pytest.mark.parametrize(
        "text",
        ["a" * 100_000, "潮" * 100_000, "🌊" * 100_000, "ab " * 40_000, "\u200f" * 5_000 + "مدّ " * 9_000],
        ids=("word", "unspaced", "emoji", "words", "right-to-left"),
    )
    def test_of_what_has_no_sentences_are_cut_and_lose_nothing(self, text: str) -> None:
        parts = [part for _heading, part in told(Block(text=text))]
        assert all(0 < len(part) <= LONGEST for part in parts)
        assert "".join(parts).replace(" ", "") == text.replace(" ", "")

    def test_of_one_document_have_an_end(self) -> None:
        blocks = [Block(text=f"Heading {number}", level=1 + number % 2) for number in range(4_000)]
        blocks = [each for block in blocks for each in (block, Block(text=SENTENCE * 6))]
        assert len(split(extract(*blocks))) == MOST

    def test_hold_neither_null_bytes_nor_halves_of_a_pair(self) -> None:
        [piece] = split(extract(Block(text="Wa\x00ter\ud83c"), title="Ti\x00de"))
        assert piece.text == "Water\ufffd"
        assert title_of(extract(title="Ti\x00de")) == "Tide"

    def test_of_a_title_alone_is_one_without_text(self) -> None:
        assert told(title="  Tide\n tables ") == [("", "")]
        assert told(Block(text=" \n\x00 "), Block(text="", level=2), title="Tide") == [("", "")]

    def test_of_nothing_are_none(self) -> None:
        assert split(extract(title=" \x00")) == ()

    def test_are_the_same_every_time(self) -> None:
        chance = random.Random(5)
        words = [SENTENCE, "Tide. ", "A\nB", "", "é" * 300, "🌊 "]
        blocks = [
            Block(text="".join(chance.choices(words, k=9)), level=chance.choice((0, 0, 0, 2, 3))) for _ in range(200)
        ]
        assert split(extract(*blocks)) == split(extract(*blocks))

    def test_are_told_apart_by_exactly_what_is_embedded(self) -> None:
        [piece] = split(extract(Block(text="Neap", level=2), Block(text="Low water.")))
        sent = "Tide tables\n\nNeap\nLow water."
        assert embedded_text("Tide tables", piece.heading, piece.text) == sent
        assert piece == Piece(heading="Neap", text="Low water.", digest=digest_of(sent))


class TestAnEdit:
    SECTIONS = tuple((f"Section {number}", SENTENCE * (3 + number % 5)) for number in range(20))

    def digests(self, sections: tuple[tuple[str, str], ...], title: str = "Tide tables") -> set[str]:
        blocks = [block for heading, text in sections for block in (Block(text=heading, level=2), Block(text=text))]
        return {piece.digest for piece in split(extract(*blocks, title=title))}

    def test_of_one_section_leaves_the_others_as_they_were(self) -> None:
        edited = (*self.SECTIONS[:7], ("Section 7", "Something else."), *self.SECTIONS[8:])
        assert len(self.digests(edited) - self.digests(self.SECTIONS)) == 1

    def test_that_moves_sections_changes_none(self) -> None:
        assert self.digests(self.SECTIONS[::-1]) == self.digests(self.SECTIONS)

    def test_of_the_title_changes_all(self) -> None:
        assert not self.digests(self.SECTIONS, "Almanac") & self.digests(self.SECTIONS)

    def test_of_the_language_alone_is_an_edit_of_the_document(self) -> None:
        english, german = extract(Block(text="Tide")), extract(Block(text="Tide"), language="de")
        assert document_digest(english, split(english)) != document_digest(german, split(german))


class TestHtml:
    def test_keeps_headings_lists_tables_and_the_words_of_links(self) -> None:
        html = (
            "<h2>By <b>boat</b></h2><p>Take the <a href='/x?y=secret'>night boat</a>,<br>if you can.</p>"
            "<ul><li>Bus&nbsp;4</li><li>Ferry</li></ul><table><tr><th>Day</th><th>Time</th></tr>"
            "<tr><td>Monday</td><td>10</td></tr></table>"
        )
        assert said(html) == [
            (2, "By boat"),
            (0, "Take the night boat,\nif you can."),
            (0, "Bus 4\nFerry"),
            (0, "Day | Time\nMonday | 10"),
        ]

    def test_drops_scripts_styles_and_menus(self) -> None:
        html = (
            "<style>p{color:red}</style><nav><ul><li>Home</li></ul></nav><p>Tide</p><script>alert('x')</script>"
            "<!-- hidden --><noscript>no</noscript><svg><title>t</title></svg><p>Bell</p>"
        )
        assert said(html) == [(0, "Tide"), (0, "Bell")]

    def test_keeps_what_is_said_instead_of_an_image(self) -> None:
        html = '<p>Look: <embed embedtype="image" id="3" alt="The harbour at dawn" format="left"/></p><img src="x.png">'
        assert said(html) == [(0, "Look: The harbour at dawn")]

    @pytest.mark.parametrize(
        "html", ["<p>Tide", "<p>Tide</div></p></h2>", "Tide", "<b><i>Tide</b>", "<p>Ti\x00de</p>", "<p class='x>'>Tide"]
    )
    def test_may_be_broken(self, html: str) -> None:
        assert said(html) == [(0, "Tide")]

    def test_of_a_hundred_thousand_tags_is_read_in_time(self) -> None:
        assert len(said("<p>Tide</p>" * 20_000)) == 20_000
        assert said("<div>" * 50_000 + "Tide") == [(0, "Tide")]

    def test_is_told_from_plain_text_by_its_tags(self) -> None:
        assert [block.text for block in blocks_of("a < b and c > d")] == ["a < b and c > d"]
        assert [block.text for block in blocks_of("<p>a</p>")] == ["a"]

    def test_plain_text_has_paragraphs(self) -> None:
        assert [block.text for block in blocks_of_text("One\r\nline\r\n\r\n  \r\nTwo")] == ["One\nline", "Two"]
