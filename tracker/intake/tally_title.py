"""Whose sheet of a report form it is and over which days, as its title says in Vietnamese."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.intake.spans import months

_DATE = r"(?:ngay )?(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})"
_FROM_TO = re.compile(rf"(?:tu )?{_DATE} (?:den|-|–) {_DATE}")
_YEAR = r"(?: ?[/,-] ?| (?:nam )?)(\d{4})\b"
_QUARTER = re.compile(rf"\bquy (iv|i{{1,3}}|[1-4]){_YEAR}")
_HALF = re.compile(rf"\b(?:6|sau) thang (dau|cuoi) nam{_YEAR}")
_NINE = re.compile(rf"\b(?:9|chin) thang(?: dau nam)?{_YEAR}")
_MONTH = re.compile(rf"\bthang (1[0-2]|0?[1-9]){_YEAR}")
_WHOLE = re.compile(r"\bnam (\d{4})\b")
# "Đắk Nông, ngày 5 tháng 4 năm 2018" says when it was signed.
_SIGNED = re.compile(r"\bngay \d{1,2} thang \d{1,2} nam \d{4}")
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_REPORTS = r"mã đơn vị|tên đơn vị|đơn vị báo cáo|đơn vị gửi(?: báo cáo)?|cơ quan báo cáo|đơn vị|cơ quan"
_UNIT = re.compile(rf"^[\s\-–•*(]*(?:{_REPORTS})\s*[:：]\s*(.*?)[\s).;]*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Title:
    """What the lines above a table say: the unit as it is written there, first and last day; None where they do not."""

    unit: str | None
    span: tuple[date, date] | None


def fold(text: str) -> str:
    """The text in small letters, without accents, with single blanks."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return " ".join("".join(letter for letter in plain if not unicodedata.combining(letter)).split())


def read_title(rows: Iterable[Sequence[str]]) -> Title:
    """What these rows say; of several spans or units the first."""
    cells = [[unicodedata.normalize("NFC", cell) for cell in row if cell.strip()] for row in rows]
    spans = (_find_span(_SIGNED.sub(" ", fold(" ".join(row)))) for row in cells)
    units = (_find_unit(row) for row in cells)
    return Title(next(filter(None, units), None), next(filter(None, spans), None))


def _find_unit(row: Sequence[str]) -> str | None:
    for at, cell in enumerate(row):
        for line in cell.splitlines():
            named = _UNIT.match(line)
            if named and named[1]:
                return named[1]
            if named and at + 1 < len(row):  # the name stands in the cell beside
                return row[at + 1].strip()
    return None


def _find_span(text: str) -> tuple[date, date] | None:
    try:
        return _read_span(text)
    except ValueError:  # a day or a year that no calendar has
        return None


def _read_span(text: str) -> tuple[date, date] | None:
    if found := _FROM_TO.search(text):
        day, month, year, last_day, last_month, last_year = map(int, found.groups())
        return date(year, month, day), date(last_year, last_month, last_day)
    if found := _QUARTER.search(text):
        quarter = _ROMAN.get(found[1]) or int(found[1])
        return months(int(found[2]), 3 * quarter - 2, 3 * quarter)
    if found := _HALF.search(text):
        return months(int(found[2]), *((1, 6) if found[1] == "dau" else (7, 12)))
    if found := _NINE.search(text):
        return months(int(found[1]), 1, 9)
    if found := _MONTH.search(text):
        return months(int(found[2]), int(found[1]), int(found[1]))
    if found := _WHOLE.search(text):
        return months(int(found[1]), 1, 12)
    return None
