"""Counts from the registers (postings, procedures, feedback, surveys, staff, reported values), per unit, in SQL.

Every function returns `{unit: {measure: number}}` for the units that have something to count; absent means nothing.
Working days between two days are the difference of their running numbers (`Workday`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection, FromClause, Select, and_, case, exists, false, func, or_, select, true
from sqlalchemy.sql.elements import ColumnElement

from tracker.core.cases import DOSSIERS, FEEDBACK, POSTINGS, PROCEDURES, REPORTED, STAFF, SURVEYS, TALLIES, UNITS
from tracker.core.measures import DECISIONS, ONLINE, Number
from tracker.core.measures import FEEDBACK as FEEDBACK_MEASURES
from tracker.core.rulebook import OnTime, Parameters
from tracker.store.calendar import WORKDAY
from tracker.store.judgement import counts_at_all
from tracker.store.tables import live
from tracker.store.types import day_of

Counts = dict[str, dict[str, Number]]
_POSTING_DUE = frozenset({"posting_due", "posted_in_time"})
DAY_MEASURES = frozenset({"legal_days", "committed_days", "time_cut_met"})
PETITION_DAYS = 15  # working days a petition may take when its file names no due day (design of the case files)


@dataclass(frozen=True, slots=True)
class Span:
    """The days a count looks at: a period from `begins` to `ends`, known as of the end of `as_of`."""

    begins: date
    ends: date
    as_of: date

    def holds(self, day: ColumnElement[Any]) -> ColumnElement[bool]:
        """True for days of the period that have come."""
        return and_(day >= self.begins, day <= self.as_of)


def _sum_if(condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.sum(case((condition, 1), else_=0))


def collect(connection: Connection, query: Select[Any]) -> Counts:
    """Rows of (unit, measure…) as counts; the first column is the unit, a missing sum is 0."""
    names = [column.name for column in query.selected_columns][1:]
    counts: Counts = {}
    for unit, *values in connection.execute(query):
        counts[unit] = {name: int(value or 0) for name, value in zip(names, values, strict=True)}
    return counts


def _number_of(alias: str, day: ColumnElement[Any]) -> tuple[FromClause, ColumnElement[bool], ColumnElement[Any]]:
    """The workday table under a name, how to join it to a day, and the day's running number."""
    workday = WORKDAY.alias(alias)
    return workday, workday.c.day == day, workday.c.number


def in_force(span: Span) -> ColumnElement[bool]:
    """True for procedures in force as of the day."""
    q = live(PROCEDURES).c
    return and_(
        or_(q.effective_on.is_(None), q.effective_on <= span.as_of), or_(q.valid_to.is_(None), q.valid_to >= span.as_of)
    )


def _offer_flags(span: Span) -> dict[str, ColumnElement[bool]]:
    """What a posting of a procedure in force counts in."""
    p = live(POSTINGS).c
    posted = _posted(span)
    return {
        "procedures": true(),
        "posted": posted,
        "posted_everywhere": and_(posted, p.site, p.portal),
        "content_complete": p.content_complete,
        "one_stop": or_(p.one_stop, p.interlinked),
        "interlinked": p.interlinked,
        "workflow_assigned": p.workflow_assigned,
        "online_services": p.online_level >= 3,
        "online_full": p.online_level == 4,
        "postal_services": p.postal,
    }


def _posted(span: Span) -> ColumnElement[bool]:
    p = live(POSTINGS).c
    return and_(p.counter, p.posted_on <= span.as_of)


def posting_rows(span: Span, limits: Parameters) -> Select[Any]:
    """Every posting with one yes/no column per measure it counts in."""
    posting, procedure = live(POSTINGS), live(PROCEDURES)
    p, q = posting.c, procedure.c
    posted_day, posted_join, posted_number = _number_of("posted_day", p.posted_on)
    decided_day, decided_join, decided_number = _number_of("decided_day", q.decided_on)
    # A decision of the period must be posted whether or not the procedure is in force by now.
    due = span.holds(q.decided_on)
    flags = {name: and_(in_force(span), flag) for name, flag in _offer_flags(span).items()} | {
        "posting_due": due,
        "posted_in_time": and_(due, _posted(span), posted_number - decided_number <= limits.posting_days),
    }
    return (
        select(p.unit, p.procedure, q.name, p.posted_on, q.decided_on, *(flag.label(name) for name, flag in flags.items()))
        .join_from(posting, procedure, p.procedure == q.code)
        .outerjoin(posted_day, posted_join)
        .outerjoin(decided_day, decided_join)
    )


