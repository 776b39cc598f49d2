"""What a database holds, in few words: enough to tell whether a copy of it is whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, inspect, select, text

from tracker.store.audit import Head, read_head
from tracker.store.period_tables import Result, Snapshot

SNAPSHOT = Snapshot.__table__  # type: ignore[attr-defined]
RESULT = Result.__table__  # type: ignore[attr-defined]
_DIGESTS = ("measures_sha256", "results_sha256", "decisions_sha256")


@dataclass(frozen=True, slots=True)
class Contents:
    """The state of its tables, the log's head, the rows of each table, and the digests of every final result."""

    revision: str
    head: Head
    counts: Mapping[str, int]
    finals: tuple[Mapping[str, str | int], ...]


def read_contents(connection: Connection) -> Contents:
    """What the connection's transaction sees."""
    quote = connection.dialect.identifier_preparer.quote
    tables = sorted(inspect(connection).get_table_names())
    counts = {name: int(connection.execute(text(f"SELECT count(*) FROM {quote(name)}")).scalar_one()) for name in tables}  # noqa: S608 (names of tables)
    revision = str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())
    return Contents(revision, read_head(connection), counts, _finals(connection) if RESULT.name in counts else ())


def damage(connection: Connection) -> list[str]:
    """What SQLite finds wrong with the file itself; nothing on PostgreSQL, which checks what it restores."""
    if connection.dialect.name != "sqlite":
        return []
    found = [str(line) for line in connection.execute(text("PRAGMA integrity_check")).scalars() if line != "ok"]
    return found + [f"{row[0]}: {row[2]}" for row in connection.execute(text("PRAGMA foreign_key_check"))]


def _finals(connection: Connection) -> tuple[Mapping[str, str | int], ...]:
    of_snapshot = (SNAPSHOT.c.campaign, SNAPSHOT.c.period, SNAPSHOT.c.revision, SNAPSHOT.c.inputs_sha256)
    finals = (
        select(*of_snapshot, *(RESULT.c[name] for name in _DIGESTS))
        .join_from(RESULT, SNAPSHOT, SNAPSHOT.c.id == RESULT.c.snapshot)
        .where(RESULT.c.stage == "final")
        .order_by(RESULT.c.id)
    )
    return tuple(row._asdict() for row in connection.execute(finals))
