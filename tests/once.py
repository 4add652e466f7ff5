"""What one process of a run makes and all the others of it use: a folder, and a lock with a marker for each thing."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: Names the folder; ``tests/run.py`` sets it for all of its sections.
FOLDER = "SHAREAI_TEST_DIR"


@contextmanager
def once(name: str) -> Iterator[bool]:
    """Alone among the processes of the run: whether the thing of this name is still to be made."""
    folder = Path(os.environ[FOLDER])
    made = folder / f"{name}.made"
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield not made.exists()
        made.touch()


def template_name(key: str, *, is_file: bool) -> str:
    """A file in the folder of the run, or a database whose name is that of no other run on the server."""
    folder = Path(os.environ[FOLDER])
    return str(folder / f"template-{key}.sqlite3") if is_file else f"{folder.name}-{key}"
