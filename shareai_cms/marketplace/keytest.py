"""Says whether a key works, without spending anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shareai_cms.errors import KeyRejected
from shareai_cms.marketplace import wire
from shareai_cms.marketplace.call import Call, Choice
from shareai_cms.marketplace.connection import Connection
from shareai_cms.marketplace.whole import read_json

PATH = "/iam/key/info"
#: Seconds: somebody is waiting in front of a form.
BUDGET = 15.0


@dataclass(frozen=True, kw_only=True)
class KeyInfo:
    """``assigned_models`` is None where the marketplace does not say how many models the key may query."""

    is_valid: bool
    assigned_models: int | None
    detail: str
    #: The marketplace's clock as it answered, from its ``Date`` header; None where it sent none.
    answered_at: datetime | None = None


def test_key(connection: Connection) -> KeyInfo:
    """Ask the marketplace about the key. A refused key is an answer; not getting one raises ``MarketplaceError``."""
    with Call(connection, budget=BUDGET) as call:

        def ask(_: Choice) -> tuple[Mapping[str, Any], datetime | None]:
            with call.request("GET", PATH) as answer:
                reply, _size = read_json(answer, answer.chunks(), connection)
                return wire.mapping(reply), answer.head.date

        try:
            reply, answered_at = call.run((Choice(model="", route=""),), ask)
        except KeyRejected as error:
            return KeyInfo(is_valid=False, assigned_models=None, detail=error.detail)
        call.finish()
    return _info(reply, answered_at)


def _info(reply: Mapping[str, Any], answered_at: datetime | None) -> KeyInfo:
    # The shape is unsettled: a status, a flag, a number of models, in any combination.
    is_valid = reply.get("valid", reply.get("status", "success")) in (True, "success", "ok", "active")
    count = reply.get("assigned_models_count")
    return KeyInfo(
        is_valid=is_valid,
        assigned_models=count if isinstance(count, int) and not isinstance(count, bool) else None,
        detail="" if is_valid else "the marketplace says that the key is not valid",
        answered_at=answered_at,
    )
