from __future__ import annotations

import json
import secrets
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.validators import URLValidator, validate_email
from django.db import models
from django.utils import timezone
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.models import GroupApprovalTask, Page, PageLogEntry, Site, Workflow, WorkflowTask

from shareai_cms import metering
from shareai_cms.catalog import registry
from shareai_cms.integrations.wagtail import accounts, drafts, fields
from shareai_cms.models import SiteAccount, Suggestion, Usage
from tests.demo.models import GuidePage, InfoPage, Product
from tests.integrations.wagtail.conftest import person, saved_image, signed_in
from tests.services import SandboxProcess

TEXT = "In order to reach the lighthouse, visitors utilise the old quay."


def target_of(obj: Any, field: str, **more: str) -> dict[str, str]:
    return {"type": obj._meta.label_lower, "id": str(obj.pk), "parent": "", "field": field, "path": field, **more}


def run(user: User, slug: str, target: dict[str, Any], **more: Any) -> Any:
    body = {"target": target, "route": "standard", "options": {}, "input": {"text": TEXT}, "context": {}, **more}
    return signed_in(user).post(
        f"/admin/shareai/actions/{slug}/",
        json.dumps(body),
        content_type="application/json",
        headers={"Idempotency-Key": secrets.token_hex(16), "Accept": "application/json"},
    )


def refused(response: Any, status: int, code: str) -> None:
    """The typed error, nothing counted, nothing sent."""
    assert (response.status_code, response.json()["error"]["code"]) == (status, code)
    assert not Usage.objects.exists()


@pytest.mark.usefixtures("sandbox")
class TestPages:
    def test_a_field_is_rewritten_for_one_unit_of_the_pages_site(self, sites: SimpleNamespace, editor: User) -> None:
        response = run(editor, "rewrite", target_of(sites.guide, "teaser"))
        assert response.status_code == 200
        assert response.json()["result"]["kind"] == "text"
        assert response.json()["usage"]["left"] == 9
        usage = Usage.objects.get()
        assert usage.account.reference == str(sites.press_site.pk)
        assert (usage.object_type, usage.object_ref) == ("demo.guidepage", str(sites.guide.pk))
        assert (usage.object_label, usage.field) == ("Walking the old harbour", "teaser")

    def test_the_other_sites_pages_count_for_the_other_site(self, sites: SimpleNamespace, editor: User) -> None:
        run(editor, "rewrite", target_of(sites.shop, "teaser"))
        assert Usage.objects.get().account.reference == str(sites.shop_site.pk)

    def test_a_new_page_counts_for_its_parents_site(self, sites: SimpleNamespace, editor: User) -> None:
        target = target_of(GuidePage(), "teaser", id="", parent=str(sites.index.pk))
        assert run(editor, "rewrite", target).status_code == 200
        usage = Usage.objects.get()
        assert (usage.account.reference, usage.object_ref) == (str(sites.press_site.pk), "")

    def test_a_site_that_the_browser_names_is_not_read(self, sites: SimpleNamespace, editor: User) -> None:
        target = target_of(sites.guide, "teaser", parent=str(sites.shop.pk), site=str(sites.shop_site.pk))
        run(editor, "rewrite", {**target, "account": str(sites.shop_site.pk)})
        assert Usage.objects.get().account.reference == str(sites.press_site.pk)

    def test_the_title_is_made_of_the_words_of_the_draft(
        self, sites: SimpleNamespace, editor: User, sandbox: SandboxProcess
    ) -> None:
        sites.guide.introduction = "Only the draft speaks of barnacles."
        sites.guide.save_revision()
        response = run(editor, "title-alternatives", target_of(sites.guide, "title"), input={"text": "Title"})
        assert response.json()["result"]["kind"] == "alternatives"
        assert "barnacles" in json.dumps(sandbox.state()["last"])


