"""What the app leans on: the cache, the worker, the folder of the images."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.core.files.storage import FileSystemStorage, default_storage
from django.utils import timezone
from django.utils.timesince import timesince

from shareai_cms import work
from shareai_cms.conf import conf
from shareai_cms.doctor.findings import Finding, Scope, error, ok, warning

AREA, WORK = "Surroundings", "Background work"


def examine_cache(_scope: Scope) -> Iterator[Finding]:
    name, value = f"shareai_cms.doctor:{uuid.uuid4().hex}", uuid.uuid4().hex
    cache.set(name, value, 30)
    is_kept = cache.get(name) == value
    cache.delete(name)
    if not is_kept:
        yield warning(
            AREA,
            "The default cache keeps nothing.",
            "Configure CACHES; django.core.cache.backends.db works wherever the site's database does.",
        )
    elif "locmem" in str(settings.CACHES["default"]["BACKEND"]) and not conf.is_sandbox:
        yield warning(
            AREA,
            "The default cache is each process's own, so processes cannot tell each other anything.",
            "Configure CACHES with Redis, Memcached or the database.",
        )
    else:
        yield ok(AREA, "The default cache keeps what it is given.")


def examine_media(_scope: Scope) -> Iterator[Finding]:
    """Images are read from here before they are described."""
    if not isinstance(default_storage, FileSystemStorage) and not hasattr(default_storage, "base_location"):
        yield ok(AREA, "Uploaded files are not kept on this machine.")
        return
    folder = Path(str(getattr(default_storage, "location", "")))
    if not settings.MEDIA_ROOT or not folder.exists():
        yield ok(AREA, "No file was uploaded on this machine yet.")
    elif os.access(folder, os.R_OK | os.X_OK):
        yield ok(AREA, f"Uploaded files can be read in {folder}.")
    else:
        yield error(
            AREA,
            f"Uploaded files cannot be read in {folder}, so no image can be described.",
            "Let the user that runs the site read that folder.",
        )


def examine_worker(_scope: Scope) -> Iterator[Finding]:
    found = work.presence()
    if found.seen_at is None:
        text = "No worker was ever seen"
    else:
        text = f"A worker was last seen {timesince(found.seen_at)} ago"
    if not found.is_missed:
        yield ok(WORK, f"{text}.")
    else:
        waiting = work.waiting_duties()
        what = f" Waiting for one: {', '.join(waiting)}." if waiting else " Nothing waits for one now."
        yield warning(
            WORK,
            f"{text}. Units stay right without one, but no run goes on, old content is not erased and reports fall "
            f"behind.{what}",
            "Run manage.py shareai_work as a service, or manage.py shareai_work --once from cron every five minutes.",
        )
    for duty in work.failing_duties():
        due = f" and is tried again at {duty.due_at:%H:%M} UTC" if duty.due_at > timezone.now() else ""
        yield error(
            WORK,
            f"The duty {duty.name!r} has failed {duty.failures} times in a row ({duty.error}){due}.",
            "The log of the worker names each failure; the logger is shareai_cms.work.",
        )
