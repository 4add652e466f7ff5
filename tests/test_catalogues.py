"""The catalogues of the package, the tool that keeps them, and texts that were never given to it."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.utils.translation import gettext, override

from shareai_cms.metering.meters import resets_text, units_text
from tests.catalogues.__main__ import main, problems, share, update
from tests.catalogues.files import LANGUAGES, folder, is_translated, po_bytes, read, updated
from tests.catalogues.source import PACKAGE, Source, messages, messages_of
from tests.databases import ROOT

LEAST_SHARE = 0.9
PLACEHOLDER = re.compile(r"%\(\w+\)[#0\- +]*[\d.]*[a-z]|%[a-z%]|\{\w*\}")
TAG = re.compile(r"</?\w+[^>]*>")
#: The marks that end a text, as other languages write them.
MARKS = {
    "de": {"…": "\N{NO-BREAK SPACE}…"},
    "fr": {":": "\N{NO-BREAK SPACE}:", "?": "\N{NO-BREAK SPACE}?", "!": "\N{NO-BREAK SPACE}!"},
    "ar": {"?": "؟"},
}
QUOTES = {"de": "„“", "fr": "«»", "es": "«»", "ar": "«»"}
SOURCES = messages()


def translated(language: str) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Each message as its one or two English forms, and the forms that it has in the language."""
    pairs = [(forms(message.id), forms(message.string)) for message in read(language) if message.id]
    return [pair for pair in pairs if is_translated(pair[1])]


