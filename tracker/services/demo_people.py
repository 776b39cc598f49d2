"""One account of each role on sample data, entered with one click and by no password; only where the start asks for it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Engine, select, update

from tracker.core.cases import KINDS
from tracker.services import passwords, sessions
from tracker.services.access import ACCOUNT, OPERATOR, Actor, DeniedError, Role, Verb
from tracker.services.accounts import Grant, NewAccount, insert_account
from tracker.services.act import Act
from tracker.services.settings import read_settings
from tracker.store.engine import reading, writing
from tracker.store.publishing import STATE
from tracker.store.tables import live

_CLERKS_UNITS = 3


def is_offered(database: Engine) -> bool:
    """True only if the data are sample data and the start asked for one-click sign-in."""
    with reading(database) as connection:
        return _is_offered(connection)


def prepare_people(database: Engine, now: datetime) -> None:
    """Make the demonstration's accounts where they are offered; shut them on sample data where they no longer are."""
    names = [account_of(role) for role in Role]
    with reading(database) as connection:
        sample = connection.execute(select(STATE.c.sample)).scalar()
        offered = _is_offered(connection)
        known = set(connection.execute(select(ACCOUNT.c.name).where(ACCOUNT.c.name.in_(names))).scalars())
    if not sample or not (offered or known):
        return
    hashed = passwords.hash_of_nothing()  # so nobody signs in by a password
    with writing(database) as connection:
        for role in Role:
            name = account_of(role)
            if offered and name not in known:
                new = NewAccount(name, role, grant=_grant(connection, role))
                insert_account(connection, new, hashed, Act(OPERATOR, now.date(), now), must_change=False)
            connection.execute(update(ACCOUNT).where(ACCOUNT.c.name == name).values(active=offered))
            if not offered:
                sessions.end_all(connection, name)


def sign_in(database: Engine, role: Role, now: datetime) -> str:
    """Sign in as the demonstration's account of a role; returns the browser's token. Denied wherever it is not offered."""
    name = account_of(role)
    if not is_offered(database):
        raise DeniedError(name, Verb.SEE_PUBLISHED)
    return sessions.begin(database, name, now)


def account_of(role: Role) -> Actor:
    """The demonstration's account of a role."""
    return Actor(f"demo-{role.value}")


def _is_offered(connection: Connection) -> bool:
    return read_settings().sample_sign_in and bool(connection.execute(select(STATE.c.sample)).scalar())


def _grant(connection: Connection, role: Role) -> Grant:
    """The first competing unit for the unit, the first few for the clerk."""
    if role not in (Role.UNIT, Role.CLERK):
        return Grant()
    table = live(KINDS["units"])
    first = select(table.c.code).where(table.c.cluster.is_not(None)).order_by(table.c.code)
    units = connection.execute(first.limit(1 if role is Role.UNIT else _CLERKS_UNITS)).scalars()
    return Grant(frozenset(units), may_import=role is Role.UNIT)
