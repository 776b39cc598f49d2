"""Counts of dossiers per unit from the ledger: exact for any period and any past day, whatever the number of dossiers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, and_, case, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from tracker.core.measures import Number
from tracker.store.calendar import WORKDAY
from tracker.store.ledger import LATE
from tracker.store.registers import Counts, Span, collect
from tracker.store.tables import LEDGER_COUNTERS, LEDGER_DAY

STOCKS = tuple(name for name in LEDGER_COUNTERS if name.startswith("pending"))
FLOWS = tuple(name for name in LEDGER_COUNTERS if name not in STOCKS)


def count_dossiers(connection: Connection, policy_id: int, span: Span) -> Counts:
    """The ledger's measures for every unit with a dossier so far."""
    day = LEDGER_DAY.c.day
    in_period = day >= span.begins
    query = (
        select(
            LEDGER_DAY.c.unit,
            *(func.sum(case((in_period, LEDGER_DAY.c[name]), else_=0)).label(name) for name in FLOWS),
            *(func.sum(LEDGER_DAY.c[name]).label(name) for name in STOCKS),
            func.sum(case((in_period, 0), else_=LEDGER_DAY.c.pending)).label("carried"),
        )
        .where(LEDGER_DAY.c.policy == policy_id, day <= span.as_of)
        .group_by(LEDGER_DAY.c.unit)
    )
    return {unit: _measures(counts) for unit, counts in collect(connection, query).items()}


def _measures(ledger: Mapping[str, Number]) -> dict[str, Number]:
    """The contract's measures from the ledger's flows and stocks."""
    counter = ledger["received"] - ledger["online"] - ledger["postal"]
    return {
        "received": ledger["received"],
        "carried": ledger["carried"],
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
    """True for a late dossier (columns `late`) that ended in the period, or that is overdue and pending as of the day."""
    ended = late.ended_on
    ended_late = and_(ended >= span.begins, ended <= span.as_of)
    overdue = and_(begins_late <= span.as_of, or_(ended.is_(None), ended > span.as_of))
    return or_(ended_late, overdue)


def count_late(connection: Connection, policy_id: int, span: Span) -> Counts:
    """How late the late dossiers are in working days, and what became of the apologies they called for."""
    late = LATE.c
    due_day, until_day = WORKDAY.alias("due_day"), WORKDAY.alias("until_day")
    until = case((late.ended_on <= span.as_of, late.ended_on), else_=span.as_of)
    days = until_day.c.number - due_day.c.number
    missed = and_(late.missed_from.is_not(None), late_in(late, span, late.missed_from))
    told = and_(missed, late.apology_on.is_not(None), late.apology_on <= span.as_of)
    query = (
        select(
            late.unit,
            func.sum(case((and_(late_in(late, span, late.late_from), days > 0), days), else_=0)).label("days_late"),
            func.sum(case((missed, 1), else_=0)).label("apologies_due"),
            func.sum(case((and_(told, late.apology_in_time), 1), else_=0)).label("apologies_in_time"),
            func.sum(case((and_(told, ~late.apology_in_time), 1), else_=0)).label("apologies_late"),
            func.sum(case((and_(missed, ~told), 1), else_=0)).label("apologies_missing"),
        )
        .select_from(LATE)
        .outerjoin(due_day, due_day.c.day == late.due_on)
        .outerjoin(until_day, until_day.c.day == until)
        .where(late.policy == policy_id, or_(late_in(late, span, late.late_from), missed))
        .group_by(late.unit)
    )
    return collect(connection, query)
