"""A campaign's periods and their codes: 2018, 2018-H1, 2018-Q1, 2018-01."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from dateutil.relativedelta import relativedelta


class Every(StrEnum):
    """How long a campaign's periods are."""

    YEAR = "year"
    HALF = "half"
    QUARTER = "quarter"
    MONTH = "month"


_MONTHS = {Every.YEAR: 12, Every.HALF: 6, Every.QUARTER: 3, Every.MONTH: 1}


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of days that is scored on its own; `ends` is its last day."""

    code: str
    begins: date
    ends: date


def divide(code: str, begins: date, ends: date, every: Every | None) -> list[Period]:
    """The periods of a campaign in order; without `every` one period that bears the campaign's own code.

    Periods follow the calendar: a campaign that begins in mid-year has a shorter first one.
    """
    if every is None:
        return [Period(code, begins, ends)]
    months = _MONTHS[every]
    first = date(begins.year, (begins.month - 1) // months * months + 1, 1)
    periods = []
    while first <= ends:
        following = first + relativedelta(months=months)
        periods.append(Period(_code(first, every), max(first, begins), min(following - timedelta(days=1), ends)))
        first = following
    return periods


def _code(first: date, every: Every) -> str:
    match every:
        case Every.YEAR:
            return f"{first.year}"
        case Every.HALF:
            return f"{first.year}-H{(first.month + 5) // 6}"
        case Every.QUARTER:
            return f"{first.year}-Q{(first.month + 2) // 3}"
        case Every.MONTH:
            return f"{first.year}-{first.month:02d}"
