"""Tells whether a prepared database is still the one that these files would make."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path

DEMO_ROOT = Path(__file__).resolve().parent
REPOSITORY = DEMO_ROOT.parents[1]
#: Where the demo keeps its files unless it is told otherwise.
HOME = REPOSITORY / "var" / "demo"

_LOADED_BY = ("tests/demo/loading/*.py", "tests/demo/migrations/*.py", "shareai_cms/migrations/*.py")
#: What decides which passages there are, and their words and vectors.
_INDEXED_BY = (
    "tests/demo/shareai_search.py",
    "shareai_cms/integrations/wagtail/search/[ep]*.py",
    "shareai_cms/integrations/wagtail/search/streams.py",
    "shareai_cms/sandbox/embeddings.py",
    "shareai_cms/sandbox/concepts.py",
    "shareai_cms/search/markup.py",
    "shareai_cms/search/passages.py",
    "shareai_cms/search/probes.py",
    "shareai_cms/search/stopwords.py",
    "shareai_cms/search/words.py",
)


def content_version() -> str:
    """Changes with the content, the code that loads and indexes it, the tables it goes into and the frameworks."""
    digest = hashlib.sha256(f"{version('django')} {version('wagtail')}".encode())
    for file in sorted(_watched()):
        digest.update(str(file.relative_to(REPOSITORY)).encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def _watched() -> list[Path]:
    found = [*DEMO_ROOT.glob("content/*.toml"), *DEMO_ROOT.glob("content/*/*.*")]
    for pattern in (*_LOADED_BY, *_INDEXED_BY):
        found += REPOSITORY.glob(pattern)
    return found
