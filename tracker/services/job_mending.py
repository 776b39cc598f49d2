"""The refused rows of a file, in its own layout and with the reasons in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from tracker.core.problems import Problem, Severity
from tracker.export.mending_file import BadRow, Mending, write_mending
from tracker.intake import Table
from tracker.services.imports import Outcome
from tracker.text import Language, say, say_fault

MAX_ROWS = 100_000


def make_mending(outcomes: Sequence[Outcome], language: Language, today: date) -> bytes | None:
    """The workbook of all refused rows of one file; None where no single row was refused."""
    sheets = [sheet for outcome in outcomes if (sheet := _sheet(outcome, language)) is not None]
    return write_mending(sheets, today) if sheets else None


def _sheet(outcome: Outcome, language: Language) -> Mending | None:
    rows, table = outcome.rows, outcome.table
    if rows is None or table is None:
        return None
    wrong: dict[int, list[Problem]] = {}
    for problem in outcome.problems:
        if problem.severity is Severity.ERROR and problem.place.row is not None:
            wrong.setdefault(problem.place.row, []).append(problem)
    if not wrong:
        return None
    every = rows.source[rows.source.index.isin(list(wrong))]
    source = every.iloc[:MAX_ROWS]
    header = [str(cell) for cell in source.columns]
    places = _places(table, header)
    heading_of = {name: header[at].strip() for name, at in places.items()}
    bad_rows = [
        BadRow(
            tuple(map(str, cells)),
            " ".join(dict.fromkeys(_reason(problem, language, heading_of) for problem in wrong[number])),
            frozenset(places[name] for problem in wrong[number] if (name := problem.place.column) in places),
        )
        for number, *cells in source.itertuples(name=None)
    ]
    name = rows.sheet or rows.kind.name
    above = table.above
    if len(every) > MAX_ROWS:  # never silently: above the headings it is in nobody's way when the file comes back
        above = ((say(language, "job.refused_cut", shown=MAX_ROWS, total=len(every)),), *above)
    return Mending(name, above, header, say(language, "job.reasons"), bad_rows)


def _places(table: Table, header: Sequence[str]) -> dict[str, int]:
    """Where each of our columns stands among the headings that are given back."""
    places: dict[str, int] = {}
    at = 0
    for heading, name in zip(table.header, table.names, strict=True):
        if at < len(header) and heading == header[at]:
            if name:
                places[name] = at
            at += 1
    return places


def _reason(problem: Problem, language: Language, heading_of: Mapping[str, str]) -> str:
    """What is wrong, after the heading of its column as the file has it."""
    said = say_fault(language, problem)
    heading = heading_of.get(problem.place.column or "")
    return f"«{heading}»: {said}" if heading else said
