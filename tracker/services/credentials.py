"""Names and passwords: checking them, with a lock for whoever guesses, and changing one's own."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Engine, select, update

from tracker.core.problems import Place, Problem, RefusedError
from tracker.services import guesses, passwords, sessions
from tracker.services.access import ACCOUNT, VISITOR, Actor
from tracker.services.act import Act
from tracker.services.audit import record
from tracker.store.engine import reading, writing


class SignInError(Exception):
    """Name and password do not belong together, or the name is locked for a while; which names exist is not told."""

    def __init__(self, locked_until: datetime | None) -> None:
        super().__init__("sign-in refused")
        self.locked_until = locked_until


def tidy_name(typed: str) -> str:
    """An account's name as it is kept, however it was typed."""
    return typed.strip().lower()


def change_password(database: Engine, old: str, new: str, act: Act, keep: str | None = None) -> None:
    """Change one's own password, the old one given; other browsers are signed out, the one of the handle `keep` stays."""
    name = check_password(database, act.actor, old, act.now)
    passwords.require_strong(new, name)
    if new == old:
        raise RefusedError([Problem("password_same", Place(file=""))])
    hashed = passwords.hash_password(new)
    with writing(database) as connection:
        values = {"password": hashed, "must_change": False}
        connection.execute(update(ACCOUNT).where(ACCOUNT.c.name == name, ACCOUNT.c.active).values(values))
        sessions.end_all(connection, name, keep)
        record(connection, act, "password_change", f"account/{name}")


def check_password(database: Engine, typed: str, password: str, now: datetime) -> Actor:
    """The account whose name and password these are; SignInError otherwise, after the same work for any name.

    The tenth wrong password locks the name for a minute, each further one for twice as long.
    """
    name = tidy_name(typed)
    with reading(database) as connection:
        _refuse_locked(connection, name, now)
        stored = connection.execute(select(ACCOUNT.c.password).where(ACCOUNT.c.name == name, ACCOUNT.c.active)).scalar()
    right = passwords.matches(stored, password)
    with writing(database) as connection:
        # Asked again: of many guesses made at the same time only the first ten are answered.
        _refuse_locked(connection, name, now)
        if right:
            guesses.forget(connection, name)
            return Actor(name)
        until = guesses.note_wrong(connection, name, now)
        if until is not None and stored is not None:
            record(connection, Act(VISITOR, now.date(), now), "account_lock", f"account/{name}")
    raise SignInError(until)


def _refuse_locked(connection: Connection, name: str, now: datetime) -> None:
    until = guesses.locked_until(connection, name, now)
    if until is not None:
        raise SignInError(until)