@pytest.mark.usefixtures("sandbox")
class TestRefusedPages:
    def test_without_the_right_to_ai(self, sites: SimpleNamespace, intern: User) -> None:
        refused(run(intern, "rewrite", target_of(sites.guide, "teaser")), 403, "not_permitted")

    def test_without_the_right_to_edit(self, sites: SimpleNamespace) -> None:
        reader = person("reader", ai=("use",), edits=False)
        refused(run(reader, "rewrite", target_of(sites.guide, "teaser")), 403, "not_permitted")
        target = target_of(GuidePage(), "teaser", id="", parent=str(sites.index.pk))
        refused(run(reader, "rewrite", target), 403, "not_permitted")

    def test_with_a_right_on_another_site_only(self, sites: SimpleNamespace) -> None:
        shop = accounts.open_account(accounts.reference_of(sites.shop_site))
        seller = person("seller", ai=("use",), account=shop)
        refused(run(seller, "rewrite", target_of(sites.guide, "teaser")), 403, "not_permitted")

    def test_a_page_that_is_gone(self, sites: SimpleNamespace, editor: User) -> None:
        refused(run(editor, "rewrite", {**target_of(sites.guide, "teaser"), "id": "999999"}), 404, "object_not_found")
        refused(run(editor, "rewrite", {**target_of(sites.guide, "teaser"), "id": "x"}), 404, "object_not_found")
        refused(run(editor, "rewrite", {**target_of(sites.guide, "teaser"), "id": "9" * 40}), 404, "object_not_found")

    def test_a_page_of_another_type_than_it_is_said_to_be(self, sites: SimpleNamespace, editor: User) -> None:
        target = {**target_of(sites.guide, "teaser"), "type": "demo.infopage"}
        refused(run(editor, "rewrite", target), 404, "object_not_found")

    def test_a_page_where_none_of_its_type_may_be_added(self, sites: SimpleNamespace, editor: User) -> None:
        target = target_of(GuidePage(), "teaser", id="", parent=str(sites.shop.pk))
        refused(run(editor, "rewrite", target), 403, "not_permitted")

    def test_a_page_that_someone_else_has_locked(self, sites: SimpleNamespace, editor: User) -> None:
        locker = person("locker")
        Page.objects.filter(pk=sites.guide.pk).update(locked=True, locked_by=locker, locked_at=timezone.now())
        response = run(editor, "rewrite", target_of(sites.guide, "teaser"))
        refused(response, 423, "object_locked")
        assert response.json()["error"]["sentence"] == "This is locked by someone else."

    def test_a_page_that_one_has_locked_oneself_is_free(self, sites: SimpleNamespace, editor: User) -> None:
        Page.objects.filter(pk=sites.guide.pk).update(locked=True, locked_by=editor, locked_at=timezone.now())
        assert run(editor, "rewrite", target_of(sites.guide, "teaser")).status_code == 200

    def test_a_page_that_is_scheduled(self, sites: SimpleNamespace, editor: User) -> None:
        sites.guide.go_live_at = timezone.now() + timezone.timedelta(days=1)
        revision = sites.guide.save_revision(approved_go_live_at=sites.guide.go_live_at)
        assert revision.approved_go_live_at
        response = run(editor, "rewrite", target_of(sites.guide, "teaser"))
        refused(response, 423, "object_locked")
        assert "scheduled" in response.json()["error"]["sentence"]

    def test_a_page_that_waits_for_its_reviewers(self, sites: SimpleNamespace, editor: User) -> None:
        workflow = Workflow.objects.create(name="Review")
        task = GroupApprovalTask.objects.create(name="Editor in chief")
        WorkflowTask.objects.create(workflow=workflow, task=task.task_ptr, sort_order=0)
        sites.guide.save_revision()
        workflow.start(sites.guide, editor)
        response = run(editor, "rewrite", target_of(sites.guide, "teaser"))
        refused(response, 423, "object_locked")
        assert "only its reviewers" in response.json()["error"]["sentence"]

    def test_an_alias(self, sites: SimpleNamespace, editor: User) -> None:
        alias = sites.info.create_alias(parent=sites.home, update_slug="about-2")
        refused(run(editor, "rewrite", target_of(alias, "teaser")), 423, "object_locked")

    @pytest.mark.parametrize("field", ["slug", "live", "nonsense", "body", "cover", "path", ""])
    def test_a_field_that_is_no_text(self, sites: SimpleNamespace, editor: User, field: str) -> None:
        refused(run(editor, "rewrite", target_of(sites.guide, field)), 400, "invalid_request")

    def test_a_field_that_the_settings_exclude(self, sites: SimpleNamespace, editor: User, settings: Any) -> None:
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "EXCLUDED_FIELDS": ["demo.GuidePage.teaser"]}
        refused(run(editor, "rewrite", target_of(sites.guide, "teaser")), 403, "not_permitted")


