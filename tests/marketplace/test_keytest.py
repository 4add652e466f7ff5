from __future__ import annotations

from typing import Any

import pytest

from shareai_cms import marketplace
from shareai_cms.errors import BadReply, MarketplaceBusy, MarketplaceUnreachable, RequestRejected
from shareai_cms.marketplace import Connection, KeyInfo
from tests.marketplace.conftest import KEY
from tests.marketplace.peer import Peer, whole


class TestAKey:
    @pytest.mark.parametrize(
        ("reply", "models"),
        [
            ({"status": "success", "assigned_models_count": 4}, 4),
            ({"status": "success"}, None),
            ({"valid": True}, None),
            ({"valid": True, "assigned_models_count": 0}, 0),
            ({"assigned_models_count": "4"}, None),
            ({"assigned_models_count": True}, None),
            ({}, None),
        ],
    )
    def test_that_is_accepted(self, peer: Peer, connection: Connection, reply: Any, models: int | None) -> None:
        peer.then(whole(reply))
        assert marketplace.test_key(connection) == KeyInfo(is_valid=True, assigned_models=models, detail="")

    @pytest.mark.parametrize("reply", [{"valid": False}, {"status": "error"}, {"status": "revoked"}, {"valid": None}])
    def test_that_is_not_valid(self, peer: Peer, connection: Connection, reply: Any) -> None:
        peer.then(whole(reply))
        info = marketplace.test_key(connection)
        assert not info.is_valid
        assert info.detail == "the marketplace says that the key is not valid"

    @pytest.mark.parametrize("refusal", [whole({}, 401), whole({}, 403), whole({"error": "invalid_api_key"})])
    def test_that_is_refused_is_an_answer_too(self, peer: Peer, connection: Connection, refusal: Any) -> None:
        peer.then(refusal)
        info = marketplace.test_key(connection)
        assert (info.is_valid, info.assigned_models) == (False, None)
        assert info.detail.startswith("HTTP ")

    def test_is_tested_without_spending(self, peer: Peer, connection: Connection) -> None:
        peer.then(whole({"valid": True}))
        marketplace.test_key(connection)
        [request] = peer.requests
        assert (request.method, request.path, request.body) == ("GET", "/api/v1/iam/key/info", b"")
        assert request.headers["authorization"] == f"Bearer {KEY}"

    def test_is_tested_again_when_the_marketplace_was_busy(self, peer: Peer, connection: Connection) -> None:
        peer.then(whole({}, 503), whole({"valid": True}))
        assert marketplace.test_key(connection).is_valid


class TestNoAnswer:
    @pytest.mark.parametrize(
        ("script", "cls"),
        [
            (whole({}, 404), RequestRejected),
            (whole(b"<html>", content_type="text/html"), BadReply),
            (whole({}, 429, Retry_After="60"), MarketplaceBusy),
        ],
    )
    def test_raises(self, peer: Peer, connection: Connection, script: Any, cls: type[Exception]) -> None:
        peer.then(script)
        with pytest.raises(cls):
            marketplace.test_key(connection)

    def test_at_all_raises(self, configure: Any) -> None:
        configure(MAX_ATTEMPTS=1)
        with pytest.raises(MarketplaceUnreachable):
            marketplace.test_key(Connection(base_url="http://127.0.0.1:9", api_key=KEY))
