"""A campaign's periods and their codes: 2018, 2018-H1, 2018-Q1, 2018-01."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import count

from dateutil.relativedelta import relativedelta
from dateutil.rrule import MONTHLY, rrule


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
    moments = rrule(MONTHLY, interval=months, dtstart=_midnight(first), until=_midnight(ends))
    firsts = [moment.date() for moment in moments]
    lasts = [*(following - timedelta(days=1) for following in firsts[1:]), ends]
    return [Period(_code(first, every), max(first, begins), last) for first, last in zip(firsts, lasts, strict=True)]


def find_every(code: str, periods: Sequence[Period]) -> Every | None:
    """How long the periods of a campaign are, as it was divided; None where it is one period that bears its own code."""
    begins, ends = periods[0].begins, periods[-1].ends
    return next((every for every in Every if divide(code, begins, ends, every) == list(periods)), None)


def following_years(begins: date, ends: date) -> tuple[date, date]:
    """The same days as many whole years later as are needed to begin after the end; the last of a month stays its last."""
    after = ends + timedelta(days=1)
    years = next(years for years in count(1) if begins + relativedelta(years=years) >= after)
    return begins + relativedelta(years=years), after + relativedelta(years=years) - timedelta(days=1)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())


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
