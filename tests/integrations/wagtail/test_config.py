from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from urllib.parse import quote_plus

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.fields import RichTextField
from wagtail.models import Page

from shareai_cms import actions, metering
from shareai_cms.integrations.wagtail import accounts
from shareai_cms.integrations.wagtail.features import field_features
from shareai_cms.models import SiteAccount
from tests.demo.models import Product
from tests.integrations.wagtail.conftest import person, signed_in

CONFIG = "/admin/shareai/config/"


def config(user: User, path: str, client: Client | None = None) -> dict[str, Any]:
    response = (client or signed_in(user)).get(CONFIG, {"path": path})
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    data: dict[str, Any] = response.json()
    return data


def edit(page: Page) -> str:
    return f"/admin/pages/{page.pk}/edit/"


def kinds(data: dict[str, Any]) -> dict[str, str]:
    return {field["name"]: field["kind"] for field in data["fields"]}


class TestForms:
    def test_a_page(self, sites: SimpleNamespace, editor: User) -> None:
        data = config(editor, edit(sites.info))
        assert data["can_use"] is True
        assert data["target"] == {"type": "demo.infopage", "id": str(sites.info.pk), "parent": ""}
        assert data["account"] == {"label": "Press", "is_sandbox": True}
        assert data["allowance"]["left"] == data["allowance"]["total"] == 50
        assert data["allowance"]["text"] == "50 of 50 writing actions left"
        assert (data["locked"], data["problem"]) == (None, None)

    def test_an_old_version_of_a_page(self, sites: SimpleNamespace, editor: User) -> None:
        revision = sites.info.save_revision()
        data = config(editor, f"/admin/pages/{sites.info.pk}/revisions/{revision.pk}/revert/")
        assert data["target"]["id"] == str(sites.info.pk)

    def test_a_page_being_written(self, sites: SimpleNamespace, editor: User) -> None:
        data = config(editor, f"/admin/pages/add/demo/guidepage/{sites.index.pk}/")
        assert data["target"] == {"type": "demo.guidepage", "id": "", "parent": str(sites.index.pk)}
        assert data["account"]["label"] == "Press"

    def test_a_snippet(self, sites: SimpleNamespace, editor: User, product: Product) -> None:
        sites.shop_site.delete()
        data = config(editor, f"/admin/snippets/demo/product/edit/{product.pk}/")
        assert data["target"] == {"type": "demo.product", "id": str(product.pk), "parent": ""}
        assert config(editor, "/admin/snippets/demo/product/add/")["target"]["id"] == ""

    def test_an_image(self, sites: SimpleNamespace, editor: User, image: Any) -> None:
        sites.shop_site.delete()
        data = config(editor, f"/admin/images/{image.pk}/")
        assert data["target"] == {"type": "wagtailimages.image", "id": str(image.pk), "parent": ""}
        assert kinds(data) == {"title": "text", "description": "image"}
        assert data["actions"]["image-alt-text"]["streamed"] is False

    @pytest.mark.parametrize(
        "path",
        [
            "/admin/",
            "/admin/users/1/",
            "/admin/account/",
            "/admin/pages/999999/edit/",
            "/admin/pages/1/edit/",
            "/admin/pages/add/demo/nonsense/1/",
            "/admin/pages/add/demo/product/1/",
            "/admin/pages/add/demo/guidepage/999999/",
            "/admin/images/999999/",
            "/admin/snippets/demo/product/edit/x/",
            "/admin/snippets/demo/product/edit/999999/",
            "/admin/snippets/demo/product/delete/1/",
            "/nonsense/",
            "",
            "x" * 5_000,
            "//evil.example/",
        ],
    )
    def test_where_there_is_no_such_form(self, sites: SimpleNamespace, path: str) -> None:
        root = User.objects.create_superuser("root")
        assert config(root, path) == {"can_use": False}


