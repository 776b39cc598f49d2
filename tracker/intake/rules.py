"""What the columns of a row, and the rows of a table, owe each other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from tracker.core.cases import DOSSIERS, REPORTED, SURVEYS, TALLIES, UNITS, Kind
from tracker.core.problems import Severity
from tracker.intake.cells import Mask, Objects, is_among, is_empty
from tracker.intake.findings import Findings
from tracker.intake.naming import Register
from tracker.intake.rows import Known

Values = Mapping[str, Objects]
Registers = Mapping[str, Register]
# Looking for what may be meant takes its time; whoever has more wrong names than this has another trouble.
_NEAREST_OF = 50

# An event of these columns after today cannot have happened; elsewhere it may be a slip that changes no figure.
_NEVER_FUTURE = ("completed_at", "returned_at")
_ORDER: Mapping[str, tuple[tuple[str, str], ...]] = {
    "dossiers": tuple((name, "received_at") for name in ("due_at", "extended_due_at", "completed_at", "returned_at")),
    "feedback": (("due_on", "received_on"), ("resolved_on", "received_on")),
}
_FIRST_AND_LAST = {
    UNITS.name: ("valid_from", "valid_to"),
    SURVEYS.name: ("period_from", "period_to"),
    REPORTED.name: ("period_from", "period_to"),
    TALLIES.name: ("period_from", "period_to"),
}
_SPANS = {SURVEYS.name: ("unit", "topic"), REPORTED.name: ("unit", "measure")}


def check_events(kind: Kind, values: Values, findings: Findings, today: date) -> None:
    """No dossier ends after today; other events after today are warned of."""
    day = today.isoformat()
    for column in kind.columns:
        if column.event and column.name in values:
            severity = Severity.ERROR if column.name in _NEVER_FUTURE else Severity.WARNING
            future = ~is_empty(values[column.name])
            future[future] = values[column.name][future] > f"{day} 23:59:59"
            findings.add("future_date", column.name, future, severity, {"today": day})


def check_order(kind: Kind, values: Values, findings: Findings) -> None:
    """What ends or falls due before it was received is warned of; a period that ends before it begins is an error."""
    for later, earlier in _ORDER.get(kind.name, ()):
        if later in values and earlier in values:
            findings.add("date_order", later, _after(values[earlier], values[later]), Severity.WARNING, {"other": earlier})
    begins, ends = _FIRST_AND_LAST.get(kind.name, ("", ""))
    if begins in values and ends in values:
        findings.add("date_order", ends, _after(values[begins], values[ends]), args={"other": begins})


def check_amounts(kind: Kind, values: Values, findings: Findings) -> None:
    """A dossier was received or at least submitted; nobody can be more satisfied people than answered."""
    if kind is DOSSIERS:
        # What stands there but is no date has its own problem.
        blank = [findings.is_blank(name) for name in ("received_at", "submitted_at") if name in values]
        findings.add("required", "received_at", np.logical_and.reduce(blank))
    if kind is SURVEYS:
        # An empty cell is refused already and exceeds nothing.
        responses = np.array([float("inf") if text is None else int(text) for text in values["responses"]], dtype=object)
        satisfied = np.array([0 if text is None else int(text) for text in values["satisfied"]], dtype=object)
        over = np.asarray(satisfied > responses, dtype=bool)
        args = [{"minimum": 0, "maximum": most} for most in responses[over]]
        findings.add("out_of_range", "satisfied", over, args=args)


def check_keys(kind: Kind, values: Values, findings: Findings) -> None:
    """A key stands once in a file: later rows with it are refused, naming the first."""
    keys = pd.DataFrame({name: values[name] for name in kind.key}, dtype=object, copy=False)
    whole = keys.notna().all(axis=1).to_numpy()
    again = keys.duplicated().to_numpy() & whole
    if not again.any():
        return
    first: dict[tuple[str, ...], int] = {}
    args: list[dict[str, object]] = []
    for at, key in enumerate(keys.itertuples(index=False, name=None)):
        first.setdefault(key, at)
        if again[at]:
            args.append({"first": findings.row_number(first[key])})
    findings.add("duplicate", kind.key[0], again, args=args)


def check_spans(kind: Kind, values: Values, findings: Findings) -> None:
    """Spans of one unit and topic or measure do not overlap; the one that begins later is refused, naming the other."""
    if kind.name not in _SPANS:
        return
    names = (*_SPANS[kind.name], "period_from", "period_to")
    rows = [
        (*row, at)
        for at, row in enumerate(zip(*(values[name] for name in names), strict=True))
        if None not in row and not findings.refused[at]
    ]
    overlapping = np.zeros(len(findings.refused), dtype=bool)
    others: dict[int, int] = {}
    last: tuple[str, ...] | None = None
    until, until_at = "", 0
    for *group, begins, ends, at in sorted(rows):
        if tuple(group) != last:
            last, until = tuple(group), ""
        if begins <= until:
            overlapping[at] = True
            others[at] = findings.row_number(until_at)
        if ends > until:
            until, until_at = ends, at
    findings.add("overlap", "period_from", overlapping, args=[{"other": others[at]} for at in sorted(others)])


def check_references(kind: Kind, values: Values, findings: Findings, known: Known, registers: Registers) -> None:
    """Every unit and procedure named is known; a units file may also name what its own good rows define."""
    for column in kind.columns:
        if column.name not in values or column.refers is None:
            continue
        if column.refers == "procedures":
            unknown = _unknown(values[column.name], known.procedures)
            _add_unknown("unknown_procedure", column.name, unknown, values, registers["procedures"], findings)
        elif kind is not UNITS:
            unknown = _unknown(values[column.name], known.units)
            _add_unknown("unknown_unit", column.name, unknown, values, registers["units"], findings)
    if kind is UNITS:
        _check_own_units(values, findings, known, registers["units"])


def _check_own_units(values: Values, findings: Findings, known: Known, register: Register) -> None:
    """Refusing a unit may leave others without what they refer to, so it is looked at until nothing changes."""
    named = [name for name in ("parent", "successor") if name in values]
    refused_before = -1
    while refused_before != int(findings.refused.sum()):
        refused_before = int(findings.refused.sum())
        units = known.units | frozenset(values["code"][~findings.refused])
        unknown = {name: _unknown(values[name], units) & ~findings.refused for name in named}
        for name, rows in unknown.items():
            _add_unknown("unknown_unit", name, rows, values, register, findings)


def _add_unknown(code: str, column: str, rows: Mask, values: Values, register: Register, findings: Findings) -> None:
    """A problem for each marked row, with the names and codes most like what stands there."""
    texts = values[column][rows]
    distinct = list(dict.fromkeys(texts))[:_NEAREST_OF]
    near = {text: register.nearest(text) or None for text in distinct}
    findings.add(code, column, rows, args=[{"nearest": near.get(text)} for text in texts])


def check_grant(kind: Kind, values: Values, findings: Findings, known: Known, grant: frozenset[str] | None) -> None:
    """Every row belongs to a unit the person may write for."""
    column = "code" if kind is UNITS else "unit"
    if grant is None or column not in values:
        return
    foreign = _unknown(values[column], grant)
    # A unit nobody knows is already reported as such.
    exists = foreign if kind is UNITS else foreign & ~_unknown(values[column], known.units)
    findings.add("not_your_unit", column, exists)


def _unknown(values: Objects, known: frozenset[str]) -> Mask:
    return ~is_among(values, known) & ~is_empty(values)


def _after(values: Objects, bounds: Objects) -> Mask:
    """Where both are given and the value is the later: the one spelling of dates sorts as time does."""
    after = ~is_empty(values) & ~is_empty(bounds)
    after[after] = values[after] > bounds[after]
    return after
