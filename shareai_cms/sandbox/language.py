"""What language a text is in, where its sentences end, and which of its words carry it."""

# ruff: noqa: RUF001 -- punctuation of several scripts is the subject here

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_ENGLISH = """
a an the and or but nor so yet if when while because although since as than then that this these those there
here it its he she they them their his her we us our you your i me my who whom whose which what where why how is
are was were be been being am do does did done has have had having will would shall should can could may might
must not no none never ever always often very too also just only even still again already much many more most
some any all each every both few other another such own same of in on at by for from to with without into onto
over under above below between through during before after about against along across around up down out off
away back near until till upon within toward towards besides per via one two three let make makes made get gets
got go goes going gone come comes came say says said see sees take takes took give gives gave know knows like
well new now soon once twice read ask look please don't doesn't isn't it's last first end top bottom part way
kind everything something anything nothing everyone someone anyone nobody somebody whatever whoever nearly
almost perhaps rather quite usually another four five six seven eight nine ten eleven twelve fourteen twenty
thirty forty fifty sixty hundred thousand monday tuesday wednesday thursday friday saturday sunday mondays
tuesdays wednesdays thursdays fridays saturdays sundays january february march april may june july august
september october november december you'll we're you're they're can't won't
"""
_GERMAN = """
der die das den dem des ein eine einen einem einer eines und oder aber denn sondern doch wenn weil obwohl
während nachdem bevor dass ob als wie da so dann damit ich du er sie es wir ihr mich dich ihn uns euch mir dir
ihm ihnen mein dein sein seine seiner seinen unser unsere unserer unseren euer ist sind war waren bin bist sei
wird werden wurde wurden worden hat haben hatte hatten kann können konnte muss müssen soll sollen will wollen
darf dürfen mag möchte nicht kein keine keinen nie immer oft sehr auch nur noch schon wieder mehr viel viele
alle alles jeder jede jedes jeden man etwas nichts hier dort wo was wer wen wem warum von vom zu zum zur in im
ins an am ans auf aus bei beim mit nach über unter vor hinter neben zwischen durch für gegen ohne um bis seit ab
sich diese dieser dieses diesen diesem jene welche welcher einmal zweimal mal heute jetzt bald ganz gar drei
vier fünf sechs sieben acht neun zehn elf zwölf zwanzig dreißig sechzig hundert tausend ende montag dienstag
mittwoch donnerstag freitag samstag sonntag montags dienstags freitags samstags januar februar märz april mai
juni juli august september oktober november dezember
"""
_ARABIC = """
في من إلى على عن مع أن إن ان لا ما لم لن هو هي هم هن نحن أنا أنت هذا هذه ذلك تلك الذي التي الذين كان كانت
يكون تكون قد كل بعض غير بين عند حتى ثم أو أم بل لكن و كما إذا لو حيث بعد قبل فوق تحت منذ أي كيف متى أين هناك
هنا له لها لهم به بها فيه فيها عليه عليها منه منها ليس كذلك أيضا
"""
_FRENCH = """
le la les un une des du de et ou mais donc est sont était été être a ont avait dans sur sous pour par avec
sans vers chez que qui quoi dont où ne pas plus très ce cet cette ces son sa ses leur leurs il elle ils elles
on nous vous je tu se au aux en deux fois jour
"""
_SPANISH = """
el la los las un una unos unas de del y o pero es son era fue ser ha han en sobre para por con sin hacia que
quien donde no más muy este esta estos estas su sus él ella ellos se al lo nos como
"""
_ITALIAN = """
il lo la i gli le un uno una di del della dei delle e o ma è sono era stato ha hanno in nel nella su per con
senza che chi dove non più molto questo questa questi suo sua suoi lui lei loro si al alla ci come
"""
_DUTCH = """
de het een en of maar is zijn was waren heeft hebben in op onder voor door met zonder naar van dat die wie
waar niet geen meer zeer dit deze hij zij wij jullie ik je zich aan bij als ook nog
"""

STOP_WORDS: Mapping[str, frozenset[str]] = {
    "en": frozenset(_ENGLISH.split()),
    "de": frozenset(_GERMAN.split()),
    "ar": frozenset(_ARABIC.split()),
    "fr": frozenset(_FRENCH.split()),
    "es": frozenset(_SPANISH.split()),
    "it": frozenset(_ITALIAN.split()),
    "nl": frozenset(_DUTCH.split()),
}
_ABBREVIATED = "e.g i.e dr mr mrs ms prof st no nr z.b d.h u.a o.ä ca bzw vgl approx inc ltd co vol fig str tel"
#: After these a full stop ends no sentence.
ABBREVIATIONS = frozenset(_ABBREVIATED.split())
ARTICLES: Mapping[str, frozenset[str]] = {
    "en": frozenset(("the", "a", "an", "our", "your", "their", "its", "this", "every")),
    "de": frozenset(
        (
            "der",
            "die",
            "das",
            "den",
            "dem",
            "des",
            "ein",
            "eine",
            "einen",
            "einem",
            "einer",
            "eines",
            "im",
            "am",
            "zum",
            "zur",
            "vom",
        )
    ),
}
WORD = re.compile(r"[^\W\d_](?:[\w'’-]*\w)?")
_NAME_OR_WORD = re.compile(r"[A-ZÀ-Þ][\w'’-]+(?: [A-ZÀ-Þ][\w'’-]+)+|[^\W\d_](?:[\w'’-]*\w)?")
_GERMAN_NOUN_ENDINGS = ("ung", "heit", "keit", "schaft", "tion", "rei", "haus", "zeiten")
# It begins where no end stands before, or a long row of them would be tried from each of its members.
_END = re.compile(r"(?<![.!?؟…。！？])[.!?؟…。！？]++[\"”’»)\]]*+(?:\s+|(?<=[。！？])|$)")
#: What a sentence may end with, in any of the scripts the sandbox knows.
SENTENCE_ENDS = tuple(".!?؟…。！？")
_ARABIC_LETTER = re.compile(r"[\u0600-\u06ff]")
#: A text is judged by its beginning; a longer one is no clearer.
_SAMPLE = 5_000


