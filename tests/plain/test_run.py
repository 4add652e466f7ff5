"""A click, by the server's side: what it may be about, and what is left of it in the object's history."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.http import HttpResponse

from shareai_cms.models import Suggestion, Usage
from tests.plain.conftest import signed_in
from tests.plain.models import Article
from tests.plain.people import article_of
from tests.services import SandboxProcess

pytestmark = pytest.mark.usefixtures("sandbox")


def post(user: User, url: str, body: dict[str, Any]) -> HttpResponse:
    headers = {"Idempotency-Key": uuid4().hex, "Accept": "application/json"}
    return signed_in(user).post(url, json.dumps(body), "application/json", headers=headers)


def run(user: User, target: dict[str, str], action: str = "rewrite", **given: str) -> HttpResponse:
    body = {"target": target, "input": {"text": "In order to reach the harbour, leave at dawn.", **given}}
    return post(user, f"/shareai/actions/{action}/", body)


def about(article: Article | None, field: str = "body", path: str = "") -> dict[str, str]:
    return {"type": "plain.article", "id": str(article.pk) if article else "", "field": field, "path": path or field}


def code(response: HttpResponse) -> str:
    return str(json.loads(response.content)["error"]["code"])


class TestAnAction:
    def test_runs_on_an_object_and_counts(self, author: User, article: Article) -> None:
        answer = run(author, about(article)).json()
        assert answer["result"]["kind"] == "text"
        assert answer["usage"]["left"] == 49
        usage = Usage.objects.get()
        assert (usage.object_type, usage.object_ref, usage.field) == ("plain.article", str(article.pk), "body")

    def test_runs_on_an_object_being_added(self, author: User) -> None:
        assert run(author, about(None)).status_code == 200
        assert Usage.objects.get().object_ref == ""

    def test_runs_in_a_row_of_an_inline(self, author: User, article: Article) -> None:
        assert run(author, about(article, "passages-*-text", "passages-0-text")).status_code == 200

    def test_on_the_whole_object_is_given_the_form_as_it_stands(
        self, author: User, article: Article, sandbox: SandboxProcess
    ) -> None:
        whole = "The barnacles of the quay are counted each spring. " * 4
        answer = run(author, about(article, "title"), "title-alternatives", text="Fog", object=whole)
        assert answer.json()["result"]["kind"] == "alternatives"
        assert "barnacles" in json.dumps(sandbox.state()["last"])

    def test_keeps_a_line_a_line(self, author: User, article: Article) -> None:
        result = run(author, about(article, "summary"), text="One.\n\nTwo.").json()["result"]
        assert "\n" not in result["text"]


NOT_OFFERED = ("slug", "notes", "status", "contact", "source", "mirror", "reader_password", "imprint", "owner", "x", "")


class TestARefusal:
    @pytest.mark.parametrize("field", NOT_OFFERED)
    def test_of_a_field_that_the_form_does_not_offer(self, author: User, article: Article, field: str) -> None:
        response = run(author, about(article, field, "body"))
        assert (response.status_code, code(response)) == (403, "not_permitted")

    def test_of_an_object_that_the_admin_keeps_from_this_person(self, author: User, intern: User) -> None:
        hidden = article_of(intern)
        assert code(run(author, about(hidden))) == "object_not_found"

    def test_of_an_object_that_this_person_may_only_see(self, author: User, intern: User) -> None:
        seen = article_of(intern, status=Article.Status.READY)
        assert code(run(author, about(seen))) == "not_permitted"

    def test_of_an_object_that_is_gone(self, author: User) -> None:
        assert code(run(author, {**about(None), "id": "999999"})) == "object_not_found"

    def test_without_djangos_own_permission(self, author: User, article: Article) -> None:
        permissions = author.groups.get(name="Newsroom").permissions
        permissions.remove(*Permission.objects.filter(codename__in=("change_article", "add_article")))
        assert code(run(author, about(article))) == "not_permitted"
        assert code(run(author, about(None))) == "not_permitted"

    def test_without_the_right_to_ai(self, intern: User) -> None:
        assert code(run(intern, about(article_of(intern)))) == "not_permitted"

    def test_to_people_who_may_not_enter_the_admin(self, author: User, article: Article) -> None:
        User.objects.update(is_staff=False)
        assert code(run(author, about(article))) == "not_permitted"

    def test_counts_nothing(self, author: User, article: Article) -> None:
        run(author, about(article, "slug"))
        assert not Usage.objects.exists()


class TestTheHistory:
    def decide(self, user: User, article: Article | None, decision: str = "accepted", **target: str) -> None:
        suggestion = run(user, {**about(article), **target}).json()["suggestion"]
        body = {"target": about(article, ""), "decision": decision}
        assert post(user, f"/shareai/suggestions/{suggestion}/", body).status_code == 204

    def test_has_one_line_per_accepted_suggestion(self, author: User, article: Article) -> None:
        self.decide(author, article)
        entry = LogEntry.objects.get()
        assert entry.get_change_message() == "Applied an AI suggestion: Rewrite (Body)"
        assert (entry.user, entry.get_edited_object()) == (author, article)
        assert Suggestion.objects.get().state == "accepted"

    def test_names_the_field_of_an_inline(self, author: User, article: Article) -> None:
        self.decide(author, article, field="passages-*-text", path="passages-3-text")
        assert LogEntry.objects.get().get_change_message().endswith("(passage: Text)")

    def test_repeats_nothing_that_the_browser_made_up(self, author: User, article: Article) -> None:
        self.decide(author, article, path="made up")
        assert LogEntry.objects.get().get_change_message() == "Applied an AI suggestion"

    def test_has_no_line_of_what_was_dropped(self, author: User, article: Article) -> None:
        self.decide(author, article, "discarded")
        assert not LogEntry.objects.exists()

    def test_of_an_object_being_added_is_not_there_yet(self, author: User) -> None:
        self.decide(author, None)
        assert not LogEntry.objects.exists()
