from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from tests.services import ROOT, SandboxProcess

from .conftest import KEY, prompt

COMMAND = [sys.executable, "-m", "shareai_cms.sandbox", "--latency-ms", "0", "--chunk-ms", "0"]
MANAGE = [sys.executable, "-m", "django", "shareai_sandbox"]


@pytest.fixture(autouse=True)
def _own_temporary_directory(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a sandbox that is told nothing else keeps its checkout."""
    monkeypatch.setenv("TMPDIR", str(tmp_path_factory.mktemp("state")))


def start(*command: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*command, "--port", "0"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings_plain"},
    )


def address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().rsplit(" ", 1)[1].strip()


def call(url: str, *, key: str = KEY) -> None:
    requests.post(
        f"{url}/chat/completions",
        json={"model": "m\nforged=1", "messages": prompt(), "user": "site-1"},
        headers={"Authorization": f"Bearer {key}"},
        timeout=20,
    )
    # The line is written before the call stops being open.
    requests.get(f"{url.removesuffix('/api/v1')}/sandbox/state?open=0&wait=10", timeout=20)


class TestStart:
    def test_one_line_says_where_it_listens(self) -> None:
        process = start(*COMMAND)
        url = address(process)
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=20)
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/api/v1", url)
        assert output == ""

    def test_the_ready_file_holds_host_and_port(self, tmp_path: Path) -> None:
        ready = tmp_path / "ready"
        process = start(*COMMAND, "--ready-file", str(ready))
        url = address(process)
        # The line is printed before the file is renamed into place, and a reply comes after both.
        requests.get(f"{url}/models", timeout=20)
        host, port = ready.read_text().split()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
        assert url == f"http://{host}:{port}/api/v1"
        assert list(tmp_path.iterdir()) == [ready]

    def test_an_address_in_use_is_one_clear_sentence(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            done = subprocess.run(
                [*COMMAND, "--port", str(port)], cwd=ROOT, capture_output=True, text=True, check=False, timeout=30
            )
        assert done.returncode == 2
        assert done.stdout == ""
        assert done.stderr == (
            f"Another program already listens on 127.0.0.1:{port}: stop it or choose another --port.\n"
        )

    @pytest.mark.parametrize("given", [["--host", "203.0.113.9"], ["--port", "70000"]])
    def test_an_address_that_cannot_be_had(self, given: list[str]) -> None:
        done = subprocess.run(
            [*COMMAND, "--port", "0", *given], cwd=ROOT, capture_output=True, text=True, check=False, timeout=30
        )
        assert done.returncode == 2
        assert done.stderr.startswith("The sandbox cannot listen on ")
        assert len(done.stderr.splitlines()) == 1

    def test_it_runs_without_django(self) -> None:
        code = "import sys, shareai_cms.sandbox.__main__; print([m for m in sys.modules if m.startswith('django')])"
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "[]"


class TestEnd:
    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_a_signal_ends_it_cleanly_even_while_an_answer_is_held(self, number: signal.Signals) -> None:
        process = start(*COMMAND)
        url = address(process)
        with socket.create_connection(("127.0.0.1", int(url.split(":")[2].split("/")[0])), timeout=20) as held:
            held.sendall(
                b"GET /api/v1/models HTTP/1.1\r\nAuthorization: Bearer k\r\nX-ShareAI-Sandbox-Fault: timeout\r\n\r\n"
            )
            requests.get(f"{url.removesuffix('/api/v1')}/sandbox/state?open=1&wait=10", timeout=20)
            process.send_signal(number)
            _, errors = process.communicate(timeout=20)
        assert process.returncode == 0
        assert errors == ""

    def test_it_starts_again_on_its_port(self) -> None:
        with SandboxProcess() as sandbox:
            before = sandbox.url
            assert sandbox.stop() == 0
            sandbox.restart()
            assert sandbox.url == before
            sandbox.kill()
            sandbox.restart()
            assert sandbox.state()["calls"] == 0


class TestLog:
    def test_a_line_per_call_without_content_or_keys(self) -> None:
        process = start(*COMMAND)
        call(address(process))
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=20)
        [line] = log.splitlines()
        assert "call=1 path=chat/completions model=m_forged_1 stream=False fault=- status=200 outcome=answered" in line
        assert re.search(r"tokens_in=\d+ tokens_out=\d+ duration_ms=\d+$", line)
        assert not any(secret in log for secret in (KEY, "site-1", "utilise", "press"))

    def test_quiet_is_quiet(self) -> None:
        process = start(*COMMAND, "--quiet")
        call(address(process))
        process.send_signal(signal.SIGTERM)
        assert process.communicate(timeout=20) == ("", "")


class TestManagementCommand:
    def test_starts_the_same_sandbox(self) -> None:
        process = start(*MANAGE, "--quiet")
        url = address(process)
        reply = requests.get(f"{url}/models", headers={"Authorization": "Bearer k"}, timeout=20)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
        assert reply.headers["X-ShareAI-Sandbox"] == "1"
        assert process.returncode == 0
