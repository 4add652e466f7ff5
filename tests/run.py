"""The whole of ``make test``: ``python -m tests.run [section …] [-- arguments for pytest]``."""

from __future__ import annotations

import argparse
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests.chromium_install import Machine, NoChromium
from tests.databases import QUICK, postgres_server

ROOT = Path(__file__).parent.parent
PYTEST_FOUND_NOTHING = 5
#: Their mails commit and empty the database for every test; SQLite's options make no difference to them.
MAILS = [f"--ignore=tests/topups/test_{name}.py" for name in ("letters", "alerts", "wishes")]
#: Browser tests that failed and are tried once more; more than these are no accident.
SECOND_TRIES = 3
#: Over two processes: each waits for a disk, a server or a browser now and then.
SPREAD = ("-n2", "--dist=loadfile")
#: What ``Tally`` says.
COUNTS = r"(\d+) passed, (\d+) failed(?:, (\d+) skipped)?"
#: Sections that use less than one of two cores, so that they run while the others do.
BESIDE = ("browser", "wheel", "plain")
#: Suites of money and units, run on every database set-up.
LEDGER = ["-m", "ledger and not soak"]


@dataclass
class Tally:
    """What one section, or all of them, came to."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0

    def add(self, other: Tally) -> None:
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.seconds += other.seconds

    def __str__(self) -> str:
        text = f"{self.passed} passed, {self.failed} failed"
        return f"{text}, {self.skipped} skipped" if self.skipped else text


@dataclass
class Run:
    """One call of this program: where its files go, and what the developer asked for."""

    folder: Path
    seed: int
    arguments: list[str]
    cleanup: ExitStack
    has_postgres: bool = False

    def tool(self, *command: str) -> Tally:
        """Run a checker; it counts as one test."""
        code = wait_for([sys.executable, "-m", *command])
        return Tally(passed=int(code == 0), failed=int(code != 0))

    def pytest(self, *arguments: str, settings: str = "tests.settings") -> Tally:
        """Run pytest with fresh settings; its own summary stays visible."""
        report = self.folder / f"{time.monotonic_ns()}.xml"
        command = [sys.executable, "-m", "pytest", "-q", f"--ds={settings}", f"--junitxml={report}"]
        command += [f"--randomly-seed={self.seed}", *arguments, *self.arguments]
        code = wait_for(command)
        if code == PYTEST_FOUND_NOTHING and self.arguments:
            return Tally()
        tally = read_report(report)
        if code and not tally.failed:
            tally.failed = 1  # a broken collection, or a crash before the report
        return tally

    def postgres(self) -> None:
        """Start PostgreSQL on first need."""
        if not self.has_postgres:
            self.cleanup.enter_context(postgres_server(QUICK))
            self.has_postgres = True


class Beside:
    """Sections in a process of their own while the others run: they wait for a browser, or for pip, half of the time.

    A context manager; what it prints is kept until ``wait``.
    """

    def __init__(self, sections: Sequence[str], run: Run) -> None:
        self.sections = sections
        self._output = run.folder / "beside.txt"
        self._command = [sys.executable, "-m", "tests.run", *sections, "--seed", str(run.seed)]
        self._command += ["--", *run.arguments] if run.arguments else []

    def __enter__(self) -> Self:
        with self._output.open("wb") as output:
            self._process = subprocess.Popen(self._command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)
        return self

    def wait(self) -> dict[str, Tally]:
        """Let them come to their end, and print what they have said; what each of them came to."""
        self._process.wait()
        said = self._output.read_text(errors="replace")
        print(said, flush=True)
        return read_sections(said, self.sections)

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait()


def read_sections(said: str, sections: Sequence[str]) -> dict[str, Tally]:
    """The tallies that another run of this program ended with; one failure for each that has none."""
    lines = said.strip().splitlines()
    found: dict[str, Tally] = {}
    if lines and re.fullmatch(COUNTS, lines[-1]):
        # The table stands above the closing line, with a row for the whole.
        for line in lines[-len(sections) - 2 : -2]:
            if row := re.fullmatch(rf"(\w+) +([\d.]+) s +{COUNTS}", line):
                passed, failed, skipped = (int(number or 0) for number in row.groups()[2:])
                found[row[1]] = Tally(passed, failed, skipped, float(row[2]))
    return {name: found.get(name) or Tally(failed=1) for name in sections}


def wait_for(command: list[str]) -> int:
    """The exit code of a command, which is asked to tidy up where we are asked to end."""
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        return process.wait()
    except SystemExit:
        # pytest ends its fixtures, and the processes they started, on an interrupt only.
        process.send_signal(signal.SIGINT)
        raise
    finally:
        # A terminal's Ctrl-C has reached the command as well.
        process.wait()


def read_report(path: Path) -> Tally:
    """Sum a JUnit report of pytest; errors in set-up are failures."""
    if not path.exists():
        return Tally(failed=1)
    tally = Tally()
    for suite in ET.parse(path).getroot().iter("testsuite"):
        failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped = int(suite.get("skipped", 0))
        tally.add(Tally(int(suite.get("tests", 0)) - failed - skipped, failed, skipped))
    return tally


def style(run: Run) -> Tally:
    """ruff: rules and format"""
    tally = run.tool("ruff", "check", ".")
    tally.add(run.tool("ruff", "format", "--check", "."))
    return tally


def types(run: Run) -> Tally:
    """mypy, strict"""
    return run.tool("mypy")


def docs(run: Run) -> Tally:
    """mkdocs, where a link that leads nowhere is an error"""
    return run.tool("mkdocs", "build", "--strict", "--quiet", "--site-dir", str(run.folder / "site"))


def sqlite(run: Run) -> Tally:
    """everything but browser and wheel, on SQLite with default options"""
    return run.pytest(*SPREAD, "--ignore=tests/test_package.py")


def plain(run: Run) -> Tally:
    """a site without Wagtail: Django's own admin"""
    return run.pytest("tests/plain", "-o", "norecursedirs=.hypothesis node_modules", settings="tests.plain.settings")


