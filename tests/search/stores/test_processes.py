"""Two processes, one snapshot: one of them reads on while the other puts another generation to use."""

from __future__ import annotations

import os
import shutil
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from django.db import connections

from shareai_cms.models import Embedding, Generation, Passage
from shareai_cms.search import building
from shareai_cms.search.stores import current
from shareai_cms.search.stores.base import Scan, Scope
from shareai_cms.search.stores.current import store_for
from tests.search.stores.reference import DIMENSIONS, Index, packed, unit

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="forks, and looks into /proc"),
]


def test_a_reader_keeps_what_it_began_with_and_then_has_what_is_new(generation: Generation, folder: Path) -> None:
    index = Index(generation)
    vectors = [unit(index.numbers) for _ in range(30)]
    index.add(*(f"harbour {number}" for number in range(30)), vectors=vectors)
    store_for(generation).refresh()
    [shared] = (path for path in folder.glob("*/*") if path.is_dir())
    best = nearest(store_for(generation).scan([], QUESTION, Scope()))

    def read(pause: Callable[[], None]) -> None:
        current._stores.clear()
        scan = store_for(generation).scan([], QUESTION, Scope())
        assert str(shared / "vectors") in mapped()
        pause()
        assert nearest(scan) == best
        newer = building.active()
        assert newer is not None
        assert newer.model == "newer"
        # What was nearest is farthest now.
        assert nearest(store_for(newer).scan([], QUESTION, Scope())) == best[::-1]
        assert str(shared.with_name(f"{newer.pk}-")) in mapped()

    with reader(read) as let_go:
        flip(vectors)
        shutil.rmtree(shared)
        let_go()


QUESTION = np.array([1.0] + [0.0] * (DIMENSIONS - 1), dtype=np.float32)


def nearest(scan: Scan) -> list[int]:
    return list(map(int, scan.meaning(100).passages))


def mapped() -> str:
    return "\n".join(line for line in Path("/proc/self/maps").read_text().splitlines() if " r--s " in line)


def flip(vectors: list[list[float]]) -> None:
    newer = Generation.objects.create(model="newer", dimensions=DIMENSIONS, floor=0.5, state="building")
    digests = Passage.objects.order_by("pk").values_list("digest", flat=True)
    Embedding.objects.bulk_create(
        Embedding(generation=newer, digest=digest, vector=packed([-value for value in vector]))
        for digest, vector in zip(digests, vectors, strict=True)
    )
    assert building.put_to_use(newer)


@contextmanager
def reader(read: Callable[[Callable[[], None]], None]) -> Iterator[Callable[[], None]]:
    """A process that reads, waits where it is told to, and goes on when it is let go; it has to end well."""
    ready, go = os.pipe(), os.pipe()
    connections.close_all()
    number = os.fork()
    if not number:  # pragma: no cover - another process
        os.close(ready[0])
        os.close(go[1])

        def pause() -> None:
            os.write(ready[1], b"!")
            os.read(go[0], 1)

        try:
            read(pause)
            os._exit(0)
        except BaseException:  # noqa: BLE001  nobody else would tell
            traceback.print_exc()
        finally:
            os._exit(1)
    os.close(ready[1])
    os.close(go[0])
    starter = os.fdopen(go[1], "wb")
    try:
        assert os.read(ready[0], 1), "the reader never began"
        yield starter.close
    finally:
        starter.close()
        _number, status = os.waitpid(number, 0)
        os.close(ready[0])
    assert os.waitstatus_to_exitcode(status) == 0
