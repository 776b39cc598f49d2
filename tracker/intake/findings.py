"""The problems of one table as they are found, column by column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from tracker.core.cases import Kind
from tracker.core.problems import Place, Problem, Severity
from tracker.intake.cells import Mask, Objects
from tracker.intake.headers import header_key
from tracker.intake.tables import Table

_SHOWN = 100


class Findings:
    """Collects problems with their places; `refused` marks the rows that have an error."""

    def __init__(self, table: Table, kind: Kind, positions: Mapping[str, int]) -> None:
        """`positions`: where in the table each column of the kind stands, in the kind's order."""
        self.kind = kind
        self._table = table
        self._positions = positions
        self._rows = table.frame.index.to_numpy()
        self._found: list[Problem] = []
        self.refused: Mask = np.zeros(len(self._rows), dtype=bool)

    def add(
        self,
        code: str,
        column: str,
        rows: Mask,
        severity: Severity = Severity.ERROR,
        args: Mapping[str, object] | Sequence[Mapping[str, object]] | None = None,
    ) -> None:
        """One problem for each marked row; `args` alike for all, or a sequence with one for each in order."""
        if not rows.any():
            return
        if severity is Severity.ERROR:
            self.refused |= rows
        cells = self._cells(column)
        for order, at in enumerate(np.flatnonzero(rows).tolist()):
            own = args[order] if isinstance(args, Sequence) else args or {}
            place = Place(self._table.file, self._table.sheet, int(self._rows[at]), column)
            value = cells[at][:_SHOWN] if cells is not None and cells[at] else None
            self._found.append(Problem(code, place, severity, value, own))

    def take(self, problems: Sequence[Problem]) -> None:
        """Problems that others found with their places; those of a row refuse it."""
        self._found.extend(problems)
        rows = {problem.place.row for problem in problems if problem.severity is Severity.ERROR}
        self.refused |= np.isin(self._rows, [row for row in rows if row is not None])

    def ask(self, code: str, column: str, severity: Severity, value: str, args: Mapping[str, object]) -> None:
        """A question or a notice about a whole column, with one of its cells as the example."""
        place = Place(self._table.file, self._table.sheet, column=column)
        self._found.append(Problem(code, place, severity, value[:_SHOWN], args))

    def is_own(self, column: str) -> bool:
        """Whether the file calls the column by our own name, as the exchange format does."""
        return column in self._positions and header_key(self._table.header[self._positions[column]]) == column

    def is_blank(self, column: str) -> Mask:
        """Where the file says nothing in that column."""
        if column not in self._positions:
            return np.ones(len(self._rows), dtype=bool)
        cells = self._table.frame[self._positions[column]].astype("str")
        return cells.str.strip().eq("").to_numpy(dtype=bool)

    def row_number(self, position: int) -> int:
        """The file's number of the row at that position."""
        return int(self._rows[position])

    def in_order(self) -> tuple[Problem, ...]:
        """All of them: of the whole table first, then by row; within a row as the columns stand."""
        columns = {name: order for order, name in enumerate(self._positions, 1)}
        return tuple(sorted(self._found, key=lambda found: (found.place.row or 0, columns.get(found.place.column or "", 0))))

    def _cells(self, column: str) -> Objects | None:
        if column not in self._positions:
            return None
        cells: Objects = self._table.frame[self._positions[column]].to_numpy()
        return cells
