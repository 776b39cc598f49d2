"""Bytes of a case file to its tables; whatever cannot be read is a problem, never an exception."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath

from tracker.core.cases import EXPLAINS, INDICES, KINDS, TALLIES, Kind
from tracker.core.problems import Place, Problem, Severity
from tracker.intake.archives import PART, unpack
from tracker.intake.choices import NO_CHOICES, ReadingChoices, require_choices
from tracker.intake.containers import Form, clean_name, find_form
from tracker.intake.grids import Grid
from tracker.intake.headers import kind_of_name
from tracker.intake.index_tables import make_index_table
from tracker.intake.legacy import convert_tcvn3
from tracker.intake.portal import is_json
from tracker.intake.portal_tables import read_portal_table
from tracker.intake.tables import Table, make_table
from tracker.intake.tally_forms import make_form
from tracker.intake.texts import read_text
from tracker.intake.web_tables import read_web_tables
from tracker.intake.workbooks import Sheet, read_workbook
from tracker.workbook.notices import XLS_ROWS


def read_file(name: str, data: bytes, choices: ReadingChoices | str | None = None) -> tuple[list[Table], list[Problem]]:
    """The file's tables, each of a known kind, and what is wrong with the file; an error here spoils the whole file.

    `choices` say how to read it (a text alone: the kind of every table); what they leave open the file says itself: its
    kind by the sheet's name, the file's name or the header. Raises UsageError for a choice that does not exist.
    """
    chosen = choices if isinstance(choices, ReadingChoices) else ReadingChoices(kind=choices)
    require_choices(chosen)
    return read_as(None, name, data, chosen)


def read_as(
    kind: Kind | None, name: str, data: bytes, chosen: ReadingChoices = NO_CHOICES
) -> tuple[list[Table], list[Problem]]:
    """The same, every table being of that kind, which may be none of the case files'; None for the file to say itself."""
    file = clean_name(name)
    form = find_form(file, data)
    if isinstance(form, Problem):
        return [], [form]
    if form is Form.ARCHIVE:
        return _read_parts(kind, file, data, chosen)
    if form is Form.TEXT and kind is None and is_json(file, data):
        return read_portal_table(file, data, chosen)
    if form is Form.TEXT:
        return _read_text(kind, file, data, chosen)
    sheets = read_web_tables(file, data, chosen) if form is Form.WEB else read_workbook(file, data, chosen.sheets)
    return ([], [sheets]) if isinstance(sheets, Problem) else _read_sheets(kind, file, sheets, chosen)


def _read_parts(kind: Kind | None, file: str, data: bytes, choices: ReadingChoices) -> tuple[list[Table], list[Problem]]:
    """The tables of all case files in an archive."""
    parts, problems = unpack(file, data)
    found = [read_as(kind, name, content, choices) for name, content in parts]
    tables = [table for tables, _ in found for table in tables]
    return tables, [*problems, *(problem for _, problems in found for problem in problems)]


def _read_text(kind: Kind | None, file: str, data: bytes, choices: ReadingChoices) -> tuple[list[Table], list[Problem]]:
    read = read_text(file, data, choices)
    if isinstance(read, Problem):
        return [], [read]
    grid, is_tcvn3 = read
    notices = convert_tcvn3(Place(file), grid, whole=is_tcvn3)
    named = kind_of_name(PurePath(file.split(PART)[-1]).stem)
    table = _make_as(kind, Place(file), grid) if kind else _make_checked(Place(file), grid, named, choices)
    return ([], [table]) if isinstance(table, Problem) else ([table], notices)


def _read_sheets(
    kind: Kind | None, file: str, sheets: list[Sheet], choices: ReadingChoices
) -> tuple[list[Table], list[Problem]]:
    missing = [name for name in choices.sheets or () if name not in [sheet.name for sheet in sheets]]
    if missing:
        names = tuple(sheet.name for sheet in sheets)
        return [], [Problem("unknown_sheet", Place(file, name), args={"choices": names}) for name in missing]
    sheets = [sheet for sheet in sheets if not _explains(sheet)]
    problems: list[Problem] = []
    tables: list[Table] = []
    named = (
        kind_of_name(PurePath(file.split(PART)[-1]).stem) if sum(bool(sheet.grid.width) for sheet in sheets) == 1 else None
    )
    for sheet in sheets:
        place = Place(file, sheet.name)
        problems += _notice(place, sheet, choices)
        if not (sheet.visible if choices.sheets is None else sheet.name in choices.sheets):
            continue
        problems += convert_tcvn3(place, sheet.grid)
        table = (
            _make_as(kind, place, sheet.grid)
            if kind
            else _make_checked(place, sheet.grid, kind_of_name(sheet.name) or named, choices)
        )
        if isinstance(table, Table):
            tables.append(table)
        elif table.code != "empty":  # new workbooks come with blank sheets
            problems.append(table)
    if not tables and not any(problem.severity is Severity.ERROR for problem in problems):
        return [], [*problems, Problem("empty", Place(file))]
    return tables, [_as_warning(problem) for problem in problems] if tables else problems


def _explains(sheet: Sheet) -> bool:
    """Whether the sheet stands beside the table of one of our own templates and holds nothing to import."""
    first = sheet.grid[0] if len(sheet.grid) else []
    return bool(first) and first[0].startswith(EXPLAINS)


def _notice(place: Place, sheet: Sheet, choices: ReadingChoices) -> list[Problem]:
    """Warnings about a sheet: hidden and not chosen, or with hidden rows, formulas, or as long as its format allows."""
    if choices.sheets is not None and sheet.name not in choices.sheets:
        return []
    if choices.sheets is None and not sheet.visible:
        return [Problem("hidden_sheet", place, Severity.WARNING)]
    counts = {"hidden_rows": sheet.hidden_rows, "formula_values": sheet.formulas}
    notices = [Problem(code, place, Severity.WARNING, args={"count": count}) for code, count in counts.items() if count]
    return [*notices, Problem("sheet_full", place, Severity.WARNING, args={"limit": XLS_ROWS})] if sheet.full else notices


def _as_warning(problem: Problem) -> Problem:
    """Beside a good table a sheet of another kind is a note, not a mistake."""
    return Problem("sheet_ignored", problem.place, Severity.WARNING) if problem.code == "unknown_kind" else problem


def _make_as(kind: Kind, place: Place, grid: Grid) -> Table | Problem:
    """The table of that kind, whatever sheet or file is called; headings that are none of its columns are missing ones."""
    return make_table(place, grid, kind) or Problem("empty", place)


def _make_checked(place: Place, grid: Grid, named: Kind | None, choices: ReadingChoices) -> Table | Problem:
    kind = KINDS[choices.kind] if choices.kind else named
    form = make_form(place, grid, choices) if choices.header_row is None and kind in (None, TALLIES) else None
    if form is None and choices.header_row is None and kind in (None, INDICES):
        form = make_index_table(place, grid, choices)
    table = form or make_table(place, grid, kind, choices.header_row)
    if table is None:
        return Problem("empty", place)
    if table.kind is None:
        return Problem("unknown_kind", place, args={"headings": table.header})
    return replace(table, choices=choices)
