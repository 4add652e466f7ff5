"""What is left, what counts and the usage report, and the ways to them."""

from __future__ import annotations

import io
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.urls import path
from openpyxl import load_workbook

from shareai_cms.models import AccountPermission
from tests.plain.conftest import config, signed_in
from tests.plain.models import Article
from tests.plain.people import hire, spend_all

LEFT, COUNTS, USAGE, SEARCHES = (f"/shareai/{page}/" for page in ("allowance", "what-counts", "usage", "searches"))
TOPUPS, ORDERS = "/shareai/topups/", "/shareai/orders/"
FILES = {
    f"{USAGE}?export=csv": "text/csv; charset=utf-8",
    f"{USAGE}?export=xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
#: A project that has not included our addresses.
urlpatterns = [path("admin/", admin.site.urls)]


@pytest.fixture
def manager(db: None) -> User:
    """Manages AI, and may look at the tables in the admin."""
    user = hire("manager", may_use_ai=False)
    group = Group.objects.create(name="Managers")
    group.permissions.add(*Permission.objects.filter(codename="view_siteaccount"))
    AccountPermission.objects.create(group=group, permission="manage")
    user.groups.add(group)
    return user


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def words(response: Any) -> str:
    assert response.status_code == 200
    page = BeautifulSoup(response.content, "html.parser")
    assert page.select_one("#site-name") is not None, "not in the look of the admin"
    return " ".join(page.select_one(".shareai-page").get_text(" ").split())  # type: ignore[union-attr]


class TestThePages:
    def test_are_for_people_with_a_right(self, author: User, manager: User) -> None:
        spend_all()
        for user in (author, manager):
            assert "0 of 50 writing actions left" in words(signed_in(user).get(LEFT))
            assert "50 writing actions a month" in words(signed_in(user).get(COUNTS))
        assert "50 writing actions counted" in words(signed_in(manager).get(USAGE))

    @pytest.mark.parametrize("url", [LEFT, COUNTS, USAGE, *FILES])
    def test_are_for_nobody_else(self, intern: User, url: str) -> None:
        assert signed_in(intern).get(url).status_code == 403

    @pytest.mark.parametrize("url", [USAGE, *FILES])
    def test_of_the_usage_are_for_managers_alone(self, author: User, url: str) -> None:
        assert signed_in(author).get(url).status_code == 403

    def test_give_the_rows_as_files(self, manager: User) -> None:
        spend_all()
        found = {url: signed_in(manager).get(url) for url in FILES}
        for url, kind in FILES.items():
            assert (found[url].status_code, found[url]["Content-Type"]) == (200, kind)
        text, book = (body(response) for response in found.values())
        assert "Somebody" in text.decode("utf-8-sig")
        assert load_workbook(io.BytesIO(book)).active.max_row == 2


class TestTheWaysToThem:
    def links(self, user: User) -> list[Any]:
        response = signed_in(user).get("/admin/shareai_cms/siteaccount/")
        assert response.status_code == 200
        return [link["href"] for link in BeautifulSoup(response.content, "html.parser").select(".object-tools a")]

    def test_the_panel_leads_to_what_is_left_which_leads_on(
        self, author: User, manager: User, article: Article
    ) -> None:
        assert config(author, article)["urls"]["left"] == LEFT
        for user, expected in ((author, False), (manager, True)):
            page = signed_in(user).get(LEFT).content.decode()
            assert COUNTS in page
            assert (USAGE in page) is expected
            assert (SEARCHES in page) is expected

    def test_the_list_of_accounts_leads_managers_to_all(self, manager: User) -> None:
        assert self.links(manager) == [LEFT, COUNTS, TOPUPS, USAGE, SEARCHES, ORDERS]

    def test_the_list_leads_nobody_to_what_they_may_not_see(self, author: User, intern: User) -> None:
        for user, expected in ((author, [LEFT, COUNTS, TOPUPS]), (intern, [])):
            user.user_permissions.add(*Permission.objects.filter(codename="view_siteaccount"))
            assert self.links(user) == expected

    @pytest.mark.urls("tests.plain.test_pages")
    def test_without_addresses_there_is_none(self, manager: User) -> None:
        assert self.links(manager) == []
