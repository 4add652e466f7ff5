"""The rest of a question: a misspelt word was most likely one that stands together with it on the site."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from shareai_cms.search.question import Question
from shareai_cms.search.stores.base import Scope, Store
from shareai_cms.search.words import stems

if TYPE_CHECKING:
    from shareai_cms.search.stores.base import Scan

#: Passages with a word that are looked at.
LOOKED_AT = 1_000


class Rest:
    """All words of a question but one."""

    def __init__(self, question: Question, without: str, store: Store) -> None:
        self._languages, self._store = question.languages, store
        self._words = [word for word in question.words if word != without]

    @property
    def is_known(self) -> bool:
        """Whether the site has any of its words."""
        return self._best > 0

    def weight(self, word: str) -> float:
        """Passages with the word, each counted by how much it says about the rest: 1 for the best one anywhere.

        The BM25 of the rest as a share of the highest one, squared, so that many passages with some common word do
        not add up to one that is about it.
        """
        if not self.is_known:
            return 0.0
        passages = self._store.scan(self._terms([word]), None, Scope()).keywords(LOOKED_AT).passages
        shares = self._scan.scores_of(passages)[0] / self._best
        return float((shares**2).sum())

    @cached_property
    def _scan(self) -> Scan:
        return self._store.scan(self._terms(self._words), None, Scope())

    @cached_property
    def _best(self) -> float:
        return float(self._scan.keywords(1).scores.max(initial=0.0)) if self._words else 0.0

    def _terms(self, words: Sequence[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(term for tag in self._languages for term in stems(words, tag)))
