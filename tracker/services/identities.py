"""People whom the office's identity provider vouches for: which account each enters, and who came without one.

Only the ID token counts. Each token lets in once and only while fresh: Streamlit keeps it in a cookie for a month.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any, TypeGuard

from sqlalchemy import Connection, Engine, Row, and_, delete, func, insert, select, update

from tracker.core.problems import Place, Problem, RefusedError
from tracker.services import passwords, sessions
from tracker.services.access import ACCOUNT, OPERATOR, Actor, Role, Verb
from tracker.services.accounts import Grant, NewAccount, insert_account, managing, write_rights
from tracker.services.act import OFFICE_TIME, Act
from tracker.services.audit import record
from tracker.services.credentials import tidy_name
from tracker.services.permitted import reading_as
from tracker.services.settings import Settings, read_settings
from tracker.store.engine import writing
from tracker.store.people import Arrival, Identity
from tracker.store.tables import now_as_stored

FRESH_FOR = timedelta(minutes=5)
REMEMBERED = timedelta(days=30)
MOST_REMEMBERED = 200
_LONGEST = 300  # of an issuer, a subject or a name: more is no provider's doing

IDENTITY = Identity.__table__  # type: ignore[attr-defined]
ARRIVAL = Arrival.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as the provider knows them."""

    issuer: str
    subject: str


@dataclass(frozen=True, slots=True)
class Claims:
    """What an ID token says, and the digest that stands for this one token."""

    person: Person
    label: str
    issued_at: datetime
    expires_at: datetime
    said: Mapping[str, Any]
    digest: str


class Outcome(StrEnum):
    """What became of a token. STALE: too old, or it has let in before; then it says nothing about who looks."""

    ENTERED = "entered"
    STALE = "stale"
    UNKNOWN = "unknown"
    DISABLED = "disabled"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Arrived:
    """Whom a token let in as which account, or why not; `problem` says what is wrong with what the provider says."""

    outcome: Outcome
    actor: Actor | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Linked:
    """A person of the provider's and the account they enter."""

    person: Person
    account: str
    by_claim: bool


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A person who came and has no account; `label` is what the provider calls them."""

    person: Person
    label: str
    at: datetime


def read_claims(said: Mapping[str, Any]) -> Claims | None:
    """The claims of an ID token; None unless it says who, by whom, from when and until when."""
    issuer, subject = said.get("iss"), said.get("sub")
    if not (_is_name(issuer) and _is_name(subject) and _is_moment(said.get("iat")) and _is_moment(said.get("exp"))):
        return None
    label = next((said[name] for name in ("name", "preferred_username", "email") if _is_name(said.get(name))), "")
    digest = sha256(json.dumps(dict(said), sort_keys=True, default=str).encode()).hexdigest()
    return Claims(Person(issuer, subject), label, _moment(said["iat"]), _moment(said["exp"]), said, digest)


def arrive(database: Engine, claims: Claims, handle: str, now: datetime) -> Arrived:
    """Sign in, under the handle, whoever the fresh token speaks of; those who have no account are remembered for a while."""
    if not (-FRESH_FOR < now - claims.issued_at < FRESH_FOR and now < claims.expires_at):
        return Arrived(Outcome.STALE)
    hashed = passwords.hash_of_nothing()  # before the lock, because it takes its time
    try:
        with writing(database) as connection:
            if _has_entered(connection, claims):
                return Arrived(Outcome.STALE)
            account = _find_account(connection, claims, hashed, now)
            if account is None or not account.active:
                _remember(connection, claims, now, entered=False)
                return Arrived(Outcome.UNKNOWN if account is None else Outcome.DISABLED)
            if account.must_change:  # the password that was handed over is void: they need none
                kept = {"password": hashed, "must_change": False}
                connection.execute(update(ACCOUNT).where(ACCOUNT.c.name == account.name).values(kept))
            _remember(connection, claims, now, entered=True)
            sessions.begin_under(connection, handle, Actor(account.name), now, by_provider=True)
            return Arrived(Outcome.ENTERED, Actor(account.name))
    except RefusedError as error:
        return Arrived(Outcome.REFUSED, problem=error.problems[0])


def list_linked(database: Engine, actor: Actor) -> list[Linked]:
    """Everybody who is linked to an account, by account."""
    with reading_as(database, actor, Verb.MANAGE_USERS) as connection:
        rows = connection.execute(select(IDENTITY).order_by(IDENTITY.c.account, IDENTITY.c.made_at))
        return [Linked(Person(row.issuer, row.subject), row.account, row.by_claim) for row in rows]


def list_newcomers(database: Engine, actor: Actor) -> list[Newcomer]:
    """Those who came and have no account, the last first."""
    with reading_as(database, actor, Verb.MANAGE_USERS) as connection:
        same = and_(IDENTITY.c.issuer == ARRIVAL.c.issuer, IDENTITY.c.subject == ARRIVAL.c.subject)
        unknown = select(ARRIVAL).outerjoin(IDENTITY, same).where(~ARRIVAL.c.entered, IDENTITY.c.account.is_(None))
        rows = connection.execute(unknown.order_by(ARRIVAL.c.at.desc(), ARRIVAL.c.subject))
        return [Newcomer(Person(row.issuer, row.subject), row.label, row.at) for row in rows]


def link_identity(database: Engine, account: str, person: Person, act: Act) -> None:
    """Let a person of the provider's enter an account from now on; RefusedError if they enter another already."""
    if not (_is_name(person.issuer) and _is_name(person.subject)):
        raise RefusedError([Problem("identity_incomplete", Place(file=""))])
    with managing(database, act) as connection:
        name = connection.execute(select(ACCOUNT.c.name).where(ACCOUNT.c.name == tidy_name(account))).scalar()
        if name is None:
            raise RefusedError([Problem("identity_account", Place(file=""), value=account)])
        if (known := _find_identity(connection, person)) is not None:
            raise RefusedError([Problem("identity_linked", Place(file=""), value=known.account)])
        _link(connection, person, name, act, by_claim=False)


