"""A process inside of a site that runs line after line: Django starts once, not for every line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping

from tests.demo.version import REPOSITORY

LOOP = """
import json, sys, traceback
import django
django.setup()
from django.db import connections
answers, sys.stdout = sys.stdout, sys.stderr
for line in sys.stdin:
    error = ""
    try:
        exec(json.loads(line), {})
    except BaseException:
        error = traceback.format_exc()
    connections.close_all()
    print(json.dumps(error), file=answers, flush=True)
"""


class Interpreter:
    """Starts at its first line; what a line prints goes to the error output of the tests."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = {**os.environ, **environment}
        self._process: subprocess.Popen[str] | None = None

    def run(self, code: str) -> None:
        """Run one line; raises with the traceback of what it raised there."""
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-c", LOOP],
                cwd=REPOSITORY,
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(code), file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline()
        error = json.loads(answer) if answer else "the process has ended"
        if error:
            raise RuntimeError(f"{code} failed:\n{error}")

    def stop(self) -> None:
        """Wait until the process has read that there are no more lines."""
        if self._process is not None:
            self._process.communicate(timeout=20)
            self._process = None
