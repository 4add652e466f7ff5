"""The sandbox's own work on text: each task of the product, and something sensible for any other."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from .answering import answer_from_passages
from .correcting import correct_html, correct_plain
from .drafting import (
    allowed_tags,
    continuation,
    continue_html,
    draft_html,
    draft_plain,
    expand_html,
    expand_plain,
)
from .enriching import enrich
from .images import describe
from .language import clip, language_of
from .markup import rewrite_html, visible_text
from .prompts import Job
from .rewriting import rewrite_plain
from .shortening import (
    SUMMARY_CHARACTERS,
    describe_page,
    shorten_html,
    shorten_plain,
    simplify_html,
    simplify_plain,
    sum_up,
    sum_up_html,
    summarise,
)
from .titles import suggest_titles
from .toning import tone_html, tone_plain
from .translating import translate_html, translate_plain

TITLE_CHARACTERS = 60
META_CHARACTERS = 155
#: Longer texts are reworded up to here; the sandbox is no place to measure patience.
LONGEST_REWORDED = 50_000
_AT_MOST = re.compile(r"(?:at most|up to|no more than|under|within|maximum of|max\.?)\s+(\d{1,6})\s+characters")
_HOW_MANY = re.compile(
    r"\b(\d{1,2})\s+(?:different\s+|alternative\s+|new\s+)*(?:titles?|alternatives|suggestions|options)"
)

#: Given a text and its language.
Change = Callable[[str, str], str]
#: Tasks that change a text, as plain text and as HTML.
_CHANGES: Mapping[str, tuple[Change, Change]] = {
    "rewrite": (rewrite_plain, rewrite_html),
    "correct": (correct_plain, correct_html),
    "shorten": (shorten_plain, shorten_html),
    "simplify": (simplify_plain, simplify_html),
    "expand": (expand_plain, expand_html),
    "continue": (continuation, continue_html),
    "summarise": (sum_up, sum_up_html),
}


def answer(job: Job) -> str:
    """The text that the model says."""
    if job.task in _TASKS:
        return _TASKS[job.task](job)
    if job.task in _CHANGES:
        return _changed(job, *_CHANGES[job.task])
    if job.images and not job.content:
        return _described(job)
    return _in_form(job, [_summary(job)])


def _changed(job: Job, plain: Change, markup: Change) -> str:
    body, rest = job.content[:LONGEST_REWORDED], job.content[LONGEST_REWORDED:]
    rest = "" if job.task in ("continue", "summarise") else rest
    if job.format == "html":
        return markup(body, language_of(visible_text(body), job.language)) + rest
    language = language_of(body, job.language)
    return _fitting(job, plain(body, language) + rest, language)


def _fitting(job: Job, text: str, language: str) -> str:
    limit = _limit(job)
    return clip(text, limit, language) if limit and len(text) > limit else text


def _toned(job: Job) -> str:
    tone = job.options.get("tone", "").strip() or "friendly"
    return _changed(
        job,
        lambda text, language: tone_plain(text, tone, language),
        lambda text, language: tone_html(text, tone, language),
    )


def _translated(job: Job) -> str:
    target = language_of("", job.options.get("language", "").strip() or "en")
    if target == "ar":
        job = replace(job, content=job.content.replace(",", "،"))
    return _changed(
        job,
        lambda text, language: translate_plain(text, language, target),
        lambda text, language: translate_html(text, language, target),
    )


def _draft(job: Job) -> str:
    brief = job.options.get("brief", "").strip() or _plain(job)
    language = language_of(brief)
    if job.wants_html:
        return draft_html(brief, language, allowed_tags(job.instructions))
    return _fitting(job, draft_plain(brief, language), language)


def _described(job: Job) -> str:
    return describe(job, limit=_limit(job) or 125)


def _titles(job: Job) -> str:
    text = _plain(job)
    many = _HOW_MANY.search(job.instructions)
    known = [value for name, value in job.context.items() if "title" in name.lower()]
    titles = suggest_titles(
        text,
        language_of(text, job.language),
        most=max(int(many[1]), 1) if many else 5,
        limit=_limit(job) or TITLE_CHARACTERS,
        known=known,
    )
    return _in_form(job, titles)


def _descriptions(job: Job) -> str:
    text = _plain(job)
    return _in_form(job, describe_page(text, language_of(text, job.language), limit=_limit(job) or META_CHARACTERS))


def _summary(job: Job) -> str:
    text = _plain(job)
    return summarise(text, language_of(text, job.language), limit=_limit(job) or SUMMARY_CHARACTERS)


def _plain(job: Job) -> str:
    body = job.content[:LONGEST_REWORDED]
    return visible_text(body) if job.format == "html" else body.strip()


def _limit(job: Job) -> int | None:
    match = _AT_MOST.search(job.instructions)
    return max(int(match[1]), 1) if match else None


def _in_form(job: Job, texts: list[str]) -> str:
    return json.dumps(texts, ensure_ascii=False) if job.wants_json else "\n".join(texts)


#: Tasks with a form of their own.
_TASKS: Mapping[str, Callable[[Job], str]] = {
    "title-alternatives": _titles,
    "meta-description": _descriptions,
    "image-alt-text": _described,
    "draft": _draft,
    "tone": _toned,
    "answer": answer_from_passages,
    "translate": _translated,
    "enrich-product": enrich,
}
