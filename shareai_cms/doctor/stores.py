"""Where the index of searches is kept."""

from __future__ import annotations

import os
from collections.abc import Iterator

from shareai_cms.conf import conf
from shareai_cms.doctor.findings import Finding, Scope, ok, warning
from shareai_cms.search.stores.pgvector.extension import what_is_missing
from shareai_cms.search.stores.snapshot.folder import shared_folder

AREA = "Search"
_MISSING = {
    "not_postgresql": ("The database is no PostgreSQL", 'Leave SEARCH_STORE out, or write "snapshot".'),
    "missing": (
        "The database has no pgvector, and this user may not add it",
        "Install pgvector on the database server, and let its administrator run CREATE EXTENSION vector.",
    ),
    "old": ("The database's pgvector is older than 0.8", "Bring it up to date: ALTER EXTENSION vector UPDATE."),
    "old_driver": (
        "The database is read through an old driver",
        'Install "shareai-cms[postgres]", which brings psycopg 3.',
    ),
}


def examine_search_store(_scope: Scope) -> Iterator[Finding]:
    if not conf.search:
        return
    if conf.search_store == "pgvector":
        if reason := what_is_missing():
            text, hint = _MISSING[reason]
            yield warning(AREA, f"{text}, so searches use the snapshot instead of pgvector.", hint)
        else:
            yield ok(AREA, "pgvector is there for searches.")
            return
    try:
        folder = shared_folder()
        is_writable = os.access(folder, os.W_OK | os.X_OK)
    except OSError:
        is_writable = False
    if is_writable:
        yield ok(AREA, "The index of searches is shared by all processes of this machine.")
    else:
        yield warning(
            AREA,
            "The folder of the search index cannot be used, so each process keeps the whole index in its own memory.",
            "Set SEARCH_DIR to a folder that the user that runs the site may write to, and nobody else.",
        )
