"""Tables as files: CSV a line at a time, or a workbook of one sheet. No cell is ever a formula."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from importlib.util import find_spec
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: A workbook is written as a whole, so it has a limit; a CSV file has none.
MOST_XLSX_ROWS = 50_000
#: A cell that begins with one of these is a formula to a spreadsheet program (OWASP, "CSV Injection").
#: The last four are = + - @ in full width, which some programs read alike.
_FORMULA = re.compile("[\t\r\n]|\\s*[=+\\-@|%\uff1d\uff0b\uff0d\uff20]")
#: One that follows what a program may take for the end of a cell; a quotation mark in between can belong to it.
_INSIDE = re.compile('([;\t\r\n][\\s"]*)(?=[=+\\-@|%\uff1d\uff0b\uff0d\uff20])')
#: XML 1.0 has no way to write these.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
#: A ``Decimal`` is money: it keeps its places, 39.00 for 39.
Cell = str | int | float | Decimal | datetime | None


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A table: its rows are made one after the other, when they are written."""

    title: StrOrPromise
    headings: Sequence[StrOrPromise]
    rows: Iterable[Sequence[Cell]]


def has_xlsx() -> bool:
    """Whether openpyxl is there; Wagtail brings it, core does without."""
    return find_spec("openpyxl") is not None


def csv_lines(sheet: Sheet) -> Iterator[str]:
    """The file a line at a time, with the mark by which spreadsheet programs know UTF-8."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow([str(heading) for heading in sheet.headings])
    for row in sheet.rows:
        yield writer.writerow([_as_text(cell) for cell in row])


def save_xlsx(sheet: Sheet, output: IO[bytes]) -> None:
    """The file as a workbook. Needs openpyxl; ``has_xlsx`` says whether it is there."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    workbook = Workbook(write_only=True)
    page = workbook.create_sheet(str(sheet.title)[:31])
    page.append([str(heading) for heading in sheet.headings])

    def cell(value: Cell) -> Any:
        made = WriteOnlyCell(page, _UNWRITABLE.sub("", value) if isinstance(value, str) else value)
        if isinstance(value, str):
            made.data_type = "s"
            # The program's own way to say that this is text, whatever it begins with.
            made.quotePrefix = _FORMULA.match(value) is not None
        if isinstance(value, Decimal):
            made.number_format = str(abs(value) * 0)
        return made

    for row in sheet.rows:
        page.append([cell(value) for value in row])
    workbook.save(output)


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, line: str) -> str:
        return line


def _as_text(cell: Cell) -> Cell:
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, str) and _FORMULA.match(cell):
        cell = f"'{cell}"
    return _INSIDE.sub(r"\1'", cell) if isinstance(cell, str) else cell
