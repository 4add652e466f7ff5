"""Replies that arrive whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from shareai_cms.conf import conf
from shareai_cms.errors import BadReply, ReplyTooLarge, StreamBroken
from shareai_cms.marketplace import failures, wire
from shareai_cms.marketplace.call import Call, Choice, choices_for
from shareai_cms.marketplace.cancellation import Cancellation
from shareai_cms.marketplace.connection import Connection
from shareai_cms.marketplace.session import Answer
from shareai_cms.marketplace.text import in_digits

CHAT = "/chat/completions"


def complete(
    connection: Connection, request: wire.ChatRequest, *, cancellation: Cancellation | None = None
) -> wire.Reply:
    """Ask and wait for the whole reply.

    Raises ``MarketplaceError`` and its subclasses, ``NotConfigured`` or, after ``cancel()``, ``ActionCancelled``;
    each carries ``attempts``.
    """
    with Call(connection, cancellation) as call:

        def send(choice: Choice) -> tuple[Choice, wire.Received]:
            body = wire.payload(connection, request, model=choice.model, is_streamed=False)
            with call.request("POST", CHAT, body) as answer:
                return choice, read_chat(answer, answer.chunks(), connection)

        return call.reply(request, *call.run(choices_for(request.route), send))


def read_chat(answer: Answer, chunks: Iterable[bytes], connection: Connection) -> wire.Received:
    """Read a chat reply to its end."""
    reply, size = read_json(answer, chunks, connection)
    received = wire.received(reply, request_id=answer.head.request_id, secret=connection.api_key)
    if received is None:
        raise failures.unreadable(answer.head, size)
    return received


def read_json(
    answer: Answer, chunks: Iterable[bytes], connection: Connection, *, limit: int | None = None
) -> tuple[Any, int]:
    """Read a JSON body to its end; with its size in bytes. Raises what its status or its content report.

    ``limit`` in bytes takes the place of ``MAX_REPLY_BYTES``.
    """
    raw = _read(answer, chunks, conf.max_reply_bytes if limit is None else limit)
    try:
        reply = wire.document(raw)
    except BadReply:
        reply = None
    answer.refused_field = failures.refused_field(reply)
    failure = failures.of_reply(answer.head, reply, len(raw), secret=connection.api_key)
    if failure is None and reply is None:
        failure = failures.unreadable(answer.head, len(raw))
    if failure is not None:
        raise failure
    return reply, len(raw)


def limited(chunks: Iterable[bytes], limit: int, answer: Answer) -> Iterator[bytes]:
    """The chunks up to ``limit`` bytes; then reading stops and ``ReplyTooLarge`` is raised."""
    left = limit
    for chunk in chunks:
        left -= len(chunk)
        if left < 0:
            raise ReplyTooLarge(f"over {in_digits(limit)} bytes", status=answer.head.status)
        yield chunk


def _read(answer: Answer, chunks: Iterable[bytes], limit: int) -> bytes:
    raw = bytearray()
    try:
        for chunk in limited(chunks, limit, answer):
            raw += chunk
    except (ReplyTooLarge, StreamBroken):
        # The status alone says what went wrong; what came with it matters less.
        if answer.head.is_success:
            raise
    return bytes(raw)
