from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter

from shareai_cms.errors import OutputEmpty, OutputInvalid, OutputRefused, OutputUnsafe
from shareai_cms.integrations.wagtail.richtext import rich_text_input

FEATURES = (
    "h2", "h3", "bold", "italic", "superscript", "code", "ol", "ul", "blockquote", "hr", "link", "image", "embed",
)  # fmt: skip
BLOCK_TYPES = (
    "unstyled", "header-two", "header-three", "unordered-list-item", "ordered-list-item", "blockquote",
)  # fmt: skip
STYLES = ("BOLD", "ITALIC", "SUPERSCRIPT", "CODE")
LINK = {"type": "LINK", "mutability": "MUTABLE", "data": {"url": "https://press.example/tides?a=1&b=2"}}
PAGE = {"type": "LINK", "mutability": "MUTABLE", "data": {"id": 7, "url": "/guides/", "parentId": 3}}
IMAGE = {"type": "IMAGE", "mutability": "IMMUTABLE", "data": {"id": 4, "src": "/x.jpg", "format": "left", "alt": "A"}}
RULE = {"type": "HORIZONTAL_RULE", "mutability": "IMMUTABLE", "data": {}}


def block(text: str, kind: str = "unstyled", **more: Any) -> dict[str, Any]:
    return {
        "key": more.get("key", "aaaaa"),
        "type": kind,
        "depth": more.get("depth", 0),
        "text": text,
        "inlineStyleRanges": [
            {"offset": start, "length": size, "style": style} for start, size, style in more.get("styles", ())
        ],
        "entityRanges": [{"offset": start, "length": size, "key": key} for start, size, key in more.get("links", ())],
    }


def atomic(key: int) -> dict[str, Any]:
    return block(" ", "atomic", links=[(0, 1, key)])


def raw(*blocks: dict[str, Any], entities: Iterable[dict[str, Any]] = ()) -> dict[str, Any]:
    return {"blocks": list(blocks), "entityMap": {str(key): entity for key, entity in enumerate(entities)}}


def plain(state: dict[str, Any]) -> list[Any]:
    """What can be seen: per block its type, depth and characters with their styles and entity."""
    seen = []
    for item in state["blocks"]:
        marks: list[tuple[str, set[str], Any]] = [(character, set(), None) for character in item["text"]]
        for span in item["inlineStyleRanges"]:
            for at in range(span["offset"], span["offset"] + span["length"]):
                marks[at][1].add(span["style"])
        for span in item["entityRanges"]:
            for at in range(span["offset"], span["offset"] + span["length"]):
                marks[at] = (*marks[at][:2], state["entityMap"][str(span["key"])])
        seen.append((item["type"], item["depth"], marks))
    return seen


def echoed(state: dict[str, Any], features: Iterable[str] = FEATURES) -> dict[str, Any]:
    given_input = rich_text_input(state, features=features)
    result: dict[str, Any] = given_input.codec.decode(given_input.text)["raw"]
    return result


def answered(state: dict[str, Any], output: str, features: Iterable[str] = FEATURES) -> dict[str, Any]:
    return rich_text_input(state, features=features).codec.decode(output)


def texts(result: dict[str, Any]) -> list[tuple[str, str]]:
    return [(item["type"], item["text"]) for item in result["raw"]["blocks"]]


