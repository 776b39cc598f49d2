"""What the indices gave the sample province, year by year, as its list holds it."""

from __future__ import annotations

import pandas as pd

from tracker.core.cases import INDICES
from tracker.sample.cells import as_frame
from tracker.sample.words import read_list


def indices_frame() -> pd.DataFrame:
    """The case file of indices, sorted by key."""
    rows = read_list("indices")
    columns = {column.name: [row[column.name] or column.default for row in rows] for column in INDICES.columns}
    return as_frame("indices", columns)
