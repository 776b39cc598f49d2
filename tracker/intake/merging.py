"""Cells that a sheet has merged over several rows: what they say holds for each of these rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from tracker.core.cases import Kind, Type
from tracker.core.problems import Severity
from tracker.intake.findings import Findings
from tracker.intake.tables import Table

# What several rows may share. An amount or a day merged over rows may be meant once: its rows stay empty, and it is said.
_SHARED = (Type.KEY, Type.TEXT, Type.CHOICE, Type.BOOL)


def fill_merged(table: Table, kind: Kind, positions: Mapping[str, int], findings: Findings) -> Table:
    """The table with merged units, procedures, words filled down, each column with a notice."""
    frame = table.frame.copy(deep=False)
    rows = frame.index.to_numpy()
    for name, at in positions.items():
        covered = np.full(len(rows), -1)
        for merged in table.merged:
            if merged.first_column == at + 1 and table.header_row < merged.first_row < merged.last_row:
                first, last = np.searchsorted(rows, [merged.first_row, merged.last_row + 1])
                covered[first + 1 : last] = first
        below = covered >= 0
        if not below.any():
            continue
        is_shared = kind.column(name).type in _SHARED and kind.key != (name,)
        if is_shared:
            cells = frame[at].to_numpy(dtype=object).copy()
            cells[below] = cells[covered[below]]
            frame[at] = cells
        example = str(table.frame[at].iloc[int(covered[below][0])])
        code = "merged_filled" if is_shared else "merged_left"
        findings.ask(code, name, Severity.WARNING, example, {"count": int(below.sum())})
    return replace(table, frame=frame)
