from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import run as whole
from tests.chromium_install import Machine, NoChromium

Program = Callable[[str, str], Path]
#: The scripts below speak of their folder as ``$here``.
INSTALLS_CHROMIUM = 'printf "#!/bin/sh\\n" > "$here/chromium"; /bin/chmod +x "$here/chromium"'


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Puts a shell script on a PATH that has nothing else."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("SHAREAI_TEST_CHROMIUM", raising=False)

    def put(name: str, body: str) -> Path:
        path = tmp_path / name
        path.write_text(f'#!/bin/sh\nhere={tmp_path}\necho "{name} $*" >> "$here/log"\n{body}\n')
        path.chmod(0o755)
        return path

    return put


def calls(folder: Path) -> list[str]:
    log = folder / "log"
    return log.read_text().splitlines() if log.exists() else []


def python(program: Program, install: str) -> str:
    """A Python whose Playwright keeps its browser as ``own`` and installs it as given."""
    body = f'if [ "$1" = -c ]; then echo "$here/own"; exit; fi\n{install}'
    return str(program("python", body))


OWN = 'printf "#!/bin/sh\\n" > "$here/own"; /bin/chmod +x "$here/own"'
NO_NETWORK = "echo 'Error: getaddrinfo ENOTFOUND' >&2; exit 1"


class TestFound:
    def test_the_named_one_comes_first(self, program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        program("chromium", "")
        monkeypatch.setenv("SHAREAI_TEST_CHROMIUM", "/opt/chrome")
        assert Machine(is_root=True).chromium() == "/opt/chrome"
        assert calls(tmp_path) == []

    @pytest.mark.parametrize(
        "name", ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
    )
    def test_the_systems_own_needs_no_installing(self, program: Program, tmp_path: Path, name: str) -> None:
        program("apt-get", "")
        path = program(name, "")
        assert Machine(is_root=True).chromium() == str(path)
        assert calls(tmp_path) == []

    def test_the_one_without_windows_goes_before_the_other(self, program: Program) -> None:
        program("chromium", "")
        light = program("chromium-headless-shell", "")
        assert Machine().chromium() == str(light)

    def test_one_that_playwright_installed_before_is_taken(self, program: Program, tmp_path: Path) -> None:
        own = program("own", "")
        assert Machine(python=python(program, NO_NETWORK), is_root=False).chromium() == str(own)
        assert not any("install" in call for call in calls(tmp_path)[2:])


class TestInstalled:
    def test_as_root_it_is_debians_package(self, program: Program, tmp_path: Path) -> None:
        program("apt-get", f'[ "$1" = update ] || {{ {INSTALLS_CHROMIUM}; }}')
        machine = Machine(python=python(program, NO_NETWORK), is_root=True)
        assert machine.chromium() == str(tmp_path / "chromium")
        said = [call for call in calls(tmp_path) if call.startswith("apt-get")]
        assert said == ["apt-get update -qq", "apt-get install -y -qq --no-install-recommends chromium-headless-shell"]
        assert not any("playwright install" in call for call in calls(tmp_path))

    def test_anybody_else_gets_that_of_playwright(self, program: Program, tmp_path: Path) -> None:
        program("apt-get", INSTALLS_CHROMIUM)
        machine = Machine(python=python(program, OWN), is_root=False)
        assert machine.chromium() == str(tmp_path / "own")
        assert "python -m playwright install chromium" in calls(tmp_path)
        assert not any(call.startswith("apt-get") for call in calls(tmp_path))

    @pytest.mark.parametrize("apt", [None, "echo 'E: Package chromium has no installation candidate' >&2; exit 100"])
    def test_so_does_root_where_there_is_no_such_package(
        self, program: Program, tmp_path: Path, apt: str | None
    ) -> None:
        if apt:
            program("apt-get", apt)
        machine = Machine(python=python(program, OWN), is_root=True)
        assert machine.chromium() == str(tmp_path / "own")


class TestCannot:
    def test_everything_that_was_tried_is_told(self, program: Program) -> None:
        program("apt-get", "echo 'E: Could not resolve deb.debian.org' >&2; exit 100")
        with pytest.raises(NoChromium) as caught:
            Machine(python=python(program, NO_NETWORK), is_root=True).chromium()
        assert str(caught.value).splitlines() == [
            "There is no Chromium on this machine, and none could be installed.",
            "apt-get install chromium-headless-shell: E: Could not resolve deb.debian.org",
            "apt-get install chromium: E: Could not resolve deb.debian.org",
            "python -m playwright install chromium: Error: getaddrinfo ENOTFOUND",
        ]

    def test_one_that_does_not_start_counts_as_none(self, program: Program) -> None:
        missing = "echo 'error while loading shared libraries: libnss3.so' >&2; exit 127"
        broken = f'printf "#!/bin/sh\\n{missing}\\n" > "$here/own"; /bin/chmod +x "$here/own"'
        with pytest.raises(NoChromium, match=r"libnss3\.so"):
            Machine(python=python(program, broken), is_root=False).chromium()

    def test_a_package_without_a_program_is_told(self, program: Program) -> None:
        with pytest.raises(NoChromium, match="it brought no Chromium"):
            Machine(python=python(program, "exit 0"), is_root=False).chromium()


class TestTheSectionOfTheBrowser:
    def test_fails_and_says_that_nothing_ran(
        self, program: Program, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.delenv("BROWSER", raising=False)
        cannot = Machine(python=python(program, NO_NETWORK), is_root=False)
        monkeypatch.setattr(whole, "Machine", lambda: cannot)
        tally = whole.browser(RunsNothing())
        assert (tally.failed, tally.passed) == (1, 0)
        told = capsys.readouterr().out
        assert "Browser tests did not run." in told
        assert "playwright install chromium: Error: getaddrinfo ENOTFOUND" in told

    def test_runs_with_what_was_installed(
        self, program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SHAREAI_TEST_CHROMIUM", "")
        monkeypatch.delenv("BROWSER", raising=False)
        can = Machine(python=python(program, OWN), is_root=False)
        monkeypatch.setattr(whole, "Machine", lambda: can)
        seen: list[str] = []
        whole.browser(Sees(tmp_path, seen, lambda: os.environ["SHAREAI_TEST_CHROMIUM"]))
        assert seen == [str(tmp_path / "own")]

    def test_is_left_out_where_that_is_asked_for(self, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("BROWSER", "skip")
        assert whole.browser(RunsNothing()).skipped == 1


class RunsNothing:
    """In the place of a run, where no test may be started."""

    def pytest(self, *arguments: str, settings: str = "") -> whole.Tally:
        raise AssertionError("a test was started")


class Sees:
    """Notes what a started test would find."""

    def __init__(self, folder: Path, seen: list[str], look: Callable[[], str]) -> None:
        self.folder, self.seen, self.look = folder, seen, look

    def pytest(self, *arguments: str, settings: str = "") -> whole.Tally:
        self.seen.append(self.look())
        return whole.Tally(passed=1)
