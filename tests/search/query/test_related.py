"""What is like an object: by its own vectors, without a call."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group

from shareai_cms.search import UnsearchableQuerySet, related
from tests.demo.models import Person
from tests.search.query.library import Library
from tests.services import SandboxProcess

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def harbour(library: Library) -> dict[str, Group]:
    texts = {
        "Ferry": ("The ferry boat leaves the harbour each hour.", "Boats and ships cross the water."),
        "Ships": ("Ships and boats in the harbour.",),
        "Sailing": ("Sail a boat across the sea.",),
        "Bread": ("The bakery bakes rye bread.",),
    }
    return {name: library.put(name, *each) for name, each in texts.items()}


def names(found: list[Group]) -> list[str]:
    return [each.name for each in found]


class TestRelatedObjects:
    def test_are_the_nearest_ones_without_itself(self, harbour: dict[str, Group], sandbox: SandboxProcess) -> None:
        found = names(related(harbour["Ferry"], within=Group.objects.all(), limit=2))
        assert set(found) == {"Ships", "Sailing"}
        assert sandbox.state()["calls"] == 0

    def test_are_few_where_few_are_near(self, harbour: dict[str, Group]) -> None:
        assert "Bread" not in names(related(harbour["Ferry"], within=Group.objects.all(), limit=5))

    def test_are_within_what_may_be_seen(self, harbour: dict[str, Group], few_keys: None) -> None:
        assert names(related(harbour["Ferry"], within=Group.objects.exclude(name="Ships"))) == ["Sailing"]
        assert related(harbour["Ferry"], within=[Group.objects.none()]) == []
        assert related(harbour["Ferry"], within=Group.objects.all(), limit=0) == []
        with pytest.raises(UnsearchableQuerySet):
            related(harbour["Ferry"], within=Group.objects.all()[:3])

    def test_are_none_for_what_is_not_indexed(self, harbour: dict[str, Group]) -> None:
        assert related(Group(name="unsaved"), within=Group.objects.all()) == []
        assert related(Group.objects.create(name="new"), within=Group.objects.all()) == []

    def test_share_words_of_the_title_while_there_are_no_vectors(self, keywords_only: Library) -> None:
        ferry = keywords_only.put("Ferry to the island", "Every hour.")
        keywords_only.put("Island walks", "Along the shore.")
        keywords_only.put("Bread", "From the bakery.")
        assert names(related(ferry, within=Group.objects.all())) == ["Island walks"]

    def test_are_no_translations_of_the_object(self, library: Library) -> None:
        from wagtail.models import Locale

        english, german = (Locale.objects.get_or_create(language_code=tag)[0] for tag in ("en", "de"))
        ida = Person.objects.create(name="Ida", role="Publisher", locale=english)
        ida_de = Person.objects.create(name="Ida", role="Publisher", locale=german, translation_key=ida.translation_key)
        other = Person.objects.create(name="Ada", role="Publisher", locale=english)
        for each in (ida, ida_de, other):
            library.put(each.name, "She is the publisher of the press.", obj=each)
        assert related(ida, within=Person.objects.all()) == [other]
