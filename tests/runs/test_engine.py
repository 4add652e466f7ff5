"""A run from its selection to its end."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shareai_cms import metering
from shareai_cms.models import Run, Usage
from shareai_cms.runs.engine import Engine
from shareai_cms.runs.progress import progress_of
from tests.services import SandboxProcess

pytestmark = [pytest.mark.ledger, pytest.mark.django_db(transaction=True)]


class TestARun:
    def test_comes_to_its_end(self, sandbox: SandboxProcess, run_of: Callable[..., Run]) -> None:
        run = run_of(5)
        assert Engine(concurrency=4).drain() == 5
        run.refresh_from_db()
        assert run.state == Run.State.FINISHED
        for item in run.items.select_related("usage__suggestion"):
            assert (item.state, item.review, item.units, item.attempt) == ("done", "open", 1, 1)
            [part] = item.usage.suggestion.result["parts"]
            assert (part["part"], part["before"]) == ("seo_description", "")
            assert part["after"]
        assert sandbox.state()["calls"] == Usage.objects.filter(state="settled").count() == 5
        found = progress_of(run)
        assert (found.total, found.closed, found.units, found.share) == (5, 5, 5, 1.0)
        assert metering.audit() == []
