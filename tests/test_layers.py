"""Who may import whom, read from the source: downwards only, and only ``integrations.wagtail`` knows Wagtail."""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = "shareai_cms"

#: From top to bottom. A room imports from lower layers and from itself; rooms of one layer never meet.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("apps", "management"),
    (
        "integrations.wagtail",
        "integrations.django_admin",
        "integrations.saleor",
        "sandbox",
        "admin",
        "checks",
        "doctor",
    ),
    ("urls", "webhooks", "search_urls"),
    ("views",),
    ("work",),
    ("runs",),
    ("catalog", "search", "topups", "reports"),
    ("actions",),
    ("metering", "marketplace"),
    ("permissions",),
    ("models",),
    ("conf", "errors", "signals"),
)
LEVEL = {room: level for level, rooms in enumerate(LAYERS) for room in rooms}
WAGTAIL = ("wagtail", "modelcluster", "taggit", "laces", "draftjs_exporter", "willow", "modelsearch", "treebeard")
#: Import names of what ``pyproject.toml`` asks for, where they differ from the distribution's.
IMPORT_NAMES = {"Django": "django", "Babel": "babel", "psycopg[binary]": "psycopg"}
#: Looked for inside a function, and done without where it is missing: Wagtail or an extra brings it.
OPTIONAL = {"PIL", "openpyxl", "stripe", "numkong"}


def room_of(module: str) -> str:
    """``shareai_cms.integrations.wagtail.views`` → ``integrations.wagtail``; the package itself → an empty string."""
    parts = module.split(".")[1:]
    return ".".join(parts[:2]) if parts[:1] == ["integrations"] else "".join(parts[:1])


