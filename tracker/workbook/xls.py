"""Errors, formulas and hidden rows of an .xls, from its records: a stream inside a file of chained sectors."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from tracker.workbook.notices import Notices, RefusedWorkbookError

_HEADER = 512
_LAST_SECTOR = 0xFFFFFFFA
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_FORMULA, _END, _BOUND_SHEET, _BOOL_OR_ERROR, _ROW = 0x06, 0x0A, 0x85, 0x205, 0x208
_BEGINNINGS = (0x09, 0x209, 0x409, 0x809)
_PASSWORD = 0x2F
_HIDDEN = 0x20


def notice_xls(data: bytes) -> list[Notices]:
    """What there is to notice, sheet by sheet."""
    stream = _workbook_stream(data)
    starts: list[int] = []
    for kind, body in _records(stream, 0):
        if kind == _PASSWORD:
            raise RefusedWorkbookError("encrypted")
        if kind == _BOUND_SHEET:
            starts.append(struct.unpack_from("<I", body)[0])
    return [_notice_sheet(stream, start) for start in starts]


def _notice_sheet(stream: bytes, start: int) -> Notices:
    notices = Notices()
    for kind, body in _records(stream, start):
        if kind == _ROW:
            notices.hidden_rows += bool(struct.unpack_from("<H", body, 12)[0] & _HIDDEN)
        elif kind in (_FORMULA, _BOOL_OR_ERROR):
            row, column = struct.unpack_from("<HH", body)
            code = _error_code(kind, body)
            notices.formulas += kind == _FORMULA
            if code is not None:
                notices.put(row, column, _ERRORS.get(code, "#N/A"))
    return notices


def _error_code(kind: int, body: bytes) -> int | None:
    if kind == _BOOL_OR_ERROR:
        return body[6] if body[7] else None
    return body[8] if body[12:14] == b"\xff\xff" and body[6] == 2 else None


def _records(stream: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """The records of one substream, those of charts inside it left out."""
    depth = 0
    while start + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, start)
        start += 4
        if kind in _BEGINNINGS:
            depth += 1
        elif kind == _END:
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1:
            yield kind, stream[start : start + length]
        start += length
    raise RefusedWorkbookError("corrupt")


def _workbook_stream(data: bytes) -> bytes:
    size, small_size = 1 << struct.unpack_from("<H", data, 30)[0], 1 << struct.unpack_from("<H", data, 32)[0]
    table = _sector_table(data, size)
    directory = _read_chain(data, table, struct.unpack_from("<I", data, 48)[0], size, _HEADER)
    entries = {_name(entry): struct.unpack_from("<II", entry, 116) for entry in _split(directory, 128)}
    start, length = entries.get("Workbook") or entries.get("Book") or (0, 0)
    if not length:
        raise RefusedWorkbookError("corrupt")
    if length >= struct.unpack_from("<I", data, 56)[0]:
        return _read_chain(data, table, start, size, _HEADER)[:length]
    small = _read_chain(data, table, entries["Root Entry"][0], size, _HEADER)
    small_table = _numbers(_read_chain(data, table, struct.unpack_from("<I", data, 60)[0], size, _HEADER))
    return _read_chain(small, small_table, start, small_size, 0)[:length]


def _sector_table(data: bytes, size: int) -> list[int]:
    """Which sector follows each; the table's own sectors are listed in the header and, of large files, in a chain."""
    where = list(struct.unpack_from("<109I", data, 76))
    sector, count = struct.unpack_from("<II", data, 68)
    for _ in range(min(count, len(data) // size)):
        more = _numbers(_sector(data, sector, size, _HEADER))
        where, sector = where + more[:-1], more[-1]
    table = b"".join(_sector(data, sector, size, _HEADER) for sector in where if sector < _LAST_SECTOR)
    return _numbers(table)


def _read_chain(data: bytes, table: list[int], sector: int, size: int, offset: int) -> bytes:
    parts: list[bytes] = []
    while sector < len(table) and len(parts) <= len(data) // size:
        parts.append(_sector(data, sector, size, offset))
        sector = table[sector]
    return b"".join(parts)


def _sector(data: bytes, number: int, size: int, offset: int) -> bytes:
    start = offset + number * size if offset == 0 else (number + 1) * size
    return data[start : start + size]


def _numbers(data: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4]))


def _split(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data) - size + 1, size)]


def _name(entry: bytes) -> str:
    length = struct.unpack_from("<H", entry, 64)[0]
    return entry[: max(0, min(length - 2, 64))].decode("utf-16-le", "replace")
