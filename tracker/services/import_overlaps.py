"""Staged rows whose span of days overlaps a stored one of the same key, found before they are written."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection, Table

from tracker.core.problems import Place, Problem
from tracker.intake import Rows
from tracker.store.spans import SAME, overlapping_spans


def find_overlaps(connection: Connection, rows: Rows, stage: Table) -> tuple[Problem, ...]:
    """Rows whose span overlaps a stored one of the same key without being the same span."""
    with connection.begin():
        found = overlapping_spans(connection, rows.kind, stage)
    if not found:
        return ()
    keys = rows.frame[[*SAME[rows.kind.name], "period_from", "period_to"]].agg("/".join, axis=1)
    problems = []
    for key, begins, ends in found:
        named = {"key": key, "begins": begins, "ends": ends}
        for row in keys.index[keys == f"{key}/{begins}/{ends}"]:
            place = Place(rows.file, rows.sheet, int(row), "period_from")
            problems.append(Problem("overlap_stored", place, value=str(begins), args=named))
    return tuple(problems)


def without(rows: Rows, problems: tuple[Problem, ...]) -> Rows:
    """The rows but for those the problems name."""
    bad = {problem.place.row for problem in problems}
    kept = rows.frame[~rows.frame.index.isin(bad)]
    return replace(rows, frame=kept, refused=rows.refused + len(bad), problems=(*rows.problems, *problems))
