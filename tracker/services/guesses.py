"""Wrong passwords: counted by the name that was typed, whether or not it exists, and locked for a growing time."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Connection, delete, select

from tracker.store.people import Guess
from tracker.store.types import upsert

ALLOWED = 10
FIRST_LOCK, LONGEST_LOCK = timedelta(minutes=1), timedelta(hours=12)
FORGOTTEN_AFTER = timedelta(hours=24)

GUESS = Guess.__table__  # type: ignore[attr-defined]


def locked_until(connection: Connection, name: str, now: datetime) -> datetime | None:
    """When the name may be tried again; None for at once."""
    until: datetime | None = connection.execute(select(GUESS.c.locked_until).where(GUESS.c.name == _key(name))).scalar()
    return until if until is not None and now < until else None


def note_wrong(connection: Connection, name: str, now: datetime) -> datetime | None:
    """Count one more wrong password, under the write lock; returns when the name may be tried again if that locked it."""
    connection.execute(delete(GUESS).where(GUESS.c.last_at < now - FORGOTTEN_AFTER))
    before = connection.execute(select(GUESS.c.wrong).where(GUESS.c.name == _key(name))).scalar() or 0
    wrong = before + 1
    until = now + _lock(wrong) if wrong >= ALLOWED else None
    row = {"wrong": wrong, "last_at": now, "locked_until": until}
    statement = upsert(connection, GUESS).values(name=_key(name), **row)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=row))
    return until


def forget(connection: Connection, name: str) -> None:
    """Begin the count anew: the right password was given, or an administrator gave a new one."""
    connection.execute(delete(GUESS).where(GUESS.c.name == _key(name)))


def _lock(wrong: int) -> timedelta:
    """A minute after the tenth wrong password, twice as long after each further one."""
    doublings = min(wrong - ALLOWED, 16)
    return min(FIRST_LOCK * (1 << doublings), LONGEST_LOCK)


def _key(name: str) -> str:
    return sha256(name.encode()).hexdigest()