RAW = {
    "blocks": [
        {"key": "aaaaa", "type": "header-three", "depth": 0, "text": "In order to visit", "inlineStyleRanges": [],
         "entityRanges": []},
        {"key": "bbbbb", "type": "unstyled", "depth": 0, "text": TEXT, "inlineStyleRanges": [],
         "entityRanges": [{"offset": 22, "length": 10, "key": 0}]},
    ],
    "entityMap": {"0": {"type": "LINK", "mutability": "MUTABLE", "data": {"url": "https://press.example/light"}}},
}  # fmt: skip


@pytest.mark.usefixtures("sandbox")
class TestRichText:
    def test_headings_and_links_of_a_field_are_kept(self, sites: SimpleNamespace, editor: User) -> None:
        response = run(editor, "rewrite", target_of(sites.info, "body"), input={"raw": RAW})
        raw = response.json()["result"]["raw"]
        assert [block["type"] for block in raw["blocks"]] == ["header-three", "unstyled"]
        assert raw["entityMap"] == RAW["entityMap"]
        assert raw["blocks"][1]["text"] != TEXT

    def test_inside_a_stream_the_blocks_own_features_count(self, sites: SimpleNamespace, editor: User) -> None:
        target = target_of(sites.guide, "body", blocks="cards/cards/item/text", path="body-0-value-cards-0-text")
        response = run(editor, "rewrite", target, input={"raw": RAW})
        raw = response.json()["result"]["raw"]
        assert [block["type"] for block in raw["blocks"]] == ["unstyled", "unstyled"]
        assert Usage.objects.get().field == "body-0-value-cards-0-text"

    @pytest.mark.parametrize("blocks", ["", "nonsense", "quote/text", "section", "section/text/more"])
    def test_where_there_is_no_rich_text(self, sites: SimpleNamespace, editor: User, blocks: str) -> None:
        target = target_of(sites.guide, "body", blocks=blocks)
        refused(run(editor, "rewrite", target, input={"raw": RAW}), 400, "invalid_request")

    def test_a_plain_field_takes_no_blocks(self, sites: SimpleNamespace, editor: User) -> None:
        response = run(editor, "rewrite", target_of(sites.guide, "teaser"), input={"raw": RAW})
        refused(response, 400, "invalid_request")


