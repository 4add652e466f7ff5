from __future__ import annotations

import base64
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from PIL import Image as Picture
from wagtail.models import ModelLogEntry

from shareai_cms.integrations.wagtail import accounts
from shareai_cms.models import Usage
from tests.demo.models import GuidePage
from tests.integrations.wagtail.conftest import person, png, signed_in
from tests.integrations.wagtail.test_config import config, edit, kinds
from tests.integrations.wagtail.test_hooks import TAG, html
from tests.integrations.wagtail.test_images import encoded
from tests.integrations.wagtail.test_targets import refused, run

IMAGE = "wagtailimages.image"
JPEG = base64.b64encode(encoded(Picture.new("RGB", (60, 40), "navy"), "JPEG")).decode()


def target(pk: str = "", parent: str = "", field: str = "description") -> dict[str, str]:
    return {"type": IMAGE, "id": pk, "parent": parent, "field": field, "path": f"image-chooser-upload-{field}"}


def describe(user: User, target: dict[str, str], upload: Any = JPEG, **more: Any) -> Any:
    return run(user, "image-alt-text", target, input={"image": True, "text": "", "upload": upload}, **more)


def around(page: Any) -> str:
    return f"{page._meta.label_lower}:{page.pk}:"


class TestForms:
    def test_one_new_image(self, sites: SimpleNamespace, editor: User) -> None:
        sites.shop_site.delete()
        data = config(editor, "/admin/images/add/")
        assert data["target"] == {"type": IMAGE, "id": "", "parent": ""}
        assert kinds(data)["description"] == "image"
        assert any("image_forms" in url for url in data["assets"]["form"]["js"])

    def test_many_new_images(self, sites: SimpleNamespace, editor: User) -> None:
        sites.shop_site.delete()
        data = config(editor, "/admin/images/multiple/add/")
        assert data["can_use"] is True
        assert data["fields"] == []
        assert [field["name"] for field in data["images"]["fields"]] == ["description"]

    def test_the_editor_of_a_page_knows_what_its_choosers_may_ask(self, sites: SimpleNamespace, editor: User) -> None:
        data = config(editor, edit(sites.guide))
        assert (data["images"]["type"], data["images"]["edge"]) == (IMAGE, 1024)
        assert "image-alt-text" in data["actions"]
        assert not any("image_forms" in url for url in data["assets"]["form"]["js"])

    def test_the_page_for_many_images_gets_the_loader(self, sites: SimpleNamespace, editor: User) -> None:
        assert TAG.findall(html(signed_in(editor), reverse("wagtailimages:add_multiple"))) == ["/admin/shareai/config/"]

    def test_whoever_may_not_add_images_learns_nothing(self, sites: SimpleNamespace) -> None:
        reader = person("reader", ai=("use",), edits=False)
        for path in ("/admin/images/add/", "/admin/images/multiple/add/"):
            assert config(reader, path) == {"can_use": False}


@pytest.mark.usefixtures("sandbox")
class TestAFileThatIsNotSavedYet:
    def test_is_described_from_its_small_copy(self, sites: SimpleNamespace, editor: User) -> None:
        sites.shop_site.delete()
        response = describe(editor, target())
        assert "blue" in response.json()["result"]["text"]
        usage = Usage.objects.get()
        assert (usage.object_type, usage.object_ref) == (IMAGE, "")

    def test_counts_for_the_site_of_the_page_that_it_is_for(self, sites: SimpleNamespace, editor: User) -> None:
        assert describe(editor, target(parent=around(sites.shop))).status_code == 200
        assert Usage.objects.get().account.reference == str(sites.shop_site.pk)

    def test_also_of_a_page_that_is_being_written(self, sites: SimpleNamespace, editor: User) -> None:
        parent = f"{GuidePage._meta.label_lower}::{sites.index.pk}"
        assert describe(editor, target(parent=parent)).status_code == 200
        assert Usage.objects.get().account.reference == str(sites.press_site.pk)

    def test_without_one(self, sites: SimpleNamespace, editor: User) -> None:
        response = describe(editor, target(parent=around(sites.guide)), upload="")
        refused(response, 415, "image_unusable")
        assert response.json()["error"]["sentence"] == "No file has been chosen yet."

    @pytest.mark.parametrize("upload", ["***", 5, ["x"], {"a": "b"}, "é"])
    def test_what_is_no_base64(self, sites: SimpleNamespace, editor: User, upload: Any) -> None:
        refused(describe(editor, target(parent=around(sites.guide)), upload), 400, "invalid_request")

    @pytest.mark.parametrize("data", [b"no picture", png(), b"\xff\xd8\xff\xe0"])
    def test_what_is_no_jpeg(self, sites: SimpleNamespace, editor: User, data: bytes) -> None:
        upload = base64.b64encode(data).decode()
        refused(describe(editor, target(parent=around(sites.guide)), upload), 415, "image_unusable")

    def test_more_bytes_than_the_site_reads(self, sites: SimpleNamespace, editor: User, settings: Any) -> None:
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "IMAGE_MAX_BYTES": 50}
        refused(describe(editor, target(parent=around(sites.guide))), 415, "image_unusable")

    def test_a_request_larger_than_django_takes(self, sites: SimpleNamespace, editor: User) -> None:
        refused(describe(editor, target(parent=around(sites.guide)), "A" * 2_700_000), 413, "input_too_long")


