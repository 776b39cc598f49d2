"""Text kept in the letters of TCVN3 fonts, found by its words and made Unicode."""

from __future__ import annotations

import pandas as pd

from tracker.core.problems import Place, Problem, Severity
from tracker.intake.cells import map_distinct
from tracker.intake.grids import Grid
from tracker.intake.syllables import from_tcvn3, is_tcvn3, marked_words, share_of_syllables

# Letters of Latin-1 that Vietnamese in Unicode never has and nearly every word of TCVN3 does.
_TELLING = "[¡-¿ÆÇËÎ-ÑÖ-ØÛÜÞßä-çëî-ñö-øûüþÿ]"
_HALF = 0.5


def convert_tcvn3(place: Place, grid: Grid, *, whole: bool = False) -> list[Problem]:
    """Make the grid's TCVN3 columns Unicode (`whole`: all of them are), with one notice if there were any."""
    telling = {at: _telling_text(column) for at, column in enumerate(grid.columns)}
    if not whole and not is_tcvn3("\n".join(telling.values())):
        return []
    count = sum(_convert(grid, at) for at, text in telling.items() if whole or _is_mostly_tcvn3(text))
    return [Problem("tcvn3_converted", place, Severity.WARNING, args={"count": count})] if count else []


def _telling_text(column: pd.Series) -> str:
    return "\n".join(column[column.str.contains(_TELLING)].unique())


def _is_mostly_tcvn3(text: str) -> bool:
    words = marked_words(text)
    share = share_of_syllables(map(from_tcvn3, words))
    return share >= _HALF and share > share_of_syllables(words)


def _convert(grid: Grid, at: int) -> int:
    """Convert one column's cells that have no letter beyond Latin-1; how many changed."""
    before = grid.columns[at].to_numpy(dtype=object)
    after = map_distinct(before, lambda cell: from_tcvn3(cell) if not cell.isascii() and max(cell) <= "\xff" else cell)
    grid.replace_column(at, after)
    return int((before != after).sum())
