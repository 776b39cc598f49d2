"""What a tally carries over, held against what the span before it left pending: a warning, never a refusal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import Connection, Engine, func, select

from tracker.core.cases import TALLIES, TALLY_PENDING
from tracker.core.problems import Place, Problem, Severity
from tracker.intake import Rows
from tracker.store.engine import reading
from tracker.store.tables import live

# By unit and last day of a span: how many dossiers were left pending, in all its lines together.
Pending = Mapping[tuple[str, str], int]


def check_carried(database: Engine, rows: Rows) -> Rows:
    """The rows, warning of each unit and span whose carried dossiers are not those the span before left pending.

    The span before ends the day before this one begins; where there is none, stored or in the rows, nothing is said.
    """
    if rows.kind is not TALLIES or rows.frame.empty:
        return rows
    with reading(database) as connection:
        stored = _stored(connection, frozenset(rows.frame["unit"]))
    warnings = tuple(_differences(rows, {**stored, **_in_rows(rows)}))
    return replace(rows, problems=(*rows.problems, *warnings))


def _stored(connection: Connection, units: frozenset[str]) -> Pending:
    t = live(TALLIES).c
    left = sum((func.coalesce(t[name], 0) for name in TALLY_PENDING[1:]), func.coalesce(t[TALLY_PENDING[0]], 0))
    query = select(t.unit, t.period_to, func.sum(left)).group_by(t.unit, t.period_to)
    return {(unit, str(ends)): int(left) for unit, ends, left in connection.execute(query) if unit in units}


def _in_rows(rows: Rows) -> Pending:
    return _sums(rows, "period_to", TALLY_PENDING)


def _sums(rows: Rows, day: str, names: tuple[str, ...]) -> dict[tuple[str, str], int]:
    """The sum of those counts by unit and that day."""
    found: dict[tuple[str, str], int] = {}
    present = [name for name in names if name in rows.columns]
    for row in rows.frame[["unit", day, *present]].itertuples(index=False, name=None):
        found[row[0], row[1]] = found.get((row[0], row[1]), 0) + sum(int(cell or 0) for cell in row[2:])
    return found


def _differences(rows: Rows, pending: Pending) -> Iterator[Problem]:
    keys = rows.frame["unit"] + "/" + rows.frame["period_from"]
    for (unit, begins), carried in _sums(rows, "period_from", ("carried",)).items():
        before = str(date.fromisoformat(begins) - timedelta(days=1))
        left = pending.get((unit, before))
        if left is not None and left != carried:
            first = int(keys.index[keys == f"{unit}/{begins}"][0])
            args = {"carried": carried, "pending": left, "before": before}
            yield Problem("tally_carried", Place(rows.file, rows.sheet, first, "carried"), Severity.WARNING, unit, args)
