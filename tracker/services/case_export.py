"""Stored rows as case files: a person's own units' rows, in the columns in which they are imported again unchanged."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Engine, func, select, true

from tracker.core.cases import KINDS, UNITS, Kind, Type
from tracker.core.problems import UsageError
from tracker.export.case_book import write_case_book
from tracker.export.csv_file import harmless
from tracker.export.sheets import name_file
from tracker.intake.corrections import cell_text
from tracker.services.access import Verb, grant_of, require, require_somewhere
from tracker.services.act import Act
from tracker.services.exports import MIME, Download, Ending
from tracker.services.permitted import denials_recorded
from tracker.services.templates import lay_out
from tracker.store.engine import reading
from tracker.store.tables import live
from tracker.text import Language

MOST_ROWS = 200_000  # what a workbook and the memory of a server can bear at once
_NUMBERS = (Type.INTEGER, Type.DECIMAL)
Cells = list[str | None]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which rows are wanted: a kind, and one unit or (None) all the actor may see; `most`: refused beyond."""

    kind: str
    unit: str | None = None
    most: int = MOST_ROWS


def export_cases(database: Engine, asked: Asked, language: Language, ending: Ending, act: Act) -> Download:
    """The rows in the order of their keys; UsageError if there are more than were asked for."""
    if asked.kind not in KINDS:
        raise UsageError("unknown_case_kind", kind=asked.kind, kinds=", ".join(KINDS))
    kind = KINDS[asked.kind]
    rows = read_rows(database, kind, asked, act)
    data = _write_csv(kind, rows) if ending == "csv" else write_case_book(lay_out(kind, language, rows), act.today)
    stem = "-".join(part for part in (kind.name, asked.unit or "", act.today.isoformat()) if part)
    return Download(name_file(stem, data, ending), data, MIME[ending])


def read_rows(database: Engine, kind: Kind, asked: Asked, act: Act) -> list[Cells]:
    """The rows as canonical texts; denied for a unit of which the actor may not see the cases."""
    table = live(kind)
    with denials_recorded(database), reading(database) as connection:
        if asked.unit is None:
            require_somewhere(connection, act.actor, Verb.SEE_CASES)
        else:
            require(connection, act.actor, Verb.SEE_CASES, asked.unit)
        chosen = _chosen(connection, kind, asked, act)
        count = connection.execute(select(func.count()).select_from(table).where(chosen)).scalar_one()
        if count > asked.most:
            raise UsageError("too_many_cases", n=int(count), limit=asked.most)
        found = select(*(table.c[column.name] for column in kind.columns)).where(chosen)
        rows = [[cell_text(cell) for cell in row] for row in connection.execute(found)]
    names = [column.name for column in kind.columns]
    places = [names.index(name) for name in kind.key]
    return sorted(rows, key=lambda row: [row[at] or "" for at in places])


def _chosen(connection: Connection, kind: Kind, asked: Asked, act: Act) -> ColumnElement[bool]:
    """The rows of the unit asked for, else of the actor's own units; what belongs to no unit is everybody's."""
    table = live(kind)
    column = table.c.code if kind is UNITS else table.c.get("unit")
    if column is None:
        return true()
    if asked.unit is not None:
        return column == asked.unit
    grant = grant_of(connection, act.actor)
    return true() if grant is None else column.in_(sorted(grant))


def _write_csv(kind: Kind, rows: Sequence[Cells]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([column.name for column in kind.columns])
    types = [column.type for column in kind.columns]
    for row in rows:
        writer.writerow(
            ["" if cell is None else cell if of in _NUMBERS else harmless(cell) for cell, of in zip(row, types, strict=True)]
        )
    return text.getvalue().encode("utf-8-sig")
