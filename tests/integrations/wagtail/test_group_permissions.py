from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from shareai_cms.integrations.wagtail import accounts
from shareai_cms.models import AccountPermission, SiteAccount
from tests.integrations.wagtail.conftest import signed_in


@pytest.fixture
def admin(sites: SimpleNamespace) -> Client:
    return signed_in(User.objects.create_superuser("root"))


@pytest.fixture
def group(sites: SimpleNamespace) -> Group:
    return Group.objects.create(name="Writers")


def form_data(client: Client, path: str) -> dict[str, Any]:
    """What a browser would send of the form as it was shown."""
    form = BeautifulSoup(client.get(path).content, "html.parser").select_one("form[data-edit-form]")
    assert form is not None
    data: dict[str, Any] = {}
    for field in form.select("input[name]"):
        if field.get("type") in ("checkbox", "radio") and not field.has_attr("checked"):
            continue
        data.setdefault(str(field["name"]), []).append(field.get("value", "on"))
    return data


def edit(group: Group) -> str:
    return reverse("wagtailusers_groups:edit", args=[group.pk])


def rights(group: Group) -> set[tuple[str, str]]:
    rows = AccountPermission.objects.filter(group=group)
    return {(row.account.reference if row.account else "all", row.permission) for row in rows}


class TestGiving:
    def test_a_right_on_every_site(self, admin: Client, group: Group) -> None:
        admin.post(edit(group), {**form_data(admin, edit(group)), "shareai-rights_all": ["use", "bulk"]})
        assert rights(group) == {("all", "use"), ("all", "bulk")}
        assert not SiteAccount.objects.exists()

    def test_a_right_on_one_site_opens_its_account(self, admin: Client, group: Group, sites: SimpleNamespace) -> None:
        shop = str(sites.shop_site.pk)
        admin.post(edit(group), {**form_data(admin, edit(group)), f"shareai-rights_{shop}": ["buy"]})
        assert rights(group) == {(shop, "buy")}

    def test_a_new_group(self, admin: Client) -> None:
        path = reverse("wagtailusers_groups:add")
        admin.post(path, {**form_data(admin, path), "name": "New", "shareai-rights_all": ["use"]})
        assert rights(Group.objects.get(name="New")) == {("all", "use")}

    @pytest.mark.parametrize("forged", ["everything", ""])
    def test_a_right_that_does_not_exist(self, admin: Client, group: Group, forged: str) -> None:
        admin.post(edit(group), {**form_data(admin, edit(group)), "shareai-rights_all": [forged]})
        assert rights(group) == set()


class TestTaking:
    @pytest.fixture
    def held(self, group: Group, sites: SimpleNamespace) -> set[tuple[str, str]]:
        press = accounts.open_account(accounts.reference_of(sites.press_site))
        AccountPermission.objects.create(group=group, permission="use")
        AccountPermission.objects.create(group=group, permission="manage", account=press)
        return rights(group)

    def test_saving_without_a_change_changes_nothing(
        self, admin: Client, group: Group, held: set[tuple[str, str]]
    ) -> None:
        assert admin.post(edit(group), form_data(admin, edit(group))).status_code == 302
        assert rights(group) == held

    def test_a_box_that_is_no_longer_ticked(
        self, admin: Client, group: Group, held: set[tuple[str, str]], sites: SimpleNamespace
    ) -> None:
        data = form_data(admin, edit(group))
        del data["shareai-rights_all"]
        admin.post(edit(group), data)
        assert rights(group) == {(str(sites.press_site.pk), "manage")}

    def test_a_form_without_the_panel_takes_nothing(
        self, admin: Client, group: Group, held: set[tuple[str, str]]
    ) -> None:
        data = {name: value for name, value in form_data(admin, edit(group)).items() if "shareai" not in name}
        assert admin.post(edit(group), data).status_code == 302
        assert rights(group) == held

    def test_rights_of_another_environment_stay(
        self, admin: Client, group: Group, held: set[tuple[str, str]], settings: Any
    ) -> None:
        settings.SHAREAI_CMS = {"ENVIRONMENT": "staging"}
        data = form_data(admin, edit(group))
        data.pop("shareai-rights_all")
        admin.post(edit(group), data)
        assert len(rights(group)) == 1


class TestLooks:
    def test_every_box_has_a_name(self, admin: Client, group: Group) -> None:
        page = BeautifulSoup(admin.get(edit(group)).content, "html.parser")
        boxes = page.select("input[type=checkbox][name^=shareai-rights]")
        assert len(boxes) == 12
        for box in boxes:
            label = page.select_one(f'label[for="{box["id"]}"]')
            assert label is not None
            assert ":" in label.get_text()
