"""Confirming who one is shortly before a weighty act: a screen left open must not be enough for it."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, Engine, and_, or_, select, update

from tracker.core.problems import Place, Problem, RefusedError
from tracker.services.access import OPERATOR, Actor
from tracker.services.act import Act
from tracker.services.credentials import check_password
from tracker.services.sessions import SIGN_IN, holds
from tracker.store.engine import reading, writing
from tracker.store.tables import now_as_stored

HOLDS_FOR = timedelta(minutes=5)


class Confirmation(StrEnum):
    """RECENT needs nothing; PASSWORD asks for the password; SIGN_IN means leaving and coming back by the provider."""

    RECENT = "recent"
    PASSWORD = "password"
    SIGN_IN = "sign_in"


def confirm_password(database: Engine, actor: Actor, handle: str | None, password: str, now: datetime) -> None:
    """Note on the sign-in that the password was given again; SignInError, counted like any other, if it is wrong."""
    check_password(database, actor, password, now)
    mine = (SIGN_IN.c.handle == (handle or ""), SIGN_IN.c.account == actor, holds(now))
    with writing(database) as connection:
        connection.execute(update(SIGN_IN).where(*mine).values(confirmed_at=now_as_stored(now)))


def require_recent(connection: Connection, actor: Actor, handle: str | None, now: datetime) -> None:
    """Raise RefusedError unless this sign-in is younger than five minutes or its password was given again since.

    The command line's operator has nothing to confirm.
    """
    if actor != OPERATOR and _find(connection, actor, handle, now) is not Confirmation.RECENT:
        raise RefusedError([Problem("confirm_first", Place(file=""))])


def require_confirmed(connection: Connection, act: Act) -> None:
    """The same of an act; what comes from the command line, under no sign-in, has nothing to confirm."""
    if act.handle is not None:
        require_recent(connection, act.actor, act.handle, act.now)


def how_to_confirm(database: Engine, actor: Actor, handle: str | None, now: datetime) -> Confirmation:
    """What a screen has to ask for before a weighty act."""
    with reading(database) as connection:
        return Confirmation.RECENT if actor == OPERATOR else _find(connection, actor, handle, now)


def _find(connection: Connection, actor: Actor, handle: str | None, now: datetime) -> Confirmation:
    mine = (SIGN_IN.c.handle == (handle or ""), SIGN_IN.c.account == actor, holds(now))
    row = connection.execute(select(_is_recent(now).label("recent"), SIGN_IN.c.by_provider).where(*mine)).first()
    if row is not None and row.recent:
        return Confirmation.RECENT
    return Confirmation.SIGN_IN if row is None or row.by_provider else Confirmation.PASSWORD


def _is_recent(now: datetime) -> ColumnElement[bool]:
    """Begun or confirmed within the last minutes; a moment that a clock set back has put ahead counts for nothing."""
    moment = now_as_stored(now)
    moments = (SIGN_IN.c.begun_at, SIGN_IN.c.confirmed_at)
    return or_(*(and_(at.is_not(None), at > moment - HOLDS_FOR, at <= moment) for at in moments))
