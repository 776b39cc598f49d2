"""Who is signed in. A browser holds a token, the database its SHA-256; every page asks anew, so an end is an end at once."""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import ColumnElement, Connection, Engine, and_, delete, insert, or_, select, update

from tracker.services.access import ACCOUNT, VISITOR, Actor, Role, Verb, has_accounts, role_of, verbs_of
from tracker.services.act import Act
from tracker.services.audit import record
from tracker.store.engine import BusyError, reading, writing
from tracker.store.people import SignIn
from tracker.store.tables import now_as_stored

IDLE, LONGEST = timedelta(minutes=30), timedelta(hours=8)
_NOTED_EVERY = timedelta(minutes=1)  # writing down every click would make readers wait for one another

SIGN_IN = SignIn.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Presence:
    """Who looks at a screen, and what they may do to at least one unit; nobody signed in is the visitor.

    `accounts`: there is somebody who could sign in.
    """

    actor: Actor
    full_name: str
    role: Role | None
    verbs: frozenset[Verb]
    must_change: bool = False
    accounts: bool = False


def handle_of(token: str) -> str:
    """What the database knows a token by."""
    return sha256(token.encode()).hexdigest()


def begin(database: Engine, actor: Actor, now: datetime) -> str:
    """Sign an account in, whose password was checked; returns the browser's token."""
    token = secrets.token_urlsafe(32)
    with writing(database) as connection:
        begin_under(connection, handle_of(token), actor, now)
    return token


def begin_under(connection: Connection, handle: str, actor: Actor, now: datetime, *, by_provider: bool = False) -> None:
    """Sign an account in under a handle, inside the caller's transaction. Old sign-ins are swept out."""
    moment = now_as_stored(now)
    connection.execute(delete(SIGN_IN).where(~holds(now)))
    row = {"handle": handle, "account": actor, "begun_at": moment, "seen_at": moment, "by_provider": by_provider}
    connection.execute(insert(SIGN_IN).values(row))
    after = {"by_provider": True} if by_provider else None
    record(connection, Act(actor, now.date(), now), "sign_in", f"account/{actor}", after=after)


def find(database: Engine, handle: str | None, now: datetime, *, seen: bool = True) -> Actor | None:
    """The active account that is signed in under a handle; None once it ended, idled for too long or lasted too long.

    `seen` False asks without counting as activity, as a screen's own polling must.
    """
    if handle is None:
        return None
    with reading(database) as connection:
        row = connection.execute(
            select(SIGN_IN.c.account, SIGN_IN.c.seen_at)
            .join(ACCOUNT, ACCOUNT.c.name == SIGN_IN.c.account)
            .where(SIGN_IN.c.handle == handle, ACCOUNT.c.active, holds(now))
        ).first()
    if row is None:
        return None
    if seen and now - row.seen_at >= _NOTED_EVERY:
        # Whoever only looks never waits for an import; the next look notes it.
        with suppress(BusyError), writing(database, patience=0) as connection:
            connection.execute(
                update(SIGN_IN).where(SIGN_IN.c.handle == handle, holds(now)).values(seen_at=now_as_stored(now))
            )
    return Actor(row.account)


def end(database: Engine, handle: str, now: datetime) -> None:
    """Sign out on this browser; nothing happens where nobody is signed in."""
    with writing(database) as connection:
        account = connection.execute(select(SIGN_IN.c.account).where(SIGN_IN.c.handle == handle)).scalar()
        if account is not None:
            connection.execute(delete(SIGN_IN).where(SIGN_IN.c.handle == handle))
            record(connection, Act(Actor(account), now.date(), now), "sign_out", f"account/{account}")


def end_all(connection: Connection, account: str, keep: str | None = None) -> None:
    """Sign an account out everywhere (but under the handle to keep), inside the caller's transaction."""
    connection.execute(delete(SIGN_IN).where(SIGN_IN.c.account == account, SIGN_IN.c.handle != (keep or "")))


def end_those_by_provider(connection: Connection, account: str) -> None:
    """End what the identity provider opened of an account, inside the caller's transaction."""
    connection.execute(delete(SIGN_IN).where(SIGN_IN.c.account == account, SIGN_IN.c.by_provider))


def holds(now: datetime) -> ColumnElement[bool]:
    """Of a sign-in: neither idle nor on for too long; a clock set back does not prolong anything."""
    moment = now_as_stored(now)
    recent = and_(SIGN_IN.c.seen_at > moment - IDLE, SIGN_IN.c.begun_at > moment - LONGEST)
    ahead = or_(SIGN_IN.c.seen_at > moment + IDLE, SIGN_IN.c.begun_at > moment + IDLE)
    return and_(recent, ~ahead)


def end_everywhere(database: Engine, actor: Actor, now: datetime) -> None:
    """Sign out on every browser."""
    with writing(database) as connection:
        end_all(connection, actor)
        record(connection, Act(actor, now.date(), now), "sign_out_everywhere", f"account/{actor}")


def look(database: Engine, actor: Actor) -> Presence:
    """What a screen must know of whoever looks at it."""
    with reading(database) as connection:
        row = connection.execute(select(ACCOUNT).where(ACCOUNT.c.name == actor)).first() if actor != VISITOR else None
        verbs = verbs_of(connection, actor)
        if row is None:
            return Presence(actor, "", None, verbs, accounts=has_accounts(connection))
        return Presence(actor, row.full_name, role_of(connection, actor), verbs, row.must_change, accounts=True)