def unlink_identity(database: Engine, person: Person, act: Act) -> None:
    """Let a person of the provider's enter no more; what the provider opened of the account ends at once."""
    with managing(database, act) as connection:
        known = _find_identity(connection, person)
        if known is None:
            raise RefusedError([Problem("identity_not_linked", Place(file=""))])
        connection.execute(delete(IDENTITY).where(*_is(person)))
        sessions.end_those_by_provider(connection, known.account)
        record(connection, act, "identity_unlink", f"account/{known.account}", before={"identity": _digest(person)})


def account_by_claim(person: Person) -> str:
    """The name of the account made for a person whom a claim lets in: never one that somebody else chose or may choose."""
    return f"sso-{_digest(person)[:12]}"


def _find_account(connection: Connection, claims: Claims, hashed: str, now: datetime) -> Row[Any] | None:
    """The account the person enters, made or changed as the claims say where they decide; RefusedError if it cannot be."""
    identity = _find_identity(connection, claims.person)
    if identity is not None and not identity.by_claim:
        return _get(connection, identity.account)
    rights = _rights_by_claim(claims, read_settings())
    name = account_by_claim(claims.person)
    account = _get(connection, name)
    if rights is None:
        return None
    act = Act(OPERATOR, now.date(), now)  # nobody's act: the settings decide
    if account is None:
        insert_account(connection, NewAccount(name, rights[0], claims.label, rights[1]), hashed, act, must_change=False)
        _link(connection, claims.person, name, act, by_claim=True)
    elif identity is None:  # an administrator has taken the link away
        return None
    else:
        write_rights(connection, account, *rights, act)
    return _get(connection, name)


def _rights_by_claim(claims: Claims, settings: Settings) -> tuple[Role, Grant] | None:
    """The first role of the settings that the claim names, with the units of the other claim where it goes by units."""
    named = _values(claims.said.get(settings.oidc_role_claim)) if settings.oidc_role_claim else frozenset()
    role = next((role for value, role in settings.oidc_roles.items() if value in named), None)
    if role is None:
        return None
    units = _values(claims.said.get(settings.oidc_unit_claim)) if settings.oidc_unit_claim else frozenset()
    return role, Grant(units) if role in (Role.UNIT, Role.CLERK) else Grant()


def _values(said: object) -> frozenset[str]:
    """A claim's values, whether it holds one or a list."""
    several = said if isinstance(said, list) else [said]
    return frozenset(value for value in several if isinstance(value, str))


def _has_entered(connection: Connection, claims: Claims) -> bool:
    found = select(ARRIVAL.c.digest).where(ARRIVAL.c.digest == claims.digest, ARRIVAL.c.entered)
    return connection.execute(found).first() is not None


def _remember(connection: Connection, claims: Claims, now: datetime, *, entered: bool) -> None:
    """Note the token; of those who did not enter only the last, and not more people than anybody can look through."""
    connection.execute(delete(ARRIVAL).where(ARRIVAL.c.at < now_as_stored(now) - REMEMBERED))
    waiting = and_(ARRIVAL.c.issuer == claims.person.issuer, ARRIVAL.c.subject == claims.person.subject, ~ARRIVAL.c.entered)
    connection.execute(delete(ARRIVAL).where(waiting))
    count = connection.execute(select(func.count()).select_from(ARRIVAL).where(~ARRIVAL.c.entered)).scalar_one()
    if entered or count < MOST_REMEMBERED:
        row = {"digest": claims.digest, "issuer": claims.person.issuer, "subject": claims.person.subject, "entered": entered}
        label = "" if entered else claims.label
        connection.execute(insert(ARRIVAL).values(**row, label=label, at=now_as_stored(now)))


def _link(connection: Connection, person: Person, account: str, act: Act, *, by_claim: bool) -> None:
    row = {"issuer": person.issuer, "subject": person.subject, "account": account, "by_claim": by_claim}
    connection.execute(insert(IDENTITY).values(**row, made_at=now_as_stored(act.now)))
    record(connection, act, "identity_link", f"account/{account}", after={"identity": _digest(person)})


def _find_identity(connection: Connection, person: Person) -> Row[Any] | None:
    return connection.execute(select(IDENTITY).where(*_is(person))).first()


def _is(person: Person) -> tuple[Any, Any]:
    return IDENTITY.c.issuer == person.issuer, IDENTITY.c.subject == person.subject


def _get(connection: Connection, name: str) -> Row[Any] | None:
    return connection.execute(select(ACCOUNT).where(ACCOUNT.c.name == name)).first()


def _digest(person: Person) -> str:
    """What stands for a person where no personal data may."""
    return sha256(f"{person.issuer}\n{person.subject}".encode()).hexdigest()


def _is_name(said: object) -> TypeGuard[str]:
    return isinstance(said, str) and bool(said.strip()) and len(said) <= _LONGEST


def _is_moment(said: object) -> bool:
    return isinstance(said, int | float) and not isinstance(said, bool) and 0 < said < 1 << 33


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, OFFICE_TIME).replace(tzinfo=None)
