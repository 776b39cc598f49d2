"""One batch looked at: what it was, the rows it left behind, and what taking it back would do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, Table, and_, exists, func, select, true

from tracker.core.cases import KINDS, Kind
from tracker.core.problems import UsageError
from tracker.services.access import Actor, Verb, grant_of, require_somewhere
from tracker.services.batches import BATCH
from tracker.services.campaigns import PERIOD
from tracker.services.import_rights import own_batches_only
from tracker.services.permitted import denials_recorded
from tracker.store import publishing
from tracker.store.engine import reading
from tracker.store.tables import VERSIONS, live


@dataclass(frozen=True, slots=True)
class Undoing:
    """What taking a batch back would do: rows that would go, rows that would return as they were, and what forbids it.

    `later` are the batches that have changed its rows since; `kept` how many periods keep a copy of their own.
    """

    removed: int
    restored: int
    later: tuple[int, ...]
    kept: int


@dataclass(frozen=True, slots=True)
class BatchView:
    """A batch; `undoing` is None where it cannot be taken back any more. `total` counts the rows it still holds."""

    batch: Row[Any]
    undoing: Undoing | None
    columns: tuple[str, ...]
    total: int
    rows: tuple[Mapping[str, Any], ...]


def view_batch(database: Engine, number: int, actor: Actor, offset: int = 0, limit: int = 50) -> BatchView:
    """The batch with some of its rows; with a limited grant only an own batch, and only the rows of own units."""
    with denials_recorded(database), reading(database) as connection:
        require_somewhere(connection, actor, Verb.IMPORT)
        visible = BATCH.c.actor == actor if own_batches_only(connection, actor) else true()
        batch = connection.execute(select(BATCH).where(BATCH.c.id == number, visible)).first()
        if batch is None:
            raise UsageError("unknown_batch", batch=number)
        kind = KINDS[batch.kind]
        table = live(kind)
        mine = and_(table.c.batch_id == number, _granted(connection, table, actor))
        total = int(connection.execute(select(func.count()).select_from(table).where(mine)).scalar_one())
        names = [name for name in table.c.keys() if name != "batch_id"]  # noqa: SIM118
        query = select(*(table.c[name] for name in names)).where(mine).order_by(*(table.c[name] for name in kind.key))
        rows = [dict(row._mapping) for row in connection.execute(query.offset(offset).limit(limit))]
        given = set(filter(None, batch.columns.split(",")))
        shown = tuple(name for name in names if not given or name in given)
        takeable = batch.state == "live" and batch.action != "undo"
        return BatchView(batch, _undoing(connection, kind, number) if takeable else None, shown, total, tuple(rows))


def _granted(connection: Connection, table: Table, actor: Actor) -> ColumnElement[bool]:
    grant = grant_of(connection, actor)
    if grant is None or "unit" not in table.c:
        return true()
    return table.c.unit.in_(sorted(grant))


def _undoing(connection: Connection, kind: Kind, number: int) -> Undoing:
    table, versions = live(kind), VERSIONS[kind.name]
    earlier = versions.alias("earlier")
    same_key = and_(*(earlier.c[name] == table.c[name] for name in kind.key), earlier.c.replaced_by == number)
    made = select(func.count()).select_from(table).where(table.c.batch_id == number, ~exists().where(same_key))
    replaced = select(func.count()).select_from(versions).where(versions.c.replaced_by == number)
    kept = select(func.count()).select_from(PERIOD).where(PERIOD.c.state != "open")
    counts = [int(connection.execute(query).scalar_one()) for query in (made, replaced, kept)]
    return Undoing(counts[0], counts[1], tuple(publishing.later_batches(connection, kind, number)), counts[2])
