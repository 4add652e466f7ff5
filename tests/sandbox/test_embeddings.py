from __future__ import annotations

import math
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shareai_cms.sandbox.concepts import CONCEPTS
from shareai_cms.sandbox.embeddings import embed
from tests.services import ROOT


def likeness(first: str, second: str) -> float:
    return sum(a * b for a, b in zip(embed(first), embed(second), strict=True))


class TestEmbeddings:
    @settings(max_examples=100, deadline=None)
    @given(st.text(max_size=200))
    def test_every_text_has_384_numbers_of_length_one(self, text: str) -> None:
        vector = embed(text)
        assert len(vector) == 384
        assert math.isclose(math.hypot(*vector), 1, abs_tol=1e-5)

    def test_are_the_same_in_another_process(self) -> None:
        code = "from shareai_cms.sandbox.embeddings import embed; print(embed('A harbour'))"
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == str(embed("A harbour"))

    @pytest.mark.parametrize(
        ("text", "near", "far"),
        [
            ("buy a book", "purchasing books", "the weather tomorrow"),
            ("opening hours", "when are you open?", "a walk along the cliffs"),
            ("cheap holiday", "an affordable vacation", "a loaf of bread"),
            ("sending back my order", "refund for a purchase", "the height of the mountain"),
            ("Hafen", "harbour", "Kuchen"),
            ("tide tables", "tide table", "table tennis"),
        ],
    )
    def test_related_words_are_nearer_than_others(self, text: str, near: str, far: str) -> None:
        assert likeness(text, near) > likeness(text, far) + 0.15

    def test_case_and_accents_matter_little(self) -> None:
        assert likeness("Öffnungszeiten", "offnungszeiten") > 0.6
        assert likeness("HARBOUR", "harbour") > 0.999

    def test_small_words_matter_little(self) -> None:
        assert likeness("the harbour of the town", "harbour town") > 0.9

    def test_the_concepts_are_words_in_lower_case(self) -> None:
        assert all(word == word.casefold() or "ß" in word for word in CONCEPTS)
        assert len(CONCEPTS) > 500
