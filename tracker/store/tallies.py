"""Counts from tallies, for units that send sums of their dossiers instead of the dossiers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, select

from tracker.core.cases import TALLIES, TALLY_COUNTS
from tracker.store.registers import Counts, Span, collect
from tracker.store.rule_tables import LEDGER_DAY
from tracker.store.tables import live


@dataclass(frozen=True, slots=True)
class TallyRow:
    """One line of a unit's tallies: its cells, and how many of its dossiers are of each measure."""

    cells: Mapping[str, Any]
    amounts: Mapping[str, int]


def count_tallies(connection: Connection, span: Span) -> Counts:
    """The dossier measures of the tallies whose whole span lies in the period's days so far, and `tallies`, how many.

    Of several spans the flows add up; what was carried over is the first span's, what is pending the last one's.
    """
    t = live(TALLIES).c
    within = _within(span)
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


def tally_rows(connection: Connection, span: Span, unit: str) -> list[TallyRow]:
    """The unit's tallies that `count_tallies` adds up, in the order of their days."""
    t = live(TALLIES).c
    cells = [t[name] for name in ("procedure", "period_from", "period_to", *TALLY_COUNTS)]
    query = select(*cells).where(_within(span), t.unit == unit).order_by(t.period_from, t.procedure)
    rows = [{str(name): value for name, value in row._mapping.items()} for row in connection.execute(query)]
    last = max((row["period_to"] for row in rows), default=None)
    return [TallyRow(row, _amounts(row, row["period_to"] == last)) for row in rows]


def _amounts(cells: Mapping[str, Any], is_last: bool) -> dict[str, int]:
    """What a line balances by itself, in measures; what it left pending before the last span is judged by later lines."""
    n = {name: int(cells[name] or 0) for name in TALLY_COUNTS}
    overdue = n["pending_overdue"] if is_last else 0
    return {
        "received": n["received_online"] + n["received_direct"],
        "carried": n["carried"],
        "done_on_time": n["done_early"] + n["done_on_due"],
        "done_early": n["done_early"],
        "done_late": n["done_late"],
        "pending_in_time": n["pending_in_time"] + n["pending_overdue"] - overdue,
        "pending_overdue": overdue,
        "dossiers_online": n["received_online"],
        "dossiers_counter": n["received_direct"],
    }


def is_tallied(connection: Connection, policy_id: int, span: Span, unit: str) -> bool:
    """True if the unit's dossiers of the period are counted from its tallies: it has some, and no dossier of its own."""
    day = LEDGER_DAY.c
    carried = case((day.day < span.begins, day.pending), else_=0)
    received = case((span.holds(day.day), day.received), else_=0)
    own = select(func.sum(carried), func.sum(received)).where(day.policy == policy_id, day.unit == unit)
    t = live(TALLIES).c
    has_tallies = connection.execute(select(t.unit).where(_within(span), t.unit == unit).limit(1)).first()
    return bool(has_tallies) and not any(connection.execute(own).one())


def _within(span: Span) -> ColumnElement[bool]:
    t = live(TALLIES).c
    return and_(t.period_from >= span.begins, t.period_to <= span.as_of)


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
