"""Texts that a person reads and that nobody marked for translation: in templates, in Python and in scripts."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import Field
from django.template.base import Lexer, TokenType
from django.utils.functional import Promise

from shareai_cms import actions, errors
from shareai_cms.metering.meters import all_meters
from shareai_cms.views import strings
from tests.catalogues.source import ARGUMENTS, PACKAGE, USUAL, aliases
from tests.databases import ROOT

TEMPLATES = [path for path in sorted(PACKAGE.rglob("*.html")) if "templates" in path.parts]
MODULES = [path for path in sorted(PACKAGE.rglob("*.py")) if "migrations" not in path.parts]
#: Rooms whose words are for developers and operators, or are the replies of a stand-in model.
OTHER_READERS = {"sandbox", "management"}
#: Attributes of HTML, and arguments of tags and Python calls, that hold words.
ATTRIBUTES = {"alt", "title", "label", "placeholder", "aria-label", "aria-description", "aria-roledescription"}
ARGUMENT_NAMES = {
    "label", "help_text", "verbose_name", "verbose_name_plural", "description", "heading", "title", "sentence",
    "remedy", "short_description", "empty_label", "page_title", "menu_label", "placeholder", "error_message",
}  # fmt: skip
#: Calls whose first text, or second after the request, is shown.
SHOWN = {"ValidationError": 0, "success": 1, "warning": 1, "error": 1, "info": 1}
#: Names of languages, which Django's own catalogue holds.
ELSEWHERE = {"gettext(known)"}
WORD = re.compile(r"[^\W\d_]{2,}")
IDENTIFIER = re.compile(r"[a-z0-9]+_[a-z0-9_]+")


def of(path: Path) -> str:
    return str(path.relative_to(ROOT))


class Words(HTMLParser):
    """Collects text between tags, and in the attributes that are read out or shown."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag
        self.found += [f"{name}={value}" for name, value in attrs if name in ATTRIBUTES and WORD.search(value or "")]

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside not in {"script", "style"} and WORD.search(data):
            self.found.append(data.strip())


def words_of_template(text: str) -> list[str]:
    """What a template says outside of the tags that translate."""
    words, skipping, found = Words(), "", list[str]()
    for token in Lexer(text).tokenize():
        name = token.contents.split()[0] if token.token_type == TokenType.BLOCK else ""
        if skipping:
            skipping = "" if name == skipping else skipping
        elif name in {"comment", "blocktranslate", "blocktrans"}:
            skipping = f"end{name}"
        elif token.token_type == TokenType.TEXT:
            words.feed(token.contents)
        elif name not in {"trans", "translate"} and name:
            argument = rf"\b(?:{'|'.join(ARGUMENT_NAMES)})=(\"[^\"]*\"|'[^']*')"
            found += [text for text in re.findall(argument, token.contents) if WORD.search(text)]
    return words.found + found


def constants(node: ast.expr) -> Iterator[str]:
    """Text that stands bare in an expression, also inside an f-string."""
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    for part in parts:
        text = part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else ""
        if WORD.search(text) and not IDENTIFIER.fullmatch(text):
            yield text


def words_of_module(text: str) -> list[str]:
    """What a module hands to where people read, without a call that translates."""
    found: list[str] = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            shown = node.args[SHOWN[name] :][:1] if name in SHOWN and is_for_people(node.func) else []
            shown += [keyword.value for keyword in node.keywords if keyword.arg in ARGUMENT_NAMES]
            found += [text for argument in shown for text in constants(argument)]
        elif isinstance(node, ast.ClassDef):
            for line in node.body:
                targets = line.targets if isinstance(line, ast.Assign) else []
                if any(isinstance(target, ast.Name) and target.id in ARGUMENT_NAMES for target in targets):
                    found += constants(line.value)
    return found


def is_for_people(function: ast.expr) -> bool:
    """Not the methods of a logger or of a checks module, which have the same names."""
    if isinstance(function, ast.Attribute):
        return isinstance(function.value, ast.Name) and function.value.id in {"messages", "forms", "exceptions"}
    return isinstance(function, ast.Name) and function.id == "ValidationError"


def unreadable(text: str) -> list[str]:
    """Calls that translate something else than a text that stands there: no tool finds what it will be."""
    names = {**ARGUMENTS, **USUAL, **aliases(text)} if "django.utils.translation" in text else {}
    return [
        ast.unparse(node)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names
        for argument in node.args[:1]
        if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str))
    ]


