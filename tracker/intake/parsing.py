"""A table of texts to typed rows and problems, all of them in one pass."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from tracker.core.cases import INDICES, UNITS, Column, Kind
from tracker.core.problems import Place, Problem, Severity
from tracker.intake import rules
from tracker.intake.cells import Objects, is_among, map_distinct
from tracker.intake.dates import settle_orders
from tracker.intake.findings import Findings
from tracker.intake.headers import How
from tracker.intake.mapping import describe_mapping, find_header_problems
from tracker.intake.merging import fill_merged
from tracker.intake.moments import AS_USUAL
from tracker.intake.naming import Register, find_codes, procedure_register, unit_register
from tracker.intake.places import name_place
from tracker.intake.portal import UNIT_CODE, UNIT_NAME
from tracker.intake.rows import Known, Named, Rows
from tracker.intake.synonyms import UNIT_PARENT, is_personal, is_spare
from tracker.intake.tables import Table
from tracker.intake.tally_rules import check_tallies
from tracker.intake.values import MOMENTS, parse_column
from tracker.intake.wording import find_values, leave_unreceived


def parse_table(table: Table, kind: Kind, known: Known, today: date, grant: frozenset[str] | None = None) -> Rows:
    """The table's good rows and everything wrong with the others.

    `grant` are the units the person may write for, None: all. With an error of the whole table no row is good.
    """
    table = leave_unreceived(table, kind)
    notices = _notice_columns(table, kind)
    unusable = [problem for problem in table.problems if _is_of_the_whole(problem)] or find_header_problems(table, kind)
    if unusable:
        return _refuse(table, kind, [*unusable, *notices])
    positions = _positions(table, kind)
    findings = Findings(table, kind, positions)
    findings.take([*notices, *table.problems])
    table = fill_merged(table, kind, positions, findings)
    dated = {name: table.frame[at] for name, at in positions.items() if kind.column(name).type in MOMENTS}
    dates = settle_orders(dated, table.choices, findings.ask)
    registers = {"units": unit_register(known, _own_units(table, kind)), "procedures": procedure_register(known)}
    values = {
        name: parse_column(
            _translate(table, kind, kind.column(name), registers), kind.column(name), findings, dates.get(name, AS_USUAL)
        )
        for name in positions
    }
    values = _with_defaults(kind, values, len(table.frame))
    rules.check_amounts(kind, values, findings)
    check_tallies(kind, values, findings, known)
    rules.check_events(kind, values, findings, today)
    rules.check_order(kind, values, findings)
    rules.check_keys(kind, values, findings)
    rules.check_spans(kind, values, findings)
    rules.check_grant(kind, values, findings, known, grant)
    rules.check_references(kind, values, findings, known, registers)
    good = ~findings.refused
    kept = values if good.all() else {name: column[good] for name, column in values.items()}
    frame = pd.DataFrame(kept, index=table.frame.index[good], dtype=object, copy=False)
    return _rows(table, kind, tuple(values), frame, findings.in_order())


def _with_defaults(kind: Kind, values: Mapping[str, Objects], rows: int) -> dict[str, Objects]:
    """The values in the kind's order, with the parts of the key that the table lacks and that mean something when empty."""
    absent = (column for column in map(kind.column, kind.key) if column.name not in values and column.default is not None)
    whole = {**values, **{column.name: np.full(rows, column.default, dtype=object) for column in absent}}
    return {column.name: whole[column.name] for column in kind.columns if column.name in whole}


def _translate(table: Table, kind: Kind, column: Column, registers: Mapping[str, Register]) -> Objects:
    """The column's cells with codes for the names and our values for the words that are understood."""
    cells = _cells(table, table.names.index(column.name))
    if kind is INDICES and column.name == "unit":
        register = registers["units"]
        return map_distinct(cells, lambda text: register.find(text.strip()) or name_place(text))
    if column.refers is None:
        return find_values(cells, kind, column, table.choices.words.get(column.name, {}))
    chosen = table.choices.units if column.refers == "units" else table.choices.procedures
    with_parent = column.name == "unit" and UNIT_PARENT in table.names
    parents = _cells(table, table.names.index(UNIT_PARENT)) if with_parent else None
    found = find_codes(cells, registers[column.refers], chosen, parents)
    for other in (UNIT_CODE, UNIT_NAME) if column.name == "unit" else ():
        if other in table.names:
            beside = find_codes(_cells(table, table.names.index(other)), registers[column.refers], chosen)
            found = np.where(is_among(found, registers[column.refers].entries) | (beside == ""), found, beside)
    return found


def _own_units(table: Table, kind: Kind) -> list[Named]:
    """The units a table of units brings itself."""
    if kind is not UNITS:
        return []
    columns = [_cells(table, table.names.index(name)) for name in ("code", "name")]
    return [Named(code.strip(), name) for code, name in zip(*columns, strict=True) if code.strip()]


def _is_of_the_whole(problem: Problem) -> bool:
    return problem.severity is Severity.ERROR and problem.place.row is None


def _cells(table: Table, position: int) -> Objects:
    """A column's texts, equal ones being one object: most columns say the same few things a million times."""
    codes, distinct = pd.factorize(table.frame[position])
    cells: Objects = np.asarray(distinct, dtype=object)[codes]
    return cells


def _positions(table: Table, kind: Kind) -> dict[str, int]:
    """Where each of the kind's columns stands in the table, in the kind's order."""
    return {column.name: table.names.index(column.name) for column in kind.columns if column.name in table.names}


def _refuse(table: Table, kind: Kind, problems: list[Problem]) -> Rows:
    columns = tuple(_positions(table, kind))
    empty = pd.DataFrame({name: np.empty(0, dtype=object) for name in columns}, index=table.frame.index[:0])
    return _rows(table, kind, columns, empty, tuple(problems))


def _rows(table: Table, kind: Kind, columns: tuple[str, ...], frame: pd.DataFrame, problems: tuple[Problem, ...]) -> Rows:
    return Rows(kind, table.file, table.sheet, columns, frame, len(table.frame) - len(frame), problems, source_of(table))


def _notice_columns(table: Table, kind: Kind) -> list[Problem]:
    """Warnings about columns that are not read; none about those nobody needs, and those a person left out."""
    warnings = []
    for column in describe_mapping(table, kind):
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


def source_of(table: Table) -> pd.DataFrame:
    """All rows under the headings they came with, but for columns that are never kept or hold nothing."""
    kept = [at for at, cell in enumerate(table.header) if not is_personal(cell) and not _is_idle(table, at)]
    source = table.frame[kept]
    source.columns = pd.Index([table.header[at] for at in kept])
    return source


def _is_idle(table: Table, position: int) -> bool:
    """Whether a column has neither a name nor anything in it, as beside many a sheet."""
    return not table.header[position].strip() and not bool((table.frame[position] != "").any())
