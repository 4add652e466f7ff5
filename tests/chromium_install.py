"""A Chromium for the browser tests: the one that is here, or one that is installed where the user may."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

#: First the one without windows, whose browser process takes less than half of the other's time.
PACKAGES = ("chromium-headless-shell", "chromium")
NAMES = (*PACKAGES, "chromium-browser", "google-chrome", "google-chrome-stable")
WHERE_PLAYWRIGHT_KEEPS_ITS_OWN = (
    "from playwright.sync_api import sync_playwright\n"
    "with sync_playwright() as playwright: print(playwright.chromium.executable_path)"
)


#: Returns why it failed, and nothing where it succeeded.
Install = Callable[[], str]


class NoChromium(Exception):
    """There is none, and none could be installed; the text says what was tried."""


@dataclass(frozen=True)
class Machine:
    """The programs by which a Chromium is looked for and installed."""

    python: str = sys.executable
    is_root: bool = field(default_factory=lambda: os.geteuid() == 0)

    def chromium(self) -> str:
        """The path of a Chromium that starts, installed first where there is none; raises ``NoChromium``."""
        if found := self.found():
            return found
        tried = []
        for name, install in self._ways():
            print(f"There is no Chromium on this machine; trying {name}.", flush=True)
            failure = install() or self._why_it_does_not_start()
            if not failure:
                return self.found()
            tried.append(f"{name}: {failure}")
        raise NoChromium("There is no Chromium on this machine, and none could be installed.\n" + "\n".join(tried))

    def found(self) -> str:
        """The one that SHAREAI_TEST_CHROMIUM names, or the system's, or Playwright's; empty without any."""
        named = os.environ.get("SHAREAI_TEST_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), "")
        return named or self._of_playwright()

    def _of_playwright(self) -> str:
        done = _run(self.python, "-c", WHERE_PLAYWRIGHT_KEEPS_ITS_OWN)
        path = done.stdout.strip()
        return path if done.returncode == 0 and os.access(path, os.X_OK) else ""

    def _ways(self) -> list[tuple[str, Install]]:
        """The system's package first, as it brings its libraries along; Ubuntu has one in name only."""
        ways: list[tuple[str, Install]] = []
        if self.is_root and shutil.which("apt-get"):
            ways = [(f"apt-get install {name}", partial(self._install_of_debian, name)) for name in PACKAGES]
        return [*ways, ("python -m playwright install chromium", self._install_of_playwright)]

    def _install_of_debian(self, package: str) -> str:
        install = ("apt-get", "install", "-y", "-qq", "--no-install-recommends", package)
        return _failure("apt-get", "update", "-qq") or _failure(*install)

    def _install_of_playwright(self) -> str:
        return _failure(self.python, "-m", "playwright", "install", "chromium")

    def _why_it_does_not_start(self) -> str:
        found = self.found()
        return _failure(found, "--version") if found else "it brought no Chromium"


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def _failure(*command: str) -> str:
    """What a command that failed said last; empty where it succeeded."""
    done = _run(*command)
    if done.returncode == 0:
        return ""
    said = (done.stderr + done.stdout).strip().splitlines()
    return said[-1] if said else f"exit code {done.returncode}"
