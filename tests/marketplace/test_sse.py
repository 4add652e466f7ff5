from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shareai_cms.errors import BadReply, MarketplaceError, ReplyTooLarge
from shareai_cms.marketplace.sse import Event, EventReader

LIMIT = 200


def events_of(*chunks: bytes, limit: int = LIMIT) -> list[Event]:
    reader = EventReader(limit)
    return [event for chunk in chunks for event in reader.feed(chunk)]


def outcome(chunks: list[bytes]) -> tuple[list[Event], str, Event | None]:
    """The events, the error that ended them, and what was left over."""
    reader = EventReader(LIMIT)
    found: list[Event] = []
    try:
        for chunk in chunks:
            # One by one: events before an error in the same chunk count.
            for event in reader.feed(chunk):
                found.append(event)  # noqa: PERF402
    except MarketplaceError as error:
        return found, error.code, None
    return found, "", reader.finish()


def cut(data: bytes, places: list[int]) -> list[bytes]:
    marks = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[start:end] for start, end in pairwise(marks)]


#: A shared machine may take its time over one example.
calm = settings(deadline=None)

#: Bytes that look like a stream, with every kind of line end and letters of several bytes.
fields = st.sampled_from(["data: ", "data:", "event: ", "id: 1", ": ", "data", "retry: 5", "\ufeff", "x" * 120, ""])
letters = st.text(alphabet='aé€😀:[]{}" ', max_size=12)
ends = st.sampled_from(["\n", "\r", "\r\n", "\n\n", "\r\r", "\r\n\r\n"])
plausible = st.lists(st.tuples(fields, letters, ends), max_size=12).map(
    lambda lines: "".join("".join(line) for line in lines).encode()
)
damaged = st.tuples(plausible, st.binary(max_size=4), plausible).map(b"".join)
cuts = st.lists(st.integers(min_value=0, max_value=5000), max_size=12)


class TestAnyChunkingGivesTheSameEvents:
    @calm
    @given(data=plausible | damaged | st.binary(max_size=300), places=cuts)
    def test_cut_anywhere(self, data: bytes, places: list[int]) -> None:
        assert outcome(cut(data, places)) == outcome([data])

    @calm
    @given(data=plausible | damaged | st.binary(max_size=300))
    def test_byte_by_byte(self, data: bytes) -> None:
        assert outcome([bytes([byte]) for byte in data]) == outcome([data])

    @calm
    @given(texts=st.lists(st.text(max_size=30), max_size=8), places=cuts)
    def test_what_was_written_is_read(self, texts: list[str], places: list[int]) -> None:
        data = b"".join(b"data: " + json.dumps(text, ensure_ascii=False).encode() + b"\n\n" for text in texts if text)
        try:
            found = events_of(*cut(data, places))
        except BadReply:  # pragma: no cover
            raise AssertionError("valid UTF-8 was refused") from None
        assert [json.loads(event.data) for event in found] == [text for text in texts if text]


class TestGarbage:
    @calm
    @given(chunks=st.lists(st.binary(max_size=400), max_size=6))
    def test_raises_nothing_outside_the_tree(self, chunks: list[bytes]) -> None:
        outcome(chunks)


class TestTheFormat:
    def test_lines_of_one_event_are_joined(self) -> None:
        assert events_of(b"data: a\ndata: b\n\n") == [Event("a\nb")]

    def test_only_one_space_after_the_colon_goes(self) -> None:
        assert events_of(b"data:  a\n\n") == [Event(" a")]

    def test_comments_and_unknown_fields_are_skipped(self) -> None:
        assert events_of(b": ping\n\nid: 3\nretry: 5\nfoo: bar\ndata: a\n\n") == [Event("a")]

    def test_an_event_keeps_its_name(self) -> None:
        assert events_of(b"event: error\ndata: a\n\ndata: b\n\n") == [Event("a", "error"), Event("b")]

    def test_a_name_without_data_is_no_event(self) -> None:
        assert events_of(b"event: ping\n\ndata: b\n\n") == [Event("b")]

    @pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
    def test_every_line_end(self, end: bytes) -> None:
        assert events_of(b"data: a" + end + end + b"data: b" + end + end) == [Event("a"), Event("b")]

    def test_an_event_is_there_as_soon_as_its_blank_line_is(self) -> None:
        reader = EventReader(LIMIT)
        assert list(reader.feed(b"data: a\r\n\r")) == [Event("a")]
        assert list(reader.feed(b"\ndata: b\r\n\r\n")) == [Event("b")]

    def test_a_mark_of_byte_order_is_dropped(self) -> None:
        assert events_of(b"\xef\xbb\xbfdata: a\n\n") == [Event("a")]

    def test_letters_cut_in_two_are_whole_again(self) -> None:
        euro = "€".encode()
        assert events_of(b"data: " + euro[:1], euro[1:] + b"\n\n") == [Event("€")]


class TestWhatIsRefused:
    def test_bytes_that_are_not_utf_8(self) -> None:
        with pytest.raises(BadReply, match="the stream is not UTF-8") as caught:
            events_of(b"data: a\n\ndata: \xff secret words\n\n")
        assert caught.value.__context__ is None

    def test_a_line_without_end(self) -> None:
        with pytest.raises(ReplyTooLarge, match="one event of the stream is over 1 000 bytes"):
            events_of(*[b"x" * 100] * 20, limit=1000)

    def test_an_event_of_too_many_lines(self) -> None:
        with pytest.raises(ReplyTooLarge):
            events_of(*[b"data: 12345678\n"] * 40)

    def test_an_event_within_the_limit_passes_any_number_of_times(self) -> None:
        assert len(events_of(*[b"data: " + b"x" * 150 + b"\n\n"] * 50)) == 50


class TestTheRest:
    def test_an_end_marker_without_its_blank_line_is_seen(self) -> None:
        reader = EventReader(LIMIT)
        assert list(reader.feed(b"data: [DONE]")) == []
        assert reader.finish() == Event("[DONE]")

    def test_half_a_letter_is_nothing(self) -> None:
        reader = EventReader(LIMIT)
        assert list(reader.feed(b"data: \xe2\x82")) == []
        assert reader.finish() is None
