"""Working days: Monday to Friday, except the days off and the days worked in exchange."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

FIRST_DAY = date(1989, 1, 1)
LAST_DAY = date(2101, 12, 31)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Exceptions:
    """Days that break the week's rule; a day in neither set follows it."""

    off: frozenset[date] = frozenset()
    work: frozenset[date] = frozenset()

    def works(self, day: date) -> bool:
        """True if offices work on that day."""
        return day in self.work or (day.weekday() < _SATURDAY and day not in self.off)


def number_workdays(exceptions: Exceptions) -> Iterator[tuple[date, int, bool]]:
    """Every day from FIRST_DAY to LAST_DAY with the count of working days up to and including it, and whether it is one.

    Working days in the half-open span (a, b] are the difference of the two numbers.
    """
    number = 0
    for offset in range((LAST_DAY - FIRST_DAY).days + 1):
        day = FIRST_DAY + timedelta(days=offset)
        works = exceptions.works(day)
        number += works
        yield day, number, works