# Words without edge spaces or runs of them: Wagtail keeps neither when a page is saved.
words = st.lists(
    st.text(st.characters(exclude_categories=("C", "Z"), include_characters="&<>\"'"), min_size=1, max_size=8),
    min_size=1,
    max_size=6,
).map(" ".join)
lines = st.lists(words, min_size=1, max_size=2).map("\n".join)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    blocks, entities = [], []
    deepest = 0  # An editor indents a list item one step below the item before it, no further.
    for _number in range(draw(st.integers(1, 6))):
        if blocks and draw(st.booleans()) and draw(st.booleans()):
            blocks.append(atomic(len(entities)))
            entities.append(draw(st.sampled_from((IMAGE, RULE))))
            deepest = 0
            continue
        kind = draw(st.sampled_from(BLOCK_TYPES))
        text = draw(lines)
        spans = st.tuples(st.integers(0, len(text) - 1), st.integers(1, len(text)))
        styles = [
            (start, min(size, len(text) - start), style)
            for (start, size), style in draw(st.lists(st.tuples(spans, st.sampled_from(STYLES)), max_size=3))
        ]
        links = []
        if draw(st.booleans()):
            start, size = draw(spans)
            links.append((start, min(size, len(text) - start), len(entities)))
            entities.append(draw(st.sampled_from((LINK, PAGE))))
        depth = draw(st.integers(0, deepest)) if kind.endswith("list-item") else 0
        deepest = min(depth + 1, 4) if kind.endswith("list-item") else 0
        blocks.append(block(text, kind, depth=depth, styles=styles, links=links))
    if all(item["type"] == "atomic" for item in blocks):
        blocks.append(block("Words"))
    return raw(*blocks, entities=entities)


class TestEcho:
    @given(documents())
    @settings(max_examples=300, deadline=None)
    def test_a_model_that_changes_nothing_changes_nothing(self, state: dict[str, Any]) -> None:
        assert plain(echoed(state)) == plain(state)

    @given(documents(), st.integers(0, 5), st.integers(1, 3))
    @settings(max_examples=100, deadline=None)
    def test_a_part_of_a_document_comes_back_as_that_part(self, state: dict[str, Any], first: int, count: int) -> None:
        chosen = state["blocks"][first : first + count]
        if all(item["type"] == "atomic" for item in chosen):
            return
        part = {**state, "blocks": chosen}
        assert plain(echoed(part)) == plain(part)

    def test_empty_paragraphs_of_the_original_stay(self) -> None:
        state = raw(block("One"), block(""), block("Two"))
        assert plain(echoed(state)) == plain(state)

    def test_emoji_do_not_move_what_follows(self) -> None:
        state = raw(block("🌊🌊 tide", styles=[(3, 4, "BOLD")], links=[(1, 2, 0), (3, 4, 1)]), entities=[LINK, PAGE])
        assert plain(echoed(state)) == plain(state)
        (item,) = echoed(state)["blocks"]
        # In code points, as Draft.js writes and reads its ranges.
        assert item["inlineStyleRanges"] == [{"offset": 3, "length": 4, "style": "BOLD"}]
        assert [(span["offset"], span["length"]) for span in item["entityRanges"]] == [(1, 2), (3, 4)]

    def test_keys_are_new_and_differ(self) -> None:
        state = raw(block("One", key="abcde"), block("Two", key="fghij"))
        keys = [item["key"] for item in echoed(state)["blocks"]]
        assert len(set(keys)) == 2
        assert not set(keys) & {"abcde", "fghij"}


class TestWhatTheModelSees:
    def test_no_address_and_no_number_of_a_link_or_image(self) -> None:
        state = raw(
            block("See the guides and tides", links=[(8, 6, 1), (19, 5, 0)]), atomic(2), entities=(LINK, PAGE, IMAGE)
        )
        html = rich_text_input(state, features=FEATURES).text
        assert html == '<p>See the <a ref="1">guides</a> and <a ref="2">tides</a></p>\n<embed ref="3">'

    def test_lists_nest_as_they_do_on_the_page(self) -> None:
        state = raw(
            block("One", "unordered-list-item"),
            block("Inner", "ordered-list-item", depth=1),
            block("Two", "unordered-list-item"),
        )
        html = rich_text_input(state, features=FEATURES).text.replace("\n", "")
        assert html == "<ul><li>One<ol><li>Inner</li></ol></li><li>Two</li></ul>"

    def test_a_list_of_another_kind_is_a_list_of_its_own(self) -> None:
        state = raw(block("One", "unordered-list-item"), block("Two", "ordered-list-item"))
        html = rich_text_input(state, features=FEATURES).text.replace("\n", "")
        assert html == "<ul><li>One</li></ul><ol><li>Two</li></ol>"

    def test_text_that_looks_like_markup_is_text(self) -> None:
        assert rich_text_input(raw(block("a <b> & c")), features=FEATURES).text == "<p>a &lt;b&gt; &amp; c</p>"

    def test_blocks_without_words_are_no_input(self) -> None:
        assert rich_text_input(raw(atomic(0), block(" "), entities=(IMAGE,)), features=FEATURES).text == ""


