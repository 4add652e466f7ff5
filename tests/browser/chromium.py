"""The system's Chromium, and signing in to the demo with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from tests.chromium_install import Machine
from tests.demo.process import PASSWORD, DemoProcess
from tests.plain.process import PlainProcess

#: No request leaves the machine. Not by interception: that would switch the browser's cache off.
FLAGS = ["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"]
#: The windows of a site share a process, which keeps the compiled scripts of Wagtail from one test to the next.
FLAGS += ["--process-per-site"]

# The first request of a process, on a machine that runs the rest of the tests too, is a slow one.
expect.set_options(timeout=15_000)


def chromium_path() -> str:
    found = Machine().found()
    assert found, "There is no Chromium on this machine. Install it, or set BROWSER=skip to do without."
    return found


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        yield browser
        browser.close()


def sign_in(context: BrowserContext, site: DemoProcess | PlainProcess, user: str) -> None:
    page = context.request.get(site.login_url).text()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token is not None
    form = {"csrfmiddlewaretoken": token[1], "username": user, "password": PASSWORD, "next": "/admin/"}
    answer = context.request.post(site.login_url, form=form, headers={"Referer": site.login_url}, max_redirects=0)
    assert answer.status == 302, f"{user} could not sign in: {answer.status}"
