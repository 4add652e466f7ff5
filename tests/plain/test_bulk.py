"""From the change list of Django's own admin to a draft of a run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client

from shareai_cms.catalog import ModelCatalog, registry
from shareai_cms.models import AccountPermission, Run, RunItem
from tests.plain.conftest import page, signed_in
from tests.plain.models import Article
from tests.plain.people import article_of

LIST = "/admin/plain/article/"
OFFER = 'value="shareai_enrich"'


class Articles(ModelCatalog):
    slug = "test-articles"
    model = Article
    name = "title"
    description = "body"
    short_description = "summary"


@pytest.fixture(autouse=True)
def articles() -> Iterator[None]:
    kept = dict(registry._registered)
    registry.register(Articles)
    yield
    registry._registered.clear()
    registry._registered.update(kept)


@pytest.fixture
def bulk(author: User) -> User:
    AccountPermission.objects.create(group=Group.objects.get(name="Authors"), permission="bulk")
    return author


def run(user: User, *articles: Article, **more: Any) -> Any:
    data = {"action": "shareai_enrich", "_selected_action": [each.pk for each in articles], **more}
    return signed_in(user).post(LIST, data, follow=True)


def test_leads_to_the_estimate_and_starts_nothing(bulk: User, article: Article) -> None:
    assert OFFER in page(bulk, "article/")
    answer = run(bulk, article)
    found = Run.objects.get()
    assert (found.state, found.task, found.total, found.owner) == ("draft", "enrich", 1, bulk)
    assert answer.redirect_chain[-1][0] == f"/shareai/runs/{found.reference}/"
    assert "What it will take" in answer.content.decode()


def test_is_for_people_who_may_run_in_bulk(author: User, article: Article) -> None:
    assert OFFER not in page(author, "article/")
    run(author, article)
    assert not Run.objects.exists()


def test_is_for_people_who_may_change(bulk: User, article: Article) -> None:
    newsroom = Group.objects.get(name="Newsroom")
    newsroom.permissions.remove(Permission.objects.get(codename="change_article"))
    assert OFFER not in page(bulk, "article/")
    run(bulk, article)
    assert not Run.objects.exists()


def test_takes_nothing_that_the_admin_keeps_from_them(bulk: User, intern: User, article: Article) -> None:
    hidden = article_of(intern, title="Hidden")
    seen = article_of(intern, title="Seen", status=Article.Status.READY)
    run(bulk, article, hidden, seen)
    assert [item.object_ref for item in RunItem.objects.all()] == [str(article.pk)]
    run(bulk, article, select_across="1")
    assert RunItem.objects.count() == 2


def test_nothing_left_is_told(bulk: User, intern: User, article: Article) -> None:
    answer = run(bulk, article_of(intern, status=Article.Status.READY))
    assert "Nothing was selected." in answer.content.decode()
    assert not Run.objects.exists()


def test_is_nothing_for_models_of_no_catalogue(bulk: User, article: Article) -> None:
    registry.unregister("test-articles")
    assert "shareai" not in page(bulk, "article/")


def test_is_nothing_in_a_popup(bulk: User, article: Article) -> None:
    assert OFFER not in page(bulk, "article/?_popup=1")


def test_strangers_are_sent_to_sign_in(article: Article, bulk: User) -> None:
    answer = Client().post(LIST, {"action": "shareai_enrich", "_selected_action": [article.pk]})
    assert answer.status_code == 302
    assert not Run.objects.exists()
