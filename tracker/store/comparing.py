"""What staged rows would change, shown on a few of them: the new ones, and the changed ones cell by cell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Table, and_, or_, select

from tracker.core.cases import Kind
from tracker.store.tables import live

Text = str | None


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A row that would change: its key's parts, and each differing column with the stored and the new cell as text."""

    key: tuple[str, ...]
    cells: tuple[tuple[str, Text, Text], ...]


def changed_rows(connection: Connection, kind: Kind, stage: Table, limit: int) -> list[ChangedRow]:
    """Some of the staged rows that would change stored ones, by key."""
    table = live(kind)
    names = [column.name for column in stage.columns if column.name not in kind.key]
    if not names:
        return []
    old = [table.c[name].label(f"old_{name}") for name in names]
    new = [stage.c[name].label(f"new_{name}") for name in names]
    differs = or_(*(stage.c[name].is_distinct_from(table.c[name]) for name in names))
    keys = [stage.c[name] for name in kind.key]
    query = select(*keys, *old, *new).join_from(stage, table, _same_key(kind, stage)).where(differs)
    found = connection.execute(query.order_by(*keys).limit(limit))
    return [_changed(kind, names, row._mapping) for row in found]


def new_rows(connection: Connection, kind: Kind, stage: Table, limit: int) -> list[dict[str, Text]]:
    """Some of the staged rows that nothing stored has the key of, by key."""
    table = live(kind)
    query = select(*stage.columns).join_from(stage, table, _same_key(kind, stage), isouter=True)
    query = query.where(table.c[kind.key[0]].is_(None)).order_by(*(stage.c[name] for name in kind.key)).limit(limit)
    return [{name: cell_text(value) for name, value in row._mapping.items()} for row in connection.execute(query)]


def cell_text(value: Any) -> Text:
    """A stored cell in the canonical text of case files."""
    match value:
        case None | str():
            return value
        case bool():
            return "1" if value else "0"
        case datetime():
            return value.strftime("%Y-%m-%d %H:%M:%S")
        case date():
            return value.isoformat()
        case Decimal():
            return format(value, "f")
        case _:
            return str(value)


def _same_key(kind: Kind, stage: Table) -> Any:
    table = live(kind)
    return and_(*(table.c[name] == stage.c[name] for name in kind.key))


def _changed(kind: Kind, names: list[str], row: Any) -> ChangedRow:
    pairs = [(name, cell_text(row[f"old_{name}"]), cell_text(row[f"new_{name}"])) for name in names]
    key = tuple(cell_text(row[name]) or "" for name in kind.key)
    return ChangedRow(key, tuple(pair for pair in pairs if pair[1] != pair[2]))
