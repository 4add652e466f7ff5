"""The file in which the checkout lives."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from shareai_cms.sandbox.checkout.store import Store, default_path
from tests.services import ROOT, SandboxProcess


def refusal(state_file: Path) -> str:
    command = [sys.executable, "-m", "shareai_cms.sandbox", "--port", "0", "--state-file", str(state_file)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=30)
    assert (done.returncode, done.stdout) == (2, "")
    [line] = done.stderr.splitlines()
    return line


class TestTheFile:
    def test_is_readable_by_its_owner_alone(self) -> None:
        with SandboxProcess() as sandbox:
            assert stat.S_IMODE(sandbox.state_file.stat().st_mode) == 0o600

    def test_is_named_by_user_and_port_unless_told_otherwise(self) -> None:
        path = default_path(8100)
        assert str(os.getuid()) in path.name
        assert "8100" in path.name

    def test_of_another_kind_is_refused_and_kept(self, tmp_path: Path) -> None:
        other = tmp_path / "letter.txt"
        other.write_text("Dear reader, " * 100)
        assert refusal(other).startswith(f"The state file {other} is not one of the sandbox: ")
        assert other.read_text() == "Dear reader, " * 100

    def test_of_another_version_is_refused(self, tmp_path: Path) -> None:
        with closing(sqlite3.connect(tmp_path / "state")) as db:
            db.execute("PRAGMA user_version = 99")
        assert "belongs to another version" in refusal(tmp_path / "state")

    def test_of_another_program_is_refused_and_kept(self, tmp_path: Path) -> None:
        with closing(sqlite3.connect(tmp_path / "site")) as db:
            db.execute("CREATE TABLE pages (id INTEGER)")
        assert refusal(tmp_path / "site").startswith(f"The state file {tmp_path / 'site'} is not one of the sandbox")
        with closing(sqlite3.connect(tmp_path / "site")) as db:
            assert [name for (name,) in db.execute("SELECT name FROM sqlite_master")] == ["pages"]

    def test_that_is_a_link_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "link").symlink_to(tmp_path / "target")
        assert refusal(tmp_path / "link").startswith(f"The state file {tmp_path / 'link'} cannot be opened: ")
        assert not (tmp_path / "target").exists()

    def test_in_a_folder_that_is_missing_is_refused(self, tmp_path: Path) -> None:
        assert "cannot be opened" in refusal(tmp_path / "none" / "state")


class TestATransaction:
    def test_that_fails_leaves_nothing_behind(self, tmp_path: Path) -> None:
        with closing(Store(tmp_path / "state")) as store:
            with pytest.raises(LookupError):
                _change_and_fail(store)
            with store.transaction() as db:
                assert db.execute("SELECT count(*) FROM settings").fetchone()[0] == 0


def _change_and_fail(store: Store) -> None:
    with store.transaction() as db:
        db.execute("INSERT INTO settings VALUES ('webhooks', 'off')")
        raise LookupError
