"""Writing the audit log: one entry for everything done and everything refused for want of a right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeAlias

from sqlalchemy import Connection, Engine, select

from tracker.services.access import Actor, DeniedError
from tracker.services.act import OFFICE_TIME, Act
from tracker.store.audit import ENTRY, Head, append, canonical
from tracker.store.engine import writing

# No fractions: their text depends on who writes it. Such a number goes in as text.
Plain: TypeAlias = "str | int | bool | Sequence[Plain] | Mapping[str, Plain] | None"
DENIED = "denied"


def record(  # noqa: PLR0913 (an entry says who, what, to what, from what, to what and why)
    connection: Connection,
    act: Act,
    verb: str,
    thing: str,
    before: Mapping[str, Plain] | None = None,
    after: Mapping[str, Plain] | None = None,
    reason: str | None = None,
) -> None:
    """Add the entry inside the caller's writing transaction: what it tells of and the entry stay or go together.

    Ids, digests, states and numbers only, never personal data: an entry can never be erased.
    """
    said = {"before": before, "after": after, "reason": reason}
    payload = canonical({name: value for name, value in said.items() if value is not None})
    moment = act.now.astimezone(UTC) if act.now.tzinfo else act.now.replace(tzinfo=OFFICE_TIME).astimezone(UTC)
    _append(connection, act.actor, moment, verb, thing, payload)


def record_denial(database: Engine, denied: DeniedError) -> None:
    """Add what was refused to whom, in a transaction of its own: the refused one leaves nothing behind."""
    said = {"unit": denied.unit} if denied.unit else {}
    with writing(database) as connection:
        _append(connection, denied.actor, datetime.now(UTC), DENIED, f"right/{denied.verb}", canonical({"after": said}))


def _append(connection: Connection, actor: Actor, moment: datetime, verb: str, thing: str, payload: str) -> None:
    at_utc = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    append(connection, {"at_utc": at_utc, "actor": actor, "verb": verb, "thing": thing, "payload": payload})


def newest_actor(connection: Connection, thing: str) -> str | None:
    """Who last did something to that thing; None where nobody has."""
    newest = select(ENTRY.c.actor).where(ENTRY.c.thing == thing, ENTRY.c.verb != DENIED).order_by(ENTRY.c.seq.desc())
    return connection.execute(newest.limit(1)).scalar()


def head_at(connection: Connection, thing: str) -> Head | None:
    """The first entry about that thing; None where there is none."""
    first = select(ENTRY.c.seq, ENTRY.c.hash).where(ENTRY.c.thing == thing, ENTRY.c.verb != DENIED).order_by(ENTRY.c.seq)
    row = connection.execute(first.limit(1)).first()
    return None if row is None else Head(row.seq, row.hash)
