"""The folder that the processes of one machine share: private to its owner, one snapshot in each folder below."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path

from django.db import connections

from shareai_cms.conf import conf
from shareai_cms.metering.retry import ledger_alias
from shareai_cms.search.words import version as version_of_words

#: Seconds for which a snapshot is kept after a newer one: somebody may be about to open it.
GRACE = 600.0
#: Seconds after which the last snapshot of a generation goes when there are others: it was replaced, most likely.
FORGOTTEN = 86_400.0
_UNFINISHED = "unfinished-"


class FolderRefusedError(OSError):
    """The folder is not ours alone, so that somebody else could put vectors and words into it."""


def shared_folder() -> Path:
    """One folder for each database, user and way of making words, made when it is missing; raises ``OSError``."""
    above = Path(conf.search_dir or tempfile.gettempdir())
    folder = above / f"shareai-search-{_user()}-{database_key()}"
    # Missing folders above are made only where a setting names them.
    folder.mkdir(mode=0o700, parents=bool(conf.search_dir), exist_ok=True)
    _check(folder)
    return folder


def _check(folder: Path) -> None:
    found = folder.lstat()
    is_ours = not hasattr(os, "getuid") or found.st_uid == os.getuid()
    if not stat.S_ISDIR(found.st_mode) or not is_ours or (os.name == "posix" and found.st_mode & 0o077):
        raise FolderRefusedError(f"{folder} is not a folder of this user alone.")


def _user() -> str:
    return str(os.getuid()) if hasattr(os, "getuid") else "0"


def database_key() -> str:
    given = connections[ledger_alias()].settings_dict
    # Two releases that run side by side while a site is brought up to date do not share one.
    name = "|".join([version_of_words(), *(str(given.get(key, "")) for key in ("ENGINE", "HOST", "PORT", "NAME"))])
    return hashlib.sha256(name.encode()).hexdigest()[:16]


def new_folder(above: Path) -> Path:
    return Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=above))


def put_in_place(made: Path, target: Path) -> None:
    """Give a finished folder its name; one that is there already goes first."""
    _flush(made)
    if target.exists():
        # Readers that have mapped its files keep them.
        target.rename(made.with_name(f"{made.name}-old"))
        shutil.rmtree(made.with_name(f"{made.name}-old"), ignore_errors=True)
    made.rename(target)
    _flush(target.parent)


def _flush(folder: Path) -> None:
    """What was written stands on the disk, or the name of the folder must not."""
    for path in [*folder.iterdir(), folder] if folder.name.startswith(_UNFINISHED) else [folder]:
        with suppress(PermissionError):  # Windows flushes no folder
            number = os.open(path, os.O_RDONLY)
            try:
                os.fsync(number)
            finally:
                os.close(number)


def tidy(above: Path) -> None:
    """Remove what nobody opens any more; only for the process that may build."""
    for path in above.glob(f"{_UNFINISHED}*"):
        shutil.rmtree(path, ignore_errors=True)
    generations: dict[str, list[tuple[int, Path]]] = defaultdict(list)
    for path in above.iterdir():
        generation, _mark, version = path.name.rpartition("-")
        if generation and version.isdigit():
            generations[generation].append((int(version), path))
    for versions in generations.values():
        in_order = [path for _version, path in sorted(versions)]
        for path, newer in pairwise(in_order):
            if _age(newer) > GRACE:
                shutil.rmtree(path, ignore_errors=True)
        if _age(in_order[-1]) > FORGOTTEN and len(generations) > 1:
            shutil.rmtree(in_order[-1], ignore_errors=True)


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return 0.0


@contextmanager
def sole_builder(above: Path) -> Iterator[bool]:
    """Whether this process alone may build now. The lock ends with the process, however it ends."""
    try:
        import fcntl
    except ImportError:  # pragma: no cover - Windows: two may build at once, the last one stays
        yield True
        return
    with (above / "lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True
