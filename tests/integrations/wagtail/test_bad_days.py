from __future__ import annotations

import io
import json
import secrets
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import RequestFactory
from django.utils import timezone
from PIL import Image as Picture
from wagtail.models import Page, PageLogEntry

from shareai_cms import metering
from shareai_cms.actions.events import ActionResult, Started
from shareai_cms.actions.road import ActionCall, stream
from shareai_cms.models import AccountPermission, SiteAccount, Suggestion, Usage
from shareai_cms.views.requests import Caller, action_call
from tests.integrations.wagtail.conftest import person, saved_image, signed_in
from tests.integrations.wagtail.test_targets import TEXT, refused, run, target_of
from tests.services import SandboxProcess


def clicked(user: User, target: dict[str, str]) -> ActionCall:
    """A click that was admitted and has not begun."""
    body = json.dumps({"target": target, "input": {"text": TEXT}})
    request = RequestFactory().post(
        "/", body, content_type="application/json", headers={"Idempotency-Key": secrets.token_hex(16)}
    )
    request.user, request.session = user, {}  # type: ignore[assignment]
    return action_call(request, "rewrite", Caller())


def decide(user: User, target: dict[str, str], decision: str = "accepted") -> Any:
    pk = Suggestion.objects.get().pk
    body = json.dumps({"target": target, "decision": decision})
    return signed_in(user).post(f"/admin/shareai/suggestions/{pk}/", body, content_type="application/json")


def lock(page: Page, locker: User) -> None:
    Page.objects.filter(pk=page.pk).update(locked=True, locked_by=locker, locked_at=timezone.now())


def told(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]


@pytest.mark.usefixtures("sandbox")
class TestARightThatIsWithdrawnWhileAnActionRuns:
    def run_without(self, sites: SimpleNamespace, editor: User) -> list[Any]:
        events = stream(clicked(editor, target_of(sites.guide, "teaser")))
        first = next(events)
        assert isinstance(first, Started)
        AccountPermission.objects.all().delete()
        return list(events)

    def test_what_was_admitted_is_delivered_and_counted(self, sites: SimpleNamespace, editor: User) -> None:
        events = self.run_without(sites, editor)
        result = next(event for event in events if isinstance(event, ActionResult))
        assert result.units == 1
        assert Usage.objects.get().state == "settled"

    def test_a_lost_answer_can_still_be_fetched(self, sites: SimpleNamespace, editor: User) -> None:
        self.run_without(sites, editor)
        usage = Usage.objects.get()
        response = signed_in(editor).get(f"/admin/shareai/status/{usage.key}/")
        assert response.json()["state"] == "settled"

    def test_the_decision_is_refused_and_recorded_nowhere(self, sites: SimpleNamespace, editor: User) -> None:
        self.run_without(sites, editor)
        assert told(decide(editor, target_of(sites.guide, "teaser"))) == (403, "not_permitted")
        assert Suggestion.objects.get().state == "proposed"
        assert not PageLogEntry.objects.filter(action="shareai.apply").exists()

    def test_the_next_click_is_refused(self, sites: SimpleNamespace, editor: User) -> None:
        self.run_without(sites, editor)
        response = run(editor, "rewrite", target_of(sites.guide, "teaser"))
        assert told(response) == (403, "not_permitted")
        assert Usage.objects.count() == 1


@pytest.mark.usefixtures("sandbox")
class TestAPageThatIsLockedMeanwhile:
    def test_what_was_admitted_is_delivered_and_counted(self, sites: SimpleNamespace, editor: User) -> None:
        events = stream(clicked(editor, target_of(sites.guide, "teaser")))
        next(events)
        lock(sites.guide, person("locker"))
        assert any(isinstance(event, ActionResult) for event in events)
        assert Usage.objects.get().state == "settled"

    def test_taking_the_suggestion_over_is_refused_with_the_reason(self, sites: SimpleNamespace, editor: User) -> None:
        target = target_of(sites.guide, "teaser")
        run(editor, "rewrite", target)
        lock(sites.guide, person("locker"))
        response = decide(editor, target)
        assert told(response) == (423, "object_locked")
        assert response.json()["error"]["sentence"] == "This is locked by someone else."
        assert Suggestion.objects.get().state == "proposed"

    def test_the_next_click_is_refused(self, sites: SimpleNamespace, editor: User) -> None:
        lock(sites.guide, person("locker"))
        refused(run(editor, "rewrite", target_of(sites.guide, "teaser")), 423, "object_locked")


@pytest.mark.usefixtures("sandbox")
class TestTwoPeopleOnOnePage:
    def test_each_decides_on_their_own_suggestion_alone(self, sites: SimpleNamespace, editor: User) -> None:
        target = target_of(sites.guide, "teaser")
        run(editor, "rewrite", target)
        other = person("other", ai=("use",))
        assert told(decide(other, target)) == (404, "object_not_found")
        assert decide(editor, target).status_code == 204

    def test_both_are_counted(self, sites: SimpleNamespace, editor: User) -> None:
        target = target_of(sites.guide, "teaser")
        left = [run(user, "rewrite", target).json()["usage"]["left"] for user in (editor, person("other", ai=("use",)))]
        assert left[0] == left[1] + 1


@pytest.mark.usefixtures("sandbox")
class TestABlockThatIsGone:
    def test_its_suggestion_can_still_be_dropped(self, sites: SimpleNamespace, editor: User) -> None:
        """Blocks are known by their types: the form that lost one is the browser's own business."""
        target = target_of(sites.guide, "body", blocks="quote/text", path="body-0-value-text")
        run(editor, "rewrite", target)
        assert decide(editor, target, "discarded").status_code == 204
        assert Suggestion.objects.get().state == "discarded"


def noise(size: int) -> bytes:
    """A picture whose file is about so many bytes long: nothing of it can be compressed."""
    edge = round((size / 3) ** 0.5) + 1
    out = io.BytesIO()
    Picture.frombytes("RGB", (edge, edge), secrets.token_bytes(edge * edge * 3)).save(out, "PNG", compress_level=0)
    return out.getvalue()


class TestAPictureOf30Megabytes:
    def describe(self, user: User, image: Any) -> Any:
        return run(user, "image-alt-text", target_of(image, "description"), input={"image": True})

    def test_is_refused_before_anything_is_held_or_sent(
        self, sites: SimpleNamespace, editor: User, sandbox: SandboxProcess
    ) -> None:
        sites.shop_site.delete()
        image = saved_image(noise(30_000_000))
        assert 30_000_000 <= image.file.size < 32_000_000
        response = self.describe(editor, image)
        refused(response, 415, "image_unusable")
        assert response.json()["error"]["sentence"] == "This image is too large to be described."
        assert sandbox.state()["calls"] == 0
        left = metering.allowance_of(SiteAccount.objects.get(), "writing")
        assert (left.left, left.held, left.spent) == (10, 0, 0)
        assert metering.audit() == []
        assert self.describe(editor, saved_image()).status_code == 200, "a small one goes through"
