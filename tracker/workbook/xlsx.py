"""Errors, formulas and hidden rows of an .xlsx, from its XML."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

from tracker.workbook.notices import UNCALCULATED, Notices, RefusedWorkbookError

_LOOK_BACK = 64
# Each with a letter of it that few sheets hold at all: one byte is found, or missed, many times quicker than a word.
_DOCTYPES = tuple((b"!", "<!DOCTYPE".encode(encoding)) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))
_SUSPECTS = ((b"=", b't="e"'), (b"d", b"hidden="), (b"f", b"<f"), (b"f", b":f"))
_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]+)<")
_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\s[^>]*\bhidden="(?:1|true)"')
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def look_through(data: bytes) -> dict[str, bool]:
    """Every part of the zip, read whole so that its checksum is checked; whether it may hold something to notice.

    A document type is refused: it serves nobody but those who attack readers.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {part.filename: _is_suspect(archive, part) for part in archive.infolist()}


def _is_suspect(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    suspect, tail = False, b""
    with archive.open(part) as stream:
        while chunk := stream.read(1 << 20):
            window = tail + chunk
            if _holds(window, _DOCTYPES):
                raise RefusedWorkbookError("dtd")
            suspect = suspect or _holds(window, _SUSPECTS)
            tail = window[-_LOOK_BACK:]
    return suspect


def _holds(window: bytes, signs: tuple[tuple[bytes, bytes], ...]) -> bool:
    return any(letter in window and sign in window for letter, sign in signs)


def notice_xlsx(data: bytes, suspects: dict[str, bool]) -> dict[str, Notices]:
    """What there is to notice, by sheet name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = sheet_parts(archive).items()
        return {name: notice_cells(archive.read(part)) for name, part in parts if suspects.get(part)}


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """The part of each sheet, by sheet name."""
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    sheets = ElementTree.fromstring(archive.read("xl/workbook.xml")).iterfind(".//{*}sheet")
    found = {sheet.get("name", ""): targets.get(sheet.get(_RELATION), "") for sheet in sheets}
    return {name: target.lstrip("/") if target.startswith("/") else f"xl/{target}" for name, target in found.items()}


def notice_cells(xml: bytes) -> Notices:
    """Hidden rows and formulas counted, error cells and uncalculated formulas listed."""
    notices = Notices(hidden_rows=len(_HIDDEN_ROW.findall(xml)))
    for attributes, body in _cells(xml):
        is_formula = b"<f" in body or b":f" in body
        notices.formulas += is_formula
        reference = _REFERENCE.search(attributes)
        if reference is None:
            continue
        row, column = int(reference[2]) - 1, column_index(reference[1].decode())
        value = _VALUE.search(body)
        if b't="e"' in attributes:
            notices.put(row, column, value[1].decode() if value else "#N/A")
        elif is_formula and value is None and b't="str"' not in attributes:  # a calculated text may be empty
            notices.put(row, column, UNCALCULATED)
    return notices


def _cells(xml: bytes) -> Iterator[tuple[bytes, bytes]]:
    return ((match.group(1), match.group(2) or b"") for match in _CELL.finditer(xml))


def column_index(letters: str) -> int:
    """A is 0, Z 25, AA 26."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1
