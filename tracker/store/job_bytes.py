"""The bytes of a file that waits to be imported, fetched without a second form of them in memory."""

from __future__ import annotations

from contextlib import closing

from sqlalchemy import ColumnElement, Connection, exists, select

from tracker.store.job_tables import ImportBytes

BYTES = ImportBytes.__table__  # type: ignore[attr-defined]


def has_bytes(file: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether the bytes of the file are still there."""
    return exists().where(BYTES.c.file == file)


def fetch_bytes(connection: Connection, file: int) -> bytes | None:
    """The bytes, None once they have been cleared.

    PostgreSQL would send them as text twice as long; asked so, it sends them as they are. Its driver never gives back the
    room it received them in, so that connection is used for nothing else.
    """
    if connection.dialect.name != "postgresql":
        found = connection.execute(select(BYTES.c.data).where(BYTES.c.file == file)).scalar_one_or_none()
        return None if found is None else bytes(found)
    connection.detach()
    with closing(connection.connection.cursor(binary=True)) as cursor:
        cursor.execute(f"SELECT data FROM {BYTES.name} WHERE file = %s", (file,))  # noqa: S608 (our own name)
        row = cursor.fetchone()
    return None if row is None else row[0]