@pytest.fixture
def own_features() -> list[str]:
    """Features of a site's own: a kind of paragraph, a style and an inline entity."""
    from wagtail.rich_text import features

    rule = {
        "block_map": {"small-print": {"element": "p", "props": {"class": "small"}}},
        "style_map": {"BRAND": {"element": "span", "props": {"class": "brand"}}},
        "entity_decorators": {"SHIP": lambda props: props["children"]},
    }
    features.register_converter_rule(
        "contentstate", "test-own", {"to_database_format": rule, "from_database_format": {}}
    )
    return ["bold", "test-own"]


class TestFeaturesOfTheSitesOwn:
    def test_they_are_numbers_to_the_model_and_come_back(self, own_features: list[str]) -> None:
        ship = {"type": "SHIP", "mutability": "MUTABLE", "data": {"imo": "9321483"}}
        state = raw(
            block("All rights reserved", "small-print", styles=[(0, 3, "BRAND")], links=[(4, 6, 0)]), entities=(ship,)
        )
        assert rich_text_input(state, features=own_features).text == (
            '<div ref="3"><span ref="1">All</span> <span ref="2">rights</span> reserved</div>'
        )
        assert plain(echoed(state, own_features)) == plain(state)

    def test_without_the_feature_only_the_words_are_sent(self) -> None:
        state = raw(block("All rights", "small-print", styles=[(0, 3, "BRAND")]))
        assert rich_text_input(state, features=["bold"]).text == "<p>All rights</p>"


class TestWhatTheFieldAllows:
    def test_headings_and_lists_become_paragraphs_where_there_are_none(self) -> None:
        output = "<h2>Title</h2><ul><li>One</li><li><b>Two</b></li></ul>"
        result = answered(raw(block("x")), output, ["bold"])
        assert texts(result) == [("unstyled", "Title"), ("unstyled", "One"), ("unstyled", "Two")]
        assert result["raw"]["blocks"][2]["inlineStyleRanges"] == [{"offset": 0, "length": 3, "style": "BOLD"}]

    def test_styles_that_the_field_has_not_leave_their_text(self) -> None:
        result = answered(raw(block("x")), "<p>a <b>b</b> <u>c</u></p>", ["italic"])
        assert result["raw"]["blocks"][0]["inlineStyleRanges"] == []
        assert texts(result) == [("unstyled", "a b c")]

    def test_links_of_the_selection_that_the_field_does_not_keep_are_dropped(self) -> None:
        state = raw(block("tides", links=[(0, 5, 0)]), entities=(LINK,))
        assert rich_text_input(state, features=["bold"]).text == "<p>tides</p>"

    @given(st.text(max_size=200) | documents().map(lambda state: rich_text_input(state, features=FEATURES).text))
    @settings(max_examples=200, deadline=None)
    def test_wagtails_own_converter_keeps_everything_that_is_offered(self, output: str) -> None:
        features = ["h2", "bold", "ul", "link"]
        try:
            offered = answered(raw(block("x")), output, features)["raw"]
        except (OutputEmpty, OutputUnsafe):
            return
        converter = ContentstateConverter(features)
        saved = json.loads(converter.from_database_format(converter.to_database_format(json.dumps(offered))))
        assert [(item["type"], _spaced(item["text"])) for item in saved["blocks"]] == [
            (item["type"], _spaced(item["text"])) for item in offered["blocks"]
        ]