def tuned(run: Run) -> Tally:
    """the ledger's suites on SQLite with recommended options"""
    return run.pytest(*SPREAD, *LEDGER, *MAILS, settings="tests.settings_sqlite")


def postgres(run: Run) -> Tally:
    """the suites of ledger and search on PostgreSQL with pgvector"""
    run.postgres()
    return run.pytest(*SPREAD, "-m", "(ledger or postgres) and not soak", settings="tests.settings_postgres")


def browser(run: Run) -> Tally:
    """the demo site in a real browser"""
    if os.environ.get("BROWSER") == "skip":
        print("Browser tests did not run, as BROWSER=skip asks.")
        return Tally(skipped=1)
    try:
        os.environ["SHAREAI_TEST_CHROMIUM"] = Machine().chromium()
    except NoChromium as error:
        print(f"Browser tests did not run. {error}")
        print("Install the package `chromium` (or `google-chrome`), or set BROWSER=skip to do without.")
        return Tally(failed=1)
    # What failed is remembered apart from what other sections remember.
    cache = f"cache_dir={run.folder / 'cache'}"
    command = ("tests/browser", "-o", "norecursedirs=.hypothesis node_modules", "-o", cache)
    tally = run.pytest(*SPREAD, *command)
    if not 0 < tally.failed <= SECOND_TRIES:
        return tally
    # The other sections keep both cores busy, and a browser may wait for longer than any test does.
    print(f"\nOnce more, by themselves, the {tally.failed} that failed:", flush=True)
    again = run.pytest(*command, "--last-failed", "--last-failed-no-failures=none")
    if again.passed + again.failed != tally.failed:
        return tally
    return Tally(tally.passed + again.passed, again.failed, tally.skipped)


def wheel(run: Run) -> Tally:
    """the built wheel in an empty site made by `wagtail start`"""
    return run.pytest("tests/test_package.py")


def soak(run: Run) -> Tally:
    """the repeat counts: SQLite twice, then PostgreSQL"""
    run.postgres()
    tally = Tally()
    for settings in ("tests.settings", "tests.settings_sqlite", "tests.settings_postgres"):
        print(f"-- {settings}", flush=True)
        tally.add(run.pytest("-m", "soak", "-s", settings=settings))
    return tally


SECTIONS: dict[str, Callable[[Run], Tally]] = {
    section.__name__: section for section in (style, types, docs, sqlite, plain, tuned, postgres, browser, wheel, soak)
}
EVERY_TIME = [name for name in SECTIONS if name != "soak"]


def heading(name: str) -> None:
    text = f" {name}: {SECTIONS[name].__doc__} "
    print(f"\n{text:=^100}", flush=True)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="section", help=", ".join(SECTIONS))
    parser.add_argument("--seed", type=int, default=int(os.environ.get("SEED") or random.randrange(2**32)))
    ours, theirs = sys.argv[1:], []
    if "--" in ours:
        theirs = ours[ours.index("--") + 1 :]
        ours = ours[: ours.index("--")]
    given = parser.parse_args(ours)
    if unknown := set(given.sections) - set(SECTIONS):
        parser.error(f"no section named {', '.join(sorted(unknown))}; there are {', '.join(SECTIONS)}")
    given.pytest_arguments = theirs
    return given


def main() -> int:
    given = arguments()
    # PostgreSQL outlives a killed owner, so an end from outside becomes an ordinary exit.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    # A shell that starts us in the background has the interrupt ignored, and so would all our children.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # Some containers forbid bytecode, and then each of our many processes would compile everything again.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    results: dict[str, Tally] = {}
    began = time.monotonic()
    with ExitStack() as cleanup:
        folder = Path(cleanup.enter_context(tempfile.TemporaryDirectory(prefix="shareai-test-")))
        os.environ["SHAREAI_TEST_DIR"] = str(folder)
        run = Run(folder, given.seed, given.pytest_arguments, cleanup)
        print(f"Random order with seed {given.seed}; the same order again: make test SEED={given.seed}", flush=True)
        beside = None if given.sections else cleanup.enter_context(Beside(BESIDE, run))
        for name in given.sections or [name for name in EVERY_TIME if name not in BESIDE]:
            heading(name)
            started = time.monotonic()
            results[name] = SECTIONS[name](run)
            results[name].seconds = time.monotonic() - started
        if beside is not None:
            results |= beside.wait()
    return report(results, time.monotonic() - began)


def report(results: dict[str, Tally], seconds: float) -> int:
    print(f"\n{' sections ':=^100}")
    total = Tally()
    for name, tally in results.items():
        total.add(tally)
        print(f"{name:<10} {tally.seconds:7.1f} s   {tally}")
    print(f"{'all':<10} {seconds:7.1f} s")
    print(total, flush=True)
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main())
