"""The demo as people meet it: three processes, a password, pages in three languages."""

from __future__ import annotations

import html
import http.cookiejar
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.demo.process import LOGINS, PASSWORD, DemoProcess, prepared_template
from tests.demo.service import free_port, is_free
from tests.demo.version import REPOSITORY

#: Live pages by language; two English ones are not live yet.
LIVE = {"en": 28, "de": 18, "ar": 11}
#: The addresses of the live pages, the languages of the account's page, and the marketplace.
INSIDE = """
from django.conf import settings
from wagtail.models import Page
from shareai_cms.conf import conf
print(*(page.full_url for page in Page.objects.live().filter(depth__gt=1)))
print(*(code for code, _ in settings.WAGTAILADMIN_PERMITTED_LANGUAGES))
print(conf.environment, conf.base_url)
"""
START_SECONDS = 120
STOP_SECONDS = 20


class Browser:
    """Just enough of one: cookies, no proxy, errors as answers."""

    def __init__(self) -> None:
        self.cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self.cookies)
        )

    def get(self, url: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Status, final address and text."""
        data = urllib.parse.urlencode(form).encode() if form else None
        try:
            address = urllib.parse.quote(url, safe=":/?#&=%")
            with self._opener.open(urllib.request.Request(address, data, {"Referer": address}), timeout=60) as reply:
                return reply.status, reply.url, reply.read().decode(errors="replace")
        except urllib.error.HTTPError as error:
            with error:
                return error.code, url, error.read().decode(errors="replace")


@pytest.fixture(scope="module")
def demos() -> Iterator[dict[str, DemoProcess]]:
    """The demo under both servers, kept for the module: tests come in any order."""
    with DemoProcess(server="wsgi") as wsgi, DemoProcess(server="asgi") as asgi:
        yield {"wsgi": wsgi, "asgi": asgi}


@pytest.fixture(params=["wsgi", "asgi"])
def demo(request: pytest.FixtureRequest, demos: dict[str, DemoProcess]) -> DemoProcess:
    return demos[request.param]


@pytest.fixture(scope="module")
def inside(demos: dict[str, DemoProcess]) -> dict[str, list[list[str]]]:
    """What the site itself says, by server: the lines of ``INSIDE``."""
    return {
        name: [line.split() for line in demo.manage("shell", "-v", "0", "-c", INSIDE).splitlines()]
        for name, demo in demos.items()
    }


@pytest.fixture(scope="module")
def texts(inside: dict[str, list[list[str]]]) -> dict[str, dict[str, str]]:
    """The text of every live page by its address, by server."""
    return {name: {address: Browser().get(address)[2] for address in lines[0]} for name, lines in inside.items()}


@pytest.fixture
def pages(demo: DemoProcess, texts: dict[str, dict[str, str]]) -> dict[str, str]:
    return texts[demo.server]


def language_of(address: str) -> str:
    return address.split("/")[3]


class TestPages:
    def test_every_page_answers_in_each_language_on_its_own_site(self, pages: dict[str, str]) -> None:
        assert Counter(map(language_of, pages)) == LIVE
        for address, text in pages.items():
            code = language_of(address)
            direction = "rtl" if code == "ar" else "ltr"
            assert re.findall(r'<html lang="(\w+)" dir="(\w+)"', text) == [(code, direction)], address
            assert text.count("<h1>") == 1, address
            assert '<meta name="description" content="' in text or "/one-hundred-and-twenty-harbours/" in address, (
                address
            )

    def test_every_picture_of_every_page_loads_and_has_a_size(self, pages: dict[str, str]) -> None:
        seen: set[str] = set()
        for address, text in pages.items():
            for tag in re.findall(r"<img [^>]*>", text):
                width = re.search(r'width="(\d+)"', tag)
                assert width, tag
                assert int(width[1]) <= 1200, tag
                assert " alt=" in tag, tag
                seen.add(urllib.parse.urljoin(address, re.findall(r'src="([^"]+)"', tag)[0]))
        assert len(seen) > 60
        assert {Browser().get(address)[0] for address in seen} == {200}

    def test_no_link_is_broken(self, demo: DemoProcess, pages: dict[str, str]) -> None:
        links = {
            urllib.parse.urljoin(address, html.unescape(href)).split("#")[0]
            for address, text in pages.items()
            for href in re.findall(r'href="([^"]+)"', text)
        }
        ours = {link for link in links if link.startswith((f"{demo.url}/", f"{demo.shop_url}/"))}
        assert set(pages) <= ours | {f"{demo.shop_url}/{code}/" for code in LIVE}
        assert [link for link in sorted(ours - set(pages)) if Browser().get(link)[0] != 200] == []

    def test_every_page_is_told_its_language_once_for_search_engines(self, pages: dict[str, str]) -> None:
        for address, text in pages.items():
            codes = re.findall(r'<link rel="alternate" hreflang="(\w+)"', text)
            assert len(codes) == len(set(codes)), address
            assert language_of(address) in codes, address

    def test_the_foot_of_the_page_comes_from_the_settings_of_the_site(self, demo: DemoProcess) -> None:
        for address, words in (
            (f"{demo.url}/en/", "Small books for slow coasts"),
            (f"{demo.url}/de/", "fragen Sie nebenan beim Bäcker"),
            (f"{demo.url}/ar/", "فاسأل في المخبز المجاور"),
            (f"{demo.shop_url}/en/", "pays for the next book"),
        ):
            assert words in Browser().get(address)[2], address

    def test_what_is_scheduled_or_waits_for_approval_is_not_there_yet(self, demo: DemoProcess) -> None:
        for path in ("journal/letter-from-june/", "workshops/draw-your-street/"):
            assert Browser().get(f"{demo.url}/en/{path}")[0] == 404, path
        assert "or by asking the man with the barrow" in Browser().get(f"{demo.url}/en/visit/")[2]

    def test_each_site_shows_only_its_own_pages(self, demo: DemoProcess) -> None:
        assert Browser().get(f"{demo.shop_url}/en/guides/")[0] == 404
        status, _, text = Browser().get(f"{demo.url}/en/shelves/")
        assert (status, "Not on this coast" in text) == (404, True)

    def test_the_front_page_speaks_the_language_of_the_browser(self, demo: DemoProcess) -> None:
        assert Browser().get(f"{demo.url}/")[1] == f"{demo.url}/en/"

    def test_a_draft_is_not_for_sale(self, demo: DemoProcess) -> None:
        text = Browser().get(f"{demo.shop_url}/en/shelves/")[2]
        assert "Harbour at Four in the Morning" in text
        assert 'id="sw-p04"' not in text


class TestLogins:
    def test_all_four_sign_in_and_reach_the_admin(self, demo: DemoProcess) -> None:
        for username in LOGINS:
            browser = Browser()
            token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', browser.get(demo.login_url)[2])[0]
            form = {"username": username, "password": PASSWORD, "csrfmiddlewaretoken": token, "next": "/admin/"}
            status, address, _ = browser.get(demo.login_url, form)
            assert (status, address) == (200, f"{demo.url}/admin/"), username

    def test_the_accounts_page_offers_every_language_of_the_catalogues(
        self, demo: DemoProcess, inside: dict[str, list[list[str]]]
    ) -> None:
        assert inside[demo.server][1] == ["en", "de", "fr", "es", "ar"]

    def test_the_marketplace_is_the_sandbox_beside_it(
        self, demo: DemoProcess, inside: dict[str, list[list[str]]]
    ) -> None:
        assert inside[demo.server][2] == ["sandbox", demo.sandbox.url]


class Command:
    """``python -m tests.demo`` in a directory and on ports of its own."""

    def __init__(self, directory: Path, **environment: str) -> None:
        self.port, self.sandbox_port = free_port(), free_port()
        self.output = directory / "output.txt"
        ports = {"PORT": str(self.port), "SANDBOX_PORT": str(self.sandbox_port)}
        values = {**os.environ, "DEMO_DIR": str(directory / "demo"), "PYTHONUNBUFFERED": "1", **ports, **environment}
        values.pop("DJANGO_SETTINGS_MODULE", None)
        values.pop("DEMO_DATABASE", None)
        self.values = values
        with self.output.open("wb") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.demo"], cwd=REPOSITORY, env=values, stdout=file, stderr=subprocess.STDOUT
            )

    def text(self) -> str:
        return self.output.read_text()

    def wait_for(self, sentence: str) -> None:
        deadline = time.monotonic() + START_SECONDS
        while sentence not in self.text():
            assert self.process.poll() is None, self.text()
            assert time.monotonic() < deadline, self.text()
            time.sleep(0.1)

    def end(self, number: signal.Signals | None = None) -> int:
        if number is not None:
            self.process.send_signal(number)
        return self.process.wait(timeout=STOP_SECONDS + START_SECONDS)

    def situation(self, name: str) -> str:
        """What ``make demo-<name>`` prints."""
        command = [sys.executable, "-m", "tests.demo.situations", name]
        done = subprocess.run(command, cwd=REPOSITORY, env=self.values, capture_output=True, text=True, check=True)
        return done.stdout

    def kill(self, part: str) -> None:
        """End the child whose command has this part, without a chance to say anything."""
        os.kill(next(pid for pid, text in self.children().items() if part in text), signal.SIGKILL)

    def children(self) -> dict[int, str]:
        """Process ids and commands of the site, the sandbox and the worker."""
        listing = subprocess.run(
            ["ps", "-A", "-ww", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True
        )
        rows = [line.split(maxsplit=2) for line in listing.stdout.splitlines()]
        return {int(row[0]): row[2] for row in rows if int(row[1]) == self.process.pid and len(row) > 2}


@contextmanager
def command(*, prepared: bool = True, **environment: str) -> Iterator[Command]:
    with tempfile.TemporaryDirectory(prefix="shareai-demo-") as folder:
        directory = Path(folder)
        if prepared:
            shutil.copytree(prepared_template(), directory / "demo")
        started = Command(directory, **environment)
        try:
            yield started
        finally:
            if started.process.poll() is None:
                started.end(signal.SIGTERM)


class TestCommand:
    def test_it_starts_from_nothing_says_where_to_go_and_leaves_no_process(self) -> None:
        with command(prepared=False) as started:
            started.wait_for("Stop with Ctrl-C.")
            children, text = started.children(), started.text()
            assert len(children) == 3
            assert f"http://localhost:{started.port}/admin/" in text
            assert "Password of every login: demo" in text
            assert f"make demo-empty DEMO_DIR={started.values['DEMO_DIR']}" in text
            assert f"make demo-stop SANDBOX_PORT={started.sandbox_port}" in text
            assert all(f"    {name}" in text for name in LOGINS)
            tries = re.findall(r"http://localhost:\d+/\w+/search/\?\S+", text)
            assert len(tries) == 2
            assert all("data-shareai-answer=" in Browser().get(address)[2] for address in tries)
            assert Browser().get(f"http://localhost:{started.port}/en/")[0] == 200
            self.has_bad_days(started, tries[0])
            assert Browser().get(f"http://127.0.0.1:{started.sandbox_port}/sandbox/state")[0] == 200
            assert started.end(signal.SIGINT) == 0
            assert started.text().endswith("Stopped.\n")
            _assert_gone(children)
            assert is_free(started.port)
            assert is_free(started.sandbox_port)

    def has_bad_days(self, started: Command, address: str) -> None:
        """As the start message promises: the marketplace away and back, and then no units."""
        notice = "These results contain your words."
        for situation, expected in (("stop", True), ("go", False), ("empty", True)):
            started.situation(situation)
            assert (notice in Browser().get(f"{address}+{situation}")[2]) is expected, situation

    def test_it_stops_on_the_signal_of_a_supervisor_too(self) -> None:
        with command(DEMO_SERVER="wsgi") as started:
            started.wait_for("Stop with Ctrl-C.")
            children = started.children()
            assert started.end(signal.SIGTERM) == 0
            _assert_gone(children)

    def test_when_the_worker_dies_the_others_are_stopped_and_the_sentence_says_so(self) -> None:
        with command() as started:
            started.wait_for("Stop with Ctrl-C.")
            children = started.children()
            started.kill("shareai_work")
            assert started.end() == 1
            assert "The worker has stopped by itself (exit code -9)." in started.text()
            _assert_gone(children)

    def test_when_the_sandbox_dies_the_site_goes_on_until_it_ends_itself(self) -> None:
        with command() as started:
            started.wait_for("Stop with Ctrl-C.")
            children = started.children()
            started.kill("shareai_cms.sandbox")
            started.wait_for("The sandbox has ended; the site goes on without AI. Stop with Ctrl-C.\n")
            assert Browser().get(f"http://localhost:{started.port}/en/search/?q=harbour")[0] == 200
            started.kill("runserver")
            assert started.end() == 1
            assert started.text().count("The sandbox has ended") == 1
            assert "The site has stopped by itself (exit code -9)." in started.text()
            _assert_gone(children)

    def test_a_port_in_use_is_one_sentence_that_names_the_variable(self) -> None:
        with closing(socket.socket()) as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = str(taken.getsockname()[1])
            for name in ("PORT", "SANDBOX_PORT"):
                with command(prepared=False, **{name: port}) as started:
                    assert started.end() == 1
                    sentence = f"Port {port} is in use: stop what listens there, or choose another port with {name}=…."
                    assert started.text().strip() == sentence

    def test_a_port_that_is_no_number_and_an_unknown_server_are_named(self) -> None:
        with command(prepared=False, PORT="eighty") as started:
            assert started.end() == 1
            assert started.text().strip() == "PORT is 'eighty'; it takes the number of a port, such as 8000."
        with command(prepared=False, DEMO_SERVER="apache") as started:
            assert started.end() == 1
            assert started.text().strip() == "DEMO_SERVER is 'apache'; it may be runserver, wsgi, asgi."

    def test_one_port_for_both_is_refused_and_what_needs_a_demo_misses_it(self) -> None:
        port = str(free_port())
        with command(prepared=False, PORT=port, SANDBOX_PORT=port) as started:
            assert started.end() == 1
            assert "PORT and SANDBOX_PORT are the same" in started.text()
            # Nor is there a demo of which the units could be used up, and the sentence says where it was looked for.
            with pytest.raises(subprocess.CalledProcessError) as refused:
                started.situation("empty")
            assert f"There is no demo in {started.values['DEMO_DIR']}" in refused.value.stderr


def _assert_gone(processes: dict[int, str]) -> None:
    for pid in processes:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
