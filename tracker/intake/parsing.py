"""A table of texts to typed rows and problems, all of them in one pass."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from tracker.core.cases import UNITS, Column, Kind
from tracker.core.problems import Place, Problem, Severity
from tracker.intake import rules
from tracker.intake.cells import Objects
from tracker.intake.choices import ReadingChoices
from tracker.intake.findings import Findings
from tracker.intake.headers import How
from tracker.intake.mapping import describe_mapping, find_header_problems
from tracker.intake.naming import Register, find_codes, procedure_register, unit_register
from tracker.intake.rows import Known, Named, Rows
from tracker.intake.synonyms import UNIT_PARENT, is_personal, is_spare
from tracker.intake.tables import Table
from tracker.intake.values import parse_column
from tracker.intake.wording import find_values, leave_unreceived


def parse_table(
    table: Table,
    kind: Kind,
    known: Known,
    today: date,
    grant: frozenset[str] | None = None,
    choices: ReadingChoices = ReadingChoices(),  # noqa: B008 (frozen)
) -> Rows:
    """The table's good rows and everything wrong with the others.

    `grant` are the units the person may write for, None: all. With an error of the whole table no row is good.
    """
    table = leave_unreceived(table, kind, choices.words.get("status", {}))
    notices = _notice_columns(table, kind, choices.mapping)
    unusable = find_header_problems(table, kind)
    if unusable:
        return _refuse(table, kind, [*unusable, *notices])
    positions = _positions(table, kind)
    findings = Findings(table, kind, positions)
    findings.take([*notices, *table.problems])
    registers = {"units": unit_register(known, _own_units(table, kind)), "procedures": procedure_register(known)}
    cells = {name: _translate(table, kind, kind.column(name), registers, choices) for name in positions}
    values = {name: parse_column(cells[name], kind.column(name), findings) for name in positions}
    rules.check_amounts(kind, values, findings)
    rules.check_events(kind, values, findings, today)
    rules.check_order(kind, values, findings)
    rules.check_keys(kind, values, findings)
    rules.check_spans(kind, values, findings)
    rules.check_grant(kind, values, findings, known, grant)
    rules.check_references(kind, values, findings, known, registers)
    good = ~findings.refused
    kept = {name: column[good] for name, column in values.items()}
    frame = pd.DataFrame(kept, index=table.frame.index[good], dtype=object)
    return _rows(table, kind, tuple(positions), frame, findings.in_order())


def _translate(
    table: Table, kind: Kind, column: Column, registers: Mapping[str, Register], choices: ReadingChoices
) -> Objects:
    """The column's cells with codes for the names and our values for the words that are understood."""
    cells = _cells(table, table.names.index(column.name))
    if column.refers is None:
        return find_values(cells, kind, column, choices.words.get(column.name, {}))
    chosen = choices.units if column.refers == "units" else choices.procedures
    with_parent = column.name == "unit" and UNIT_PARENT in table.names
    parents = _cells(table, table.names.index(UNIT_PARENT)) if with_parent else None
    return find_codes(cells, registers[column.refers], chosen, parents)


def _own_units(table: Table, kind: Kind) -> list[Named]:
    """The units a table of units brings itself."""
    if kind is not UNITS:
        return []
    columns = [_cells(table, table.names.index(name)) for name in ("code", "name")]
    return [Named(code.strip(), name) for code, name in zip(*columns, strict=True) if code.strip()]


def _cells(table: Table, position: int) -> Objects:
    cells: Objects = table.frame[position].to_numpy()
    return cells


def _positions(table: Table, kind: Kind) -> dict[str, int]:
    """Where each of the kind's columns stands in the table, in the kind's order."""
    return {column.name: table.names.index(column.name) for column in kind.columns if column.name in table.names}


def _refuse(table: Table, kind: Kind, problems: list[Problem]) -> Rows:
    columns = tuple(_positions(table, kind))
    empty = pd.DataFrame({name: np.empty(0, dtype=object) for name in columns}, index=table.frame.index[:0])
    return _rows(table, kind, columns, empty, tuple(problems))


def _rows(table: Table, kind: Kind, columns: tuple[str, ...], frame: pd.DataFrame, problems: tuple[Problem, ...]) -> Rows:
    return Rows(kind, table.file, table.sheet, columns, frame, len(table.frame) - len(frame), problems, _source(table))


def _notice_columns(table: Table, kind: Kind, chosen: Mapping[str, str]) -> list[Problem]:
    """Warnings about columns that are not read; none about those nobody needs, and those a person left out."""
    warnings = []
    for column in describe_mapping(table, kind, chosen):
        if column.column or is_spare(column.heading, kind):
            continue
        place = Place(table.file, table.sheet, column=column.heading or f"#{column.position + 1}")
        if is_personal(column.heading):
            warnings.append(Problem("personal_column_dropped", place, Severity.WARNING))
        elif column.suggested:
            args = {"suggested": column.suggested, "confidence": column.confidence}
            warnings.append(Problem("column_suggested", place, Severity.WARNING, args=args))
        elif column.how is not How.CHOSEN:
            warnings.append(Problem("unknown_column", place, Severity.WARNING))
    return warnings


def _source(table: Table) -> pd.DataFrame:
    kept = [at for at, cell in enumerate(table.header) if not is_personal(cell) and not _is_idle(table, at)]
    source = table.frame[kept]
    source.columns = pd.Index([table.header[at] for at in kept])
    return source


def _is_idle(table: Table, position: int) -> bool:
    """Whether a column has neither a name nor anything in it, as beside many a sheet."""
    return not table.header[position].strip() and not any(_cells(table, position))
