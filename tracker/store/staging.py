"""Rows put aside before anything is written: temporary tables of one connection, which hold no lock and end with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache

from sqlalchemy import Column, Connection, MetaData, Table

from tracker.core.cases import KINDS, Kind
from tracker.store.engine import give_room, take_room
from tracker.store.tables import live

Cells = Sequence[Sequence[str | None]]


@lru_cache(maxsize=256)
def temporary(role: str, kind_name: str, names: tuple[str, ...], key: tuple[str, ...] = ()) -> Table:
    """A temporary table for some columns of a kind. The same object each time, or every statement would be compiled anew."""
    table = live(KINDS[kind_name])
    copies = [Column(name, table.c[name].type, primary_key=name in key, autoincrement=False) for name in names]
    return Table(f"{role}_{table.name}", MetaData(), *copies, prefixes=["TEMPORARY"])


@contextmanager
def staged(connection: Connection, kind: Kind, columns: Sequence[str], portions: Iterable[Cells]) -> Iterator[Table]:
    """A temporary table of this connection with the rows (canonical text, one cell per column); it holds no lock.

    The table is gone when the block is left, and with the connection if the process dies.
    """
    stage = temporary("staged", kind.name, tuple(columns))
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
