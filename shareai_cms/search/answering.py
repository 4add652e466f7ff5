"""From a query to an order of results: what was typed, its vector, the store's scores, the caller's rights."""

from __future__ import annotations

from dataclasses import dataclass

from shareai_cms.conf import conf
from shareai_cms.metering.retry import rows
from shareai_cms.models import Generation, SearchDocument
from shareai_cms.search.asking import Asked, ask
from shareai_cms.search.fusing import Ranking, Weights
from shareai_cms.search.question import Question, read
from shareai_cms.search.results import Outcome, Query
from shareai_cms.search.spelling import correct
from shareai_cms.search.stores.base import Store
from shareai_cms.search.stores.current import store_for
from shareai_cms.search.titles import TitleScan
from shareai_cms.search.within import Within


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Everything that is known once a query was asked."""

    question: Question
    outcome: Outcome
    within: Within
    ranking: Ranking


def answer(query: Query) -> Answer:
    """Ask, and be ready to rank. Nothing that may be seen means that nobody is asked and nothing is counted."""
    within = Within(query.within)
    typed = read(query.text, _languages(query))
    generation = rows(Generation).filter(state=Generation.State.ACTIVE).first()
    store = store_for(generation)
    is_asked = bool(typed.text) and not within.is_empty
    question = correct(typed, store, within) if is_asked and query.is_corrected else typed
    asked = ask(question.text, query.asker, generation) if is_asked and query.by_meaning else NOT_ASKED
    ranking = _ranking(store, question, asked, within, generation)
    outcome = Outcome(
        text=question.text,
        corrected_from=typed.text if question.text != typed.text else "",
        reason=asked.reason,
        is_cached=asked.is_cached,
        units=asked.units,
        best_cosine=ranking.best_cosine,
        terms=question.terms,
    )
    return Answer(question=question, outcome=outcome, within=within, ranking=ranking)


NOT_ASKED = Asked()


def _ranking(store: Store, question: Question, asked: Asked, within: Within, generation: Generation | None) -> Ranking:
    scope = within.scope()
    meaning, keywords = conf.search_weights
    is_mixed = question.strong_terms != question.terms
    scan = store.scan(question.terms, asked.vector, scope)
    return Ranking(
        scan if question.terms or not question.text else TitleScan(scan, question.text, within),
        within,
        Weights(meaning=meaning, keywords=keywords),
        has_vector=asked.vector is not None,
        floor=generation.floor if generation else None,
        strong=store.scan(question.strong_terms, None, scope) if is_mixed else None,
    )


def _languages(query: Query) -> tuple[str, ...]:
    """The language asked for, or every one that the index has."""
    if query.language:
        return (query.language,)
    tags = rows(SearchDocument).order_by("language").values_list("language", flat=True).distinct()
    return tuple(tags) or ("",)
