"""Of the graded texts, every planted value is caught, and hardly any true one is flagged."""

from __future__ import annotations

import pytest

from shareai_cms.actions.grounding import KINDS
from tests.actions.grounding import first_half, second_half
from tests.actions.grounding.grading import Grades, grade, read


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
