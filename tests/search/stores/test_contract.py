"""What every store answers, whatever it is made of."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from django.db import connection

from shareai_cms.models import Embedding, Generation, Passage, SearchDocument
from shareai_cms.search.stores.base import Leg, Scope, Store
from shareai_cms.search.stores.current import store_for
from shareai_cms.search.words import stems, words
from tests.search.stores.reference import DIMENSIONS, Index, Reference, packed, unit

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]

ALL = Scope()
VOCABULARY = [
    "harbour",
    "ship",
    "sail",
    "rain",
    "coat",
    "jacket",
    "boat",
    "anchor",
    "storm",
    "light",
    "house",
    "tower",
    "walk",
    "hike",
    "map",
    "tea",
    "café",
]


STORES = ["snapshot", "pgvector"] if connection.vendor == "postgresql" else ["snapshot"]


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, settings: Any, generation: Generation) -> Callable[[], Store]:
    settings.SHAREAI_CMS = {**settings.SHAREAI_CMS, "SEARCH_STORE": request.param}

    def refreshed() -> Store:
        store = store_for(generation)
        if not asked:
            store.refresh()
            asked.append(store)
        return store

    asked: list[Store] = []
    return refreshed


def _held(index: Index) -> list[list[int]]:
    """Every passage, and those with a vector."""
    made = Passage.objects.filter(digest__in=Embedding.objects.filter(generation=index.generation).values("digest"))
    return [sorted(found.values_list("pk", flat=True)) for found in (Passage.objects.all(), made)]


def array(vector: list[float]) -> Any:
    return np.array(vector, dtype=np.float32)


def pairs(leg: Leg) -> list[tuple[int, float]]:
    return list(zip(leg.passages.tolist(), leg.scores.tolist(), strict=True))


def assert_same(leg: Leg, expected: list[tuple[int, float]], depth: int) -> None:
    found = pairs(leg)
    assert len(leg.passages) == len(leg.documents) == len(leg.scores) == min(depth, len(expected))
    assert [score for _pk, score in found] == pytest.approx([score for _pk, score in expected[:depth]], abs=1e-5)
    # The same passages, but for those whose scores differ by less than float32 can tell.
    scores = dict(expected)
    assert all(scores[pk] == pytest.approx(score, abs=1e-5) for pk, score in found)
    assert len({pk for pk, _score in found}) == len(found)
    assert leg.has_more is (len(expected) > depth)
    documents = dict(Passage.objects.values_list("pk", "document_id"))
    assert [documents[pk] for pk in leg.passages.tolist()] == leg.documents.tolist()


def assert_like(store: Store, index: Index, query: str, scope: Scope = ALL, keep: Any = lambda row: True) -> None:
    reference = Reference(index.generation)
    terms = stems(words(query, "en"), "en")
    vector = unit(random.Random(query))
    scan = store.scan(terms, array(vector), scope)
    for depth in (1, 5, 10_000, 3):
        assert_same(scan.keywords(depth), reference.keywords(terms, keep), depth)
        assert_same(scan.meaning(depth), reference.meaning(vector, keep), depth)
    some = [row.pk for row in reference.rows[::3]] + [10**12]
    keywords, cosines = scan.scores_of(np.array(some, dtype=np.int64))
    rows = {row.pk: row for row in reference.rows}
    assert keywords.tolist() == pytest.approx(
        [reference.bm25(terms, rows[pk]) if pk in rows else 0 for pk in some], abs=1e-5
    )
    expected = [reference.cosine(vector, pk) if pk in reference.vectors else 0 for pk in some]
    assert cosines.tolist() == pytest.approx(expected, abs=1e-5)


def fill(index: Index, documents: int = 40) -> list[SearchDocument]:
    numbers = random.Random(documents)

    def text(most: int) -> str:
        return " ".join(numbers.choices(VOCABULARY, weights=range(len(VOCABULARY), 0, -1), k=numbers.randint(0, most)))

    return [
        index.add(
            *(text(30) for _ in range(numbers.randint(0, 4))),
            title=text(4),
            account=number % 3,
            kind=("demo.page", "demo.product")[number % 2],
        )
        for number in range(documents)
    ]


class TestRanking:
    @pytest.mark.parametrize("query", ["harbour", "rain coats and boats", "cafe cafe lighting", "unheard", ""])
    def test_is_that_of_the_reference(self, store: Callable[[], Store], index: Index, query: str) -> None:
        fill(index)
        assert_like(store(), index, query)

    def test_of_equal_passages_is_by_number(self, store: Callable[[], Store], index: Index) -> None:
        vector = unit(index.numbers)
        documents = [index.add("harbour walk", vectors=[vector]) for _ in range(30)]
        ids = [document.passages.get().pk for document in documents]
        scan = store().scan(["harbour"], array(vector), ALL)
        for leg in (scan.keywords(7), scan.meaning(7)):
            assert leg.passages.tolist() == ids[:7]
            assert leg.has_more

    def test_counts_the_title_three_times(self, store: Callable[[], Store], index: Index) -> None:
        index.add("harbour", title="tea")
        index.add("tea", title="harbour")
        assert_like(store(), index, "harbour")

    def test_goes_by_language(self, store: Callable[[], Store], index: Index) -> None:
        house = index.add("Häuser am Hafen", language="de")
        index.add("a harbour", language="en")
        cat = index.add("黒い猫が寝る", language="ja")
        scan = store().scan(stems(words("haus", "de"), "de"), None, ALL)
        assert scan.keywords(5).documents.tolist() == [house.pk]
        assert store().scan(words("黒い猫", "ja"), None, ALL).keywords(5).documents.tolist() == [cat.pk]

    def test_takes_any_term(self, store: Callable[[], Store], index: Index) -> None:
        index.add("harbour")
        terms = ["'", '"', "a & b | !c", "\\", "%", "\x00", "👍", "x" * 5000, "", "harbour:*", "ب"]
        leg = store().scan(terms, None, ALL).keywords(10)
        assert not len(leg.passages)
        assert leg.has_more is False


class TestScopes:
    def test_by_account(self, store: Callable[[], Store], index: Index) -> None:
        fill(index)
        wanted = index.account(1).pk
        scope = Scope(accounts=(wanted, 10**9))
        assert_like(store(), index, "rain harbour", scope, lambda row: row.document.account_id == wanted)

    def test_by_type(self, store: Callable[[], Store], index: Index) -> None:
        fill(index)
        scope = Scope(object_types=("demo.product", "demo.unknown"))
        assert_like(store(), index, "rain harbour", scope, lambda row: row.document.object_type == "demo.product")

    def test_by_number(self, store: Callable[[], Store], index: Index) -> None:
        fill(index)
        refs = [3, 4, 8, 20, 21, 22, 99, 10**15]
        scope = Scope(ref_numbers=np.array(refs, dtype=np.int64))
        assert_like(store(), index, "rain harbour", scope, lambda row: row.document.ref_number in refs)

    def test_by_everything(self, store: Callable[[], Store], index: Index) -> None:
        fill(index)
        wanted = index.account(2).pk
        refs = list(range(1, 30))
        scope = Scope(object_types=("demo.page",), accounts=(wanted,), ref_numbers=np.array(refs, dtype=np.int64))
        assert_like(
            store(),
            index,
            "rain harbour",
            scope,
            lambda row: (
                row.document.object_type == "demo.page"
                and row.document.account_id == wanted
                and row.document.ref_number in refs
            ),
        )

    @pytest.mark.parametrize(
        "scope",
        [Scope(accounts=()), Scope(object_types=()), Scope(ref_numbers=np.empty(0, dtype=np.int64))],
    )
    def test_that_permit_nothing(self, store: Callable[[], Store], index: Index, scope: Scope) -> None:
        fill(index, 5)
        scan = store().scan(["harbour"], array(unit(index.numbers)), scope)
        assert pairs(scan.keywords(5)) == pairs(scan.meaning(5)) == []


class TestChanges:
    @pytest.mark.usefixtures("committed")
    def test_are_found_at_once(self, store: Callable[[], Store], index: Index) -> None:
        documents = fill(index)
        store().refresh()
        for number in range(6):
            passage = Passage.objects.order_by("?").first()
            assert passage is not None
            index.change(passage, f"storm tower {'walk ' * number}")
            index.add("storm warning", "light " * (number + 1), title="map")
            assert_like(store(), index, "storm light")
        for document in documents[::7]:
            index.change_title(document, "storm")
        assert_like(
            store(),
            index,
            "storm light",
            Scope(accounts=(index.account(1).pk,)),
            lambda row: row.document.account_id == index.account(1).pk,
        )

    @pytest.mark.usefixtures("committed")
    def test_that_remove_are_gone_with_the_next_refresh_at_the_latest(
        self, store: Callable[[], Store], index: Index
    ) -> None:
        documents = fill(index)
        store().refresh()
        index.remove(documents[3])
        index.add("harbour")
        leg = store().scan(["harbour"], None, ALL).keywords(1000)
        kept = {row.pk for row in Passage.objects.all()}
        expected = [pk for pk, _score in Reference(index.generation).keywords(["harbour"])]
        assert {pk for pk in leg.passages.tolist() if pk in kept} == set(expected)

    def test_of_a_transaction_that_is_undone_are_undone(self, store: Callable[[], Store], index: Index) -> None:
        from django.db import transaction

        fill(index, 5)
        assert_like(store(), index, "harbour")
        with transaction.atomic():
            index.add("harbour harbour")
            assert_like(store(), index, "harbour")
            transaction.set_rollback(True)
        assert_like(store(), index, "harbour")

    @pytest.mark.usefixtures("committed")
    def test_that_come_in_crowds_need_no_refresh(self, store: Callable[[], Store], index: Index) -> None:
        store().refresh()
        for number in range(40):
            index.add(f"harbour number {number}")
            assert len(store().scan(["harbour"], None, ALL).keywords(100).passages) == number + 1
        assert_like(store(), index, "harbour number")

    @pytest.mark.usefixtures("committed")
    def test_leave_a_scan_alone_that_has_begun(self, store: Callable[[], Store], index: Index) -> None:
        fill(index, 10)
        scan = store().scan(["harbour"], array(unit(index.numbers)), ALL)
        before = pairs(scan.keywords(100)), pairs(scan.meaning(3))
        index.add("harbour")
        store().refresh()
        assert (pairs(scan.keywords(100)), pairs(scan.meaning(3))) == before


class TestVectors:
    def test_that_are_bad_are_as_good_as_missing(self, store: Callable[[], Store], index: Index) -> None:
        good = unit(index.numbers)
        bad = [packed([math.nan] * DIMENSIONS), packed([math.inf] + [0.0] * 15), packed([0.0] * 16), b"", b"abc"]
        bad += [packed(good[:-1]), packed([*good, 1.0]), packed([1e30] * 16)[:-1], packed([3e38] * 16)]
        index.add("harbour", vectors=[good])
        for blob in bad[:-1]:
            index.add("harbour bad", vectors=[blob])
        index.add("harbour none", vectors=[None])
        scan = store().scan(["harbour"], array(good), ALL)
        assert pairs(scan.meaning(100)) == [(Passage.objects.earliest("pk").pk, pytest.approx(1.0, abs=1e-5))]
        assert len(scan.keywords(100).passages) == 10
        assert scan.sample().tolist() == pytest.approx([1.0], abs=1e-5)

    def test_of_another_length_are_made_as_long_as_the_others(self, store: Callable[[], Store], index: Index) -> None:
        good = unit(index.numbers)
        index.add("harbour", vectors=[[value * 7 for value in good]])
        assert store().scan([], array(good), ALL).meaning(1).scores.tolist() == pytest.approx([1.0], abs=1e-5)

    def test_may_all_be_missing(self, store: Callable[[], Store], index: Index) -> None:
        document = index.add("harbour", vectors=[None])
        scan = store().scan(["harbour"], array(unit(index.numbers)), ALL)
        assert len(scan.keywords(5).passages) == 1
        assert not len(scan.meaning(5).passages)
        assert not len(scan.sample())
        assert store().vectors_of(document.pk).shape == (0, DIMENSIONS)

    def test_of_a_query_may_be_missing_or_of_another_size(self, store: Callable[[], Store], index: Index) -> None:
        fill(index, 5)
        for vector in (None, np.ones(3, dtype=np.float32)):
            scan = store().scan(["harbour"], vector, ALL)
            assert not len(scan.meaning(5).passages)
            assert not scan.scores_of(np.array([1, 2], dtype=np.int64))[1].any()

    def test_are_told_of_with_the_passages_that_have_none(self, store: Callable[[], Store], index: Index) -> None:
        index.add("harbour", "ship", vectors=[unit(index.numbers), None])
        assert [found.tolist() for found in store().holds()] == _held(index)
        index.add("rain", "coat", vectors=[None, unit(index.numbers)])
        assert [found.tolist() for found in store().holds()] == _held(index)

    def test_of_a_document(self, store: Callable[[], Store], index: Index) -> None:
        vectors = [unit(index.numbers) for _ in range(3)]
        index.add("other")
        document = index.add("one", "two", "three", vectors=vectors)
        assert store().vectors_of(document.pk) == pytest.approx(np.array(vectors), abs=1e-5)
        assert store().vectors_of(10**9).shape == (0, DIMENSIONS)

    def test_are_sampled_the_same_way_for_every_query(self, store: Callable[[], Store], index: Index) -> None:
        fill(index)
        reference, vector = Reference(index.generation), unit(index.numbers)
        expected = [score for _pk, score in reference.meaning(vector)]
        found = store().scan([], array(vector), Scope(accounts=())).sample()
        assert sorted(found.tolist(), reverse=True) == pytest.approx(expected, abs=1e-5)


class TestAnEmptyIndex:
    def test_answers_nothing(self, store: Callable[[], Store]) -> None:
        scan = store().scan(["harbour"], np.ones(DIMENSIONS, dtype=np.float32), ALL)
        assert pairs(scan.keywords(5)) == pairs(scan.meaning(5)) == []
        assert not len(scan.sample())
        assert store().frequencies(["harbour"]) == {}
        assert store().similar_words("harbour") == ()
        store().refresh()

    def test_without_a_generation_has_keywords(self, settings: Any, db: None) -> None:
        index = Index(None)
        index.add("harbour walk")
        scan = store_for(None).scan(["harbour"], None, ALL)
        assert len(scan.keywords(5).passages) == 1
        assert not len(scan.meaning(5).passages)


class TestWords:
    @pytest.mark.usefixtures("committed")
    def test_are_counted_by_passage(self, store: Callable[[], Store], index: Index) -> None:
        index.add("Harbour harbour café", "ships", title="Harbour")
        index.add("Café ship", language="fr")
        asked = ["harbour", "café", "cafe", "ships", "ship", "unknown", ""]
        expected = {"harbour": 2, "café": 2, "cafe": 2, "ships": 1, "ship": 1}
        assert store().frequencies(asked) == expected
        index.add("a ship")
        assert store().frequencies(["ship"]) == {"ship": 2}
        assert store().frequencies([]) == {}

    def test_that_are_alike_come_by_frequency(self, store: Callable[[], Store], index: Index) -> None:
        for _ in range(3):
            index.add("coat")
        index.add("boat goat coast cat coats taco café")
        found = store().similar_words("coat")
        assert set(found) == {"boat", "goat", "coast", "cat", "coats"}
        assert store().similar_words("caot")[0] == "coat"
        assert store().similar_words("oat")[0] == "coat"
        assert store().similar_words("caffe") == ("café",)
        assert store().similar_words("cafe") == ()
        for word in ("", "x" * 10_000, "👍", "\x00", "猫"):
            assert store().similar_words(word) == ()


class TestDepth:
    def test_grows_without_holes(self, store: Callable[[], Store], index: Index) -> None:
        fill(index, 60)
        scan = store().scan(["harbour", "rain"], array(unit(index.numbers)), ALL)
        for leg_of in (scan.keywords, scan.meaning):
            whole = pairs(leg_of(10_000))
            for depth in (1, 2, 4, 8, 16, 32, 64):
                assert pairs(leg_of(depth)) == whole[:depth]
            assert pairs(leg_of(0)) == []
