"""What a search gives back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from shareai_cms.models import SiteAccount
from shareai_cms.permissions import Actor
from shareai_cms.search.reasons import Reason


@dataclass(frozen=True, kw_only=True)
class Asker:
    """Who searches and who pays for it."""

    account: SiteAccount
    #: Whom the usage names, such as the editor who searches in the admin; None for a visitor, of whom nothing is kept.
    actor: Actor | None = None
    #: Tells one client from another for the rate limit, as an IP address does; hashed, never kept. Empty: no limit.
    client: str = ""
    #: See ``SearchLog.surface``.
    surface: str = "site"
    #: False: nothing is written to the log, as for the second page of the same search.
    is_logged: bool = True
    #: Units that have to be left after the question, for what it is asked for.
    keeps: int = 0
    #: False: only a question that was asked before is answered by meaning, as nobody may ever look at this one.
    spends: bool = True


@dataclass(frozen=True, kw_only=True)
class Query:
    """A search as it was asked."""

    text: str
    #: What may be found: each queryset as the caller is allowed to see it. Objects of subclasses are found as well.
    within: tuple[QuerySet[Any], ...]
    asker: Asker
    #: BCP 47 tag of the language that the words are in.
    language: str = ""
    #: False keeps a word that the site does not know as it was typed.
    is_corrected: bool = True
    #: False asks for keywords alone: no vector, no unit.
    by_meaning: bool = True


@dataclass(frozen=True, kw_only=True)
class Hit:
    """One object that was found, with the passage that answers best."""

    obj: Any
    #: From 1 down to 0; orders the results of one search and says nothing across searches.
    score: float
    document: int
    passage: int
    heading: str
    #: Parts of the passage, in order, each with whether it matches: for ``<mark>``.
    excerpt: tuple[tuple[str, bool], ...]
    #: Cosine of that passage, None where only keywords were used.
    cosine: float | None = None
    #: BCP 47 tag of the object's language, empty where its source does not know it.
    language: str = ""

    @property
    def highlighted(self) -> SafeString:
        """The excerpt as HTML, with ``<mark>`` around what matches and everything else escaped."""
        marked = ((format_html("<mark>{}</mark>", text) if is_match else text,) for text, is_match in self.excerpt)
        return format_html_join("", "{}", marked)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a search was answered, known with its first page."""

    #: What was searched for, after the correction.
    text: str
    #: What was typed where that was something else, empty otherwise.
    corrected_from: str = ""
    #: None: by meaning and by keywords.
    reason: Reason | None = None
    #: The question had been answered before.
    is_cached: bool = False
    units: int = 0
    best_cosine: float | None = None
    #: Stems that count as a match in excerpts.
    terms: tuple[str, ...] = field(default=())