class TestTemplates:
    @pytest.mark.parametrize("path", TEMPLATES, ids=of)
    def test_say_nothing_outside_of_the_tags_that_translate(self, path: Path) -> None:
        assert words_of_template(path.read_text()) == []

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("<p>Used up</p>", ["Used up"]),
            ('<a aria-label="Buy more" href="buy more">{{ text }}</a>', ["aria-label=Buy more"]),
            ('{% panel heading="What is left" id="left over" %}', ['"What is left"']),
            ("{% if row %}<p>{% trans 'Used up' %} {{ row }}: none</p>{% endif %}", [": none"]),
            ("{% comment %}Used up{% endcomment %}<!-- Used up -->{# Used up #}", []),
            ("{% blocktranslate %}Used up{% endblocktranslate %} – 5 · <b>{{ row }}</b>", []),
        ],
    )
    def test_are_read_well(self, text: str, found: list[str]) -> None:
        assert words_of_template(text) == found


class TestModules:
    @pytest.mark.parametrize(
        "path", [path for path in MODULES if not OTHER_READERS & set(path.relative_to(PACKAGE).parts)], ids=of
    )
    def test_mark_what_they_say(self, path: Path) -> None:
        assert words_of_module(path.read_text()) == []

    @pytest.mark.parametrize("path", MODULES, ids=of)
    def test_mark_nothing_but_texts(self, path: Path) -> None:
        assert set(unreadable(path.read_text())) <= ELSEWHERE

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("field(label='Units')", ["Units"]),
            ("field(label=_('Units'), name='units')", []),
            ("raise ValidationError('No units.')", ["No units."]),
            ("messages.success(request, f'Saved {name}.')", ["Saved "]),
            ("logger.info('saved', 'twice')", []),
            ("class Menu:\n    title = 'Units'\n    name = 'units'", ["Units"]),
        ],
    )
    def test_are_read_well(self, text: str, found: list[str]) -> None:
        assert words_of_module(text) == found

    def test_a_text_that_is_put_together_is_noticed(self) -> None:
        head = "from django.utils.translation import gettext as said\n"
        assert unreadable(head + "said(f'{units} left'), said('left'), said(name)") == [
            "said(f'{units} left')",
            "said(name)",
        ]


class TestScripts:
    @pytest.mark.parametrize("path", sorted((PACKAGE / "static").rglob("*.js")), ids=of)
    def test_hold_no_words_of_their_own(self, path: Path) -> None:
        """What they show comes with the configuration; only a name of a key or a class begins with a capital."""
        code = re.sub(r"/\*.*?\*/|(?m:^\s*//.*$)", "", path.read_text(), flags=re.DOTALL)
        assert not re.findall(r"""["'`][A-Z][a-z]+ [^"'`\n]*["'`]|\.(?:textContent|title|ariaLabel) = ["'`]\w""", code)


class TestTables:
    @pytest.mark.parametrize("error", errors.error_classes().values(), ids=lambda cls: cls.__name__)
    def test_of_errors_are_translatable(self, error: type[errors.ShareAIError]) -> None:
        assert isinstance(error.sentence, Promise)
        assert isinstance(error.remedy, Promise)

    def test_of_the_interface_are_translatable(self) -> None:
        tables = [table for table in vars(strings).values() if isinstance(table, dict) and "__name__" not in table]
        assert len([table for table in tables if "button" in table]) == 1
        assert not [text for table in tables for text in table.values() if not isinstance(text, Promise)]

    @pytest.mark.parametrize("action", actions.all_actions(), ids=lambda action: action.slug)
    def test_of_actions_are_translatable(self, action: actions.Action) -> None:
        assert isinstance(action.label, Promise)
        assert isinstance(action.description, Promise)
        assert all(isinstance(offer.label, Promise) for offer in action.offers())

    def test_of_meters_are_translatable(self) -> None:
        for meter in all_meters().values():
            assert isinstance(meter.singular, Promise), meter
            assert isinstance(meter.plural, Promise), meter


class TestModels:
    MODELS = [*apps.get_app_config("shareai_cms").get_models()]

    @pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
    def test_have_translatable_names(self, model: type) -> None:
        names = {field.name: field.verbose_name for field in model._meta.fields if not field.auto_created}  # type: ignore[attr-defined]
        assert not [name for name, label in names.items() if not isinstance(label, Promise)]

    @pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
    def test_have_translatable_choices_and_help(self, model: type) -> None:
        fields = [field for field in model._meta.get_fields() if isinstance(field, Field)]  # type: ignore[attr-defined]
        for field in fields:
            assert not field.help_text or isinstance(field.help_text, Promise), field
            bare = [label for _, label in field.flatchoices if not isinstance(label, Promise)]
            assert not bare, (field, bare)
