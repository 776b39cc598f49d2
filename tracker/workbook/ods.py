"""Errors, formulas and hidden rows of an .ods, from its XML."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

from tracker.workbook.notices import UNCALCULATED, Notices

_SIGNS = (b"table:formula=", b'value-type="error"', b'table:visibility="')
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_CALCEXT = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
# A sheet ends in one row that is repeated to its last line.
_MOST_REPEATED = 10_000


def notice_ods(data: bytes) -> dict[str, Notices]:
    """What there is to notice, by sheet name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        xml = archive.read("content.xml")
    if not any(sign in xml for sign in _SIGNS):
        return {}
    noticed: dict[str, Notices] = {}
    row = 0
    for event, element in ElementTree.iterparse(io.BytesIO(xml), events=("start", "end")):
        if element.tag == f"{_TABLE}table" and event == "start":
            noticed[element.get(f"{_TABLE}name", "")] = Notices()
            row = 0
        elif element.tag == f"{_TABLE}table-row" and event == "end" and noticed:
            row = _notice_row(next(reversed(noticed.values())), row, element)
            element.clear()
    return noticed


def _notice_row(notices: Notices, row: int, element: ElementTree.Element) -> int:
    """Take in one row, which may stand for several; the number of the row after it."""
    repeated = int(element.get(f"{_TABLE}number-rows-repeated", "1"))
    texts = dict(_notice_cells(element))
    is_filled = any(cell.get(f"{_OFFICE}value-type") for cell in element)
    if is_filled and element.get(f"{_TABLE}visibility") in ("collapse", "filter"):
        notices.hidden_rows += min(repeated, _MOST_REPEATED)
    notices.formulas += sum(1 for cell in element if cell.get(f"{_TABLE}formula"))
    for number in range(row, row + min(repeated, _MOST_REPEATED)):
        for column, text in texts.items():
            notices.put(number, column, text)
    return row + repeated


def _notice_cells(row: ElementTree.Element) -> Iterator[tuple[int, str]]:
    column = 0
    for cell in row:
        repeated = int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
        if cell.get(f"{_CALCEXT}value-type") == "error":
            yield column, "".join(cell.itertext()).strip() or "#N/A"
        elif cell.get(f"{_TABLE}formula") and not cell.get(f"{_OFFICE}value-type"):
            yield column, UNCALCULATED
        column += repeated
