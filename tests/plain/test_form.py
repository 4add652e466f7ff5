"""What an add or change form loads, and for whom."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.plain.conftest import page, signed_in
from tests.plain.models import Article, Shop

TAG = re.compile(
    r'<script src="/static/shareai_cms/loader\.js\?v=[^"]+" data-config-url="([^"]+)"'
    r' data-form="#article_form" defer></script>'
)


class TestTheLoader:
    def test_is_one_tag_of_add_and_change_forms(self, author: User, article: Article) -> None:
        assert TAG.findall(page(author, "article/add/")) == ["/admin/plain/article/shareai/"]
        change = page(author, f"article/{article.pk}/change/")
        assert TAG.findall(change) == [f"/admin/plain/article/shareai/?object={article.pk}"]

    def test_is_in_popups_too(self, author: User) -> None:
        assert TAG.findall(page(author, "article/add/?_popup=1"))

    def test_is_there_again_when_the_form_comes_back_with_errors(self, author: User, article: Article) -> None:
        response = signed_in(author).post(
            f"/admin/plain/article/{article.pk}/change/", {"title": "", "owner": author.pk}
        )
        assert "errornote" in response.content.decode()
        assert TAG.findall(response.content.decode())

    def test_is_nowhere_else(self, author: User, article: Article) -> None:
        for path in ("", "article/", f"article/{article.pk}/history/", f"article/{article.pk}/delete/", "shop/add/"):
            assert "shareai" not in page(author, path)

    def test_is_nothing_without_the_right_to_ai(self, intern: User, article: Article) -> None:
        article.owner = intern
        article.save()
        for path in ("article/add/", f"article/{article.pk}/change/"):
            assert "shareai" not in page(intern, path)

    def test_is_nothing_where_the_object_may_only_be_seen(self, author: User, article: Article) -> None:
        Article.objects.update(owner=None, status=Article.Status.READY)
        assert "shareai" not in page(author, f"article/{article.pk}/change/")

    def test_is_nothing_where_no_field_is_left(self, author: User, settings: object) -> None:
        names = ["title", "summary", "body", "notes", "heading", "text"]
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "EXCLUDED_FIELDS": names}  # type: ignore[attr-defined]
        assert "shareai" not in page(author, "article/add/")

    def test_costs_one_query(self, author: User) -> None:
        client = signed_in(author)
        with CaptureQueriesContext(connection) as queries:
            client.get("/admin/plain/article/add/")
        ours = [query for query in queries.captured_queries if "shareai" in query["sql"]]
        assert len(ours) == 1

    def test_costs_other_pages_none(self, author: User, article: Article) -> None:
        client = signed_in(author)
        with CaptureQueriesContext(connection) as queries:
            client.get("/admin/plain/article/")
        assert not [query for query in queries.captured_queries if "shareai" in query["sql"]]


class TestTheConfigurationsAddress:
    def test_belongs_to_the_admin(self, article: Article) -> None:
        response = Client().get("/admin/plain/article/shareai/")
        assert response.status_code == 302
        assert "/admin/login/" in response["Location"]

    def test_takes_no_objects_place(self, author: User) -> None:
        """An address of ours before the admin's own must not shadow one of those."""
        shop = Shop.objects.create(name="Chandlery")
        author.user_permissions.add(Permission.objects.get(codename="change_shop"))
        assert page(author, f"shop/{shop.pk}/change/")

    @pytest.mark.parametrize("nonsense", ["999999", "x", "9" * 40, "9" * 400, "%00", "1/change"])
    def test_answers_nonsense_with_nothing(self, author: User, article: Article, nonsense: str) -> None:
        response = signed_in(author).get(f"/admin/plain/article/shareai/?object={nonsense}")
        assert response.json() == {"can_use": False}
