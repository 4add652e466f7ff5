"""The reference names everything that a declaration may say, as it is written."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from shareai_cms import catalog
from shareai_cms.catalog import ModelCatalog

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "catalogue.md"


def test_every_attribute() -> None:
    table = PAGE.read_text().split("\n## Places")[0]
    named = {
        name for row in re.findall(r"^\| (`[^|]+`) \|", table, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)
    }
    assert named == set(ModelCatalog.__annotations__) | {"slug", "label"}


@pytest.mark.parametrize("name", ["Text", "Column", "Rows", "JSONKeys", "Category", "Tags", "Images", "Reviews"])
def test_every_place_with_what_it_takes(name: str) -> None:
    [row] = [line for line in PAGE.read_text().splitlines() if line.startswith(f"| `{name}(")]
    taken = list(inspect.signature(getattr(catalog, name)).parameters)
    assert set(re.findall(r"[(,]\s*(\w+)", row.split("`")[1])) <= set(taken)
    missing = [each for each in taken if each not in row.split("`")[1]]
    assert missing == (["is_writable"] if name == "Category" else [])
