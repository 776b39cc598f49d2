"""Counts from tallies, for units that send sums of their dossiers instead of the dossiers."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, select

from tracker.core.cases import TALLIES, TALLY_COUNTS
from tracker.store.registers import Counts, Span, collect
from tracker.store.tables import live


def count_tallies(connection: Connection, span: Span) -> Counts:
    """The dossier measures of the tallies whose whole span lies in the period's days so far, and `tallies`, how many.

    Of several spans the flows add up; what was carried over is the first span's, what is pending the last one's.
    """
    t = live(TALLIES).c
    within = and_(t.period_from >= span.begins, t.period_to <= span.as_of)
    bounds = (
        select(t.unit, func.min(t.period_from).label("first"), func.max(t.period_to).label("last"))
        .where(within)
        .group_by(t.unit)
        .subquery("bounds")
    )
    first, last = t.period_from == bounds.c.first, t.period_to == bounds.c.last
    counted: dict[str, Any] = {name: func.coalesce(t[name], 0) for name in TALLY_COUNTS}
    measures = {
        "received": counted["received_online"] + counted["received_direct"],
        "carried": _only_if(first, counted["carried"]),
        "done_on_time": counted["done_early"] + counted["done_on_due"],
        "done_early": counted["done_early"],
        "done_late": counted["done_late"],
        "pending_in_time": _only_if(last, counted["pending_in_time"]),
        "pending_overdue": _only_if(last, counted["pending_overdue"]),
        "dossiers_online": counted["received_online"],
        "dossiers_counter": counted["received_direct"],
    }
    sums = (func.sum(amount).label(name) for name, amount in measures.items())
    query = select(t.unit, func.count().label("tallies"), *sums)
    return collect(
        connection, query.join_from(live(TALLIES), bounds, bounds.c.unit == t.unit).where(within).group_by(t.unit)
    )


def _only_if(condition: ColumnElement[bool], amount: ColumnElement[int]) -> ColumnElement[int]:
    return case((condition, amount), else_=0)


def with_tallies(counts: Counts, tallied: Counts) -> Counts:
    """Counts of dossiers with those of tallies for the units that have no dossier in the period.

    Where a unit has both, its dossiers say all: its tallies are `tallies_unused`, and never added.
    """
    whole = dict(counts)
    for unit, tally in tallied.items():
        own = counts.get(unit, {})
        has_dossiers = own.get("received", 0) or own.get("carried", 0)
        whole[unit] = {**own, **({"tallies_unused": tally["tallies"]} if has_dossiers else tally)}
    return whole
