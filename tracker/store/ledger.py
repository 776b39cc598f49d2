"""The daily ledger: additive counters per policy, unit and local day, and the dossiers that are late.

One definition (`_events`) serves building, keeping by delta, checking and querying. A flow is dated by its event and summed
over a period; a stock is entered with +1 and left with -1 and summed from the beginning, so any past as-of day is exact.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy import (
    Connection,
    FromClause,
    Integer,
    MetaData,
    Select,
    Table,
    and_,
    case,
    delete,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
    update,
)
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import CTE

from tracker.core.cases import DOSSIERS
from tracker.core.rulebook import OnTime
from tracker.store.calendar import WORKDAY
from tracker.store.judgement import judged
from tracker.store.rule_tables import LEDGER_COUNTERS, LEDGER_DAY, LateDossier
from tracker.store.tables import live
from tracker.store.types import upsert

Column = ColumnElement[Any]
LATE = LateDossier.__table__  # type: ignore[attr-defined]
_DAYS = Table(
    "changed_ledger_day",
    MetaData(),
    sa.Column("sign", Integer),
    *(sa.Column(column.name, column.type) for column in LEDGER_DAY.columns),
    prefixes=["TEMPORARY"],
)
_LATE = Table(
    "changed_ledger_late",
    MetaData(),
    *(sa.Column(column.name, column.type) for column in LATE.columns),
    prefixes=["TEMPORARY"],
)
CHANGES = (_DAYS, _LATE)  # temporary tables: whoever works changes out creates them first


def _one_if(condition: ColumnElement[bool]) -> Column:
    return case((condition, 1), else_=0)


def _event(dossiers: CTE, day: Column, when: ColumnElement[bool], counters: dict[str, Column | int]) -> Select[Any]:
    """The day's sums of one event: summed here, where a row carries little, the sorting costs least."""
    amounts = [_summed(counters.get(name, 0)).label(name) for name in LEDGER_COUNTERS]
    return select(dossiers.c.unit, day.label("day"), *amounts).where(when).group_by(dossiers.c.unit, day)


def _summed(amount: Column | int) -> Column:
    """An amount over a group; a number is the same for every row."""
    if isinstance(amount, int):
        return literal(amount, Integer) * func.count() if amount else literal(0, Integer)
    return func.sum(amount)


def _events(dossiers: CTE) -> tuple[Select[Any], ...]:
    """What happens to a dossier, each event on its day: it is received, it turns overdue or waiting, it ends."""
    d = dossiers.c
    pending_on_turn = or_(d.ended.is_(None), d.turns < d.ended)
    turns_overdue = and_(d.has_due, ~d.parked, pending_on_turn)
    turns_waiting = d.parked
    at_receipt = d.turns <= d.received
    received: dict[str, Column | int] = {
        "received": 1,
        "online": _one_if(d.channel == "online"),
        "postal": _one_if(d.channel == "postal"),
        "supplemented_again": _one_if(d.supplements > 1),
        "pending": 1,
        "pending_no_due": _one_if(~d.has_due),
        "pending_extended": _one_if(d.extended),
        "pending_overdue": _one_if(and_(turns_overdue, at_receipt)),
        "pending_waiting": _one_if(and_(turns_waiting, at_receipt)),
    }
    turned: dict[str, Column | int] = {
        "pending_overdue": _one_if(turns_overdue),
        "pending_waiting": _one_if(turns_waiting),
    }
    late = or_(d.too_many, d.ended_late)
    rated = d.rating.is_not(None)
    ended: dict[str, Column | int] = {
        "done_on_time": _one_if(and_(d.has_due, ~late)),
        "done_late": _one_if(and_(d.has_due, late)),
        "done_early": _one_if(and_(d.has_due, ~late, d.ended < d.due)),
        "done_no_due": _one_if(~d.has_due),
        "done_extended": _one_if(d.extended),
        # Ratings are 1 to 5 in canonical digits, so their text sorts as the number does.
        "satisfied": _one_if(and_(rated, d.rating >= "4")),
        "surveyed": _one_if(rated),
        "pending": -1,
        "pending_no_due": -_one_if(~d.has_due),
        "pending_extended": -_one_if(d.extended),
        "pending_overdue": -_one_if(turns_overdue),
    }
    return (
        _event(dossiers, d.received, true(), received),
        _event(dossiers, d.turns, and_(or_(turns_overdue, turns_waiting), ~at_receipt), turned),
        _event(dossiers, d.ended, d.ended.is_not(None), ended),
    )


def contribution(dossiers: FromClause, policy: OnTime) -> Select[Any]:
    """What the dossiers add to the ledger: one row per unit and day with every counter."""
    events = union_all(*_events(judged(dossiers, policy).cte("judged"))).subquery("events")
    totals = [func.sum(events.c[name]).label(name) for name in LEDGER_COUNTERS]
    return select(events.c.unit, events.c.day, *totals).group_by(events.c.unit, events.c.day)


def late_dossiers(dossiers: FromClause, policy: OnTime) -> Select[Any]:
    """The dossiers that are late or will be if nothing is done, with the days that decide as of when."""
    verdicts = judged(dossiers, policy).subquery("judged")
    d = verdicts.c
    due_day, end_day = WORKDAY.alias("due_day"), WORKDAY.alias("end_day")
    missed = and_(~d.dates_parked, or_(d.ended.is_(None), d.ended_late, d.missed_from < d.ended))
    late_from = case((d.too_many, d.received), else_=d.missed_from)
    return (
        select(
            d.code,
            d.unit,
            d.due.label("due_on"),
            late_from.label("late_from"),
            case((missed, d.missed_from), else_=null()).label("missed_from"),
            d.ended.label("ended_on"),
            d.apology.label("apology_on"),
            d.apology_in_time,
            due_day.c.number.label("due_number"),
            end_day.c.number.label("ended_number"),
        )
        .outerjoin_from(verdicts, due_day, due_day.c.day == d.due)
        .outerjoin(end_day, end_day.c.day == d.ended)
        .where(d.has_due, or_(d.too_many, missed))
    )


