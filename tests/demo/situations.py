"""``make demo-empty``, ``demo-stop`` and ``demo-go``: bad days for the demo that runs beside."""

from __future__ import annotations

import json
import os
import sys
import urllib.error
import urllib.request
from pathlib import Path

from tests.demo.process import run_manage
from tests.demo.version import HOME

#: What a marketplace that was stopped looks like from outside, until it is reset.
STOPPED = "hang-up"


def main(name: str) -> int:
    try:
        print({"empty": _empty, "stop": _stop, "go": _go}[name]())
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _empty() -> str:
    directory = Path(os.environ.get("DEMO_DIR") or HOME).resolve()
    if not (directory / "demo.sqlite3").exists() and not os.environ.get("DEMO_DATABASE"):
        raise RuntimeError(
            f"There is no demo in {directory}: run make demo first, with the same DEMO_DIR if you set one."
        )
    environment = {"DJANGO_SETTINGS_MODULE": "tests.demo.settings", "DEMO_DIR": str(directory)}
    return run_manage("use_up", environment=environment) + "As manager, “Buy more” on the dashboard brings new ones."


def _stop() -> str:
    _tell("/sandbox/fault", {"fault": STOPPED})
    return "The marketplace has stopped: AI says so, and searches go on by words. make demo-go starts it again."


def _go() -> str:
    _tell("/sandbox/reset", {})
    return "The marketplace answers again."


def _tell(path: str, content: dict[str, str]) -> None:
    port = os.environ.get("SANDBOX_PORT") or "8100"
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", json.dumps(content).encode())
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10):
            return
    except (urllib.error.URLError, OSError) as error:
        raise RuntimeError(f"No sandbox answers on port {port}: run make demo first, with the same ports.") from error


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
