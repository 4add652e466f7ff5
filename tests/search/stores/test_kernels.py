"""The scan in 8 bits finds what the scan in 32 bits finds, and a site without it misses nothing but time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shareai_cms.search.stores import building, kernels
from shareai_cms.search.stores.base import Scope
from shareai_cms.search.stores.parts import Layer, Parts
from shareai_cms.search.stores.parts_scan import PartsScan
from shareai_cms.search.stores.rows import Piece
from shareai_cms.search.stores.top import best

pytest.importorskip("numkong")


def piece(vectors: Any) -> Piece:
    count = len(vectors)
    numbers = np.arange(1, count + 1)
    return Piece(
        passages=numbers,
        documents=numbers,
        accounts=numbers % 7,
        refs=numbers,
        types=("demo.page",) * count,
        languages=("",) * count,
        titles=("",) * count,
        words=("",) * count,
        vectors=vectors.astype(np.float32),
        has_vector=np.ones(count, dtype=bool),
    )


def unit_rows(seed: int, count: int, dimensions: int, spread: float) -> Any:
    """The smaller the spread, the nearer they are to each other."""
    numbers = np.random.default_rng(seed)
    made = numbers.standard_normal(dimensions) + spread * numbers.standard_normal((count, dimensions))
    return made / np.linalg.norm(made, axis=1, keepdims=True)


class TestEightBits:
    @settings(max_examples=30, deadline=None)
    @given(st.integers(0, 10_000), st.sampled_from([3, 16, 100, 384]), st.sampled_from([0.001, 0.05, 0.5, 5.0]))
    def test_find_the_very_same(self, seed: int, dimensions: int, spread: float) -> None:
        vectors = unit_rows(seed, 600, dimensions, spread)
        vectors[50:60] = vectors[50]
        part = building.in_memory([piece(vectors)], dimensions)
        assert part.codes is not None
        query = unit_rows(seed + 1, 1, dimensions, 1.0)[0].astype(np.float32)
        for scope in (Scope(), Scope(accounts=(1, 2, 3))):
            leg = PartsScan(Parts((Layer(part),)), [], query, scope).meaning(20)
            scores = np.einsum("ij,j->i", part.vectors, query)
            permitted = np.flatnonzero(np.isin(part.accounts, scope.accounts)) if scope.accounts else np.arange(600)
            places = permitted[best(scores[permitted], part.passages[permitted], 20)]
            assert leg.passages.tolist() == part.passages[places].tolist()
            assert leg.scores.tolist() == scores[places].tolist()
            assert leg.has_more

    def test_are_off_by_no_more_than_is_reckoned_with(self) -> None:
        vectors = unit_rows(1, 5_000, 64, 2.0).astype(np.float32)
        codes = kernels.quantise(vectors)
        for query in vectors[:50]:
            nearly, scale = kernels.scan(codes, query)
            margin = kernels.margin(float(codes.scales.max()), scale)
            assert np.abs(nearly - vectors @ query).max() < margin < 0.1

    def test_hold_nothing_but_zeros_for_a_missing_vector(self) -> None:
        codes = kernels.quantise(np.zeros((2, 4), dtype=np.float32))
        assert not codes.steps.any()
        assert kernels.scan(codes, np.ones(4, dtype=np.float32))[0].tolist() == [0.0, 0.0]


class TestWithoutThem:
    def test_the_answer_is_the_same(self, monkeypatch: pytest.MonkeyPatch) -> None:
        vectors = unit_rows(3, 2_000, 32, 1.0)
        query = unit_rows(4, 1, 32, 1.0)[0].astype(np.float32)
        with_codes = building.in_memory([piece(vectors)], 32)
        fast = PartsScan(Parts((Layer(with_codes),)), [], query, Scope()).meaning(50)
        monkeypatch.setattr(kernels, "are_installed", lambda: False)
        without = building.in_memory([piece(vectors)], 32)
        assert without.codes is None
        for part in (without, with_codes):
            leg = PartsScan(Parts((Layer(part),)), [], query, Scope()).meaning(50)
            assert leg.passages.tolist() == fast.passages.tolist()
            assert leg.scores.tolist() == fast.scores.tolist()


class TestTheBest:
    @settings(max_examples=60, deadline=None)
    @given(st.lists(st.integers(-3, 30), max_size=700), st.integers(0, 800))
    def test_come_by_score_and_then_by_number(self, scores: list[int], depth: int) -> None:
        ids = np.arange(len(scores))[::-1].copy()
        found = best(np.array(scores, dtype=np.float32), ids, depth).tolist()
        expected = sorted(range(len(scores)), key=lambda place: (-scores[place], ids[place]))[:depth]
        assert found == expected
