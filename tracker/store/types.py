"""Column types that mean the same on SQLite and PostgreSQL, and the one expression whose SQL differs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Date, DateTime, String, func
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import TypeDecorator

# Local wall clock to the second, as text SQLite can compare and `date()` can cut: a microsecond suffix would break both.
WALL_CLOCK = DateTime(timezone=False).with_variant(
    sqlite.DATETIME(storage_format="%(year)04d-%(month)02d-%(day)02d %(hour)02d:%(minute)02d:%(second)02d"),  # type: ignore[no-untyped-call]
    "sqlite",
)


class ExactDecimal(TypeDecorator[Decimal]):
    """A decimal kept as text, digit for digit: SQLite would turn a NUMERIC column into a binary float."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Any | None, dialect: Any) -> str | None:  # noqa: ARG002 (SQLAlchemy's signature)
        return None if value is None else format(Decimal(value), "f")

    def process_result_value(self, value: str | None, dialect: Any) -> Decimal | None:  # noqa: ARG002
        return None if value is None else Decimal(value)


class add_minutes(GenericFunction[Any]):  # noqa: N801 (SQLAlchemy names a function by its class)
    """`add_minutes(moment, minutes)`: the wall clock that many minutes later."""

    type = WALL_CLOCK
    inherit_cache = True


@compiles(add_minutes, "sqlite")
def _add_minutes_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    moment, minutes = element.clauses
    return f"datetime({compiler.process(moment, **kw)}, {compiler.process(minutes, **kw)} || ' minutes')"


@compiles(add_minutes, "postgresql")
def _add_minutes_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    moment, minutes = element.clauses
    return f"({compiler.process(moment, **kw)} + make_interval(mins => {compiler.process(minutes, **kw)}))"


def day_of(moment: ColumnElement[Any]) -> ColumnElement[Any]:
    """The calendar day of a wall-clock moment: `date(x)` is a day on both databases, where CAST on SQLite gives a year."""
    return func.date(moment, type_=Date())


def upsert(connection: Connection, table: Any) -> Any:
    """An INSERT of the connection's dialect that can say ON CONFLICT DO UPDATE."""
    return (postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert)(table)
