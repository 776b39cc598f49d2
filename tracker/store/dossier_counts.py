"""Counts of dossiers per unit from the ledger: exact for any period and any past day, whatever the number of dossiers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, and_, case, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from tracker.core.measures import Number
from tracker.store.calendar import WORKDAY
from tracker.store.ledger import LATE
from tracker.store.registers import Counts, Span, collect
from tracker.store.rule_tables import LEDGER_COUNTERS, LEDGER_DAY

STOCKS = tuple(name for name in LEDGER_COUNTERS if name.startswith("pending"))


def count_dossiers(connection: Connection, policy_id: int, span: Span) -> Counts:
    """The ledger's measures for every unit with a dossier so far."""
    # Two plain sums: before the period only the stocks matter, and no row needs a CASE to say where it belongs.
    before = _sum_days(connection, STOCKS, policy_id, LEDGER_DAY.c.day < span.begins)
    during = _sum_days(connection, LEDGER_COUNTERS, policy_id, span.holds(LEDGER_DAY.c.day))
    counts: Counts = {}
    for unit in before.keys() | during.keys():
        carried, moved = before.get(unit, {}), during.get(unit, {})
        ledger = {name: carried.get(name, 0) + moved.get(name, 0) for name in LEDGER_COUNTERS}
        counts[unit] = _measures(ledger, carried.get("pending", 0))
    return counts


def _sum_days(connection: Connection, names: Iterable[str], policy_id: int, days: ColumnElement[bool]) -> Counts:
    sums = (func.sum(LEDGER_DAY.c[name]).label(name) for name in names)
    query = select(LEDGER_DAY.c.unit, *sums).where(LEDGER_DAY.c.policy == policy_id, days)
    return collect(connection, query.group_by(LEDGER_DAY.c.unit))


def _measures(ledger: Mapping[str, Number], carried: Number) -> dict[str, Number]:
    """The contract's measures from the ledger's flows and stocks."""
    counter = ledger["received"] - ledger["online"] - ledger["postal"]
    return {
        "received": ledger["received"],
        "carried": carried,
        "done_on_time": ledger["done_on_time"],
        "done_late": ledger["done_late"],
        "done_early": ledger["done_early"],
        "pending_in_time": ledger["pending"] - ledger["pending_no_due"] - ledger["pending_overdue"],
        "pending_overdue": ledger["pending_overdue"],
        "pending_waiting": ledger["pending_waiting"],
        "no_due": ledger["done_no_due"] + ledger["pending_no_due"],
        "extended": ledger["done_extended"] + ledger["pending_extended"],
        "satisfied": ledger["satisfied"],
        "surveyed": ledger["surveyed"],
        "dossiers_counter": counter,
        "dossiers_online": ledger["online"],
        "dossiers_postal": ledger["postal"],
        "supplemented_again": ledger["supplemented_again"],
    }


def late_in(late: Any, span: Span, begins_late: ColumnElement[date]) -> ColumnElement[bool]:
    """True for a late dossier (columns `late`) that ended late in the period, or that is overdue and pending as of the day.

    What ended late was late by then, so one question does for both: had its lateness begun, and had it not ended before?
    """
    return and_(begins_late <= span.as_of, or_(late.ended_on.is_(None), late.ended_on >= span.begins))


def working_days_late(late: Any, today: Any) -> ColumnElement[int]:
    """How many working days a late dossier is late as of the day with the running number `today`."""
    # Numbers of working days never fall, so the earlier of both days has the smaller number.
    days = case((late.ended_number < today, late.ended_number), else_=today) - late.due_number
    return case((days > 0, days), else_=0)


def count_late(connection: Connection, policy_id: int, span: Span, wanted: Collection[str]) -> Counts:
    """How late the late dossiers are in working days, and what became of the apologies they called for; what is wanted."""
    late = LATE.c
    today = connection.execute(select(WORKDAY.c.number).where(WORKDAY.c.day == span.as_of)).scalar_one()
    missed = and_(late.missed_from.is_not(None), late.missed_from <= span.as_of)
    told = and_(missed, late.apology_on.is_not(None), late.apology_on <= span.as_of)
    amounts = {
        "days_late": working_days_late(late, today),
        "apologies_due": case((missed, 1), else_=0),
        "apologies_in_time": case((and_(told, late.apology_in_time), 1), else_=0),
        "apologies_late": case((and_(told, ~late.apology_in_time), 1), else_=0),
        "apologies_missing": case((and_(missed, ~told), 1), else_=0),
    }
    sums = (func.sum(amount).label(name) for name, amount in amounts.items() if name in wanted)
    query = select(late.unit, *sums).where(late.policy == policy_id, late_in(late, span, late.late_from))
    return collect(connection, query.group_by(late.unit))
