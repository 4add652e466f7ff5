from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Response, Route, expect

import shareai_cms
from tests.browser.conftest import Complaints
from tests.browser.editor import GUIDE, Editor

STATIC = Path(shareai_cms.__file__).parent / "static" / "shareai_cms"
#: What pages of our own load.
PAGES = ("order.js",)
SCRIPTS = sorted(path for path in (STATIC / "js").glob("*.js") if path.name not in PAGES)
KILOBYTE = 1000
#: Everywhere in the admin but on edit forms; and the login page, which anybody may see.
OTHER_PAGES = ("", "pages/", "images/", "reports/locked/", "snippets/", "login/")


def config_of(editor: Editor) -> Any:
    return editor.page.evaluate("() => window.shareai.config")


class TestWeight:
    def test_the_loader_is_two_kilobytes(self) -> None:
        assert (STATIC / "loader.js").stat().st_size <= 2 * KILOBYTE

    def test_an_editor_without_ai_in_use_loads_little(self, editor: Editor) -> None:
        loaded: list[Response] = []

        def weight() -> int:
            ours = [each for each in loaded if "shareai" in each.url and "sprite" not in each.url]
            return sum(len(each.body()) for each in ours if "/actions/" not in each.url)

        editor.page.on("response", lambda response: loaded.append(response))
        editor.open_page(GUIDE)
        editor.page.wait_for_load_state("networkidle")
        before = weight()
        editor.panel("Teaser").run()
        after = weight()
        print(f"\n{before:,} bytes with the form, {after - before:,} more with the first panel")
        assert before <= 40 * KILOBYTE
        assert after > before

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
