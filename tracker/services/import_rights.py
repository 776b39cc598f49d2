"""Whether an actor may change just these rows: every unit they belong to, or belonged to before, must be in the grant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Connection, Table, and_, false, or_, select, union

from tracker.core.cases import REPORTED, Kind
from tracker.core.problems import Place, Problem
from tracker.services.access import Actor, Verb, grant_of, may, require, require_somewhere
from tracker.store.tables import VERSIONS, live

# What the committee alone says of a reported value; an import may repeat it, never change it.
APPRAISED = ("checked", "decided")
_NAMED_AT_MOST = 20


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
    if kind is REPORTED and not may(connection, actor, Verb.APPRAISE):
        old = versions.alias("old")
        same_key = and_(*(old.c[name] == table.c[name] for name in kind.key), old.c.replaced_by == batch)
        undone = select(table.c.unit).join_from(table, old, same_key, isouter=True).where(table.c.batch_id == batch)
        if connection.execute(undone.where(_differ(table, old)).limit(1)).first():
            require(connection, actor, Verb.APPRAISE)


def require_delete(connection: Connection, actor: Actor, kind: Kind, key: Mapping[str, Any]) -> None:
    """Raise DeniedError unless the actor may delete that row; whether a foreign row exists is not told."""
    table = live(kind)
    chosen = [table.c[name] == value for name, value in key.items()]
    if may(connection, actor, Verb.IMPORT) or "unit" not in table.c:
        require(connection, actor, Verb.IMPORT)
    else:
        require(connection, actor, Verb.IMPORT, connection.execute(select(table.c.unit).where(*chosen)).scalar())
    if kind is REPORTED and connection.execute(select(table.c.unit).where(*chosen, _is_appraised(table))).first():
        require(connection, actor, Verb.APPRAISE)


def find_appraised(connection: Connection, actor: Actor, kind: Kind, stage: Table, file: str) -> list[Problem]:
    """The reported values of which staged rows would change what the committee says, which only who appraises may do."""
    if kind is not REPORTED or may(connection, actor, Verb.APPRAISE):
        return []
    table = live(kind)
    same_key = and_(*(table.c[name] == stage.c[name] for name in kind.key))
    keys = select(*(stage.c[name] for name in kind.key)).join_from(stage, table, same_key, isouter=True)
    found = connection.execute(keys.where(_differ(stage, table)).limit(_NAMED_AT_MOST))
    return [Problem("appraisal_not_yours", Place(file), value="/".join(map(str, row))) for row in found]


def own_batches_only(connection: Connection, actor: Actor) -> bool:
    """True for an actor with a limited grant: the batches of others are not theirs to see."""
    return grant_of(connection, actor) is not None


def _differ(one: Any, other: Any) -> ColumnElement[bool]:
    """True where the committee's columns differ, as far as both have them."""
    return or_(false(), *(one.c[name].is_distinct_from(other.c[name]) for name in APPRAISED if name in one.c))


def _is_appraised(table: Table) -> ColumnElement[bool]:
    return or_(*(table.c[name].is_not(None) for name in APPRAISED))


def _require_each(connection: Connection, actor: Actor, units: CompoundSelect[Any]) -> None:
    if may(connection, actor, Verb.IMPORT):
        return
    require_somewhere(connection, actor, Verb.IMPORT)
    for unit in sorted(connection.execute(units).scalars()):
        require(connection, actor, Verb.IMPORT, unit)