@pytest.mark.usefixtures("sandbox")
class TestRights:
    def test_a_new_image_needs_the_right_to_add_one(self, sites: SimpleNamespace, editor: User) -> None:
        editor.groups.get().collection_permissions.all().delete()
        refused(describe(editor, target(parent=around(sites.guide))), 403, "not_permitted")

    def test_the_page_around_it_must_be_ones_own_to_change(self, sites: SimpleNamespace, image: Any) -> None:
        painter = person("painter", ai=("use",))
        painter.groups.get().page_permissions.all().delete()
        for pk in ("", str(image.pk)):
            refused(describe(painter, target(pk, around(sites.guide))), 403, "not_permitted")

    @pytest.mark.parametrize("parent", ["x", "demo.guidepage:999999:", f"{IMAGE}:1:", "auth.user:1:", "::", "a:b:c:d"])
    def test_a_page_that_there_is_not(self, sites: SimpleNamespace, editor: User, parent: str) -> None:
        assert describe(editor, target(parent=parent)).status_code in (400, 404)
        assert not Usage.objects.exists()

    def test_a_right_to_ai_on_the_pages_site(self, sites: SimpleNamespace) -> None:
        shop = accounts.open_account(accounts.reference_of(sites.shop_site))
        seller = person("seller", ai=("use",), account=shop)
        assert describe(seller, target(parent=around(sites.shop))).status_code == 200
        Usage.objects.all().delete()
        refused(describe(seller, target(parent=around(sites.guide))), 403, "not_permitted")


@pytest.mark.usefixtures("sandbox")
class TestAnImageThatIsPutIntoARichText:
    def test_may_be_described_by_whoever_may_choose_it(self, sites: SimpleNamespace, editor: User, image: Any) -> None:
        rights = editor.groups.get().collection_permissions
        rights.filter(permission__codename__in=("add_image", "change_image")).delete()
        inserted = target(str(image.pk), around(sites.guide), "alt_text")
        assert describe(editor, inserted, "").status_code == 200
        counted = Usage.objects.get()
        assert counted.account.reference == str(sites.press_site.pk)
        counted.delete()
        refused(describe(editor, target(str(image.pk)), ""), 403, "not_permitted")

    def test_leaves_no_line_in_the_images_history(self, sites: SimpleNamespace, editor: User, image: Any) -> None:
        inserted = target(str(image.pk), around(sites.guide), "alt_text")
        suggestion = describe(editor, inserted, "").json()["suggestion"]
        client: Client = signed_in(editor)
        response = client.post(
            f"/admin/shareai/suggestions/{suggestion}/",
            {"target": inserted, "decision": "accepted"},
            content_type="application/json",
        )
        assert response.status_code == 204
        assert not ModelLogEntry.objects.filter(action="shareai.apply").exists()

    def test_not_on_a_locked_page(self, sites: SimpleNamespace, editor: User, image: Any) -> None:
        sites.guide.locked, sites.guide.locked_by = True, person("locker")
        sites.guide.save()
        refused(describe(editor, target(str(image.pk), around(sites.guide), "alt_text"), ""), 423, "object_locked")
