"""The one way case rows change: staged first, then compared, kept as versions and published in one short transaction.

    stage, work out what differs and how the ledgers change (no lock) -> [lock] -> the same anew if anybody else wrote
    meanwhile -> old versions kept -> ledgers adjusted -> rows written -> data version + 1

Imports, undo and deletion all end in `_publish`; nothing else writes case tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    Table,
    and_,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    true,
    tuple_,
    union_all,
    update,
)

from tracker.core.cases import DOSSIERS, Kind, Type
from tracker.core.rulebook import OnTime
from tracker.store import ledger
from tracker.store.rule_tables import State
from tracker.store.staging import temporary
from tracker.store.tables import VERSIONS, live
from tracker.store.types import upsert

STATE = State.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Changes:
    """How many rows a batch made, changed, left as they were and removed."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    deleted: int = 0


Policies = dict[int, OnTime]


def data_version(connection: Connection) -> int:
    """A number that grows with every change anybody could see on a screen."""
    return int(connection.execute(select(STATE.c.data_version)).scalar_one())


def bump_version(connection: Connection) -> None:
    """Say that something changed."""
    connection.execute(update(STATE).values(data_version=STATE.c.data_version + 1))


@contextmanager
def _created(connection: Connection, *tables: Table) -> Iterator[None]:
    for table in tables:
        table.create(connection)
    yield
    for table in tables:
        table.drop(connection)


def compare(connection: Connection, kind: Kind, stage: Table) -> Changes:
    """What publishing the staged rows would change, without changing anything."""
    merged = _merged(kind, stage).subquery("merged")
    new, changed, all_rows = connection.execute(
        select(
            func.coalesce(func.sum(case((merged.c.is_new, 1), else_=0)), 0),
            func.coalesce(func.sum(case((and_(~merged.c.is_new, merged.c.differs), 1), else_=0)), 0),
            func.count(),
        )
    ).one()
    return Changes(new=int(new), changed=int(changed), unchanged=int(all_rows - new - changed))


def publish_staged(connection: Connection, kind: Kind, stage: Table, batch: int, policies: Policies) -> Changes:
    """Write the staged rows as that batch's; rows that say nothing new are left alone. Call it under the write lock."""
    counted = compare(connection, kind, stage)
    _publish(connection, kind, _differing(kind, stage), batch, policies)
    return counted


@dataclass(frozen=True, slots=True)
class Prepared:
    """What publishing will write, worked out in temporary tables, and of which state of the data that is true."""

    kind: Kind
    stage: Table
    version: int
    policies: Policies
    counted: Changes


@contextmanager
def prepared(connection: Connection, kind: Kind, stage: Table, policies: Policies) -> Iterator[Prepared]:
    """The staged rows worked out beside the lock, so that it is held for the writing alone."""
    tables = _temporaries(kind)
    with connection.begin():
        version = data_version(connection)
        for table in tables.all:
            table.create(connection)
        counted = compare(connection, kind, stage)
        _work_out(connection, kind, _differing(kind, stage), policies)
    try:
        yield Prepared(kind, stage, version, policies, counted)
    finally:
        with connection.begin():
            for table in tables.all:
                table.drop(connection)


def publish_prepared(connection: Connection, prepared: Prepared, batch: int, policies: Policies) -> Changes:
    """Write what was prepared as that batch's; worked out anew if anything has changed since. Call it under the lock."""
    kind, counted = prepared.kind, prepared.counted
    if (data_version(connection), policies) != (prepared.version, prepared.policies):
        for table in _temporaries(kind).all:
            connection.execute(delete(table))
        counted = compare(connection, kind, prepared.stage)
        _work_out(connection, kind, _differing(kind, prepared.stage), policies)
    _put(connection, kind, batch, policies)
    return counted


def _differing(kind: Kind, stage: Table) -> Select[Any]:
    """The staged rows in full that say something new, without a batch."""
    merged = _merged(kind, stage).subquery("merged")
    columns = [null() if column.name == "batch_id" else merged.c[column.name] for column in live(kind).columns]
    return select(*columns).where(or_(merged.c.is_new, merged.c.differs))


def undo(connection: Connection, kind: Kind, batch: int, undoing: int, policies: Policies) -> Changes:
    """Take a batch back: rows it made go, rows it changed or deleted return as they were, under their own old batch.

    Call it under the write lock, and only when `later_batches` finds none. The rows it wrote are kept as versions.
    """
    table, versions = live(kind), VERSIONS[kind.name]
    names = [column.name for column in table.columns]
    replaced = select(*(versions.c[name] for name in names)).where(versions.c.replaced_by == batch)
    restored = connection.execute(select(func.count()).select_from(replaced.subquery())).scalar_one()
    earlier = versions.alias("earlier")
    same_key = and_(*(earlier.c[name] == table.c[name] for name in kind.key), earlier.c.replaced_by == batch)
    made = select(*(table.c[name] for name in kind.key)).where(table.c.batch_id == batch, ~exists().where(same_key))
    removed = _publish(connection, kind, replaced, undoing, policies, gone=made)
    connection.execute(delete(versions).where(versions.c.replaced_by == batch))
    return Changes(changed=int(restored), deleted=removed)


def remove(connection: Connection, kind: Kind, key: dict[str, Any], batch: int, policies: Policies) -> Changes:
    """Delete one row as that batch's act; its version is kept, so the batch can be undone."""
    table = live(kind)
    chosen = select(*(table.c[name] for name in kind.key)).where(*(table.c[name] == value for name, value in key.items()))
    nothing = select(*table.columns).where(~true())
    return Changes(deleted=_publish(connection, kind, nothing, batch, policies, gone=chosen))


