"""Data quality to take away: a line per unit, or the cases behind one check, for the offices that must mend them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine

from tracker.core.problems import UsageError
from tracker.export.csv_file import write_csv
from tracker.export.sheets import Cell, Column, Shape, Sheet, name_file
from tracker.export.xlsx_file import write_xlsx
from tracker.intake.corrections import cell_text
from tracker.services.access import Actor
from tracker.services.exports import MIME, Download, Ending
from tracker.services.quality import MOST_ROWS, Quality, Wanted, list_found
from tracker.store.quality import CHECKS
from tracker.text import Language, day, moment, pick, say

_WORDED = {"status": "status", "outcome": "outcome", "kind": "feedback_kind"}


def export_quality(quality: Quality, language: Language, ending: Ending, today: date) -> Download:
    """One row a unit: what is missing, how old it is, and what every check finds."""
    columns = (
        Column(say(language, "head.unit"), width=38),
        Column(say(language, "head.code"), width=14),
        Column(say(language, "quality.missing"), width=40),
        Column(say(language, "quality.silent"), width=40),
        Column(say(language, "quality.days"), Shape.COUNT, 14),
        Column(say(language, "quality.set_aside.column"), Shape.COUNT, 20),
        *(Column(say(language, f"quality.check.{check}"), Shape.COUNT, 16) for check in CHECKS),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            *(unit.name, unit.unit),
            ", ".join(say(language, f"quality.expected.{name}") for name in unit.missing) if unit.cluster else "",
            ", ".join(pick(language, quality.measures[measure]) for measure in unit.silent) if unit.cluster else "",
            quality.days_old(unit, today),
            unit.set_aside,
            *(unit.counts.get(check, 0) for check in CHECKS),
        )
        for unit in quality.units
    ]
    return _download(_sheet(quality.where[1], columns, rows, language), "chat-luong-so-lieu", ending, today)


def export_found(  # noqa: PLR0913 (whose, of what, and as which file)
    database: Engine, actor: Actor, where: tuple[str, str], wanted: Wanted, language: Language, ending: Ending, today: date
) -> Download:
    """All rows behind a check; UsageError if they are more than one file should hold."""
    page = list_found(database, actor, where, Wanted(wanted.check, wanted.unit, 0, MOST_ROWS), today)
    if page.total > MOST_ROWS:
        raise UsageError("too_many_cases", n=page.total, limit=MOST_ROWS)
    names = list(page.rows[0]) if page.rows else ["code"]
    columns = tuple(Column(say(language, f"column.{name}"), width=20) for name in names)
    rows = [tuple(say_found(language, name, row[name]) for name in names) for row in page.rows]
    sheet = _sheet(say(language, f"quality.check.{wanted.check}"), columns, rows, language)
    return _download(sheet, f"kiem-tra-{wanted.check.replace('_', '-')}", ending, today)


def say_found(language: Language, name: str, cell: Any) -> str:
    """A cell of a found row in words; empty where nothing is known."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return say(language, "value.yes" if cell else "value.no")
    if isinstance(cell, datetime):
        return moment(language, cell)
    if isinstance(cell, date):
        return day(language, cell)
    return say(language, f"{_WORDED[name]}.{cell}") if name in _WORDED else cell_text(cell) or ""


def _sheet(note: str, columns: tuple[Column, ...], rows: Sequence[Sequence[Cell]], language: Language) -> Sheet:
    title = say(language, "page.quality")
    return Sheet(title, title, (note, say(language, "quality.no_score")), columns, rows, 0, 1)


def _download(sheet: Sheet, stem: str, ending: Ending, today: date) -> Download:
    data = write_csv(sheet) if ending == "csv" else write_xlsx([sheet], today)
    return Download(name_file(f"{stem}-{today.isoformat()}", data, ending), data, MIME[ending])
