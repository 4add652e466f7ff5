from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db.models import Q
from django.utils import translation
from wagtail.models import Page
from wagtail.search.backends import get_search_backend
from wagtail.search.backends.base import FilterFieldError
from wagtail.search.query import MATCH_ALL, MATCH_NONE, Phrase, PlainText

from shareai_cms.integrations.wagtail import accounts
from shareai_cms.integrations.wagtail.search.asking import asker_of, asking, language_of
from shareai_cms.models import IndexJob, SearchLog, Usage
from tests.demo.models import InfoPage, Person, Product
from tests.integrations.wagtail.search_world import BACKENDS, MEANT, index, indexed, info, made_once, spent
from tests.services import SandboxProcess

__all__ = ["indexed", "made_once"]

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def search(queryset: Any, query: Any, **how: Any) -> Any:
    return queryset.search(query, backend="semantic", **how)


@pytest.fixture
def live(indexed: SimpleNamespace) -> Any:
    return Page.objects.live().descendant_of(indexed.home)


class TestAQuerySetIsSearched:
    def test_by_meaning(self, live: Any, indexed: SimpleNamespace) -> None:
        results = search(live, MEANT)
        assert next(iter(results)).pk == indexed.coast.pk
        assert results.outcome.reason is None

    def test_and_only_what_is_in_it_is_found(self, live: Any, indexed: SimpleNamespace) -> None:
        found = {page.pk for page in search(live, "coast sea")}
        assert {indexed.coast.pk, indexed.lamps.pk} <= found
        assert not {indexed.chart.pk, indexed.strand.pk} & found
        assert not list(search(live.filter(title__startswith="Our"), "lighthouse"))

    def test_by_a_filter_that_no_index_has(self, live: Any, indexed: SimpleNamespace) -> None:
        found = search(live.filter(slug__in=["lamps"], owner=None), "sea")
        assert [page.pk for page in found] == [indexed.lamps.pk]

    def test_of_one_page_type_with_its_own_objects(self, indexed: SimpleNamespace) -> None:
        found = list(search(InfoPage.objects.live(), "lighthouse"))
        assert found[0] == indexed.lamps
        assert found[0].introduction.startswith("The lamp")

    def test_through_the_backend(self, indexed: SimpleNamespace) -> None:
        backend = get_search_backend("semantic")
        assert indexed.lamps.pk in {page.pk for page in backend.search("lighthouse", Page)}
        assert indexed.lamps.pk in {page.pk for page in backend.search("lighthouse", Page.objects.live())}

    def test_once_however_often_it_is_read(self, live: Any) -> None:
        results = search(live, MEANT)
        total = results.count()
        assert total == len(results) == len(list(results[:2])) + len(list(results[2:]))
        assert results[0] == next(iter(results)) == next(iter(results[:1]))
        assert "…" not in repr(results)
        assert (SearchLog.objects.count(), spent()) == (1, 1)

    def test_in_slices_of_slices(self, live: Any) -> None:
        results = search(live, "sea coast bread light")
        every = [page.pk for page in results]
        assert len(every) >= 3
        assert [page.pk for page in results[1:][:2]] == every[1:3]
        assert results[1:][:2].count() == 2
        assert not list(results[500:])
        assert results[500:].count() == 0

    def test_with_scores_that_fall(self, live: Any) -> None:
        scores = [page.score for page in search(live, "sea coast").annotate_score("score")]
        assert scores == sorted(scores, reverse=True)
        assert 0 <= scores[-1] <= scores[0] <= 1

    def test_with_the_passage_that_answers(self, live: Any, indexed: SimpleNamespace) -> None:
        hit = search(live, "lamp night").hits[0]
        assert hit.obj.pk == indexed.lamps.pk
        assert ("lamp", True) in [(text.lower(), is_match) for text, is_match in hit.excerpt]

    def test_with_a_misspelt_word(self, live: Any, indexed: SimpleNamespace) -> None:
        results = search(live, "lighthose")
        assert results[0].pk == indexed.lamps.pk
        assert (results.outcome.text, results.outcome.corrected_from) == ("lighthouse", "lighthose")


