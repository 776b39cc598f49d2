"""The rows that call for work: a unit's cases that are open and due, overdue or lacking something, with their last days.

Every query begins with one unit, whose rows have an index, so that it does not matter how many cases others have.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, FromClause, Select, and_, false, func, or_, select, union_all
from sqlalchemy.sql.elements import ColumnElement

from tracker.core.cases import KINDS
from tracker.core.rulebook import Rulebook
from tracker.store import registers
from tracker.store.calendar import WORKDAY
from tracker.store.case_rows import case_rows, dossier_work_rows, one_unit
from tracker.store.registers import Span
from tracker.store.tables import live

DOSSIERS, SUBMISSIONS, POSTINGS, FEEDBACK = "dossiers", "submissions", "postings", "feedback"
ACCEPT_DAYS = 1  # working days within which an online submission is to be accepted (`registers.online_rows`)


@dataclass(frozen=True, slots=True)
class Ahead:
    """How far the work looks ahead: the count's days, and the last day of what is nearly due."""

    span: Span
    until: date


def day_after(connection: Connection, day: date, working_days: int) -> date:
    """The day that many working days after a day; the calendar's last one where it ends before."""
    start = select(WORKDAY.c.number).where(WORKDAY.c.day == day).scalar_subquery()
    found = select(func.min(WORKDAY.c.day)).where(WORKDAY.c.works, WORKDAY.c.number == start + working_days)
    return connection.execute(found).scalar() or day


def number_days(connection: Connection, days: Sequence[date]) -> dict[date, int]:
    """The running numbers of working days of those days."""
    wanted = sorted(set(days))
    found: dict[date, int] = {}
    for at in range(0, len(wanted), 500):
        part = select(WORKDAY.c.day, WORKDAY.c.number).where(WORKDAY.c.day.in_(wanted[at : at + 500]))
        found |= {row.day: row.number for row in connection.execute(part)}
    return found


@dataclass(frozen=True, slots=True)
class Counted:
    """How rows are counted: by which rulebook and ledger policy, over which days, for which unit."""

    rulebook: Rulebook
    policy_id: int
    span: Span
    unit: str


def rows_of(connection: Connection, source: str, counted: Counted) -> Select[Any]:
    """A source's rows with the measures they count in, the unit's among them; a rulebook's `cases`, or submissions."""
    rulebook, policy_id, span = counted.rulebook, counted.policy_id, counted.span
    if source == DOSSIERS:
        return dossier_work_rows(rulebook.on_time, policy_id, span)
    if source == SUBMISSIONS:
        return registers.online_rows(span, rulebook.on_time, _handed_to(counted.unit))
    if source == POSTINGS and not registers.DAY_MEASURES.isdisjoint(rulebook.measures()):
        return registers.day_rows(connection, span, rulebook.parameters)
    return case_rows(connection, source, (), rulebook, policy_id, span)


def _handed_to(unit: str) -> FromClause:
    """The dossiers whose submissions the unit is to accept: each of the two columns that may say so has an index."""
    dossier = live(KINDS["dossiers"])
    own = select(dossier).where(dossier.c.unit == unit, dossier.c.receiving_unit.is_(None))
    return union_all(own, select(dossier).where(dossier.c.receiving_unit == unit)).subquery("dossier")


def work_rows(rows: Select[Any], source: str, unit: str, ahead: Ahead) -> tuple[Any, ColumnElement[bool]]:
    """The unit's rows as a subquery, and which of them call for work whatever the rulebook gives points for."""
    found = one_unit(rows, unit).subquery("found")
    return found, func.coalesce(_calls_for_work(source, found.c, ahead), false())


def _calls_for_work(source: str, row: Any, ahead: Ahead) -> ColumnElement[bool]:
    match source:
        case "dossiers":
            nearly_due = and_(row.pending_in_time, ~row.pending_waiting, row.due <= ahead.until)
            return or_(row.pending_overdue, row.apologies_missing, nearly_due)
        case "submissions":
            tomorrow = datetime.combine(ahead.span.as_of + timedelta(days=1), time())
            return or_(row.received_at.is_(None), row.received_at >= tomorrow)
        case "postings":
            offered = and_(row.posted, row.content_complete, row.one_stop, row.workflow_assigned)
            return and_(row.procedures, ~func.coalesce(offered, false()))
        case "feedback":
            unresolved = or_(row.resolved_on.is_(None), row.resolved_on > ahead.span.as_of)
            return and_(row.petitions, unresolved, row.due_on <= ahead.until)
        case _:
            return false()
