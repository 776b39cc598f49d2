"""A saved page of the national portal as a table of reported values."""

from __future__ import annotations

import pandas as pd

from tracker.core.cases import REPORTED
from tracker.core.problems import Place, Problem, Severity
from tracker.intake.choices import ReadingChoices
from tracker.intake.portal import COLUMNS, read_portal
from tracker.intake.tables import Table

MAX_BYTES = 10_000_000  # a page of a thousand units has a tenth of that; read, it takes a hundred times the room


def read_portal_table(file: str, data: bytes, choices: ReadingChoices) -> tuple[list[Table], list[Problem]]:
    """The page's figures under our names, numbered as they stand in the file; or what makes the file no such page."""
    if len(data) > MAX_BYTES:
        return [], [Problem("portal_too_large", Place(file), args={"limit": MAX_BYTES // 1_000_000})]
    portal = read_portal(file, data, choices.period)
    if any(problem.severity is Severity.ERROR and problem.place.row is None for problem in portal.problems):
        return [], list(portal.problems)
    index = pd.RangeIndex(1, len(portal.rows) + 1)
    columns = {at: pd.Series([row[at] for row in portal.rows], index=index, dtype="str") for at in range(len(COLUMNS))}
    frame = pd.DataFrame(columns, index=index)
    return [Table(file, None, REPORTED, COLUMNS, 0, frame, COLUMNS, portal.problems, choices=choices)], []
