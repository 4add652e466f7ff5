"""What a transaction has changed, told once it is committed, and all at once: its failure is never the caller's."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from itertools import islice

from django.db import connections, transaction

from shareai_cms.errors.places import place_of

log = logging.getLogger("shareai_cms.search")

#: Steps of others, since the last of ours, that are looked through for it.
LOOKED_BACK = 100

#: Objects, each by its ``app.model`` label and its reference.
Objects = Iterable[tuple[str, str]]
Step = Callable[[Objects], object]


class _Together:
    """One step for many objects: a tree of a thousand pages is deleted page by page, and forgotten at once."""

    def __init__(self, step: Step) -> None:
        self.step = step
        self.objects: dict[tuple[str, str], None] = {}

    def __call__(self) -> None:
        _calmly(lambda: self.step(self.objects))


def later(step: Callable[[], object], *, using: str) -> None:
    """Run a step after the commit on a database; what goes wrong is logged. ``shareai_index`` finds what was lost."""
    transaction.on_commit(lambda: _calmly(step), using=using)


def together(step: Step, objects: Objects, *, using: str) -> None:
    """The same for a step that takes objects, once for all that it is asked for in a row."""
    waiting = _waiting(step, using)
    if waiting is not None:
        waiting.objects.update(dict.fromkeys(objects))
        return
    new = _Together(step)
    new.objects.update(dict.fromkeys(objects))
    transaction.on_commit(new, using=using)


def _waiting(step: Step, using: str) -> _Together | None:
    """The last of our steps, where it is the same one and would be undone with the same savepoints."""
    connection = connections[using]
    savepoints = set(connection.savepoint_ids)
    # The transaction around a test is no one's, and what waits in it may belong to what was prepared for the test.
    is_nobodys = connection.in_atomic_block and getattr(connection.atomic_blocks[0], "_from_testcase", False)
    if is_nobodys and savepoints <= {None}:
        return None
    for entry in islice(reversed(connection.run_on_commit), LOOKED_BACK):
        saved, waiting = entry[:2]
        if isinstance(waiting, _Together):
            return waiting if waiting.step is step and saved == savepoints else None
    return None


def _calmly(step: Callable[[], object]) -> None:
    try:
        step()
    except Exception as error:  # noqa: BLE001  the boundary: publishing goes on
        log.warning("event=not_noted error=%s", place_of(error))
