"""Refused rows as a workbook in the layout they came in: reasons in a last column, the cells to be mended coloured."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import xlsxwriter

from tracker.export.xlsx_file import sheet_name

_INK, _PAPER, _LINE, _BAD, _WHY = "#15120F", "#F5F0E8", "#DCD3C5", "#FBD5D0", "#FFF4CE"


@dataclass(frozen=True, slots=True)
class BadRow:
    """A refused row as it was read, why, and the positions of the cells to be mended."""

    cells: tuple[str, ...]
    reason: str
    bad: frozenset[int]


@dataclass(frozen=True, slots=True)
class Mending:
    """One sheet: the lines that stood above the heading, the heading, what the reasons' column is called, and the rows."""

    name: str
    above: Sequence[Sequence[str]]
    header: Sequence[str]
    reasons: str
    rows: Sequence[BadRow]


def write_mending(sheets: Sequence[Mending], made_on: date) -> bytes:
    """The workbook's bytes; every cell is text, so nothing is computed and nothing loses its zeros."""
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    workbook = xlsxwriter.Workbook(file, options)
    workbook.set_properties({"created": datetime.combine(made_on, time())})
    base = {"font_name": "Times New Roman", "font_size": 12, "font_color": _INK, "num_format": "@"}
    edge = {**base, "border": 1, "border_color": _LINE, "valign": "top"}
    formats = {
        "above": workbook.add_format({**base, "bold": True}),
        "header": workbook.add_format({**edge, "bold": True, "bg_color": _PAPER, "text_wrap": True}),
        "good": workbook.add_format(edge),
        "bad": workbook.add_format({**edge, "bg_color": _BAD}),
        "why": workbook.add_format({**edge, "bg_color": _WHY, "text_wrap": True}),
    }
    names: set[str] = set()
    for sheet in sheets:
        name = _free_name(sheet_name(sheet.name) or "Sheet", names)
        _write(workbook.add_worksheet(name), sheet, formats)
    workbook.close()
    return file.getvalue()


def _write(page: Any, sheet: Mending, formats: dict[str, Any]) -> None:
    for line, cells in enumerate(sheet.above):
        _write_cells(page, line, cells, formats["above"])
    head = len(sheet.above)
    _write_cells(page, head, [*sheet.header, sheet.reasons], formats["header"])
    last = len(sheet.header)
    page.set_column(0, last - 1, 18)
    page.set_column(last, last, 70)
    page.freeze_panes(head + 1, 0)
    for line, row in enumerate(sheet.rows, start=head + 1):
        for at, cell in enumerate(row.cells):
            page.write_string(line, at, cell, formats["bad" if at in row.bad else "good"])
        page.write_string(line, last, row.reason, formats["why"])


def _write_cells(page: Any, line: int, cells: Sequence[str], style: Any) -> None:
    for at, cell in enumerate(cells):
        if cell:
            page.write_string(line, at, cell, style)


def _free_name(name: str, taken: set[str]) -> str:
    """The name, numbered where a sheet of that name is there already."""
    free, number = name, 2
    while free.lower() in taken:
        free, number = sheet_name(name, f" {number}"), number + 1
    taken.add(free.lower())
    return free
