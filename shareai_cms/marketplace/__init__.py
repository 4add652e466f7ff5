"""The one door to the ShareAI marketplace."""

from __future__ import annotations

from shareai_cms.marketplace.cancellation import Cancellation
from shareai_cms.marketplace.connection import Connection, connection_for
from shareai_cms.marketplace.embedding import Embedded, EmbeddingRequest, embed
from shareai_cms.marketplace.keys import decrypt
from shareai_cms.marketplace.keytest import KeyInfo, test_key
from shareai_cms.marketplace.stream import stream
from shareai_cms.marketplace.whole import complete
from shareai_cms.marketplace.wire import Attempt, ChatRequest, Message, Reply

__all__ = [
    "Attempt",
    "Cancellation",
    "ChatRequest",
    "Connection",
    "Embedded",
    "EmbeddingRequest",
    "KeyInfo",
    "Message",
    "Reply",
    "complete",
    "connection_for",
    "decrypt",
    "embed",
    "stream",
    "test_key",
]
