"""Parsed rows as they are staged: some at a time, while whoever watches hears of it."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from tracker.intake import Rows
from tracker.services.watching import Stage, Watch

_STAGED_AT_ONCE = 20_000


def portions(rows: Rows, watch: Watch) -> Iterator[list[tuple[str | None, ...]]]:
    """The good rows, some at a time; whoever watches hears of each portion and may break it off."""
    total = len(rows.frame)
    columns = [rows.frame[name] for name in rows.columns]
    for start in range(0, total, _STAGED_AT_ONCE):
        watch.reached(Stage.STAGING, start, total)
        cells = [column.iloc[start : start + _STAGED_AT_ONCE] for column in columns]
        yield list(zip(*map(_cells, cells), strict=True))
    watch.reached(Stage.STAGING, total, total)


def _cells(column: pd.Series) -> list[str | None]:
    """The texts of a column, None where there is none."""
    cells = column.to_numpy(dtype=object, copy=True)
    cells[column.isna().to_numpy()] = None
    return cells.tolist()
