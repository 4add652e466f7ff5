"""Replies that arrive in pieces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from types import TracebackType
from typing import Any, Self

from shareai_cms.conf import conf
from shareai_cms.errors import BadReply, MarketplaceTimeout, ReplyTooLarge, RequestRejected, StreamBroken
from shareai_cms.marketplace import failures, wire
from shareai_cms.marketplace.call import Call, Choice, choices_for
from shareai_cms.marketplace.cancellation import Cancellation
from shareai_cms.marketplace.connection import Connection
from shareai_cms.marketplace.session import CHUNK, Answer
from shareai_cms.marketplace.sse import BOM, Event, EventReader
from shareai_cms.marketplace.text import Joiner, in_digits, label
from shareai_cms.marketplace.whole import CHAT, complete, limited, read_chat

DONE = "[DONE]"
_FIELDS = (b"data:", b"event:", b"id:", b"retry:", b":")
_ABOUT_STREAMS = ("stream", "stream_options")
_ENOUGH = max(map(len, _FIELDS))
#: One token of four letters travels in an event of up to this many times its size.
ENVELOPE = 100
#: Seconds from the first sign that the text is complete until the stream has to end; usage figures come then.
GRACE = 1.0


def stream(
    connection: Connection, request: wire.ChatRequest, *, cancellation: Cancellation | None = None
) -> Iterator[str | wire.Reply]:
    """Pieces of text as they come, then the whole ``Reply``, once.

    A marketplace that does not stream gives one piece. Raises what ``complete`` raises; the pieces handed out
    before an error are all there is. Closing the iterator ends the call.
    """
    if not conf.stream:
        reply = complete(connection, request, cancellation=cancellation)
        yield from (reply.text, reply) if reply.text else (reply,)
        return
    with Call(connection, cancellation) as call:
        is_streamed = True

        def send(choice: Choice) -> tuple[Choice, _Flow]:
            nonlocal is_streamed
            body = wire.payload(connection, request, model=choice.model, is_streamed=is_streamed)
            answer = call.request("POST", CHAT, body)
            try:
                return choice, _Flow(answer, call)
            except RequestRejected as error:
                if is_streamed and answer.refused_field in _ABOUT_STREAMS:
                    # Refused for the form alone, so nothing has run: ask for the whole reply instead.
                    is_streamed, error.retryable = False, True
                raise

        choice, flow = call.run(choices_for(request.route), send)
        with flow:
            yield from flow
        reply = call.reply(request, choice, flow.received)
    # The connection is back in the pool and the watchdog gone, however long the caller takes over the reply.
    yield reply


class _Flow:
    """A streamed reply. Made once its first piece, its end or its failure is there: until then it may be retried."""

    def __init__(self, answer: Answer, call: Call) -> None:
        self._answer = answer
        self._call = call
        self._secret = call.connection.api_key
        self._limit = conf.max_reply_bytes
        self._text = Joiner()
        self._parts: list[str] = []
        self._size = 0
        self._known: dict[str, Any] = {"finish_reason": "", "model": "", "request_id": "", "usage": None}
        self._is_whole = False
        self._is_done = False
        self._pieces = self._read()
        try:
            self._first = next(self._pieces, "")
        except BaseException:
            answer.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._answer.close()

    def __iter__(self) -> Iterator[str]:
        if self._first:
            yield self._first
        yield from self._pieces

    @property
    def received(self) -> wire.Received:
        return wire.Received(text="".join(self._parts), **self._known)

    def _read(self) -> Iterator[str]:
        chunks = self._answer.chunks()
        start = _first_bytes(chunks)
        if _is_event_stream(self._answer.head, start):
            return self._read_events(chain((start,), chunks))
        return self._read_whole(chain((start,), chunks))

    def _read_whole(self, chunks: Iterator[bytes]) -> Iterator[str]:
        received = read_chat(self._answer, chunks, self._call.connection)
        self._known |= {name: getattr(received, name) for name in self._known}
        if received.text:
            self._parts.append(received.text)
            yield received.text

    def _read_events(self, chunks: Iterator[bytes]) -> Iterator[str]:
        reader = EventReader(self._limit)
        try:
            for chunk in limited(chunks, self._limit * ENVELOPE, self._answer):
                for event in reader.feed(chunk):
                    if piece := self._take(event):
                        yield piece
            self._take_end(reader.finish())
        except (StreamBroken, MarketplaceTimeout):
            # The text was complete; only the usage figures or the last bytes of the protocol are missing.
            if not self._is_whole:
                raise
        if not self._is_whole:
            raise StreamBroken("the stream ended without its end marker", status=self._answer.head.status)

    def _take_end(self, event: Event | None) -> None:
        # Cut off after its last letter, an event may still be the end marker; cut earlier it is nothing.
        if event and event.data.strip() == DONE:
            self._is_whole = True

    def _take(self, event: Event) -> str:
        """The text that an event adds. Late events, once the call was ended, are dropped."""
        self._call.line.check()
        if self._is_done or event.data.strip() == DONE:
            self._is_done = True
            self._mark_whole()
            return ""
        fields = wire.mapping(self._document(event))
        self._raise_failure(fields, event)
        self._note(fields)
        return self._grown(wire.piece_of(fields))

    def _document(self, event: Event) -> Any:
        try:
            return wire.document(event.data)
        except BadReply:
            pass
        raise BadReply("an event of the stream is not JSON", status=self._answer.head.status)

    def _raise_failure(self, fields: Mapping[str, Any], event: Event) -> None:
        reported = {"error": fields} if event.name == "error" and "error" not in fields else fields
        failure = failures.of_reply(self._answer.head, reported, len(event.data), secret=self._secret)
        if failure is None:
            return
        # Once there is text, something has run.
        failure.retryable = failure.retryable and not self._parts
        raise failure

    def _note(self, fields: Mapping[str, Any]) -> None:
        found = {
            "finish_reason": wire.finish_reason_of(fields),
            "model": label(fields.get("model"), secret=self._secret),
            "request_id": self._answer.head.request_id or label(fields.get("id"), secret=self._secret),
            "usage": fields.get("usage"),
        }
        self._known |= {name: value for name, value in found.items() if value}
        if found["finish_reason"]:
            self._mark_whole()

    def _grown(self, addition: str) -> str:
        piece = self._text.add(addition)
        if piece:
            self._size += len(piece.encode())
            self._parts.append(piece)
        if self._size > self._limit:
            raise ReplyTooLarge(f"over {in_digits(self._limit)} bytes", status=self._answer.head.status)
        return piece

    def _mark_whole(self) -> None:
        if not self._is_whole:
            self._is_whole = True
            self._call.hurry(GRACE)


def _first_bytes(chunks: Iterator[bytes]) -> bytes:
    """Enough of the body to tell what it is."""
    start = b""
    for chunk in chunks:
        start += chunk
        if len(start.lstrip()) >= _ENOUGH or len(start) > CHUNK:
            break
    return start


def _is_event_stream(head: failures.Head, start: bytes) -> bool:
    # The type alone is not to be trusted: some answer JSON under any type, and errors under this one.
    beginning = start.removeprefix(BOM).lstrip()
    if not head.is_success:
        return False
    if head.content_type == "text/event-stream":
        return not beginning.startswith((b"{", b"[", b"<"))
    return beginning.startswith(_FIELDS)
