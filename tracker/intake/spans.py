"""Spans of days as a short code names them."""

from __future__ import annotations

import calendar
import re
from datetime import date

_CODE = re.compile(r"(\d{4})(?:-(?:Q([1-4])|H([12])|(0[1-9]|1[0-2])))?")
_DAYS = re.compile(r"(\d{4}-\d\d-\d\d)/(\d{4}-\d\d-\d\d)")


def months(year: int, first: int, last: int) -> tuple[date, date]:
    """The first and last day from one month to another of a year; ValueError for a year no calendar has."""
    return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])


def read_period(text: str) -> tuple[date, date] | None:
    """The first and last day of `2018-Q1`, `2018-H1`, `2018-01`, `2018` or `2018-01-01/2018-03-31`; None for other text."""
    try:
        return _read(text.strip())
    except ValueError:
        return None


def _read(text: str) -> tuple[date, date] | None:
    if days := _DAYS.fullmatch(text):
        return date.fromisoformat(days[1]), date.fromisoformat(days[2])
    code = _CODE.fullmatch(text)
    if code is None:
        return None
    year, quarter, half, month = (int(part) if part else 0 for part in code.groups())
    if quarter:
        return months(year, 3 * quarter - 2, 3 * quarter)
    if half:
        return months(year, 6 * half - 5, 6 * half)
    return months(year, month, month) if month else months(year, 1, 12)
