"""Small files made by hand, and the short way through the intake."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date

import openpyxl

from tracker.core.problems import Problem, Severity
from tracker.intake import Known, Rows, parse_table, read_file

TODAY = date(2018, 6, 30)
KNOWN = Known(frozenset({"H16", "660", "661"}), frozenset({"P1", "P2"}))
DOSSIERS = "code,unit,procedure,received_at"


def csv_bytes(*lines: str) -> bytes:
    return "\n".join(lines).encode()


def xlsx_bytes(*rows: Sequence[object], sheet: str = "dossiers") -> bytes:
    workbook = openpyxl.Workbook()
    workbook.active.title = sheet
    for row in rows:
        workbook.active.append(list(row))
    return saved(workbook)


def saved(workbook: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def parse(name: str, data: bytes, grant: frozenset[str] | None = None) -> Rows:
    """The one table of a file that can be read."""
    tables, problems = read_file(name, data)
    assert [problem for problem in problems if problem.severity is Severity.ERROR] == []
    (table,) = tables
    assert table.kind is not None
    return parse_table(table, table.kind, KNOWN, TODAY, grant)


def parse_dossier(**cells: str) -> Rows:
    """A file of one good dossier with these cells added or replaced."""
    row = {"code": "1", "unit": "660", "procedure": "P1", "received_at": "2018-01-02 08:00:00"} | cells
    return parse("dossiers.csv", csv_bytes(";".join(row), ";".join(f'"{cell}"' for cell in row.values())))


def value(rows: Rows, column: str) -> str | None:
    """The cell of the only good row."""
    (cell,) = rows.frame[column]
    return cell


def errors(rows: Rows) -> list[tuple[str, int | None, str | None]]:
    return [placed(problem) for problem in rows.problems if problem.severity is Severity.ERROR]


def warnings(rows: Rows) -> list[tuple[str, int | None, str | None]]:
    return [placed(problem) for problem in rows.problems if problem.severity is Severity.WARNING]


def placed(problem: Problem) -> tuple[str, int | None, str | None]:
    return problem.code, problem.place.row, problem.place.column


def refusal(name: str, data: bytes) -> str:
    """The code that spoils the whole file."""
    tables, problems = read_file(name, data)
    assert tables == []
    return next(problem.code for problem in problems if problem.severity is Severity.ERROR)