class TestOrder:
    def test_of_the_queryset_where_it_is_wanted(self, live: Any) -> None:
        titles = [page.title for page in search(live, "sea coast bread light", order_by="title")]
        assert titles == sorted(titles)
        assert len(titles) >= 3
        assert [page.title for page in search(live, "sea coast bread light", order_by="-title")[:2]] == titles[:-3:-1]

    def test_of_the_tree_where_pages_have_no_other(self, live: Any) -> None:
        paths = [page.path for page in search(live, "sea coast bread light", order_by_relevance=False)]
        assert paths == sorted(paths)
        assert len(paths) >= 3


class TestFacets:
    def test_count_what_was_found(self, live: Any, indexed: SimpleNamespace) -> None:
        results = search(live, "sea coast bread light")
        counted = results.facet("content_type_id")
        assert sum(counted.values()) == results.count()
        assert indexed.coast.content_type_id in counted

    def test_need_a_filter_field_as_elsewhere(self, live: Any) -> None:
        with pytest.raises(FilterFieldError, match=r'facet search results with field "seo_title"'):
            search(live, "sea").facet("seo_title")

    def test_of_everything(self, live: Any) -> None:
        assert sum(search(live, MATCH_ALL).facet("content_type_id").values()) == live.count()


class TestQueryObjects:
    def test_all_and_nothing(self, live: Any) -> None:
        assert [page.pk for page in search(live, MATCH_ALL)] == sorted(live.values_list("pk", flat=True))
        assert search(live, MATCH_ALL).count() == live.count()
        assert not list(search(live, MATCH_NONE))
        assert search(live, "").count() == search(live, "   ").count() == 0
        assert Usage.objects.filter(meter="searches").count() == 0

    def test_what_is_not_wanted_is_left_out(self, live: Any, indexed: SimpleNamespace) -> None:
        call_command("update_index", backend_name="default", stdout=io.StringIO())
        found = {page.pk for page in search(live, PlainText("sea") & ~Phrase("lamp"))}
        assert indexed.coast.pk in found
        assert indexed.lamps.pk not in found

    def test_operators_only_rank(self, live: Any) -> None:
        both = [[page.pk for page in search(live, "sea bread", operator=each)] for each in ("and", "or")]
        assert both[0] == both[1] != []

    @pytest.mark.parametrize("text", ["x" * 10_000, "\x00", "🏔️" * 50, "' OR 1=1 --", '"*:(', "شاطئ", "a b " * 900])
    def test_garbage_is_searched_for(self, live: Any, text: str) -> None:
        assert search(live, text).count() >= 0


class TestWhatMeaningCannotDo:
    def test_is_done_by_the_keyword_backend(self, live: Any, indexed: SimpleNamespace) -> None:
        call_command("update_index", backend_name="default", stdout=io.StringIO())
        assert [page.pk for page in live.autocomplete("lightho", backend="semantic")] == [indexed.lamps.pk]
        assert [page.pk for page in search(live, "lighthouse", fields=["title"])] == [indexed.lamps.pk]
        assert not list(search(live, "ocean", fields=["title"]))
        assert spent() == 0

    def test_as_is_what_no_source_reads(self, indexed: SimpleNamespace) -> None:
        made = Person.objects.create(name="Ida Lund", role="Printer")
        call_command("update_index", backend_name="default", stdout=io.StringIO())
        assert list(get_search_backend("semantic").search("Ida", Person)) == [made]
        assert not list(get_search_backend("semantic").search("Ida", Group))
        assert spent() == 0

    def test_and_fed_through_ours_where_ours_is_the_default(self, indexed: SimpleNamespace, settings: Any) -> None:
        settings.WAGTAILSEARCH_BACKENDS = {"default": BACKENDS["semantic"]}
        page = info(indexed.home, "quay", "The old quay", "Stones.")
        call_command("update_index", stdout=io.StringIO())
        assert [found.pk for found in Page.objects.autocomplete("old qu")] == [page.pk]
        page.delete()
        assert not list(Page.objects.autocomplete("old qu"))

    def test_update_index_puts_everything_up_for_a_look(self, indexed: SimpleNamespace) -> None:
        IndexJob.objects.all().delete()
        out = io.StringIO()
        call_command("update_index", backend_name="semantic", stdout=out)
        assert "Rebuilding index meaning" in out.getvalue()
        waiting = IndexJob.objects.filter(object_type="demo.infopage").values_list("object_ref", flat=True)
        assert str(indexed.coast.pk) in set(waiting)


