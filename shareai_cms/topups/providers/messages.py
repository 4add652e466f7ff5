"""Messages in the envelope that both ShareAI's and Stripe's have: an id, a type, a time, and an object in ``data``."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from typing import Any

from shareai_cms.errors import ForgedWebhook, ProviderBadReply
from shareai_cms.topups.providers.base import Event
from shareai_cms.topups.providers.wire import Reader

log = logging.getLogger("shareai_cms.topups")


def delivered(body: bytes) -> Event:
    """The message of a webhook whose signature was found right; raises ``ForgedWebhook`` where it is none."""
    try:
        text = body.decode()
        # PostgreSQL keeps no text with this character, and no JSON document needs it.
        return _event(json.loads(text), text.replace("\x00", ""))
    except (ValueError, RecursionError, ProviderBadReply):
        # Signed, and still no message: nothing that could be kept and tried again.
        raise ForgedWebhook("the body is no event") from None


def listed(entries: Iterable[Any]) -> list[Event]:
    """Entries of a provider's list; one that is no message is passed over, and keeps none of the others back."""
    found = []
    for entry in entries:
        try:
            found.append(_event(entry, json.dumps(entry, separators=(",", ":"))))
        except (ProviderBadReply, ValueError, RecursionError) as error:
            log.error("event=unreadable error=%s", type(error).__name__)  # noqa: TRY400  its text may hold content
    return found


def _event(data: Any, body: str) -> Event:
    event = Reader(data, "event")
    return Event(id=event.text("id"), type=event.text("type")[:128], body=body, data=data)
