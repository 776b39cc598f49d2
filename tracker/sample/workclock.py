"""Working time as one running number: the office's seconds, so that deadlines and delays add up over nights and holidays."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from tracker.sample.cells import DAY_SECONDS, Ints, day_number

FIRST_DAY, LAST_DAY = date(2017, 1, 1), date(2020, 12, 31)
YEARS = (2017, 2018, 2019, 2020)
TET = (date(2017, 1, 28), date(2018, 2, 16), date(2019, 2, 5), date(2020, 1, 25))  # first day of the lunar year

_MORNING, _MORNING_END = 7 * 3600 + 1800, 11 * 3600 + 1800
_AFTERNOON, _AFTERNOON_END = 13 * 3600 + 1800, 17 * 3600
_HALF_DAY = _MORNING_END - _MORNING
WORKDAY = _HALF_DAY + _AFTERNOON_END - _AFTERNOON  # seconds the office is open on a working day
_MARGIN = timedelta(days=400)  # room before the first and after the last day for what is submitted early or due late


@dataclass(frozen=True, slots=True)
class WorkClock:
    """The working days of the province as day numbers; a *position* counts open seconds from the first of them."""

    days: Ints

    def instants(self, positions: Ints) -> Ints:
        """Wall-clock seconds since 1970 of the positions."""
        index, second = positions // WORKDAY, positions % WORKDAY
        wall: Ints = np.where(second < _HALF_DAY, _MORNING + second, _AFTERNOON + second - _HALF_DAY)
        return self.days[index] * DAY_SECONDS + wall

    def positions(self, instants: Ints) -> Ints:
        """The last open second at or before each instant."""
        day, wall = instants // DAY_SECONDS, instants % DAY_SECONDS
        index = np.searchsorted(self.days, day, side="right") - 1
        morning = np.clip(wall - _MORNING, -1, _HALF_DAY - 1)
        afternoon = np.minimum(wall - _AFTERNOON + _HALF_DAY, WORKDAY - 1)
        open_second = np.where(wall < _AFTERNOON, morning, afternoon)
        return index * WORKDAY + np.where(self.days[index] < day, WORKDAY - 1, open_second)

    def index_from(self, days: Ints) -> Ints:
        """The place in `days` of the first working day on or after each day."""
        return np.asarray(np.searchsorted(self.days, days, side="left"), dtype=np.int64)

    def after(self, days: Ints, working_days: Ints) -> Ints:
        """The day so many working days after the first working day on or after each day."""
        day: Ints = self.days[self.index_from(days) + working_days]
        return day


def work_clock(days_off: Container[date] | None) -> WorkClock:
    """The clock of a calendar; None stands for Saturdays, Sundays and the week of Tết."""
    first, last = FIRST_DAY - _MARGIN, LAST_DAY + _MARGIN
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    off = {day for day in days if day.weekday() >= 5} | _tet_weeks() if days_off is None else days_off
    return WorkClock(np.array([day_number(day) for day in days if day not in off], dtype=np.int64))


def _tet_weeks() -> set[date]:
    return {tet + timedelta(days=n) for tet in TET for n in range(-1, 6)}
