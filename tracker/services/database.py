"""Opening the database, bringing it up to date, and what is true of it as a whole."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TypeAlias

from sqlalchemy import Engine, insert, select
from sqlalchemy.exc import DBAPIError

from tracker.core.problems import UsageError
from tracker.services import audit
from tracker.services.act import Act
from tracker.services.settings import DATA
from tracker.store import calendar, engine, ledger, privileges, protected, publishing
from tracker.store.engine import UnsafeDatabaseError
from tracker.store.publishing import STATE

Database: TypeAlias = Engine  # how the layers above call it; they do not speak SQLAlchemy
CALENDAR_FILE = DATA / "calendar" / "vn_workdays.csv"


def open_database(url: str) -> Engine:
    """The database behind an address; nothing is created or changed yet."""
    return engine.open_engine(url)


def upgrade(database: Engine) -> None:
    """Create or migrate the tables, keep what is written once so, and load the shipped calendar where there is none yet."""
    engine.migrate(database)
    with engine.writing(database) as connection:
        protected.keep_append_only(connection)
        if connection.execute(select(STATE.c.id)).first() is None:
            connection.execute(insert(STATE).values(id=1, data_version=0, sample=False))
        if calendar.is_empty(connection):
            calendar.save_calendar(connection, read_calendar(CALENDAR_FILE))
            ledger.renumber(connection)


def grant_application(database: Engine, role: str, act: Act) -> None:
    """Let the application run as a PostgreSQL role that cannot change what is written once. The tables' owner calls it."""
    if database.dialect.name != "postgresql":
        raise UsageError("app_role_needs_postgresql")
    with engine.writing(database) as connection:
        if not privileges.has_role(connection, role):
            raise UsageError("unknown_database_role", role=role)
        privileges.grant_tables(connection, role)
        bendable = privileges.may_bend(connection, role)
        if bendable:
            raise UsageError("database_role_too_strong", role=role, tables=", ".join(bendable))
        audit.record(connection, act, "grant_database_role", "database", after={"role": role})


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


@contextmanager
def database_failures_explained() -> Iterator[None]:
    """What goes wrong with the database itself is said as a usage error: what it is and what to do, without a traceback."""
    try:
        yield
    except DBAPIError as error:
        reason = str(error.orig)
        code = next((code for code, words in _FAILURES.items() if any(word in reason for word in words)), None)
        if code is None:
            raise
        raise UsageError(code, reason=reason.splitlines()[0]) from error
    except UnsafeDatabaseError as error:
        raise UsageError("database_unsafe", reason=str(error)) from error


# What the drivers say, by what it means for the person at the command line.
_FAILURES = {
    "database_not_upgraded": ("no such table", "no such column", "does not exist"),
    "database_not_one": ("not a database", "malformed"),
    "database_busy": ("database is locked", "lock timeout"),
    "database_unreachable": ("unable to open", "connection failed", "Connection refused", "could not connect", "readonly"),
    "database_not_owner": ("permission denied", "must be owner", "no schema has been selected"),
    "database_full": ("disk is full", "No space left"),
}
