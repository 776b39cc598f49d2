"""Whether an actor may change just these rows: every unit they belong to, or belonged to before, must be in the grant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import CompoundSelect, Connection, Table, and_, select, union

from tracker.core.cases import Kind
from tracker.services.access import Actor, Verb, grant_of, may, require, require_somewhere
from tracker.store.tables import VERSIONS, live


def require_import(connection: Connection, actor: Actor, kind: Kind, stage: Table) -> None:
    """Raise DeniedError unless the actor may import the staged rows, and replace the stored ones of the same keys."""
    table = live(kind)
    if "unit" not in table.c:
        require(connection, actor, Verb.IMPORT)
        return
    same_key = and_(*(table.c[name] == stage.c[name] for name in kind.key))
    replaced = select(table.c.unit).join_from(table, stage, same_key)
    _require_each(connection, actor, union(select(stage.c.unit), replaced))


def require_undo(connection: Connection, actor: Actor, kind: Kind, batch: int) -> None:
    """Raise DeniedError unless the actor may take back all rows the batch wrote, and bring back all it replaced."""
    table, versions = live(kind), VERSIONS[kind.name]
    if "unit" not in table.c:
        require(connection, actor, Verb.IMPORT)
        return
    written = select(table.c.unit).where(table.c.batch_id == batch)
    replaced = select(versions.c.unit).where(versions.c.replaced_by == batch)
    _require_each(connection, actor, union(written, replaced))


def require_delete(connection: Connection, actor: Actor, kind: Kind, key: Mapping[str, Any]) -> None:
    """Raise DeniedError unless the actor may delete that row; whether a foreign row exists is not told."""
    table = live(kind)
    if may(connection, actor, Verb.IMPORT) or "unit" not in table.c:
        require(connection, actor, Verb.IMPORT)
        return
    found = connection.execute(select(table.c.unit).where(*(table.c[name] == value for name, value in key.items())))
    require(connection, actor, Verb.IMPORT, found.scalar())


def own_batches_only(connection: Connection, actor: Actor) -> bool:
    """True for an actor with a limited grant: the batches of others are not theirs to see."""
    return grant_of(connection, actor) is not None


def _require_each(connection: Connection, actor: Actor, units: CompoundSelect[Any]) -> None:
    if may(connection, actor, Verb.IMPORT):
        return
    require_somewhere(connection, actor, Verb.IMPORT)
    for unit in sorted(connection.execute(units).scalars()):
        require(connection, actor, Verb.IMPORT, unit)
