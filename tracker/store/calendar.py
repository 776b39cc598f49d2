"""The working calendar: the days that break "Monday to Friday", and the running numbers that make spans a subtraction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from tracker.core.calendar import FIRST_DAY, Exceptions, number_workdays
from tracker.store.rule_tables import CalendarDay, Workday

CALENDAR = CalendarDay.__table__  # type: ignore[attr-defined]
WORKDAY = Workday.__table__  # type: ignore[attr-defined]


def load_exceptions(connection: Connection) -> Exceptions:
    """The days off and the days worked against the week's rule."""
    found = connection.execute(select(CALENDAR.c.day, CALENDAR.c.kind)).all()
    return Exceptions(
        off=frozenset(row.day for row in found if row.kind == "off"),
        work=frozenset(row.day for row in found if row.kind == "work"),
    )


def load_days(connection: Connection) -> list[dict[str, Any]]:
    """The days that break the week's rule (`day`, `kind`, `name`, `status`), in order."""
    found = connection.execute(select(CALENDAR.c.day, CALENDAR.c.kind, CALENDAR.c.name, CALENDAR.c.status))
    return sorted((dict(row._mapping) for row in found), key=lambda row: row["day"])


def save_calendar(connection: Connection, days: Iterable[dict[str, object]]) -> None:
    """Replace the calendar (`day`, `kind`, `name`, `status` per row) and renumber the working days."""
    connection.execute(delete(CALENDAR))
    rows = list(days)
    if rows:
        connection.execute(insert(CALENDAR), rows)
    connection.execute(delete(WORKDAY))
    numbered = number_workdays(load_exceptions(connection))
    connection.execute(insert(WORKDAY), [{"day": day, "number": number, "works": works} for day, number, works in numbered])


def is_empty(connection: Connection) -> bool:
    """True before the calendar was first saved."""
    return connection.execute(select(WORKDAY.c.day).where(WORKDAY.c.day == FIRST_DAY)).first() is None


def closed_days(connection: Connection, first_year: int, last_year: int) -> frozenset[date]:
    """The days on which offices do not work, weekends included, from the first to the last year."""
    day = WORKDAY.c.day
    query = select(day).where(~WORKDAY.c.works, day >= date(first_year, 1, 1), day <= date(last_year, 12, 31))
    return frozenset(connection.execute(query).scalars())
