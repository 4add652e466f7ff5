"""Every page type without a declaration, and pages with one."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import GroupApprovalTask, Locale, Page, PageLogEntry, Workflow, WorkflowTask

from shareai_cms.catalog import ModelCatalog, register
from shareai_cms.catalog.registry import catalogue_for, unregister
from shareai_cms.errors import AccountUnclear, ChangeRefused, NotPermitted, ObjectLocked
from tests.catalog.shop import put
from tests.demo.models import GuidePage, InfoPage
from tests.integrations.wagtail.conftest import editor, person, sites

__all__ = ["editor", "sites"]
pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def pages() -> Any:
    return catalogue_for(GuidePage)


def refused(pages: Any, user: User, page: Page) -> str:
    with pytest.raises(ObjectLocked) as error:
        pages.write(user, page, [put("seo_description", "x")])
    return str(error.value.sentence)


class TestEveryPageType:
    def test_what_search_engines_are_told(self, pages: Any, sites: SimpleNamespace) -> None:
        assert {GuidePage, InfoPage} < set(pages.models())
        assert [spec.part for spec in pages.parts(GuidePage)] == ["name", "seo_title", "seo_description"]
        assert [spec.field for spec in pages.parts(GuidePage)] == ["title", "seo_title", "search_description"]
        facts = pages.read(sites.guide)
        assert (facts.name, facts.language) == ("Walking the old harbour", "en")
        assert "A walk." in facts.more["text"]
        assert pages.account(sites.guide).reference == str(sites.press_site.pk)

    def test_the_draft_is_read_and_written(self, pages: Any, sites: SimpleNamespace, editor: User) -> None:
        sites.guide.introduction = "Barnacles."
        sites.guide.save_revision()
        page = GuidePage.objects.get()
        assert "Barnacles." in pages.read(page).more["text"]
        result = pages.write(editor, page, [put("seo_description", "A walk.")], note="Meta descriptions")
        page = GuidePage.objects.get()
        draft = page.get_latest_revision_as_object()
        assert (draft.search_description, draft.introduction) == ("A walk.", "Barnacles.")
        assert (page.search_description, page.live, page.introduction) == ("", True, "")
        assert (result.is_draft, pages.version(page)) == (True, result.version)
        entry = PageLogEntry.objects.get(action="shareai.apply")
        assert (entry.revision, entry.data["action"]) == (draft.latest_revision, "Meta descriptions")
        assert pages.address(page).endswith(f"/pages/{page.pk}/edit/")

    def test_excluded_fields(self, pages: Any, sites: SimpleNamespace, editor: User, settings: Any) -> None:
        settings.SHAREAI_CMS = {"EXCLUDED_FIELDS": ["search_description", "demo.guidepage.teaser"]}
        assert [spec.part for spec in pages.parts(GuidePage)] == ["name", "seo_title"]
        assert "A walk." not in pages.read(sites.guide).more.get("text", "")
        with pytest.raises(ChangeRefused):
            pages.write(editor, sites.guide, [put("seo_description", "x")])

    def test_a_declaration_of_the_site_goes_first_and_keeps_them(self, sites: SimpleNamespace, editor: User) -> None:
        class Guides(ModelCatalog):
            slug = "guides"
            model = GuidePage
            description = "body"
            short_description = "teaser"

        register(Guides)
        try:
            found: Any = catalogue_for(GuidePage)
            assert isinstance(found, Guides)
            assert not isinstance(catalogue_for(InfoPage), Guides)
            parts = [spec.part for spec in found.parts(GuidePage)]
            assert parts == ["name", "description", "short_description", "seo_title", "seo_description"]
            found.write(editor, sites.guide, [put("short_description", "A long walk.")])
            assert GuidePage.objects.get().get_latest_revision_as_object().teaser == "A long walk."
        finally:
            unregister("guides")

    def test_below_no_site(self, pages: Any, sites: SimpleNamespace) -> None:
        stray = sites.root.add_child(instance=InfoPage(title="Stray", slug="stray", locale=Locale.get_active()))
        with pytest.raises(AccountUnclear):
            pages.account(stray)


class TestRefusals:
    def test_without_the_right_to_edit(self, pages: Any, sites: SimpleNamespace) -> None:
        with pytest.raises(NotPermitted):
            pages.check(person("reader", edits=False), sites.guide)
        with pytest.raises(NotPermitted):
            pages.check(None, sites.guide)

    def test_locked(self, pages: Any, sites: SimpleNamespace, editor: User) -> None:
        locker = person("locker")
        Page.objects.filter(pk=sites.guide.pk).update(locked=True, locked_by=locker, locked_at=timezone.now())
        assert refused(pages, editor, sites.guide) == "This is locked by someone else."

    def test_an_alias(self, pages: Any, sites: SimpleNamespace, editor: User) -> None:
        alias = sites.guide.create_alias(update_slug="alias")
        assert refused(pages, editor, alias) == "This page is an alias of another page."

    def test_in_a_workflow_only_reviewers_may(self, pages: Any, sites: SimpleNamespace, editor: User) -> None:
        reviewer = person("reviewer")
        task = GroupApprovalTask.objects.create(name="Review")
        task.groups.add(reviewer.groups.get())
        workflow = Workflow.objects.create(name="Review")
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=1)
        sites.guide.save_revision()
        workflow.start(sites.guide, editor)
        page = GuidePage.objects.get()
        assert refused(pages, editor, page).startswith("This is in a workflow")
        assert pages.write(reviewer, page, [put("seo_description", "Reviewed.")]).is_draft

    def test_what_is_wrong_elsewhere_in_the_page_is_not_this_changes_fault(
        self, pages: Any, sites: SimpleNamespace, editor: User
    ) -> None:
        Page.objects.filter(pk=sites.guide.pk).update(title="")
        assert pages.write(editor, GuidePage.objects.get(), [put("seo_description", "x")]).is_draft
        with pytest.raises(ChangeRefused) as error:
            pages.write(editor, GuidePage.objects.get(), [put("seo_title", "x" * 300)])
        assert str(error.value.sentence).startswith("Title tag: ")


class TestTranslations:
    @pytest.fixture
    def german(self, sites: SimpleNamespace) -> Locale:
        return Locale.objects.get_or_create(language_code="de")[0]

    def test_a_draft_below_the_translated_parent(
        self, pages: Any, sites: SimpleNamespace, editor: User, german: Locale
    ) -> None:
        with pytest.raises(ChangeRefused) as error:
            pages.write(editor, sites.guide, [put("name", "Hafen")], language="de")
        assert "above" in str(error.value.sentence)
        sites.home.copy_for_translation(german)
        sites.index.copy_for_translation(german)
        result = pages.write(editor, sites.guide, [put("name", "Hafen")], language="de")
        made = GuidePage.objects.get(locale=german)
        assert (made.live, made.alias_of_id, made.get_latest_revision_as_object().title) == (False, None, "Hafen")
        assert (pages.read(sites.guide, "de").name, pages.version(sites.guide, "de")) == ("Hafen", result.version)

    def test_the_right_to_add_there(self, pages: Any, sites: SimpleNamespace, german: Locale) -> None:
        sites.home.copy_for_translation(german)
        sites.index.copy_for_translation(german)
        user = person("changer")
        user.groups.get().page_permissions.filter(permission__codename="add_page").delete()
        with pytest.raises(NotPermitted):
            pages.check(User.objects.get(pk=user.pk), sites.guide, "de")


class TestQueries:
    def test_a_page_is_read_without_one(self, pages: Any, sites: SimpleNamespace) -> None:
        for number in range(3):
            page = sites.index.add_child(instance=GuidePage(title=f"Guide {number}", slug=f"guide-{number}"))
        page = list(pages.queryset(GuidePage))[-1]
        with CaptureQueriesContext(connection) as asked:
            pages.read(page)
        assert len(asked) == 0
