"""Words and codes of one-stop systems to our values, and the rows of those that were never received."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from tracker.core.cases import DOSSIERS, Column, Kind, Type
from tracker.core.problems import Place, Problem, Severity
from tracker.intake.cells import Mask, Objects, clean_text, map_distinct
from tracker.intake.folding import fold
from tracker.intake.headers import header_key
from tracker.intake.synonyms import SUBMITTED, unreceived, words_of, yes_and_no
from tracker.intake.tables import Table


def find_values(cells: Objects, kind: Kind, column: Column, chosen: Mapping[str, str]) -> Objects:
    """The cells with our values for the words that are known or were chosen; any other cell stays as it is."""
    known = yes_and_no() if column.type is Type.BOOL else words_of(kind, column)
    words = {**known, **_chosen(chosen)}
    if not words:
        return cells
    return map_distinct(cells, lambda cell: words.get(fold(clean_text(cell, breaks=" ")[0]), cell) if cell else cell)


def leave_unreceived(table: Table, kind: Kind) -> Table:
    """The table without what was refused at the counter; what is only submitted keeps no status and no moment of receipt.

    What nobody has received and nobody submitted at a known moment is left out too. Each such row is warned of.
    Under our own heading stand our own words only: nothing is left out.
    """
    at = table.names.index("status") if kind is DOSSIERS and "status" in table.names else None
    if at is None or header_key(table.header[at]) == "status":
        return table
    again = set(_chosen(table.choices.words.get("status", {})))
    known = {word: what for word, what in unreceived().items() if word not in again}
    said = map_distinct(_cells(table, "status"), lambda cell: known.get(fold(cell)))
    if not (marked := np.array([what is not None for what in said], dtype=bool)).any():
        return table
    waits = np.asarray(said == SUBMITTED, dtype=bool) & _is_filled(table, "submitted_at")
    frame = table.frame.copy()
    for name in {"status", "received_at"} & set(table.names):
        frame.loc[waits, table.names.index(name)] = ""
    warned = _warnings(table, "submitted_only", waits) + _warnings(table, "not_received", marked & ~waits)
    kept = ~(marked & ~waits)
    numbers = {int(number) for number in table.frame.index[~kept]}
    problems = [problem for problem in table.problems if problem.place.row not in numbers]
    return replace(table, frame=frame[kept], problems=(*problems, *warned))


def _chosen(chosen: Mapping[str, str]) -> dict[str, str]:
    return {fold(word): value for word, value in chosen.items()}


def _warnings(table: Table, code: str, rows: Mask) -> list[Problem]:
    cells = _cells(table, "status")
    place = Place(table.file, table.sheet, column="status")
    return [
        Problem(code, replace(place, row=int(table.frame.index[at])), Severity.WARNING, cells[at].strip())
        for at in np.flatnonzero(rows).tolist()
    ]


def _is_filled(table: Table, name: str) -> Mask:
    if name not in table.names:
        return np.zeros(len(table.frame), dtype=bool)
    return np.array([bool(cell.strip()) for cell in _cells(table, name)], dtype=bool)


def _cells(table: Table, name: str) -> Objects:
    cells: Objects = table.frame[table.names.index(name)].to_numpy(dtype=object)
    return cells
