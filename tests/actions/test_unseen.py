"""Nobody pays for what nobody saw, nor for what was never finished."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

import pytest
import responses
from django.db import OperationalError
from django.test import RequestFactory

from shareai_cms import errors, metering
from shareai_cms.actions.events import ActionResult, Remaining
from shareai_cms.actions.road import ActionCall, run, stream
from shareai_cms.actions.streaming import StreamedRoad
from shareai_cms.models import SiteAccount, Usage
from shareai_cms.views.streaming import Encoder, EventStream
from tests.services import SandboxProcess

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.ledger]

Build = Callable[..., ActionCall]


def left(account: SiteAccount) -> int:
    return metering.allowance_of(account, "writing").available


class TestNobodyReads:
    @pytest.mark.parametrize("slug", ["rewrite", "title-alternatives"])
    def test_response_that_is_never_read(
        self, sandbox: SandboxProcess, call_for: Build, account: SiteAccount, slug: str
    ) -> None:
        road = StreamedRoad(call_for(slug=slug))
        road.start()
        response = EventStream(RequestFactory().get("/"), road, Encoder(frozenset()))
        del response
        gc.collect()
        road.join(20)
        assert (Usage.objects.get().state, Usage.objects.get().outcome) == ("released", "cancelled_early")
        assert left(account) == 10

    def test_nor_dropped(self, sandbox: SandboxProcess, call_for: Build, account: SiteAccount, settings: Any) -> None:
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "CALL_BUDGET": 0.5}
        road = StreamedRoad(call_for())
        road.start()
        road.join(20)
        assert Usage.objects.get().state == "released"
        assert left(account) == 10

    def test_response_that_is_closed_unread(
        self, sandbox: SandboxProcess, call_for: Build, account: SiteAccount
    ) -> None:
        sandbox.fault("hold")
        road = StreamedRoad(call_for())
        road.start()
        EventStream(RequestFactory().get("/"), road, Encoder(frozenset())).close()
        road.join(20)
        assert Usage.objects.get().state == "released"


class TestNeverFinished:
    @pytest.mark.parametrize("reason", ["length", "content_filter"])
    @pytest.mark.parametrize("slug", ["rewrite", "title-alternatives"])
    def test_answer_cut_by_the_model(
        self, sandbox: SandboxProcess, call_for: Build, account: SiteAccount, slug: str, reason: str
    ) -> None:
        choice = {"message": {"content": '["First title", "Second ti'}, "finish_reason": reason}
        with responses.RequestsMock() as marketplace:
            marketplace.post(f"{sandbox.url}/chat/completions", json={"choices": [choice]})
            with pytest.raises(errors.StreamBroken, match=f"finish_reason={reason}"):
                run(call_for(slug=slug))
        assert Usage.objects.get().outcome == "broken"
        assert left(account) == 10


class TestPaidForIsDelivered:
    def test_though_what_is_left_cannot_be_read(
        self, sandbox: SandboxProcess, call_for: Build, account: SiteAccount, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: Any, **__: Any) -> None:
            raise OperationalError("server closed the connection")

        with monkeypatch.context() as patch:
            patch.setattr(metering, "allowance_of", fail)
            events = list(stream(call_for()))
        assert isinstance(events[-1], ActionResult)
        assert not any(isinstance(event, Remaining) for event in events)
        assert left(account) == 9
