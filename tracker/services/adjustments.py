"""Recorded adjustments of a frozen copy: kept in a chain, and applied to a scratch copy. A case row is never overwritten."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, Table, and_, select

from tracker.core.cases import KINDS, Kind
from tracker.core.problems import Place, Problem, RefusedError
from tracker.services.act import Act
from tracker.services.audit import Plain
from tracker.services.seals import insert_sealed
from tracker.store import publishing, staging
from tracker.store.audit import GENESIS, canonical
from tracker.store.engine import locked
from tracker.store.period_tables import Adjustment
from tracker.store.publishing import Policies
from tracker.store.tables import live, now_as_stored

ADJUSTMENT = Adjustment.__table__  # type: ignore[attr-defined]
EXCLUDE, CORRECT = "exclude", "correct"


@dataclass(frozen=True, slots=True)
class NewAdjustment:
    """A change to one case of a copy: left out (`exclude`), or some cells put right (`correct`, canonical text).

    `source` says which decision made it, such as "appeal/12".
    """

    action: str
    kind: str
    key: tuple[str, ...]
    cells: Mapping[str, str | None]
    reason: str
    source: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """An adjustment as it was recorded, with its number in its snapshot and whose case it was."""

    number: int
    unit: str
    what: NewAdjustment
    made_by: str
    digest: str


def load_adjustments(connection: Connection, snapshot: int, upto: int | None = None) -> list[Recorded]:
    """The adjustments of a snapshot in their order, all or the first `upto`."""
    chosen = select(ADJUSTMENT).where(ADJUSTMENT.c.snapshot == snapshot).order_by(ADJUSTMENT.c.number)
    if upto is not None:
        chosen = chosen.where(ADJUSTMENT.c.number <= upto)
    return [_recorded(row) for row in connection.execute(chosen)]


def chain_head(recorded: Sequence[Recorded]) -> str:
    """The digest that stands for all of them in their order."""
    return recorded[-1].digest if recorded else GENESIS


def digest_of(prev: str, what: NewAdjustment) -> str:
    """The digest of an adjustment that follows `prev`."""
    said = {"prev": prev, "action": what.action, "kind": what.kind, "key": list(what.key), "cells": dict(what.cells)}
    return sha256(canonical({**said, "reason": what.reason, "source": what.source}).encode()).hexdigest()


def breaks_chain(recorded: Sequence[Recorded]) -> int | None:
    """The number of the first adjustment that does not follow the one before it; None if all do."""
    prev = GENESIS
    for position, adjustment in enumerate(recorded, start=1):
        if adjustment.number != position or digest_of(prev, adjustment.what) != adjustment.digest:
            return adjustment.number
        prev = adjustment.digest
    return None


def record_adjustments(
    connection: Connection, snapshot: int, before: Sequence[Recorded], new: Sequence[tuple[str, NewAdjustment]], act: Act
) -> list[Recorded]:
    """Write new adjustments (each with its case's unit) after those before them; returns all in order."""
    recorded = list(before)
    for unit, what in new:
        prev = chain_head(recorded)
        number, digest = len(recorded) + 1, digest_of(prev, what)
        row = {
            "snapshot": snapshot,
            "number": number,
            "action": what.action,
            "case_kind": what.kind,
            "case_key": json.dumps(list(what.key), ensure_ascii=False),
            "unit": unit,
            "cells": canonical(what.cells),
            "reason": what.reason,
            "source": what.source,
            "made_by": act.actor,
            "made_at": now_as_stored(act.now),
            "prev": prev,
            "digest": digest,
        }
        said: dict[str, Plain] = {"number": number, "action": what.action, "kind": what.kind, "source": what.source}
        insert_sealed(connection, act, ADJUSTMENT, row, "adjust", said=said, reason=what.reason)
        recorded.append(Recorded(number, unit, what, act.actor, digest))
    return recorded


def apply_adjustments(connection: Connection, adjustments: Sequence[NewAdjustment], batch: int, policies: Policies) -> None:
    """Change a scratch copy as the adjustments say, through the one way case rows change; ledgers follow.

    RefusedError for a case the copy does not have.
    """
    for adjustment in adjustments:
        kind = KINDS[adjustment.kind]
        corrected = adjustment.cells if adjustment.action == CORRECT else {}
        row = [*adjustment.key, *corrected.values()]
        with staging.staged(connection, kind, (*kind.key, *corrected), [[row]]) as stage, locked(connection):
            key = _stored_key(connection, kind, stage)
            if key is None:
                raise not_in_copy(adjustment)
            if adjustment.action == CORRECT:
                publishing.publish_staged(connection, kind, stage, batch, policies)
            else:
                publishing.remove(connection, kind, key, batch, policies)


def not_in_copy(adjustment: NewAdjustment) -> RefusedError:
    """What is raised for a case the copy does not have."""
    named = "/".join(adjustment.key)
    args = {"kind": adjustment.kind, "key": named}
    return RefusedError([Problem("case_not_in_copy", Place(""), value=named, args=args)])


def _stored_key(connection: Connection, kind: Kind, stage: Table) -> dict[str, Any] | None:
    """The staged row's key as the table keeps it; None if the table has no such row."""
    table = live(kind)
    same = and_(*(table.c[name] == stage.c[name] for name in kind.key))
    found = connection.execute(select(*(table.c[name] for name in kind.key)).join_from(table, stage, same)).first()
    return None if found is None else dict(found._mapping)


def _recorded(row: Row[tuple[object, ...]]) -> Recorded:
    found = row._mapping
    what = NewAdjustment(
        found["action"],
        found["case_kind"],
        tuple(json.loads(found["case_key"])),
        json.loads(found["cells"]),
        found["reason"],
        found["source"],
    )
    return Recorded(found["number"], found["unit"], what, found["made_by"], found["digest"])
