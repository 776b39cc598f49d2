"""What a tally carries over, held against what the span before it left pending: a warning, never a refusal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import Connection, Engine, select

from tracker.core.cases import TALLIES, TALLY_PENDING
from tracker.core.problems import Place, Problem, Severity
from tracker.intake import Rows
from tracker.store.engine import reading
from tracker.store.tables import live

_COUNTS = ("carried", *TALLY_PENDING)
Key = tuple[str, str, str, str]  # as the kind's
# By line of a tally: how many dossiers were carried over, and left pending within their time and beyond it.
Lines = Mapping[Key, tuple[int, ...]]


def check_carried(database: Engine, rows: Rows) -> Rows:
    """The rows, warning of each unit and span whose carried dossiers are not those the span before left pending.

    The span before ends the day before this one begins; where there is none, stored or in the rows, nothing is said. Lines
    of a span that the rows do not have are taken as they are stored.
    """
    if rows.kind is not TALLIES or rows.frame.empty:
        return rows
    with reading(database) as connection:
        stored = _stored(connection, frozenset(rows.frame["unit"]))
    warnings = tuple(_differences(rows, {**stored, **_in_rows(rows, stored)}))
    return replace(rows, problems=(*rows.problems, *warnings))


def _stored(connection: Connection, units: frozenset[str]) -> Lines:
    t = live(TALLIES).c
    wanted = select(*(t[name] for name in (*TALLIES.key, *_COUNTS))).where(t.unit.in_(sorted(units)))
    return {
        (unit, procedure, str(begins), str(ends)): tuple(int(count or 0) for count in counts)
        for unit, procedure, begins, ends, *counts in connection.execute(wanted)
    }


def _in_rows(rows: Rows, stored: Lines) -> Lines:
    """The rows' lines; a column that they do not have stays as it is stored."""
    present = [name for name in _COUNTS if name in rows.columns]
    found: dict[Key, tuple[int, ...]] = {}
    for unit, procedure, begins, ends, *cells in rows.frame[[*TALLIES.key, *present]].itertuples(index=False, name=None):
        key = (unit, procedure, begins, ends)
        said = {name: int(cell or 0) for name, cell in zip(present, cells, strict=True)}
        found[key] = tuple(said.get(name, old) for name, old in zip(_COUNTS, stored.get(key, (0, 0, 0)), strict=True))
    return found


def _differences(rows: Rows, lines: Lines) -> Iterator[Problem]:
    carried, pending = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for (unit, _, begins, ends), (taken, *left) in lines.items():
        carried[unit, begins] += taken
        pending[unit, ends] += sum(left)
    keys = rows.frame["unit"] + "/" + rows.frame["period_from"]
    for unit, begins in dict.fromkeys(zip(rows.frame["unit"], rows.frame["period_from"], strict=True)):
        before = str(date.fromisoformat(begins) - timedelta(days=1))
        if (unit, before) in pending and pending[unit, before] != carried[unit, begins]:
            first = int(keys.index[keys == f"{unit}/{begins}"][0])
            args = {"carried": carried[unit, begins], "pending": pending[unit, before], "before": before}
            yield Problem("tally_carried", Place(rows.file, rows.sheet, first, "carried"), Severity.WARNING, unit, args)
