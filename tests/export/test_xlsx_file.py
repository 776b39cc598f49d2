"""Excel workbooks: real numbers, no formulas, frozen heads, a filter, bars and an A4 page lying on its side."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from fractions import Fraction

import openpyxl
import pytest
import python_calamine

from tracker.export.mending_file import BadRow, Mending, write_mending
from tracker.export.sheets import Bar, Column, Shape, Sheet
from tracker.export.xlsx_file import write_xlsx

DAY = date(2025, 12, 31)
COLUMNS = (
    Column("Hạng", Shape.COUNT),
    Column("Đơn vị", width=40),
    Column("Điểm", Shape.POINTS, bar=Bar(Fraction(30), "#A9C1E0")),
    Column("Thay đổi", Shape.CHANGE),
)
ROWS = ((1, "Xã Đắk Mây", Fraction(2675, 100), 2), (None, "=1+1", Fraction(0), "mới"))


def workbook(*, rows=ROWS, name: str = "Bảng") -> bytes:
    return write_xlsx([Sheet(name, "Bảng xếp hạng", ("Kỳ 2025",), COLUMNS, rows, 2, 2)], DAY)


def part(data: bytes, name: str = "xl/worksheets/sheet1.xml") -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode()


def cells(data: bytes) -> list[list[object]]:
    return python_calamine.load_workbook(io.BytesIO(data)).get_sheet_by_index(0).to_python(skip_empty_area=False)


def test_heading_notes_header_and_rows_stand_in_this_order():
    found = cells(workbook())
    assert found[0][0] == "Bảng xếp hạng"
    assert found[1][0] == "Kỳ 2025"
    assert found[3] == ["Hạng", "Đơn vị", "Điểm", "Thay đổi"]
    assert found[4] == [1, "Xã Đắk Mây", 26.75, 2]
    assert found[5] == ["", "=1+1", 0, "mới"]


def test_no_text_becomes_a_formula_or_a_link():
    data = workbook(rows=((1, "=HYPERLINK(1)", Fraction(1), 0), (2, "http://evil.example", Fraction(1), 0)))
    assert "<f>" not in part(data)
    assert "hyperlink" not in part(data).lower()


def test_the_head_is_frozen_filtered_and_repeated_and_the_page_is_a4_landscape():
    sheet = part(workbook())
    assert 'xSplit="2" ySplit="4"' in sheet
    assert '<autoFilter ref="A4:D6"' in sheet
    assert re.search(r'<pageSetup paperSize="9"[^>]* orientation="landscape"', sheet)
    assert "$4:$4" in part(workbook(), "xl/workbook.xml")


def test_points_have_their_decimals_and_criteria_their_bars():
    assert "#,##0.00" in part(workbook(), "xl/styles.xml")
    assert "dataBar" in part(workbook())


def test_the_same_content_gives_the_same_bytes():
    assert workbook() == workbook()


def test_a_table_without_rows_and_a_name_excel_forbids_are_written_all_the_same():
    assert len(cells(workbook(rows=(), name="a/b:c*d?" + "x" * 40))) == 4


@pytest.mark.parametrize("count", [3500])
def test_thousands_of_rows_are_written(count):
    rows = tuple((rank, f"Xã {rank}", Fraction(rank, 100), 0) for rank in range(1, count + 1))
    assert cells(workbook(rows=rows))[-1][:2] == [count, f"Xã {count}"]


def test_rows_to_be_mended_come_back_whatever_their_sheets_are_called():
    """A name of 20 letters beyond the first plane is 40 long to a spreadsheet."""
    sheets = [Mending("😀" * 20, [], ["h"], "why", [BadRow(("x",), "w", frozenset())]) for _ in range(12)]
    names = openpyxl.load_workbook(io.BytesIO(write_mending(sheets, date(2026, 1, 1)))).sheetnames
    assert (names[0], names[1], names[-1]) == ("😀" * 15, "😀" * 14 + " 2", "😀" * 14 + " 12")