def language_of(text: str, hint: str = "") -> str:
    """Two letters; the hint wins, and an empty string means that nobody can tell."""
    if hint:
        return hint.lower().replace("_", "-").split("-")[0]
    sample = text[:_SAMPLE]
    words = WORD.findall(sample.lower())
    if len(_ARABIC_LETTER.findall(sample)) * 2 > sum(len(word) for word in words) > 0:
        return "ar"
    hits = {language: sum(word in known for word in words) for language, known in STOP_WORDS.items()}
    best = max(hits, key=lambda language: hits[language])
    if hits[best]:
        return best
    return "de" if re.search("[äöüß]", sample.lower()) else "en" if sample.isascii() else ""


def split_sentences(text: str) -> list[str]:
    """The sentences, each with the space after it; joined they are the text again."""
    sentences: list[str] = []
    start = 0
    for match in _END.finditer(text):
        if _is_abbreviation(text[start : match.start()]):
            continue
        sentences.append(text[start : match.end()])
        start = match.end()
    if start < len(text):
        sentences.append(text[start:])
    return [sentence for sentence in sentences if sentence]


def _is_abbreviation(before: str) -> bool:
    last = before[-12:].rsplit(maxsplit=1)[-1:] or [""]
    word = last[0].lstrip("(\"“„«'").lower()
    # "3. Mai" and "J. Smith"; a year does end a sentence.
    return word in ABBREVIATIONS or (len(word) == 1 and word.isalpha()) or (len(word) < 3 and word.isdigit())


@dataclass
class _Seen:
    """A word as it was met: how it is written inside a sentence, and how much speaks for it."""

    written: str
    is_inside: bool = False
    weight: int = 0
    is_strong: bool = False


def keywords(text: str, language: str, most: int = 5) -> list[str]:
    """The words that carry the text, as they are written in it, the weightiest first."""
    stop = STOP_WORDS.get(language, frozenset())
    seen: dict[str, _Seen] = {}
    for sentence in split_sentences(text[:20_000]):
        words = _tokens(sentence, language)
        for place, word in enumerate(words):
            if len(word) < 3 or word.lower() in stop:
                continue
            found = seen.setdefault(_stem(word.lower()), _Seen(_inside(word, language)))
            if place and not found.is_inside:
                found.written, found.is_inside = _nominative(word), True
            weight = _weight(words, place, language, stop)
            found.weight += weight
            found.is_strong = found.is_strong or weight > 1 or found.weight > 2
    ranked = sorted(seen.values(), key=lambda found: -found.weight)
    strong = [found.written for found in ranked if found.is_strong]
    return (strong or [found.written for found in ranked])[:most]


def _nominative(word: str) -> str:
    return word.removesuffix("'s").removesuffix("’s")


def _tokens(sentence: str, language: str) -> list[str]:
    """The words; "Harbour Press" is one, except where every noun has a capital."""
    if language == "de":
        return WORD.findall(sentence)
    stop = STOP_WORDS.get(language, frozenset())
    words: list[str] = []
    for token in _NAME_OR_WORD.findall(sentence):
        first, _, rest = token.partition(" ")
        words.extend([first, rest] if rest and first.lower() in stop else [token])
    return words


def _inside(word: str, language: str) -> str:
    """A sentence's first word as it might stand inside; a German noun or a name of two keeps its capital."""
    return word if language == "de" or word.isupper() or " " in word else word[0].lower() + word[1:]


def _weight(words: list[str], place: int, language: str, stop: frozenset[str]) -> int:
    """What speaks for a word being a noun or a name; 1 is nothing."""
    word = words[place]
    if language == "de":
        # Every noun has a capital, but so has whatever begins the sentence.
        return 3 if word[0].isupper() and (place > 0 or word.endswith(_GERMAN_NOUN_ENDINGS)) else 1
    if language == "ar":
        return 2 if word.startswith("ال") else 1
    is_name = " " in word or (place > 0 and word[0].isupper())
    has_article = place > 0 and words[place - 1].lower() in ARTICLES.get(language, frozenset())
    ends_phrase = place + 1 == len(words) or words[place + 1].lower() in stop
    return 1 + 2 * (has_article and ends_phrase) + 2 * is_name


def _stem(word: str) -> str:
    word = _nominative(word)
    return word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word


def capitalise(text: str) -> str:
    return text[:1].upper() + text[1:]


def clip(text: str, limit: int, language: str = "") -> str:
    """The text cut between two words so that it fits, without a little word left hanging at the end."""
    if len(text) <= limit:
        return text
    words = text[: limit + 1].rsplit(maxsplit=1)[0].split() if " " in text[: limit + 1] else []
    stop = STOP_WORDS.get(language, frozenset())
    while len(words) > 1 and words[-1].strip(",;:–—-").lower() in stop:
        words.pop()
    clipped = " ".join(words).rstrip(" ,;:–—-(")
    return clipped if clipped and len(clipped) <= limit else text[:limit].rstrip()
