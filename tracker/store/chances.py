"""What can still be saved of a unit's cases today: counts that decide what an act would move, beside its measures."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, case, false, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from tracker.core.cases import DOSSIERS, POSTINGS, PROCEDURES
from tracker.core.levers import Chances
from tracker.core.rulebook import OnTime, Parameters, Rulebook
from tracker.store.calendar import WORKDAY
from tracker.store.ledger import LATE
from tracker.store.registers import Span, feedback_rows, posting_rows
from tracker.store.tables import live


def count_chances(
    connection: Connection, rulebook: Rulebook, policy_id: int, span: Span, unit: str, now: datetime
) -> Chances:
    """The unit's chances as of the day; before or after that day itself nothing can be saved any more."""
    fallen, opened, due = connection.execute(_dossiers(rulebook.on_time, policy_id, span, unit, now)).one()
    read = rulebook.measures()
    postings = petitions = 0
    if "posted_in_time" in read:
        postings = connection.execute(_postings(rulebook.parameters, span, unit)).scalar_one()
    if not read.isdisjoint(("petitions_in_time", "petitions_overdue")):
        petitions = connection.execute(_petitions(span, unit)).scalar_one()
    return Chances(
        due_today=int(due or 0),
        open_today=int(opened or 0),
        fallen_today=int(fallen or 0),
        post_in_time=int(postings),
        petitions_today=int(petitions),
    )


def _dossiers(policy: OnTime, policy_id: int, span: Span, unit: str, now: datetime) -> Select[Any]:
    """The unit's dossiers that fell late on the day: those not apologised for, those unfinished, those not yet lost.

    Unfinished ones that were late for too many supplements while they waited are among the second: once finished they may
    count as late by their dates too.
    """
    late, dossier = LATE.c, live(DOSSIERS)
    d = dossier.c
    today = late.missed_from == span.as_of
    is_open = or_(late.ended_on.is_(None), late.ended_on > span.as_of)
    untold = or_(late.apology_on.is_(None), late.apology_on > span.as_of)
    waited = and_(late.missed_from.is_(None), late.due_on <= span.as_of)
    saved = and_(today, late.ended_on.is_(None), late.apology_on.is_(None), d.due_at > now, *_plain(policy, d))
    sums = (and_(today, untold), and_(is_open, or_(today, waited)), saved)
    return (
        select(*(func.sum(case((one, 1), else_=0)) for one in sums))
        .join_from(LATE, dossier, late.code == d.code)
        .where(late.policy == policy_id, late.unit == unit, or_(today, waited))
    )


def _plain(policy: OnTime, dossier: Any) -> list[ColumnElement[bool]]:
    """What must hold for a dossier finished or apologised for in time to count just so."""
    plain: list[ColumnElement[bool]] = [dossier.rating.is_(None)]
    if policy.late_after_supplements:
        plain.append(func.coalesce(dossier.supplement_requests, 0) <= policy.late_after_supplements)
    if policy.extension_counts:
        plain.append(dossier.extended_due_at.is_(None))
    return plain


def _postings(limits: Parameters, span: Span, unit: str) -> Select[Any]:
    """Procedures in force, not posted, decided few enough working days ago."""
    p, q = live(POSTINGS).c, live(PROCEDURES).c
    number = select(WORKDAY.c.number)
    passed = number.where(WORKDAY.c.day == span.as_of).scalar_subquery()
    begun = number.where(WORKDAY.c.day == q.decided_on).correlate(live(PROCEDURES)).scalar_subquery()
    rows = posting_rows(span, limits).where(p.unit == unit, passed - begun <= limits.posting_days).subquery()
    return select(func.count()).where(rows.c.procedures, rows.c.posting_due, ~func.coalesce(rows.c.posted, false()))


def _petitions(span: Span, unit: str) -> Select[Any]:
    rows = feedback_rows(span).subquery()
    due = and_(rows.c.petitions_overdue, rows.c.resolved_on.is_(None), rows.c.due_on == span.as_of)
    return select(func.count()).where(rows.c.unit == unit, due)
