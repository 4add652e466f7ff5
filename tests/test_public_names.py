"""Rooms whose names are imported on first use."""

from __future__ import annotations

from importlib import import_module
from inspect import ismodule
from pkgutil import iter_modules

import pytest

ROOMS = ("marketplace", "metering", "search", "topups", "work")


@pytest.mark.parametrize("room", ROOMS)
class TestALateName:
    def test_is_hidden_by_no_module(self, room: str) -> None:
        """An imported module becomes an attribute of its package, and would hide a function of the same name."""
        package = import_module(f"shareai_cms.{room}")
        assert not {each.name for each in iter_modules(package.__path__)} & set(package.__all__)

    def test_is_found(self, room: str) -> None:
        package = import_module(f"shareai_cms.{room}")
        assert set(package.__all__) == set(package._PLACES)
        for name in package.__all__:
            assert not ismodule(getattr(package, name)), name

    def test_is_missing_as_any_other(self, room: str) -> None:
        with pytest.raises(AttributeError, match=f"module 'shareai_cms.{room}' has no attribute 'cupboard'"):
            import_module(f"shareai_cms.{room}").cupboard  # noqa: B018
