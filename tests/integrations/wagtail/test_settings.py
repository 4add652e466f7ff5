from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission, User
from wagtail.models import GroupSitePermission

from shareai_cms.models import Usage
from tests.integrations.wagtail.conftest import person, signed_in
from tests.integrations.wagtail.test_config import config, kinds
from tests.integrations.wagtail.test_targets import refused, run, target_of
from tests.specimens.models import House, Imprint


def edit(model: Any, pk: Any) -> str:
    return f"/admin/settings/specimens/{model._meta.model_name}/{pk}/"


def may_change(user: User, model: Any, site: Any = None) -> None:
    permission = Permission.objects.get(codename=f"change_{model._meta.model_name}")
    if site is None:
        user.groups.get().permissions.add(permission)
    else:
        GroupSitePermission.objects.create(group=user.groups.get(), site=site, permission=permission)


@pytest.fixture
def house(sites: SimpleNamespace) -> House:
    # An older row of another site, so that a site's key is not its setting's.
    House.objects.create(site=sites.press_site)
    return House.objects.create(site=sites.shop_site, tagline="Everything for the sea.")


@pytest.fixture
def imprint(sites: SimpleNamespace) -> Imprint:
    return Imprint.objects.create(notice="Published by the harbour.")


class TestForms:
    def test_a_setting_of_a_site(self, sites: SimpleNamespace, editor: User, house: House) -> None:
        may_change(editor, House)
        data = config(editor, edit(House, sites.shop_site.pk))
        assert data["target"] == {"type": "specimens.house", "id": str(house.pk), "parent": ""}
        assert kinds(data) == {"tagline": "text", "story": "richtext"}
        assert data["account"]["label"] == "Shop"

    def test_a_setting_of_all_sites(self, sites: SimpleNamespace, editor: User, imprint: Imprint) -> None:
        may_change(editor, Imprint)
        data = config(editor, edit(Imprint, imprint.pk))
        assert kinds(data) == {"notice": "textarea"}
        assert data["problem"]["code"] == "account_unclear"
        sites.shop_site.delete()
        assert config(editor, edit(Imprint, imprint.pk))["account"]["label"] == "Press"

    def test_the_site_that_the_model_declares(
        self, sites: SimpleNamespace, editor: User, imprint: Imprint, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        may_change(editor, Imprint)
        monkeypatch.setattr(Imprint, "shareai_site", lambda self: sites.shop_site, raising=False)
        assert config(editor, edit(Imprint, imprint.pk))["account"]["label"] == "Shop"

    def test_the_form_gets_its_loader(self, sites: SimpleNamespace, editor: User, house: House) -> None:
        may_change(editor, House)
        page = signed_in(editor).get(edit(House, sites.shop_site.pk)).content.decode()
        assert "shareai_cms/loader.js" in page
        assert BeautifulSoup(page, "html.parser").select("form[data-edit-form]"), (
            "the loader finds its form by this attribute"
        )

    @pytest.mark.parametrize("path", ["specimens/house/999999/", "specimens/nonsense/1/", "demo/product/1/"])
    def test_where_there_is_none(self, sites: SimpleNamespace, path: str) -> None:
        assert config(User.objects.create_superuser("root"), f"/admin/settings/{path}") == {"can_use": False}

    def test_asking_makes_no_row(self, sites: SimpleNamespace, editor: User) -> None:
        may_change(editor, House)
        assert config(editor, edit(House, sites.press_site.pk)) == {"can_use": False}
        assert not House.objects.exists()


class TestRights:
    def test_whoever_may_not_change_the_setting_learns_nothing(
        self, sites: SimpleNamespace, editor: User, house: House, imprint: Imprint
    ) -> None:
        for model, pk in ((House, sites.shop_site.pk), (Imprint, imprint.pk)):
            assert config(editor, edit(model, pk)) == {"can_use": False}

    def test_a_right_for_one_site_is_none_for_another(self, sites: SimpleNamespace, editor: User, house: House) -> None:
        may_change(editor, House, sites.press_site)
        assert config(editor, edit(House, sites.press_site.pk))["can_use"] is True
        assert config(editor, edit(House, sites.shop_site.pk)) == {"can_use": False}

    def test_the_right_to_change_is_no_right_to_ai(self, sites: SimpleNamespace, house: House) -> None:
        intern = person("intern")
        may_change(intern, House)
        assert config(intern, edit(House, sites.shop_site.pk)) == {"can_use": False}


@pytest.mark.usefixtures("sandbox")
class TestActions:
    def test_the_settings_own_site_pays(self, sites: SimpleNamespace, editor: User, house: House) -> None:
        may_change(editor, House, sites.shop_site)
        assert run(editor, "rewrite", target_of(house, "tagline")).status_code == 200
        usage = Usage.objects.get()
        assert usage.account.reference == str(sites.shop_site.pk)
        assert usage.object_label == "house for Shop"

    def test_not_without_its_right(self, sites: SimpleNamespace, editor: User, house: House, imprint: Imprint) -> None:
        may_change(editor, House, sites.press_site)
        refused(run(editor, "rewrite", target_of(house, "tagline")), 403, "not_permitted")
        refused(run(editor, "rewrite", target_of(imprint, "notice")), 403, "not_permitted")

    def test_not_for_one_that_is_not_there(self, sites: SimpleNamespace, editor: User, house: House) -> None:
        may_change(editor, House)
        refused(run(editor, "rewrite", {**target_of(house, "tagline"), "id": "999999"}), 404, "object_not_found")
        refused(run(editor, "rewrite", {**target_of(house, "tagline"), "id": ""}), 400, "invalid_request")
