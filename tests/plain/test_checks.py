from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.core.checks import run_checks
from django.urls import path

from tests.plain.admin import ArticleAdmin

urlpatterns = [path("admin/", admin.site.urls)]


class TestTheAddressesOfCore:
    def test_are_missed_once_per_admin(self, settings: Any) -> None:
        settings.ROOT_URLCONF = __name__
        found = [message for message in run_checks() if message.id == "shareai_cms.E020"]
        assert len(found) == 2
        message = next(each for each in found if each.obj is ArticleAdmin)
        assert message.msg == "AIAdminMixin is used, but the addresses of shareai_cms are not in ROOT_URLCONF."
        assert message.hint == 'Add path("shareai/", include("shareai_cms.urls")) to urlpatterns.'

    def test_are_all_that_is_needed(self) -> None:
        assert [message for message in run_checks() if message.level >= 30] == []


class TestASiteWithoutThem:
    @pytest.mark.django_db
    def test_still_edits(self, settings: Any, client: Any, django_user_model: Any) -> None:
        settings.ROOT_URLCONF = __name__
        client.force_login(django_user_model.objects.create_superuser("chief"))
        assert client.get("/admin/plain/article/add/").status_code == 200
