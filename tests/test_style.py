"""What a linter does not say: lengths, promises, scripts in templates, files that must not be here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tests.databases import ROOT

PACKAGE = ROOT / "shareai_cms"
#: Made by tools, or belonging to one machine.
NOT_OURS = {".git", ".venv", "__pycache__", "build", "dist", "site", "var", "node_modules", ".hypothesis"}
LONGEST = {".py": 400, ".js": 400, ".css": 400, ".html": 60}
PROMISE = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>|<style\b|\sstyle=|\son[a-z]+=", re.IGNORECASE
)


def files(*suffixes: str, under: Path = ROOT) -> Iterator[Path]:
    for path in sorted(under.rglob("*")):
        parts = path.relative_to(ROOT).parts
        if path.suffix in suffixes and not any(part in NOT_OURS or part.startswith(".venv") for part in parts):
            yield path


def told(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


class TestFiles:
    def test_are_short(self) -> None:
        long = [
            f"{path.relative_to(ROOT)}: {lines} lines"
            for path in files(*LONGEST)
            if "migrations" not in path.parts
            and (lines := len(path.read_text().splitlines())) > LONGEST[path.suffix]
            and not (path.suffix == ".html" and PACKAGE not in path.parents)
        ]
        assert not long, long

    def test_hold_no_promises(self) -> None:
        here = Path(__file__)
        assert not told([path for path in files(*LONGEST) if path != here and PROMISE.search(path.read_text())])

    def test_are_no_drawers_for_anything(self) -> None:
        drawers = {"utils", "helpers", "common", "misc"}
        assert not told([path for path in files(".py") if {path.stem, *path.parts} & drawers])

    def test_record_no_registry(self) -> None:
        names = {"uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "package-lock.json", "yarn.lock"}
        assert not told([path for path in files(".lock", ".json") if path.name in names])
        for path in (ROOT / "requirements").iterdir():
            assert not re.search(r"https?://|file:|--index|--find-links|@ ", path.read_text()), path

    def test_that_are_python_postpone_annotations(self) -> None:
        wanted = "from __future__ import annotations"
        without = [path for path in files(".py") if "def " in (text := path.read_text()) and wanted not in text]
        assert not told(without)


class TestTheReadme:
    def test_is_read_in_one_go(self) -> None:
        assert len((ROOT / "README.md").read_text().splitlines()) <= 100

    def test_points_at_files_that_exist(self) -> None:
        for document in (ROOT / "README.md", ROOT / "CONTRIBUTING.md"):
            for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text()):
                assert (ROOT / target).exists(), f"{document.name} points at {target}"


class TestTemplates:
    def test_hold_no_inline_script_or_style(self) -> None:
        for path in files(".html", under=PACKAGE):
            # Mail programs read no other style than the inline one.
            if path.parent.name != "mail":
                assert not INLINE.search(path.read_text()), path

    def test_scripts_set_no_inline_style_or_markup_of_strangers(self) -> None:
        for path in files(".js", under=PACKAGE):
            assert not re.search(r"\beval\(|new Function\(|document\.write\(", path.read_text()), path


class TestTheLoader:
    def test_is_at_most_two_kilobytes(self) -> None:
        assert (PACKAGE / "static/shareai_cms/loader.js").stat().st_size <= 2048
