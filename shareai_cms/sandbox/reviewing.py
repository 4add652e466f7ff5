"""Sums customers' reviews up by counting what several of them speak of."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from .language import language_of
from .phrases.products import COMPLAINTS, THEMES

MOST_POINTS = 5
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def summary_of(reviews: Sequence[Any], target: str) -> dict[str, list[dict[str, Any]]]:
    """``{"pros": […], "cons": […]}``, each with the numbers of the reviews that say so; empty where none do."""
    praised: dict[str, list[int]] = {}
    blamed: dict[str, list[int]] = {}
    for review in reviews:
        if not isinstance(review, Mapping) or type(review.get("review")) is not int:
            continue
        for theme, is_praise in _themes_of(review).items():
            (praised if is_praise else blamed).setdefault(theme, []).append(review["review"])
    table = THEMES.get(target, THEMES["en"])
    pros = [{"text": table[theme][1], "reviews": numbers} for theme, numbers in praised.items() if theme in table]
    cons = [{"text": table[theme][2], "reviews": numbers} for theme, numbers in blamed.items() if theme in table]
    ordered = {"pros": _most_frequent(pros), "cons": _most_frequent(cons)}
    return {name: points for name, points in ordered.items() if points}


def _most_frequent(points: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(points, key=lambda point: -len(point["reviews"]))[:MOST_POINTS]


def _themes_of(review: Mapping[str, Any]) -> dict[str, bool]:
    """What one review speaks of, and whether it is pleased with it."""
    text = str(review.get("text", "")).lower()
    language = language_of(text)
    words = _WORD.findall(text)
    table = THEMES.get(language, THEMES["en"])
    rating = review.get("rating")
    is_stars = isinstance(rating, int | float) and rating != 3
    is_praise = rating > 3 if is_stars else not _complains(words, language)  # type: ignore[operator]
    return {theme: is_praise for theme, (stems, _pro, _con) in table.items() if _has(words, stems)}


def _complains(words: list[str], language: str) -> bool:
    return _has(words, COMPLAINTS.get(language, COMPLAINTS["en"]))


def _has(words: list[str], stems: str) -> bool:
    known = tuple(stem for stem in stems.split() if len(stem) > 3)
    exact = frozenset(stems.split())
    return any(word in exact or word.startswith(known) for word in words)
