"""Rows as the database itself holds them, nothing converted: what was bent by hand must be read too, and seen as it is."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Date,
    DateTime,
    Select,
    Table,
    func,
    inspect,
    literal_column,
    select,
    text,
    type_coerce,
)
from sqlalchemy.types import NullType

from tracker.store.audit import any_bytes

_BATCH = 500


def key_of(table: Table) -> Column[Any]:
    """The one column that names a row of the table."""
    (key,) = table.primary_key
    return key


def read_raw(connection: Connection, table: Table) -> Generator[dict[str, Any]]:
    """Every row of the table in the order of its key, read in portions; none where a database that is older lacks it."""
    wanted = _raw(connection, table)
    if wanted is None:
        return
    with any_bytes(connection):
        rows = connection.execute(wanted.order_by(*table.primary_key).execution_options(yield_per=_BATCH))
        for row in rows:
            yield row._asdict()


def read_raw_row(connection: Connection, table: Table, key: int) -> dict[str, Any]:
    """The row of that key."""
    row = select(*(_stored(connection, column) for column in table.columns)).where(key_of(table) == key)
    return connection.execute(row).one()._asdict()


def _raw(connection: Connection, table: Table) -> Select[Any] | None:
    if not inspect(connection).has_table(table.name):
        return None
    there = set(connection.execute(select(text("*")).select_from(table).limit(0)).keys())
    return select(*(_stored(connection, column) for column in table.columns if column.name in there))


def _stored(connection: Connection, column: Column[Any]) -> ColumnElement[Any]:
    """The column without conversion. PostgreSQL knows days that Python does not; JSON writes every one the same way."""
    if connection.dialect.name == "postgresql" and isinstance(column.type, Date | DateTime):
        return func.to_jsonb(column).op("#>>")(literal_column("'{}'")).label(column.name)
    return type_coerce(column, NullType()).label(column.name)
