"""What a tone does to a text: words that go or change, and an opening where nothing else would show."""

from __future__ import annotations

from collections.abc import Mapping

#: First words of a text in this tone, by language.
OPENINGS: Mapping[str, Mapping[str, str]] = {
    "friendly": {"en": "Good to know:", "de": "Gut zu wissen:", "ar": "من الجميل أن تعرف:"},
    "formal": {"en": "Please note:", "de": "Bitte beachten Sie:", "ar": "يرجى العلم:"},
    "confident": {"en": "One thing is certain:", "de": "Eines ist sicher:", "ar": "الأكيد:"},
    "neutral": {"en": "The facts:", "de": "Die Fakten:", "ar": "الوقائع:"},
    "playful": {"en": "Guess what:", "de": "Stell dir vor:", "ar": "خمن ماذا:"},
}


def _table(text: str) -> dict[str, str]:
    return dict(line.split(" = ", 1) for line in text.strip().splitlines())


_FORMAL = {
    "en": """
isn't = is not
aren't = are not
wasn't = was not
weren't = were not
don't = do not
doesn't = does not
didn't = did not
can't = cannot
won't = will not
it's = it is
we're = we are
you're = you are
they're = they are
we'll = we will
you'll = you will
a lot of = a great deal of
kids = children
buy = purchase
get in touch = make contact
sorry = we apologise
thanks = thank you
okay = acceptable
hello = good day
lots of = many
about = concerning
""",
    "de": """
hallo = guten Tag
tschüss = auf Wiedersehen
kriegen = erhalten
kriegt = erhält
kaufen = erwerben
schauen = betrachten
du = Sie
dein = Ihr
deine = Ihre
dich = Sie
dir = Ihnen
okay = in Ordnung
""",
    "ar": """
شكرا = نتقدم إليكم بالشكر
مرحبا = تحية طيبة
أهلا = تحية طيبة
نريد = نود
""",
}
_FRIENDLY = {
    "en": """
customers = friends
visitors = guests
purchase = pick up
receive = get
require = need
assist = help
is not = isn't
are not = aren't
do not = don't
does not = doesn't
cannot = can't
will not = won't
it is = it's
we are = we're
you are = you're
""",
    "de": """
Kunden = Freunde
Besucher = Gäste
erwerben = holen
benötigen = brauchen
erhalten = bekommen
""",
    "ar": """
الزوار = الضيوف
العملاء = الأصدقاء
""",
}
SWAPS: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "formal": {language: _table(text) for language, text in _FORMAL.items()},
    "friendly": {language: _table(text) for language, text in _FRIENDLY.items()},
}
#: Words that a tone does without.
DROPPED: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "confident": {
        "en": (
            "perhaps", "maybe", "possibly", "probably", "somewhat", "we think that", "we believe that", "it seems that",
            "sort of", "kind of", "more or less", "as far as we know",
        ),
        "de": ("vielleicht", "eventuell", "möglicherweise", "vermutlich", "wohl", "gewissermaßen", "mehr oder weniger"),
        "ar": ("ربما", "لعل", "نوعا ما"),
    },
    "neutral": {
        "en": ("very", "really", "truly", "wonderful", "amazing", "fantastic", "incredibly", "absolutely", "of course"),
        "de": ("sehr", "wirklich", "wunderbar", "wunderbare", "fantastisch", "unglaublich", "absolut", "natürlich"),
        "ar": ("جدا", "حقا", "رائع", "رائعة", "بالطبع"),
    },
}  # fmt: skip
