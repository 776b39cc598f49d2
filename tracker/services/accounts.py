"""Accounts: who may sign in, with which role and for which units. Passwords never leave here; one-time ones once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, func, insert, select, update

from tracker.core.cases import KINDS
from tracker.core.problems import Place, Problem, RefusedError, UsageError
from tracker.services import guesses, passwords, sessions
from tracker.services.access import ACCOUNT, ACCOUNT_UNIT, Actor, Role, Verb, has_accounts
from tracker.services.act import Act
from tracker.services.audit import Plain, record
from tracker.services.credentials import tidy_name
from tracker.services.permitted import reading_as, writing_as
from tracker.services.reauth import require_confirmed
from tracker.services.sessions import SIGN_IN
from tracker.store.engine import reading, writing
from tracker.store.publishing import STATE
from tracker.store.tables import live, now_as_stored
from tracker.text.order import collation_key

_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}")
_RESERVED = ("operator", "visitor")
_GRANTED = (Role.UNIT, Role.CLERK)


@dataclass(frozen=True, slots=True)
class Grant:
    """Which units an account deals with; `may_import` matters to a unit's account alone."""

    units: frozenset[str] = frozenset()
    all_units: bool = False
    may_import: bool = False


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to be made."""

    name: str
    role: Role
    full_name: str = ""
    grant: Grant = Grant()


@dataclass(frozen=True, slots=True)
class AccountState:
    """An account as an administrator sees it; `sign_ins`: on how many browsers it is signed in."""

    name: str
    full_name: str
    role: Role
    active: bool
    must_change: bool
    grant: Grant
    sign_ins: int
    made_at: datetime


@contextmanager
def managing(database: Engine, act: Act) -> Iterator[Connection]:
    """A writing transaction of somebody who manages accounts and, on a screen, has lately confirmed who they are."""
    with writing_as(database, act, Verb.MANAGE_USERS) as connection:
        require_confirmed(connection, act)
        yield connection


def find_account(database: Engine, name: str) -> Actor:
    """The active account of that name; UsageError if there is none, or it still has its one-time password."""
    with reading(database) as connection:
        found = connection.execute(
            select(ACCOUNT.c.name, ACCOUNT.c.must_change).where(ACCOUNT.c.name == tidy_name(name), ACCOUNT.c.active)
        ).first()
    if found is None:
        raise UsageError("unknown_actor", actor=name)
    if found.must_change:  # every question would be denied, as if it lacked the right
        raise UsageError("password_unchanged", actor=name)
    return Actor(found.name)


def list_accounts(database: Engine, actor: Actor, now: datetime | None = None) -> list[AccountState]:
    """Every account by name; at a moment given, only those sign-ins count that hold then."""
    with reading_as(database, actor, Verb.MANAGE_USERS) as connection:
        units: dict[str, set[str]] = {}
        for row in connection.execute(select(ACCOUNT_UNIT)):
            units.setdefault(row.account, set()).add(row.unit)
        signed_in = select(SIGN_IN.c.account, func.count()).group_by(SIGN_IN.c.account)
        if now is not None:
            signed_in = signed_in.where(sessions.holds(now))
        counts = {row[0]: int(row[1]) for row in connection.execute(signed_in)}
        rows = connection.execute(select(ACCOUNT).order_by(ACCOUNT.c.name))
        return [_state(row, frozenset(units.get(row.name, ())), counts.get(row.name, 0)) for row in rows]


def list_units(database: Engine, actor: Actor) -> dict[str, str]:
    """The name of every unit that can be granted, by its code, in the order of the names."""
    table = live(KINDS["units"])
    with reading_as(database, actor, Verb.MANAGE_USERS) as connection:
        found = {row.code: row.name for row in connection.execute(select(table.c.code, table.c.name))}
    return dict(sorted(found.items(), key=lambda pair: collation_key(pair[1])))


def add_account(database: Engine, new: NewAccount, act: Act) -> str:
    """Make an account; returns the one-time password, which must be changed at the first sign-in."""
    password = passwords.make_password()
    hashed = passwords.hash_password(password)
    with managing(database, act) as connection:
        insert_account(connection, new, hashed, act, must_change=True)
    return password


def add_first_admin(database: Engine, name: str, password: str, act: Act) -> Actor:
    """The first administrator of a real database; refused once any account exists."""
    passwords.require_strong(password, name)
    hashed = passwords.hash_password(password)
    with writing(database) as connection:
        require_no_accounts(connection)
        return insert_account(connection, NewAccount(name, Role.ADMIN), hashed, act, must_change=False)


def require_no_accounts(connection: Connection) -> None:
    """Raise RefusedError unless this is a real database that nobody can sign in to yet."""
    if connection.execute(select(STATE.c.sample)).scalar() or has_accounts(connection):
        raise RefusedError([Problem("already_set_up", Place(file=""))])


def insert_account(connection: Connection, new: NewAccount, hashed: str, act: Act, *, must_change: bool) -> Actor:
    """Write an account and its grant, inside the caller's writing transaction; RefusedError says what is wrong with it."""
    name = tidy_name(new.name)
    if not _NAME.fullmatch(name) or name in _RESERVED:
        raise RefusedError([Problem("account_name", Place(file=""), value=new.name)])
    if connection.execute(select(ACCOUNT.c.name).where(ACCOUNT.c.name == name)).first() is not None:
        raise RefusedError([Problem("account_exists", Place(file=""), value=name)])
    _check_grant(connection, new.role, new.grant)
    row = {"name": name, "full_name": new.full_name.strip(), "role": new.role.value, "password": hashed}
    flags = {
        "active": True,
        "must_change": must_change,
        "all_units": new.grant.all_units,
        "may_import": new.grant.may_import,
    }
    connection.execute(insert(ACCOUNT).values(**row, **flags, made_at=now_as_stored(act.now)))
    _write_units(connection, name, new.grant.units)
    record(connection, act, "account_add", f"account/{name}", after=_rights(new.role, new.grant))
    return Actor(name)


