"""nDCG@10 of sixty graded searches of the demo with the sandbox's vectors: ``python -m bench.demo_ranking``."""

from __future__ import annotations

import json
import os
import tempfile
from io import StringIO
from pathlib import Path
from typing import Any

from tests.services import SandboxProcess


def main() -> dict[str, Any]:
    """Run the bench and return its figures by language."""
    with tempfile.TemporaryDirectory(prefix="shareai-bench-") as folder, SandboxProcess() as sandbox:
        os.environ["SHAREAI_TEST_DATABASE"] = str(Path(folder) / "bench.sqlite3")
        os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
        import django
        from django.conf import settings
        from django.core.management import call_command

        django.setup()
        settings.SHAREAI_CMS = {
            "ENVIRONMENT": "sandbox",
            "SANDBOX_URL": sandbox.url,
            "SEARCH_DIR": str(Path(folder) / "search"),
            "DEFAULT_PLAN": {"searches": 10_000},
        }
        call_command("migrate", verbosity=0)
        from tests.demo.loading import load_content

        load_content()
        call_command("shareai_index", "--yes", stdout=StringIO(), stderr=StringIO())
        figures = _measure()
    print(json.dumps(figures))
    return figures


def _measure() -> dict[str, Any]:
    from tests.demo import graded

    figures: dict[str, Any] = {}
    for language in graded.LANGUAGES:
        whole, keywords = (graded.mean_ndcg(language, by_meaning=by_meaning) for by_meaning in (True, False))
        print(
            f"{language}: search {whole:.4f}, keywords alone {keywords:.4f}, {len(graded.queries(language))} searches"
        )
        figures[language] = {"search": whole, "keywords": keywords}
    both = {way: sum(found[way] for found in figures.values()) / len(figures) for way in ("search", "keywords")}
    gain = min(found["search"] - found["keywords"] for found in figures.values())
    return {**figures, **both, "gain": gain}


if __name__ == "__main__":
    main()
