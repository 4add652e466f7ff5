"""Tables as files to download."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Iterator
from itertools import islice
from typing import Any

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation

from shareai_cms.reports import sheets
from shareai_cms.reports.sheets import Sheet

#: Lines sent together.
LINES = 500


def asked_kind(request: HttpRequest, usual: str = "") -> str:
    """The format of ``?export=``, ``usual`` where none is asked for; empty for one that this server cannot make."""
    kind = request.GET.get("export", usual)
    return kind if kind == "csv" or (kind == "xlsx" and sheets.has_xlsx()) else ""


class TooManyRowsError(Exception):
    """More rows than a workbook takes."""


def file_response(request: HttpRequest, sheet: Sheet, name: str, kind: str, *, rows: int) -> HttpResponseBase:
    """So many rows as ``csv`` or ``xlsx``; raises ``TooManyRowsError``."""
    if kind == "csv":
        return _csv(request, sheet, f"{name}.csv")
    if rows > sheets.MOST_XLSX_ROWS:
        raise TooManyRowsError
    return _xlsx(sheet, f"{name}.xlsx")


def _csv(request: HttpRequest, sheet: Sheet, name: str) -> StreamingHttpResponse:
    return text_response(request, sheets.csv_lines(sheet), name, sheets.CSV_TYPE)


def text_response(request: HttpRequest, lines: Iterator[str], name: str, content_type: str) -> StreamingHttpResponse:
    """A file of any length, sent as it is made."""
    language = translation.get_language() or "en"
    content: Any = _chunks(lines, language)
    if isinstance(request, ASGIRequest):
        # A server of that kind would otherwise collect the whole file before it sends any of it.
        content = _chunks_async(lines, language)
    response = StreamingHttpResponse(content, content_type=content_type)
    _keep_private(response, name)
    return response


def _xlsx(sheet: Sheet, name: str) -> FileResponse:
    # In memory as long as it is small; the response closes it, and with it it is gone.
    output = tempfile.SpooledTemporaryFile(max_size=1_000_000)  # noqa: SIM115
    sheets.save_xlsx(sheet, output)
    output.seek(0)
    response = FileResponse(output, content_type=sheets.XLSX_TYPE)
    _keep_private(response, name)
    return response


def _keep_private(response: HttpResponseBase, name: str) -> None:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"


def _next_chunk(lines: Iterator[str], language: str) -> bytes:
    # Django deactivates the request's language before the body is drained.
    with translation.override(language):
        return "".join(islice(lines, LINES)).encode()


def _chunks(lines: Iterator[str], language: str) -> Iterator[bytes]:
    while chunk := _next_chunk(lines, language):
        yield chunk


async def _chunks_async(lines: Iterator[str], language: str) -> AsyncIterator[bytes]:
    while chunk := await sync_to_async(_next_chunk)(lines, language):
        yield chunk
