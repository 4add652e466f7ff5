"""Makes the demo's directory ready: tables, content, and sites that answer at the port."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tests.demo.version import content_version

#: Names the version and the port that the directory was last made ready for.
STAMP = "prepared-for"
#: Names the version of the content that was indexed.
INDEXED = "indexed-for"


def prepare(directory: Path, port: int) -> None:
    """Migrate and load what is missing; a directory that is ready costs nothing but the comparison."""
    stamp, wanted = directory / STAMP, f"{content_version()} {port}"
    on_sqlite = not os.environ.get("DEMO_DATABASE")
    found = stamp.read_text() if stamp.exists() else ""
    if on_sqlite and found == wanted and (directory / "demo.sqlite3").exists():
        return
    is_outdated = found.split(" ")[0] != content_version()
    if is_outdated and on_sqlite:
        _start_over(directory)
    directory.mkdir(parents=True, exist_ok=True)
    (directory / INDEXED).unlink(missing_ok=True)
    _run_commands(clear=is_outdated)
    stamp.write_text(wanted)


def _start_over(directory: Path) -> None:
    """Remove what an older demo made here, and nothing else that someone may keep in the directory."""
    for file in directory.glob("demo.sqlite3*"):
        file.unlink()
    shutil.rmtree(directory / "media", ignore_errors=True)


def _run_commands(*, clear: bool) -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_demo", clear=clear)
