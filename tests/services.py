"""The sandbox as a process of its own, for every test, browser run and bench that needs a marketplace."""

from __future__ import annotations

import json
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.request
import uuid
import weakref
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 30
STOP_SECONDS = 10


class SandboxProcess:
    """Starts ``python -m shareai_cms.sandbox`` on a free port; a context manager.

    It answers without delay unless told otherwise. ``url`` is the base address of the API. Its checkout lives in
    a file of its own, which outlasts ``stop``, ``kill`` and ``restart``; a payment that comes later waits for
    ``checkout(session, "settle")`` or ``"decline"``. ``vectors`` is a file of ``shareai_cms.sandbox.given``.
    """

    def __init__(
        self,
        *,
        latency_ms: int = 0,
        chunk_ms: int = 0,
        port: int = 0,
        log: bool = False,
        pay_later_seconds: int = 3600,
        webhook_secrets: tuple[str, ...] = (),
        vectors: Path | None = None,
    ) -> None:
        directory = Path(tempfile.mkdtemp(prefix="shareai-sandbox-"))
        weakref.finalize(self, shutil.rmtree, directory, ignore_errors=True)
        self.state_file = directory / "state.sqlite3"
        self._command = [
            sys.executable, "-m", "shareai_cms.sandbox",
            "--port", str(port), "--latency-ms", str(latency_ms), "--chunk-ms", str(chunk_ms),
            "--state-file", str(self.state_file), "--pay-later-seconds", str(pay_later_seconds),
            *[word for secret in webhook_secrets for word in ("--webhook-secret", secret)],
            *(["--vectors", str(vectors)] if vectors else []),
            *([] if log else ["--quiet"]),
        ]  # fmt: skip
        self._process: subprocess.Popen[str] | None = None
        self.url = ""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def process(self) -> subprocess.Popen[str]:
        assert self._process is not None, "the sandbox was not started"
        return self._process

    @property
    def root(self) -> str:
        return self.url.removesuffix("/api/v1")

    @property
    def port(self) -> int:
        return int(self.root.rsplit(":", 1)[1])

    def start(self) -> None:
        """Start the process and read its address from its first line; an old port is asked for again."""
        self._process = subprocess.Popen(self._command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        ready, _, _ = select.select([self._process.stdout], [], [], START_SECONDS)
        first = self._process.stdout.readline() if ready else ""
        if " listens on " not in first:
            self.kill()
            raise RuntimeError(f"The sandbox did not start: {first!r}")
        self.url = first.split(" listens on ")[1].strip()

    def restart(self) -> None:
        """Start again on the same port and with the same sessions after ``stop`` or ``kill``."""
        position = self._command.index("--port") + 1
        self._command[position] = str(self.port)
        self.start()

    def state(self) -> dict[str, Any]:
        """The counters: calls, connections, open, aborted, by_path, fault, last, recent."""
        return self._ask("GET", "/sandbox/state")

    def wait_for(self, *, seconds: int = 10, **wanted: int) -> dict[str, Any]:
        """The state once ``calls``, ``connections`` or ``aborted`` reached and ``open`` equals what is asked."""
        state = self._ask("GET", f"/sandbox/state?{urlencode({**wanted, 'wait': seconds})}")
        reached = all(
            state[name] == number if name == "open" else state[name] >= number for name, number in wanted.items()
        )
        if not reached:
            seen = {name: state[name] for name in ("calls", "connections", "open", "aborted")}
            raise AssertionError(f"waited {seconds} s for {wanted}, saw {seen}")
        return state

    def fault(self, name: str | None, **timings: int) -> None:
        """Set a fault for every call from now on; also ``latency_ms``, ``chunk_ms``, ``retry_after``, ``times``."""
        self._ask("POST", "/sandbox/fault", {"fault": name, **timings})

    def reset(self) -> None:
        """Counters to zero, no fault, the process's own timings, webhooks on; sessions and events stay."""
        self._ask("POST", "/sandbox/reset", {})

    def session(self, session: str) -> dict[str, Any]:
        """The checkout session as the API shows it."""
        return self._ask("GET", f"/api/v1/checkout/sessions/{session}")

    def checkout(
        self, session: str, action: Literal["pay", "pay_later", "settle", "decline", "expire"]
    ) -> dict[str, Any]:
        """Do what the buyer or the bank does, and the session afterwards.

        ``settle`` is money that arrives: of a pending payment, or late for a failed or expired one.
        """
        return self._ask("POST", "/sandbox/checkout", {"session": session, "action": action})

    def refund(self, session: str, amount: int | None = None, *, reason: str = "") -> dict[str, Any]:
        """Refund this much in minor units, or what is left; each call is a refund of its own."""
        body = {"session": session, "reason": reason, **({} if amount is None else {"amount": amount})}
        return self._ask("POST", "/api/v1/refunds", body)

    def dispute(self, session: str, amount: int | None = None) -> dict[str, Any]:
        """Open a dispute over this much in minor units, or over all that was paid and not given back."""
        body = {"session": session, **({} if amount is None else {"amount": amount})}
        return self._ask("POST", "/sandbox/disputes", body)

    def end_dispute(self, dispute: str, outcome: Literal["won", "lost"]) -> dict[str, Any]:
        """``won`` by the seller, who keeps the money, or ``lost``."""
        return self._ask("POST", "/sandbox/disputes", {"dispute": dispute, "outcome": outcome})

    def events(self, after: str = "") -> list[dict[str, Any]]:
        """The first hundred events after this one, oldest first."""
        query = f"?{urlencode({'after': after})}" if after else ""
        data: list[dict[str, Any]] = self._ask("GET", f"/api/v1/events{query}")["data"]
        return data

    def webhooks(self, mode: Literal["on", "off"]) -> None:
        """With ``off`` no event that happens is ever delivered by itself, as if the delivery were lost."""
        self._ask("POST", "/sandbox/webhooks", {"mode": mode})

    def deliver(self, event: str, *, times: int = 1, at_once: bool = True) -> list[dict[str, Any]]:
        """Deliver an event again, even while webhooks are off; the deliveries, once all were answered."""
        body = {"deliver": event, "times": times, "at_once": at_once}
        data: list[dict[str, Any]] = self._ask("POST", "/sandbox/webhooks", body)["data"]
        return data

    def deliveries(self) -> list[dict[str, Any]]:
        """The newest hundred deliveries, newest first: event, type, url, status, attempt, note.

        ``status`` is that of HTTP, 0 where none came; ``note`` says why: ``unreachable`` or ``foreign``.
        """
        data: list[dict[str, Any]] = self._ask("GET", "/sandbox/deliveries")["data"]
        return data

    def stop(self) -> int:
        """Ask the process to end, and its exit code."""
        return self._end(signal.SIGTERM)

    def kill(self) -> int:
        return self._end(signal.SIGKILL)

    def _end(self, number: signal.Signals) -> int:
        process = self.process
        if process.poll() is None:
            process.send_signal(number)
        try:
            code = process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            code = process.wait()
        if process.stdout is not None:
            process.stdout.close()
        return code

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": "Bearer sandbox", "Idempotency-Key": uuid.uuid4().hex}
        request = urllib.request.Request(f"{self.root}{path}", data=data, method=method, headers=headers)
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=70) as reply:
            answer: dict[str, Any] = json.load(reply)
        return answer
