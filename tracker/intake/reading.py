"""Bytes of a case file to its tables; whatever cannot be read is a problem, never an exception."""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from pathlib import PurePath

from tracker.core.cases import KINDS, Kind
from tracker.core.problems import Place, Problem, Severity, UsageError
from tracker.intake.choices import ReadingChoices
from tracker.intake.containers import Form, find_form
from tracker.intake.tables import Table, header_key, kind_of_name, make_table, missing_columns
from tracker.intake.workbooks import Sheet, read_workbook
from tracker.intake.xlsx_child import MAX_COLUMNS

_DELIMITERS = ",;\t"
_LONGEST_NAME = 120
_FIELD_LIMIT = "field larger than field limit"
# Text has hardly any; a program or a picture named .csv is full of them.
_MAX_NUL_SHARE = 0.1


def read_file(name: str, data: bytes, choices: ReadingChoices | str | None = None) -> tuple[list[Table], list[Problem]]:
    """The file's tables, each of a known kind, and what is wrong with the file; an error here spoils the whole file.

    `choices` say how to read it (a text alone: the kind of every table); what they leave open the file says itself: its
    kind by the sheet's name, the file's name or the header. Raises UsageError for an unknown kind.
    """
    chosen = choices if isinstance(choices, ReadingChoices) else ReadingChoices(kind=choices)
    if chosen.kind is not None and chosen.kind not in KINDS:
        raise UsageError("unknown_kind", kind=chosen.kind, kinds=tuple(KINDS))
    file = clean_name(name)
    wanted = KINDS[chosen.kind] if chosen.kind else None
    form = find_form(file, data)
    if isinstance(form, Problem):
        return [], [form]
    return _read_text(file, data, wanted) if form is Form.TEXT else _read_sheets(file, data, wanted)


def clean_name(name: str) -> str:
    """The last part of the path, without characters that do not show: a name is for show only, never for opening."""
    last = re.split(r"[/\\]", name)[-1]
    visible = "".join(letter for letter in last if unicodedata.category(letter) not in ("Cc", "Cf"))
    if len(visible) <= _LONGEST_NAME:
        return visible
    stem, dot, suffix = visible.rpartition(".")
    return f"{stem[: _LONGEST_NAME - 10]}…{dot}{suffix[:8]}"


def _read_text(file: str, data: bytes, wanted: Kind | None) -> tuple[list[Table], list[Problem]]:
    text = _decode(data)
    if text is None or text.count("\0") > _MAX_NUL_SHARE * len(text):
        return [], [Problem("not_text" if data.count(0) > _MAX_NUL_SHARE * len(data) else "encoding", Place(file))]
    rows, problem = _split(file, text)
    if problem is not None:
        return [], [problem]
    table = _make_checked(Place(file), rows, wanted or kind_of_name(PurePath(file).stem))
    if isinstance(table, Problem):
        return [], [table]
    return [table], []


def _decode(data: bytes) -> str | None:
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        return None


def _split(file: str, text: str) -> tuple[list[list[str]], Problem | None]:
    """The records of a CSV text; a record may span lines, so its number is the row a spreadsheet shows."""
    rows: list[list[str]] = []
    try:
        rows.extend(csv.reader(io.StringIO(text, newline=""), delimiter=_find_delimiter(text), strict=True))
    except csv.Error as error:
        code = "too_long" if _FIELD_LIMIT in str(error) else "bad_quote"
        args = {"limit": csv.field_size_limit()} if code == "too_long" else {}
        return rows, Problem(code, Place(file, row=len(rows) + 1), args=args)
    return rows, None


def _find_delimiter(text: str) -> str:
    """The delimiter that is commonest in the first line with any, comma first among equals."""
    for line in io.StringIO(text[:100_000]):
        counts = {delimiter: line.count(delimiter) for delimiter in _DELIMITERS}
        if any(counts.values()):
            return max(counts, key=lambda delimiter: counts[delimiter])
    return ","


def _read_sheets(file: str, data: bytes, wanted: Kind | None) -> tuple[list[Table], list[Problem]]:
    sheets = read_workbook(file, data)
    if isinstance(sheets, Problem):
        return [], [sheets]
    problems: list[Problem] = []
    tables: list[Table] = []
    named = kind_of_name(PurePath(file).stem) if sum(bool(sheet.rows) for sheet in sheets) == 1 else None
    for sheet in sheets:
        place = Place(file, sheet.name)
        problems += _notice(place, sheet)
        kind = wanted or kind_of_name(sheet.name) or named
        table = _make_checked(place, sheet.rows, kind) if sheet.visible else None
        if isinstance(table, Table):
            tables.append(table)
        elif table is not None and table.code != "empty":  # new workbooks come with blank sheets
            problems.append(table)
    if not tables and not any(problem.severity is Severity.ERROR for problem in problems):
        return [], [*problems, Problem("empty", Place(file))]
    return tables, [_as_warning(problem) for problem in problems] if tables else problems


def _notice(place: Place, sheet: Sheet) -> list[Problem]:
    if not sheet.visible:
        return [Problem("hidden_sheet", place, Severity.WARNING)]
    counts = {"hidden_rows": sheet.hidden_rows, "formula_values": sheet.formulas}
    return [Problem(code, place, Severity.WARNING, args={"count": count}) for code, count in counts.items() if count]


def _as_warning(problem: Problem) -> Problem:
    """Beside a good table a sheet of another kind is a note, not a mistake."""
    return Problem("sheet_ignored", problem.place, Severity.WARNING) if problem.code == "unknown_kind" else problem


def _make_checked(place: Place, rows: list[list[str]], wanted: Kind | None) -> Table | Problem:
    if max(map(len, rows), default=0) > MAX_COLUMNS:
        return Problem("too_many_columns", place, args={"limit": MAX_COLUMNS})
    table = make_table(place, rows, wanted)
    if table is None:
        return Problem("empty", place)
    return table if table.kind is not None else Problem("unknown_kind", place)


def find_header_problems(table: Table, kind: Kind) -> list[Problem]:
    """What makes the table unusable as a whole: a required column missing, a column twice, no rows."""
    names = [header_key(cell) for cell in table.header]
    missing = [("missing_column", name) for name in missing_columns(kind, set(names))]
    known = [column.name for column in kind.columns]
    twice = [("duplicate_column", name) for name in known if names.count(name) > 1]
    problems = [Problem(code, Place(table.file, table.sheet, column=name)) for code, name in missing + twice]
    if table.frame.empty:
        problems.append(Problem("no_rows", Place(table.file, table.sheet)))
    return problems
