"""Who may do what: the policy as one table, asked by every service function.

Accounts do not exist yet. There are the operator (the command line: all rights) and the visitor (a screen: reads standings
and rules; sees cases only where they are sample data).
"""

from __future__ import annotations

from enum import StrEnum
from typing import NewType

from sqlalchemy import Connection, select

from tracker.core.problems import Place, Problem, RefusedError
from tracker.store.publishing import STATE

Actor = NewType("Actor", str)
OPERATOR = Actor("operator")
VISITOR = Actor("visitor")


class Verb(StrEnum):
    """What a service function does, as the policy names it."""

    SEE_STANDINGS = "see_standings"
    SEE_CASES = "see_cases"
    IMPORT = "import"
    EDIT_RULES = "edit_rules"
    KEEP_LEDGER = "keep_ledger"


ALLOWED = {
    OPERATOR: frozenset(Verb),
    VISITOR: frozenset({Verb.SEE_STANDINGS}),
}


class DeniedError(RefusedError):
    """The actor may not do this."""

    def __init__(self, verb: Verb) -> None:
        super().__init__([Problem("denied", Place(file=""), args={"verb": verb.value})])


def may(connection: Connection, actor: Actor, verb: Verb) -> bool:
    """True if the actor may do it in this database now."""
    if verb in ALLOWED.get(actor, frozenset()):
        return True
    # Sample data are for everyone to look into; nobody may change them from a screen.
    return verb is Verb.SEE_CASES and bool(connection.execute(select(STATE.c.sample)).scalar())


def require(connection: Connection, actor: Actor, verb: Verb) -> None:
    """Raise DeniedError unless the actor may do it."""
    if not may(connection, actor, verb):
        raise DeniedError(verb)
