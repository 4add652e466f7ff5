from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Route, expect

import shareai_cms
from tests.browser.chromium import sign_in
from tests.browser.conftest import Complaints
from tests.browser.editor import GUIDE, Editor
from tests.demo.process import DemoProcess

STATIC = Path(shareai_cms.__file__).parent / "static" / "shareai_cms"
ICON = STATIC.parents[1] / "templates" / "shareai_cms" / "wagtail" / "icons" / "shareai.svg"
#: What pages of our own load.
PAGES = ("order.js", "review.js", "run_choices.js", "runs.js")
SCRIPTS = sorted(path for path in (STATIC / "js").glob("*.js") if path.name not in PAGES)
KILOBYTE = 1000
#: Everywhere in the admin but on edit forms; and the login page, which anybody may see.
OTHER_PAGES = ("", "pages/", "images/", "reports/locked/", "snippets/", "login/")


#: What the browser knows of each thing that the page loaded; nothing is transferred for what it had kept.
ENTRIES = """() => performance.getEntriesByType('resource').map(
  ({ name, transferSize, encodedBodySize }) => [name, transferSize ? encodedBodySize : 0])"""


@dataclass(frozen=True)
class Load:
    """What came over the network because of us, in bytes: answers of Django, and static files."""

    asked: list[int]
    files: list[int]

    @classmethod
    def of(cls, page: Page) -> Load:
        page.wait_for_load_state("networkidle")
        ours = {url: size for url, size in page.evaluate(ENTRIES) if "shareai" in url}
        static = {url: size for url, size in ours.items() if urlsplit(url).path.startswith("/static/")}
        asked = [size for url, size in ours.items() if url not in static and "/actions/" not in url]
        return cls(asked=asked, files=[size for size in static.values() if size])

    @property
    def size(self) -> int:
        return sum(self.asked) + sum(self.files)

    def __str__(self) -> str:
        return f"{len(self.asked)} request to Django, {len(self.files)} static files, {self.size:,} bytes"


def config_of(editor: Editor) -> Any:
    return editor.page.evaluate("() => window.shareai.config")


class TestWeight:
    def test_the_loader_is_two_kilobytes(self) -> None:
        assert (STATIC / "loader.js").stat().st_size <= 2 * KILOBYTE

    def test_an_editor_without_ai_in_use_asks_once_and_loads_little(self, chromium: Browser, demo: DemoProcess) -> None:
        """In a browser that has seen nothing of us yet, and again in one that has."""
        context = chromium.new_context(viewport={"width": 1280, "height": 900})
        sign_in(context, demo, "editor")
        page = context.new_page()
        editor = Editor(page, demo)
        editor.open_page(GUIDE)
        cold = Load.of(page)
        config = config_of(editor)
        editor.open_page(GUIDE)
        warm = Load.of(page)
        editor.panel("Teaser").run()
        panel = Load.of(page)
        context.close()
        print(f"\n{cold}; again: {warm}; with the first panel: {panel}")
        assert len(cold.asked) == len(warm.asked) == 1
        assert len(cold.files) == len(config["assets"]["form"]["js"] + config["assets"]["form"]["css"]) + 1
        assert warm.files == []
        # Our icon comes with all others, in Wagtail's sprite.
        assert cold.size + ICON.stat().st_size <= 40 * KILOBYTE
        assert panel.files

    def test_other_pages_of_the_admin_load_nothing(self, editor: Editor) -> None:
        loaded: list[str] = []
        editor.page.on("request", lambda request: loaded.append(request.url))
        for path in OTHER_PAGES:
            editor.go(path)
        scripts = [url for url in loaded if re.search(r"shareai.*\.js|/shareai/", url)]
        assert scripts == []


class TestFilesAndWords:
    def test_every_script_is_loaded_and_short(self, editor: Editor) -> None:
        editor.open_page(GUIDE)
        assets = config_of(editor)["assets"]
        named = [Path(urlsplit(url).path).name for part in assets.values() for url in part["js"]]
        assert sorted(named) == [path.name for path in SCRIPTS]
        assert all(len(path.read_text().splitlines()) <= 400 for path in SCRIPTS)

    def test_every_word_that_the_scripts_use_is_there_and_no_other(self, editor: Editor) -> None:
        editor.open_page(GUIDE)
        strings = config_of(editor)["strings"]
        source = "\n".join(path.read_text() for path in SCRIPTS)
        literals = set(re.findall(r"'([a-z_]+)'", source))
        errors = {f"{code}_remedy" for code in re.findall(r"localError\('([a-z_]+)'\)", source)}
        asked = set(re.findall(r"\btext\('([a-z_]+)'", source)) | errors
        assert asked - set(strings) == set()
        assert set(strings) - literals - errors == set()


class TestContentSecurityPolicy:
    def test_our_surfaces_need_no_inline_script_or_style(self, editor: Editor, complaints: Complaints) -> None:
        """Wagtail's editor itself is not clean yet, so what counts is what was blocked because of us."""
        policy = "script-src 'self' 'unsafe-eval'; style-src 'self'"
        editor.page.add_init_script(
            """window.blocked = [];
            document.addEventListener('securitypolicyviolation', (event) => window.blocked.push(
              `${event.effectiveDirective} ${event.sourceFile}`));"""
        )

        def with_policy(route: Route) -> None:
            answer = route.fetch()
            route.fulfill(response=answer, headers={**answer.headers, "content-security-policy": policy})

        editor.page.route(re.compile(r"/admin/pages/\d+/edit/$"), with_policy)
        complaints.expected += ["Content Security Policy"]
        editor.open_page(GUIDE)
        panel = editor.panel("Section: Text", 0)
        panel.run()
        expect(panel.text).to_be_visible()
        blocked = editor.page.evaluate("() => window.blocked")
        assert blocked, "the policy was not applied"
        assert [each for each in blocked if "shareai" in each] == []
