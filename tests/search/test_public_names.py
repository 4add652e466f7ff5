from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from shareai_cms import search


def test_no_module_takes_the_place_of_a_name() -> None:
    """An imported module becomes an attribute of its package, and would hide a function of the same name."""
    modules = {each.name for each in iter_modules(search.__path__)}
    assert not modules & set(search.__all__)
    for name in search.__all__:
        assert callable(getattr(import_module("shareai_cms.search"), name)), name
