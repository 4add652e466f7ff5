"""The catalogues on disk: ``django.po`` for translators and ``django.mo``, which Django reads.

Both are the same bytes wherever and whenever they are made: sorted, without dates and line numbers.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from tests.catalogues.source import PACKAGE, Source
from tests.databases import ROOT

HOME = PACKAGE / "locale"
#: Each language with its number of plural forms and their rule, which are Django's and Wagtail's own.
LANGUAGES = {
    "de": "nplurals=2; plural=(n != 1);",
    "fr": "nplurals=2; plural=(n > 1);",
    "es": "nplurals=2; plural=(n != 1);",
    "ar": (
        "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : "
        "n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5);"
    ),
}


class Sorted(Catalog):
    """A catalogue whose header holds nothing that changes from one run to the next."""

    def _headers(self) -> list[tuple[str, str]]:
        return [
            ("Project-Id-Version", "shareai-cms"),
            ("Language", str(self.locale_identifier)),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=UTF-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", f"{LANGUAGES[str(self.locale_identifier)]}\n"),
        ]

    mime_headers = property(_headers)


def folder(language: str, home: Path = HOME) -> Path:
    return home / language / "LC_MESSAGES"


def read(language: str, home: Path = HOME) -> Catalog:
    """As it stands on disk; empty where there is none yet."""
    path = folder(language, home) / "django.po"
    catalog = read_po(io.BytesIO(path.read_bytes() if path.exists() else b""), locale=language)
    catalog._num_plurals = int(LANGUAGES[language].removeprefix("nplurals=")[0])
    return catalog


def updated(language: str, old: Catalog, sources: Iterable[Source]) -> Catalog:
    """The messages of the source with the translations that there are; what the source lost is dropped."""
    title = f"# shareai-cms in {old.locale.english_name}; CONTRIBUTING.md says how to translate."
    new = Sorted(locale=language, header_comment=title, fuzzy=False)
    new._num_plurals = old.num_plurals
    for source in sources:
        known = old.get(source.key[1], source.context)
        is_known = known is not None and not known.fuzzy and known.pluralizable == isinstance(source.id, tuple)
        new.add(
            source.id,
            known.string if is_known else "",
            locations=[(str(source.path.relative_to(ROOT)), None)],
            auto_comments=source.comments,
            user_comments=known.user_comments if is_known else (),
            context=source.context,
        )
    return new


def is_translated(string: str | tuple[str, ...]) -> bool:
    return bool(string) and all(string)


def po_bytes(catalog: Catalog) -> bytes:
    file = io.BytesIO()
    write_po(file, catalog, width=100, sort_output=True, ignore_obsolete=True, include_lineno=False)
    return file.getvalue().rstrip(b"\n") + b"\n"


def mo_bytes(language: str, catalog: Catalog) -> bytes:
    """Only what is translated: Django falls back to English for the rest."""
    translated = Sorted(locale=language, fuzzy=False)
    for message in catalog:
        if message.id and is_translated(message.string) and not message.fuzzy:
            translated.add(message.id, message.string, context=message.context)
    file = io.BytesIO()
    write_mo(file, translated)
    return file.getvalue()