def renumber(connection: Connection) -> None:
    """Let the late dossiers follow an edited working calendar."""

    def number_on(day: Column) -> Column:
        return select(WORKDAY.c.number).where(WORKDAY.c.day == day).correlate(LATE).scalar_subquery()

    numbers = {"due_number": number_on(LATE.c.due_on), "ended_number": number_on(LATE.c.ended_on)}
    connection.execute(update(LATE).values(**numbers))


def _add(connection: Connection, policy_id: int, rows: Select[Any]) -> None:
    names = ["policy", "unit", "day", *LEDGER_COUNTERS]
    found = rows.subquery("found")
    source = select(literal(policy_id, Integer), found.c.unit, found.c.day, *(found.c[name] for name in LEDGER_COUNTERS))
    _upsert_days(connection, names, source.where(true()))


def _upsert_days(connection: Connection, names: list[str], source: Select[Any]) -> None:
    statement = upsert(connection, LEDGER_DAY).from_select(names, source)
    added = {name: LEDGER_DAY.c[name] + statement.excluded[name] for name in LEDGER_COUNTERS}
    connection.execute(statement.on_conflict_do_update(index_elements=["policy", "unit", "day"], set_=added))


def _write_late(connection: Connection, policy_id: int, rows: Select[Any]) -> None:
    found = rows.subquery("found")
    names = [column.name for column in found.c]
    connection.execute(insert(LATE).from_select(["policy", *names], select(literal(policy_id, Integer), *found.c)))


def add(connection: Connection, policy_id: int, policy: OnTime, new: FromClause) -> None:
    """Add dossiers to the ledger that are not in it."""
    _add(connection, policy_id, contribution(new, policy))
    _write_late(connection, policy_id, late_dossiers(new, policy))


def work_out(connection: Connection, policy_id: int, policy: OnTime, old: FromClause, new: FromClause) -> None:
    """What replacing old versions of some dossiers by new ones changes, put into the tables of `CHANGES`.

    This is most of the work and needs no lock; `settle` writes it.
    """
    for sign, dossiers in ((-1, old), (1, new)):
        found = contribution(dossiers, policy).subquery("found")
        counted = (found.c[name] * sign for name in LEDGER_COUNTERS)
        source = select(literal(sign, Integer), literal(policy_id, Integer), found.c.unit, found.c.day, *counted)
        connection.execute(insert(_DAYS).from_select([column.name for column in _DAYS.columns], source))
    late = late_dossiers(new, policy).subquery("late")
    names = ["policy", *(column.name for column in late.c)]
    connection.execute(insert(_LATE).from_select(names, select(literal(policy_id, Integer), *late.c)))


def settle(connection: Connection, policies: Iterable[int], old: FromClause) -> None:
    """Write what was worked out. Call it under the write lock."""
    names = [column.name for column in LEDGER_DAY.columns]
    for sign in (-1, 1):
        source = select(*(_DAYS.c[name] for name in names)).where(_DAYS.c.sign == sign)
        _upsert_days(connection, names, source)
    for policy_id in policies:
        connection.execute(delete(LATE).where(LATE.c.policy == policy_id, LATE.c.code.in_(select(old.c.code))))
    connection.execute(insert(LATE).from_select([column.name for column in _LATE.columns], select(*_LATE.columns)))


def drop(connection: Connection, policy_id: int) -> None:
    """Forget everything kept for a policy."""
    connection.execute(delete(LEDGER_DAY).where(LEDGER_DAY.c.policy == policy_id))
    connection.execute(delete(LATE).where(LATE.c.policy == policy_id))


def build(connection: Connection, policy_id: int, policy: OnTime) -> None:
    """Make a policy's ledger anew from every dossier."""
    drop(connection, policy_id)
    add(connection, policy_id, policy, live(DOSSIERS))


def differences(connection: Connection, policy_id: int, policy: OnTime) -> list[tuple[Any, ...]]:
    """The (unit, day) rows and late dossiers in which the ledger differs from a fresh count; empty when it is right."""
    kept_days = select(LEDGER_DAY.c.unit, LEDGER_DAY.c.day, *(LEDGER_DAY.c[name] for name in LEDGER_COUNTERS))
    some = or_(*(LEDGER_DAY.c[name] != 0 for name in LEDGER_COUNTERS))
    counted_days = contribution(live(DOSSIERS), policy).subquery("counted")
    counted_some = or_(*(counted_days.c[name] != 0 for name in LEDGER_COUNTERS))
    kept_late = select(*(column for column in LATE.columns if column.name != "policy")).where(LATE.c.policy == policy_id)
    pairs = [
        (kept_days.where(LEDGER_DAY.c.policy == policy_id, some), select(*counted_days.c).where(counted_some)),
        (_named(kept_late), _named(late_dossiers(live(DOSSIERS), policy))),
    ]
    found: list[tuple[Any, ...]] = []
    for kept, counted in pairs:
        for one, other in ((kept, counted), (counted, kept)):
            found += [tuple(row) for row in connection.execute(one.except_(other))]
    return found


def _named(rows: Select[Any]) -> Select[Any]:
    """The late dossiers with their columns in one order, so that two such queries can be compared."""
    found = rows.subquery()
    return select(*(found.c[column.name] for column in LATE.columns if column.name != "policy"))
