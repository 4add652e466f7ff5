"""The one door to the ShareAI marketplace.

Names are imported on first use: a site that starts has no need of an HTTP library yet.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shareai_cms.marketplace.cancellation import Cancellation
    from shareai_cms.marketplace.connection import Connection, connection_for
    from shareai_cms.marketplace.embedding import Embedded, EmbeddingRequest, embed
    from shareai_cms.marketplace.keys import decrypt
    from shareai_cms.marketplace.keytest import KeyInfo, test_key
    from shareai_cms.marketplace.streaming import stream
    from shareai_cms.marketplace.whole import complete
    from shareai_cms.marketplace.wire import Attempt, ChatRequest, Message, Reply

#: What other rooms use, and where it is.
_PLACES = {
    "Attempt": "wire",
    "Cancellation": "cancellation",
    "ChatRequest": "wire",
    "Connection": "connection",
    "Embedded": "embedding",
    "EmbeddingRequest": "embedding",
    "KeyInfo": "keytest",
    "Message": "wire",
    "Reply": "wire",
    "complete": "whole",
    "connection_for": "connection",
    "decrypt": "keys",
    "embed": "embedding",
    "stream": "streaming",
    "test_key": "keytest",
}

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


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
