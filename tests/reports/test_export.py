from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from openpyxl import load_workbook

from shareai_cms.models import Suggestion, Usage
from shareai_cms.reports import UsageList, export, figures, sheets
from tests.metering.world import utc
from tests.reports.world import ENDS, NEW_YORK, asked, site, use

pytestmark = pytest.mark.django_db

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "|cmd", "\uff1d1")


def as_csv(rows: Any) -> list[dict[str, str]]:
    text = "".join(sheets.csv_lines(export.sheet_of(rows)))
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:])))


def as_xlsx(rows: Any) -> list[dict[str, Any]]:
    output = io.BytesIO()
    sheets.save_xlsx(export.sheet_of(rows), output)
    [headings, *lines] = load_workbook(output).active.iter_rows()
    return [dict(zip([cell.value for cell in headings], line, strict=True)) for line in lines]


@pytest.fixture
def row() -> Usage:
    return use(
        site("Press", zone=NEW_YORK, client="Harbour Ltd"),
        utc(2026, 3, 18, 3, 4, 5),
        units=3,
        object_label="Tides",
        cost_millionths=1_234_567,
        duration_ms=1500,
        tokens_out=7,
    )


class TestBothFormats:
    def test_say_the_same(self, row: Usage) -> None:
        [text], [cells] = as_csv([row]), as_xlsx([row])
        assert text["Time"] == "2026-03-17 23:04:05"
        assert str(cells["Time"].value) == "2026-03-17 23:04:05"
        for heading in text.keys() - {"Time"}:
            value = cells[heading].value
            assert text[heading] == ("" if value is None else str(value)), heading
        assert text["Time zone"] == "America/New_York"
        assert (text["Site"], text["Client"], text["Person"], text["Action"]) == (
            "Press",
            "Harbour Ltd",
            "Ada",
            "Rewrite",
        )
        assert (text["Units counted"], text["Cost (estimated)"], text["Duration in seconds"]) == (
            "3",
            "1.234567",
            "1.5",
        )
        assert text["Margin (estimated)"] == ""

    def test_count_no_units_of_what_was_not_counted_and_say_why(self) -> None:
        [text] = as_csv([use(site(), utc(2026, 3, 18, 3), end=ENDS[3], units=3)])
        assert (text["Units counted"], text["Units asked for"]) == ("0", "3")
        assert text["Why it was not counted"] == "The AI service took too long to answer."

    def test_hold_no_word_of_a_suggestion(self, row: Usage) -> None:
        Suggestion.objects.create(usage=row, result={"kind": "text", "text": "the tide is a secret"})
        assert "secret" not in str(as_csv([row]))
        assert "secret" not in str([cell.value for cells in as_xlsx([row]) for cell in cells.values()])

    def test_hold_every_row_once(self) -> None:
        account = site()
        made = {use(account, utc(2026, 3, day, 9), object_ref=str(day)).object_ref for day in range(1, 20)}
        rows = UsageList(figures(asked(account)))
        assert [line["Object ID"] for line in as_csv(rows)] == sorted(made, key=int, reverse=True)
        assert len(as_xlsx(rows)) == 19


class TestFormulas:
    @pytest.mark.parametrize("text", FORMULAS)
    def test_are_text_in_a_csv_file(self, text: str) -> None:
        [line] = as_csv([use(site(), utc(2026, 3, 18, 3), object_label=text, actor_label=text)])
        # What may be the end of a cell to a program is followed by a mark of its own.
        written = f"'{text}".replace("\t=", "\t'=").replace("\r=", "\r'=")
        assert line["Object"] == line["Person"] == written

    @pytest.mark.parametrize(
        ("text", "written"),
        [
            ("x;=1+1", "x;'=1+1"),
            ("x\t@SUM(A1)", "x\t'@SUM(A1)"),
            ("x\n -1; +2", "x\n '-1; '+2"),
            ('x;"=1"', 'x;"\'=1"'),
            ("=1;=1", "'=1;'=1"),
            ("a; b-c", "a; b-c"),
        ],
    )
    def test_are_text_where_a_program_parts_cells_otherwise(self, text: str, written: str) -> None:
        [line] = as_csv([use(site(), utc(2026, 3, 18, 3), actor_label=text)])
        assert line["Person"] == written

    @pytest.mark.parametrize("text", FORMULAS)
    def test_are_text_in_a_workbook(self, text: str) -> None:
        [cells] = as_xlsx([use(site(), utc(2026, 3, 18, 3), object_label=text)])
        assert cells["Object"].data_type == "s"
        assert cells["Object"].quotePrefix
        assert str(cells["Object"].value).strip() == text.strip()

    @pytest.mark.parametrize("text", ["1-2", "a=b", "Tides", "ida@slackwater.example"])
    def test_other_text_is_left_alone(self, text: str) -> None:
        account = site()
        [line] = as_csv([use(account, utc(2026, 3, 18, 3), object_label=text)])
        [cells] = as_xlsx([use(account, utc(2026, 3, 18, 3), object_label=text)])
        assert line["Object"] == cells["Object"].value == text
        assert not cells["Object"].quotePrefix

    def test_what_xml_cannot_hold_is_dropped(self) -> None:
        [cells] = as_xlsx([use(site(), utc(2026, 3, 18, 3), object_label="a\x0bb\x1f")])
        assert cells["Object"].value == "ab"
