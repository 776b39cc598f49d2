"""The lines the process writes: per sheet an object with its name and what was noticed, then lists of rows of texts from A1.

A number is plain decimal text, a date `YYYY-MM-DD`, a moment `YYYY-MM-DD HH:MM:SS`: nothing is lost that the types of the
exchange format could tell apart. A cell with a spreadsheet error holds its literal (`#N/A`).
"""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from tracker.workbook.notices import MAX_COLUMNS, XLS_ROWS, Notices, RefusedWorkbookError
from tracker.workbook.ods import notice_ods
from tracker.workbook.xls import notice_xls
from tracker.workbook.xlsx import look_through, notice_xlsx

MAX_CELLS = 40_000_000
_MAX_MERGED = 200_000
_ROWS_A_LINE = 1000
_TEXTS = {str}
_OLE = b"\xd0\xcf\x11\xe0"


def read_lines(data: bytes, wanted: Collection[str] | None) -> Iterator[object]:
    """The workbook's lines; of its sheets the wanted ones have rows, or the visible ones."""
    noticed = find_notices(data)
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
        for number, sheet in enumerate(workbook.sheets_metadata):
            if sheet.typ != SheetTypeEnum.WorkSheet:
                continue
            notices = noticed.get(sheet.name) or noticed.get(number) or Notices()
            visible = sheet.visible == SheetVisibleEnum.Visible
            line = {
                "sheet": sheet.name,
                "visible": visible,
                "hidden_rows": notices.hidden_rows,
                "formulas": notices.formulas,
            }
            if sheet.name in wanted if wanted is not None else visible:
                cells = workbook.get_sheet_by_name(sheet.name)
                full = data.startswith(_OLE) and cells.total_height >= XLS_ROWS
                merged = list(cells.merged_cell_ranges or ())[:_MAX_MERGED]
                yield {**line, "full": full, "merged": merged, "rows": cells.total_height}
                yield from read_rows(cells, notices)
            else:
                yield {**line, "full": False, "merged": [], "rows": 0}


def find_notices(data: bytes) -> dict[str | int, Notices]:
    """What there is to notice, by the sheet's name, or by its number where the file does not tell names easily."""
    if data.startswith(_OLE):
        return dict(enumerate(notice_xls(data)))
    suspects = look_through(data)
    return dict((notice_xlsx(data, suspects) if "xl/workbook.xml" in suspects else notice_ods(data)).items())


def read_rows(sheet: CalamineSheet, notices: Notices) -> Iterator[list[list[str]]]:
    """The sheet's rows from A1, some at a time."""
    if sheet.start is None and not notices.cells:
        return
    if sheet.total_width > MAX_COLUMNS:
        raise RefusedWorkbookError("too_many_columns")
    if sheet.total_width * sheet.total_height > MAX_CELLS:
        raise RefusedWorkbookError("too_large_area")
    rows: list[list[str]] = []
    for texts in _texts(sheet, notices):
        rows.append(texts)
        if len(rows) == _ROWS_A_LINE:
            yield rows
            rows = []
    yield rows


def _texts(sheet: CalamineSheet, notices: Notices) -> Iterator[list[str]]:
    """Every row of one width, with the noticed cells put in, also where the reader saw none; a blank row has no cells.

    One far-off cell leaves a million rows blank: that must cost little.
    """
    left = [""] * sheet.start[1] if sheet.start else []
    width = max([sheet.total_width, *(column + 1 for cells in notices.cells.values() for column in cells)])
    if width > MAX_COLUMNS:
        raise RefusedWorkbookError("too_many_columns")
    missing = [""] * (width - sheet.total_width)
    number = -1
    for number, cells in enumerate(sheet.iter_rows() if sheet.start else ()):
        if number not in notices.cells and cells.count("") == len(cells):
            yield []
            continue
        texts = left + _row_texts(cells) + missing
        if number in notices.cells:
            put_in(texts, notices.cells[number])
        yield texts
    for below in range(number + 1, min(max(notices.cells, default=-1) + 1, MAX_CELLS // max(width, 1))):
        texts = [""] * width if below in notices.cells else []
        put_in(texts, notices.cells.get(below, {}))
        yield texts


def _row_texts(cells: list[Any]) -> list[str]:
    """The texts of a row; most rows of most exports hold nothing else."""
    return (
        cells if set(map(type, cells)) == _TEXTS else [cell if cell.__class__ is str else cell_text(cell) for cell in cells]
    )


def put_in(texts: list[str], cells: dict[int, str]) -> None:
    """Set the noticed cells of a row."""
    for column, text in cells.items():
        texts[column] = text


def cell_text(value: object) -> str:
    """The text of a typed cell; a moment is rounded to the second, since a spreadsheet keeps days as a fraction."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        digits = format(value, ".15g")
        # More digits than a spreadsheet keeps: written out, the lost ones would look like noughts that were there.
        return digits if abs(value) >= 1e15 else format(Decimal(digits), "f")
    if isinstance(value, datetime):
        return (value + timedelta(microseconds=500_000)).isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
