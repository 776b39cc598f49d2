"""Reads the workbook on standard input and writes its cells as text to standard output, one JSON value a line.

Runs as a process of its own with little memory and time, because one far-off cell makes the reader abort the whole process.
Imports nothing of the tracker, so that it starts quickly. The lines: per sheet an object with its name and what was noticed,
then lists of rows, each a list of texts counted from A1; or one object `{"error": code}`.

A number is plain decimal text, a date `YYYY-MM-DD`, a moment `YYYY-MM-DD HH:MM:SS`: nothing is lost that the types of the
exchange format could tell apart. A cell with a spreadsheet error holds its literal (`#N/A`); a formula that was never
calculated holds `=`, since the reader would give an empty cell for both.
"""

from __future__ import annotations

import io
import json
import re
import resource
import sys
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

MEMORY = 1_500_000_000
CPU_SECONDS = 60
MAX_COLUMNS = 500
MAX_CELLS = 40_000_000
UNCALCULATED = "="
_ROWS_A_LINE = 1000
_LOOK_BACK = 64
_DOCTYPES = tuple("<!DOCTYPE".encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))
_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]+)<")
_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\s[^>]*\bhidden="(?:1|true)"')
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class RefusedWorkbookError(Exception):
    """The workbook cannot be used; the message is the problem's code."""


@dataclass
class Notices:
    """What the reader does not tell about a sheet; `cells` are texts to put in by (row, column) from 0."""

    hidden_rows: int = 0
    formulas: int = 0
    cells: dict[tuple[int, int], str] = field(default_factory=dict)


def main() -> None:
    """Read, write, and name the problem if there is one."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    try:
        for line in read_lines(sys.stdin.buffer.read()):
            sys.stdout.write(json.dumps(line, ensure_ascii=True) + "\n")
    except RefusedWorkbookError as error:
        sys.stdout.write(json.dumps({"error": str(error)}) + "\n")
    except PasswordError:
        sys.stdout.write('{"error": "encrypted"}\n')
    except MemoryError:
        sys.stdout.write('{"error": "too_large_area"}\n')
    except (CalamineError, zipfile.BadZipFile, zlib.error, ElementTree.ParseError, EOFError, KeyError, ValueError, OSError):
        sys.stdout.write('{"error": "corrupt"}\n')


def read_lines(data: bytes) -> Iterator[object]:
    """The lines of the module's text, sheet by sheet."""
    notices = notice_parts(data) if data.startswith(b"PK") else {}
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
        for sheet in workbook.sheets_metadata:
            noticed = notices.get(sheet.name, Notices())
            visible = sheet.visible == SheetVisibleEnum.Visible
            yield {
                "sheet": sheet.name,
                "visible": visible,
                "hidden_rows": noticed.hidden_rows,
                "formulas": noticed.formulas,
            }
            if visible:
                yield from read_rows(workbook.get_sheet_by_name(sheet.name), noticed)


def read_rows(sheet: CalamineSheet, notices: Notices) -> Iterator[list[list[str]]]:
    """The sheet's rows from A1, some at a time."""
    if sheet.start is None and not notices.cells:
        return
    if sheet.total_width > MAX_COLUMNS:
        raise RefusedWorkbookError("too_many_columns")
    if sheet.total_width * sheet.total_height > MAX_CELLS:
        raise RefusedWorkbookError("too_large_area")
    noticed_rows = {row for row, _ in notices.cells}
    rows: list[list[str]] = []
    for number, cells in enumerate(sheet.to_python(skip_empty_area=False)):
        texts = [cell if cell.__class__ is str else cell_text(cell) for cell in cells]
        if number in noticed_rows:
            put_in(texts, number, notices)
        rows.append(texts)
        if len(rows) == _ROWS_A_LINE:
            yield rows
            rows = []
    yield rows


def put_in(texts: list[str], number: int, notices: Notices) -> None:
    """Set the noticed cells of row `number`."""
    for (row, column), text in notices.cells.items():
        if row == number and column < len(texts):
            texts[column] = text


def cell_text(value: object) -> str:
    """The text of a typed cell; a moment is rounded to the second, since a spreadsheet keeps days as a fraction."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        return format(Decimal(format(value, ".15g")), "f")
    if isinstance(value, datetime):
        return (value + timedelta(microseconds=500_000)).isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def notice_parts(data: bytes) -> dict[str, Notices]:
    """What the sheets' XML holds beyond the cells, by sheet name; every part is read through, so its checksum is checked."""
    noticed: dict[str, Notices] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        suspects = {part.filename: look_through(archive, part) for part in archive.infolist()}
        for name, part in sheet_parts(archive).items():
            if suspects.get(part):
                noticed[name] = notice_cells(archive.read(part))
    return noticed


def look_through(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Whether the part may hold errors, formulas or hidden rows; a document type is refused."""
    suspect, tail = False, b""
    with archive.open(part) as stream:
        while chunk := stream.read(1 << 20):
            window = tail + chunk
            if any(doctype in window for doctype in _DOCTYPES):
                raise RefusedWorkbookError("dtd")
            suspect = suspect or b't="e"' in window or b"hidden=" in window or b"<f" in window or b":f" in window
            tail = window[-_LOOK_BACK:]
    return suspect


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """The part of each sheet, by sheet name; empty for a workbook of another make."""
    if "xl/workbook.xml" not in archive.namelist():
        return {}
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    sheets = ElementTree.fromstring(archive.read("xl/workbook.xml")).iterfind(".//{*}sheet")
    found = {sheet.get("name", ""): targets.get(sheet.get(_RELATION), "") for sheet in sheets}
    return {name: target.lstrip("/") if target.startswith("/") else f"xl/{target}" for name, target in found.items()}


def notice_cells(xml: bytes) -> Notices:
    """Hidden rows and formulas counted, error cells and uncalculated formulas listed."""
    notices = Notices(hidden_rows=len(_HIDDEN_ROW.findall(xml)))
    for match in _CELL.finditer(xml):
        attributes, body = match.group(1), match.group(2) or b""
        is_formula = b"<f" in body or b":f" in body
        notices.formulas += is_formula
        reference = _REFERENCE.search(attributes)
        if reference is None:
            continue
        place = int(reference[2]) - 1, column_index(reference[1].decode())
        value = _VALUE.search(body)
        if b't="e"' in attributes:
            notices.cells[place] = value[1].decode() if value else "#N/A"
        elif is_formula and value is None and b't="str"' not in attributes:  # a calculated text may be empty
            notices.cells[place] = UNCALCULATED
    return notices


def column_index(letters: str) -> int:
    """A is 0, Z 25, AA 26."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


if __name__ == "__main__":
    main()
