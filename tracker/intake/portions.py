"""A long table parsed some rows at a time, so that a million of them need little memory and tell how far they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from tracker.core.cases import REPORTED, SURVEYS, TALLIES, UNITS, Kind
from tracker.core.problems import Place, Problem, Severity
from tracker.intake.choices import DATE_ORDERS
from tracker.intake.dates import settle_orders
from tracker.intake.parsing import parse_table, source_of
from tracker.intake.rows import Known, Rows
from tracker.intake.tables import Table
from tracker.intake.values import MOMENTS

PORTION = 20_000
# Their rows owe each other more than different keys, and there are never many of them.
_WHOLE = (UNITS.name, SURVEYS.name, TALLIES.name, REPORTED.name)

Parse = Callable[[Table], Rows]


def parse_in_portions(
    table: Table,
    kind: Kind,
    known: Known,
    today: date,
    grant: frozenset[str] | None,
    reached: Callable[[int, int], None],
) -> Rows:
    """The same as `parse_table`; `reached` hears how many rows of how many are done, and may raise to break off."""
    total = len(table.frame)
    if total <= PORTION or kind.name in _WHOLE or not _is_settled(table, kind):
        rows = parse_table(table, kind, known, today, grant)
        reached(total, total)
        return rows
    # The whole columns have just been found to need no other order, so a portion must not look for one.
    settled = replace(table, choices=replace(table.choices, date_order=table.choices.date_order or DATE_ORDERS[0]))
    joiner = _Joiner()
    for number, portion in enumerate(_portions(settled), 1):
        joiner.add(parse_table(portion, kind, known, today, grant))
        reached(min(number * PORTION, total), total)
    rows = joiner.joined(table)
    return _refuse_repeated(rows, table) if joiner.may_repeat() else rows


def _is_settled(table: Table, kind: Kind) -> bool:
    """Whether nothing about the order of its dates must be noticed or asked, which only whole columns can tell."""
    asked: list[str] = []
    dated = {
        name: table.frame[at]
        for at, name in enumerate(table.names)
        if name in {column.name for column in kind.columns if column.type in MOMENTS}
    }
    settle_orders(dated, table.choices, lambda code, *_: asked.append(code))
    return not asked and not table.merged


def _portions(table: Table) -> Iterator[Table]:
    """Tables of some rows each; the problems of a row go with it, those of the whole with the first."""
    index = table.frame.index
    for start in range(0, len(table.frame), PORTION):
        frame = table.frame.iloc[start : start + PORTION]
        first, last = (0 if start == 0 else int(index[start])), int(frame.index[-1])
        own = tuple(problem for problem in table.problems if first <= (problem.place.row or 0) <= last)
        yield replace(table, frame=frame, problems=own)


class _Joiner:
    """Puts the rows of portions together again, packed and column by column, so that nothing is held twice."""

    def __init__(self) -> None:
        self._first: Rows | None = None
        self._columns: dict[str, list[pd.Series]] = {}
        self._kept: list[pd.Index] = []
        self._hashes: list[npt.NDArray[np.uint64]] = []
        self._problems: list[Problem] = []
        self._of_the_whole: set[tuple[str, Place]] = set()
        self._refused = 0

    def add(self, rows: Rows) -> None:
        """Take in the rows of the next portion; what is said of the whole table is said once."""
        if self._first is None:
            self._first = replace(rows, frame=rows.frame.iloc[:0], source=rows.source.iloc[:0])
        for name in rows.frame.columns:
            self._columns.setdefault(name, []).append(rows.frame[name].astype("str"))
        if all(name in rows.frame.columns for name in rows.kind.key):
            keys = pd.util.hash_pandas_object(rows.frame[list(rows.kind.key)], index=False)
            self._hashes.append(np.asarray(keys, dtype=np.uint64))
        self._kept.append(rows.source.index)
        self._refused += rows.refused
        for problem in rows.problems:
            if problem.place.row is None:
                if (problem.code, problem.place) in self._of_the_whole:
                    continue
                self._of_the_whole.add((problem.code, problem.place))
            self._problems.append(problem)

    def may_repeat(self) -> bool:
        """Whether a key may stand in two portions; told by their hashes, which take little room."""
        hashes = np.concatenate(self._hashes) if self._hashes else np.empty(0, dtype=np.uint64)
        return len(np.unique(hashes)) < len(hashes)

    def joined(self, table: Table) -> Rows:
        """All of them as one; missing cells are NaN."""
        assert self._first is not None
        cells = {name: _shared(pd.concat(self._columns.pop(name)), table, name) for name in list(self._columns)}
        frame = pd.DataFrame(cells, copy=False)
        kept = self._kept[0].append(self._kept[1:])
        whole = table if len(kept) == len(table.frame) else replace(table, frame=table.frame.loc[kept])
        problems = tuple(sorted(self._problems, key=lambda problem: problem.place.row is not None))
        return replace(self._first, frame=frame, source=source_of(whole), refused=self._refused, problems=problems)


def _shared(cells: pd.Series, table: Table, name: str) -> pd.Series:
    """The cells; where they are just what the file says, in the file's own memory."""
    said = table.frame[table.names.index(name)]
    return said if len(said) == len(cells) and cells.equals(said) else cells


def _refuse_repeated(rows: Rows, table: Table) -> Rows:
    """A key stands once in a file, also where its rows are far apart."""
    if any(name not in rows.frame.columns for name in rows.kind.key):
        return rows
    keys = rows.frame[list(rows.kind.key)]
    again = keys.duplicated().to_numpy()
    if not again.any():
        return rows
    named = keys[keys.duplicated(keep=False)].itertuples(name=None)
    first: dict[tuple[str, ...], int] = {}
    found = []
    for number, *key in named:
        earlier = first.setdefault(tuple(key), number)
        if earlier != number:
            place = Place(table.file, table.sheet, int(number), rows.kind.key[0])
            found.append(Problem("duplicate", place, Severity.ERROR, str(key[0]), {"first": int(earlier)}))
    kept = rows.frame[~again]
    problems = sorted((*rows.problems, *found), key=lambda problem: problem.place.row or 0)
    return replace(rows, frame=kept, refused=rows.refused + len(found), problems=tuple(problems))
