"""Whom a mail speaks to and where its links lead."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import clear_script_prefix, set_script_prefix
from django.utils import timezone

from shareai_cms.topups import links, people
from tests.topups.shop import Shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(db: None) -> Shop:
    return Shop(writing=10, now=timezone.now())


class TestALanguage:
    def test_is_the_one_of_the_wagtail_profile(self, shop: Shop) -> None:
        from wagtail.users.models import UserProfile

        assert people.language_of(shop.user) == "en"
        UserProfile.objects.create(user=shop.user, preferred_language="de")
        shop.user.refresh_from_db()
        assert people.language_of(shop.user) == "de"

    def test_is_that_of_the_site_where_nobody_knows(
        self, shop: Shop, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.LANGUAGE_CODE = "fr"
        monkeypatch.setattr(people, "_languages", [])
        assert people.language_of(shop.user) == "fr"


class TestALink:
    def test_leads_into_the_admin_that_wagtail_knows(self, settings: Any) -> None:
        assert links.admin_url(links.ALLOWANCE) == "http://127.0.0.1:8000/admin/shareai/allowance/"
        assert links.page_url("/admin/pages/3/edit/?x=1") == "http://127.0.0.1:8000/admin/pages/3/edit/?x=1"
        del settings.WAGTAILADMIN_BASE_URL
        assert links.admin_url(links.ALLOWANCE) == ""
        assert links.page_url("/admin/") == ""

    @pytest.mark.parametrize("base", ["https://x.example/cms", "https://x.example/cms/"])
    @pytest.mark.parametrize("prefix", ["/", "/cms/"])
    def test_keeps_the_folder_of_the_admin(self, settings: Any, base: str, prefix: str) -> None:
        settings.WAGTAILADMIN_BASE_URL = base
        set_script_prefix(prefix)
        try:
            assert links.admin_url(links.ALLOWANCE) == "https://x.example/cms/admin/shareai/allowance/"
            assert links.page_url("/cms/admin/pages/3/") == "https://x.example/cms/admin/pages/3/"
        finally:
            clear_script_prefix()

    def test_is_left_out_where_no_address_has_its_name(self) -> None:
        assert links.admin_url("shareai_cms:nowhere") == ""

    @pytest.mark.parametrize(
        "path",
        ["", "//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "/a\nb", "admin/"],
    )
    def test_never_leads_to_another_site(self, path: str) -> None:
        assert links.page_url(path) == ""