def disable_account(database: Engine, name: str, act: Act) -> None:
    """Shut an account out at once, wherever it is signed in. The last administrator cannot be."""
    with managing(database, act) as connection:
        row = _get(connection, name)
        _keep_an_admin(connection, row)
        connection.execute(update(ACCOUNT).where(ACCOUNT.c.name == row.name).values(active=False))
        sessions.end_all(connection, row.name)
        record(connection, act, "account_disable", f"account/{row.name}")


def enable_account(database: Engine, name: str, act: Act) -> None:
    """Let a disabled account sign in again."""
    with managing(database, act) as connection:
        row = _get(connection, name)
        connection.execute(update(ACCOUNT).where(ACCOUNT.c.name == row.name).values(active=True))
        record(connection, act, "account_enable", f"account/{row.name}")


def reset_password(database: Engine, name: str, act: Act) -> str:
    """A one-time password for somebody who lost theirs; signs the account out everywhere and lifts a lock."""
    password = passwords.make_password()
    hashed = passwords.hash_password(password)
    with managing(database, act) as connection:
        row = _get(connection, name)
        connection.execute(update(ACCOUNT).where(ACCOUNT.c.name == row.name).values(password=hashed, must_change=True))
        sessions.end_all(connection, row.name)
        guesses.forget(connection, row.name)
        record(connection, act, "account_reset", f"account/{row.name}")
    return password


def change_role(
    database: Engine, name: str, role: Role, grant: Grant, act: Act, seen: tuple[Role, Grant] | None = None
) -> None:
    """Give an account another role or grant; it holds from the account's next click.

    `seen`: what whoever changes it has looked at; RefusedError if it is something else by now.
    """
    with managing(database, act) as connection:
        row = _get(connection, name)
        if seen is not None and seen != (Role(row.role), _grant(connection, row)):
            raise RefusedError([Problem("account_changed", Place(file=""), value=row.name)])
        write_rights(connection, row, role, grant, act)