def _spaced(text: str) -> str:
    return " ".join(text.split())


class TestHostileOutput:
    @pytest.mark.parametrize(
        "output",
        [
            "<p onclick='alert(1)'>Words</p>",
            "<p>Words<script>alert(1)</script></p>",
            "<p><a href='javascript:alert(1)'>Words</a></p>",
            "<p><a href='https://evil.example/'>Words</a></p>",
            "<p><a ref='99' href='https://evil.example/'>Words</a></p>",
            "<p style='x'><img src=x onerror=alert(1)>Words</p>",
            "<p><iframe src='//evil.example'></iframe>Words</p>",
            "<p>Words</p><embed src='//evil.example'><hr>",
            "<svg onload=alert(1)><p>Words</p></svg><p>Words</p>",
            "<p><b>Words",
            "</div></p>Words</ul></li>",
            "```html\n<p>Words</p>\n```",
        ],
    )
    def test_only_the_words_are_left(self, output: str) -> None:
        result = answered(raw(block("x")), output)
        assert texts(result)[-1] == ("unstyled", "Words")
        assert result["raw"]["entityMap"] == {}
        for danger in ("script", "javascript", "evil", "onerror", "onclick", "onload", "href", "src"):
            assert danger not in json.dumps(result)

    @pytest.mark.parametrize("output", ["", "  \n ", "<p></p>", "<p> </p><ul><li></li></ul>", "```\n```"])
    def test_nothing_is_empty(self, output: str) -> None:
        with pytest.raises(OutputEmpty):
            answered(raw(block("x")), output)

    @pytest.mark.parametrize("output", ["<script>alert(1)</script>", "<style>p{}</style>", "<iframe>x</iframe>"])
    def test_nothing_but_what_is_not_allowed_is_unsafe(self, output: str) -> None:
        with pytest.raises(OutputUnsafe):
            answered(raw(block("x")), output)

    def test_a_huge_answer_is_read_in_good_time(self) -> None:
        result = answered(raw(block("x")), "<p>" + "<b><i>word </i></b>" * 10_000 + "</p>")
        assert len(result["raw"]["blocks"]) == 1

    def test_deep_nesting_is_flat_in_the_end(self) -> None:
        result = answered(raw(block("x")), "<div>" * 90 + "Words" + "</div>" * 90)
        assert texts(result) == [("unstyled", "Words")]

    # Each took minutes, or all of the memory, when it was parsed.
    @pytest.mark.parametrize(
        "output",
        [
            "<ul><li>" * 100_000 + "x",
            "<div>" * 150_000 + "x",
            "<span>x" * 100_000,
            "".join(f'<b ref="{number}">' for number in range(30_000)) + "<p>x" * 100_000,
            "".join(f'<b ref="{number}"><object></b></object>' for number in range(20_000)) + "<p>x" * 50_000,
            "".join(f'<b ref="{number}"><!--</b>-->' for number in range(20_000)) + "<p>x" * 50_000,
            "".join(f'<b ref="{number}" title="></b>">' for number in range(20_000)) + "<p>x" * 50_000,
            "".join(f'<b ref="{number}">' for number in range(90)) + "<p>x" * 200_000,
            "<p>x</p>" * 5_001,
        ],
        ids=["lists", "boxes", "inline", "formatting", "crossing", "comments", "quotes", "repeated", "paragraphs"],
    )
    def test_what_would_take_minutes_to_parse_is_refused_unparsed(self, output: str) -> None:
        with pytest.raises(OutputInvalid):
            answered(raw(block("x")), output)

    def test_a_long_list_whose_tags_are_left_open_is_read(self) -> None:
        result = answered(raw(block("x")), "<ul>" + "<li>One <b>two</b>\n" * 300 + "</ul><p>Three<p>Four<br>five")
        assert len(result["raw"]["blocks"]) == 302

    def test_a_million_unclosed_tags_are_nothing_in_good_time(self) -> None:
        with pytest.raises(OutputRefused):
            answered(raw(block("x")), "<a" * 500_000)

    def test_half_a_surrogate_pair_is_replaced(self) -> None:
        assert texts(answered(raw(block("x \ud800")), "<p>a\ud83d b</p>")) == [("unstyled", "a\ufffd b")]


