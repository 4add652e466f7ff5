"""The HTTP surface: bad input gets a typed JSON error with the right status, and loses nothing."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.test import Client

from shareai_cms import metering
from shareai_cms.models import AccountPermission, SiteAccount, Suggestion, Usage
from shareai_cms.permissions import MANAGE
from tests.services import SandboxProcess

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.ledger, pytest.mark.urls("tests.urls_plain")]

TEXT = "In order to reach the lighthouse, visitors utilise the old quay."


class Browser(Client):
    """Clicks actions as the admin's scripts do."""

    target: dict[str, Any]

    def click(self, slug: str = "rewrite", *, key: str | None = None, **body: Any) -> Any:
        data = {"target": self.target, "input": {"text": TEXT}, **body}
        return self.post_json(f"/shareai/actions/{slug}/", data, key=key)

    def post_json(self, address: str, data: Any, *, key: str | None = None, **more: Any) -> Any:
        headers = {"Idempotency-Key": key or uuid.uuid4().hex}
        content = data if isinstance(data, str | bytes) else json.dumps(data)
        return self.post(address, content, headers=headers, **{"content_type": "application/json", **more})


@pytest.fixture
def account(db: None, sandbox: SandboxProcess) -> SiteAccount:
    return metering.open_account(platform="django", reference="default", label="Harbour Press")


@pytest.fixture
def admin(editor: Any, account: SiteAccount, sandbox: SandboxProcess) -> Browser:
    editor.user_permissions.add(Permission.objects.get(codename="change_group"))
    admin = Browser()
    admin.target = {"type": "auth.group", "id": str(Group.objects.get(name="AI users").pk), "field": "name"}
    admin.force_login(editor)
    return admin


def assert_error(response: Any, status: int, code: str) -> dict[str, Any]:
    """A typed error, in sentences, that cost nothing."""
    assert response.status_code == status, response.content
    error: dict[str, Any] = response.json()["error"]
    assert error["code"] == code
    assert error["sentence"].endswith(".")
    assert error["remedy"].endswith(".")
    assert "no-store" in response["Cache-Control"]
    assert not Usage.objects.filter(state__in=["held", "settled"]).exists()
    return error


