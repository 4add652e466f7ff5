"""How many there are: as many as are shown, and for the caller as of now."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from django.contrib.auth.models import Group, Permission
from django.db.models import Count

from shareai_cms.models import SearchDocument
from shareai_cms.search.within import Within
from tests.search.query.library import Library

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

LOAVES = 14


@pytest.fixture(params=["by its keys", "going deeper"])
def loaves(request: Any, library: Library) -> Library:
    if request.param == "going deeper":
        request.getfixturevalue("few_keys")
    request.getfixturevalue("shallow")
    library.put("Lighthouse", "The lighthouse shines over the bay.")
    for number in range(LOAVES):
        library.put(f"Loaf {number:02}", "Bread, and more bread." if number % 3 else "Bread of the bakery.", "Rye.")
    return library


class TestACount:
    def test_is_of_what_is_shown(self, loaves: Library) -> None:
        texts = ("bread", "what is bread", "bread of the lighthouse", "shining light", "nonsense")
        everything = (Group.objects.all(), Group.objects.filter(name__endswith="2"), Group.objects.none())
        for text, within, by_meaning in product(texts, everything, (True, False)):
            shown = len(list(loaves.search(text, within, by_meaning=by_meaning).objects))
            assert loaves.search(text, within, by_meaning=by_meaning).count() == shown, (text, by_meaning)

    def test_is_the_same_before_and_after_a_page(self, loaves: Library) -> None:
        results = loaves.search("bread")
        before = results.count()
        assert len(results[5:12]) == 7
        assert results.count() == before == LOAVES

    def test_is_of_each_object_once_in_several_querysets(self, loaves: Library) -> None:
        loaves.put("Bread licence", "Bread.", obj=(licence := Permission.objects.first()))
        some = Group.objects.filter(name__startswith="Loaf 1")
        assert loaves.search("bread", some, Group.objects.all(), Permission.objects.all()).count() == LOAVES + 1
        assert loaves.search("bread", some, Permission.objects.exclude(pk=licence.pk)).count() == 4

    def test_takes_a_queryset_that_joins_and_counts(self, loaves: Library) -> None:
        given = list(Permission.objects.all()[:3])
        for group in Group.objects.filter(name__in=["Loaf 01", "Loaf 05", "Loaf 12"]):
            group.permissions.set(given)
        joined = Group.objects.filter(permissions__in=given)
        counted = Group.objects.annotate(number=Count("permissions")).filter(number=3)
        for within in (joined, joined.distinct(), counted, counted.distinct()):
            assert loaves.search("bread", within).count() == 3

    def test_takes_a_percent_sign_for_what_it_is(self, loaves: Library) -> None:
        Group.objects.filter(name="Loaf 04").update(name="100% rye")
        assert loaves.search("bread", Group.objects.filter(name__contains="% rye")).count() == 1
        assert loaves.search("bread", Group.objects.extra(where=["name LIKE '%% rye'"])).count() == 1


class TestRights:
    """A count is of the rights of its moment, for the very same queryset."""

    def test_count_as_they_are_now_not_as_they_were(self, loaves: Library) -> None:
        public = Group.objects.exclude(name__startswith="Closed")
        assert loaves.search("bread", public).count() == LOAVES
        Group.objects.filter(name="Loaf 07").update(name="Closed 07")
        assert loaves.search("bread", public).count() == LOAVES - 1
        assert "Closed 07" not in loaves.names("bread", public)
        Group.objects.filter(name="Closed 07").update(name="Open 07")
        assert loaves.search("bread", public).count() == LOAVES
        assert "Open 07" in loaves.names("bread", public)

    def test_of_one_caller_are_not_those_of_another(self, loaves: Library) -> None:
        assert loaves.search("bread", Group.objects.all()).count() == LOAVES
        assert loaves.search("bread", Group.objects.filter(name="Loaf 07")).count() == 1

    def test_to_what_is_no_longer_indexed_do_not_count(self, loaves: Library) -> None:
        assert loaves.search("bread").count() == LOAVES
        # Behind the index's back, so that its file still has the passages.
        SearchDocument.objects.filter(title="Loaf 07").delete()
        assert loaves.search("bread").count() == LOAVES - 1


class TestVerifying:
    def test_ends_with_as_many_as_are_wanted(self, loaves: Library, django_assert_max_num_queries: Any) -> None:
        documents = np.array(SearchDocument.objects.filter(title__startswith="Loaf").values_list("pk", flat=True))
        within = Within([Group.objects.all()])
        with django_assert_max_num_queries(2):
            assert within.count(documents, 5) == 5
        assert len(within._places) == 5

    def test_goes_on_where_few_are_permitted(self, loaves: Library) -> None:
        documents = np.array(SearchDocument.objects.values_list("pk", flat=True))
        within = Within([Group.objects.filter(name__in=["Loaf 05", "Loaf 07", "Loaf 12", "Loaf 13", "Lighthouse"])])
        assert within.count(documents, 4) == 4
        assert within.count(documents, 100) == 5
