"""The store that answers searches: as the settings say, kept for the life of the process."""

from __future__ import annotations

import threading

from shareai_cms.conf import conf
from shareai_cms.models import Generation
from shareai_cms.search.stores.base import Store

#: Stores that a process keeps: the one in use, the one before, and one that is being built.
_KEPT = 4
_stores: dict[tuple[object, ...], Store] = {}
_lock = threading.Lock()


def store_for(generation: Generation | None) -> Store:
    """The store of a generation's vectors; of keywords alone where there is none yet."""
    from shareai_cms.search.stores.snapshot.folder import database_key

    key = (conf.search_store, conf.search_dir, database_key(), _key_of(generation))
    with _lock:
        store = _stores.pop(key, None) or _new(generation)
        _stores[key] = store
        while len(_stores) > _KEPT:
            del _stores[next(iter(_stores))]
    return store


def _key_of(generation: Generation | None) -> tuple[object, ...]:
    if generation is None or not generation.dimensions:
        return ()
    return generation.pk, generation.created_at, generation.model, generation.dimensions


def _new(generation: Generation | None) -> Store:
    from shareai_cms.search.stores.snapshot.store import SnapshotStore

    if conf.search_store == "pgvector" and generation is not None and generation.dimensions:
        from shareai_cms.search.stores.pgvector.extension import is_there
        from shareai_cms.search.stores.pgvector.store import PgVectorStore

        if is_there():
            return PgVectorStore(generation)
    return SnapshotStore(generation)
