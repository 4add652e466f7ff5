"""Reads ``text/event-stream`` as it arrives, in whatever pieces the network cuts it.

The format is WHATWG's: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
Two rules are stricter: text that is not UTF-8 is an error, not a row of replacement characters, and the
size of one event is limited.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from shareai_cms.errors import BadReply, ReplyTooLarge

_LINE_END = re.compile(rb"[\r\n]")
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Event:
    data: str
    name: str = "message"


class EventReader:
    """Feed it bytes, take events. One event may have at most ``limit`` bytes."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._line = bytearray()
        self._data: list[str] = []
        self._name = ""
        self._size = 0
        self._is_first_line = True
        self._skip_line_feed = False

    def feed(self, chunk: bytes) -> Iterator[Event]:
        """The events completed by this chunk. Raises ``BadReply`` or ``ReplyTooLarge``."""
        start = 0
        if self._skip_line_feed and chunk:
            self._skip_line_feed = False
            start = 1 if chunk[0] == 0x0A else 0
        while found := _LINE_END.search(chunk, start):
            self._append(chunk[start : found.start()])
            start = self._after_line_end(chunk, found.start())
            event = self._take_line()
            if event is not None:
                yield event
        self._append(chunk[start:])

    def finish(self) -> Event | None:
        """What had arrived of an event when the stream ended without the blank line that closes it.

        It may be cut anywhere: good for recognising an end marker, not a proof of anything else.
        """
        try:
            line = bytes(self._line).decode()
        except UnicodeDecodeError:
            return None
        self._take_field(line)
        return self._take_event()

    def _after_line_end(self, chunk: bytes, position: int) -> int:
        if chunk[position] == 0x0A:
            return position + 1
        if position + 1 == len(chunk):
            # CR now, perhaps LF with the next chunk: the line is complete either way.
            self._skip_line_feed = True
            return position + 1
        return position + 2 if chunk[position + 1] == 0x0A else position + 1

    def _append(self, part: bytes) -> None:
        if self._size + len(self._line) + len(part) > self._limit:
            raise ReplyTooLarge(f"one event of the stream is over {self._limit:,} bytes".replace(",", " "))
        self._line += part

    def _take_line(self) -> Event | None:
        raw, self._line = bytes(self._line), bytearray()
        if self._is_first_line:
            self._is_first_line = False
            raw = raw.removeprefix(BOM)
        if not raw:
            return self._take_event()
        self._take_field(_decoded(raw))
        return None

    def _take_field(self, line: str) -> None:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
            self._size += len(value.encode()) + 1
        elif name == "event":
            self._name = value

    def _take_event(self) -> Event | None:
        data, name = self._data, self._name
        self._data, self._name, self._size = [], "", 0
        return Event("\n".join(data), name or "message") if data else None


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        pass
    # Said outside the handler: the original error carries the text along.
    raise BadReply("the stream is not UTF-8")