def totals(rows: Select[Any], measures: Iterable[str], *more: ColumnElement[Any]) -> Select[Any]:
    """How many of the rows count in each measure, per unit; `more` are further sums over the subquery `rows`."""
    found = rows.subquery("rows")
    return select(found.c.unit, *(_sum_if(found.c[name]).label(name) for name in measures), *more).group_by(found.c.unit)


def count_postings(connection: Connection, span: Span, limits: Parameters, wanted: Collection[str]) -> Counts:
    """What the posting register shows as of the day: always the procedures in force, and of the rest what is wanted."""
    parts = [_count_offers(connection, span, wanted)]
    if not _POSTING_DUE.isdisjoint(wanted):
        due = posting_rows(span, limits).where(span.holds(live(PROCEDURES).c.decided_on))
        parts.append(collect(connection, totals(due, sorted(_POSTING_DUE))))
    if not DAY_MEASURES.isdisjoint(wanted):
        parts.append(_count_days(connection, in_force(span), limits))
    return merged(parts)


def _count_offers(connection: Connection, span: Span, wanted: Collection[str]) -> Counts:
    """The same sums as over `posting_rows`, with "in force" asked once per row and not in every flag."""
    posting, procedure = live(POSTINGS), live(PROCEDURES)
    sums = [_sum_if(flag).label(name) for name, flag in _offer_flags(span).items() if name in wanted or name == "procedures"]
    offers = select(posting.c.unit, *sums).join_from(posting, procedure, posting.c.procedure == procedure.c.code)
    return collect(connection, offers.where(in_force(span)).group_by(posting.c.unit))


def _count_days(connection: Connection, valid: ColumnElement[bool], limits: Parameters) -> Counts:
    """Legal and committed days, summed exactly: they may have decimals, so they are added here and not in SQL."""
    posting, procedure = live(POSTINGS), live(PROCEDURES)
    p, q = posting.c, procedure.c
    groups = (
        select(p.unit, q.legal_days, p.committed_days, func.count())
        .join_from(posting, procedure, p.procedure == q.code)
        .where(valid, q.legal_days.is_not(None), p.committed_days.is_not(None))
        .group_by(p.unit, q.legal_days, p.committed_days)
    )
    counts: Counts = {}
    for unit, legal_days, committed_days, rows in connection.execute(groups):
        legal, committed = Fraction(legal_days), Fraction(committed_days)
        cut = _is_cut(legal, committed, limits)
        found = counts.setdefault(unit, {"legal_days": 0, "committed_days": 0, "time_cut_met": 0})
        found["legal_days"] = _whole(found["legal_days"] + legal * rows)
        found["committed_days"] = _whole(found["committed_days"] + committed * rows)
        found["time_cut_met"] += rows if cut else 0
    return counts


def _is_cut(legal: Fraction, committed: Fraction, limits: Parameters) -> bool:
    return legal > 0 and (legal - committed) / legal >= limits.time_cut_share


def day_rows(connection: Connection, span: Span, limits: Parameters) -> Select[Any]:
    """The postings with the day measures they count in; which days are cut enough is decided exactly, not in SQL."""
    p, q = live(POSTINGS).c, live(PROCEDURES).c
    both = and_(in_force(span), q.legal_days.is_not(None), p.committed_days.is_not(None))
    pairs = select(q.legal_days, p.committed_days).join_from(live(POSTINGS), live(PROCEDURES), p.procedure == q.code)
    cut = [
        and_(q.legal_days == legal, p.committed_days == committed)
        for legal, committed in connection.execute(pairs.where(both).distinct())
        if _is_cut(Fraction(legal), Fraction(committed), limits)
    ]
    rows = posting_rows(span, limits).add_columns(q.legal_days.label("days_by_law"), p.committed_days.label("days_promised"))
    flags = {"legal_days": both, "committed_days": both, "time_cut_met": and_(both, or_(false(), *cut))}
    return rows.add_columns(*(flag.label(name) for name, flag in flags.items()))


def _whole(value: Number) -> Number:
    """An integer where the value is one, so that counts stay integers."""
    return int(value) if value == int(value) else value


def decision_rows(span: Span, limits: Parameters) -> Select[Any]:
    """Procedures a unit must get published that took effect in the period, and whether decided early enough before."""
    q = live(PROCEDURES).c
    effective_day, effective_join, effective_number = _number_of("effective_day", q.effective_on)
    decided_day, decided_join, decided_number = _number_of("decided_day", q.decided_on)
    in_time = effective_number - decided_number >= limits.publish_days
    return (
        select(
            q.owner.label("unit"),
            q.code,
            q.name,
            q.decided_on,
            q.effective_on,
            true().label("decisions_due"),
            in_time.label("decisions_in_time"),
        )
        .select_from(live(PROCEDURES))
        .outerjoin(effective_day, effective_join)
        .outerjoin(decided_day, decided_join)
        .where(q.owner.is_not(None), span.holds(q.effective_on))
    )


