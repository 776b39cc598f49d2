"""Ticks on a worklist: what a unit calls handled, with a note; every word stays, the newest counts, no figure moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Table, select

from tracker.services.act import Act
from tracker.services.audit import Plain
from tracker.services.seals import insert_sealed, once
from tracker.services.typed import refusal, tidy_line
from tracker.store.publishing import bump_version
from tracker.store.tables import now_as_stored
from tracker.store.work_tables import WorkTick

TICK: Table = WorkTick.__table__  # type: ignore[attr-defined]
HANDLED, OPEN = "handled", "open"
MOST_NOTED = 500  # characters of a note
Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Tick:
    """The newest word on an item: by whom, when, with which note."""

    id: int
    handled: bool
    note: str
    made_by: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of some items: handled or not after all, and a note; `seen` the newest word on each (0: none)."""

    handled: bool
    note: str
    seen: Mapping[Key, int]


def load_ticks(connection: Connection, unit: str) -> dict[Key, Tick]:
    """The newest word on each item that counts as handled, by the item's key."""
    return {key: tick for key, tick in _newest(connection, unit).items() if tick.handled}


def keep_ticks(connection: Connection, unit: str, said: Said, act: Act) -> None:
    """Write what was said of the items; RefusedError where somebody has said something else meanwhile."""
    note = tidy_line(said.note, MOST_NOTED)
    newest = _newest(connection, unit)
    for key, seen in said.seen.items():
        known = newest.get(key)
        if (known.id if known else 0) != seen:
            raise refusal("tick_moved", known.made_by if known else "")
        if known is not None and known.handled is said.handled and known.note == note:
            continue
        _keep(connection, (unit, *key), (known.id if known else 0, said.handled, note), act)
    bump_version(connection)


def _keep(connection: Connection, what: tuple[str, str, str, str], said: tuple[int, bool, str], act: Act) -> None:
    unit, kind, code, task = what
    replaces, handled, note = said
    row = {"unit": unit, "kind": kind, "code": code, "task": task, "note": note, "replaces": replaces}
    row |= {"state": HANDLED if handled else OPEN, "made_by": act.actor, "made_at": now_as_stored(act.now)}
    told: dict[str, Plain] = {"unit": unit, "kind": kind, "code": code, "task": task, "handled": handled}
    with once(refusal("tick_moved", "")):
        insert_sealed(connection, act, TICK, row, "tick_work", said=told)


def _newest(connection: Connection, unit: str) -> dict[Key, Tick]:
    rows = connection.execute(select(TICK).where(TICK.c.unit == unit).order_by(TICK.c.id)).all()
    return {
        (row.kind, row.code, row.task): Tick(row.id, row.state == HANDLED, row.note, row.made_by, row.made_at)
        for row in rows
    }
