"""A product enriched from end to end: the road, the real sandbox process and a real database."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
import responses

from shareai_cms.actions.facts import ProductFacts
from shareai_cms.actions.road import ActionCall, run
from shareai_cms.errors import InputEmpty, OutputEmpty, OutputInvalid, ReplyTooLarge, ShareAIError, StreamBroken
from shareai_cms.models import SiteAccount, Suggestion, Usage
from tests.actions.enriching.products import TABLE, given
from tests.services import SandboxProcess

VOICE = "We say “quay”, never “pier”."


@pytest.mark.django_db
@pytest.mark.postgres
class TestTheRoad:
    @pytest.fixture
    def sandbox(self, sandbox: SandboxProcess, settings: Any) -> SandboxProcess:
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "DEFAULT_PLAN": {"products": 10}}
        return sandbox

    @pytest.fixture
    def enrich(self, call_for: Callable[..., ActionCall]) -> Callable[..., Any]:
        def enriched(*parts: str, facts: ProductFacts = TABLE, target: str = "") -> Any:
            what = given(*parts, facts=facts, target=target)
            return run(call_for(slug="enrich-product", given=what))[0]

        return enriched

    def test_one_product_is_one_unit_and_its_result_is_kept(self, enrich: Callable[..., Any]) -> None:
        done = enrich()
        parts = {part["part"]: part for part in done.result["parts"]}
        assert parts["attribute"]["after"] == ["Oak"]
        assert parts["category"]["after"] == "Tables"
        assert "180 cm" in parts["description"]["after"]
        assert parts["review_summary"]["after"]["pros"][0] == {"text": "Good quality", "count": 2}
        usage = Usage.objects.get()
        assert (usage.meter, usage.units, usage.state, usage.feature) == ("products", 1, "settled", "enrich-product")
        assert Suggestion.objects.get().result == done.result

    def test_a_bare_name_is_refused_before_anything_is_held(
        self, enrich: Callable[..., Any], sandbox: SandboxProcess
    ) -> None:
        with pytest.raises(InputEmpty):
            enrich(facts=ProductFacts(name="Table", description="<p> Table </p>", categories=("Tables",)))
        assert not Usage.objects.exists()
        assert sandbox.state()["calls"] == 0

    @pytest.mark.parametrize(
        ("fault", "error"),
        [
            ("wrong-form", OutputInvalid),
            ("wrong-types", OutputInvalid),
            ("cut-answer", OutputInvalid),
            ("huge", ReplyTooLarge),
            ("cut-off", StreamBroken),
            ("empty", OutputEmpty),
        ],
    )
    def test_an_answer_that_cannot_be_used_costs_nothing(
        self, enrich: Callable[..., Any], sandbox: SandboxProcess, fault: str, error: type[ShareAIError]
    ) -> None:
        sandbox.fault(fault)
        with pytest.raises(error):
            enrich("description", "seo_title", "attribute")
        usage = Usage.objects.get()
        assert (usage.state, usage.error_code) == ("released", error.code)
        assert "oak" not in usage.error_detail.lower()
        assert not Suggestion.objects.exists()

    def test_scripts_in_an_answer_are_harmless(self, enrich: Callable[..., Any], sandbox: SandboxProcess) -> None:
        sandbox.fault("script-output")
        written = json.dumps([part["after"] for part in enrich().result["parts"]])
        assert "A table of oak" in written
        for danger in ("<script", "alert(", "onclick", "onerror", "javascript:", "<img"):
            assert danger not in written

    def test_an_unsupported_claim_needs_a_look(self, enrich: Callable[..., Any], sandbox: SandboxProcess) -> None:
        assert enrich("description").result["needs_look"] is False
        Usage.objects.all().delete()
        sandbox.fault("unsupported")
        [part] = enrich("description").result["parts"]
        assert part["flags"] == [{"kind": "number", "text": "10,000 customers"}]

    def test_pictures_go_along_and_get_their_texts(self, enrich: Callable[..., Any]) -> None:
        parts = enrich("alt_text").result["parts"]
        assert [part["key"] for part in parts] == ["i1", "i2"]
        assert parts[0]["after"].startswith("View 1")

    def test_a_translation_is_marked_as_the_sandbox_marks_it(self, enrich: Callable[..., Any]) -> None:
        parts = {part["part"]: part["after"] for part in enrich(target="de").result["parts"]}
        assert parts["name"].startswith("[Sandbox-Übersetzung]")
        assert "[Sandbox-Übersetzung]" in parts["description"]

    def test_the_voice_of_the_account_goes_along_as_guidance(
        self, enrich: Callable[..., Any], account: SiteAccount, sandbox: SandboxProcess
    ) -> None:
        account.voice = VOICE
        account.save()
        for part in ("seo_title", "alt_text"):
            with responses.RequestsMock() as marketplace:
                answer = json.dumps({"seo_title": "Harbour table", "alt_texts": [{"image": 1, "text": "A table"}]})
                marketplace.post(
                    f"{sandbox.url}/chat/completions",
                    json={"choices": [{"message": {"content": answer}, "finish_reason": "stop"}]},
                )
                enrich(part)
                system, user = json.loads(marketplace.calls[0].request.body)["messages"]
            assert VOICE in json.dumps(user, ensure_ascii=False)
            assert VOICE not in system["content"]
            Usage.objects.all().delete()

    def test_nothing_of_the_product_is_logged(
        self, enrich: Callable[..., Any], sandbox: SandboxProcess, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        enrich()
        Usage.objects.all().delete()
        sandbox.fault("wrong-types")
        with pytest.raises(OutputInvalid):
            enrich()
        assert "enrich-product" in caplog.text
        for word in ("Harbour", "Quayside", "oiled", "sturdy", "Oak"):
            assert word not in caplog.text