@pytest.mark.usefixtures("sandbox")
class TestSnippets:
    def test_the_only_site_pays(self, sites: SimpleNamespace, editor: User, product: Product) -> None:
        sites.shop_site.delete()
        assert run(editor, "rewrite", target_of(product, "summary")).status_code == 200
        assert Usage.objects.get().account.reference == str(sites.press_site.pk)

    def test_of_two_sites_the_one_that_the_person_may_use_pays(self, sites: SimpleNamespace, product: Product) -> None:
        shop = accounts.open_account(accounts.reference_of(sites.shop_site))
        seller = person("seller", ai=("use",), account=shop)
        assert run(seller, "rewrite", target_of(product, "summary")).status_code == 200
        assert Usage.objects.get().account == shop

    def test_of_two_usable_sites_none_is_guessed_where_no_declaration_names_one(
        self, sites: SimpleNamespace, editor: User, product: Product, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as undeclared:
            undeclared.setattr(registry, "_registered", {})
            refused(run(editor, "rewrite", target_of(product, "summary")), 409, "account_unclear")
        assert run(editor, "rewrite", target_of(product, "summary")).status_code == 200
        assert Usage.objects.get().account.reference == str(sites.shop_site.pk)

    def test_the_site_that_the_model_names_pays(
        self, sites: SimpleNamespace, editor: User, product: Product, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(Product, "shareai_site", lambda self: sites.shop_site, raising=False)
        assert run(editor, "rewrite", target_of(product, "summary")).status_code == 200
        assert Usage.objects.get().account.reference == str(sites.shop_site.pk)

    def test_without_the_right_to_change_it(self, sites: SimpleNamespace, product: Product) -> None:
        reader = person("reader", ai=("use",), edits=False)
        refused(run(reader, "rewrite", target_of(product, "summary")), 403, "not_permitted")
        refused(run(reader, "rewrite", target_of(Product(), "summary", id="")), 403, "not_permitted")

    def test_one_being_written(self, sites: SimpleNamespace, editor: User) -> None:
        sites.shop_site.delete()
        assert run(editor, "rewrite", target_of(Product(), "summary", id="")).status_code == 200


class TestDrafts:
    def test_the_words_of_the_newest_draft_in_the_order_of_the_fields(self, product: Product, editor: User) -> None:
        product.description = "<h3>Inside</h3><p>Tides &amp; moons.</p>"
        product.save_revision()
        product.refresh_from_db()
        assert (
            drafts.text_of(product, editor)
            == "Tide tables\n\nTT-1\n\nAll the tides of a year.\n\nInside Tides & moons."
        )

    def test_excluded_fields_are_not_read(self, product: Product, editor: User, settings: Any) -> None:
        settings.SHAREAI_CMS = {"EXCLUDED_FIELDS": ["sku", "demo.product.summary"]}
        assert drafts.text_of(product, editor) == "Tide tables"

    def test_no_more_than_an_action_takes(self, product: Product, editor: User, settings: Any) -> None:
        settings.SHAREAI_CMS = {"MAX_INPUT_CHARACTERS": 9}
        assert drafts.text_of(product, editor) == "Tide tabl"

    @pytest.mark.parametrize("permission", ["demo.delete_product", "demo.keep_secrets"])
    def test_what_the_person_may_not_see_is_not_read(
        self, product: Product, editor: User, permission: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        panels = [
            ObjectList([FieldPanel("name"), FieldPanel("sku", permission=permission)]),
            ObjectList([MultiFieldPanel([FieldPanel("summary")])], permission=permission),
        ]
        handler = TabbedInterface(panels).bind_to_model(Product)
        monkeypatch.setattr(Product.snippet_viewset, "get_edit_handler", lambda: handler)
        seen = editor.has_perm(permission)
        expected = "Tide tables\n\nTT-1\n\nAll the tides of a year." if seen else "Tide tables"
        assert drafts.text_of(product, editor) == expected
        monkeypatch.undo()
        assert drafts.text_of(product, editor) == "Tide tables\n\nTT-1\n\nAll the tides of a year."

    def test_addresses_slugs_and_choices_are_not_read(self, sites: SimpleNamespace, editor: User) -> None:
        assert drafts.text_of(sites.guide, editor) == "Walking the old harbour\n\nA walk."

    @pytest.mark.parametrize(
        "field",
        [
            models.EmailField(),
            models.URLField(),
            models.SlugField(),
            models.CharField(choices=[("a", "A")]),
            models.CharField(validators=[validate_email]),
            models.TextField(validators=[URLValidator()]),
        ],
    )
    def test_no_field_of_an_address_or_a_choice_is_prose(
        self, field: models.Field[Any, Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(Product._meta, "get_field", lambda name: field)
        assert not fields.is_prose(Product, "contact")

    @pytest.mark.parametrize(
        ("name", "is_prose"), [("to_address", False), ("from_address", False), ("thank_you", True)]
    )
    def test_the_addresses_of_form_pages_are_not_prose(
        self, name: str, is_prose: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(Product._meta, "get_field", lambda _name: models.CharField(max_length=255))
        assert fields.is_prose(Product, name) is is_prose


class TestDeclaredSites:
    @pytest.mark.parametrize("form", ["site", "number", "text", "callable"])
    def test_every_form_of_declaration(self, sites: SimpleNamespace, form: str) -> None:
        site = sites.shop_site
        declared = {"site": site, "number": site.pk, "text": str(site.pk), "callable": lambda: site.pk}[form]
        found = accounts.declared_site(SimpleNamespace(shareai_site=declared))
        assert found == accounts.reference_of(site)

    @pytest.mark.parametrize("declared", [None, "", "x", 0, 999_999, True])
    def test_what_names_no_site_declares_none(self, sites: SimpleNamespace, declared: Any) -> None:
        assert accounts.declared_site(SimpleNamespace(shareai_site=declared)) is None


@pytest.mark.usefixtures("sandbox")
class TestImages:
    def test_a_description_is_proposed(self, sites: SimpleNamespace, editor: User, image: Any) -> None:
        sites.shop_site.delete()
        response = run(editor, "image-alt-text", target_of(image, "description"), input={"image": True})
        assert response.json()["result"]["kind"] == "text"
        assert Usage.objects.get().object_label == "Harbour"

    def test_an_image_that_is_broken(self, sites: SimpleNamespace, editor: User) -> None:
        sites.shop_site.delete()
        image = saved_image(b"no image at all")
        response = run(editor, "image-alt-text", target_of(image, "description"), input={"image": True})
        refused(response, 415, "image_unusable")

    def test_choosing_an_image_is_no_right_to_describe_it(self, sites: SimpleNamespace, image: Any) -> None:
        reader = person("reader", ai=("use",), edits=False)
        response = run(reader, "image-alt-text", target_of(image, "description"), input={"image": True})
        refused(response, 403, "not_permitted")

    def test_the_client_sends_no_picture(self, sites: SimpleNamespace, editor: User, image: Any) -> None:
        sites.shop_site.delete()
        for forged in ("data:image/png;base64,x", {"url": "http://evil.example"}, 1):
            response = run(editor, "image-alt-text", target_of(image, "description"), input={"image": forged})
            refused(response, 415, "image_unusable")


@pytest.mark.usefixtures("sandbox")
class TestHistory:
    def decide(self, user: User, target: dict[str, str], suggestion: int, decision: str) -> Any:
        return signed_in(user).post(
            f"/admin/shareai/suggestions/{suggestion}/",
            json.dumps({"target": target, "decision": decision}),
            content_type="application/json",
        )

    def test_an_accepted_suggestion_is_in_the_pages_history(self, sites: SimpleNamespace, editor: User) -> None:
        target = target_of(sites.guide, "teaser")
        suggestion = run(editor, "rewrite", target).json()["suggestion"]
        assert self.decide(editor, target, suggestion, "accepted").status_code == 204
        entry = PageLogEntry.objects.get(action="shareai.apply")
        assert entry.user == editor
        assert entry.message == "Applied an AI suggestion: Rewrite (Teaser)"
        sites.guide.save_revision()
        admin = User.objects.create_superuser("root")
        page = signed_in(admin).get(f"/admin/pages/{sites.guide.pk}/history/").content.decode()
        assert "Applied an AI suggestion: Rewrite (Teaser)" in page

    def test_accepting_twice_is_one_line(self, sites: SimpleNamespace, editor: User) -> None:
        target = target_of(sites.guide, "teaser")
        suggestion = run(editor, "rewrite", target).json()["suggestion"]
        for _number in range(2):
            self.decide(editor, target, suggestion, "accepted")
        assert PageLogEntry.objects.filter(action="shareai.apply").count() == 1

    def test_a_discarded_one_is_not(self, sites: SimpleNamespace, editor: User) -> None:
        target = target_of(sites.guide, "teaser")
        suggestion = run(editor, "rewrite", target).json()["suggestion"]
        self.decide(editor, target, suggestion, "discarded")
        assert not PageLogEntry.objects.filter(action="shareai.apply").exists()
        assert Suggestion.objects.get().state == "discarded"

    def test_a_new_page_has_no_history_yet(self, sites: SimpleNamespace, editor: User) -> None:
        target = target_of(GuidePage(), "teaser", id="", parent=str(sites.index.pk))
        suggestion = run(editor, "rewrite", target).json()["suggestion"]
        assert self.decide(editor, target, suggestion, "accepted").status_code == 204


class TestAccounts:
    def test_an_account_is_opened_once_on_first_use(self, sites: SimpleNamespace) -> None:
        first = accounts.open_account(accounts.reference_of(sites.press_site))
        assert accounts.open_account(accounts.reference_of(sites.press_site)) == first
        assert (first.label, first.address) == ("Press", "http://press.example")
        assert metering.allowance_of(first, "writing").available == 50
        assert SiteAccount.objects.count() == 1

    def test_a_page_outside_of_every_site_follows_the_rule_for_shared_objects(
        self, sites: SimpleNamespace, editor: User, sandbox: SandboxProcess
    ) -> None:
        orphan = sites.root.add_child(instance=InfoPage(title="Orphan", slug="orphan"))
        refused(run(editor, "rewrite", target_of(orphan, "teaser")), 409, "account_unclear")
        Site.objects.filter(pk=sites.shop_site.pk).delete()
        assert run(editor, "rewrite", target_of(orphan, "teaser")).status_code == 200
