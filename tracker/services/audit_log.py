"""Reading the audit log: its entries by filter, the same as a file, its head, and whether it is whole."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, func, select

from tracker.export.csv_file import write_csv
from tracker.export.sheets import Column, Shape, Sheet, name_file
from tracker.services.access import Actor, Verb
from tracker.services.act import OFFICE_TIME
from tracker.services.chain import Verdict, check_chain
from tracker.services.exports import Download
from tracker.services.parts import check_parts
from tracker.services.permitted import reading_as
from tracker.services.seals import BrokenSeal, Flaw, check_seals
from tracker.store.audit import ENTRY, Head, any_bytes, read_entries, read_head
from tracker.text import Language, say


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries: None takes all. `thing` is the beginning of it; the days are the office's, both included."""

    actor: str | None = None
    verb: str | None = None
    thing: str | None = None
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as it is shown; `at` is the office's wall clock, None where the stored moment cannot be read."""

    seq: int
    at: datetime | None
    actor: str
    verb: str
    thing: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    reason: str
    hash: str


@dataclass(frozen=True, slots=True)
class EntryPage:
    """A part of the entries asked for, the newest first, and how many there are in all."""

    total: int
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What there is to filter by, in order."""

    actors: tuple[str, ...]
    verbs: tuple[str, ...]


def list_entries(database: Engine, actor: Actor, wanted: Wanted, offset: int = 0, limit: int = 50) -> EntryPage:
    """The entries asked for, the newest first."""
    with reading_as(database, actor, Verb.SEE_AUDIT) as connection:
        where = list(_conditions(wanted))
        total = connection.execute(select(func.count()).select_from(ENTRY).where(*where)).scalar_one()
        chosen = select(ENTRY).where(*where).order_by(ENTRY.c.seq.desc()).offset(offset).limit(limit)
        with any_bytes(connection):
            return EntryPage(int(total), tuple(_shown(row) for row in connection.execute(chosen)))


def newest_entry(connection: Connection, thing: str, verbs: Iterable[str]) -> Entry | None:
    """The last time one of the verbs was done to exactly that thing; for services that tell who did it."""
    wanted = (ENTRY.c.thing == thing, ENTRY.c.verb.in_(list(verbs)))
    with any_bytes(connection):
        row = connection.execute(select(ENTRY).where(*wanted).order_by(ENTRY.c.seq.desc()).limit(1)).first()
        return None if row is None else _shown(row)


def list_known(database: Engine, actor: Actor) -> Known:
    """The actors and verbs that occur."""
    with reading_as(database, actor, Verb.SEE_AUDIT) as connection:
        return Known(_distinct(connection, ENTRY.c.actor), _distinct(connection, ENTRY.c.verb))


def export_entries(database: Engine, actor: Actor, wanted: Wanted) -> Download:
    """The entries asked for as CSV, oldest first and with every column as it is stored, so that anybody can check them."""
    with reading_as(database, actor, Verb.SEE_AUDIT) as connection:
        chosen = select(ENTRY).where(*_conditions(wanted)).order_by(ENTRY.c.seq)
        with any_bytes(connection):
            rows = [(seq, *map(_readable, texts)) for seq, *texts in connection.execute(chosen)]
    columns = tuple(Column(name, Shape.COUNT if name == "seq" else Shape.TEXT) for name in ENTRY.c.keys())  # noqa: SIM118
    data = write_csv(Sheet("audit", "audit", (), columns, rows))
    return Download(name_file("nhat-ky", data, "csv"), data, "text/csv")


def show_head(database: Engine, actor: Actor) -> Head:
    """The newest entry's number and hash, to be written down outside this database: an anchor."""
    with reading_as(database, actor, Verb.SEE_AUDIT) as connection:
        return read_head(connection)


def verify_log(database: Engine, actor: Actor, anchors: Iterable[Head] = ()) -> Verdict:
    """Whether the log is whole, naming the first wrong entry, and which rows are not as it sealed them.

    A tail cut off, and a log written anew from some entry on, show only against anchors kept elsewhere.
    """
    with reading_as(database, actor, Verb.SEE_AUDIT) as connection:
        return check_log(connection, anchors)


def check_log(connection: Connection, anchors: Iterable[Head] = ()) -> Verdict:
    """The same inside a caller's transaction."""
    size = int(connection.execute(select(func.coalesce(func.max(ENTRY.c.seq), 0))).scalar_one())
    with closing(read_entries(connection)) as rows:
        verdict = check_chain((row._asdict() for row in rows), size, anchors)
    return replace(verdict, broken=tuple(_check_rows(connection)))


def say_faults(verdict: Verdict, language: Language) -> list[str]:
    """What is wrong, in sentences: the log's first wrong entry, then every row that is not as it was sealed."""
    wrong = verdict.wrong
    said = [] if wrong is None else [say(language, f"audit.wrong.{wrong.fault}", seq=wrong.seq, other=wrong.other)]
    for one in verdict.broken:
        flaw = one.flaw if one.seq is not None or one.flaw is Flaw.UNKNOWN else f"{one.flaw}.part"
        said.append(say(language, f"audit.broken.{flaw}", table=one.table, key=one.key, seq=one.seq))
    return said


def _check_rows(connection: Connection) -> Iterable[BrokenSeal]:
    """Each broken row once, whether its seal or its snapshot's manifest tells."""
    seals = check_seals(connection)
    named = {(one.table, one.key) for one in seals}
    return [*seals, *(one for one in check_parts(connection) if (one.table, one.key) not in named)]


def _conditions(wanted: Wanted) -> Iterable[ColumnElement[bool]]:
    if wanted.actor is not None:
        yield ENTRY.c.actor == wanted.actor
    if wanted.verb is not None:
        yield ENTRY.c.verb == wanted.verb
    if wanted.thing:
        yield ENTRY.c.thing.startswith(wanted.thing, autoescape=True)
    if wanted.first is not None:
        yield ENTRY.c.at_utc >= _begins(wanted.first)
    if wanted.last is not None:
        yield ENTRY.c.at_utc < _begins(wanted.last + timedelta(days=1))


def _begins(day: date) -> str:
    """The office's midnight as the log writes moments; written so, moments compare as text."""
    return datetime.combine(day, time(), OFFICE_TIME).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _distinct(connection: Connection, column: ColumnElement[str]) -> tuple[str, ...]:
    with any_bytes(connection):
        return tuple(sorted(_readable(text) for text in connection.execute(select(column).distinct()).scalars()))


def _shown(row: Row[Any]) -> Entry:
    _, at_utc, actor, verb, thing, payload, _, found = (_readable(value) for value in tuple(row))
    said = _said(payload)
    before, after = (said.get(name, {}) for name in ("before", "after"))
    return Entry(row.seq, _office_moment(at_utc), actor, verb, thing, before, after, str(said.get("reason", "")), found)


def _readable(stored: object) -> str:
    """The text without halves of letters: an entry that was tampered with must be shown all the same."""
    text = stored.decode("utf-8", "replace") if isinstance(stored, bytes) else str(stored)
    return text.encode("utf-8", "replace").decode()


def _said(payload: str) -> dict[str, Any]:
    """The payload taken apart; one that was tampered with is shown as it stands."""
    try:
        said = json.loads(payload)
    except ValueError:
        said = None
    good = isinstance(said, dict) and all(isinstance(said.get(name, {}), dict) for name in ("before", "after"))
    return said if good else {"after": {"?": payload}}


def _office_moment(at_utc: str) -> datetime | None:
    try:
        return datetime.fromisoformat(at_utc).astimezone(OFFICE_TIME).replace(tzinfo=None)
    except ValueError:
        return None