def forms(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def placeholders(text: str) -> Counter[str]:
    return Counter(PLACEHOLDER.findall(text))


def ending(text: str) -> str:
    """The mark that a text ends with, empty after a letter."""
    match = re.search(r"\s?[.…:?!؟]$", text)
    return match[0] if match else ""


def end_of(language: str, text: str) -> str:
    """The mark that its translation ends with."""
    mark = ending(text)
    return MARKS.get(language, {}).get(mark, mark)


@pytest.mark.parametrize("language", LANGUAGES)
class TestACatalogue:
    def test_is_up_to_date(self, language: str) -> None:
        assert [problem for problem in problems(SOURCES) if f"'{language}'" in problem] == []

    def test_is_translated_nearly_or_wholly(self, language: str) -> None:
        print(share(language))
        all_of_them = [message for message in read(language) if message.id]
        assert len(translated(language)) >= LEAST_SHARE * len(all_of_them), share(language)

    def test_has_no_guesses(self, language: str) -> None:
        assert not [message.id for message in read(language) if message.id and message.fuzzy]

    def test_says_each_text_in_all_forms_of_the_language(self, language: str) -> None:
        wanted = {"de": 2, "fr": 2, "es": 2, "ar": 6}[language]
        assert f"nplurals={wanted};" in (folder(language) / "django.po").read_text()
        wrong = [text for text, said in translated(language) if len(said) != (wanted if len(text) > 1 else 1)]
        half = [message.id for message in read(language) if any(forms(message.string)) and not all(message.string)]
        assert not wrong + half

    def test_keeps_the_placeholders_in_every_form(self, language: str) -> None:
        wrong = []
        for text, said in translated(language):
            # English may spell its one; what stands for many has to hold the number.
            allowed = [placeholders(form) for form in text]
            if any(placeholders(form) not in allowed for form in said) or placeholders(said[-1]) != allowed[-1]:
                wrong.append((text, said))
        assert not wrong

    def test_keeps_the_markup(self, language: str) -> None:
        wrong = [
            (text, form)
            for text, said in translated(language)
            for form in said
            if sorted(TAG.findall(form)) != sorted(TAG.findall(text[-1]))
        ]
        assert not wrong

    def test_ends_and_begins_as_the_text_does(self, language: str) -> None:
        wrong = [
            (text, form)
            for text, said in translated(language)
            for form in said
            if ending(form) != end_of(language, text[-1]) or (form != form.strip()) != (text[-1] != text[-1].strip())
        ]
        assert not wrong

    def test_quotes_as_the_language_does(self, language: str) -> None:
        opening, closing = QUOTES[language]
        wrong = [
            (text, form)
            for text, said in translated(language)
            for form in said
            if (form.count(opening), form.count(closing)) != (text[-1].count("“"), text[-1].count("”"))
        ]
        assert not wrong

    def test_uses_no_letters_that_only_look_alike(self, language: str) -> None:
        """Direction marks and non-joiners are invisible, so they come in by accident."""
        text = (folder(language) / "django.po").read_text()
        assert not re.findall("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\u0400-\u04ff]", text)


class TestFrench:
    def test_has_a_space_that_does_not_break_before_high_marks(self) -> None:
        for _, said in translated("fr"):
            for form in said:
                assert not re.search(
                    r"(?<=[^\s\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}])[?!»]| [?!:;»]|«[^\xa0]", form
                ), form


class TestSpanish:
    def test_opens_its_questions(self) -> None:
        for _, said in translated("es"):
            assert all(form.count("?") == form.count("¿") and form.count("!") == form.count("¡") for form in said), said


class TestArabic:
    def test_uses_its_own_marks(self) -> None:
        for _, said in translated("ar"):
            for form in said:
                assert not re.search(r"[ء-ي]\s?[,;?]", form), form


class TestDjango:
    """What is on disk arrives where Django looks."""

    @pytest.mark.parametrize(
        ("language", "text"),
        [("de", "Vorschlag"), ("de-at", "Vorschlag"), ("fr", "Suggestion"), ("es-mx", "Sugerencia"), ("ar", "اقتراح")],
    )
    def test_finds_the_catalogue(self, language: str, text: str) -> None:
        with override(language):
            assert gettext("Suggestion") == text

    @pytest.mark.parametrize(
        ("language", "numbers", "different"), [("de", 3, 2), ("fr", 3, 2), ("es", 3, 2), ("ar", 120, 3)]
    )
    def test_counts_as_the_language_does(self, language: str, numbers: int, different: int) -> None:
        with override(language):
            said = {re.sub(r"[\d.,\s\xa0]+", "", units_text("writing", number)) for number in range(numbers)}
        assert len(said) >= different

    @pytest.mark.parametrize(
        ("language", "day"),
        [
            ("en", "1 December 2026"),
            ("de", "1. Dezember 2026"),
            ("fr", "1 décembre 2026"),
            ("es", "1 de diciembre de 2026"),
            ("ar", "1 ديسمبر 2026"),
        ],
    )
    def test_writes_dates_as_the_language_does(self, language: str, day: str) -> None:
        with override(language):
            assert resets_text(datetime(2026, 11, 30, 23, tzinfo=UTC), "Europe/Vienna").endswith(day)

    def test_says_none_in_the_singular_in_french(self) -> None:
        with override("fr"):
            assert units_text("writing", 0)[2:] == units_text("writing", 1)[2:]


PYTHON = """
from django.utils.translation import gettext_lazy as lazy, ngettext as many, pgettext as _

def said(count, name):
    # Translators: the colour
    first = _("colour", "light")
    text = lazy("One "
        "line")
    return many("%(n)s hat", "%(n)s hats", count), f"{first}", text, gettext(name)
"""
TEMPLATE = """{% load i18n %}
<ul>
        <li title="{% trans 'A title' %}">{% status _("Sandbox") %}</li>
    {# no message #}
  <li>{% blocktranslate trimmed count n=rows %}
      {{ n }} row (of "many")
    {% plural %}
      {{ n }} rows (of "many")
  {% endblocktranslate %}</li>
</ul>
{% translate "Save" context "verb" as label %}
"""


def ids(path: str, text: str) -> list[tuple[str | None, str | tuple[str, str]]]:
    return [(found.context, found.id) for found in messages_of(Path(path), text)]


class TestExtraction:
    def test_follows_the_names_that_a_module_imports(self) -> None:
        assert ids("module.py", PYTHON) == [
            ("colour", "light"),
            (None, "One line"),
            (None, ("%(n)s hat", "%(n)s hats")),
        ]

    def test_keeps_what_translators_are_told(self) -> None:
        assert next(iter(messages_of(Path("module.py"), PYTHON))).comments == ("Translators: the colour",)

    def test_reads_templates_however_they_are_indented(self) -> None:
        plural = ('%(n)s row (of "many")', '%(n)s rows (of "many")')
        found = ids("page.html", TEMPLATE)
        assert found == [(None, "A title"), (None, "Sandbox"), (None, plural), ("verb", "Save")]

    def test_finds_what_the_package_says(self) -> None:
        found = {source.key[1] for source in SOURCES}
        assert {"Rewrite", "%(units)s writing action", "AI: what is left", "And %(more)s more site."} <= found
        assert all(PACKAGE in source.path.parents for source in SOURCES)


def source(text: str | tuple[str, str], context: str | None = None) -> Source:
    return Source(path=ROOT / "shareai_cms/admin/ledger.py", id=text, context=context)


class TestTheTool:
    @pytest.fixture
    def home(self, tmp_path: Path) -> Path:
        shutil.copytree(PACKAGE / "locale", tmp_path / "locale")
        return tmp_path / "locale"

    def test_makes_the_same_bytes_again(self, home: Path) -> None:
        for _ in range(2):
            update(SOURCES[::-1], home)
            for language in LANGUAGES:
                for name in ("django.po", "django.mo"):
                    assert (folder(language, home) / name).read_bytes() == (folder(language) / name).read_bytes()

    def test_adds_what_is_new_and_drops_what_is_gone(self, home: Path) -> None:
        update([source("Suggestion"), source("Entirely new"), source(("%s hat", "%s hats"))], home)
        catalog = read("ar", home)
        assert [message.id for message in catalog if message.id] == [
            ("%s hat", "%s hats"),
            "Entirely new",
            "Suggestion",
        ]
        assert catalog["Suggestion"].string == "اقتراح"
        assert forms(catalog["%s hat"].string) == ("",) * 6
        assert "#~" not in (folder("ar", home) / "django.po").read_text()

    def test_does_not_guess_where_a_text_became_plural(self) -> None:
        was = read("de")
        now = updated("de", was, [source(("Suggestion", "Suggestions")), source("Suggestion", context="noun")])
        assert not any(any(forms(message.string)) for message in now if message.id)

    def test_writes_no_lines_and_no_dates(self) -> None:
        text = po_bytes(updated("de", read("de"), SOURCES)).decode()
        assert "#: shareai_cms/views/strings.py\n" in text
        assert not re.search(r"^#: .*:\d", text, re.MULTILINE)
        assert "Date:" not in text

    def test_reports_what_is_missing_in_a_sentence(self) -> None:
        [first, *others] = problems([source("Entirely new")])
        assert first == (
            "The catalogue 'de' lacks “Entirely new”. Run `make messages`, translate what is new, and run it again."
        )
        assert len(others) == len(LANGUAGES) - 1

    def test_reports_a_text_that_became_plural(self) -> None:
        first = next(problems([source(("Suggestion", "Suggestions"))]))
        assert first.startswith("The catalogue 'de' lacks “Suggestion”.")

    def test_reports_a_file_that_was_not_compiled(self, home: Path) -> None:
        path = folder("fr", home) / "django.po"
        path.write_text(path.read_text().replace('msgstr "Suggestion"', 'msgstr "Proposition"'))
        (folder("es", home) / "django.mo").unlink()
        said = list(problems(SOURCES, home))
        assert [text[:35] for text in said] == [
            "The file django.mo of 'fr' is older",
            "The file django.mo of 'es' is older",
        ]

    def test_is_content_with_what_is_committed(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main("--check") == 0
        assert capsys.readouterr().out == ""
