from __future__ import annotations

import uuid

import pytest

from shareai_cms.search.references import number_of, reference_of


class TestANumber:
    @pytest.mark.parametrize("key", [0, 1, -1, 42, 2**63 - 1, -(2**63)])
    def test_is_the_key_where_that_is_a_whole_number(self, key: int) -> None:
        assert number_of(reference_of(key)) == key

    @pytest.mark.parametrize(
        "reference",
        ["", "a", "007", "+7", "-0", "1.0", " 1", "1\n", "٣", "²", str(2**63), "9" * 5_000, "\udcff", "日本"],
    )
    def test_of_anything_else_is_one_of_64_bits_and_always_the_same(self, reference: str) -> None:
        assert number_of(reference) == number_of(reference)
        assert -(2**63) <= number_of(reference) < 2**63
        assert number_of(reference) != number_of(f"{reference}x")

    def test_of_a_uuid_is_the_same_from_the_key_and_from_the_table(self) -> None:
        key = uuid.UUID(int=7)
        assert number_of(reference_of(key)) == number_of("00000000-0000-0000-0000-000000000007")
