"""Temperatures below zero, and things that are several in one."""

from __future__ import annotations

import pytest

from shareai_cms.actions.grounding import Grounds


def flagged(facts: str, text: str, language: str = "en") -> list[str]:
    return [flag.text for flag in Grounds.from_text(facts, language).flags(text)]


@pytest.mark.parametrize(
    ("facts", "text", "language"),
    [
        ("Range: -10 to 40 °C", "From −10 °C to 40 °C", "en"),
        ("Keeps -18 °C", "Frozen at minus 18 °C", "en"),
        ("Temperatur: minus 18 °C", "bis -18 °C", "de"),
        ("20 - 40 °C", "Between 20 and 40 °C", "en"),
        ("Wash at 20-40 °C", "Wash at 20 °C - 40 °C", "en"),
        ("A 2-in-1 lamp", "Two-in-one", "en"),
        ("A two in one lamp", "A 2-in-1 lamp", "en"),
    ],
)
def test_what_the_facts_say(facts: str, text: str, language: str) -> None:
    assert flagged(facts, text, language) == []


@pytest.mark.parametrize(
    ("facts", "text", "flag"),
    [
        ("Range: -10 to 40 °C", "From 10 °C", "10 °C"),
        ("Range: -10 to 40 °C", "Down to -40 °C", "40 °C"),
        ("Wash at 30 °C", "Down to minus 30 °C", "30 °C"),
        ("A 2-in-1 lamp", "A three-in-one lamp", "three"),
    ],
)
def test_what_they_do_not_say(facts: str, text: str, flag: str) -> None:
    assert flagged(facts, text) == [flag]