def count_decisions(connection: Connection, span: Span, limits: Parameters) -> Counts:
    """Decisions due and in time, for the unit that owns the procedure."""
    return collect(connection, totals(decision_rows(span, limits), DECISIONS))


def feedback_rows(span: Span) -> Select[Any]:
    """The period's feedback with one yes/no column per measure, its due day and whether it was upheld by the as-of day.

    Without a due day of its own a petition is due on the 15th working day after receipt. Until it is resolved its outcome
    is pending, whatever the file says.
    """
    feedback = live(FEEDBACK)
    f = feedback.c
    start, fifteenth = WORKDAY.alias("start"), WORKDAY.alias("fifteenth")
    reached = and_(fifteenth.c.number == start.c.number + PETITION_DAYS, fifteenth.c.works)
    # A subquery and not a join: it is looked up only where a row names no due day and somebody asks for it.
    found = select(fifteenth.c.day).join_from(start, fifteenth, reached).where(start.c.day == f.received_on)
    due = func.coalesce(f.due_on, found.correlate(feedback).scalar_subquery())
    resolved = and_(f.resolved_on.is_not(None), f.resolved_on <= span.as_of)
    upheld = and_(resolved, f.outcome.in_(("upheld", "partly_upheld")))
    in_time = or_(and_(resolved, f.resolved_on <= due), and_(~resolved, due > span.as_of))
    petition = f.kind.in_(("behaviour_petition", "rule_petition"))
    flags = {
        "behaviour_petitions": f.kind == "behaviour_petition",
        "behaviour_petitions_upheld": and_(f.kind == "behaviour_petition", upheld),
        "complaints": f.kind == "complaint",
        "complaints_upheld": and_(f.kind == "complaint", upheld),
        "denunciations": f.kind == "denunciation",
        "denunciations_upheld": and_(f.kind == "denunciation", upheld),
        "petitions": petition,
        "petitions_in_time": and_(petition, in_time),
        "petitions_overdue": and_(petition, ~in_time),
        "petitions_dissatisfied": and_(petition, f.dissatisfied),
        "petitions_repeated": and_(petition, f.repeat_of.is_not(None)),
        "officials_in_breach": and_(upheld, f.kind != "rule_petition"),
    }
    return (
        select(
            f.unit,
            f.code,
            f.kind,
            f.received_on,
            due.label("due_on"),
            f.resolved_on,
            f.outcome,
            f.officer,
            true().label("feedback"),
            *(flag.label(name) for name, flag in flags.items()),
        )
        .select_from(feedback)
        .where(span.holds(f.received_on))
    )


def count_feedback(connection: Connection, span: Span, wanted: Collection[str]) -> Counts:
    """Petitions, complaints and denunciations received in the period; only upheld ones are held against anybody.

    `feedback`, all of them, is always counted, the rest where wanted.
    """
    rows = feedback_rows(span)
    parts = [collect(connection, totals(rows, ("feedback", *(name for name in FEEDBACK_MEASURES if name in wanted))))]
    if "officials_in_breach" in wanted:
        parts.append(_count_breaches(connection, rows))
    return merged(parts)


def _count_breaches(connection: Connection, rows: Select[Any]) -> Counts:
    """Officials in breach, each once however many cases name them, and each upheld case that names nobody."""
    f = rows.subquery("f").c
    breaches = func.count(f.officer.distinct()) + _sum_if(f.officer.is_(None))
    found = select(f.unit, breaches.label("officials_in_breach")).where(f.officials_in_breach)
    return collect(connection, found.group_by(f.unit))


def count_officials(connection: Connection) -> Counts:
    """Officials per unit: the rows of its staff file, else the headcount its unit row names."""
    u, s = live(UNITS).c, live(STAFF).c
    staff = select(s.unit, func.count().label("people")).group_by(s.unit).subquery("staff")
    query = select(u.code, func.coalesce(staff.c.people, u.headcount, 0).label("officials"))
    return collect(connection, query.outerjoin_from(live(UNITS), staff, staff.c.unit == u.code))


