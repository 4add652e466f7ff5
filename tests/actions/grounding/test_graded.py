"""Of the graded texts, every planted value is caught, and hardly any true one is flagged."""

from __future__ import annotations

import pytest

from shareai_cms.actions.grounding import KINDS
from tests.actions.grounding import first_half, second_half, tied_values
from tests.actions.grounding.grading import Grades, grade, read

TIED = [tied_values.grade(table) for table in (tied_values.CASES, tied_values.LATER)]


@pytest.fixture(scope="module")
def halves() -> list[Grades]:
    return [grade(read(half.CASES)) for half in (first_half, second_half)]


def test_every_planted_value_is_caught(halves: list[Grades]) -> None:
    assert [missed for half in halves for missed in half.missed] == []


def test_hardly_any_true_value_is_flagged(halves: list[Grades]) -> None:
    wrong, supported = [line for half in halves for line in half.wrong], sum(half.supported for half in halves)
    assert len(wrong) / supported < 0.05, wrong


def test_there_are_enough_of_every_kind(halves: list[Grades]) -> None:
    assert sum(half.cases for half in halves) >= 150
    for kind in KINDS:
        assert sum(half.planted[kind] for half in halves) >= 5, kind


def test_a_table_that_plants_what_is_true_is_found_out() -> None:
    [case] = read("en>en | A tray of beech. | A tray of {material|beech} for [two cups].")
    grades = grade([case])
    assert grades.missed == ["material 'beech' in 'A tray of beech for two cups.'"]
    assert grades.wrong == ["number 'two cups' in 'A tray of beech for two cups.'"]


class TestValuesOfAttributes:
    def test_of_which_the_facts_say_another_are_caught(self) -> None:
        assert [missed for each in TIED for missed in each.missed] == []

    def test_that_are_true_are_hardly_ever_flagged(self) -> None:
        wrong, supported = [line for each in TIED for line in each.wrong], sum(each.supported for each in TIED)
        assert len(wrong) / supported < 0.05, wrong

    def test_are_enough_in_every_language(self) -> None:
        assert sum(each.planted for each in TIED) >= 20
        assert sum(each.supported for each in TIED) >= 20
        cases = [case for table in (tied_values.CASES, tied_values.LATER) for case in tied_values.read(table)]
        for language in ("en", "de", "fr", "es", "ar"):
            assert {bool(instead) for tag, *_, instead in cases if tag == language} == {True, False}, language
