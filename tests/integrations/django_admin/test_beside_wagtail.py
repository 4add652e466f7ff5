"""A model that Wagtail's editors and Django's admin both edit: one object, one account, one rule."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.auth.models import User
from django.test import Client
from django.urls import include, path

from shareai_cms.actions.targets import policy_for
from shareai_cms.integrations.django_admin import AIAdminMixin
from shareai_cms.integrations.django_admin.policy import AdminPolicy
from shareai_cms.integrations.wagtail.targets.snippets import SnippetPolicy
from tests.demo.models import Product
from tests.integrations.wagtail.conftest import person, sandbox, sandbox_process, sites
from tests.urls import urlpatterns as wagtails

__all__ = ["sandbox", "sandbox_process", "sites"]


class ProductAdmin(AIAdminMixin, ModelAdmin):
    fields = ("name", "sku")


class UserAdmin(AIAdminMixin, ModelAdmin):
    fields = ("first_name",)


back_office = AdminSite("back-office")
back_office.register(Product, ProductAdmin)
back_office.register(User, UserAdmin)
urlpatterns = [path("back-office/", back_office.urls), path("", include(wagtails))]


@pytest.fixture
def clerk(sites: SimpleNamespace) -> Client:
    sites.shop_site.delete()
    user = person("clerk", ai=("use",))
    user.is_staff = True
    user.save()
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.urls(__name__)
class TestASnippet:
    def test_is_asked_about_in_wagtail(self) -> None:
        assert isinstance(policy_for(Product), SnippetPolicy)
        assert isinstance(policy_for(User), AdminPolicy)

    def test_has_its_button_in_the_admin_and_counts_for_its_wagtail_site(self, clerk: Client) -> None:
        form = clerk.get("/back-office/demo/product/add/").content.decode()
        assert 'data-config-url="/back-office/demo/product/shareai/"' in form
        config = clerk.get("/back-office/demo/product/shareai/").json()
        assert [field["name"] for field in config["fields"]] == ["name"]
        assert config["account"]["label"] == "Press"
        assert config["urls"]["run"] == "/admin/shareai/actions/__slug__/"