class TestBadInput:
    @pytest.fixture(autouse=True)
    def _nothing_is_sent(self, sandbox: SandboxProcess) -> Any:
        yield
        assert sandbox.state()["calls"] == 0

    def test_unknown_action(self, admin: Browser) -> None:
        assert_error(admin.click("summon"), 404, "unknown_action")

    @pytest.mark.parametrize(
        "body", ["", "{", "[]", "null", '"x"', b"\xff\xfe", "[" * 100_000, '{"target": 3}', '{"target": {"type": []}}']
    )
    def test_body_of_another_form(self, admin: Browser, body: str | bytes) -> None:
        assert_error(admin.post_json("/shareai/actions/rewrite/", body), 400, "invalid_request")

    def test_body_of_another_type(self, admin: Browser) -> None:
        response = admin.post_json("/shareai/actions/rewrite/", "{}", content_type="text/plain")
        assert_error(response, 400, "invalid_request")

    def test_body_of_three_megabytes(self, admin: Browser) -> None:
        assert_error(admin.click(input={"text": "x" * 3_000_000}), 413, "input_too_long")

    def test_text_over_the_limit(self, admin: Browser) -> None:
        assert_error(admin.click(input={"text": "x" * 20_001}), 413, "input_too_long")

    @pytest.mark.parametrize("given", [{"text": "  "}, {}, {"text": ""}])
    def test_nothing_to_work_on(self, admin: Browser, given: dict[str, str]) -> None:
        assert_error(admin.click(input=given), 400, "input_empty")

    @pytest.mark.parametrize("given", [None, [], "text", {"text": 3}, {"text": None}])
    def test_input_of_another_form(self, admin: Browser, given: Any) -> None:
        assert_error(admin.click(input=given), 400, "invalid_request")

    @pytest.mark.parametrize("key", ["short", "x" * 129, "with spaces in the key", "emoji-🙂-emoji-emoji"])
    def test_key_of_another_form(self, admin: Browser, key: str) -> None:
        assert_error(admin.click(key=key.encode().decode("latin-1")), 400, "invalid_request")

    @pytest.mark.parametrize("route", ["premium", "fallback", "", 3, None])
    def test_route_that_is_not_offered(self, admin: Browser, route: Any) -> None:
        assert_error(admin.click(route=route), 400, "invalid_request")

    @pytest.mark.parametrize("type_", ["", "auth", "auth.nothing", "no.such.model", "../../etc"])
    def test_object_of_no_known_kind(self, admin: Browser, type_: str) -> None:
        admin.target["type"] = type_
        assert_error(admin.click(), 400, "invalid_request")

    @pytest.mark.parametrize("pk", ["999999", "x", "9" * 200, "1 OR 1=1", "-1"])
    def test_object_that_is_not_there(self, admin: Browser, pk: str) -> None:
        admin.target["id"] = pk
        assert_error(admin.click(), 404, "object_not_found")

    @pytest.mark.parametrize("name", ["path", "field", "id", "parent"])
    @pytest.mark.parametrize("value", ["x" * 256, "a\ud800b", "a\x00b", 1.5, True, ["x"]])
    def test_reference_that_no_column_takes(self, admin: Browser, name: str, value: Any) -> None:
        admin.target[name] = value
        assert_error(admin.click(), 400, "invalid_request")

    @pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
    def test_numbers_that_json_does_not_have(self, admin: Browser, number: str) -> None:
        body = f'{{"target": {json.dumps(admin.target)}, "input": {{"text": "x"}}, "options": {number}}}'
        assert_error(admin.post_json("/shareai/actions/rewrite/", body), 400, "invalid_request")

    def test_megabytes_of_unclosed_tags(self, admin: Browser) -> None:
        assert_error(admin.click(input={"text": "<a" * 1_000_000}), 413, "input_too_long")

    @pytest.mark.parametrize("field", ["", "permissions", "id", "pk", "__class__", "user__password"])
    def test_field_that_is_no_text(self, admin: Browser, field: str) -> None:
        admin.target["field"] = field
        assert_error(admin.click(), 400, "invalid_request")

    def test_context_of_another_form(self, admin: Browser) -> None:
        assert_error(admin.click(context={"title": {"a": 1}}), 400, "invalid_request")

    @pytest.mark.parametrize("options", [[], "tone", 3, {"tone": "rude"}, {"tone": 3}, {"mood": "formal"}, {"": ""}])
    def test_options_that_the_action_does_not_declare(self, admin: Browser, options: Any) -> None:
        assert_error(admin.click("tone", options=options), 400, "invalid_request")

    def test_options_of_an_action_without_any(self, admin: Browser) -> None:
        assert_error(admin.click(options={"tone": "formal"}), 400, "invalid_request")

    def test_answer_that_is_missing_or_too_long(self, admin: Browser) -> None:
        missing = assert_error(admin.click("translate", options={"language": " "}), 400, "input_empty")
        assert missing["sentence"] == "“Into” was left empty."

    def test_text_too_short_for_the_action(self, admin: Browser) -> None:
        error = assert_error(admin.click("shorten", input={"text": "Too short."}), 400, "input_empty")
        assert error["remedy"] == "Write at least 60 characters first."

    def test_get_is_not_allowed(self, admin: Browser) -> None:
        assert admin.get("/shareai/actions/rewrite/").status_code == 405


class TestRights:
    def test_stranger(self, admin: Browser) -> None:
        admin.logout()
        assert_error(admin.click(), 403, "not_permitted")

    def test_may_use_ai_but_not_change_the_object(self, admin: Browser, editor: Any) -> None:
        editor.user_permissions.clear()
        assert_error(admin.click(), 403, "not_permitted")

    def test_may_change_the_object_but_not_use_ai(self, admin: Browser) -> None:
        AccountPermission.objects.all().delete()
        assert_error(admin.click(), 403, "not_permitted")
        assert SiteAccount.objects.count() == 1

    def test_strangers_open_no_account(self, admin: Browser, account: SiteAccount) -> None:
        AccountPermission.objects.all().delete()
        account.delete()
        assert_error(admin.click(), 403, "not_permitted")
        assert not SiteAccount.objects.exists()

    def test_forged_request_without_the_token(self, admin: Browser, editor: Any) -> None:
        strict = Browser(enforce_csrf_checks=True)
        strict.target = admin.target
        strict.force_login(editor)
        assert strict.click().status_code == 403
        assert not Usage.objects.exists()

    def test_another_persons_click_cannot_be_asked_for(self, admin: Browser) -> None:
        key = uuid.uuid4().hex
        assert admin.click(key=key).status_code == 200
        other = get_user_model().objects.create_superuser("other")
        admin.force_login(other)
        address = f"/shareai/status/{key}/?type=auth.group&id={admin.target['id']}"
        assert admin.get(address).status_code == 404

    @pytest.mark.parametrize("key", ["abc%00def", "short", "x" * 200])
    def test_asking_for_what_is_no_key(self, admin: Browser, key: str) -> None:
        assert admin.get(f"/shareai/status/{key}/").status_code == 400

    def test_what_was_paid_for_is_told_though_the_object_is_gone(self, admin: Browser, editor: Any) -> None:
        key = uuid.uuid4().hex
        assert admin.click(key=key).status_code == 200
        editor.user_permissions.clear()
        answer = admin.get(f"/shareai/status/{key}/").json()
        assert (answer["state"], answer["replayed"]) == ("settled", True)

    def test_several_accounts_and_no_rule(self, admin: Browser) -> None:
        metering.open_account(platform="django", reference="second")
        assert_error(admin.click(), 409, "account_unclear")


