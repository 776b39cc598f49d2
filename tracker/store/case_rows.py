"""The rows behind a figure: every case of a unit with one yes/no column per measure it counts in.

The counting and these rows share their definitions (`judged`, `posting_rows`, `feedback_rows`, `decision_rows`), so the rows
marked for a measure are as many as the measure says.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, and_, case, literal, or_, select
from sqlalchemy.sql.elements import ColumnElement

from tracker.core.cases import DOSSIERS, POSTINGS, PROCEDURES, REPORTED, STAFF, SURVEYS
from tracker.core.rulebook import OnTime, Rulebook
from tracker.store import registers
from tracker.store.calendar import WORKDAY
from tracker.store.dossier_counts import late_in, working_days_late
from tracker.store.judgement import judged
from tracker.store.ledger import LATE
from tracker.store.registers import Span
from tracker.store.tables import live

ONLINE_SUBMISSIONS = frozenset({"online_submitted", "accepted_in_time"})


def case_rows(
    connection: Connection, source: str, measures: Collection[str], rulebook: Rulebook, policy_id: int, span: Span
) -> Select[Any]:
    """The rows behind some measures, with `unit` and the measures they count in; `source` as a rulebook's `cases` names it.

    Online submissions are rows of their own: they belong to the unit that receives them, received or not.
    """
    match source:
        case "dossiers" if not ONLINE_SUBMISSIONS.isdisjoint(measures):
            return registers.online_rows(span, rulebook.on_time)
        case "dossiers":
            return dossier_rows(rulebook.on_time, policy_id, span)
        case "postings" if not registers.DAY_MEASURES.isdisjoint(measures):
            return registers.day_rows(connection, span, rulebook.parameters)
        case "postings":
            return registers.posting_rows(span, rulebook.parameters)
        case "feedback":
            return registers.feedback_rows(span)
        case "procedures":
            return registers.decision_rows(span, rulebook.parameters)
        case "surveys":
            return survey_rows(span)
        case "staff":
            return select(live(STAFF), literal(True).label("officials"))
        case _:
            return reported_rows(span, measures)


def dossier_rows(policy: OnTime, policy_id: int, span: Span) -> Select[Any]:
    """The dossiers in scope as of the day, each with the measures it counts in."""
    return _dossiers(policy, policy_id, span, lambda _: ())


def dossier_work_rows(policy: OnTime, policy_id: int, span: Span) -> Select[Any]:
    """The same with what a list of work needs: the moment a dossier is due as judged, its apology, its field, its lateness.

    `late_days`: the working days it is late as of the day, 0 for one that is not late.
    """

    def more(of: _Sources) -> tuple[ColumnElement[Any], ...]:
        today = select(WORKDAY.c.number).where(WORKDAY.c.day == span.as_of).scalar_subquery()
        late = case((late_in(of.late, span, of.late.late_from), working_days_late(of.late, today)), else_=0)
        return (
            of.judged.due,
            of.judged.due_moment,
            of.judged.too_many,
            of.judged.ended,
            of.dossier.apology_at,
            of.procedure.field,
            late.label("late_days"),
        )

    return _dossiers(policy, policy_id, span, more)


@dataclass(frozen=True, slots=True)
class _Sources:
    """The columns of the tables that a row of a dossier is put together from."""

    judged: Any
    late: Any
    dossier: Any
    procedure: Any


_More = Callable[[_Sources], tuple[ColumnElement[Any], ...]]


def _dossiers(policy: OnTime, policy_id: int, span: Span, more: _More) -> Select[Any]:
    j = judged(live(DOSSIERS), policy).subquery("j")
    late = LATE.alias("late")
    dossier = live(DOSSIERS).alias("dossier")
    posting, procedure = live(POSTINGS), live(PROCEDURES)
    flags = _dossier_flags(j.c, late.c, span)
    level4 = and_(flags["dossiers_online"], posting.c.online_level == 4)
    return (
        select(
            j.c.unit,
            j.c.code,
            dossier.c.procedure,
            procedure.c.name,
            dossier.c.officer,
            dossier.c.received_at,
            dossier.c.due_at,
            dossier.c.completed_at,
            dossier.c.returned_at,
            dossier.c.status,
            dossier.c.paused_minutes,
            dossier.c.waiting_since,
            dossier.c.supplement_requests,
            dossier.c.rating,
            *(flag.label(name) for name, flag in flags.items()),
            level4.label("dossiers_level4"),
            *more(_Sources(j.c, late.c, dossier.c, procedure.c)),
        )
        .join_from(j, dossier, dossier.c.code == j.c.code)
        .outerjoin(procedure, procedure.c.code == dossier.c.procedure)
        .outerjoin(posting, and_(posting.c.unit == j.c.unit, posting.c.procedure == dossier.c.procedure))
        .outerjoin(late, and_(late.c.code == j.c.code, late.c.policy == policy_id))
        .where(j.c.received <= span.as_of, or_(j.c.ended.is_(None), j.c.ended >= span.begins))
    )


def _dossier_flags(j: Any, late: Any, span: Span) -> dict[str, Any]:
    ended = and_(j.ended.is_not(None), j.ended <= span.as_of)
    is_late = or_(j.too_many, j.ended_late)
    overdue = and_(~ended, j.has_due, ~j.parked, j.turns <= span.as_of)
    received = j.received >= span.begins
    missed = and_(late.missed_from.is_not(None), late_in(late, span, late.missed_from))
    told = and_(missed, late.apology_on.is_not(None), late.apology_on <= span.as_of)
    rated = and_(ended, j.rating.is_not(None))
    return {
        "received": received,
        "carried": ~received,
        "done_on_time": and_(ended, j.has_due, ~is_late),
        "done_late": and_(ended, j.has_due, is_late),
        "done_early": and_(ended, j.has_due, ~is_late, j.ended < j.due),
        "pending_in_time": and_(~ended, j.has_due, ~overdue),
        "pending_overdue": overdue,
        "pending_waiting": and_(~ended, j.parked, j.turns <= span.as_of),
        "no_due": ~j.has_due,
        "extended": j.extended,
        "surveyed": rated,
        "satisfied": and_(rated, j.rating >= "4"),
        "dossiers_counter": and_(received, j.channel == "counter"),
        "dossiers_online": and_(received, j.channel == "online"),
        "dossiers_postal": and_(received, j.channel == "postal"),
        "supplemented_again": and_(received, j.supplements > 1),
        "days_late": and_(late.code.is_not(None), late_in(late, span, late.late_from)),
        "apologies_due": missed,
        "apologies_in_time": and_(told, late.apology_in_time),
        "apologies_late": and_(told, ~late.apology_in_time),
        "apologies_missing": and_(missed, ~told),
    }


def survey_rows(span: Span) -> Select[Any]:
    """Surveys whose span lies in the period's days so far; they weigh by their answers, not by one."""
    s = live(SURVEYS).c
    result, attitude = s.topic == "result", s.topic == "attitude"
    return select(
        s.unit,
        s.topic,
        s.period_from,
        s.period_to,
        s.satisfied.label("answers_satisfied"),
        s.responses.label("answers"),
        result.label("surveyed"),
        result.label("satisfied"),
        attitude.label("attitude_surveyed"),
        attitude.label("polite"),
    ).where(s.period_from >= span.begins, s.period_to <= span.as_of)


def reported_rows(span: Span, measures: Collection[str]) -> Select[Any]:
    """The period's reported values of those measures as given, checked and decided."""
    r = live(REPORTED).c
    columns = (r.unit, r.measure, r.value, r.checked, r.decided, r.evidence, r.note)
    whole_period = and_(r.period_from == span.begins, r.period_to == span.ends)
    return select(*columns).where(whole_period, r.measure.in_(sorted(measures)))


def one_unit(rows: Select[Any], unit: str) -> Select[Any]:
    """Only that unit's rows."""
    found = rows.subquery("cases")
    return select(*found.c).where(found.c.unit == unit)
