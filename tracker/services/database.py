"""Opening the database, bringing it up to date, and what is true of it as a whole."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import TypeAlias

from sqlalchemy import Engine, insert, select

from tracker.services.settings import DATA
from tracker.store import audit, calendar, engine, publishing
from tracker.store.publishing import STATE

Database: TypeAlias = Engine  # how the layers above call it; they do not speak SQLAlchemy
CALENDAR_FILE = DATA / "calendar" / "vn_workdays.csv"


def open_database(url: str) -> Engine:
    """The database behind an address; nothing is created or changed yet."""
    return engine.open_engine(url)


def upgrade(database: Engine) -> None:
    """Create or migrate the tables, keep the log append-only, and load the shipped calendar where there is none yet."""
    engine.migrate(database)
    with engine.writing(database) as connection:
        audit.keep_append_only(connection)
        if connection.execute(select(STATE.c.id)).first() is None:
            connection.execute(insert(STATE).values(id=1, data_version=0, sample=False))
        if calendar.is_empty(connection):
            calendar.save_calendar(connection, read_calendar(CALENDAR_FILE))


def read_calendar(path: Path) -> list[dict[str, object]]:
    """The rows of a calendar file: `date, kind (off|work), name, status`."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            {"day": date.fromisoformat(row["date"]), "kind": row["kind"], "name": row["name"], "status": row["status"]}
            for row in csv.DictReader(file)
        ]


def data_version(database: Engine) -> int:
    """A number that grows whenever anything on a screen may have changed."""
    with engine.reading(database) as connection:
        return publishing.data_version(connection)


def is_sample(database: Engine) -> bool:
    """True for a database that holds the sample province."""
    with engine.reading(database) as connection:
        return bool(connection.execute(select(STATE.c.sample)).scalar())
