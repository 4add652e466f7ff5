"""The filtered rows as a file: every column that explains a unit, and no word of what was written."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from importlib.util import find_spec
from typing import IO, Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext, gettext_lazy

from shareai_cms.actions import all_actions
from shareai_cms.metering.meters import all_meters
from shareai_cms.models import Usage
from shareai_cms.reports.reasons import why_not_counted

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: A workbook is written as a whole, so it has a limit; a CSV file has none.
MOST_XLSX_ROWS = 50_000
#: A cell that begins with one of these is a formula to a spreadsheet program (OWASP, "CSV Injection").
#: The last four are = + - @ in full width, which some programs read alike.
_FORMULA = re.compile("[\t\r\n]|\\s*[=+\\-@|%\uff1d\uff0b\uff0d\uff20]")
#: XML 1.0 has no way to write these.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MILLION = 1_000_000

HEADINGS = (
    gettext_lazy("Time"),
    gettext_lazy("Time zone"),
    gettext_lazy("Site"),
    gettext_lazy("Environment"),
    gettext_lazy("Client"),
    gettext_lazy("Person"),
    gettext_lazy("Action"),
    gettext_lazy("Kind of unit"),
    gettext_lazy("Counted"),
    gettext_lazy("Units counted"),
    gettext_lazy("Units asked for"),
    gettext_lazy("Why it was not counted"),
    gettext_lazy("Object type"),
    gettext_lazy("Object ID"),
    gettext_lazy("Object"),
    gettext_lazy("Field"),
    gettext_lazy("Workspace"),
    gettext_lazy("Business unit"),
    gettext_lazy("Route"),
    gettext_lazy("Model asked for"),
    gettext_lazy("Model that answered"),
    gettext_lazy("Attempts"),
    gettext_lazy("Tokens in"),
    gettext_lazy("Tokens out"),
    gettext_lazy("Tokens are estimated"),
    gettext_lazy("Cost (estimated)"),
    gettext_lazy("Margin (estimated)"),
    gettext_lazy("Duration in seconds"),
    gettext_lazy("Error code"),
    gettext_lazy("Request ID"),
)
Cell = str | int | float | datetime | None


def has_xlsx() -> bool:
    """Whether openpyxl is there; Wagtail brings it, core does without."""
    return find_spec("openpyxl") is not None


def write_csv(rows: Iterable[Usage]) -> Iterator[str]:
    """The file a line at a time, with the mark by which spreadsheet programs know UTF-8."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow([str(heading) for heading in HEADINGS])
    names = _Names()
    for row in rows:
        yield writer.writerow([_as_text(cell) for cell in _cells(row, names)])


def write_xlsx(rows: Iterable[Usage], output: IO[bytes]) -> None:
    """The file as a workbook of one sheet. Needs openpyxl; ``has_xlsx`` says whether it is there."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(gettext("AI usage")[:31])
    sheet.append([str(heading) for heading in HEADINGS])
    names = _Names()

    def cell(value: Cell) -> Any:
        made = WriteOnlyCell(sheet, _UNWRITABLE.sub("", value) if isinstance(value, str) else value)
        if isinstance(value, str):
            made.data_type = "s"
            # The program's own way to say that this is text, whatever it begins with.
            made.quotePrefix = _FORMULA.match(value) is not None
        return made

    for row in rows:
        sheet.append([cell(value) for value in _cells(row, names)])
    workbook.save(output)


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, line: str) -> str:
        return line


class _Names:
    """Words for slugs, looked up once per file."""

    def __init__(self) -> None:
        self.actions = {action.slug: str(action.label) for action in all_actions()}
        self.meters = {slug: str(meter.plural) for slug, meter in all_meters().items()}
        self.states = dict(Usage.State.choices)
        self.routes = dict(Usage.Route.choices)
        self.yes, self.no = gettext("yes"), gettext("no")


def _cells(row: Usage, names: _Names) -> list[Cell]:
    zone = row.account.wallet.time_zone
    is_counted = row.state == Usage.State.SETTLED
    return [
        # Spreadsheets know no zones: the local time, and the zone's name in a column of its own.
        row.created_at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, microsecond=0),
        zone,
        str(row.account),
        row.account.environment,
        row.account.client,
        row.actor_label or row.actor_kind,
        names.actions.get(row.feature, row.feature),
        names.meters.get(row.meter, row.meter),
        str(names.states.get(row.state, row.state)),
        row.units if is_counted else 0,
        row.units,
        why_not_counted(row.state, row.outcome, row.error_code, late=row.late),
        row.object_type,
        row.object_ref,
        row.object_label,
        row.field,
        row.workspace,
        row.business_unit,
        str(names.routes.get(row.route, row.route)),
        row.model_asked,
        row.model_answered,
        row.attempts,
        row.tokens_in,
        row.tokens_out,
        names.yes if row.is_estimated else names.no,
        _money(row.cost_millionths),
        _money(row.surcharge_millionths),
        row.duration_ms / 1_000,
        row.error_code,
        row.request_id,
    ]


def _money(millionths: int | None) -> float | None:
    return None if millionths is None else float(Decimal(millionths) / _MILLION)


def _as_text(cell: Cell) -> Cell:
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, str) and _FORMULA.match(cell):
        return f"'{cell}"
    return cell
