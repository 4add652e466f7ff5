"""The built wheel, installed by the README's steps into a site that `wagtail start` has just made."""

from __future__ import annotations

import json
import os
import re
import select
import socket
import subprocess
import sys
import time
import uuid
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.catalogues.files import LANGUAGES
from tests.databases import ROOT

START_SECONDS = 60
README = (ROOT / "README.md").read_text()
PACKAGE_FILES = {
    str(path.relative_to(ROOT))
    for path in (ROOT / "shareai_cms").rglob("*")
    if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc"
}


def install_section() -> str:
    """What the README says between "Install it" and the next heading."""
    match = re.search(r"^## Install it on your Wagtail site$(.*?)^## ", README, re.MULTILINE | re.DOTALL)
    assert match, "the README has lost its section on installing"
    return match[1]


def installed_apps() -> list[str]:
    """The lines that the README adds to ``INSTALLED_APPS``."""
    match = re.search(r"INSTALLED_APPS = \[\n(.*?)\n +\]", install_section(), re.DOTALL)
    assert match, "the README does not say what to add to INSTALLED_APPS"
    return [line.strip() for line in match[1].splitlines() if not line.strip().startswith("#")]


def call(*command: str | Path, cwd: Path = ROOT) -> str:
    done = subprocess.run(command, cwd=cwd, env=clean(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def clean() -> dict[str, str]:
    """An environment in which nothing of this checkout can be imported, and no setting of ours leaks in."""
    ours = ("DJANGO_", "SHAREAI_", "PYTHONPATH", "PYTEST_", "VIRTUAL_ENV")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


@contextmanager
def running(*command: str | Path, cwd: Path, **more: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        command, cwd=cwd, env={**clean(), **more}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(process: subprocess.Popen[str], port: int) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        assert process.poll() is None, process.stdout and process.stdout.read()
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        select.select([], [], [], 0.05)
    raise AssertionError(f"nothing listens on port {port}")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    call(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder)
    [path] = folder.glob("*.whl")
    return path


@dataclass(frozen=True)
class Site:
    """A new Wagtail site with the wheel in it, in an environment of its own."""

    folder: Path
    python: Path

    def manage(self, *arguments: str) -> str:
        return call(self.python, "manage.py", *arguments, cwd=self.folder)


@pytest.fixture(scope="module")
def site(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("site")
    call(sys.executable, "-m", "venv", folder / "venv")
    python = folder / "venv/bin/python"
    command = re.search(r"`pip install \"shareai-cms(\[\w+\])\"`", install_section())
    assert command, "the README does not say what to install"
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--constraint"]
    call(*pip, ROOT / "requirements/dev.txt", f"{wheel}{command[1]}")
    call(folder / "venv/bin/wagtail", "start", "mysite", cwd=folder)
    site = Site(folder / "mysite", python)
    settings = site.folder / "mysite/settings/base.py"
    text = settings.read_text()
    assert text.count("INSTALLED_APPS = [\n") == 1
    lines = "".join(f"    {line}\n" for line in installed_apps())
    settings.write_text(text.replace("INSTALLED_APPS = [\n", f"INSTALLED_APPS = [\n{lines}"))
    assert "`python manage.py migrate`" in install_section()
    site.manage("migrate", "--verbosity", "0")
    return site


class TestTheWheel:
    def test_holds_every_file_of_the_package_and_no_other(self, wheel: Path) -> None:
        names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
        assert names == PACKAGE_FILES

    @pytest.mark.parametrize(
        "pattern",
        [
            r"shareai_cms/migrations/0001_\w+\.py",
            r"shareai_cms/py\.typed",
            r"shareai_cms/static/shareai_cms/\S+\.js",
            r"shareai_cms/static/shareai_cms/\S+\.css",
            r"shareai_cms/templates/shareai_cms/\S+",
            *(rf"shareai_cms/locale/{code}/LC_MESSAGES/django\.{kind}" for code in LANGUAGES for kind in ("po", "mo")),
            r"shareai_cms/management/commands/shareai_sandbox\.py",
            r"\S+\.dist-info/licenses/LICENSE",
        ],
    )
    def test_holds_what_is_easily_forgotten(self, wheel: Path, pattern: str) -> None:
        assert any(re.fullmatch(pattern, name) for name in zipfile.ZipFile(wheel).namelist())

    def test_says_what_it_is(self, wheel: Path) -> None:
        archive = zipfile.ZipFile(wheel)
        [name] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        metadata = archive.read(name).decode()
        for line in ("Name: shareai-cms", "License-Expression: BSD-3-Clause", "Requires-Python: >=3.11"):
            assert line in metadata
        for extra in ("wagtail", "saleor", "postgres", "stripe", "tasks", "fast"):
            assert f"Provides-Extra: {extra}" in metadata


class TestANewSite:
    def test_uses_the_wheel_and_not_this_checkout(self, site: Site) -> None:
        where = site.manage("shell", "--verbosity", "0", "-c", "import shareai_cms; print(shareai_cms.__file__)")
        assert str(site.folder.parent) in where
        assert str(ROOT) not in where

    def test_passes_its_checks_but_for_the_advice_on_sqlite(self, site: Site) -> None:
        said = site.manage("check")
        assert set(re.findall(r"\((\w+\.[EWCI]\d+)\)", said)) <= {"shareai_cms.W002"}, said

    def test_has_our_tables_and_wants_no_further_migration(self, site: Site) -> None:
        assert "[X] 0001_initial" in site.manage("showmigrations", "shareai_cms")
        assert "No changes detected" in site.manage("makemigrations", "--check", "--dry-run")

    def test_collects_our_static_files(self, site: Site) -> None:
        found = site.manage("findstatic", "shareai_cms/loader.js")
        assert str(site.folder.parent / "venv") in found

    def test_speaks_the_languages_of_the_catalogues(self, site: Site) -> None:
        code = (
            "from django.utils.translation import gettext, override\nwith override('de'): print(gettext('Suggestion'))"
        )
        assert site.manage("shell", "--verbosity", "0", "-c", code).strip() == "Vorschlag"

    def test_explains_our_commands(self, site: Site) -> None:
        for command in ("shareai_sandbox", "shareai_audit"):
            assert site.manage(command, "--help").startswith("usage:")


class Visitor:
    """Signs in and talks to the site as an editor's browser does."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.session = requests.Session()
        self.session.trust_env = False

    def get(self, url: str, **parameters: str) -> requests.Response:
        response = self.session.get(f"{self.address}{url}", params=parameters, timeout=60)
        assert response.status_code == 200, (url, response.status_code, response.text[:500])
        return response

    def sign_in(self, username: str, password: str) -> None:
        self.get("/admin/login/")
        form = {"username": username, "password": password, "csrfmiddlewaretoken": self.session.cookies["csrftoken"]}
        response = self.session.post(f"{self.address}/admin/login/", data=form, timeout=60)
        assert response.url.endswith("/admin/"), response.text[:500]

    def config(self, page: str) -> dict[str, Any]:
        match = re.search(r'data-config-url="([^"]+)"', self.get(page).text)
        assert match, "the editor has no loader"
        answer: dict[str, Any] = self.get(match[1], path=page).json()
        return answer

    def post(self, url: str, body: dict[str, Any], **headers: str) -> requests.Response:
        headers |= {"X-CSRFToken": self.session.cookies["csrftoken"], "Referer": self.address}
        return self.session.post(f"{self.address}{url}", json=body, headers=headers, timeout=60, stream=True)

    def click(self, url: str, body: dict[str, Any], *, accept: str) -> requests.Response:
        headers = {"Idempotency-Key": str(uuid.uuid4()), "Accept": accept}
        response = self.post(url, body, **headers)
        assert response.status_code == 200, response.text
        assert response.headers["Content-Type"].split(";")[0] == accept
        return response


def events_of(response: requests.Response) -> list[tuple[str, dict[str, Any]]]:
    """Name and data of each event of a stream, without the pings."""
    found = re.findall(r"^event: (\w+)\ndata: (.*)$", response.content.decode(), re.MULTILINE)
    return [(name, json.loads(data)) for name, data in found]


@pytest.fixture(scope="module")
def visitor(site: Site) -> Iterator[Visitor]:
    """The site's own server, and the sandbox as the README has it started."""
    sandbox_port, port = free_port(), free_port()
    local = site.folder / "mysite/settings/local.py"
    local.write_text(f'SHAREAI_CMS = {{"SANDBOX_URL": "http://127.0.0.1:{sandbox_port}/api/v1"}}\n')
    site.manage("shell", "-c", MAKE_ADMIN)
    command = re.search(r"`python (manage\.py \w+)` in a second terminal", install_section())
    assert command, "the README does not say how to try it without a key"
    sandbox = running(site.python, *command[1].split(), "--port", str(sandbox_port), cwd=site.folder)
    server = running(site.python, "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}", cwd=site.folder)
    with sandbox as sandbox_process, server as server_process:
        wait_for_port(sandbox_process, sandbox_port)
        wait_for_port(server_process, port)
        yield Visitor(f"http://127.0.0.1:{port}")


MAKE_ADMIN = """
from django.contrib.auth import get_user_model
get_user_model().objects.create_superuser("admin", password="a long pass phrase")
"""
EDITOR = "/admin/pages/3/edit/"
TITLE = "In order to reach the harbour, take the old quay"


def click_on_title(config: dict[str, Any]) -> tuple[str, str, dict[str, Any]]:
    """The title's first action: its slug, the address to send it to, and the body."""
    [title] = [field for field in config["fields"] if field["name"] == "title"]
    slug = title["actions"][0]
    body = {
        "target": {**config["target"], "field": "title", "path": "title"},
        "route": "standard",
        "options": {},
        "input": {"text": TITLE},
        "context": {"title": TITLE},
    }
    return slug, config["urls"]["run"].replace("__slug__", slug), body


class TestTheAdminOfANewSite:
    def test_shows_nothing_of_us_to_strangers(self, visitor: Visitor) -> None:
        stranger = Visitor(visitor.address)
        assert "shareai" not in stranger.get("/admin/login/").text.lower()
        response = stranger.session.get(f"{visitor.address}/admin/shareai/config/", timeout=60)
        assert "/admin/login/" in response.url

    def test_takes_an_editor_to_a_suggestion_and_counts_one_unit(self, visitor: Visitor) -> None:
        visitor.sign_in("admin", "a long pass phrase")
        assert "shareai_cms/loader.js" not in visitor.get("/admin/").text
        page = visitor.get(EDITOR).text
        [loader] = re.findall(r'src="([^"]+shareai_cms/loader\.js[^"]*)"', page)
        assert len(visitor.get(loader).content) <= 2048
        config = visitor.config(EDITOR)
        assert config["can_use"] is True
        assert config["account"]["is_sandbox"] is True
        assert config["problem"] is None
        for files in config["assets"].values():
            for asset in files["css"] + files["js"]:
                visitor.get(asset)
        slug, url, body = click_on_title(config)
        answer = visitor.click(url, body, accept="application/json").json()
        assert answer["is_complete"] is True
        assert answer["units"] == config["actions"][slug]["routes"][0]["units"] == 1
        assert answer["usage"]["left"] == config["allowance"]["left"] - 1
        assert visitor.config(EDITOR)["allowance"]["left"] == config["allowance"]["left"] - 1

    def test_streams_a_suggestion_and_takes_the_editors_decision(self, visitor: Visitor) -> None:
        visitor.sign_in("admin", "a long pass phrase")
        config = visitor.config(EDITOR)
        _slug, url, body = click_on_title(config)
        whole = visitor.click(url, body, accept="application/json").json()
        events = events_of(visitor.click(url, body, accept="text/event-stream"))
        names = [name for name, _data in events]
        assert names == ["start", *["delta"] * (len(names) - 3), "result", "usage"]
        assert "delta" in names
        (_, start), *_deltas, (_, result), (_, usage) = events
        assert start["units"] == result["units"] == 1
        assert result["result"] == whole["result"], "the stream gives something else than the whole answer"
        assert usage["left"] == config["allowance"]["left"] - 2

        decide = config["urls"]["decide"].replace("__id__", str(result["suggestion"]))
        decided = visitor.post(decide, {"target": body["target"], "decision": "accepted"})
        assert decided.status_code == 204, decided.text
        assert visitor.config(EDITOR)["allowance"]["left"] == usage["left"]

    def test_has_a_sound_ledger_afterwards(self, visitor: Visitor, site: Site) -> None:
        site.manage("shareai_audit")
