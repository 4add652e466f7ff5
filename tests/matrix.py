"""``make matrix``: the tests with other versions of Python, Django and Wagtail, as far as this machine has them.

``python -m tests.matrix py3.12 -k reserve``: combinations that begin so; the rest goes to pytest.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Combination:
    python: str
    django: str
    wagtail: str

    @property
    def name(self) -> str:
        return f"py{self.python}-django{self.django}-wagtail{self.wagtail}"

    @property
    def requirements(self) -> list[str]:
        return [f"Django=={self.django}.*", f"wagtail=={self.wagtail}.*"]

    @property
    def folder(self) -> Path:
        return ROOT / f".venv-{self.name}"


COMBINATIONS = (
    Combination("3.11", "5.2", "7.4"),
    Combination("3.11", "5.2", "8.0"),
    Combination("3.12", "6.0", "8.0"),
    Combination("3.13", "6.1", "8.0"),
)


def find_python(version: str) -> str:
    """A Python of that version that runs and can make virtual environments, or an empty string."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    candidates = [shutil.which(f"python{version}") or "", *map(str, pyenv.glob(f"{version}.*/bin/python"))]
    question = f"import ensurepip, sys; sys.exit(sys.version_info[:2] != ({version.replace('.', ', ')}))"
    for candidate in filter(None, candidates):
        # A shim may be there for a Python that is not.
        if subprocess.run([candidate, "-c", question], capture_output=True, check=False).returncode == 0:
            return candidate
    return ""


def install(combination: Combination, python: str) -> None:
    """Make the environment, or leave it where nothing changed since the last time."""
    inputs = [(ROOT / name).read_bytes() for name in ("pyproject.toml", "requirements/test.in")]
    stamp = hashlib.sha256(b"".join(inputs)).hexdigest()
    marker = combination.folder / "installed"
    if marker.exists() and marker.read_text() == stamp:
        return
    subprocess.run([python, "-m", "venv", "--clear", combination.folder], check=True)
    command = [combination.folder / "bin/python", "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    wanted = ["-r", "requirements/test.in", "-e", ".[wagtail,postgres,stripe]", *combination.requirements]
    subprocess.run([*command, *wanted], cwd=ROOT, check=True)
    marker.write_text(stamp)


def run(combination: Combination, arguments: list[str]) -> bool:
    command = [combination.folder / "bin/python", "-m", "pytest", "-q", "-n2", "--dist=loadfile"]
    ignored = ["--ignore=tests/test_package.py", "--ignore=tests/browser"]
    return subprocess.run([*command, *ignored, *arguments], cwd=ROOT, check=False).returncode == 0


def main() -> int:
    outcomes: dict[str, str] = {}
    chosen = tuple(word for word in sys.argv[1:] if word.startswith("py3"))
    arguments = [word for word in sys.argv[1:] if word not in chosen]
    for combination in COMBINATIONS:
        if chosen and not combination.name.startswith(chosen):
            continue
        print(f"\n{f' {combination.name} ':=^100}", flush=True)
        python = find_python(combination.python)
        if not python:
            outcomes[combination.name] = f"not run: there is no Python {combination.python} here"
            continue
        started = time.monotonic()
        install(combination, python)
        passed = run(combination, arguments)
        outcomes[combination.name] = f"{'passed' if passed else 'FAILED'} in {time.monotonic() - started:.0f} s"
    print(f"\n{' matrix ':=^100}")
    for name, outcome in outcomes.items():
        print(f"{name:<36} {outcome}")
    return 1 if any("FAILED" in outcome for outcome in outcomes.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
