from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Response, Route, expect

import shareai_cms
from tests.browser.chromium import sign_in
from tests.browser.conftest import Complaints
from tests.browser.editor import GUIDE, Editor
from tests.demo.process import DemoProcess

STATIC = Path(shareai_cms.__file__).parent / "static" / "shareai_cms"
SCRIPTS = sorted((STATIC / "js").glob("*.js"))
KILOBYTE = 1000
#: Everywhere in the admin but on edit forms; and the login page, which anybody may see.
OTHER_PAGES = ("", "pages/", "images/", "reports/locked/", "snippets/", "login/")


class Load:
    """What came over the network because of us: answers of Django, and static files."""

    def __init__(self) -> None:
        self.asked: list[Response] = []
        self.files: list[Response] = []

    def hear(self, response: Response) -> None:
        path = urlsplit(response.url).path
        # Wagtail's own sprite holds our icon among all others; an action is what somebody clicks for.
        if "shareai" not in path or "sprite" in path or "/actions/" in path:
            return
        if not path.startswith("/static/"):
            self.asked.append(response)
        elif not is_cached(response):
            self.files.append(response)

    @property
    def size(self) -> int:
        return sum(len(each.body()) for each in (*self.asked, *self.files))

    def __str__(self) -> str:
        return f"{len(self.asked)} request to Django, {len(self.files)} static files, {self.size:,} bytes"


def is_cached(response: Response) -> bool:
    """Whether the browser had it: then nothing was sent but, at most, a question that took 304 for an answer."""
    return response.request.sizes()["responseHeadersSize"] == 0


def loaded_with_the_form(editor: Editor) -> Load:
    load = Load()
    editor.page.on("response", load.hear)
    editor.open_page(GUIDE)
    editor.page.wait_for_load_state("networkidle")
    editor.page.remove_listener("response", load.hear)
    return load


def config_of(editor: Editor) -> Any:
    return editor.page.evaluate("() => window.shareai.config")


class TestWeight:
    def test_the_loader_is_two_kilobytes(self) -> None:
        assert (STATIC / "loader.js").stat().st_size <= 2 * KILOBYTE

    def test_an_editor_without_ai_in_use_asks_once_and_loads_little(self, chromium: Browser, demo: DemoProcess) -> None:
        """In a browser that has seen nothing of us yet, and again in one that has."""
        context = chromium.new_context(viewport={"width": 1280, "height": 900})
        sign_in(context, demo, "editor")
        try:
            editor = Editor(context.new_page(), demo)
            cold = loaded_with_the_form(editor)
            warm = loaded_with_the_form(editor)
            print(f"\n{cold}; again: {warm}")
            for load in (cold, warm):
                assert len(load.asked) == 1
            assert cold.size <= 40 * KILOBYTE
            assert cold.files
            assert warm.files == []
            panel = Load()
            editor.page.on("response", panel.hear)
            editor.panel("Teaser").run()
            print(f"with the first panel: {panel}")
            assert panel.files
        finally:
            context.close()

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