def write_rights(connection: Connection, row: Row[Any], role: Role, grant: Grant, act: Act) -> None:
    """Write an account's role and grant, inside the caller's writing transaction; RefusedError if they cannot be."""
    if role is not Role.ADMIN:
        _keep_an_admin(connection, row)
    _check_grant(connection, role, grant)
    before, after = _rights(Role(row.role), _grant(connection, row)), _rights(role, grant)
    if before == after:
        return
    changed = {"role": role.value, "all_units": grant.all_units, "may_import": grant.may_import}
    connection.execute(update(ACCOUNT).where(ACCOUNT.c.name == row.name).values(changed))
    _write_units(connection, row.name, grant.units)
    record(connection, act, "account_grant", f"account/{row.name}", before, after)


def end_sign_ins(database: Engine, name: str, act: Act) -> None:
    """Sign somebody else out on every browser; they may sign in again."""
    with managing(database, act) as connection:
        row = _get(connection, name)
        sessions.end_all(connection, row.name)
        record(connection, act, "sign_out_everywhere", f"account/{row.name}")


def _grant(connection: Connection, row: Row[Any]) -> Grant:
    units = connection.execute(select(ACCOUNT_UNIT.c.unit).where(ACCOUNT_UNIT.c.account == row.name)).scalars()
    return Grant(frozenset(units), row.all_units, row.may_import)


def _rights(role: Role, grant: Grant) -> dict[str, Plain]:
    """A role and grant as the audit log keeps them."""
    units: Plain = "all" if grant.all_units else sorted(grant.units)
    return {"role": role.value, "units": units, "may_import": grant.may_import}


def _state(row: Row[Any], units: frozenset[str], sign_ins: int) -> AccountState:
    grant = Grant(units, row.all_units, row.may_import)
    return AccountState(row.name, row.full_name, Role(row.role), row.active, row.must_change, grant, sign_ins, row.made_at)


def _get(connection: Connection, name: str) -> Row[Any]:
    row = connection.execute(select(ACCOUNT).where(ACCOUNT.c.name == tidy_name(name))).first()
    if row is None:
        raise UsageError("unknown_actor", actor=name)
    return row


def _keep_an_admin(connection: Connection, row: Row[Any]) -> None:
    """Refuse what would leave nobody who can manage accounts."""
    others = (ACCOUNT.c.role == Role.ADMIN.value, ACCOUNT.c.active, ACCOUNT.c.name != row.name)
    is_last = connection.execute(select(ACCOUNT.c.name).where(*others).limit(1)).first() is None
    if row.role == Role.ADMIN and row.active and is_last:
        raise RefusedError([Problem("last_admin", Place(file=""), value=row.name)])


def _check_grant(connection: Connection, role: Role, grant: Grant) -> None:
    """A unit's account has units of its own, a clerk some or all; the other roles do not go by units."""
    wanted = role in _GRANTED
    given = bool(grant.units) or grant.all_units
    if wanted != given or (role is Role.UNIT and grant.all_units) or (grant.units and grant.all_units):
        raise RefusedError(
            [Problem("grant_needed" if wanted else "grant_not_needed", Place(file=""), args={"role": role.value})]
        )
    table = live(KINDS["units"])
    known = set(connection.execute(select(table.c.code).where(table.c.code.in_(grant.units))).scalars())
    if unknown := sorted(grant.units - known):
        raise RefusedError([Problem("grant_unknown_units", Place(file=""), args={"units": ", ".join(unknown)})])


def _write_units(connection: Connection, name: str, units: frozenset[str]) -> None:
    connection.execute(delete(ACCOUNT_UNIT).where(ACCOUNT_UNIT.c.account == name))
    for unit in sorted(units):
        connection.execute(insert(ACCOUNT_UNIT).values(account=name, unit=unit))
