"""A sheet of the Vietnamese report form as a table of tallies."""

from __future__ import annotations

import pandas as pd

from tracker.core.cases import TALLIES
from tracker.core.problems import Place
from tracker.intake.choices import ReadingChoices
from tracker.intake.grids import Grid
from tracker.intake.spans import read_period
from tracker.intake.tables import Table
from tracker.intake.tally_sheet import COLUMNS, read_tally_sheet


def make_form(place: Place, grid: Grid, choices: ReadingChoices) -> Table | None:
    """The form's lines under our names; None if it is no such sheet. `choices` answer for a title that does not say all."""
    form = read_tally_sheet(place, grid, choices.unit, read_period(choices.period) if choices.period else None)
    if form is None:
        return None
    index = pd.Index([row for row, _ in form.lines], dtype="int64")
    cells = [[cells[at] for _, cells in form.lines] for at in range(len(COLUMNS))]
    frame = pd.DataFrame({at: pd.Series(column, index=index, dtype="str") for at, column in enumerate(cells)}, index=index)
    return Table(place.file, place.sheet, TALLIES, COLUMNS, form.header_row, frame, COLUMNS, form.problems)
