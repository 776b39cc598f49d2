"""Seals: the digest of every row that is written once stands in the audit log, so that any change of such rows shows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, Table, insert, select

from tracker.services import audit
from tracker.services.act import Act
from tracker.services.audit import Plain
from tracker.store.audit import ENTRY, any_bytes, canonical
from tracker.store.protected import SEALED

ROW = "row_sha256"


class Flaw(StrEnum):
    """What is wrong with a sealed row."""

    CHANGED = "changed"
    MISSING = "missing"
    UNKNOWN = "unknown"  # nobody ever recorded it


@dataclass(frozen=True, slots=True)
class BrokenSeal:
    """A row that is not as it was sealed; `seq` is the log's entry about it, None where there is none."""

    table: str
    key: str
    flaw: Flaw
    seq: int | None


def insert_sealed(  # noqa: PLR0913 (a row, and what the log says of it)
    connection: Connection,
    act: Act,
    table: Table,
    values: Mapping[str, Any],
    verb: str,
    *,
    said: Mapping[str, Plain] | None = None,
    reason: str | None = None,
) -> int:
    """Write a row of a sealed table and its audit entry in the caller's transaction; returns the row's key.

    `said` goes into the entry beside the row's digest: ids, digests, states and numbers only.
    """
    key = next(iter(table.primary_key))
    row = connection.execute(insert(table).values(**values).returning(*table.columns)).one()
    identity = int(row._mapping[key.name])
    sealed: dict[str, Plain] = {**(said or {}), ROW: row_digest(row)}
    audit.record(connection, act, verb, f"{table.name}/{identity}", after=sealed, reason=reason)
    return identity


def row_digest(row: Row[Any]) -> str:
    """The SHA-256 of a row's canonical JSON; bytes go in as their own SHA-256."""
    return sha256(canonical({name: _plain(value) for name, value in row._mapping.items()}).encode()).hexdigest()


def check_seals(connection: Connection) -> list[BrokenSeal]:
    """Every sealed row that differs from what the log recorded, is missing, or was never recorded."""
    wanted = {entry.thing: (entry.seq, digest) for entry, digest in _recorded(connection)}
    broken = []
    for table in SEALED:
        for key, digest in _rows(connection, table):
            seq, recorded = wanted.pop(f"{table.name}/{key}", (None, None))
            if seq is None:
                broken.append(BrokenSeal(table.name, key, Flaw.UNKNOWN, None))
            elif digest != recorded:
                broken.append(BrokenSeal(table.name, key, Flaw.CHANGED, seq))
    for thing, (seq, _) in wanted.items():
        table_name, _, key = thing.partition("/")
        broken.append(BrokenSeal(table_name, key, Flaw.MISSING, seq))
    return broken


def _rows(connection: Connection, table: Table) -> Iterator[tuple[str, str | None]]:
    """Each row's key and digest; None for a row so damaged that it has none."""
    key = next(iter(table.primary_key)).name
    with any_bytes(connection):
        for row in connection.execute(select(table).order_by(table.c[key])):
            try:
                yield str(row._mapping[key]), row_digest(row)
            except (TypeError, ValueError):
                yield str(row._mapping[key]), None


def _recorded(connection: Connection) -> Iterator[tuple[Row[Any], str]]:
    """The log's entries about sealed rows, with the digest each recorded."""
    things = tuple(f"{table.name}/" for table in SEALED)
    with any_bytes(connection):
        for entry in connection.execute(select(ENTRY.c.seq, ENTRY.c.thing, ENTRY.c.payload).order_by(ENTRY.c.seq)):
            if not str(entry.thing).startswith(things):
                continue
            digest = _sealed_digest(entry.payload)
            if digest is not None:
                yield entry, digest


def _sealed_digest(payload: object) -> str | None:
    try:
        digest = json.loads(str(payload)).get("after", {}).get(ROW)
    except (ValueError, AttributeError):
        return None
    return digest if isinstance(digest, str) else None


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return sha256(bytes(value)).hexdigest()
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value
