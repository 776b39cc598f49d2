"""A table as CSV that Excel opens with its accents, in which no cell can act as a formula."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime

from tracker.core.rounding import fixed_text, plain_text
from tracker.export.sheets import Cell, Column, Mark, Shape, Share, Sheet

# What makes a spreadsheet compute a cell; full-width forms count as well.
_FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")


def write_csv(sheet: Sheet) -> bytes:
    """The header and the rows, UTF-8 with a byte order mark; numbers with a point, as programs read them."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([harmless(column.title) for column in sheet.columns])
    for row in sheet.rows:
        writer.writerow([_written(cell, column, sheet.places) for cell, column in zip(row, sheet.columns, strict=True)])
    return text.getvalue().encode("utf-8-sig")


def _written(cell: Cell, column: Column, places: int) -> str:
    match cell:
        case None:
            return ""
        case str():
            return harmless(cell)
        case Mark():
            return harmless(cell.words)
        case Share():
            return plain_text(cell.value)
        case datetime():
            return cell.isoformat(" ")
        case date():
            return cell.isoformat()
    return fixed_text(cell, places) if column.shape is Shape.POINTS else plain_text(cell)


def harmless(text: str) -> str:
    """The text, an apostrophe before it where a spreadsheet would take it for a formula.

    A text that already has such apostrophes gets one more, so that taking one away always gives the text back.
    """
    bare = text.lstrip("'")
    return f"'{text}" if bare.startswith(_FORMULA_STARTS) or bare.lstrip().startswith(_FORMULA_STARTS) else text
