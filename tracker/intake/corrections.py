"""Other cells for one case that is already there: read and checked like the cells of an import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import numpy as np
import pandas as pd

from tracker.core.cases import Kind
from tracker.core.problems import Place, Problem, RefusedError, Severity
from tracker.intake.parsing import parse_table
from tracker.intake.rows import Known
from tracker.intake.tables import Table

Cells = Mapping[str, str | None]


def parse_correction(kind: Kind, case: Mapping[str, object], wanted: Cells, today: date) -> dict[str, str | None]:
    """The wanted cells in their one spelling, those that differ from the case's; an empty text clears a cell.

    The whole row is checked as it would stand; RefusedError with everything wrong, places naming the columns.
    """
    before = {name: cell_text(value) for name, value in case.items()}
    after = {**before, **wanted}
    names = [column.name for column in kind.columns if column.name in after]
    frame = pd.DataFrame({at: np.array([after[name] or ""], dtype=object) for at, name in enumerate(names)}, index=[2])
    rows = parse_table(Table("", None, kind, tuple(names), 1, frame, tuple(names)), kind, _known(kind, before), today)
    errors = [problem for problem in rows.problems if problem.severity is Severity.ERROR]
    if errors:
        raise RefusedError([_without_row(problem) for problem in errors])
    parsed = {name: rows.frame.iloc[0][name] for name in wanted}
    return {name: text for name, text in parsed.items() if text != before.get(name)}


def cell_text(value: object) -> str | None:
    """A stored cell in the one spelling of its type."""
    match value:
        case None | str():
            return value
        case bool():
            return "1" if value else "0"
        case datetime():
            return value.strftime("%Y-%m-%d %H:%M:%S")
        case date():
            return value.isoformat()
        case Decimal():
            return format(value, "f")
        case _:
            return str(value)


def _known(kind: Kind, case: Cells) -> Known:
    """What the case itself refers to is known, or it would not be there."""
    named = {
        target: frozenset(cell for column in kind.columns if column.refers == target and (cell := case.get(column.name)))
        for target in ("units", "procedures")
    }
    return Known(named["units"], named["procedures"])


def _without_row(problem: Problem) -> Problem:
    return replace(problem, place=Place("", column=problem.place.column))
