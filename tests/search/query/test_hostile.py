"""Whatever is typed, a search answers: no error, no injection, nothing counted for nothing."""

from __future__ import annotations

import unicodedata

import pytest

from shareai_cms.search.question import LONGEST, MOST_WORDS, read, tidy
from shareai_cms.search.reasons import Reason
from tests.search.query.library import Library
from tests.services import SandboxProcess

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

HOSTILE = {
    "empty": "",
    "spaces": " \t\n\u00a0\u3000 ",
    "long": "lighthouse " * 1_000,
    "one long word": "x" * 10_000,
    "emoji": "🎣🐟🧑‍🚀",
    "right to left": "منارة البحر",
    "direction marks": "\u202elighthouse\u202c \u2067bay\u2069",
    "null bytes": "light\x00house\x00",
    "lone surrogates": "light\ud800house \udfff",
    "full-text operators": 'lighthouse AND (NOT "bay" OR NEAR(a b, 5)) * ^ : - title:x {a} col:"',
    "tsquery": "lighthouse & !bay | <-> 'x':*A",
    "sql": "'; DROP TABLE shareai_cms_passage; --",
    "like": "%_%\\",
    "format": "{0} %s %(x)s ${x} {{ x }}",
    "html": "<script>alert(1)</script>",
    "only stop words": "to be or not to be",
    "one letter": "a",
    "numbers": "4711 3.14 1,000",
    "article number": "AB-1234/x",
    "marks": "!!! ??? ...",
    "unbalanced quotes": '"lighthouse',
    "combining": "e\u0301" * 500,
    "unassigned": "\U000e0001\ufffe\uffff",
    "hangul": "등대",
    "kilobytes of marks": "." * 10_000,
    "repeated letters": "ab" * 5_000,
}


@pytest.fixture
def bay(library: Library) -> Library:
    library.put("Lighthouse", "The lighthouse shines over the bay.", "Article AB-1234/x costs 4711.")
    library.put("To be or not to be", "That is the question.")
    library.put("About us", "Who we are.")
    library.put("منارة", "منارة على البحر", language="ar")
    return library


class TestWhateverIsTyped:
    @pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
    @pytest.mark.parametrize("language", ["en", "", "ar", "xx-nonsense"])
    def test_is_answered(self, bay: Library, text: str, language: str) -> None:
        results = bay.search(text, language=language, is_logged=True)
        hits = results[:10]
        assert results.count() == len(hits)
        assert results.facets("name") if hits else results.facets("name") == {}
        for hit in hits:
            assert isinstance(hit.highlighted, str)
        assert not {unicodedata.category(sign) for sign in results.outcome.text} & {"Cc", "Cs", "Zl", "Zp"}

    def test_is_found_in_spite_of_what_stands_around_it(self, bay: Library) -> None:
        for name in ("long", "null bytes", "direction marks", "full-text operators", "tsquery", "unbalanced quotes"):
            assert bay.names(HOSTILE[name], by_meaning=False)[:1] == ["Lighthouse"], name

    def test_is_not_asked_where_there_is_nothing_to_ask(self, bay: Library, sandbox: SandboxProcess) -> None:
        assert bay.search("").outcome.reason is None
        for text in (" \t ", "\x00", "\u202e"):
            assert (bay.search(text).count(), bay.search(text).outcome.units) == (0, 0)
        assert bay.search("🎣🐟").outcome.reason == Reason.TOO_SHORT
        assert sandbox.state()["calls"] == 0

    def test_is_cut_after_a_word(self) -> None:
        assert tidy("lighthouse " * 1_000) == ("lighthouse " * ((LONGEST + 1) // 11)).strip()
        assert len(tidy("x" * 10_000)) == LONGEST
        assert len(read(" ".join(f"w{number}" for number in range(10_000)), ("en",)).words) <= MOST_WORDS


class TestStopWordsAlone:
    def test_are_found_in_titles_to_the_letter(self, bay: Library) -> None:
        assert bay.names("to be or not to be", by_meaning=False) == ["To be or not to be"]
        assert bay.names("ABOUT us", by_meaning=False) == ["About us"]

    def test_are_found_by_meaning_as_well(self, bay: Library) -> None:
        assert bay.names("to be or not to be")[0] == "To be or not to be"

    def test_are_found_in_other_letters_than_ascii(self, bay: Library) -> None:
        bay.put("Über uns", "Wer wir sind.", language="de")
        assert bay.names("über uns", language="de", by_meaning=False) == ["Über uns"]

    def test_find_whole_titles_first(self, bay: Library) -> None:
        bay.put("All about us", "Everything.")
        assert bay.names("about us", by_meaning=False) == ["About us", "All about us"]

    def test_stay_within_what_may_be_seen(self, bay: Library) -> None:
        from django.contrib.auth.models import Group

        assert bay.names("about us", Group.objects.exclude(name="About us"), by_meaning=False) == []


class TestArticleNumbersAndNames:
    def test_are_found_as_they_are(self, bay: Library) -> None:
        for text in ("AB-1234/x", "4711", "ab1234x"):
            assert bay.names(text, by_meaning=False)[:1] == ["Lighthouse"], text

    def test_are_not_found_by_a_single_letter_of_theirs(self, bay: Library) -> None:
        bay.put("Plan", "Plan x is the other one.")
        assert bay.names("zebra x", by_meaning=False) == []
        assert bay.names("x", by_meaning=False) != []