def later_batches(connection: Connection, kind: Kind, batch: int) -> list[int]:
    """Batches that have replaced rows written by this one: they must be undone before it."""
    versions = VERSIONS[kind.name]
    found = connection.execute(select(versions.c.replaced_by).where(versions.c.batch_id == batch).distinct())
    return sorted(int(row[0]) for row in found)


def _merged(kind: Kind, stage: Table) -> Select[Any]:
    """Each staged row in full (a column its file lacks keeps the stored value), with `is_new` and `differs`."""
    table = live(kind)
    same_key = and_(*(table.c[name] == stage.c[name] for name in kind.key))
    found = table.c[kind.key[0]].is_not(None)
    columns = []
    for column in table.columns:
        if column.name == "batch_id":
            continue
        if column.name in stage.columns:
            columns.append(stage.c[column.name].label(column.name))
        else:
            columns.append(case((found, column), else_=_empty(kind, column)).label(column.name))
    unlike = [stage.c[name].is_distinct_from(table.c[name]) for name in stage.columns.keys() if name not in kind.key]  # noqa: SIM118
    return select(
        *columns,
        (~found).label("is_new"),
        (or_(*unlike) if unlike else ~true()).label("differs"),
    ).join_from(stage, table, same_key, isouter=True)


def _empty(kind: Kind, column: Column[Any]) -> Any:
    """What an absent column holds in a new row."""
    definition = kind.column(column.name)
    if definition.type is Type.BOOL:
        return literal(False)
    return null() if definition.default is None else literal(definition.default)


class _Temporaries(NamedTuple):
    """The temporary tables of a publishing: rows to be written, keys to be removed, rows as they were; ledger changes."""

    incoming: Table
    removed: Table
    old: Table
    all: tuple[Table, ...]


def _temporaries(kind: Kind) -> _Temporaries:
    names = tuple(column.name for column in live(kind).columns)
    incoming = temporary("incoming", kind.name, names, kind.key)
    removed = temporary("removed", kind.name, kind.key, kind.key)
    old = temporary("old", kind.name, names)
    return _Temporaries(incoming, removed, old, (incoming, removed, old, *(ledger.CHANGES if kind is DOSSIERS else ())))


def _publish(
    connection: Connection,
    kind: Kind,
    source: Select[Any],
    batch: int,
    policies: Policies,
    gone: Select[Any] | None = None,
) -> int:
    """Write `source` (full rows) and remove the keys in `gone`; returns how many rows went."""
    with _created(connection, *_temporaries(kind).all):
        _work_out(connection, kind, source, policies, gone)
        return _put(connection, kind, batch, policies)


def _work_out(
    connection: Connection, kind: Kind, source: Select[Any], policies: Policies, gone: Select[Any] | None = None
) -> None:
    """Everything that writing `source` and removing `gone` will change, put into the temporary tables."""
    incoming, removed, old, _ = _temporaries(kind)
    names = [column.name for column in incoming.columns]
    connection.execute(insert(incoming).from_select(names, source))
    if gone is not None:
        connection.execute(insert(removed).from_select(list(kind.key), gone))
    connection.execute(insert(old).from_select(names, _touched(kind, incoming, removed)))
    if kind is DOSSIERS:
        for policy_id, policy in policies.items():
            ledger.work_out(connection, policy_id, policy, old, incoming)


def _put(connection: Connection, kind: Kind, batch: int, policies: Policies) -> int:
    """Write what was worked out; rows without a batch are that batch's. Returns how many rows went."""
    table, versions = live(kind), VERSIONS[kind.name]
    incoming, removed, old, _ = _temporaries(kind)
    names = [column.name for column in table.columns]
    kept = select(*(old.c[name] for name in names), literal(batch))
    connection.execute(insert(versions).from_select([*names, "replaced_by"], kept))
    if kind is DOSSIERS:
        ledger.settle(connection, policies, old)
    going = connection.execute(select(func.count()).select_from(removed)).scalar_one()
    if going:
        connection.execute(delete(table).where(_is_in(kind, table, removed)))
    _write(connection, kind, incoming, batch)
    bump_version(connection)
    return int(going)


def _touched(kind: Kind, incoming: Table, removed: Table) -> CompoundSelect[Any]:
    """The live rows that are about to be replaced or removed (no key is in both): looked up by key, not found by a scan."""
    table = live(kind)
    return union_all(*(select(*table.columns).where(_is_in(kind, table, other)) for other in (incoming, removed)))


def _is_in(kind: Kind, table: Table, keys: Table) -> ColumnElement[bool]:
    """True for rows whose key stands in the other table."""
    own, wanted = ([columns[name] for name in kind.key] for columns in (table.c, keys.c))
    return tuple_(*own).in_(select(*wanted)) if len(own) > 1 else own[0].in_(select(*wanted))


def _write(connection: Connection, kind: Kind, incoming: Table, batch: int) -> None:
    names = [column.name for column in incoming.columns]
    cells = [func.coalesce(incoming.c.batch_id, batch) if name == "batch_id" else incoming.c[name] for name in names]
    statement = upsert(connection, live(kind)).from_select(names, select(*cells).where(true()))
    values = {name: statement.excluded[name] for name in names if name not in kind.key}
    connection.execute(statement.on_conflict_do_update(index_elements=list(kind.key), set_=values))