class TestFields:
    def test_the_fields_that_hold_prose(self, sites: SimpleNamespace, editor: User) -> None:
        assert kinds(config(editor, edit(sites.guide))) == {
            "title": "text",
            "subtitle": "text",
            "teaser": "text",
            "introduction": "textarea",
            "region": "text",
            "duration": "text",
            "seo_title": "text",
            "search_description": "textarea",
        }

    def test_codes_choices_and_numbers_are_left_alone(self, sites: SimpleNamespace, editor: User) -> None:
        sites.shop_site.delete()
        found = kinds(config(editor, "/admin/snippets/demo/product/add/"))
        assert not {"sku", "kind", "price", "image", "slug"} & set(found)
        assert found["description"] == "richtext"

    def test_rich_text_says_what_it_allows(self, sites: SimpleNamespace, editor: User) -> None:
        data = config(editor, edit(sites.info))
        body = next(field for field in data["fields"] if field["name"] == "body")
        assert body["actions"][0] == "rewrite"
        assert {"continue", "draft", "translate"} < set(body["actions"])
        assert body["features"][:3] == ["h2", "h3", "h4"]

    @pytest.mark.parametrize("name", ["teaser", "demo.guidepage.teaser", "Demo.GuidePage.Teaser"])
    def test_settings_exclude_fields(self, sites: SimpleNamespace, editor: User, settings: Any, name: str) -> None:
        settings.SHAREAI_CMS = {"EXCLUDED_FIELDS": [name]}
        assert "teaser" not in kinds(config(editor, edit(sites.guide)))

    def test_another_models_field_of_that_name_stays(self, sites: SimpleNamespace, editor: User, settings: Any) -> None:
        settings.SHAREAI_CMS = {"EXCLUDED_FIELDS": ["demo.infopage.teaser", "body"]}
        assert "teaser" in kinds(config(editor, edit(sites.guide)))
        assert "body" not in config(editor, edit(sites.guide))["nested"]["roots"]

    def test_each_action_says_what_it_costs(self, sites: SimpleNamespace, editor: User, settings: Any) -> None:
        settings.SHAREAI_CMS = {"ROUTES": {"standard": [], "premium": ["large-model"]}}
        routes = config(editor, edit(sites.guide))["actions"]["rewrite"]["routes"]
        assert [route["text"] for route in routes] == ["1 writing action", "3 writing actions"]
        assert [route["label"] for route in routes] == ["Standard", "Premium"]

    def test_an_action_says_what_it_needs_and_where_its_answer_goes(self, sites: SimpleNamespace, editor: User) -> None:
        offered = config(editor, edit(sites.info))["actions"]
        assert offered["shorten"]["least"] == 60
        assert not {"adds", "apart", "options"} & set(offered["shorten"]), "what says nothing is not sent"
        assert offered["draft"]["adds"] is True
        assert "least" not in offered["draft"]
        assert offered["translate"]["apart"] is True
        assert "least" not in offered["title-alternatives"], "it reads the page, not the field"


