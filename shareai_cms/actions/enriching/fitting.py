"""Texts of an answer made fit for the places that they are proposed for."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Mapping

import nh3

from shareai_cms.actions.codecs import PlainText, has_markup, without_hidden, without_markup
from shareai_cms.actions.facts import ALT_TEXT, DESCRIPTION, SEO_DESCRIPTION, SEO_TITLE, SHORT_DESCRIPTION, PartSpec
from shareai_cms.actions.images import ALT_CHARACTERS
from shareai_cms.actions.seo import META_CHARACTERS, SUMMARY_CHARACTERS, TITLE_CHARACTERS
from shareai_cms.errors import OutputRefused
from shareai_cms.marketplace.text import clean

TAG_CHARACTERS = 50
#: What each part keeps to, where its place does not take less.
LIMITS: Mapping[str, int] = {
    SEO_TITLE: TITLE_CHARACTERS,
    SEO_DESCRIPTION: META_CHARACTERS,
    SHORT_DESCRIPTION: SUMMARY_CHARACTERS,
    ALT_TEXT: ALT_CHARACTERS,
    "tags": TAG_CHARACTERS,
}
#: Where a place for HTML names no tags of its own.
USUAL_TAGS = frozenset(("p", "br", "ul", "ol", "li", "strong", "em", "b", "i", "h2", "h3"))
_MORE_TAGS = (
    "h1 h4 h5 h6 a u s small sub sup blockquote hr code pre span div table caption thead tbody tfoot tr td th dl dt dd"
)
#: Tags that a description may have; others are none that words are written in.
HARMLESS = USUAL_TAGS | frozenset(_MORE_TAGS.split())
_EMPTY_LINK = re.compile(r"<a>(.*?)</a>", re.DOTALL)
_HREF = re.compile(r"""<a\b[^<>]{0,500}?\bhref=(?:"([^"<>]{1,2000})"|'([^'<>]{1,2000})')""", re.IGNORECASE)
#: A text may be cut at the last of these that leaves so much of what is allowed.
_BREAKS = (re.compile(r"[.!?؟…。](?=\s)"), re.compile(r"\s[|–—•-]\s"))
_LEAST_LEFT = 0.5
#: A title is no sentence: it may be cut before the last part that dashes set off. Other texts end with a sentence.
_WORDS = re.compile(r"\w+")
_SENTENCE_PARTS = frozenset((DESCRIPTION, SHORT_DESCRIPTION, SEO_DESCRIPTION, ALT_TEXT))


def limit_of(spec: PartSpec) -> int | None:
    """Longest text of a part, in characters; None for no limit."""
    limits = [limit for limit in (LIMITS.get(spec.part), spec.max_length) if limit is not None]
    return min(limits, default=None)


def allowed_tags(spec: PartSpec) -> frozenset[str]:
    """HTML tags that the part may have."""
    return frozenset(tag.lower() for tag in spec.tags) & HARMLESS or USUAL_TAGS


def fit(text: str, spec: PartSpec, links: Collection[str] = ()) -> str:
    """The text as the part takes it; empty where nothing usable is left, or where it cannot be made to fit."""
    if spec.format == "html":
        markup = fit_html(text, allowed_tags(spec), links)
        most = limit_of(spec)
        return markup if most is None or len(markup) <= most else ""
    return shorten(plain(text, is_multiline=spec.part == DESCRIPTION), spec)


def plain(text: str, *, is_multiline: bool = False) -> str:
    """Without markup and control characters; empty where nothing is left."""
    try:
        return PlainText(is_multiline=is_multiline).clean(text)
    except OutputRefused:
        return ""


def shorten(text: str, spec: PartSpec) -> str:
    """Cut where nobody notices, or empty: a text is never left hanging, and never over its limit."""
    most = limit_of(spec)
    if most is None or len(text) <= most:
        return text
    for number, pattern in enumerate(_BREAKS):
        if number and spec.part in _SENTENCE_PARTS:
            break
        ends = [match.start() + (not number) for match in pattern.finditer(text[: most + 2])]
        fitting = [end for end in ends if most * _LEAST_LEFT <= end <= most]
        if fitting:
            return text[: fitting[-1]].rstrip()
    return ""


def fit_html(text: str, tags: frozenset[str], links: Collection[str] = ()) -> str:
    """Markup of these tags alone, without attributes; of links, only those that the facts have."""
    cleaned = clean(without_hidden(text)).strip()
    if not has_markup(cleaned):
        return _paragraphs(cleaned, tags)
    known = frozenset(links)
    kept = tags if known else tags - {"a"}

    def attribute(tag: str, name: str, value: str) -> str | None:
        return value if tag == "a" and name == "href" and value in known else None

    markup = nh3.clean(
        cleaned,
        tags=set(kept),
        attributes={"a": {"href"}} if "a" in kept else {},
        attribute_filter=attribute,
        clean_content_tags={"script", "style"},
        link_rel=None,
        url_schemes={"http", "https", "mailto"},
    )
    markup = without_hidden(_EMPTY_LINK.sub(r"\1", markup)).strip()
    return markup if without_markup(markup).strip() else ""


def _paragraphs(text: str, tags: frozenset[str]) -> str:
    found = [" ".join(each.split()) for each in re.split(r"\n\s*\n", text) if each.strip()]
    escaped = [html.escape(html.unescape(each), quote=False) for each in found]
    return "\n".join(f"<p>{each}</p>" for each in escaped) if "p" in tags else "\n\n".join(escaped)


def links_of(markup: str) -> frozenset[str]:
    """Addresses that the facts link to."""
    return frozenset(html.unescape(double or single) for double, single in _HREF.findall(markup))


def same(before: object, after: object) -> bool:
    """Whether a proposal says what stands there already, however it is spaced."""
    if isinstance(after, Mapping):
        return _points(before) == _points(after)
    return _spaced(before) == _spaced(after)


def _spaced(value: object) -> object:
    return " ".join(value.split()) if isinstance(value, str) else value


def _points(value: object) -> list[str]:
    """The words of a summary of reviews, whether it stands there as data or as lines, with whatever marks."""
    if isinstance(value, Mapping):
        points = (each for name in ("pros", "cons") for each in value.get(name) or ())
        value = "\n".join(f"{each.get('text', '')} {each.get('count') or ''}" for each in points)
    return _WORDS.findall(str(value or ""))
