"""More than was there: an elaboration, a continuation, a draft; every noun comes from the text or the brief."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence

from .language import WORD, capitalise, keywords, split_sentences
from .markup import Piece, change_html, escape, visible_text

_MORE: Mapping[str, tuple[str, ...]] = {
    "en": (
        "In other words, {a} and {b} belong together here.",
        "There is more to {a} than meets the eye, and {b} is a part of it.",
        "That is why {a} and {b} are worth a closer look.",
    ),
    "de": (
        "Anders gesagt: {a} und {b} gehören hier zusammen.",
        "Zu {a} gibt es mehr zu sagen, und {b} gehört dazu.",
        "Deshalb lohnt es sich, {a} und {b} genauer anzusehen.",
    ),
    "ar": ("بعبارة أخرى، {a} و{b} مرتبطان هنا.", "وهناك المزيد عن {a}، ومنه {b}.", "لهذا يستحق {a} و{b} نظرة أقرب."),
    "": ("{a}, {b}.",),
}
_NEXT: Mapping[str, str] = {
    "en": "What comes next follows from {a}. First there is {b}, and then there is {c}. The rest is a matter of time.",
    "de": "Wie es weitergeht, ergibt sich aus {a}. Zuerst kommt {b}, dann {c}. Der Rest ist eine Frage der Zeit.",
    "ar": "وما يأتي بعد ذلك يتبع {a}. أولا {b}، ثم {c}. والباقي مسألة وقت.",
    "": "{a} … {b}, {c}.",
}
#: Of a draft: its first paragraph, a section's, the heading of its list, its last paragraph.
_PARTS: Mapping[str, tuple[str, str, str, str]] = {
    "en": (
        "This is about {a} and {b}. Here is what matters, point by point.",
        "{s} That makes {a} the place to begin, and {b} the next step.",
        "At a glance",
        "If anything about {a} is still open, ask us. We are glad to help with {b}, too.",
    ),
    "de": (
        "Hier geht es um {a} und {b}. Das Wichtigste, Punkt für Punkt.",
        "{s} Am besten beginnt man mit {a} und macht mit {b} weiter.",
        "Auf einen Blick",
        "Ist zu {a} noch etwas offen? Fragen Sie uns. Auch bei {b} helfen wir gern.",
    ),
    "ar": (
        "يدور هذا النص حول {a} و{b}. وهذا أهم ما فيه.",
        "{s} ابدأ من {a}، ثم انتقل إلى {b}.",
        "نظرة سريعة",
        "إن بقي سؤال عن {a} فاسألنا، ويسعدنا أن نساعد في {b} كذلك.",
    ),
    "": ("{a} · {b}", "{s}", "…", "{a} · {b}"),
}
_MOST_SECTIONS = 5
_HEADINGS = ("h2", "h3", "h4", "h5", "h6")


def expand_plain(text: str, language: str) -> str:
    lines = text.split("\n")
    return "\n".join(_expanded(line, language, place) for place, line in enumerate(lines))


def expand_html(source: str, language: str) -> str:
    seen = 0

    def expanded(text: str, piece: Piece) -> str:
        nonlocal seen
        if piece.is_label or piece.block == "li" or not piece.ends:
            return text
        seen += 1
        return _expanded(text, language, seen - 1)

    return change_html(source, expanded)


def _expanded(text: str, language: str, place: int) -> str:
    words = _words(text, language, 2)
    if len(WORD.findall(text)) < 4 or len(words) < 2:
        return text
    known = _MORE.get(language) or _MORE[""]
    return f"{text.rstrip()} {capitalise(known[place % len(known)].format(a=words[0], b=words[1]))}"


def continuation(text: str, language: str) -> str:
    """One more paragraph, about what the last ones were about."""
    words = _words(text[-3_000:], language, 3)
    if not words:
        return "…"
    a, b, c = (*words, *words, *words)[:3]
    return capitalise((_NEXT.get(language) or _NEXT[""]).format(a=a, b=b, c=c))


def continue_html(source: str, language: str) -> str:
    return f"<p>{escape(continuation(visible_text(source), language))}</p>"


def draft_plain(brief: str, language: str) -> str:
    return "\n\n".join(text for _tag, text in _draft(brief, language))


def draft_html(brief: str, language: str, allowed: Sequence[str]) -> str:
    """The draft in the tags that the field keeps."""
    heading = next((tag for tag in _HEADINGS if tag in allowed), "p")
    parts = []
    for kind, text in _draft(brief, language):
        if kind == "list" and "ul" in allowed:
            items = "".join(f"<li>{escape(item)}</li>" for item in text.split("\n"))
            parts.append(f"<ul>{items}</ul>")
        else:
            tag = heading if kind == "heading" else "p"
            parts.append(f"<{tag}>{escape(text)}</{tag}>")
    return "\n".join(parts)


def allowed_tags(instructions: str) -> tuple[str, ...]:
    return tuple(re.findall(r"<([a-z][a-z0-9]*)>", instructions))


def _draft(brief: str, language: str) -> list[tuple[str, str]]:
    text = html.unescape(" ".join(brief.split()))
    words = _words(text, language, 6) or [text]
    a, b = (*words, *words)[:2]
    first, section, glance, last = _PARTS.get(language) or _PARTS[""]
    parts = [("text", first.format(a=a, b=b))]
    for place, note in enumerate(_notes(text)):
        one, other = words[place % len(words)], words[(place + 1) % len(words)]
        parts.append(("heading", capitalise(note.rstrip(" .!?؟"))[:80]))
        parts.append(("text", section.format(s=_sentence(note), a=one, b=other)))
    parts.append(("heading", glance))
    parts.append(("list", "\n".join(capitalise(word) for word in words)))
    parts.append(("text", last.format(a=a, b=b)))
    return parts


def _notes(text: str) -> list[str]:
    """What the brief asks for, one thing each."""
    notes = [part.strip() for sentence in split_sentences(text) for part in re.split(r"[:,;،؛]\s+", sentence)]
    return [note for note in notes if len(WORD.findall(note)) > 0][:_MOST_SECTIONS]


def _sentence(note: str) -> str:
    return f"{capitalise(note.rstrip(' .'))}." if note[-1] not in "!?؟" else capitalise(note)


def _words(text: str, language: str, most: int) -> list[str]:
    found = keywords(text, language, most=most)
    if len(found) < most:
        others = [word for word in dict.fromkeys(WORD.findall(text)) if len(word) > 4 and word not in found]
        found += others[: most - len(found)]
    return found
