"""What looks wrong with stored cases: one condition per check, from which both its count and its rows are made.

Nothing here changes a figure of a campaign; it only tells people where to look.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, case, func, literal, or_, select, true
from sqlalchemy.sql.elements import ColumnElement

from tracker.core.cases import DOSSIERS, FEEDBACK, POSTINGS, REPORTED, STAFF, SURVEYS, TALLIES, UNITS, Kind
from tracker.store.registers import Span
from tracker.store.tables import Batch, live
from tracker.store.types import add_minutes

Condition = ColumnElement[bool]
WAITING_DAYS = 30
DOUBTFUL, UNJUDGEABLE = "doubtful", "unjudgeable"
BATCH = Batch.__table__  # type: ignore[attr-defined]

_SHOWN: Mapping[str, tuple[str, ...]] = {
    DOSSIERS.name: (
        *("code", "unit", "procedure", "officer", "status", "submitted_at", "received_at", "due_at"),
        *("completed_at", "returned_at", "waiting_since", "rating"),
    ),
    FEEDBACK.name: ("code", "unit", "kind", "received_on", "due_on", "resolved_on", "outcome", "officer"),
    POSTINGS.name: ("unit", "procedure", "posted_on", "counter", "site", "portal"),
}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that may be wrong with the rows of a kind."""

    code: str
    kind: Kind
    group: str = DOUBTFUL


CHECKS = {
    check.code: check
    for check in (
        Check("no_due", DOSSIERS, UNJUDGEABLE),
        Check("not_received", DOSSIERS, UNJUDGEABLE),
        Check("at_due", DOSSIERS),
        Check("ended_before_received", DOSSIERS),
        Check("due_before_received", DOSSIERS),
        Check("returned_before_completed", DOSSIERS),
        Check("status_contradicts", DOSSIERS),
        Check("waiting_long", DOSSIERS),
        Check("rated_unended", DOSSIERS),
        Check("resolved_before_received", FEEDBACK),
        Check("outcome_contradicts", FEEDBACK),
        Check("posted_undated", POSTINGS),
        Check("posted_nowhere", POSTINGS),
    )
}


@dataclass(frozen=True, slots=True)
class Found:
    """What the checks found in one unit's rows of a kind, out of `rows` in the period; `batch`: the newest among all."""

    rows: int
    ended: int
    batch: int | None
    counts: Mapping[str, int]


def count_found(connection: Connection, kind: Kind, span: Span, units: Collection[str] | None) -> dict[str, Found]:
    """Every check of a kind counted for every unit in one pass over its rows."""
    table, scope = live(kind), in_scope(kind, span)
    checks = [code for code, check in CHECKS.items() if check.kind is kind]
    sums = [_sum(and_(scope, condition(code, span))).label(code) for code in checks]
    query = select(table.c.unit, _sum(scope), _sum(and_(scope, _is_ended(kind))), func.max(table.c.batch_id), *sums)
    chosen = query.where(_of_units(table, units)).group_by(table.c.unit)
    return {
        unit: Found(int(rows), int(ended), batch, dict(zip(checks, map(int, counts), strict=True)))
        for unit, rows, ended, batch, *counts in connection.execute(chosen)
    }


def found_rows(code: str, span: Span, units: Collection[str] | None) -> Select[Any]:
    """The rows a check finds, in the order of their units and keys."""
    kind = CHECKS[code].kind
    table = live(kind)
    shown = select(*(table.c[name] for name in _SHOWN[kind.name]))
    keys = [table.c[name] for name in kind.key]
    where = (in_scope(kind, span), condition(code, span), _of_units(table, units))
    return shown.where(*where).order_by(table.c.unit, *keys)


def in_scope(kind: Kind, span: Span) -> Condition:
    """The rows of a kind that belong to the period as of its day; postings belong to every period."""
    c = live(kind).c
    if kind is DOSSIERS:
        begins, ends = _limits(span)
        ended = _end(c)
        alive = or_(ended.is_(None), ended >= begins, c.received_at >= begins)
        submitted = and_(c.received_at.is_(None), c.submitted_at >= begins, c.submitted_at < ends)
        return or_(and_(c.received_at < ends, alive), submitted)
    return span.holds(c.received_on) if kind is FEEDBACK else true()


