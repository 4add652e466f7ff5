"""A run as a file."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shareai_cms.errors import ShareAIError, error_classes
from shareai_cms.models import Run, RunItem
from shareai_cms.reports.sheets import Sheet
from shareai_cms.runs import exporting, reviewing
from shareai_cms.views.files import TooManyRowsError, asked_kind, file_response, text_response
from shareai_cms.views.runs.access import of_run, page_url

#: Values of one object at most, for knowing beforehand whether a workbook takes them all.
_VALUES_EACH = 25


@require_safe
@of_run
def export(request: HttpRequest, run: Run) -> HttpResponseBase:
    """``?export=csv``, ``xlsx`` or ``json``, of the whole run or of one of its tabs (``show``)."""
    narrowed = request.GET.get("show", "all")
    narrowed = narrowed if narrowed in reviewing.FILTERS else "all"
    name = f"ai-run-{str(run.reference)[:8]}"
    if request.GET.get("export") == "json":
        return text_response(request, _pieces(request, run, narrowed), f"{name}.json", "application/json")
    if kind := asked_kind(request, usual="csv"):
        rows = run.total * _VALUES_EACH
        try:
            return file_response(request, _sheet(request, run, narrowed), name, kind, rows=rows)
        except TooManyRowsError:
            messages.error(request, _("A spreadsheet file takes fewer rows than this run has. Download CSV."))
    return redirect(page_url(run, "run_review"))


def _sheet(request: HttpRequest, run: Run, narrowed: str) -> Sheet:
    rows = ([_cell(line, name) for name in exporting.HEADINGS] for line in _lines(request, run, narrowed))
    return Sheet(title=run.title, headings=list(exporting.HEADINGS.values()), rows=rows)


def _cell(line: exporting.Line, name: str) -> str | int:
    """A value as people read it."""
    value: str | int | bool = getattr(line, name)
    if name == "needs_look":
        return _("yes") if value else ""
    if name == "error" and value:
        return str(error_classes().get(str(value), ShareAIError).sentence)
    labels: dict[str, Any] = {"state": RunItem.State, "review": RunItem.Review}
    return str(labels[name](value).label) if name in labels else value


def _lines(request: HttpRequest, run: Run, narrowed: str) -> Iterator[exporting.Line]:
    """With whole addresses: a file is read elsewhere."""
    for line in exporting.lines(run, request.user, narrowed):
        address = request.build_absolute_uri(line.address) if line.address else ""
        yield dataclasses.replace(line, address=address)


def _pieces(request: HttpRequest, run: Run, narrowed: str) -> Iterator[str]:
    yield "["
    for number, line in enumerate(_lines(request, run, narrowed)):
        yield (",\n" if number else "\n") + json.dumps(dataclasses.asdict(line), ensure_ascii=False)
    yield "\n]\n"
