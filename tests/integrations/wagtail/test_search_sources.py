"""What every page type says, with no code of the site's."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from wagtail.models import Locale, Page, PageViewRestriction
from wagtail.rich_text import RichText
from wagtail.search import index

from shareai_cms import metering
from shareai_cms.errors import AccountUnclear
from shareai_cms.integrations.wagtail.search.extraction import blocks_of_page
from shareai_cms.integrations.wagtail.search.pages import PageSource
from shareai_cms.integrations.wagtail.search.places import of_account
from shareai_cms.models import SearchDocument
from shareai_cms.search.sources.base import Block
from shareai_cms.search.sources.registry import indexed_models, source_for
from tests.demo.models import GuidePage, HomePage, InfoPage, StoryPage
from tests.specimens.models import Remark, Specimen

SOURCE = PageSource()
BODY: list[tuple[str, Any]] = [
    ("heading", "By water"),
    ("paragraph", "The ferry leaves at noon."),
    ("words", ["Rope", "Tar"]),
    (
        "chapter",
        {
            "title": "By land",
            "entries": [
                {"note": "Keep left.", "lines": [{"type": "line", "value": "Mind the step."}]},
                {"note": "Cross the bridge.", "lines": [{"type": "aside", "value": "<p>It <b>creaks</b>.</p>"}]},
            ],
        },
    ),
    (
        "article",
        '<h3>At night</h3><p>Bring a <a linktype="page" id="3">lamp</a>.</p><embed embedtype="image" alt="A lamp"/>',
    ),
    ("markup", "<script>alert('markup')</script>"),
    ("address", "https://example.org/secret"),
    ("kind", "a"),
]
SAID = [
    Block(text="By water", level=2),
    Block(text="The ferry leaves at noon."),
    Block(text="Rope\nTar"),
    Block(text="By land", level=2),
    Block(text="Keep left."),
    Block(text="Mind the step."),
    Block(text="Cross the bridge."),
    Block(text="It creaks."),
    Block(text="At night", level=3),
    Block(text="Bring a lamp."),
    Block(text="A lamp"),
]


def specimen(**values: Any) -> Specimen:
    raw = [{"type": kind, "value": value} for kind, value in BODY]
    return Specimen(title="Ways", slug="ways", lead="<p>How to <b>come</b>.</p>", body=raw, **values)


def found(model: type[Any]) -> set[str]:
    return set(SOURCE.queryset(model).values_list("title", flat=True))


@pytest.mark.django_db
class TestWhatAPageSays:
    def test_is_all_its_own_texts_where_search_fields_name_none(self) -> None:
        assert list(blocks_of_page(specimen())) == [Block(text="How to come."), *SAID]

    def test_is_what_search_fields_name(self, monkeypatch: pytest.MonkeyPatch) -> None:
        named = [*Page.search_fields, index.SearchField("body"), index.FilterField("lead")]
        monkeypatch.setattr(Specimen, "search_fields", named)
        assert list(blocks_of_page(specimen())) == SAID

    def test_has_what_methods_and_properties_give(self, monkeypatch: pytest.MonkeyPatch) -> None:
        page = specimen()
        monkeypatch.setattr(Specimen, "told", lambda _self: ["One.", RichText("<h2>Two</h2>")], raising=False)
        monkeypatch.setattr(Specimen, "shown", property(lambda _self: "<p>Three.</p>"), raising=False)
        names = ("told", "shown", "gone")
        monkeypatch.setattr(Specimen, "search_fields", [index.SearchField(name) for name in names])
        assert list(blocks_of_page(page)) == [Block(text="One."), Block(text="Two", level=2), Block(text="Three.")]

    def test_has_the_named_fields_of_what_belongs_to_it(
        self, sites: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        page = sites.home.add_child(instance=specimen())
        Remark.objects.create(page=page, headline="Later", text="It rained.", code="X1")
        fields = [index.SearchField("text"), index.FilterField("code")]
        related = [index.RelatedFields("remarks", fields), index.RelatedFields("owner", [index.SearchField("email")])]
        monkeypatch.setattr(Specimen, "search_fields", [*Page.search_fields, *related])
        assert list(blocks_of_page(page)) == [Block(text="It rained.")]

    def test_leaves_out_blocks_that_are_not_to_be_searched(self, monkeypatch: pytest.MonkeyPatch) -> None:
        page = specimen()
        block = page.body.stream_block.child_blocks["paragraph"]
        monkeypatch.setattr(block, "search_index", False)
        assert Block(text="The ferry leaves at noon.") not in list(blocks_of_page(page))

    def test_is_its_description_where_it_has_no_text(self) -> None:
        page = Page(title="Ways", slug="ways", search_description="By water and by land.")
        assert blocks_of_page(page) == (Block(text="By water and by land."),)
        assert blocks_of_page(Page(title="Ways", slug="ways")) == ()
        assert Block(text="By air.") not in blocks_of_page(specimen(search_description="By air."))

    def test_does_not_repeat_its_title(self) -> None:
        page = specimen()
        assert SOURCE.read(_in_english(page)).title == "Ways"
        assert all("Ways" not in block.text for block in blocks_of_page(page))


def _in_english(page: Any) -> Any:
    page.locale = Locale(language_code="en")
    return page


@pytest.mark.django_db
class TestWhichPages:
    def test_are_of_every_type_each_by_itself(self, sites: SimpleNamespace) -> None:
        models = {model for source, model in indexed_models() if isinstance(source, PageSource)}
        assert {HomePage, GuidePage, InfoPage, StoryPage, Specimen, Page} <= models
        assert found(HomePage) == {"Slackwater Press"}
        assert found(InfoPage) == {"About us"}
        # The pages of all types are base pages, too.
        assert found(Page) == set()

    def test_are_those_for_everybody(self, sites: SimpleNamespace) -> None:
        sites.info.unpublish()
        PageViewRestriction.objects.create(page=sites.index, restriction_type=PageViewRestriction.LOGIN)
        assert found(InfoPage) == found(GuidePage) == set()
        assert found(HomePage) == {"Slackwater Press"}

    def test_are_those_below_a_site(self, sites: SimpleNamespace) -> None:
        stray = sites.root.add_child(instance=HomePage(title="Stray", slug="stray", locale=Locale.get_active()))
        stray.add_child(instance=InfoPage(title="Lost", slug="lost"))
        assert found(HomePage) == {"Slackwater Press"}
        assert found(InfoPage) == {"About us"}
        with pytest.raises(AccountUnclear):
            SOURCE.account(stray)

    def test_are_translations_too(self, sites: SimpleNamespace) -> None:
        german = Locale.objects.get_or_create(language_code="de")[0]
        home = sites.home.copy_for_translation(german)
        home.title, home.live = "Slackwater-Verlag", True
        home.save()
        assert found(HomePage) == {"Slackwater Press", "Slackwater-Verlag"}
        assert SOURCE.read(home).language == "de"
        assert SOURCE.account(home) == SOURCE.account(sites.home)

    def test_belong_to_the_account_of_their_site(self, sites: SimpleNamespace) -> None:
        assert SOURCE.account(sites.guide).label == "Press"
        assert SOURCE.account(sites.shop).label == "Shop"

    def test_are_not_of_types_that_the_settings_exclude(self, settings: Any) -> None:
        settings.SHAREAI_CMS = {"SEARCH_EXCLUDED": ["demo.InfoPage"]}
        assert source_for(InfoPage) is None
        assert isinstance(source_for(GuidePage), PageSource)
        assert InfoPage not in {model for _source, model in indexed_models()}


def test_objects_of_a_site_are_named_to_a_database_that_has_no_index(db: None) -> None:
    account = metering.open_account(platform="wagtail", reference="press")
    mine, _other = (Group.objects.create(name=name) for name in ("mine", "other"))
    SearchDocument.objects.create(
        account=account,
        object_type="auth.group",
        object_ref=str(mine.pk),
        ref_number=mine.pk,
        indexed_at=timezone.now(),
    )
    found = of_account(Group.objects.using("elsewhere"), account).using("default")
    assert "shareai_cms" not in str(found.query)
    assert list(found) == list(of_account(Group.objects.all(), account)) == [mine]
