"""The stream over real servers, WSGI and ASGI: it arrives piece by piece, and leaving cancels for real."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import Group, Permission
from django.contrib.sessions.backends.db import SessionStore

from shareai_cms import metering
from shareai_cms.models import Usage
from tests.databases import subprocess_environment
from tests.services import SandboxProcess

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.ledger]

TEXT = "In order to reach the lighthouse, visitors utilise the old quay."
TOKEN = "a" * 32


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def eventually(condition: Callable[[], bool], seconds: float = 10) -> None:
    """Wait for another process to get there."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.02)


class Servers:
    """Server processes by their kind, on the database of these tests, started when one is first asked for."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._running: dict[str, tuple[int, subprocess.Popen[bytes]]] = {}

    def port(self, kind: str) -> int:
        if kind not in self._running:
            self._running[kind] = self._start(kind)
        return self._running[kind][0]

    def _start(self, kind: str) -> tuple[int, subprocess.Popen[bytes]]:
        port, log = free_port(), self._directory / f"{kind}.log"
        options = {
            "gthread": ["gunicorn", "-k", "gthread", "--threads", "8", "-b", f"127.0.0.1:{port}", "tests.servers:wsgi"],
            "uvicorn": ["uvicorn", "--port", str(port), "--lifespan", "off", "tests.servers:asgi"],
        }
        environment = {**subprocess_environment(), "SHAREAI_TEST_CMS": json.dumps(django_settings.SHAREAI_CMS)}
        command = [sys.executable, "-m", *options[kind]]
        with log.open("wb") as output:
            process = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
        eventually(lambda: process.poll() is not None or _answers(port), 30)
        assert process.poll() is None, log.read_text()
        return port, process

    def stop(self) -> None:
        for _port, process in self._running.values():
            process.terminate()
        for _port, process in self._running.values():
            process.wait(20)


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    servers = Servers(tmp_path_factory.mktemp("servers"))
    yield servers
    servers.stop()


@pytest.fixture(params=["gthread", "uvicorn"])
def port(request: pytest.FixtureRequest, sandbox: SandboxProcess, servers: Servers) -> int:
    return servers.port(request.param)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Browser:
    """Just enough of one: cookies, a CSRF token, a key per click, and the right to leave."""

    def __init__(self, port: int, user: Any, target: str) -> None:
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        self.cookie = f"sessionid={session.session_key}; csrftoken={TOKEN}"
        self.port = port
        self.target = target
        self.key = uuid.uuid4().hex
        self._open: list[tuple[http.client.HTTPConnection, http.client.HTTPResponse]] = []

    def click(
        self, *, accept: str = "text/event-stream", slug: str = "rewrite", **more: Any
    ) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        body = {"target": {"type": "auth.group", "id": self.target, "field": "name"}, "input": {"text": TEXT}, **more}
        headers = {
            "Content-Type": "application/json",
            "Cookie": self.cookie,
            "X-CSRFToken": TOKEN,
            "Accept": accept,
            "Accept-Encoding": "gzip",
            "Idempotency-Key": self.key,
        }
        connection.request("POST", "/shareai/actions/rewrite/", json.dumps(body), headers)
        self._open.append((connection, connection.getresponse()))
        return self._open[-1][1]

    def status(self) -> dict[str, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        address = f"/shareai/status/{self.key}/?type=auth.group&id={self.target}"
        connection.request("GET", address, headers={"Cookie": self.cookie})
        answer: dict[str, Any] = json.loads(connection.getresponse().read())
        connection.close()
        return answer

    def leave(self) -> None:
        """Close every connection, in the middle of whatever arrives on it."""
        for connection, response in self._open:
            response.close()
            connection.close()


@pytest.fixture
def visitor(port: int, editor: Any) -> Iterator[Browser]:
    metering.open_account(platform="django", reference="default")
    editor.user_permissions.add(Permission.objects.get(codename="change_group"))
    visitor = Browser(port, editor, str(Group.objects.get(name="AI users").pk))
    yield visitor
    visitor.leave()


def events(response: http.client.HTTPResponse) -> Iterator[tuple[str, dict[str, Any]]]:
    """Server-sent events, pings left out."""
    name = ""
    for line in response:
        text = line.decode().rstrip("\n")
        if text.startswith("event: "):
            name = text.removeprefix("event: ")
        elif text.startswith("data: "):
            yield name, json.loads(text.removeprefix("data: "))


def usage() -> Usage:
    return Usage.objects.get()


class TestWholeStream:
    def test_arrives_in_order_and_counts_one(self, visitor: Browser, sandbox: SandboxProcess) -> None:
        response = visitor.click()
        assert response.status == 200
        assert response.headers["Content-Type"].startswith("text/event-stream")
        assert "no-store" in response.headers["Cache-Control"]
        assert response.headers["X-Accel-Buffering"] == "no"
        assert response.headers["Content-Encoding"] == "identity"
        seen = list(events(response))
        names = [name for name, _data in seen]
        assert names[0] == "start"
        assert set(names[1:-2]) == {"delta"}
        assert names[-2:] == ["result", "usage"]
        assert seen[-1][1]["left"] == 9
        assert seen[-1][1]["text"] == "9 of 10 writing actions left"

    def test_first_words_come_before_the_last_are_written(self, visitor: Browser, sandbox: SandboxProcess) -> None:
        sandbox.fault(None, chunk_ms=100)
        response = visitor.click()
        stream = events(response)
        assert next(stream)[0] == "start"
        assert next(stream)[0] == "delta"
        assert sandbox.state()["open"] == 1, "the model is still writing"
        visitor.leave()

    def test_the_same_click_again_is_answered_from_store(self, visitor: Browser, sandbox: SandboxProcess) -> None:
        list(events(visitor.click()))
        seen = dict(events(visitor.click()))
        assert seen["result"]["replayed"]
        assert seen["usage"]["left"] == 9
        assert sandbox.state()["calls"] == 1

    def test_whole_answer_as_json(self, visitor: Browser, sandbox: SandboxProcess) -> None:
        response = visitor.click(accept="application/json")
        answer = json.loads(response.read())
        assert answer["usage"]["left"] == 9
        assert answer["result"]["kind"] == "text"

    def test_refusal_carries_its_status(self, visitor: Browser, sandbox: SandboxProcess) -> None:
        response = visitor.click(input={"text": " "})
        assert response.status == 400
        assert json.loads(response.read())["error"]["code"] == "input_empty"


class TestLeaving:
    def test_after_the_first_words_stops_upstream_and_counts(self, visitor: Browser, sandbox: SandboxProcess) -> None:
        sandbox.fault(None, chunk_ms=200)
        response = visitor.click()
        stream = events(response)
        while next(stream)[0] != "delta":
            pass
        next(stream)
        visitor.leave()
        sandbox.wait_for(aborted=1, open=0)
        eventually(lambda: usage().state != "held")
        assert (usage().state, usage().outcome) == ("settled", "cancelled")
        assert visitor.status()["is_complete"] is False

    def test_while_the_model_is_silent_counts_nothing(self, visitor: Browser, sandbox: SandboxProcess) -> None:
        sandbox.fault("silent")
        response = visitor.click()
        assert next(events(response))[0] == "start"
        visitor.leave()
        eventually(lambda: usage().state != "held")
        assert (usage().state, usage().outcome) == ("released", "cancelled_early")
        sandbox.wait_for(open=0)
        assert metering.audit() == []

    def test_stream_that_breaks_upstream_is_told(self, visitor: Browser, sandbox: SandboxProcess) -> None:
        sandbox.fault("broken-stream")
        name, data = list(events(visitor.click()))[-1]
        assert (name, data["error"]["code"]) == ("error", "stream_broken")
        assert visitor.status()["state"] == "released"
        assert usage().outcome == "broken"


class TestTwoClicksAtOnce:
    def test_one_runs_the_other_is_pointed_to_its_status(self, visitor: Browser, sandbox: SandboxProcess) -> None:
        sandbox.fault(None, chunk_ms=100)
        first = visitor.click()
        stream = events(first)
        next(stream)
        second = visitor.click()
        assert second.status == 409
        error = json.loads(second.read())["error"]
        assert (error["code"], error["status_url"]) == ("in_progress", f"/shareai/status/{visitor.key}/")
        assert visitor.status() == {"state": "held"}
        assert list(stream)[-1][0] == "usage"
        assert visitor.status()["state"] == "settled"
