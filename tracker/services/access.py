"""Who may do what: the policy as one table, asked by every service function inside its own transaction.

Role, grant and activity are read from the database each time, so that taking a right away works at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NewType

from sqlalchemy import Connection, Row, exists, select

from tracker.core.problems import Place, Problem, RefusedError
from tracker.store.people import Account, AccountUnit
from tracker.store.publishing import STATE

Actor = NewType("Actor", str)
OPERATOR = Actor("operator")  # the command line: whoever can start it can read the database anyway
VISITOR = Actor("visitor")  # a screen nobody has signed in on

ACCOUNT = Account.__table__  # type: ignore[attr-defined]
ACCOUNT_UNIT = AccountUnit.__table__  # type: ignore[attr-defined]


class Role(StrEnum):
    """What an account is there for."""

    VIEWER = "viewer"
    UNIT = "unit"
    CLERK = "clerk"
    COMMITTEE = "committee"
    CHAIR = "chair"
    ADMIN = "admin"


class Verb(StrEnum):
    """What a service function does, as the policy names it."""

    SEE_PUBLISHED = "see_published"
    SEE_STANDINGS = "see_standings"
    SEE_LIVE = "see_live"
    SEE_CASES = "see_cases"
    IMPORT = "import"
    APPEAL = "appeal"
    SEE_APPEALS = "see_appeals"
    NOMINATE = "nominate"
    HANDLE = "handle"
    REPORT_PROGRESS = "report_progress"
    KEEP_PROGRAMME = "keep_programme"
    NAME_HEADS = "name_heads"
    APPRAISE = "appraise"
    DECIDE = "decide"
    PROPOSE_STEP = "propose_step"
    APPROVE_STEP = "approve_step"
    MAKE_PAPERS = "make_papers"
    EDIT_RULES = "edit_rules"
    APPROVE_RULES = "approve_rules"
    MANAGE_USERS = "manage_users"
    BACKUP = "backup"
    SEE_AUDIT = "see_audit"
    KEEP_LEDGER = "keep_ledger"


class Scope(StrEnum):
    """How far a right reaches: to every unit, or to those of the account's grant."""

    ANY = "any"
    OWN = "own"


_EVERYONE = dict.fromkeys(Role, Scope.ANY)
_COMMITTEE = dict.fromkeys((Role.COMMITTEE, Role.CHAIR), Scope.ANY)
_CHAIR = {Role.CHAIR: Scope.ANY}
_ADMIN = {Role.ADMIN: Scope.ANY}

# What is not here is denied. Whoever proposes a step never approves it: the steps themselves see to that.
RIGHTS: Mapping[Verb, Mapping[Role, Scope]] = {
    Verb.SEE_PUBLISHED: _EVERYONE,
    Verb.SEE_STANDINGS: _EVERYONE,
    # Viewers and units see it too unless the campaign hides it: `services.viewing` asks.
    Verb.SEE_LIVE: {Role.CLERK: Scope.ANY, **_COMMITTEE, **_ADMIN},
    Verb.SEE_CASES: {Role.UNIT: Scope.OWN, Role.CLERK: Scope.OWN, **_COMMITTEE, **_ADMIN},
    Verb.IMPORT: {Role.UNIT: Scope.OWN, Role.CLERK: Scope.OWN, **_ADMIN},
    Verb.APPEAL: {Role.UNIT: Scope.OWN},
    Verb.SEE_APPEALS: {Role.UNIT: Scope.OWN, Role.CLERK: Scope.OWN, **_COMMITTEE, **_ADMIN},
    Verb.NOMINATE: {Role.UNIT: Scope.OWN},
    Verb.HANDLE: {Role.UNIT: Scope.OWN, Role.CLERK: Scope.OWN},
    # Of a unit's tasks and dialogues its own people; of tasks that no unit of ours answers for, those who may for all.
    Verb.REPORT_PROGRESS: {Role.UNIT: Scope.OWN, Role.CLERK: Scope.OWN, **_COMMITTEE, **_ADMIN},
    Verb.KEEP_PROGRAMME: {**_COMMITTEE, **_ADMIN},
    # Who answers for a criterion: the unit itself says it, or the committee's secretary.
    Verb.NAME_HEADS: {Role.UNIT: Scope.OWN, **_COMMITTEE},
    Verb.APPRAISE: _COMMITTEE,
    Verb.DECIDE: _COMMITTEE,
    Verb.PROPOSE_STEP: _COMMITTEE,
    Verb.APPROVE_STEP: _CHAIR,
    # A unit makes the sheet of its own published result: `services.papers` sees to that.
    Verb.MAKE_PAPERS: {Role.UNIT: Scope.OWN, **_COMMITTEE, **_ADMIN},
    Verb.EDIT_RULES: _ADMIN,
    Verb.APPROVE_RULES: _CHAIR,
    Verb.MANAGE_USERS: _ADMIN,
    Verb.BACKUP: _ADMIN,
    Verb.SEE_AUDIT: _ADMIN,
    Verb.KEEP_LEDGER: {},  # the operator's alone
}
_OF_SAMPLE_VISITORS = frozenset({Verb.SEE_PUBLISHED, Verb.SEE_STANDINGS, Verb.SEE_CASES})
_BEFORE_ACCOUNTS = frozenset({Verb.SEE_PUBLISHED, Verb.SEE_STANDINGS})


