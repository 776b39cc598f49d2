"""What the reader of cells does not tell about a sheet."""

from __future__ import annotations

from dataclasses import dataclass, field

# Stands in a cell whose formula was never calculated: the reader would give an empty cell.
UNCALCULATED = "="
MAX_COLUMNS = 500
# An .xls ends here; what was longer has been cut off.
XLS_ROWS = 65_536


class RefusedWorkbookError(Exception):
    """The workbook cannot be used; the message is the problem's code."""


@dataclass
class Notices:
    """`cells` are texts to put in, by row and column from 0."""

    hidden_rows: int = 0
    formulas: int = 0
    cells: dict[int, dict[int, str]] = field(default_factory=dict)

    def put(self, row: int, column: int, text: str) -> None:
        """Keep a text for a cell."""
        self.cells.setdefault(row, {})[column] = text
