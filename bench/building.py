"""How fast an index is built, as a share of what the marketplace's latency and the batches allow.

The ideal is the same batches sent bare, one after another, over one kept connection: ``python -m bench.building``.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.services import SandboxProcess

LATENCY_MS = 300
OBJECTS, PARAGRAPHS = 320, 8
SENTENCE = (
    "In hour {0} after low water, at withy {1}, the ferry of skipper {2} turns round and the bell is rung twice. "
)


def main() -> dict[str, Any]:
    """Run the bench and return its figures; times are seconds."""
    with (
        tempfile.TemporaryDirectory(prefix="shareai-bench-") as folder,
        SandboxProcess(latency_ms=LATENCY_MS) as sandbox,
    ):
        os.environ["SHAREAI_TEST_DATABASE"] = str(Path(folder) / "bench.sqlite3")
        os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings_sqlite"
        import django

        django.setup()
        figures = _measure(sandbox, folder)
    print(f"{figures['texts']} texts in {figures['calls']} calls of {LATENCY_MS} ms")
    for name in ("bare", "embedding", "reading", "finishing"):
        print(f"  {name:10} {figures[name]:6.1f} s")
    print(json.dumps(figures))
    return figures


def _measure(sandbox: SandboxProcess, folder: str) -> dict[str, Any]:
    from django.conf import settings
    from django.contrib.auth.models import Group
    from django.core.management import call_command

    from shareai_cms.search import building, running, vectors
    from shareai_cms.search.sources.registry import register

    call_command("migrate", verbosity=0)
    settings.SHAREAI_CMS = {"SANDBOX_URL": sandbox.url, "SEARCH_DIR": folder}
    Group.objects.all().delete()
    register(_source())
    Group.objects.bulk_create(Group(name=f"Tide table {number}") for number in range(OBJECTS))
    named = [("auth.group", str(pk)) for pk in Group.objects.values_list("pk", flat=True)]
    reading = _timed(lambda: running.index_objects(named, _silent))
    generation = building.begin()
    batches = [batch.texts for batch in vectors.missing(generation)]
    sandbox.reset()
    embedding = _timed(lambda: running.fill(generation, _silent, lambda: None))
    calls = sandbox.state()["calls"]
    finishing = _timed(lambda: running.complete(generation))
    bare = _timed(lambda: _bare(sandbox, batches))
    return {
        "texts": sum(map(len, batches)),
        "calls": calls,
        "bare": bare,
        "reading": reading,
        "embedding": embedding,
        "finishing": finishing,
        "share": bare / embedding,
        "objects_per_second": OBJECTS / reading,
        "texts_per_second": sum(map(len, batches)) / embedding,
    }


def _source() -> Any:
    from django.contrib.auth.models import Group

    from shareai_cms.search import Block, ModelSource

    class Tables(ModelSource):
        model = Group
        title = "name"
        language = "en"
        body = (lambda group: [block for part in range(PARAGRAPHS) for block in _blocks(group.pk, part)],)

    def _blocks(pk: int, part: int) -> list[Block]:
        text = "".join(SENTENCE.format(part, pk, pk * line) for line in range(6))
        return [Block(text=f"Part {part}", level=2), Block(text=text)]

    return Tables


def _bare(sandbox: SandboxProcess, batches: list[tuple[str, ...]]) -> None:
    import requests

    with requests.Session() as session:
        for batch in batches:
            body = {"model": "sandbox-embedding", "input": list(batch), "encoding_format": "float"}
            answer = session.post(f"{sandbox.url}/embeddings", json=body, headers={"Authorization": "Bearer bench"})
            answer.raise_for_status()
            assert len(answer.json()["data"]) == len(batch)


def _timed(step: Any) -> float:
    began = time.perf_counter()
    step()
    return time.perf_counter() - began


def _silent(_done: int, _total: int) -> None:
    pass


if __name__ == "__main__":
    main()
