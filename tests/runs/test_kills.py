"""Worker processes that are killed: nothing is done or charged twice, and little is sent again."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings

from tests.metering.crowd import send_crowd


def kill(**options: Any) -> dict[str, Any]:
    result = send_crowd("tests.runs.scenarios:killed", settings.DATABASES["default"], timeout=900, **options)
    assert result["state"] == "finished"
    objects = options["objects"]
    assert result["done"] == result["units"] == result["settled"] == result["suggestions"] == objects
    assert (result["held"], result["objects_settled_twice"], result["findings"]) == (0, 0, [])
    assert 0 <= result["sent_again"] <= options["concurrency"] * options["kills"]
    return result


@pytest.mark.postgres
def test_a_run_outlives_its_workers() -> None:
    kill(objects=40, kills=3, concurrency=4, latency_ms=60, seed=3, is_real=False)


@pytest.mark.soak
@pytest.mark.ledger
def test_a_run_outlives_its_workers_again_and_again() -> None:
    objects, kills, concurrency = 500, 20, 8
    result = kill(objects=objects, kills=kills, concurrency=concurrency, latency_ms=100, seed=20, is_real=True)
    print(
        f"\na run of {objects} objects, {kills} kills, {concurrency} calls at once: {result['units']} units, "
        f"{result['objects_settled_twice']} objects done twice, {result['sent_again']} calls sent again"
    )