class TestErrors:
    def test_the_technical_reason_is_for_managers(self, admin: Browser, sandbox: SandboxProcess) -> None:
        sandbox.fault("html")
        assert "detail" not in assert_error(admin.click(), 502, "bad_reply")
        AccountPermission.objects.create(group=Group.objects.get(name="AI users"), permission=MANAGE)
        assert "text/html" in assert_error(admin.click(), 502, "bad_reply")["detail"]

    def test_zero_says_when_it_resets_and_offers_more_to_those_who_may_buy(
        self, admin: Browser, account: SiteAccount
    ) -> None:
        for _click in range(10):
            assert admin.click().status_code == 200
        response = admin.click()
        assert response.status_code == 402
        answer = response.json()
        assert answer["error"]["code"] == "allowance_exhausted"
        assert "topup_url" not in answer["error"]
        assert answer["usage"]["text"] == "0 of 10 writing actions left"
        assert answer["usage"]["resets_text"].startswith("Resets on ")
        AccountPermission.objects.create(group=Group.objects.get(name="AI users"), permission="buy")
        topup_url = admin.click().json()["error"]["topup_url"]
        assert topup_url.endswith(f"/topups/?account={account.pk}&meter=writing#shareai-wanted")


class TestSameKey:
    def test_same_body_replays_and_another_body_conflicts(self, admin: Browser, sandbox: SandboxProcess) -> None:
        key = uuid.uuid4().hex
        first = admin.click(key=key).json()
        again = admin.click(key=key).json()
        assert (again["replayed"], again["units"], again["result"]) == (True, 0, first["result"])
        other = admin.click(key=key, input={"text": "Something else."})
        assert (other.status_code, other.json()["error"]["code"]) == (409, "key_reused")
        assert sandbox.state()["calls"] == 1


class TestOptions:
    def test_they_decide_what_comes_back(self, admin: Browser) -> None:
        formal = admin.click("tone", options={"tone": "formal"}).json()["result"]["text"]
        playful = admin.click("tone", options={"tone": "playful"}).json()["result"]["text"]
        assert formal != playful
        assert admin.click("tone").json()["result"]["text"].startswith("Good to know:"), "the default is friendly"

    def test_another_answer_under_the_same_key_conflicts(self, admin: Browser) -> None:
        key = uuid.uuid4().hex
        first = admin.click("tone", key=key, options={"tone": "formal"}).json()
        assert admin.click("tone", key=key, options={"tone": "formal"}).json()["result"] == first["result"]
        other = admin.click("tone", key=key, options={"tone": "playful"})
        assert (other.status_code, other.json()["error"]["code"]) == (409, "key_reused")

    def test_a_translation_is_into_another_language_of_the_site(self, admin: Browser, settings: Any) -> None:
        settings.LANGUAGES = [("en", "English"), ("de", "German")]
        result = admin.click("translate", options={"language": "de"}).json()["result"]
        assert result["text"].startswith("[Sandbox-Übersetzung]")
        refused = admin.click("translate", options={"language": "fr"})
        assert refused.json()["error"]["sentence"] == "What was chosen for “Into” is not offered here."


class TestDeciding:
    def decide(self, admin: Browser, pk: int, decision: Any = "accepted") -> Any:
        body = {"target": admin.target, "decision": decision}
        return admin.post_json(f"/shareai/suggestions/{pk}/", body)

    def test_accepting_is_recorded_once(self, admin: Browser) -> None:
        pk = admin.click().json()["suggestion"]
        assert self.decide(admin, pk).status_code == 204
        assert self.decide(admin, pk, "discarded").status_code == 204
        suggestion = Suggestion.objects.get()
        assert (suggestion.state, suggestion.decided_by) == ("accepted", "editor")

    def test_decision_of_another_form(self, admin: Browser) -> None:
        pk = admin.click().json()["suggestion"]
        assert self.decide(admin, pk, "maybe").status_code == 400

    def test_another_objects_suggestion(self, admin: Browser) -> None:
        pk = admin.click().json()["suggestion"]
        admin.target["id"] = str(Group.objects.create(name="Other").pk)
        assert self.decide(admin, pk).status_code == 404
        assert Suggestion.objects.get().state == "proposed"

    def test_another_persons_suggestion(self, admin: Browser) -> None:
        pk = admin.click().json()["suggestion"]
        admin.force_login(get_user_model().objects.create_superuser("other"))
        assert self.decide(admin, pk).status_code == 404
        assert Suggestion.objects.get().state == "proposed"