class TestWhoPays:
    def test_the_site_that_is_searched(self, indexed: SimpleNamespace) -> None:
        list(search(Page.objects.live().descendant_of(indexed.shop), "chart"))
        list(search(Page.objects.live().in_site(indexed.press_site), "lamp"))
        list(search(Page.objects.live().descendant_of(indexed.haus), "Strand"))
        paid = [usage.account.reference for usage in Usage.objects.filter(meter="searches").order_by("pk")]
        assert paid == [str(site.pk) for site in (indexed.shop_site, indexed.press_site, indexed.press_site)]

    def test_the_default_site_for_all_sites(self, indexed: SimpleNamespace) -> None:
        list(search(Page.objects.live(), "chart"))
        [usage] = Usage.objects.filter(meter="searches")
        assert usage.account.reference == str(indexed.press_site.pk)
        assert (usage.actor_kind, usage.actor_ref) == ("visitor", "")

    def test_whoever_is_named(self, indexed: SimpleNamespace, rf: Any, settings: Any) -> None:
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "SEARCH_RATE": 1}
        with asking(asker_of(rf.get("/", headers={"host": "shop.example"}))) as asker:
            first, second = (search(Page.objects.live(), text) for text in ("chart", "lamp"))
        assert asker.account == accounts.open_account(accounts.reference_of(indexed.shop_site))
        assert first.outcome.reason is None
        assert second.outcome.reason == "rate"
        assert search(Page.objects.live(), "bread").outcome.reason is None


class TestTheLanguage:
    @pytest.mark.parametrize(
        ("narrowed", "language"),
        [
            (lambda sites: Page.objects.live(), ""),
            (lambda sites: Page.objects.descendant_of(sites.root), ""),
            (lambda sites: Page.objects.live().descendant_of(sites.haus), "de"),
            (lambda sites: Page.objects.in_site(sites.press_site), "en"),
            (lambda sites: Page.objects.filter(locale=sites.haus.locale), "de"),
            (lambda sites: Product.objects.filter(locale_id=sites.haus.locale_id), "de"),
            (lambda sites: Page.objects.exclude(locale=sites.haus.locale), ""),
            (lambda sites: Page.objects.filter(locale__language_code="de"), ""),
            (lambda sites: Page.objects.filter(Q(locale=sites.haus.locale) | Q(live=True)), ""),
        ],
    )
    def test_is_that_of_the_queryset_or_any(self, indexed: SimpleNamespace, narrowed: Any, language: str) -> None:
        assert language_of(narrowed(indexed)) == language

    def test_of_the_visitor_does_not_matter(self, indexed: SimpleNamespace) -> None:
        with translation.override("ar"):
            assert indexed.strand.pk in {page.pk for page in search(Page.objects.live(), "wanderte Küsten")}


class TestBadDays:
    def test_keywords_without_the_marketplace(
        self, live: Any, indexed: SimpleNamespace, settings: Any, sandbox: SandboxProcess
    ) -> None:
        settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "SANDBOX_URL": "http://127.0.0.1:9/api/v1"}
        results = search(live, "lighthouse")
        assert [page.pk for page in results] == [indexed.lamps.pk]
        assert results.outcome.reason == "marketplace"

    def test_a_page_deleted_meanwhile_is_not_found(self, live: Any, indexed: SimpleNamespace) -> None:
        results = search(live, "sea coast")
        count = results.count()
        Page.objects.get(pk=indexed.coast.pk).delete()
        found = [page.pk for page in results]
        assert indexed.coast.pk not in found
        assert len(found) == count - 1

    def test_what_was_unpublished_is_not_found(self, indexed: SimpleNamespace) -> None:
        Page.objects.filter(pk=indexed.lamps.pk).update(live=False)
        assert indexed.lamps.pk not in {page.pk for page in search(Page.objects.live(), "lighthouse")}

    def test_without_a_site_nobody_pays_and_nothing_is_found(self, indexed: SimpleNamespace) -> None:
        indexed.press_site.delete()
        indexed.shop_site.delete()
        assert not list(search(Page.objects.live(), "lighthouse"))


class TestOtherModels:
    def test_are_searched_as_well(self, indexed: SimpleNamespace) -> None:
        made = Product.objects.create(name="Wool blanket", sku="WB", kind="print", price="40.00", summary="Warm.")
        index()
        assert list(search_products("blanket")) == [made]
        assert not list(search_products("blanket", live=False))


def search_products(text: str, **only: Any) -> Any:
    return get_search_backend("semantic").search(text, Product.objects.filter(**only))
