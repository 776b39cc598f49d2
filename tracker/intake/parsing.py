"""A table of texts to typed rows and problems, all of them in one pass."""

from __future__ import annotations

import unicodedata
from datetime import date

import numpy as np
import pandas as pd

from tracker.core.cases import Kind
from tracker.core.problems import Place, Problem, Severity
from tracker.intake import rules
from tracker.intake.cells import Objects
from tracker.intake.dates import settle_orders
from tracker.intake.findings import Findings
from tracker.intake.merging import fill_merged
from tracker.intake.moments import AS_USUAL
from tracker.intake.reading import find_header_problems
from tracker.intake.rows import Known, Rows
from tracker.intake.tables import Table, header_key
from tracker.intake.values import MOMENTS, parse_column

# Names of those who complain or denounce are never kept, whatever file brings them.
_PERSONAL = (
    "complainant",
    "denouncer",
    "petitioner",
    "whistleblower",
    "nguoi_khieu_nai",
    "nguoi_to_cao",
    "nguoi_phan_anh",
    "nguoi_kien_nghi",
)


def parse_table(table: Table, kind: Kind, known: Known, today: date, grant: frozenset[str] | None = None) -> Rows:
    """The table's good rows and everything wrong with the others.

    `grant` are the units the person may write for, None: all. With an error of the whole table no row is good.
    """
    notices = _notice_columns(table, kind)
    unusable = find_header_problems(table, kind)
    if unusable:
        return _refuse(table, kind, [*unusable, *notices])
    positions = _positions(table, kind)
    findings = Findings(table, positions)
    findings.take([*notices, *table.problems])
    table = fill_merged(table, kind, positions, findings)
    dated = {name: table.frame[at] for name, at in positions.items() if kind.column(name).type in MOMENTS}
    dates = settle_orders(dated, table.choices, findings.ask)
    values = {
        name: parse_column(_cells(table, at), kind.column(name), findings, dates.get(name, AS_USUAL))
        for name, at in positions.items()
    }
    rules.check_amounts(kind, values, findings)
    rules.check_events(kind, values, findings, today)
    rules.check_order(kind, values, findings)
    rules.check_keys(kind, values, findings)
    rules.check_spans(kind, values, findings)
    rules.check_grant(kind, values, findings, known, grant)
    rules.check_references(kind, values, findings, known)
    good = ~findings.refused
    kept = values if good.all() else {name: column[good] for name, column in values.items()}
    frame = pd.DataFrame(kept, index=table.frame.index[good], dtype=object, copy=False)
    return _rows(table, kind, tuple(positions), frame, findings.in_order())


def _cells(table: Table, position: int) -> Objects:
    """A column's texts, equal ones being one object: most columns say the same few things a million times."""
    codes, distinct = pd.factorize(table.frame[position])
    cells: Objects = np.asarray(distinct, dtype=object)[codes]
    return cells


def _positions(table: Table, kind: Kind) -> dict[str, int]:
    """Where each of the kind's columns stands in the table, in the kind's order."""
    names = [header_key(cell) for cell in table.header]
    return {column.name: names.index(column.name) for column in kind.columns if column.name in names}


def _refuse(table: Table, kind: Kind, problems: list[Problem]) -> Rows:
    columns = tuple(_positions(table, kind))
    empty = pd.DataFrame({name: np.empty(0, dtype=object) for name in columns}, index=table.frame.index[:0])
    return _rows(table, kind, columns, empty, tuple(problems))


def _rows(table: Table, kind: Kind, columns: tuple[str, ...], frame: pd.DataFrame, problems: tuple[Problem, ...]) -> Rows:
    return Rows(kind, table.file, table.sheet, columns, frame, len(table.frame) - len(frame), problems, _source(table))


def _notice_columns(table: Table, kind: Kind) -> list[Problem]:
    """Warnings about columns that are not read."""
    known = {column.name for column in kind.columns}
    warnings = []
    for at, cell in enumerate(table.header):
        name = header_key(cell)
        if name in known or _is_idle(table, at):
            continue
        code = "personal_column_dropped" if _is_personal(cell) else "unknown_column"
        place = Place(table.file, table.sheet, column=cell.strip() or f"#{at + 1}")
        warnings.append(Problem(code, place, Severity.WARNING))
    return warnings


def _source(table: Table) -> pd.DataFrame:
    kept = [at for at, cell in enumerate(table.header) if not _is_personal(cell) and not _is_idle(table, at)]
    source = table.frame[kept]
    source.columns = pd.Index([table.header[at] for at in kept])
    return source


def _is_idle(table: Table, position: int) -> bool:
    """Whether a column has neither a name nor anything in it, as beside many a sheet."""
    return not table.header[position].strip() and not any(_cells(table, position))


def _is_personal(cell: str) -> bool:
    plain = unicodedata.normalize("NFD", header_key(cell).replace("đ", "d"))
    folded = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return any(word in folded for word in _PERSONAL)
