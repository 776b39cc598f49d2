"""The one way case rows change: staged first, then compared, kept as versions and published in one short transaction.

    stage (no lock) -> [lock] -> what differs -> old versions kept -> rows written -> ledgers adjusted -> data version + 1

Imports, undo and deletion all end in `_publish`; nothing else writes case tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    CompoundSelect,
    Connection,
    MetaData,
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

from tracker.core.cases import DOSSIERS, KINDS, Kind, Type
from tracker.core.rulebook import OnTime
from tracker.store import ledger
from tracker.store.engine import give_room, take_room
from tracker.store.rule_tables import State
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


@lru_cache(maxsize=256)
def _temporary(role: str, kind_name: str, names: tuple[str, ...], key: tuple[str, ...] = ()) -> Table:
    """A temporary table for some columns of a kind. The same object each time, or every statement would be compiled anew."""
    table = live(KINDS[kind_name])
    copies = [Column(name, table.c[name].type, primary_key=name in key, autoincrement=False) for name in names]
    return Table(f"{role}_{table.name}", MetaData(), *copies, prefixes=["TEMPORARY"])


@contextmanager
def _created(connection: Connection, *tables: Table) -> Iterator[None]:
    for table in tables:
        table.create(connection)
    yield
    for table in tables:
        table.drop(connection)


Cells = Sequence[Sequence[str | None]]


@contextmanager
def staged(connection: Connection, kind: Kind, columns: Sequence[str], portions: Iterable[Cells]) -> Iterator[Table]:
    """A temporary table of this connection with the rows (canonical text, one cell per column); it holds no lock.

    The table is gone when the block is left, and with the connection if the process dies.
    """
    stage = _temporary("staged", kind.name, tuple(columns))
    with connection.begin():
        give_room(connection)
        stage.drop(connection, checkfirst=True)
        stage.create(connection)
        for rows in portions:
            _copy(connection, stage, rows)
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"ANALYZE {stage.name}")
    try:
        yield stage
    finally:
        with connection.begin():
            stage.drop(connection)
            take_room(connection)


def _copy(connection: Connection, stage: Table, rows: Cells) -> None:
    names = ", ".join(connection.dialect.identifier_preparer.quote(column.name) for column in stage.columns)
    if connection.dialect.name == "postgresql":
        cursor = connection.connection.cursor()
        with cursor.copy(f"COPY {stage.name} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    marks = ", ".join("?" for _ in stage.columns)
    statement = f"INSERT INTO {stage.name} ({names}) VALUES ({marks})"  # noqa: S608 (our own column names)
    if rows:
        connection.exec_driver_sql(statement, [tuple(row) for row in rows])


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
    names = [column.name for column in live(kind).columns if column.name != "batch_id"]
    merged = _merged(kind, stage).subquery("merged")
    source = select(*(merged.c[name] for name in names), literal(batch).label("batch_id")).where(
        or_(merged.c.is_new, merged.c.differs)
    )
    _publish(connection, kind, source, batch, policies)
    return counted


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


def _publish(
    connection: Connection,
    kind: Kind,
    source: Select[Any],
    batch: int,
    policies: Policies,
    gone: Select[Any] | None = None,
) -> int:
    """Write `source` (full rows) and remove the keys in `gone`; returns how many rows went."""
    table, versions = live(kind), VERSIONS[kind.name]
    names = [column.name for column in table.columns]
    incoming = _temporary("incoming", kind.name, tuple(names), kind.key)
    removed = _temporary("removed", kind.name, kind.key, kind.key)
    old = _temporary("old", kind.name, tuple(names))
    with _created(connection, incoming, removed, old):
        connection.execute(insert(incoming).from_select(names, source))
        if gone is not None:
            connection.execute(insert(removed).from_select(list(kind.key), gone))
        connection.execute(insert(old).from_select(names, _touched(kind, incoming, removed)))
        kept = select(*(old.c[name] for name in names), literal(batch))
        connection.execute(insert(versions).from_select([*names, "replaced_by"], kept))
        if kind is DOSSIERS:
            for policy_id, policy in policies.items():
                ledger.retract(connection, policy_id, policy, old)
                ledger.add(connection, policy_id, policy, incoming)
        going = connection.execute(select(func.count()).select_from(removed)).scalar_one()
        if going:
            connection.execute(delete(table).where(_is_in(kind, table, removed)))
        _write(connection, kind, incoming, names)
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


def _write(connection: Connection, kind: Kind, incoming: Table, names: list[str]) -> None:
    statement = upsert(connection, live(kind)).from_select(names, select(*incoming.columns).where(true()))
    values = {name: statement.excluded[name] for name in names if name not in kind.key}
    connection.execute(statement.on_conflict_do_update(index_elements=list(kind.key), set_=values))
