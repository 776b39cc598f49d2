"""What the intake hands on: the good rows of one table, and what was wrong with the others."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from tracker.core.cases import Kind
from tracker.core.problems import Problem, Severity


@dataclass(frozen=True, slots=True)
class Named:
    """A unit or procedure as its register has it; `parent` is the code of the unit above, "" if there is none."""

    code: str
    name: str
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What a row may refer to, beside what its own file defines; by code, and by the names that are known."""

    units: frozenset[str]
    procedures: frozenset[str]
    named_units: tuple[Named, ...] = ()
    named_procedures: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True)
class Rows:
    """One table of one file, parsed.

    `columns` are the kind's columns that the file has, in the kind's order. `frame` holds the good rows: every cell text or
    None, in one spelling (KEY, TEXT, CHOICE as they are, INTEGER `12`, DECIMAL `4.5` without exponent or idle zeros,
    BOOL `1` or `0`, DATE `YYYY-MM-DD`, TIME and END_TIME `YYYY-MM-DD HH:MM:SS`), indexed by the file's row numbers.
    `source` holds all rows under the file's own headers as they were read, to give refused ones back.
    """

    kind: Kind
    file: str
    sheet: str | None
    columns: tuple[str, ...]
    frame: pd.DataFrame
    refused: int
    problems: tuple[Problem, ...]
    source: pd.DataFrame


def refused_rows(rows: Rows) -> pd.DataFrame:
    """The refused rows as they were read, with their errors' codes in a last column `problems` (a list for each row)."""
    codes: dict[int, list[str]] = {}
    for problem in rows.problems:
        if problem.severity is Severity.ERROR and problem.place.row is not None:
            codes.setdefault(problem.place.row, []).append(problem.code)
    refused = rows.source[~rows.source.index.isin(rows.frame.index)].copy()
    refused["problems"] = [codes.get(row, []) for row in refused.index]
    return refused