class DeniedError(RefusedError):
    """The actor may not do this, or not to this unit."""

    def __init__(self, actor: Actor, verb: Verb, unit: str | None = None) -> None:
        super().__init__([Problem("denied", Place(file=""), args={"verb": verb.value})])
        self.actor, self.verb, self.unit = actor, verb, unit


def require(connection: Connection, actor: Actor, verb: Verb, unit: str | None = None) -> None:
    """Raise DeniedError unless the actor may do it to that unit; without a unit: to all units alike."""
    if not may(connection, actor, verb, unit):
        raise DeniedError(actor, verb, unit)


def require_somewhere(connection: Connection, actor: Actor, verb: Verb) -> None:
    """Raise DeniedError unless the actor may do it to at least one unit; which ones must still be asked one by one."""
    if verb not in verbs_of(connection, actor):
        raise DeniedError(actor, verb)


def may(connection: Connection, actor: Actor, verb: Verb, unit: str | None = None) -> bool:
    """True if the actor may do it to that unit now; without a unit: to all units alike."""
    standing = _standing(connection, actor)
    return verb in standing.anywhere or (verb in standing.own and unit is not None and unit in standing.units)


def verbs_of(connection: Connection, actor: Actor) -> frozenset[Verb]:
    """What the actor may do to at least one unit."""
    standing = _standing(connection, actor)
    return standing.anywhere | (standing.own if standing.units else frozenset())


def units_of(connection: Connection, actor: Actor, verb: Verb) -> frozenset[str] | None:
    """The units to which the actor may do it, None for all: what `may` says of each, asked once."""
    standing = _standing(connection, actor)
    if verb in standing.anywhere:
        return None
    return standing.units if verb in standing.own else frozenset()


def grant_of(connection: Connection, actor: Actor) -> frozenset[str] | None:
    """The units whose cases the actor deals with, None for all of them; what may be done to them is `may`'s answer."""
    standing = _standing(connection, actor)
    return None if Verb.SEE_CASES in standing.anywhere else standing.units


def role_of(connection: Connection, actor: Actor) -> Role | None:
    """The role of an account in good standing; None for everybody else, the operator included."""
    account = _find(connection, actor)
    return Role(account.role) if account is not None else None


def has_accounts(connection: Connection) -> bool:
    """True once anybody can sign in, even if nobody active is left."""
    return connection.execute(select(ACCOUNT.c.name).limit(1)).first() is not None


@dataclass(frozen=True, slots=True)
class _Standing:
    """What an actor may do to all units alike, and what only to those of the grant."""

    anywhere: frozenset[Verb] = frozenset()
    own: frozenset[Verb] = frozenset()
    units: frozenset[str] = frozenset()


def _standing(connection: Connection, actor: Actor) -> _Standing:
    if actor == OPERATOR:
        return _Standing(frozenset(Verb))
    if actor == VISITOR:
        return _Standing(_of_visitors(connection))
    account = _find(connection, actor)
    if account is None:
        return _Standing()
    scopes = {verb: roles[Role(account.role)] for verb, roles in RIGHTS.items() if account.role in roles}
    if account.role == Role.UNIT and not account.may_import:
        del scopes[Verb.IMPORT]
    anywhere = frozenset(verb for verb, scope in scopes.items() if scope is Scope.ANY or account.all_units)
    units = connection.execute(select(ACCOUNT_UNIT.c.unit).where(ACCOUNT_UNIT.c.account == actor)).scalars()
    return _Standing(anywhere, frozenset(scopes) - anywhere, frozenset(units))


def _of_visitors(connection: Connection) -> frozenset[Verb]:
    """What is open to everybody: sample data to look into, and the standings of an office that has no accounts yet."""
    sample, accounts = connection.execute(select(STATE.c.sample, exists(select(ACCOUNT.c.name)))).one()
    if sample:
        return _OF_SAMPLE_VISITORS
    return frozenset() if accounts else _BEFORE_ACCOUNTS


def _find(connection: Connection, actor: Actor) -> Row[Any] | None:
    """The account if it is active and uses a password of its own, not the one it was handed."""
    usable = (ACCOUNT.c.active, ~ACCOUNT.c.must_change)
    return connection.execute(select(ACCOUNT).where(ACCOUNT.c.name == actor, *usable)).first()