class TestOptions:
    def test_an_action_says_what_it_asks(self, sites: SimpleNamespace, editor: User) -> None:
        offered = config(editor, edit(sites.guide))["actions"]
        [tone] = offered["tone"]["options"]
        assert (tone["name"], tone["kind"], tone["default"], tone["required"]) == ("tone", "choice", "friendly", True)
        assert ["formal", "Formal"] in tone["choices"]
        [brief] = offered["draft"]["options"]
        assert (brief["kind"], brief["max_length"]) == ("text", 2_000)
        assert brief["placeholder"]
        assert brief["help"].endswith(".")

    def test_languages_are_the_others_of_the_site_in_the_readers_words(
        self, sites: SimpleNamespace, editor: User, settings: Any
    ) -> None:
        languages = [("en", "English"), ("de", "German"), ("ar", "Arabic")]
        settings.LANGUAGES = [*languages, ("fr", "French")]
        settings.WAGTAIL_CONTENT_LANGUAGES = languages
        [language] = config(editor, edit(sites.guide))["actions"]["translate"]["options"]
        assert language["choices"] == [["de", "German"], ["ar", "Arabic"]]
        client = signed_in(editor)
        response = client.get(CONFIG, {"path": edit(sites.guide)}, headers={"Accept-Language": "de"})
        assert response.json()["actions"]["translate"]["options"][0]["choices"][1] == ["ar", "Arabisch"]

    def test_a_site_of_one_language_is_offered_no_translation(
        self, sites: SimpleNamespace, editor: User, settings: Any
    ) -> None:
        settings.LANGUAGES = settings.WAGTAIL_CONTENT_LANGUAGES = [("en", "English")]
        data = config(editor, edit(sites.guide))
        assert "translate" not in data["actions"]
        assert not any("translate" in field["actions"] for field in data["fields"])

    def test_nor_a_premium_action_without_a_premium_route(
        self, sites: SimpleNamespace, editor: User, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(type(actions.get("simplify")), "routes", ("premium",))
        assert "simplify" not in config(editor, edit(sites.guide))["actions"]
        settings.SHAREAI_CMS = {"ROUTES": {"premium": ["large-model"]}}
        [route] = config(editor, edit(sites.guide))["actions"]["simplify"]["routes"]
        assert (route["label"], route["units"]) == ("Premium", 3)


class TestRights:
    def test_whoever_may_not_use_ai_learns_nothing(self, sites: SimpleNamespace, intern: User) -> None:
        assert config(intern, edit(sites.guide)) == {"can_use": False}
        assert not SiteAccount.objects.exists()

    def test_nor_does_whoever_may_not_edit_the_page(self, sites: SimpleNamespace) -> None:
        reader = person("reader", ai=("use",), edits=False)
        assert config(reader, edit(sites.guide)) == {"can_use": False}

    def test_nor_on_another_site(self, sites: SimpleNamespace) -> None:
        shop = accounts.open_account(accounts.reference_of(sites.shop_site))
        seller = person("seller", ai=("use",), account=shop)
        assert config(seller, edit(sites.guide)) == {"can_use": False}
        assert config(seller, edit(sites.shop))["can_use"] is True

    def test_a_way_to_buy_is_shown_to_those_who_may(self, sites: SimpleNamespace, editor: User, manager: User) -> None:
        mine, theirs = config(manager, edit(sites.guide)), config(editor, edit(sites.guide))
        assert mine["can_manage"]
        account = SiteAccount.objects.get()
        way_back = quote_plus(edit(sites.guide))
        assert (
            mine["topup_url"]
            == f"/admin/shareai/topups/?account={account.pk}&meter=writing&next={way_back}#shareai-wanted"
        )
        assert (theirs["can_manage"], theirs["topup_url"]) == (False, "")
        assert (mine["ask_url"], theirs["ask_url"]) == ("", f"/admin/shareai/topups/wish/?account={account.pk}")

    def test_strangers_are_sent_to_sign_in(self, db: None) -> None:
        assert Client().get(CONFIG, {"path": "/admin/"}).status_code == 302


class TestTroubles:
    def test_a_locked_page_says_so(self, sites: SimpleNamespace, editor: User) -> None:
        locker = person("locker")
        Page.objects.filter(pk=sites.guide.pk).update(locked=True, locked_by=locker, locked_at=timezone.now())
        assert config(editor, edit(sites.guide))["locked"] == {
            "sentence": "This is locked by someone else.",
            "remedy": "Unlock it, or ask the person who locked it, and try again.",
        }

    def test_without_a_key_the_reason_is_for_managers(
        self, sites: SimpleNamespace, editor: User, manager: User, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("SHAREAI_API_KEY", raising=False)
        settings.SHAREAI_CMS = {"ENVIRONMENT": "production"}
        problem = config(editor, edit(sites.guide))["problem"]
        assert problem["code"] == "not_configured"
        assert problem["sentence"] == "AI is not set up on this site yet."
        assert problem["detail"] == ""
        assert config(manager, edit(sites.guide))["problem"]["detail"]

    @pytest.mark.parametrize("part", ["account", "wallet"])
    def test_a_suspended_account(self, sites: SimpleNamespace, editor: User, part: str) -> None:
        account = accounts.open_account(accounts.reference_of(sites.press_site))
        row = account if part == "account" else account.wallet
        row.status = "suspended"
        row.save()
        assert config(editor, edit(sites.guide))["problem"]["code"] == "account_suspended"

    def test_units_left_are_true(self, sites: SimpleNamespace, editor: User) -> None:
        account = accounts.open_account(accounts.reference_of(sites.press_site))
        metering.grant(account.wallet, "writing", 5, kind="promo", source_ref="gift")
        assert config(editor, edit(sites.guide))["allowance"]["left"] == 55


class TestWorkingSite:
    def pick(self, client: Client, site: Any, **headers: str) -> Any:
        return client.post("/admin/shareai/site/", {"site": str(site)}, headers=headers)

    def test_shared_objects_ask_for_one(self, sites: SimpleNamespace, editor: User, image: Any) -> None:
        data = config(editor, f"/admin/images/{image.pk}/")
        assert data["problem"]["code"] == "account_unclear"
        assert data["problem"]["remedy"] == "Choose the site that you are working for, here or on the dashboard."
        assert [site["label"] for site in data["sites"]] == ["Press", "Shop"]
        assert data["urls"]["pick"] == "/admin/shareai/site/"

    def test_the_picked_one_counts(self, sites: SimpleNamespace, editor: User, image: Any) -> None:
        client = signed_in(editor)
        assert self.pick(client, sites.shop_site.pk).status_code == 302
        data = config(editor, f"/admin/images/{image.pk}/", client)
        assert (data["account"]["label"], data["problem"]) == ("Shop", None)

    def test_scripts_get_json(self, sites: SimpleNamespace, editor: User) -> None:
        response = self.pick(signed_in(editor), sites.shop_site.pk, Accept="application/json")
        assert response.json() == {"site": {"id": str(sites.shop_site.pk), "label": "Shop"}}

    @pytest.mark.parametrize("site", ["", "x", "999999"])
    def test_only_a_site_that_there_is(self, sites: SimpleNamespace, editor: User, site: str) -> None:
        response = self.pick(signed_in(editor), site, Accept="application/json")
        assert (response.status_code, response.json()["error"]["code"]) == (403, "not_permitted")

    def test_only_a_site_that_one_may_use(self, sites: SimpleNamespace) -> None:
        shop = accounts.open_account(accounts.reference_of(sites.shop_site))
        client = signed_in(person("seller", ai=("use",), account=shop))
        response = self.pick(client, sites.press_site.pk)
        assert response.status_code == 302
        assert "shareai_site" not in client.session

    def test_a_right_that_was_taken_away_takes_the_pick_along(self, sites: SimpleNamespace, image: Any) -> None:
        press, shop = (
            accounts.open_account(accounts.reference_of(site)) for site in (sites.press_site, sites.shop_site)
        )
        seller = person("seller", ai=("use",), account=shop)
        group = seller.groups.get()
        right = group.shareai_permissions.create(account=press, permission="use")
        client = signed_in(seller)
        self.pick(client, sites.press_site.pk)
        right.delete()
        assert config(seller, f"/admin/images/{image.pk}/", client)["account"]["label"] == "Shop"


class TestCost:
    def test_the_configuration_takes_few_queries(self, sites: SimpleNamespace, editor: User) -> None:
        client = signed_in(editor)
        config(editor, edit(sites.guide), client)
        with CaptureQueriesContext(connection) as queries:
            config(editor, edit(sites.guide), client)
        assert len(queries) <= 16


class TestFeatures:
    def test_without_a_list_the_editors_settings_decide(self, settings: Any) -> None:
        settings.WAGTAILADMIN_RICH_TEXT_EDITORS = {
            "default": {
                "WIDGET": "wagtail.admin.rich_text.DraftailRichTextArea",
                "OPTIONS": {"features": ["bold", "hr"]},
            }
        }
        assert field_features(RichTextField()) == ("bold", "hr")
        assert field_features(RichTextField(features=["italic"])) == ("italic",)
