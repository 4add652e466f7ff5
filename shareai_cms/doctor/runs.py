"""Bulk runs that stand still, and why."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count

from shareai_cms.doctor.findings import Finding, Scope, ok, warning
from shareai_cms.marketplace.text import in_digits
from shareai_cms.metering.retry import rows
from shareai_cms.models import Run

AREA = "Runs"
#: What to do, by the state that a run was halted in.
MENDS = {
    Run.State.OUT: "Sell or grant units, or raise the budget; after a top-up they go on by themselves.",
    Run.State.STOPPED: "Mend what the code says (docs/reference/errors.md), then click Resume on the page of each run.",
}


def examine_runs(_scope: Scope) -> Iterator[Finding]:
    halted = rows(Run).filter(state__in=MENDS).order_by().values_list("state", "error_code")
    found = list(halted.annotate(number=Count("pk")).order_by("state", "error_code"))
    for state, code, number in found:
        label = Run.State(state).label
        yield warning(AREA, f"Runs that are {label} ({code}): {in_digits(number)}.", MENDS[Run.State(state)])
    if not found:
        yield ok(AREA, "No run is halted.")
