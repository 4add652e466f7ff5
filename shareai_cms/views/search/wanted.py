"""What a visitor asks for, from an address that may hold anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings

from shareai_cms.search.question import tidy

#: Characters of a search that are looked at.
LONGEST = 300
_LONGEST_NUMBER = 6


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """The parameters of a search, each made harmless."""

    #: ``q``
    text: str = ""
    #: ``type``: the key of a kind, unchecked.
    kind: str = ""
    #: ``p``, from 1.
    page: int = 1
    #: ``exact``: the words are searched for as they were typed.
    is_exact: bool = False
    #: ``lang``: one of the site's languages, or empty.
    language: str = ""

    def query(self, **changed: str) -> str:
        """The parameters as they stand in a link, some of them changed; an empty one is left out."""
        given = {
            "q": self.text,
            "type": self.kind,
            "exact": "1" if self.is_exact else "",
            "lang": self.language,
            "p": str(self.page) if self.page > 1 else "",
        }
        return urlencode({name: value for name, value in {**given, **changed}.items() if value})


def wanted(given: Mapping[str, str]) -> Wanted:
    """Read the parameters; never raises, whatever they hold."""
    language = given.get("lang", "")[:35]
    return Wanted(
        text=_cut(tidy(given.get("q", ""))),
        kind=given.get("type", "")[:128].lower(),
        page=_number(given.get("p", "")),
        is_exact=given.get("exact", "") == "1",
        language=language if language in dict(settings.LANGUAGES) else "",
    )


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST].rpartition(" ")[0] or text[:LONGEST]


def _number(text: str) -> int:
    is_number = text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER
    return max(1, int(text)) if is_number else 1
