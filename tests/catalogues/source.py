"""Every message that the package's Python and templates hold."""

from __future__ import annotations

import ast
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.messages.extract import extract
from django.utils.translation.template import templatize

from tests.databases import ROOT

PACKAGE = ROOT / "shareai_cms"
#: Where the message, its plural and its context stand among the arguments, as Babel spells it.
ARGUMENTS: dict[str, Any] = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
#: Short names that templates and most modules use.
USUAL = {"_": None}
COMMENT = "Translators:"


@dataclass(frozen=True, kw_only=True)
class Source:
    """One message where it stands in the code."""

    path: Path
    id: str | tuple[str, str]
    context: str | None
    comments: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str | None, str]:
        """What a catalogue looks it up by."""
        return (self.context, self.id if isinstance(self.id, str) else self.id[0])


def messages() -> list[Source]:
    """Of the whole package, in the order of its files."""
    return [message for path in files() for message in messages_of(path, path.read_text())]


def files() -> Iterator[Path]:
    for path in sorted(PACKAGE.rglob("*")):
        is_template = "templates" in path.parts and path.is_file()
        if is_template or (path.suffix == ".py" and "migrations" not in path.parts):
            yield path


def messages_of(path: Path, text: str) -> Iterator[Source]:
    if path.suffix == ".py":
        keywords = {**ARGUMENTS, **USUAL, **aliases(text)}
    else:
        # What is left of a template is indented at will; inside of brackets Python minds that no more.
        keywords, text = {**ARGUMENTS, **USUAL}, f"(\n{templatize(text)}\n)"
    for _, found, comments, context in extract("python", io.BytesIO(text.encode()), keywords, [COMMENT]):
        yield Source(path=path, id=found, context=context, comments=tuple(comments))


def aliases(text: str) -> dict[str, Any]:
    """The names under which a module has imported the functions that translate."""
    return {
        name.asname: ARGUMENTS[name.name]
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for name in node.names
        if name.asname and name.name in ARGUMENTS
    }