def condition(code: str, span: Span) -> Condition:
    """What a check asks of a row."""
    kind = CHECKS[code].kind
    c = live(kind).c
    if kind is DOSSIERS:
        return _of_dossiers(c, span)[code]
    if kind is FEEDBACK:
        open_still = or_(c.outcome.is_(None), c.outcome == "pending")
        return {
            "resolved_before_received": c.resolved_on < c.received_on,
            "outcome_contradicts": or_(
                and_(open_still, c.resolved_on.is_not(None)), and_(~open_still, c.resolved_on.is_(None))
            ),
        }[code]
    anywhere = or_(c.counter, c.site, c.portal)
    return {
        "posted_undated": and_(anywhere, c.posted_on.is_(None)),
        "posted_nowhere": and_(~anywhere, c.posted_on.is_not(None)),
    }[code]


def _of_dossiers(c: Any, span: Span) -> dict[str, Condition]:
    ended = _end(c)
    long_ago = _limits(span)[1] - timedelta(days=WAITING_DAYS)
    done_unended = and_(c.status.in_(("completed", "returned")), ended.is_(None))
    ended_undone = and_(c.status.in_(("in_progress", "waiting")), ended.is_not(None))
    return {
        "no_due": and_(c.received_at.is_not(None), c.due_at.is_(None)),
        "not_received": c.received_at.is_(None),
        # In the last minute before it would have been late, which hardly happens by itself.
        "at_due": and_(c.completed_at <= c.due_at, add_minutes(c.completed_at, 1) > c.due_at),
        "ended_before_received": ended < c.received_at,
        "due_before_received": c.due_at < c.received_at,
        "returned_before_completed": c.returned_at < c.completed_at,
        "status_contradicts": or_(done_unended, ended_undone),
        "waiting_long": and_(ended.is_(None), c.waiting_since < long_ago),
        "rated_unended": and_(c.rating.is_not(None), ended.is_(None)),
    }


def spans_given(connection: Connection, kind: Kind, span: Span) -> dict[str, set[str]]:
    """What each unit has given: topics of surveys or procedures of tallies in the period, measures of just its days."""
    c = live(kind).c
    name = c[{SURVEYS.name: "topic", TALLIES.name: "procedure"}.get(kind.name, "measure")]
    within = and_(c.period_from >= span.begins, c.period_to <= span.ends)
    just = and_(c.period_from == span.begins, c.period_to == span.ends)
    given: dict[str, set[str]] = {}
    for unit, which in connection.execute(select(c.unit, name).where(just if kind is REPORTED else within)):
        given.setdefault(unit, set()).add(which)
    return given


def units_with_people(connection: Connection) -> set[str]:
    """The units of which it is known how many officials they have: by their staff, or by their headcount."""
    u, s = live(UNITS).c, live(STAFF).c
    counted = connection.execute(select(u.code).where(u.headcount.is_not(None))).scalars()
    return {*counted, *connection.execute(select(s.unit).distinct()).scalars()}


def last_changes(connection: Connection, kind: Kind) -> dict[str, int]:
    """The newest batch among each unit's rows of a small kind."""
    c = live(kind).c
    rows = connection.execute(select(c.unit, func.max(c.batch_id)).group_by(c.unit))
    return {unit: int(batch) for unit, batch in rows}


def batch_moments(connection: Connection, batches: Collection[int]) -> dict[int, datetime]:
    """When these batches were made."""
    rows = connection.execute(select(BATCH.c.id, BATCH.c.made_at).where(BATCH.c.id.in_(sorted(batches))))
    return {row.id: row.made_at for row in rows}


def _end(c: Any) -> ColumnElement[Any]:
    return func.coalesce(c.completed_at, c.returned_at)


def _is_ended(kind: Kind) -> Condition:
    """A dossier that was completed and had a due date, of which `at_due` is a share."""
    c = live(kind).c
    return and_(c.completed_at.is_not(None), c.due_at.is_not(None)) if kind is DOSSIERS else true()


def _limits(span: Span) -> tuple[datetime, datetime]:
    return datetime.combine(span.begins, time()), datetime.combine(span.as_of, time()) + timedelta(days=1)


def _of_units(table: Any, units: Collection[str] | None) -> Condition:
    return true() if units is None else table.c.unit.in_(sorted(units))


def _sum(wanted: Condition) -> ColumnElement[Any]:
    return func.coalesce(func.sum(case((wanted, literal(1)), else_=0)), 0)
