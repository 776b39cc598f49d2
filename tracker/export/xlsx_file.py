"""Tables as an Excel workbook an office can print: heading, frozen panes, filter, bars, A4 landscape, no formulas."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

import xlsxwriter

from tracker.core.rounding import round_half_up
from tracker.export.sheets import Cell, Column, Shape, Sheet

_A4 = 9
_INK, _RED, _PAPER, _LINE = "#15120F", "#A4161A", "#F5F0E8", "#DCD3C5"
_FONT = "Times New Roman"  # what Vietnamese offices write in
_NAME_LIMIT = 31
_FORBIDDEN_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


def write_xlsx(sheets: Sequence[Sheet], made_on: date) -> bytes:
    """The workbook's bytes, one worksheet each; the same content and day give the same bytes."""
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    workbook = xlsxwriter.Workbook(file, options)
    workbook.set_properties({"title": sheets[0].title, "created": datetime.combine(made_on, time())})
    formats = _Formats(workbook)
    for sheet in sheets:
        _write_sheet(workbook.add_worksheet(sheet_name(sheet.name)), sheet, formats)
    workbook.close()
    return file.getvalue()


class _Formats:
    """The few cell formats of a workbook; numbers are made per number of decimals."""

    def __init__(self, workbook: xlsxwriter.Workbook) -> None:
        self.workbook = workbook
        self.title = self._make({"bold": True, "font_size": 16, "font_color": _RED})
        self.note = self._make({"italic": True, "font_color": "#5A534B"})
        cell = {"border": 1, "border_color": _LINE, "valign": "vcenter"}
        self.header = self._make(
            {**cell, "bold": True, "bg_color": _PAPER, "text_wrap": True, "align": "center", "bottom_color": _RED}
        )
        self.text = self._make({**cell, "text_wrap": True, "align": "left"})
        self.count = self._make({**cell, "num_format": "#,##0", "align": "right"})
        self.change = self._make({**cell, "num_format": '"▲" 0;"▼" 0;"="', "align": "center"})
        self._cell = cell
        self._points: dict[int, Any] = {}

    def of(self, column: Column, places: int) -> Any:
        whole = {Shape.TEXT: self.text, Shape.COUNT: self.count, Shape.CHANGE: self.change}
        if column.shape in whole:
            return whole[column.shape]
        if places not in self._points:
            pattern = "#,##0." + "0" * places if places else "#,##0"
            self._points[places] = self._make({**self._cell, "num_format": pattern, "align": "right"})
        return self._points[places]

    def _make(self, properties: dict[str, Any]) -> Any:
        return self.workbook.add_format({"font_name": _FONT, "font_size": 12, "font_color": _INK, **properties})


def _write_sheet(page: Any, sheet: Sheet, formats: _Formats) -> None:
    head = len(sheet.notes) + 2
    page.write_string(0, 0, sheet.title, formats.title)
    for line, note in enumerate(sheet.notes, start=1):
        page.write_string(line, 0, note, formats.note)
    for number, column in enumerate(sheet.columns):
        page.set_column(number, number, column.width)
        page.write_string(head, number, column.title, formats.header)
        _write_column(page, sheet, number, head + 1, formats.of(column, sheet.places))
        if column.bar is not None and sheet.rows:
            page.conditional_format(head + 1, number, head + len(sheet.rows), number, _bar(column))
    page.set_row(head, 34)
    page.freeze_panes(head + 1, sheet.fixed)
    page.autofilter(head, 0, head + len(sheet.rows), len(sheet.columns) - 1)
    _set_up_print(page, sheet, head)


def _write_column(page: Any, sheet: Sheet, number: int, first: int, style: Any) -> None:
    for row, cells in enumerate(sheet.rows, start=first):
        cell: Cell = cells[number]
        if cell is None:
            page.write_blank(row, number, None, style)
        elif isinstance(cell, str):
            page.write_string(row, number, cell, style)
        else:
            page.write_number(row, number, float(round_half_up(cell, sheet.places)), style)


def _bar(column: Column) -> dict[str, Any]:
    assert column.bar is not None
    full = float(column.bar.full)
    limits = {"min_type": "num", "max_type": "num", "min_value": 0, "max_value": full}
    return {"type": "data_bar", "data_bar_2010": True, "bar_solid": True, "bar_color": column.bar.colour, **limits}


def _set_up_print(page: Any, sheet: Sheet, head: int) -> None:
    page.set_landscape()
    page.set_paper(_A4)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    page.fit_to_pages(1, 0)
    page.repeat_rows(head)
    page.set_footer("&C&P / &N")
    page.print_area(0, 0, head + len(sheet.rows), len(sheet.columns) - 1)


def sheet_name(name: str) -> str:
    """The name as a spreadsheet takes it."""
    return name.translate(_FORBIDDEN_IN_NAMES).strip()[:_NAME_LIMIT]
