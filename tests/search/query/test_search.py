"""The public search: what is found, in which order, and for whom."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page

from shareai_cms import metering
from shareai_cms.models import SearchDocument, SearchLog
from shareai_cms.search import UnsearchableQuerySet
from shareai_cms.search.reasons import Reason
from tests.demo.models import InfoPage, StoryPage
from tests.search.query.library import Library
from tests.services import SandboxProcess

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def coast(library: Library) -> Library:
    library.put("Rain coats", "Our waterproof jackets keep you dry. They are sewn in the harbour.", "Sizes run large.")
    library.put("Bread", "The bakery opens at six. Rye bread sells out first.")
    library.put("Lighthouse", "The lighthouse shines over the bay. Visitors climb its stairs.")
    library.put("Ferry timetable", "Boats leave the harbour every hour.")
    return library


class TestASearch:
    def test_finds_by_keyword(self, coast: Library) -> None:
        assert coast.names("rye bread")[0] == "Bread"

    def test_finds_by_meaning_where_no_word_is_the_same(self, coast: Library) -> None:
        results = coast.search("ship departures")
        assert results[0].obj.name == "Ferry timetable"
        assert results.outcome.reason is None
        assert results[0].cosine is not None
        assert results[0].cosine >= 0.3

    def test_finds_nothing_where_only_a_word_is_known_that_any_question_may_have(self, coast: Library) -> None:
        coast.put("Awards", "Judges have named the best lanterns, ropes and anchors of the coast this year.")
        for by_meaning in (True, False):
            assert coast.names("best pizza in Naples", by_meaning=by_meaning) == []
            assert coast.names("best", by_meaning=by_meaning) == ["Awards"]

    def test_orders_by_every_word_whatever_was_found_by_them(self, keywords_only: Library) -> None:
        keywords_only.put("Bread", "Bread and rolls.")
        keywords_only.put("Fresh", "The best bread.")
        keywords_only.put("Awards", "The best of all.")
        assert keywords_only.names("best bread") == ["Fresh", "Bread"]

    def test_finds_other_forms_of_a_word(self, keywords_only: Library) -> None:
        keywords_only.put("Walks", "Hiking along the cliffs.")
        assert keywords_only.names("hikes on a cliff") == ["Walks"]

    def test_answers_by_keywords_alone_when_the_marketplace_is_down(
        self, coast: Library, sandbox: SandboxProcess
    ) -> None:
        sandbox.fault("status-500")
        results = coast.search("bread from the bakery")
        assert [hit.obj.name for hit in results] == ["Bread"]
        assert results.outcome.reason == Reason.MARKETPLACE
        assert results.outcome.units == 0
        assert results[0].cosine is None

    def test_asks_nobody_where_keywords_were_asked_for(self, coast: Library, sandbox: SandboxProcess) -> None:
        assert coast.names("bread", by_meaning=False) == ["Bread"]
        assert sandbox.state()["calls"] == 0

    def test_asks_once_for_the_same_words(self, coast: Library, sandbox: SandboxProcess) -> None:
        first, second = coast.search("bread"), coast.search("Bread ")
        assert (first.outcome.is_cached, second.outcome.is_cached) == (False, True)
        assert [hit.obj for hit in first] == [hit.obj for hit in second]
        assert (first.outcome.units, second.outcome.units) == (1, 0)
        assert sandbox.state()["calls"] == 1

    def test_asks_nobody_where_nothing_may_be_seen(self, coast: Library, sandbox: SandboxProcess) -> None:
        results = coast.search("bread", Group.objects.none())
        assert (results.count(), list(results), results.outcome.units) == (0, [], 0)
        assert sandbox.state()["calls"] == 0
        assert metering.allowance_of(coast.account, "searches").spent == 0

    def test_asks_nobody_before_it_is_looked_at(self, coast: Library, sandbox: SandboxProcess) -> None:
        coast.search("bread")
        assert sandbox.state()["calls"] == 0

    def test_shows_the_passage_that_answers(self, coast: Library) -> None:
        hit = coast.search("which sizes are there?")[0]
        assert (hit.obj.name, hit.excerpt) == ("Rain coats", (("Sizes", True), (" run large.", False)))
        assert hit.highlighted == "<mark>Sizes</mark> run large."

    def test_scores_fall_from_one_to_zero(self, coast: Library) -> None:
        scores = [hit.score for hit in coast.search("harbour boats and bread")]
        assert scores == sorted(scores, reverse=True)
        assert 0 <= scores[-1] <= scores[0] <= 1

    def test_finds_nothing_in_an_empty_index(self, library: Library) -> None:
        Group.objects.create(name="Nobody")
        assert library.names("anything") == []

    def test_works_before_the_first_vector_was_made(self, keywords_only: Library) -> None:
        keywords_only.put("Bread", "Rye bread.")
        results = keywords_only.search("bread")
        assert [hit.obj.name for hit in results] == ["Bread"]
        assert results.outcome.reason == Reason.NOT_BUILT


class TestWhatTheCallerMaySee:
    @pytest.fixture(params=["by its keys", "going deeper"])
    def many(self, request: Any, coast: Library, monkeypatch: pytest.MonkeyPatch) -> Library:
        if request.param == "going deeper":
            request.getfixturevalue("few_keys")
        request.getfixturevalue("shallow")
        for number in range(30):
            coast.put(f"Loaf {number:02}", "Bread, and more bread." if number % 3 else "Bread of the bakery.")
        return coast

    def test_is_all_that_is_found(self, many: Library) -> None:
        wanted = Group.objects.filter(name__startswith="Loaf 2")
        assert sorted(many.names("bread", wanted)) == [f"Loaf 2{number}" for number in range(10)]

    def test_fills_a_page_whenever_there_is_enough(self, many: Library) -> None:
        wanted = Group.objects.filter(name__in=["Loaf 07", "Loaf 21", "Bread", "Loaf 29", "Lighthouse", "Rain coats"])
        assert {obj.name for obj in many.search("bread", wanted).objects[:4]} == {
            "Loaf 07", "Loaf 21", "Bread", "Loaf 29"
        }  # fmt: skip
        assert many.search("bread", wanted).count() == 4

    def test_pages_without_a_gap_or_a_double(self, many: Library) -> None:
        whole = [hit.document for hit in many.search("bread of the harbour bakery")]
        assert len(whole) == len(set(whole)) >= 31
        for size in (1, 4, 7):
            pages = []
            for start in range(0, len(whole) + size, size):
                pages += [hit.document for hit in many.search("bread of the harbour bakery")[start : start + size]]
            assert pages == whole

    def test_may_be_several_kinds_of_objects(self, many: Library) -> None:
        permission = Permission.objects.first()
        many.put("Bread licence", "Whoever bakes bread needs one.", obj=permission)
        found = many.search("bread", Group.objects.filter(name="Bread"), Permission.objects.all()).objects[:]
        assert set(found) == {Group.objects.get(name="Bread"), permission}

    def test_is_told_apart_by_kind_where_numbers_are_equal(self, coast: Library) -> None:
        permission = Permission.objects.first()
        group = coast.put("Bread shelf", "Bread.", obj=Group.objects.create(pk=permission.pk, name="Bread shelf"))
        coast.put("Bread licence", "Bread.", obj=permission)
        none = Permission.objects.exclude(pk=permission.pk)
        assert list(coast.search("bread", Group.objects.filter(pk=group.pk), none).objects) == [group]

    def test_shows_an_object_once_where_two_querysets_permit_it(self, coast: Library) -> None:
        assert coast.names("bread", Group.objects.all(), Group.objects.filter(name="Bread")) == ["Bread"]

    def test_may_have_keys_that_are_no_numbers(self, many: Library) -> None:
        keys = ["abc", "007", "7", "x" * 40]
        sessions = [Session.objects.create(pk=key, session_data="", expire_date=timezone.now()) for key in keys]
        for session in sessions:
            many.put("Bread basket", "Bread in a basket.", obj=session)
        wanted = Session.objects.exclude(pk="7")
        assert set(many.search("bread basket", wanted).objects) == set(sessions) - {sessions[2]}
        both = many.search("bread", wanted, Group.objects.filter(name="Bread"))
        assert both.count() == 4

    def test_are_pages_by_their_base_class(self, coast: Library) -> None:
        root = Page.objects.get(depth=1)
        pages = [root.add_child(instance=InfoPage(title=f"Rye bread {number}")) for number in range(2)]
        for page in pages:
            coast.put(page.title, "Rye bread.", obj=page)
        found = coast.search("rye bread", Page.objects.filter(pk__in=[pages[0].pk, root.pk]).specific())
        assert list(found.objects) == [pages[0]]
        assert type(found[0].obj) is InfoPage
        assert list(coast.search("rye bread", InfoPage.objects.exclude(pk=pages[0].pk)).objects) == [pages[1]]
        assert list(coast.search("rye bread", StoryPage.objects.all())) == []

    def test_leaves_out_what_is_deleted_meanwhile_and_moves_up(self, many: Library) -> None:
        results = many.search("bread of the bakery")
        before = [ranked.document for ranked in results._ranked(0, 5)]
        gone = SearchDocument.objects.get(pk=before[1])
        Group.objects.filter(pk=gone.object_ref).delete()
        count = results.count()
        after = [hit.document for hit in results[:4]]
        assert after == [before[0], *before[2:5]]
        assert results.count() == count - 1

    def test_keeps_what_the_queryset_adds(self, coast: Library) -> None:
        from django.db.models import Count, Value

        marked = Group.objects.annotate(mark=Value("x"), number=Count("permissions")).distinct()
        [found] = coast.search("bread", marked.prefetch_related("permissions")).objects[:1]
        assert (found.mark, found.number) == ("x", 0)
        assert "permissions" in found._prefetched_objects_cache

    @pytest.mark.parametrize(
        ("spoil", "words"),
        [
            (lambda groups: groups[:5], "slice the results instead"),
            (lambda groups: groups.values("name"), r"not values\(\)"),
            (lambda groups: groups.values_list("pk"), r"not values\(\)"),
            (lambda groups: groups.union(Group.objects.filter(pk=1)), "not their union"),
            (lambda groups: groups.distinct("name"), "chooses among rows"),
        ],
    )
    def test_must_be_whole_objects(self, coast: Library, spoil: Any, words: str) -> None:
        with pytest.raises(UnsearchableQuerySet, match=words):
            coast.search("bread", spoil(Group.objects.all()))


class TestResults:
    def test_are_cut_like_a_list(self, coast: Library) -> None:
        results = coast.search("harbour bread lighthouse coats")
        whole = results.hits
        assert len(whole) == len(results) == results.count() == 4
        assert results[1:3] == whole[1:3]
        assert results[3:] == whole[3:]
        assert results[2] == whole[2]
        assert results[9:12] == []
        assert [hit.obj for hit in whole] == list(results.objects) == results.objects[:]
        assert results.objects[1] == whole[1].obj

    @pytest.mark.parametrize("key", [-1, slice(-2, None), slice(0, -1), slice(0, 4, 2)])
    def test_are_not_cut_from_the_end(self, coast: Library, key: Any) -> None:
        with pytest.raises(ValueError, match="Results are"):
            coast.search("bread")[key]

    def test_end_where_nothing_more_was_found(self, coast: Library) -> None:
        with pytest.raises(IndexError):
            coast.search("bread")[500]

    def test_are_true_when_there_are_any(self, coast: Library) -> None:
        assert coast.search("bread")
        assert not coast.search("bread", Group.objects.filter(name="Lighthouse"), by_meaning=False)

    def test_count_their_values(self, coast: Library) -> None:
        permission = Permission.objects.first()
        for name in ("Lighthouse", "Bread", "Ferry timetable"):
            Group.objects.get(name=name).permissions.add(permission)
        results = coast.search("bread lighthouse coats")
        facets = results.facets("permissions__codename")
        assert facets == {permission.codename: 2, None: 1}
        assert results.facets("permissions__codename", limit=1) == {permission.codename: 2}

    def test_refuse_a_facet_that_no_model_has(self, coast: Library) -> None:
        from django.core.exceptions import FieldError

        with pytest.raises(FieldError):
            coast.search("bread").facets("nonsense")


class TestTheDatabase:
    def test_is_asked_as_often_whatever_was_found(self, coast: Library) -> None:
        def statements(text: str) -> list[str]:
            coast.search(text).outcome  # noqa: B018  the vector is known from here on
            with CaptureQueriesContext(connection) as captured:
                results = coast.search(text)
                assert results[:10]
                results.count()
            return [query["sql"] for query in captured.captured_queries]

        few = statements("lighthouse")
        for number in range(40):
            coast.put(f"Loaf {number:02}", "Bread.", "More bread.")
        many = statements("bread")
        assert len(many) == len(few), "\n".join(many)
        assert len(many) <= 12, "\n".join(many)


class TestTheLog:
    def test_has_a_row_for_each_search_that_was_looked_at(self, coast: Library) -> None:
        coast.search("bread", is_logged=True)
        assert not SearchLog.objects.exists()
        results = coast.search("rye bread", is_logged=True)
        results.count(), results[:10], results[10:20]
        row = SearchLog.objects.get()
        assert (row.text, row.results, row.mode, row.units) == ("rye bread", results.count(), "meaning", 1)
        assert row.best_cosine == pytest.approx(results.outcome.best_cosine)

    def test_has_none_for_a_later_page(self, coast: Library) -> None:
        assert coast.search("rye bread", is_logged=False)[:10]
        assert not SearchLog.objects.exists()
