from __future__ import annotations

import gc
import re
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail import hooks

from shareai_cms import urls as core_urls
from shareai_cms.integrations.wagtail.config import (
    FIELD_SCRIPTS,
    IMAGE_SCRIPTS,
    LEAVING_SCRIPTS,
    OPENING_SCRIPTS,
    RETURNING_SCRIPTS,
    SCRIPTS,
    SIDE_SCRIPTS,
    SIDE_STYLES,
    STYLES,
)
from shareai_cms.views.assets import PANEL_SCRIPTS, PANEL_STYLES
from shareai_cms.views.strings import interface_strings
from tests.demo.models import Product
from tests.integrations.wagtail.conftest import signed_in

STATIC = Path(__file__).parents[3] / "shareai_cms" / "static" / "shareai_cms"
#: Loaded by the pages of orders and runs themselves.
PAGE_SCRIPTS = ("order", "review", "run_choices", "runs")
EVERY_SCRIPT = (
    *SCRIPTS,
    *FIELD_SCRIPTS,
    *IMAGE_SCRIPTS,
    *PANEL_SCRIPTS,
    *SIDE_SCRIPTS,
    *OPENING_SCRIPTS,
    *LEAVING_SCRIPTS,
    *RETURNING_SCRIPTS,
    *PAGE_SCRIPTS,
)
TAG = re.compile(
    r'<script src="/static/shareai_cms/loader\.js\?v=[^"]+" data-config-url="([^"]+)"'
    r' data-form="form\[data-edit-form\], #upload-list" defer></script>'
)


def html(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


class TestLoader:
    def test_edit_forms_get_one_tag(self, sites: SimpleNamespace, editor: User, product: Product) -> None:
        client = signed_in(editor)
        for path in (
            f"/admin/pages/{sites.guide.pk}/edit/",
            f"/admin/pages/add/demo/guidepage/{sites.index.pk}/",
            f"/admin/snippets/demo/product/edit/{product.pk}/",
        ):
            assert TAG.findall(html(client, path)) == ["/admin/shareai/config/"]

    # Wagtail leaves the temporary file of a new rendition to the garbage collector.
    @pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
    def test_an_images_form_gets_it(self, editor: User, image: Any) -> None:
        path = reverse("wagtailimages:edit", args=[image.pk])
        assert TAG.findall(html(signed_in(editor), path)) == ["/admin/shareai/config/"]
        gc.collect()

    def test_no_other_page_gets_anything(self, sites: SimpleNamespace, editor: User) -> None:
        client = signed_in(editor)
        for path in (f"/admin/pages/{sites.home.pk}/", "/admin/images/", "/admin/snippets/"):
            assert "shareai_cms" not in html(client, path)
        assert "shareai" not in html(Client(), "/admin/login/")

    def test_it_asks_the_database_nothing(self, db: None) -> None:
        with CaptureQueriesContext(connection) as queries:
            for hook in hooks.get_hooks("insert_editor_js"):
                hook()
        assert len(queries) == 0


class TestFiles:
    def test_every_file_of_the_configuration_exists(self) -> None:
        names = [f"js/{name}.js" for name in EVERY_SCRIPT]
        names += [f"css/{name}.css" for name in (*STYLES, *PANEL_STYLES, *SIDE_STYLES)]
        assert [name for name in names if not (STATIC / name).is_file()] == []

    def test_every_script_is_loaded_by_somebody(self) -> None:
        found = {path.stem for path in (STATIC / "js").glob("*.js")}
        assert found == {*EVERY_SCRIPT}

    def test_every_sentence_that_a_script_asks_for_exists(self) -> None:
        scripts = "\n".join(path.read_text() for path in STATIC.rglob("*.js"))
        asked = set(re.findall(r"\b(?:text\(|elsewhere\([^()]+,)\s*'(\w+)'", scripts))
        asked |= {f"{code}{end}" for code in re.findall(r"localError\('(\w+)'", scripts) for end in ("", "_remedy")}
        assert asked
        assert asked - set(interface_strings()) == set()

    def test_no_sentence_is_left_that_no_script_asks_for(self) -> None:
        scripts = "\n".join(path.read_text() for path in STATIC.rglob("*.js"))
        known = {key.removesuffix("_remedy") for key in interface_strings()}
        assert [key for key in known if f"'{key}'" not in scripts] == []


class TestAddresses:
    @pytest.mark.parametrize("name", ["config", "pick_site"])
    def test_strangers_are_sent_to_sign_in(self, db: None, name: str) -> None:
        address = reverse(f"shareai_cms_wagtail:{name}")
        for response in (Client().get(address), Client().post(address)):
            assert response.status_code == 302
            assert "login" in response["Location"]

    def test_running_needs_the_csrf_token(self, editor: User) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(editor)
        for name, args in (("shareai_cms:run", ["rewrite"]), ("shareai_cms_wagtail:pick_site", [])):
            assert client.post(reverse(name, args=args)).status_code == 403

    def test_no_transaction_is_held_around_them(self, db: None) -> None:
        from django.urls import resolve

        for name, args in (
            ("shareai_cms:run", ["rewrite"]),
            ("shareai_cms:decide", [1]),
            ("shareai_cms_wagtail:config", []),
            ("shareai_cms_wagtail:pick_site", []),
        ):
            view = resolve(reverse(name, args=args)).func
            assert view._non_atomic_requests == {"default"}

    def test_the_icon_is_in_the_sprite(self, editor: User) -> None:
        assert 'id="icon-shareai"' in html(signed_in(editor), reverse("wagtailadmin_sprite"))


class TestAddressesIncludedTwice:
    def test_the_guard_of_wagtail_stays_inside_wagtail(self) -> None:
        """A project may include the same addresses a second time, in Django's own admin."""
        import_module("wagtail.admin.urls")
        names = {pattern.name: pattern.callback for pattern in core_urls.urlpatterns}
        # A view that Wagtail has wrapped keeps what it wraps here.
        assert not hasattr(names["run"], "__wrapped__")
