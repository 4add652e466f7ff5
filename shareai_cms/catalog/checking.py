"""What is wrong with a declaration, found before anybody uses it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from shareai_cms.catalog.declaration import TEXTS, Declaration
from shareai_cms.catalog.model_catalog import ModelCatalog
from shareai_cms.catalog.paths import Path, Problem, list_problems, path_problems, wrong
from shareai_cms.catalog.places.columns import Attributes
from shareai_cms.catalog.places.lists import Category, Tags
from shareai_cms.catalog.places.pictures import Images
from shareai_cms.catalog.places.reviews import Reviews, Summary
from shareai_cms.catalog.places.texts import Text

_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z")
#: How alike two names are of which one is taken for the other misspelled.
_CLOSE = 0.7
#: What each part may be declared as, beside the name of a field.
_KINDS: dict[str, type] = {
    **dict.fromkeys(TEXTS, Text),
    "images": Images,
    "category": Category,
    "tags": Tags,
    "reviews": Reviews,
    "review_summary": Summary,
}


def problems_of(catalogue: ModelCatalog) -> Iterator[Problem]:
    """The mistakes of a declaration, each once."""
    yield from dict.fromkeys(_problems(catalogue))


def misnamed(catalogue: ModelCatalog) -> Iterator[tuple[str, str]]:
    """What a declaration has under a name that nothing reads, though it is close to one that means something."""
    meant = {"model", "slug", "label", *ModelCatalog.__annotations__}
    for cls in type(catalogue).__mro__[: type(catalogue).__mro__.index(ModelCatalog)]:
        for name, value in vars(cls).items():
            is_helper = name.startswith("_") or callable(value) or hasattr(value, "__get__")
            close = get_close_matches(name, meant, n=1, cutoff=_CLOSE)
            if close and not is_helper and not hasattr(ModelCatalog, name) and name not in meant:
                yield f"{_name(catalogue)} has {name!r}, which no declaration reads.", f"Did you mean {close[0]!r}?"


def _problems(catalogue: ModelCatalog) -> Iterator[Problem]:
    found = list(_kind_problems(catalogue))
    yield from found
    if found:
        return  # nothing of it can be read any further
    for model in catalogue.models():
        declaration = catalogue.declaration(model)
        for part, place in declaration.places():
            yield from place.problems(model, f"{_name(catalogue)}.{part}")
        yield from _path_problems(catalogue, model)
        for language in catalogue.columns:
            yield from _column_problems(catalogue, catalogue.declaration(model, language), language)


def unkept(catalogue: ModelCatalog) -> Iterator[str]:
    """Parts that stand outside of the drafts of their objects, so that nothing is written to them."""
    for model in catalogue.models():
        declaration = catalogue.declaration(model)
        for part, place in declaration.places():
            outside = [name for name in place.fields() if not declaration.keeper.keeps(model, name)]
            if isinstance(place, Images):
                outside = [name for name in outside if name == place.alt_relation(model)]
            if outside:
                yield f"{_name(catalogue)}.{part} names {outside[0]!r}"


def _name(catalogue: ModelCatalog) -> str:
    return type(catalogue).__name__


def _kind_problems(catalogue: ModelCatalog) -> Iterator[Problem]:
    for part, kind in _KINDS.items():
        declared = getattr(catalogue, part)
        is_name = isinstance(declared, str) and kind is not Reviews
        if declared and not is_name and not isinstance(declared, kind):
            yield _misdeclared(f"{_name(catalogue)}.{part}", declared, kind)
    yield from list_problems(catalogue.attributes, f"{_name(catalogue)}.attributes")
    yield from list_problems(catalogue.more, f"{_name(catalogue)}.more")
    attributes: Any = catalogue.attributes
    if not isinstance(attributes, str | list | tuple):
        # One place without the comma that makes a list of it.
        yield _misdeclared(f"{_name(catalogue)}.attributes", attributes, Attributes)
        return
    for declared in attributes:
        if not isinstance(declared, str | Attributes):
            yield _misdeclared(f"{_name(catalogue)}.attributes", declared, Attributes)


def _misdeclared(where: str, declared: Any, kind: type) -> Problem:
    words = "a Column, Rows or JSONKeys" if kind is Attributes else kind.__name__
    return wrong(
        f"{where} is declared as {type(declared).__name__}.",
        f"Write {words}(…)." if kind is Reviews else f"Write the name of a field, or {words}(…).",
    )


def _path_problems(catalogue: ModelCatalog, model: Any) -> Iterator[Problem]:
    more = catalogue.more.values() if isinstance(catalogue.more, dict) else catalogue.more
    paths: list[tuple[str, Path]] = [("more", path) for path in more]
    if catalogue.brand:
        paths.append(("brand", catalogue.brand))
    if catalogue.language and not _TAG.match(catalogue.language):
        paths.append(("language", catalogue.language))
    for part, path in paths:
        yield from path_problems(model, path, f"{_name(catalogue)}.{part}")


def _column_problems(catalogue: ModelCatalog, declaration: Declaration, language: str) -> Iterator[Problem]:
    where = f"{_name(catalogue)}.columns[{language!r}]"
    for part in catalogue.columns[language]:
        if part not in TEXTS:
            yield wrong(f"{where} has {part!r}, which is no text.", f"It may have {', '.join(TEXTS)}.")
        else:
            yield from declaration.texts[part].problems(declaration.model, where)
