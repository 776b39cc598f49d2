"""Data quality to take away: a line per unit, or the cases behind one check, for the offices that must mend them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine

from tracker.core.problems import UsageError
from tracker.export.csv_file import write_csv
from tracker.export.sheets import Account, Cell, Column, Mark, Shape, Sheet, name_file
from tracker.export.xlsx_file import write_xlsx
from tracker.intake.corrections import cell_text
from tracker.services.access import Actor
from tracker.services.editions import Edition
from tracker.services.exports import MIME, Download, Ending
from tracker.services.quality import EXPECTED, MOST_ROWS, Quality, Wanted, list_found
from tracker.services.settings import VERSION
from tracker.store.quality import CHECKS
from tracker.text import Language, day, moment, pick, say

_WORDED = {"status": "status", "outcome": "outcome", "kind": "feedback_kind"}


def export_quality(quality: Quality, edition: Edition, ending: Ending, today: date) -> Download:
    """One row a unit: what is missing, how old it is, and what every check finds; the workbook sums up the checks too."""
    language = edition.language
    sheets = [_unit_sheet(quality, language, today), _check_sheet(quality, language)]
    return _download(sheets, quality, "chat-luong-so-lieu", edition, ending, today)


def _unit_sheet(quality: Quality, language: Language, today: date) -> Sheet:
    columns = (
        Column(say(language, "head.unit"), width=32),
        Column(say(language, "head.code"), width=11),
        Column(say(language, "quality.missing"), width=28),
        Column(say(language, "quality.silent"), width=28),
        Column(say(language, "quality.days"), Shape.COUNT, 14),
        Column(say(language, "quality.set_aside.column"), Shape.COUNT, 12),
        *(Column(say(language, f"quality.check.{check}"), Shape.COUNT, 8, turned=True) for check in CHECKS),
    )
    never = Mark(say(language, "quality.never"))
    rows: list[tuple[Cell, ...]] = [
        (
            *(unit.name, unit.unit),
            ", ".join(say(language, f"quality.expected.{name}") for name in unit.missing) if unit.cluster else "",
            ", ".join(pick(language, quality.measures[measure]) for measure in unit.silent) if unit.cluster else "",
            never if (days := quality.days_old(unit, today)) is None else days,
            unit.set_aside,
            *(unit.counts.get(check, 0) for check in CHECKS),
        )
        for unit in quality.units
    ]
    return Sheet(say(language, "quality.by_unit"), say(language, "page.quality"), (), columns, rows, 0, 1)


def _check_sheet(quality: Quality, language: Language) -> Sheet:
    """What each check finds, and how many units have handed in what is expected of them."""
    columns = (
        Column(say(language, "quality.check"), width=50),
        Column(say(language, "quality.cases"), Shape.COUNT, 16),
        Column(say(language, "quality.units"), Shape.COUNT, 14),
        Column(say(language, "workbook.advice"), width=80),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            say(language, f"quality.check.{check}"),
            quality.total(check),
            sum(check in unit.counts for unit in quality.units),
            say(language, f"quality.advice.{check}"),
        )
        for check in CHECKS
    ]
    return Sheet(say(language, "quality.checks"), say(language, "page.quality"), (), columns, rows, 0, 1)


def export_found(  # noqa: PLR0913 (whose, of what, and as which file)
    database: Engine, actor: Actor, quality: Quality, wanted: Wanted, edition: Edition, ending: Ending, today: date
) -> Download:
    """All rows behind a check; UsageError if they are more than one file should hold."""
    page = list_found(database, actor, quality.where, Wanted(wanted.check, wanted.unit, 0, MOST_ROWS), today)
    if page.total > MOST_ROWS:
        raise UsageError("too_many_cases", n=page.total, limit=MOST_ROWS)
    language = edition.language
    names = list(page.rows[0]) if page.rows else ["code"]
    columns = tuple(Column(say(language, f"column.{name}"), width=20) for name in names)
    rows = [tuple(_found_cell(language, name, row[name]) for name in names) for row in page.rows]
    title = say(language, "page.quality")
    notes = (say(language, f"quality.check.{wanted.check}"), say(language, "quality.personal"))
    sheet = Sheet(title, title, notes, columns, rows, 0, 1)
    return _download([sheet], quality, f"kiem-tra-{wanted.check.replace('_', '-')}", edition, ending, today)


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


def _found_cell(language: Language, name: str, cell: Any) -> Cell:
    """The same for a file, in which days stay days and whole numbers numbers."""
    if isinstance(cell, date) or (isinstance(cell, int) and not isinstance(cell, bool)):
        return cell
    return say_found(language, name, cell)


def _download(
    sheets: Sequence[Sheet], quality: Quality, stem: str, edition: Edition, ending: Ending, today: date
) -> Download:
    if ending == "csv":
        data = write_csv(sheets[0])
    else:
        told = [_stamped(sheet, quality, edition) for sheet in sheets]
        data = write_xlsx([*told, _how_found(quality, edition, today)], today, edition.language)
    return Download(name_file(f"{stem}-{today.isoformat()}", data, ending), data, MIME[ending])


def _stamped(sheet: Sheet, quality: Quality, edition: Edition) -> Sheet:
    """The sheet with whose data it speaks of; no result is in it, so nothing is provisional."""
    language = edition.language
    notes = (" · ".join((*quality.where, day(language, quality.as_of))), say(language, "quality.no_score"), *sheet.notes)
    stamp = " · ".join((*quality.where, day(language, quality.as_of)))
    told = replace(sheet, notes=notes, warning=_warning(edition), stamp=stamp)
    return replace(told, empty=say(language, "workbook.empty"))


def _warning(edition: Edition) -> str:
    return say(edition.language, "workbook.sample") if edition.sample else ""


def _how_found(quality: Quality, edition: Edition, today: date) -> Account:
    language = edition.language
    facts = {
        "campaign": quality.where[0],
        "period": quality.where[1],
        "as_of": day(language, quality.as_of),
        "state": say(language, f"period.state.{quality.state}"),
        "made_on": day(language, today),
        "head": f"{edition.head.seq} {edition.head.hash}" if edition.head else "",
        "version": f"{say(language, 'app.name')} {VERSION}",
    }
    told = [(say(language, f"workbook.fact.{name}"), said) for name, said in facts.items() if said]
    expected = [
        f"{say(language, f'quality.expected.{name}')}: "
        + say(language, "quality.of", given=quality.reported(name), total=len(quality.competing))
        for name in EXPECTED
    ]
    sections = [
        (say(language, "workbook.reading"), [say(language, "quality.no_score"), say(language, "workbook.mark.no_case")]),
        (say(language, "quality.reported"), expected),
    ]
    title, stamp = say(language, "workbook.computed.title"), " · ".join(quality.where)
    return Account(say(language, "sheet.computed"), title, _warning(edition), stamp, told, sections)
