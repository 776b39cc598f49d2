"""Counts of dossiers by officer within a unit, by the same judgement of lateness as the unit's own figures."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection, Select, Subquery, case, func, select

from tracker.core.rulebook import OnTime
from tracker.store.case_rows import dossier_work_rows, one_unit
from tracker.store.registers import Span


@dataclass(frozen=True, slots=True)
class OfficerFigures:
    """An officer's dossiers of a period: those in scope, how they stand, and how citizens rated those that ended.

    `handled` counts dossiers received in the period or carried into it; `supplements` the requests to supplement them.
    `days_late`: the working days their late dossiers are late, added up.
    """

    handled: int = 0
    on_time: int = 0
    late: int = 0
    overdue: int = 0
    pending: int = 0
    supplements: int = 0
    rated: int = 0
    mean_rating: Fraction | None = None
    received: int = 0
    days_late: int = 0

    @property
    def judged(self) -> int:
        """How many of them have come out on time or late so far."""
        return self.on_time + self.late + self.overdue

    @property
    def share_on_time(self) -> Fraction | None:
        """The share of the judged ones that came out on time, None where there are none."""
        return Fraction(self.on_time, self.judged) if self.judged else None


_SUMS = ("handled", "on_time", "late", "overdue", "pending", "supplements", "received", "days_late")


def count_officers(
    connection: Connection, policy: OnTime, policy_id: int, span: Span, unit: str
) -> dict[str, OfficerFigures]:
    """The figures of every officer named in the unit's dossiers, by the officer's code."""
    rows = one_unit(dossier_work_rows(policy, policy_id, span), unit).subquery("dossiers")
    ratings = _ratings(connection, rows)
    found = {}
    for officer, *counts in connection.execute(_sums(rows)):
        rated, mean = ratings.get(officer, (0, None))
        numbers = {name: int(count or 0) for name, count in zip(_SUMS, counts, strict=True)}
        found[officer] = OfficerFigures(**numbers, rated=rated, mean_rating=mean)
    return found


def _sums(rows: Subquery) -> Select[Any]:
    flags = ("done_on_time", "done_late", "pending_overdue", "pending_in_time")
    sums = (func.sum(case((rows.c[flag], 1), else_=0)) for flag in flags)
    supplements = func.sum(func.coalesce(rows.c.supplement_requests, 0))
    more = (func.sum(case((rows.c.received, 1), else_=0)), func.sum(case((rows.c.days_late, rows.c.late_days), else_=0)))
    named = select(rows.c.officer, func.count(), *sums, supplements, *more).where(rows.c.officer.is_not(None))
    return named.group_by(rows.c.officer)


def _ratings(connection: Connection, rows: Subquery) -> dict[str, tuple[int, Fraction]]:
    """How many dossiers were rated, and the exact mean, by officer; ratings are decimals as text, which no database adds."""
    c = rows.c
    query = select(c.officer, c.rating, func.count()).where(c.officer.is_not(None), c.surveyed)
    sums: defaultdict[str, tuple[int, Fraction]] = defaultdict(lambda: (0, Fraction(0)))
    for officer, rating, times in connection.execute(query.group_by(c.officer, c.rating)):
        count, total = sums[officer]
        sums[officer] = count + times, total + Fraction(rating) * times
    return {officer: (count, total / count) for officer, (count, total) in sums.items()}
