"""The audit log: who did what, each entry holding the digest of the one before, so that none can be bent unseen.

    hash = SHA-256 of the entry's other columns as canonical JSON (sorted keys, no blanks, UTF-8)

The order is `seq`, never the clock. An entry is written in the transaction of what it records, under the one-writer lock.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import CheckConstraint, Connection, Index, Row, insert, select
from sqlmodel import Field

from tracker.store.append_only import protect
from tracker.store.tables import Base

GENESIS = "0" * 64  # what the first entry continues
TAKEN = "NEW.seq <= (SELECT max(seq) FROM audit_entry)"
_BATCH = 10_000
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")).encode


class AuditEntry(Base, table=True):
    """One thing somebody did or was refused. `payload` is canonical JSON of ids, digests, states and numbers."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        CheckConstraint("seq > 0", name="seq"),
        CheckConstraint("length(hash) = 64 AND length(prev) = 64", name="chain"),
        Index("ix_audit_entry_thing", "thing"),
    )

    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at_utc: str
    actor: str
    verb: str
    thing: str
    payload: str
    prev: str
    hash: str


ENTRY = AuditEntry.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Head:
    """The newest entry's number and hash: whoever writes it down can later prove what came before. Empty log: 0."""

    seq: int
    hash: str


def canonical(value: Mapping[str, Any]) -> str:
    """A mapping as canonical JSON: one text for one meaning."""
    return _encode(value)


def digest(entry: Mapping[str, Any]) -> str:
    """The hash that belongs to an entry; ValueError or TypeError for what no entry can hold."""
    return sha256(_encode({name: entry[name] for name in entry if name != "hash"}).encode()).hexdigest()


def read_head(connection: Connection) -> Head:
    """The newest entry."""
    row = connection.execute(select(ENTRY.c.seq, ENTRY.c.hash).order_by(ENTRY.c.seq.desc()).limit(1)).first()
    return Head(0, GENESIS) if row is None else Head(row.seq, row.hash)


def append(connection: Connection, said: Mapping[str, str]) -> Head:
    """Add an entry (at_utc, actor, verb, thing, payload) to the chain. Call it under the write lock."""
    head = read_head(connection)
    entry: dict[str, Any] = {**said, "seq": head.seq + 1, "prev": head.hash}
    entry["hash"] = digest(entry)
    connection.execute(insert(ENTRY).values(**entry))
    return Head(entry["seq"], entry["hash"])


def read_entries(connection: Connection) -> Generator[Row[Any]]:
    """Every entry in order, read in portions; text that is no UTF-8 any more comes with surrogates in it."""
    with any_bytes(connection):
        yield from connection.execute(select(ENTRY).order_by(ENTRY.c.seq).execution_options(yield_per=_BATCH))


@contextmanager
def any_bytes(connection: Connection) -> Iterator[None]:
    """Within, damaged text comes with surrogates in it; SQLite would give no row at all, and the log must show the entry."""
    raw: Any = connection.connection.dbapi_connection
    if connection.dialect.name != "sqlite" or raw is None:
        yield
        return
    raw.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
    try:
        yield
    finally:
        raw.text_factory = str


def keep_append_only(connection: Connection) -> None:
    """Refuse every change of the log from now on; harmless to repeat."""
    protect(connection, ENTRY.name, TAKEN)
