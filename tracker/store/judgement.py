"""Which dossier is on time: a rulebook's `[on_time]` policy as one SQL definition over dossier rows.

Everything that counts dossiers (building the ledger, keeping it, listing the cases behind a figure) reads these columns,
so there is one place where lateness is decided. Days are local calendar days; "as of D" is the end of day D.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import FromClause, Select, and_, case, cast, func, null, or_, select
from sqlalchemy.sql.elements import ColumnElement

from tracker.core.rulebook import OnTime
from tracker.store.types import WALL_CLOCK, add_minutes, day_of

Condition = ColumnElement[bool]
WITHOUT_RESULT = ("rejected", "stopped", "withdrawn")


def judged(dossiers: FromClause, policy: OnTime) -> Select[Any]:
    """One row per received dossier: `received`, `ended`, `turns` (days) and the flags that decide how it counts.

    `turns` is the day on which a pending dossier changes by itself: into overdue, or, when `parked`, into waiting.
    `missed` is lateness by dates alone; `late` adds the supplement rule. A parked dossier never falls overdue by its dates.
    """
    moments = _moments(dossiers, policy).subquery("moments")
    return _verdicts(moments, policy)


def counts_at_all(dossiers: FromClause, policy: OnTime) -> Condition:
    """True for the dossiers the policy counts: all, or all but those that ended without a result."""
    status = dossiers.c.status
    if policy.ended_without_result == "excluded":
        return or_(status.is_(None), status.not_in(WITHOUT_RESULT))
    return or_(status.is_(None), status.is_not(None))


def _moments(dossiers: FromClause, policy: OnTime) -> Select[Any]:
    """The dossier's moments as the policy sees them: when it ended and when it was due."""
    row = dossiers.c
    end = func.coalesce(row.completed_at, row.returned_at) if policy.end == "completed" else row.returned_at
    return (
        select(
            row.code,
            row.unit,
            row.channel,
            row.rating,
            row.due_at,
            row.extended_due_at,
            row.apology_at,
            row.received_at,
            # A completion dated before receipt counts at receipt.
            case((end < row.received_at, row.received_at), else_=end).label("ended_at"),
            _effective_due(dossiers, policy).label("effective_due"),
            (row.waiting_since if policy.count_pause else cast(null(), WALL_CLOCK)).label("waiting_since"),
            func.coalesce(row.supplement_requests, 0).label("supplements"),
        )
        .where(row.received_at.is_not(None))
        .where(counts_at_all(dossiers, policy))
    )


def _effective_due(dossiers: FromClause, policy: OnTime) -> ColumnElement[Any]:
    row = dossiers.c
    due: ColumnElement[Any] = row.due_at
    if policy.extension_counts:
        granted = and_(row.extended_due_at.is_not(None), row.apology_at <= row.due_at)
        due = case((granted, row.extended_due_at), else_=row.due_at)
    if policy.count_pause:
        due = case((row.paused_minutes > 0, add_minutes(due, row.paused_minutes)), else_=due)
    return due


def _verdicts(moments: FromClause, policy: OnTime) -> Select[Any]:
    m = moments.c
    exact = policy.compare == "instant"
    too_many = _too_many_supplements(m.supplements, policy)
    due_day = day_of(m.effective_due)
    ended_after_due = m.ended_at > m.effective_due if exact else day_of(m.ended_at) > due_day
    waits_in_time = m.waiting_since <= m.effective_due if exact else day_of(m.waiting_since) <= due_day
    has_due = m.effective_due.is_not(None)
    parked = and_(m.ended_at.is_(None), has_due, m.waiting_since.is_not(None), waits_in_time)
    received = day_of(m.received_at)
    late_from = case((too_many, received), else_=_later(received, due_day))
    return select(
        m.code,
        m.unit,
        m.channel,
        m.rating,
        m.supplements,
        received.label("received"),
        day_of(m.ended_at).label("ended"),
        due_day.label("due"),
        m.effective_due.label("due_moment"),
        m.extended_due_at.is_not(None).label("extended"),
        has_due.label("has_due"),
        and_(has_due, too_many).label("too_many"),
        and_(parked, ~too_many).label("parked"),
        parked.label("dates_parked"),
        and_(has_due, ended_after_due).label("ended_late"),
        case((and_(parked, ~too_many), _later(received, day_of(m.waiting_since))), else_=late_from).label("turns"),
        _later(received, due_day).label("missed_from"),
        day_of(m.apology_at).label("apology"),
        (m.apology_at <= m.due_at).label("apology_in_time"),
    )


def _too_many_supplements(supplements: ColumnElement[Any], policy: OnTime) -> Condition:
    if policy.late_after_supplements == 0:
        return supplements < 0  # switched off: true of none
    return supplements > policy.late_after_supplements


def _later(one: ColumnElement[Any], other: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((one > other, one), else_=other)