def count_surveys(connection: Connection, span: Span) -> Counts:
    """Survey answers whose whole span lies in the period's days so far, by topic."""
    s = live(SURVEYS).c
    result, attitude = s.topic == "result", s.topic == "attitude"
    return collect(
        connection,
        select(
            s.unit,
            func.count().label("surveys"),
            func.sum(case((result, s.satisfied), else_=0)).label("satisfied"),
            func.sum(case((result, s.responses), else_=0)).label("surveyed"),
            func.sum(case((attitude, s.satisfied), else_=0)).label("polite"),
            func.sum(case((attitude, s.responses), else_=0)).label("attitude_surveyed"),
        )
        .where(s.period_from >= span.begins, s.period_to <= span.as_of)
        .group_by(s.unit),
    )


def read_reported(connection: Connection, span: Span) -> Counts:
    """The effective reported values whose span is the period's: decided, else checked, else as the unit gave it."""
    r = live(REPORTED).c
    counts: Counts = {}
    for row in connection.execute(
        select(r.unit, r.measure, r.value, r.checked, r.decided).where(
            r.period_from == span.begins, r.period_to == span.ends
        )
    ):
        given = next(value for value in (row.decided, row.checked, row.value) if value is not None)
        counts.setdefault(row.unit, {})[row.measure] = _whole(Fraction(Decimal(given)))
    return counts


def online_rows(span: Span, policy: OnTime, dossiers: FromClause | None = None) -> Select[Any]:
    """Online submissions of the period, for the unit that receives them, and whether accepted within one working day.

    `dossiers`: only those among these rows.
    """
    dossier = live(DOSSIERS) if dossiers is None else dossiers
    d = dossier.c
    submitted, received = day_of(d.submitted_at), day_of(d.received_at)
    submitted_day, submitted_join, submitted_number = _number_of("submitted_day", submitted)
    received_day, received_join, received_number = _number_of("received_day", received)
    accepted = and_(received <= span.as_of, received_number - submitted_number <= 1)
    return (
        select(
            func.coalesce(d.receiving_unit, d.unit).label("unit"),
            d.code,
            d.procedure,
            d.submitted_at,
            d.received_at,
            true().label("online_submitted"),
            accepted.label("accepted_in_time"),
        )
        .select_from(dossier)
        .outerjoin(submitted_day, submitted_join)
        .outerjoin(received_day, received_join)
        .where(d.channel == "online", span.holds(submitted), counts_at_all(dossier, policy))
    )


def count_online(connection: Connection, span: Span, policy: OnTime) -> Counts:
    """Online submissions of the period, and those accepted in time."""
    return collect(connection, totals(online_rows(span, policy), ONLINE[:2]))


def count_level4(connection: Connection, span: Span, policy: OnTime) -> Counts:
    """Online dossiers received in the period under procedures the unit offers fully online."""
    dossier, posting = live(DOSSIERS), live(POSTINGS)
    d, p = dossier.c, posting.c
    offered = and_(p.unit == d.unit, p.procedure == d.procedure, p.online_level == 4)
    return collect(
        connection,
        select(d.unit, func.count().label("dossiers_level4"))
        .join_from(dossier, posting, offered)
        .where(d.channel == "online", span.holds(day_of(d.received_at)), counts_at_all(dossier, policy))
        .group_by(d.unit),
    )


def heard_of(connection: Connection, span: Span, units: Collection[str]) -> frozenset[str]:
    """Which of the units have a row in the period that no other count shows.

    A dossier submitted and not yet received (theirs, or theirs to receive), a procedure of theirs that takes effect, a tally
    that is not over yet, a value reported for a part of the period: whoever has one of these is not silent.
    """
    u, d, q, r, t = (live(kind).c for kind in (UNITS, DOSSIERS, PROCEDURES, REPORTED, TALLIES))
    submitted = and_(d.submitted_at.is_not(None), span.holds(day_of(d.submitted_at)))
    heard = or_(
        exists().where(d.unit == u.code, submitted),
        exists().where(d.receiving_unit == u.code, submitted),
        exists().where(q.owner == u.code, span.holds(q.effective_on)),
        exists().where(r.unit == u.code, r.period_from >= span.begins, r.period_to <= span.ends),
        exists().where(t.unit == u.code, t.period_from >= span.begins, t.period_to <= span.ends),
    )
    return frozenset(connection.execute(select(u.code).where(u.code.in_(units), heard)).scalars())


def merged(parts: Iterable[Mapping[str, Mapping[str, Number]]]) -> Counts:
    """Several counts as one; the same measure from two sources adds up (ratings and surveys both say `satisfied`)."""
    whole: Counts = {}
    for part in parts:
        for unit, measures in part.items():
            target = whole.setdefault(unit, {})
            for name, value in measures.items():
                target[name] = target.get(name, 0) + value
    return whole
