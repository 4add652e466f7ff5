"""Words that stand beside a name and change what it means."""

from __future__ import annotations


def _each(words: str) -> frozenset[str]:
    return frozenset(words.casefold().split())


#: A name marked with ``~`` is meant only beside one of these.
BEFORE = _each("of in from with colour color shade solid material couleur coloris en de aus farbe wool delicate soft")
AFTER = _each(
    "coloured colored tone colour color pad pads lining bag sole soles slippers hat base frame top trim insert"
)
#: What only looks like the material, after it and before it.
LOOKS = _each("look effect style imitation print optik effekt imitat design aspect imitación aspecto")
LOOKS_BEFORE = _each("effet imitation aspect efecto façon imitación aspecto")
#: What says that there is none of it.
FREE = _each("free frei")
WITHOUT = _each("without no sans sin ohne kein keine non بدون")
#: English words that are ordinary ones of another language.
ORDINARY = {"es": _each("tan once fir"), "fr": _each("fir or lace"), "de": _each("tan")}
#: A few words of each language that stand in nearly every sentence.
USUAL = {
    "en": _each("the and of with is for this that are from it your you"),
    "de": _each("der die das und mit ist für ein eine aus den von dem sich im auf"),
    "fr": _each("le la les et des est pour avec une du dans en au sur cette votre"),
    "es": _each("el la los las y con es para una del en por su este esta que"),
}
#: Answers that say nothing by themselves: where they stand in the facts, they are about something else.
BARE_ANSWERS = _each("yes no ja nein oui non sí si true false with without none other نعم لا")
#: What stands between two things of one sentence, so that the second is said of something else.
JOINTS = ("and", "with", "und", "mit", "sowie", "et", "avec", "y", "e", "con")
#: A sentence with one of these does not say what something is.
DENIALS = WITHOUT | _each("not never isn aren nicht keine keinen nie pas jamais nunca لا ليس ليست")
#: What may stand before the name of an attribute that is followed by a colon.
LEADS = _each(
    "the a an with its has in our of is der die das ein eine mit seine ist im le la les un une avec son sa en el los las su con من مع في"
)