def is_typing_only(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")


def statements(node: ast.AST) -> Iterator[ast.AST]:
    """Every node below, except what only the type checker sees."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and is_typing_only(child):
            for kept in child.orelse:
                yield kept
                yield from statements(kept)
        else:
            yield child
            yield from statements(child)


def imported(node: ast.AST, package: str) -> Iterator[str]:
    """Dotted names that a statement imports; also ``import_module("…")`` with a literal name."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level:
            above = package.split(".")[: len(package.split(".")) - node.level + 1]
            base = ".".join([*above, *([node.module] if node.module else [])])
        yield from (f"{base}.{alias.name}" for alias in node.names)
    elif isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in ("import_module", "__import__"):
        yield from (str(argument.value) for argument in node.args[:1] if isinstance(argument, ast.Constant))


def imports_of(source: str, module: str, *, is_package: bool = False) -> set[str]:
    package = module if is_package else module.rpartition(".")[0]
    return {name for node in statements(ast.parse(source)) for name in imported(node, package)}


def violations(module: str, names: set[str]) -> list[str]:
    """One sentence per import that goes up, sideways, or to a library of another room."""
    room = room_of(module)
    found = []
    for name in sorted(names):
        top = name.split(".")[0]
        if top in WAGTAIL and room != "integrations.wagtail":
            found.append(f"{module} imports {name}: only integrations.wagtail knows Wagtail")
        if top == "django" and room == "sandbox":
            found.append(f"{module} imports {name}: the sandbox is the standard library alone")
        if top != PACKAGE:
            continue
        target = room_of(name)
        if target in ("", room) or target == "__version__":
            continue
        if target not in LEVEL or room not in LEVEL:
            found.append(f"{module} imports {name}: no layer is named for it")
        elif room == "sandbox":
            found.append(f"{module} imports {name}: the sandbox knows nothing of the package")
        elif LEVEL[target] <= LEVEL[room]:
            found.append(f"{module} imports {name}: {target} is not below {room}")
    return found


def modules() -> dict[str, Path]:
    found = {}
    for path in sorted((ROOT / PACKAGE).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports_at(path: Path, module: str) -> set[str]:
    return imports_of(path.read_text(), module, is_package=path.name == "__init__.py")


class TestTheHouse:
    def test_imports_go_downwards_only(self) -> None:
        found = [
            sentence
            for module, path in modules().items()
            if room_of(module) and room_of(module) not in ("migrations", "integrations")
            for sentence in violations(module, imports_at(path, module))
        ]
        assert not found, "\n".join(found)

    def test_importing_the_package_imports_nothing_else(self) -> None:
        assert imports_of((ROOT / PACKAGE / "__init__.py").read_text(), PACKAGE, is_package=True) == set()

    def test_migrations_import_no_live_code(self) -> None:
        for path in (ROOT / PACKAGE / "migrations").glob("0*.py"):
            live = {name for name in imports_at(path, f"{PACKAGE}.migrations.x") if name.startswith(PACKAGE)}
            assert not live, f"{path.name} imports {live}"

    def test_core_asks_in_no_other_place_whether_wagtail_is_there(self) -> None:
        for module, path in modules().items():
            if room_of(module) not in ("integrations.wagtail", "checks"):
                assert 'is_installed("wagtail' not in path.read_text(), module

    def test_every_library_imported_is_one_that_the_package_asks_for(self) -> None:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
        asked = {requirement.split(">=")[0] for requirement in project["dependencies"]}
        allowed = {IMPORT_NAMES.get(name, name) for name in asked} | sys.stdlib_module_names | {PACKAGE} | OPTIONAL
        for module, path in modules().items():
            if room_of(module) == "integrations.wagtail":
                continue
            unknown = {name.split(".")[0] for name in imports_at(path, module)} - allowed
            assert not unknown, f"{module} imports {unknown}, which pyproject.toml does not ask for"


class TestTheChecker:
    """Each rule is broken on purpose."""

    @pytest.mark.parametrize(
        ("module", "source", "words"),
        [
            ("metering.holds", "from shareai_cms.actions import run", "actions is not below metering"),
            ("metering.holds", "from shareai_cms.marketplace import stream", "marketplace is not below metering"),
            ("metering.holds", "from shareai_cms import marketplace", "marketplace is not below metering"),
            ("metering.holds", "from .. import views", "views is not below metering"),
            ("metering.holds", "from ..views import run", "views is not below metering"),
            ("metering.holds", "def f():\n    import shareai_cms.views", "views is not below metering"),
            ("conf", "from shareai_cms.models import Usage", "models is not below conf"),
            ("actions.road", "import wagtail.models", "only integrations.wagtail knows Wagtail"),
            ("actions.road", "import_module('wagtail.models')", "only integrations.wagtail knows Wagtail"),
            ("integrations.saleor.views", "from wagtail import hooks", "only integrations.wagtail knows Wagtail"),
            ("integrations.saleor.views", "from shareai_cms.integrations.wagtail import x", "is not below"),
            ("sandbox.server", "from django.http import HttpResponse", "the standard library alone"),
            ("sandbox.server", "from shareai_cms.conf import conf", "knows nothing of the package"),
            ("metering.holds", "from shareai_cms.cupboard import x", "no layer is named for it"),
            ("cupboard", "from shareai_cms.conf import conf", "no layer is named for it"),
        ],
    )
    def test_a_planted_violation_is_found(self, module: str, source: str, words: str) -> None:
        module = f"{PACKAGE}.{module}"
        [sentence] = violations(module, imports_of(source, module))
        assert words in sentence

    @pytest.mark.parametrize(
        "source",
        [
            "from shareai_cms.models import Usage",
            "from shareai_cms.metering.period import Period",
            "from .period import Period",
            "from . import period",
            "from shareai_cms import __version__",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from shareai_cms.views import run",
        ],
    )
    def test_what_is_allowed_is_let_through(self, source: str) -> None:
        module = f"{PACKAGE}.metering.holds"
        assert violations(module, imports_of(source, module)) == []

    def test_the_other_branch_of_a_typing_check_counts(self) -> None:
        source = "if TYPE_CHECKING:\n    pass\nelse:\n    from shareai_cms.views import run"
        assert violations(f"{PACKAGE}.metering.holds", imports_of(source, f"{PACKAGE}.metering.holds"))

    def test_relative_names_are_resolved_from_a_package_too(self) -> None:
        assert imports_of("from .holds import reserve", f"{PACKAGE}.metering", is_package=True) == {
            f"{PACKAGE}.metering.holds.reserve"
        }
