"""Less of the same: fewer words, the weightiest sentences, a summary, descriptions of a page."""

from __future__ import annotations

import re

from .language import SENTENCE_ENDS, WORD, capitalise, clip, keywords, split_sentences
from .markup import Piece, change_html, escape, visible_text
from .phrases.plain import PLAIN
from .rewriting import replace_phrases, split_long
from .swapping import Swapper

SUMMARY_CHARACTERS = 300
#: Words of a sentence that may still lose its last part.
LONG = 9
_PLAIN = {language: Swapper(table) for language, table in PLAIN.items()}
_BRACKETS = re.compile(r"\s*\([^()]{1,200}\)")
_BETWEEN = re.compile(r", (?:which|who|whose|where|der|die|das|dessen|deren|wo) [^,.;:!?]{3,90},(?= )")
_DASHES = re.compile(r"\s[–—]\s[^–—.!?]{3,90}\s[–—](?=\s)")
_TAIL = re.compile(
    r"(?:,\s+(?:and|but|so|or|while|which|who|although|because|if|when|und|aber|oder|weil|obwohl|wobei|wenn|denn)\s"
    r"|\s+(?:because|although|while|so that|weil|obwohl)\s|،\s+|؛\s+|;\s+)[^.!?؟]*(?=[.!?؟]?$)"
)

#: What a cut may leave at the end.
_HANGING = frozenset(("and", "but", "or", "so", "while", "und", "aber", "oder", "denn"))


def shorten_plain(text: str, language: str) -> str:
    shorter = "".join(_shorten(line, language, is_whole=True) for line in text.splitlines(keepends=True))
    if shorter != text or len(WORD.findall(text)) < LONG:
        return shorter
    end = text.rstrip()[-1:]
    return clip(text, len(text) * 2 // 3, language) + (end if end in ".!?؟" else "")


def shorten_html(source: str, language: str) -> str:
    def shortened(text: str, piece: Piece) -> str:
        return replace_phrases(text, language) if piece.is_label else _shorten(text, language, is_whole=piece.is_whole)

    return change_html(source, shortened)


def _shorten(text: str, language: str, *, is_whole: bool) -> str:
    body = text.rstrip()
    rest = text[len(body) :]
    body = _DASHES.sub("", _BETWEEN.sub("", _BRACKETS.sub("", replace_phrases(body, language))))
    sentences = split_sentences(body)
    if not is_whole or not sentences:
        return body + rest
    if len(sentences) > 1:
        return " ".join(part.strip() for part in _weightiest(sentences, language)) + rest
    return _without_tail(body) + rest


def _weightiest(sentences: list[str], language: str) -> list[str]:
    """Half of the sentences: the first, and those with most of the text's keywords, in their order."""
    known = {word.lower() for word in keywords("".join(sentences), language, most=8)}
    weights = {
        place: len(known & set(WORD.findall(sentence.lower()))) + (100 if place == 0 else 0)
        for place, sentence in enumerate(sentences)
    }
    kept = sorted(weights, key=lambda place: (-weights[place], place))[: (len(sentences) + 1) // 2]
    return [sentences[place] for place in sorted(kept)]


def _without_tail(sentence: str) -> str:
    match = _TAIL.search(sentence)
    if match is None or len(WORD.findall(sentence[: match.start()])) < LONG // 2:
        return sentence
    kept = sentence[: match.start()].split()
    while kept[-1].lower() in _HANGING:
        kept.pop()
    return " ".join(kept).rstrip(",;") + sentence[match.end() :]


def simplify_plain(text: str, language: str) -> str:
    return "".join(_simplify(line, language, is_whole=True) for line in text.splitlines(keepends=True))


def simplify_html(source: str, language: str) -> str:
    def simplified(text: str, piece: Piece) -> str:
        return _simplify(text, language, is_whole=not piece.is_label)

    return change_html(source, simplified)


def _simplify(text: str, language: str, *, is_whole: bool) -> str:
    """Plain words; a sentence with several thoughts becomes several sentences."""
    text = replace_phrases(text, language)
    if swapper := _PLAIN.get(language):
        text = swapper.apply(text)
    if not is_whole:
        return text
    return "".join(_in_parts(sentence, language) for sentence in split_sentences(text))


def _in_parts(sentence: str, language: str) -> str:
    body = sentence.rstrip()
    halves = split_long(body, language)
    if halves == body and ";" in body:
        first, second = body.split(";", 1)
        halves = f"{first}. {capitalise(second.strip())}"
    return halves + sentence[len(body) :]


def summarise(text: str, language: str, *, limit: int = SUMMARY_CHARACTERS, sentences: int = 3) -> str:
    """The first sentence and the weightiest others that fit; of a first one that is too long, as much as does."""
    found = sentences_of(text[: limit * 20])
    if not found or len(found[0]) > limit:
        return clip(" ".join(text.split()), limit, language)
    known = {word.lower() for word in keywords(text, language, most=8)}
    ranked = sorted(
        range(len(found)), key=lambda place: (place > 0, -len(known & set(WORD.findall(found[place].lower()))), place)
    )
    chosen: list[int] = []
    for place in ranked:
        if len(chosen) < sentences and sum(len(found[kept]) + 1 for kept in [*chosen, place]) <= limit + 1:
            chosen.append(place)
    return " ".join(found[place] for place in sorted(chosen))


def sentences_of(text: str) -> list[str]:
    """The sentences, without the headings between them where there is anything else."""
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    lines = [line for line in lines if line.endswith(SENTENCE_ENDS)] or lines
    return [sentence.strip() for line in lines for sentence in split_sentences(line)]


def sum_up(text: str, language: str) -> str:
    """At most half of the sentences, and three."""
    sentences = min(3, max(1, len(sentences_of(text)) // 2))
    return summarise(text, language, limit=SUMMARY_CHARACTERS * 2, sentences=sentences)


def sum_up_html(source: str, language: str) -> str:
    return f"<p>{escape(sum_up(visible_text(source), language))}</p>"


def describe_page(text: str, language: str, *, limit: int, most: int = 3) -> list[str]:
    """Different descriptions of one page, each a sentence or two of its own."""
    rest = [sentence for sentence in sentences_of(text[:20_000]) if 25 <= len(sentence) <= limit] or [
        clip(" ".join(text.split()), limit, language)
    ]
    found: list[str] = []
    while rest and len(found) < most:
        chosen = summarise(" ".join(rest), language, limit=limit, sentences=2)
        found.append(chosen)
        rest = [sentence for sentence in rest if sentence not in chosen]
    return found
