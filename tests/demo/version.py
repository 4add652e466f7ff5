"""Tells whether a prepared database is still the one that these files would make."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path

DEMO_ROOT = Path(__file__).resolve().parent
REPOSITORY = DEMO_ROOT.parents[1]


def content_version() -> str:
    """Changes with the content, the code that loads it, the tables it goes into and the frameworks."""
    digest = hashlib.sha256(f"{version('django')} {version('wagtail')}".encode())
    for file in sorted(_watched()):
        digest.update(str(file.relative_to(REPOSITORY)).encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def _watched() -> list[Path]:
    found = [*DEMO_ROOT.glob("content/*.toml"), *DEMO_ROOT.glob("content/*/*.*")]
    for pattern in ("tests/demo/loading/*.py", "tests/demo/migrations/*.py", "shareai_cms/migrations/*.py"):
        found += REPOSITORY.glob(pattern)
    return found
