"""What a period rests on, as files: read from the tables in canonical order, and put back into an empty database."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Boolean, Column, ColumnElement, Connection, String, Table, and_, case, cast, func, or_, select, true

from tracker.core.cases import DOSSIERS, FEEDBACK, INDICES, REPORTED, STAFF, SURVEYS, TALLIES, Kind
from tracker.core.rulebook import OnTime
from tracker.store.calendar import CALENDAR
from tracker.store.registers import Span
from tracker.store.rule_tables import Cluster, Membership
from tracker.store.tables import live
from tracker.store.types import day_of

# Nothing counts these, and they may name or describe people: what can never be erased does not take them in.
LEFT_OUT = {STAFF.name: ("name",), DOSSIERS.name: ("note",)}
REGISTERS: Mapping[str, Table] = {
    "calendar": CALENDAR,
    "clusters": Cluster.__table__,  # type: ignore[attr-defined]
    "membership": Membership.__table__,  # type: ignore[attr-defined]
}
Cells = Sequence[str | None]


# Nothing of a period rests on these.
UNCOPIED = (INDICES.name,)


def columns_of(kind: Kind) -> tuple[str, ...]:
    """The columns of a case file that a copy takes in."""
    return tuple(column.name for column in kind.columns if column.name not in LEFT_OUT.get(kind.name, ()))


def copy_cases(connection: Connection, kind: Kind, span: Span, policy: OnTime) -> bytes:
    """The rows of a kind that can matter to the period, as UTF-8 CSV in the order of their keys; an empty cell is NULL."""
    table = live(kind)
    names = columns_of(kind)
    return _csv(connection, [table.c[name] for name in names], len(kind.key), _matters(kind, table, span, policy))


def copy_register(connection: Connection, name: str) -> bytes:
    """A whole register (calendar, clusters, membership) as UTF-8 CSV in the order of its keys."""
    table = REGISTERS[name]
    return _csv(connection, list(table.columns), len(table.primary_key), true())


def load_cases(connection: Connection, kind: Kind, data: bytes, batch: int) -> None:
    """Put copied rows into the empty table of a kind, as that batch's."""
    names, rows = _rows(data)
    _insert(connection, live(kind), [*names, "batch_id"], ([*row, batch] for row in rows))


def load_register(connection: Connection, name: str, data: bytes) -> None:
    """Put a copied register into its empty table."""
    names, rows = _rows(data)
    _insert(connection, REGISTERS[name], names, rows)


def read_days(data: bytes) -> list[dict[str, object]]:
    """The copied calendar as `store.calendar.save_calendar` takes it."""
    names, rows = _rows(data)
    found = (dict(zip(names, row, strict=True)) for row in rows)
    return [
        {
            "day": date.fromisoformat(str(row["day"])),
            "kind": row["kind"],
            "name": row["name"] or "",
            "status": row["status"] or "",
        }
        for row in found
    ]


def _matters(kind: Kind, table: Table, span: Span, policy: OnTime) -> ColumnElement[bool]:
    """True for the rows that some count of the period, as of any of its days, could look at."""
    c = table.c
    match kind.name:
        case DOSSIERS.name:
            return _dossier_matters(c, span, policy)
        case FEEDBACK.name:
            return and_(c.received_on >= span.begins, c.received_on <= span.ends)
        case SURVEYS.name | REPORTED.name | TALLIES.name:
            return and_(c.period_from >= span.begins, c.period_to <= span.ends)
        case _:
            return true()


def _dossier_matters(c: Any, span: Span, policy: OnTime) -> ColumnElement[bool]:
    """Received by the period's last day and not ended before it began, or submitted in it."""
    end = func.coalesce(c.completed_at, c.returned_at) if policy.end == "completed" else c.returned_at
    received, submitted = day_of(c.received_at), day_of(c.submitted_at)
    # A completion dated before receipt counts at receipt, so what was received in the period has not ended before it.
    alive = or_(end.is_(None), day_of(end) >= span.begins, received >= span.begins)
    return or_(and_(received <= span.ends, alive), and_(submitted >= span.begins, submitted <= span.ends))


def _csv(connection: Connection, columns: Sequence[Column[Any]], keys: int, where: ColumnElement[bool]) -> bytes:
    rows = [tuple(row) for row in connection.execute(select(*map(_text, columns)).where(where))]
    # Sorted here and not in SQL: each database orders text its own way, and the digest must be the same on all.
    rows.sort(key=lambda row: row[:keys])
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([column.name for column in columns])
    writer.writerows(rows)
    return text.getvalue().encode()


def _text(column: Column[Any]) -> ColumnElement[Any]:
    """The stored value as canonical text, the same on every database."""
    if isinstance(column.type, Boolean):
        return case((column, "1"), else_="0").label(column.name)
    return cast(column, String).label(column.name)


def _rows(data: bytes) -> tuple[list[str], Iterable[Cells]]:
    reader = csv.reader(io.StringIO(data.decode(), newline=""))
    names = next(reader)
    return names, ([cell or None for cell in row] for row in reader)


def _insert(connection: Connection, table: Table, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    marks = ", ".join("?" for _ in names)
    required = {column.name for column in table.columns if not column.nullable}
    empty = tuple("" if name in required else None for name in names)
    statement = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608 (our own column names)
    cells = [tuple(none if cell is None else cell for cell, none in zip(row, empty, strict=True)) for row in rows]
    if cells:
        connection.exec_driver_sql(statement, cells)
