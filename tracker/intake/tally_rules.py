"""What the rows of a table of tallies owe: that came and went balance, and that nothing is counted twice."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tracker.core.cases import TALLIES, TALLY_DONE, TALLY_PENDING, TALLY_RECEIVED, Kind
from tracker.intake.cells import Mask, Objects, is_among
from tracker.intake.findings import Findings
from tracker.intake.rows import Known


def check_tallies(kind: Kind, values: Mapping[str, Objects], findings: Findings, known: Known) -> None:
    """The sums of each row, the procedure it names, and the spans of each unit; nothing for another kind."""
    if kind is not TALLIES:
        return
    _check_procedures(values["procedure"], findings, known)
    _check_balance(values, findings)
    _check_unit_spans(values, findings)


def _check_procedures(procedures: Objects, findings: Findings, known: Known) -> None:
    """A code must be known; a field of procedures, which has blanks or accents in its name, is as the form has it."""
    codes = np.array([bool(text) and text.isascii() and " " not in text for text in procedures], dtype=bool)
    findings.add("unknown_procedure", "procedure", codes & ~is_among(procedures, known.procedures))


def _check_balance(values: Mapping[str, Objects], findings: Findings) -> None:
    """Received and carried over are as many as done and pending; an empty cell counts none."""
    size = len(findings.refused)
    sums = {
        "received": _sum(values, TALLY_RECEIVED, size),
        "carried": _sum(values, ("carried",), size),
        "done": _sum(values, TALLY_DONE, size),
        "pending": _sum(values, TALLY_PENDING, size),
    }
    came, went = sums["received"] + sums["carried"], sums["done"] + sums["pending"]
    off = (came != went) & ~findings.refused
    args = [
        {"came": int(came[at]), "went": int(went[at]), **{name: int(numbers[at]) for name, numbers in sums.items()}}
        for at in np.flatnonzero(off)
    ]
    column = next((name for name in TALLY_RECEIVED if name in values), "unit")
    findings.add("tally_unbalanced", column, off, args=args)


def _sum(values: Mapping[str, Objects], names: tuple[str, ...], size: int) -> np.typing.NDArray[np.int64]:
    total = np.zeros(size, dtype=np.int64)
    for name in names:
        if name in values:
            total += np.array([int(text or 0) for text in values[name]], dtype=np.int64)
    return total


def _check_unit_spans(values: Mapping[str, Objects], findings: Findings) -> None:
    """A unit's tallies are of the same span or of spans apart, and all of it or by procedure, never both.

    Two reports of one unit over common days would count its dossiers twice.
    """
    units: dict[str, list[tuple[str, str, bool, int]]] = {}
    names = ("unit", "period_from", "period_to", "procedure")
    for at, (unit, begins, ends, procedure) in enumerate(zip(*(values[name] for name in names), strict=True)):
        if None not in (unit, begins, ends) and not findings.refused[at]:
            units.setdefault(unit, []).append((begins, ends, procedure == "", at))
    clashes = {
        at: other
        for rows in units.values()
        for at, other in _clashes(sorted(rows, key=lambda row: (*row[:2], row[3]))).items()
    }
    marked: Mask = np.zeros(len(findings.refused), dtype=bool)
    marked[list(clashes)] = True
    args = [{"other": findings.row_number(clashes[at])} for at in sorted(clashes)]
    findings.add("tally_twice", "period_from", marked, args=args)


def _clashes(rows: list[tuple[str, str, bool, int]]) -> dict[int, int]:
    """Each row that counts days again which an earlier span counts, with the row of that span."""
    found: dict[int, int] = {}
    kept: list[tuple[str, str, bool, int]] = []
    for begins, ends, whole, at in rows:
        last = kept[-1] if kept else None
        if last is not None and begins <= last[1] and (begins, ends, whole) != last[:3]:
            found[at] = last[3]
        elif last is None or (begins, ends, whole) != last[:3]:
            kept.append((begins, ends, whole, at))
    return found
