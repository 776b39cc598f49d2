"""Seals: the digest of every row that is written once stands in the audit log, so that any change of such rows shows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Table, insert, or_, select
from sqlalchemy.exc import IntegrityError

from tracker.core.problems import RefusedError
from tracker.services import audit
from tracker.services.act import Act
from tracker.services.audit import Plain
from tracker.store.audit import ENTRY, any_bytes, canonical
from tracker.store.protected import SEALED
from tracker.store.raw_rows import key_of, read_raw, read_raw_row

ROW = "row_sha256"
_BATCH = 10_000


class Flaw(StrEnum):
    """What is wrong with a row that is written once."""

    CHANGED = "changed"
    MISSING = "missing"
    UNKNOWN = "unknown"  # nobody ever recorded it
    TWICE = "twice"  # the log holds another seal of it: somebody tried to make a change look recorded


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
    identity = int(connection.execute(insert(table).values(**values).returning(key_of(table))).scalar_one())
    sealed: dict[str, Plain] = {**(said or {}), ROW: row_digest(read_raw_row(connection, table, identity))}
    audit.record(connection, act, verb, f"{table.name}/{identity}", after=sealed, reason=reason)
    return identity


@contextmanager
def once(told: RefusedError) -> Iterator[None]:
    """Where the database takes a row a single time: who comes second is refused with what is `told` them."""
    try:
        yield
    except IntegrityError as error:
        raise told from error


def row_digest(row: Mapping[str, Any]) -> str:
    """The SHA-256 of a stored row's canonical JSON; ValueError or TypeError for what no row can hold.

    Bytes go in as an object with their SHA-256, so that no text can stand for them. Empty columns are left out: a column
    that a later version adds breaks no seal.
    """
    return sha256(canonical({name: _plain(value) for name, value in row.items() if value is not None}).encode()).hexdigest()


def check_seals(connection: Connection) -> list[BrokenSeal]:
    """Every sealed row that differs from what the log first recorded, is missing, or was never recorded."""
    recorded: dict[str, tuple[int, str]] = {}
    again = []
    for seq, thing, digest in _recorded(connection):
        if recorded.setdefault(thing, (seq, digest))[0] != seq:
            again.append(_broken(thing, Flaw.TWICE, seq))
    broken = []
    for table in SEALED:
        for key, found in _rows(connection, table):
            thing = f"{table.name}/{key}"
            seal = recorded.pop(thing, None)
            if seal is None:
                broken.append(_broken(thing, Flaw.UNKNOWN))
            elif found != seal[1]:
                broken.append(_broken(thing, Flaw.CHANGED, seal[0]))
    return broken + [_broken(thing, Flaw.MISSING, seq) for thing, (seq, _) in recorded.items()] + again


def _broken(thing: str, flaw: Flaw, seq: int | None = None) -> BrokenSeal:
    table, _, key = thing.partition("/")
    return BrokenSeal(table, key, flaw, seq)


def _rows(connection: Connection, table: Table) -> Iterator[tuple[str, str | None]]:
    """Each row's key and digest; None for a row so damaged that it has none."""
    key = key_of(table).name
    for row in read_raw(connection, table):
        try:
            yield str(row[key]), row_digest(row)
        except (TypeError, ValueError):
            yield str(row[key]), None


def _recorded(connection: Connection) -> Iterator[tuple[int, str, str]]:
    """Number, row and digest of every entry of the log that seals a row, in order."""
    sealed = tuple(f"{table.name}/" for table in SEALED)
    entries = (
        select(ENTRY.c.seq, ENTRY.c.thing, ENTRY.c.payload)
        .where(or_(*(ENTRY.c.thing.startswith(thing, autoescape=True) for thing in sealed)))
        .order_by(ENTRY.c.seq)
        .execution_options(yield_per=_BATCH)
    )
    with any_bytes(connection):
        for entry in connection.execute(entries):
            digest = _sealed_digest(entry.payload)
            if digest is not None and str(entry.thing).startswith(sealed):
                yield entry.seq, str(entry.thing), digest


def _sealed_digest(payload: object) -> str | None:
    try:
        digest = json.loads(str(payload))["after"][ROW]
    except (ValueError, TypeError, LookupError, RecursionError):
        return None
    return digest if isinstance(digest, str) else None


def _plain(value: Any) -> Any:
    return {"sha256": sha256(value).hexdigest()} if isinstance(value, bytes | memoryview) else value
