"""Makers of accounts for tests: one of each role, with the weakest grant that its role allows."""

from __future__ import annotations

from datetime import datetime

from builders import act
from sqlalchemy import update

from tracker.services.access import ACCOUNT, OPERATOR, Actor, Role
from tracker.services.accounts import Grant, NewAccount, add_account
from tracker.store.engine import writing

MORNING = datetime(2026, 6, 30, 8, 0, 0)
OF_A = Grant(frozenset({"A"}))


def put_account(engine, name: str, role: Role, grant: Grant = Grant(), *, handed: bool = False) -> Actor:  # noqa: B008
    """An account that has already chosen a password of its own, or (`handed`) still has the one it was handed."""
    add_account(engine, NewAccount(name, role, grant=grant), act(actor=OPERATOR))
    if not handed:
        with writing(engine) as connection:
            connection.execute(update(ACCOUNT).where(ACCOUNT.c.name == name).values(must_change=False))
    return Actor(name)


def put_each_role(engine) -> dict[str, Actor]:
    """One account of each role; the unit and the clerk are granted unit A, and the unit may import."""
    return {
        role.value: put_account(
            engine,
            f"the-{role.value}",
            role,
            Grant(frozenset({"A"}), may_import=role is Role.UNIT) if role in (Role.UNIT, Role.CLERK) else Grant(),
        )
        for role in Role
    }
