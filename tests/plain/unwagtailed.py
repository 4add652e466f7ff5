"""Keeps Wagtail and its packages out of a process, as if they were not installed."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

from tests.test_layers import WAGTAIL


class Refusal(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.split(".")[0] in WAGTAIL:
            raise ModuleNotFoundError(f"No module named {fullname!r}: this site has no Wagtail", name=fullname)
        return None


def enforce() -> None:
    found = sorted(name for name in sys.modules if name.split(".")[0] in WAGTAIL)
    assert not found, f"imported too early: {found}"
    if not any(isinstance(finder, Refusal) for finder in sys.meta_path):
        sys.meta_path.insert(0, Refusal())
