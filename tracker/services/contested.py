"""The case an appeal is about, as the committee found it: the frozen copy before the appeal's own answer changed it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from sqlalchemy import Engine, select

from tracker.core.cases import KINDS
from tracker.services.access import Actor, Verb, require
from tracker.services.adjustments import EXCLUDE, Recorded, load_adjustments
from tracker.services.appeals import CaseRef, find_appeal
from tracker.services.copies import load_parts
from tracker.services.evidence import APPEAL
from tracker.services.permitted import denials_recorded
from tracker.store.engine import reading

Cells = dict[str, str | None]


def case_of_appeal(database: Engine, actor: Actor, appeal: int) -> Cells | None:
    """The case's cells as canonical text before the appeal was answered; None if it was not there any more by then.

    To whoever may not see the unit's appeals, a foreign one and one there is not are the same.
    """
    with denials_recorded(database), reading(database) as connection:
        unit = connection.execute(select(APPEAL.c.unit).where(APPEAL.c.id == appeal)).scalar()
        require(connection, actor, Verb.SEE_APPEALS, unit)
        asked = find_appeal(connection, appeal)
        recorded = load_adjustments(connection, asked.snapshot)
        data = load_parts(connection, asked.snapshot).parts[f"{asked.case.kind}.csv"]
    return _adjusted(_find(data, asked.case), asked.case, _before(recorded, f"appeal/{appeal}"))


def _find(data: bytes, case: CaseRef) -> Cells | None:
    """The row of that key in a part of a copy."""
    names = KINDS[case.kind].key
    for row in csv.DictReader(io.StringIO(data.decode(), newline="")):
        if tuple(row[name] for name in names) == case.key:
            return {name: cell or None for name, cell in row.items()}
    return None


def _before(recorded: Iterable[Recorded], source: str) -> list[Recorded]:
    earlier = []
    for adjustment in recorded:
        if adjustment.what.source == source:
            break
        earlier.append(adjustment)
    return earlier


def _adjusted(cells: Cells | None, case: CaseRef, earlier: Iterable[Recorded]) -> Cells | None:
    for adjustment in earlier:
        if (adjustment.what.kind, adjustment.what.key) == (case.kind, case.key) and cells is not None:
            cells = None if adjustment.what.action == EXCLUDE else {**cells, **adjustment.what.cells}
    return cells
