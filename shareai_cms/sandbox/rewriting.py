"""Rewording: shorter phrases, shorter sentences, a clause that changes places.

Nothing is invented: every word comes from the text or from ``phrases``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from .language import SENTENCE_ENDS, WORD, capitalise, keywords, split_sentences
from .phrases import ASIDES, EMPTY, SHORTER, TWINS

LONG_SENTENCE = 22
SHORTEST_PART = 5
#: Characters beyond which a sentence is no sentence, and is left in one piece.
LONGEST_SENTENCE = 1_500
#: Words of two neighbouring sentences that may become one.
SHORT_SENTENCE = 9

_SUBJECTS = (
    "the|a|an|we|you|i|our|your|their|his|her|my|this|that|these|those|each|every|all|no|most|many|some|it|they|he|she"
)
_FRONTED = re.compile(
    r"(?P<lead>(?:When|Whenever|If|Because|Although|Once|As soon as|Until|After|Before|While|Since|Unless) "
    r"[^,;:()“”\"–—]+|"
    rf"(?:In|On|At|During|By|Since|From|Every|Each|Twice|Once|Until|Throughout|Along) [^,;:()“”\"–—]{{3,48}}), "
    rf"(?P<rest>(?:{_SUBJECTS}) [^,;:()“”\"–—]+?)(?P<end>[.!]?)",
    re.IGNORECASE,
)
_TRAILING = re.compile(
    rf"(?P<rest>(?:{_SUBJECTS}) [^,;:()“”\"–—]+?) "
    r"(?P<lead>(?:when|whenever|if|because|although|once|until|unless|after|before) [^,;:()“”\"–—]+?)(?P<end>[.!]?)",
    re.IGNORECASE,
)
_NOT_FRONTED = re.compile(
    r"(?:In (?:fact|short|addition|other words|general|particular|the end|contrast|turn)|For \w+|"
    r"At (?:first|last|least)|By (?:contrast|the way)|On the (?:one|other) hand)\b"
)
#: Before these a conjunction belongs to the word before it, and what follows is no clause of its own.
_BOUND = re.compile(
    r"\b(?:as|even|only|not|just|shortly|long|soon|right|ever|know|see|ask|wonder|check|tell|remember|and|or|but|that|"
    r"which|who|whether|at|day|is|are|was|were)(?: \w+)?$|"
    r"\b(?:that|which|who|what\w*|where|how|why|than|whether|and|or|but)\b",
    re.IGNORECASE,
)
_SUBORDINATE = re.compile(
    r"(?:when|if|because|although|while|after|before|as|since|once|whether|unless|wenn|weil|obwohl|während|nachdem|"
    r"bevor|dass|ob|als|da|seit)\b",
    re.IGNORECASE,
)
#: Where a long sentence may end early: what is cut out, and how the next one begins.
_SEAMS: Mapping[str, tuple[tuple[re.Pattern[str], str], ...]] = {
    "en": (
        (re.compile(r";\s+"), ""),
        (re.compile(r",\s+and\s+(?=(?:we|they|he|she|you|it|there|I)\b)"), ""),
        (re.compile(r",\s+but\s+(?=(?:we|they|he|she|you|it|there|I|the|a|this|that|our)\b)"), "But "),
        (re.compile(r",\s+so\s+(?=(?:we|they|he|she|you|it|there|I|the|our)\b)"), "So "),
    ),
    "de": (
        (re.compile(r";\s+"), ""),
        (re.compile(r",\s+und\s+(?=(?:wir|er|es|ich|man|dann)\b)"), ""),
        (re.compile(r",\s+aber\s+(?=(?:wir|er|es|ich|man|der|die|das)\b)"), "Aber "),
        (re.compile(r",\s+denn\s+"), "Denn "),
    ),
    "ar": (
        (re.compile(r"؛\s+"), ""),
        (re.compile(r"،\s+(?=و?لكن)"), ""),
    ),
}
#: Beginnings before which a full stop may become a semicolon, and of the sentence that it ends.
_JOINTS: Mapping[str, tuple[str, re.Pattern[str]]] = {
    "en": ("; ", re.compile(r"(?:We|They|It|He|She|You|The|A|Our|There|This)\b")),
    "de": ("; ", re.compile(r"(?:Wir|Er|Es|Ich|Man|Der|Die|Das|Ein|Eine)\b")),
    "ar": ("؛ ", re.compile(r"\w")),
}
_CONTRACTIONS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(r"\b(is|are|was|were|does|do|did|has|have|had|could|would|should) not\b(?! only)", re.IGNORECASE),
        r"\1n't",
    ),
    (re.compile(r"\b([Cc]a)nnot\b"), r"\1n't"),
    (re.compile(r"\b([Ww])ill not\b"), r"\1on't"),
    (re.compile(r"\b(we|you|they) are(?= [a-z])", re.IGNORECASE), r"\1're"),
    (re.compile(r"\b(it|that|there|he|she) is(?= [a-z])", re.IGNORECASE), r"\1's"),
    (re.compile(r"\b(I|we|you|they|he|she|it) will(?= [a-z])", re.IGNORECASE), r"\1'll"),
)
#: "the books which were printed here" says no more than "the books printed here".
_REDUCED = re.compile(
    r"(?<![,;] )\b(?:which|that) (?:is|are|was|were|has been|have been|had been) "
    r"(?=(?:\w{3,}ed|paid|made|sent|written|given|taken|set|sold|bought|drawn|built|kept|laid|found|held|shown|known)\b)"
)
_ON_THE_SIDE = re.compile(
    r"\b(?:rather |somewhat )?on the (short|shorter|long|small|large|slippery|heavy|quiet)(?:er)? side\b"
)
_OPENINGS: Mapping[str, tuple[str, str, str, str]] = {
    "en": ("In short: {}.", "In a word: {}.", ", ", " and "),
    "de": ("Kurz gesagt: {}.", "Mit einem Wort: {}.", ", ", " und "),
    "ar": ("باختصار: {}.", "في كلمة: {}.", "، ", " و"),
}
_TAGLINES: Mapping[str, tuple[str, ...]] = {
    "en": ("{} at a glance", "About {}"),
    "de": ("{} auf einen Blick", "{} im Überblick"),
    "ar": ("نظرة على {}", "عن {}"),
}
_TURNS: Mapping[str, tuple[tuple[re.Pattern[str], str], ...]] = {
    "en": (
        (re.compile(r"([A-Z][a-z]+) and ([a-z]+)"), "{1} and {0}"),
        (re.compile(r"((?:An?|The) .+?) (from [^,:]+)"), "{1}: {0}"),
    ),
    "de": (
        (re.compile(r"([A-ZÄÖÜ]\w+) und ([A-ZÄÖÜ]\w+)"), "{1} und {0}"),
        (re.compile(r"((?:Eine?|Der|Die|Das) .+?) (vom [^,:]+)"), "{1}: {0}"),
    ),
}
_MARKER = re.compile(r"\s*(?:(?:[-*•–>]|#{1,6}|\d{1,3}[.)])\s+)?")


def rewrite_plain(text: str, language: str) -> str:
    """The text in other words, line by line; what is no prose is left alone."""
    rewritten = "".join(_rewrite_line(line, language) for line in text.splitlines(keepends=True))
    if rewritten.strip() != text.strip():
        return rewritten
    return change_anyway(text, language)


def _rewrite_line(line: str, language: str) -> str:
    """One line, with the bullet or number before it and the line feed after it kept."""
    marker = _MARKER.match(line)
    start = marker.end() if marker else 0
    body = line[start:].rstrip()
    if not body:
        return line
    return line[:start] + rewrite_run(tidy(body, language), language) + line[start + len(body) :]


def tidy(text: str, language: str) -> str:
    """One space between words, none before a comma; French keeps its spaces."""
    text = re.sub(r"[ \t\u00a0]{2,}", " ", text)
    return re.sub(r"(?<=\w) +(?=[,.;:!?](?:\s|$))", "", text) if language in ("en", "de", "ar") else text


def rewrite_run(text: str, language: str, *, starts: bool = True, ends: bool = True) -> str:
    """A piece of running text; ``starts`` and ``ends`` say whether its edges are those of a block.

    A sentence that goes on outside the piece, in a link say, keeps its order.
    """
    sentences = split_sentences(text)
    rewritten: list[str] = []
    for place, sentence in enumerate(sentences):
        body = sentence.rstrip()
        is_last = place == len(sentences) - 1
        is_whole = (place > 0 or starts) and (body.endswith(SENTENCE_ENDS) or (is_last and ends))
        rewritten.append(_rewrite_sentence(body, language, is_whole=is_whole) + sentence[len(body) :])
    if rewritten == sentences:
        return join_two(sentences, language)
    return "".join(rewritten)


def _rewrite_sentence(sentence: str, language: str, *, is_whole: bool) -> str:
    shorter = replace_phrases(sentence, language)
    if is_whole and len(shorter) <= LONGEST_SENTENCE:
        halves = split_long(shorter, language)
        shorter = halves if halves != shorter else move_clause(shorter, language)
    if shorter == sentence and language == "en":
        shorter = contract(sentence)
    return shorter if shorter != sentence else replace_known(sentence, _matcher("twins", language), TWINS, language)


def replace_phrases(text: str, language: str) -> str:
    """Fewer words for the same: asides and empty words go, long phrases get shorter."""
    if asides := _any_of(ASIDES, language):
        text = re.sub(rf",\s+(?:{asides}),\s+", " ", text, flags=re.IGNORECASE)
    if empty := _any_of(EMPTY, language):
        text = re.sub(
            rf"(?<!\w)({empty}),?\s+(\w)",
            lambda match: match[2].upper() if match[1][0].isupper() else match[2],
            text,
            flags=re.IGNORECASE,
        )
    if language == "en":
        text = _ON_THE_SIDE.sub(r"rather \1", _REDUCED.sub("", text))
    return replace_known(text, _matcher("shorter", language), SHORTER, language)


def _any_of(table: Mapping[str, tuple[str, ...]], language: str) -> str:
    return "|".join(map(re.escape, sorted(table.get(language, ()), key=len, reverse=True)))


def contract(text: str) -> str:
    """ "We do not know." → "We don't know.", with the apostrophe that the text uses itself."""
    for pattern, shorter in _CONTRACTIONS:
        text = pattern.sub(shorter.replace("'", "’") if "’" in text else shorter, text)
    return text


def replace_known(
    text: str, matcher: re.Pattern[str] | None, tables: Mapping[str, Mapping[str, str]], language: str
) -> str:
    """Every phrase of the table by its twin, in the same case and with the article that it needs."""
    if matcher is None:
        return text
    table = {phrase.lower(): other for phrase, other in tables[language].items()}

    def other(match: re.Match[str]) -> str:
        article, phrase = match["article"], match["phrase"]
        replacement = table[" ".join(phrase.lower().split())]
        replacement = capitalise(replacement) if phrase[0].isupper() else replacement
        if not article:
            return replacement
        return f"{article[0]}{'n' if replacement[0].lower() in 'aeiou' else ''} {replacement}"

    return matcher.sub(other, text)


@lru_cache(maxsize=16)
def _matcher(kind: str, language: str) -> re.Pattern[str] | None:
    table = (SHORTER if kind == "shorter" else TWINS).get(language)
    if not table:
        return None
    phrases = sorted(table, key=len, reverse=True)
    alternatives = "|".join(r"\s+".join(map(re.escape, phrase.split())) for phrase in phrases)
    return re.compile(rf"(?<![\w-])(?:(?P<article>an?)\s+)?(?P<phrase>{alternatives})(?![\w-])", re.IGNORECASE)


def split_long(sentence: str, language: str) -> str:
    """Two sentences out of one that is too long, cut at the seam nearest to its middle."""
    if len(WORD.findall(sentence)) < LONG_SENTENCE or ":" in sentence or _SUBORDINATE.match(sentence):
        return sentence
    seams = [(match, opening) for pattern, opening in _SEAMS.get(language, ()) for match in pattern.finditer(sentence)]
    usable = [
        (match, opening)
        for match, opening in seams
        if min(_words(sentence[: match.start()]), _words(sentence[match.end() :])) >= SHORTEST_PART
        and sentence[: match.start()].count("(") == sentence[: match.start()].count(")")
    ]
    if not usable:
        return sentence
    match, opening = min(usable, key=lambda seam: abs(seam[0].start() - len(sentence) // 2))
    rest = sentence[match.end() :]
    return f"{sentence[: match.start()]}. {opening + rest if opening else capitalise(rest)}"


def _words(text: str) -> int:
    return len(WORD.findall(text))


def move_clause(sentence: str, language: str) -> str:
    """ "When the tide turns, the boats leave." → "The boats leave when the tide turns.", and back."""
    if language != "en":
        return sentence
    if (match := _FRONTED.fullmatch(sentence)) and not _NOT_FRONTED.match(sentence):
        if re.match(r"(?:it|they|he|she)\b", match["rest"], re.IGNORECASE) or not 2 < _words(match["rest"]) < 16:
            return sentence
        return f"{capitalise(match['rest'])} {_lower_first(match['lead'])}{match['end']}"
    match = _TRAILING.fullmatch(sentence)
    if match is None or _BOUND.search(match["rest"]):
        return sentence
    if not (2 < _words(match["rest"]) < 16 and 2 < _words(match["lead"]) < 14):
        return sentence
    return f"{capitalise(match['lead'])}, {_lower_first(match['rest'])}{match['end']}"


def _lower_first(text: str) -> str:
    first = text.split(maxsplit=1)[0]
    return text if first == "I" or first.startswith("I'") else text[0].lower() + text[1:]


def _lower_article(text: str) -> str:
    """Lower case for a German article alone: what follows it, or stands without one, is a noun."""
    return _lower_first(text) if re.match(r"(?:Eine?|Der|Die|Das)\b", text) else text


def join_two(sentences: list[str], language: str) -> str:
    """The text with the first two short neighbours joined, where the language has a joint."""
    joint, beginning = _JOINTS.get(language, ("", None))
    for place in range(len(sentences) - 1):
        first, second = sentences[place].rstrip(), sentences[place + 1]
        if not first.endswith(".") or not second.rstrip().endswith(".") or beginning is None:
            continue
        if max(_words(first), _words(second)) > SHORT_SENTENCE or not (
            beginning.match(first) and beginning.match(second)
        ):
            continue
        joined = first[:-1] + joint + _lower_first(second)
        return "".join([*sentences[:place], joined, *sentences[place + 2 :]])
    return "".join(sentences)


def change_anyway(text: str, language: str) -> str:
    """A visible change where no rule applied: a tag line for a title, an opening sentence for prose."""
    body = text.strip()
    if not WORD.search(body):
        return text
    return text.replace(body, tagline(body, language) if is_title(body) else f"{opening(body, language)} {body}", 1)


def is_title(text: str) -> bool:
    return "\n" not in text and _words(text) <= 12 and not text.rstrip().endswith(SENTENCE_ENDS)


def tagline(title: str, language: str) -> str:
    """A title turned round where it has two sides, or with a word of what it promises."""
    for pattern, turned in _TURNS.get(language, ()):
        if match := pattern.fullmatch(title):
            return capitalise(turned.format(*map(_lower_article if language == "de" else _lower_first, match.groups())))
    for template in _TAGLINES.get(language, ()):
        if template.replace("{}", "").strip() not in title:
            return template.format(title)
    return f"{title} …"


def opening(text: str, language: str) -> str:
    """One sentence that names what the text is about, in the text's own words."""
    words = keywords(text, language, most=3) or [WORD.findall(text)[0][:40]]
    many, one, comma, last = _OPENINGS.get(language, ("{}.", "{}.", " · ", " · "))
    listed = last.join([comma.join(words[:-1]), words[-1]] if len(words) > 1 else words)
    template = many if len(words) > 1 else one
    return template.format(listed if ":" in template else capitalise(listed))