class TestPlainAnswers:
    def test_empty_lines_part_paragraphs(self) -> None:
        assert texts(answered(raw(block("x")), "One.\n\nTwo\nlines.")) == [
            ("unstyled", "One."),
            ("unstyled", "Two lines."),
        ]

    def test_indented_html_has_no_spaces_of_its_own(self) -> None:
        output = "<ul>\n  <li>\n    <p>One</p>\n  </li>\n  <li>Two</li>\n</ul>\n"
        assert texts(answered(raw(block("x")), output)) == [
            ("unordered-list-item", "One"),
            ("unordered-list-item", "Two"),
        ]

    def test_paragraphs_in_a_list_item_are_lines_of_it(self) -> None:
        assert texts(answered(raw(block("x")), "<ul><li><p>One</p><p>more</p>end</li></ul>")) == [
            ("unordered-list-item", "One\nmore\nend")
        ]

    def test_cells_of_a_table_stay_apart(self) -> None:
        output = "<table><tr><td>One</td><td>Two</td></tr><tr><td>Three</td></tr></table>"
        assert texts(answered(raw(block("x")), output)) == [("unstyled", "One Two"), ("unstyled", "Three")]


class TestLostPieces:
    def test_an_image_that_was_left_out_is_put_back_at_its_place(self) -> None:
        state = raw(block("One"), atomic(0), block("Two"), entities=(IMAGE,))
        result = answered(state, "<p>First</p><p>Second</p>")
        assert texts(result) == [("unstyled", "First"), ("atomic", " "), ("unstyled", "Second")]
        assert result["raw"]["entityMap"]["0"] == IMAGE

    def test_the_order_of_several_is_kept(self) -> None:
        state = raw(atomic(0), block("One"), atomic(1), atomic(2), entities=(RULE, IMAGE, RULE))
        result = answered(state, "<p>First</p>")
        kinds = [
            result["raw"]["entityMap"][str(item["entityRanges"][0]["key"])]["type"] if item["entityRanges"] else "-"
            for item in result["raw"]["blocks"]
        ]
        assert kinds == ["HORIZONTAL_RULE", "-", "IMAGE", "HORIZONTAL_RULE"]

    def test_an_image_that_was_repeated_stands_once(self) -> None:
        state = raw(block("One"), atomic(0), entities=(IMAGE,))
        result = answered(state, '<embed ref="1"><p>First</p><embed ref="1">')
        assert texts(result) == [("atomic", " "), ("unstyled", "First")]

    def test_a_moved_link_keeps_its_target(self) -> None:
        state = raw(block("See tides", links=[(4, 5, 0)]), entities=(LINK,))
        result = answered(state, '<p><a ref="1">The tides</a> first</p>')
        assert result["raw"]["blocks"][0]["entityRanges"] == [{"offset": 0, "length": 9, "key": 0}]
        assert result["raw"]["entityMap"] == {"0": LINK}


class TestPreview:
    def test_it_leads_nowhere(self) -> None:
        state = raw(block("See tides & <b>", links=[(4, 5, 0)]), atomic(1), atomic(2), entities=(LINK, IMAGE, RULE))
        html = answered(state, '<p>See <a ref="1">tides</a> &lt;b&gt;</p>')["html"]
        assert html == "<p>See <a>tides</a> &lt;b&gt;</p>\n<figure>Image</figure>\n<hr>"
