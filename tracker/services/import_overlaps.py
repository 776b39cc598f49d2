"""Staged rows whose span of days overlaps a stored one of the same key, found before they are written."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection, Table

from tracker.core.problems import Place, Problem
from tracker.intake import Rows
from tracker.store.spans import overlapping_spans


def find_overlaps(connection: Connection, rows: Rows, stage: Table) -> tuple[Problem, ...]:
    """Rows whose span overlaps a stored one of the same key without being the same span."""
    with connection.begin():
        found = overlapping_spans(connection, rows.kind, stage)
    if not found:
        return ()
    keys = rows.frame[list(rows.kind.key)].agg("/".join, axis=1)
    problems = []
    for key, begins, ends in found:
        parts = dict(zip(("unit", "topic" if rows.kind.name == "surveys" else "measure"), key.split("/", 1), strict=True))
        whole = "/".join({**parts, "period_from": str(begins), "period_to": str(ends)}[name] for name in rows.kind.key)
        row = int(keys.index[keys == whole][0])
        place = Place(rows.file, rows.sheet, row, "period_from")
        named = {"key": key, "begins": begins, "ends": ends}
        problems.append(Problem("overlap_stored", place, value=str(begins), args=named))
    return tuple(problems)


def without(rows: Rows, problems: tuple[Problem, ...]) -> Rows:
    """The rows but for those the problems name."""
    bad = {problem.place.row for problem in problems}
    kept = rows.frame[~rows.frame.index.isin(bad)]
    return replace(rows, frame=kept, refused=rows.refused + len(bad), problems=(*rows.problems, *problems))
