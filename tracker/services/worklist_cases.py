"""Finding a unit's work: its cases that are open or cost points, each with its tasks and what they are worth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection, or_, select

from tracker.core.duties import ALWAYS, Case, find_duties
from tracker.core.measures import COUNTED, Facts
from tracker.core.rounding import exact_sum
from tracker.core.rulebook import Indicator, Rulebook, formula_measures
from tracker.core.terms import Line, Score
from tracker.core.work import NO_STAKE, Duty, Effect, Scale, Stake, Task, mend
from tracker.services.cases import case_sources, judge_rows
from tracker.services.standings import Setting
from tracker.store.case_rows import ONLINE_SUBMISSIONS
from tracker.store.worklist import (
    ACCEPT_DAYS,
    DOSSIERS,
    FEEDBACK,
    POSTINGS,
    SUBMISSIONS,
    Ahead,
    Counted,
    day_after,
    number_days,
    rows_of,
    work_rows,
)

_BASE = (DOSSIERS, SUBMISSIONS, POSTINGS, FEEDBACK)
_ROWLESS = frozenset({"reported", "staff"})  # nothing in them fails by itself
_ALWAYS = ALWAYS | {
    Task.OVERDUE,
    Task.DUE,
    Task.APOLOGY,
    Task.PETITION_OVERDUE,
    Task.PETITION,
    Task.ACCEPT,
}
_MEASURES = frozenset(COUNTED)
_SURVEYED = {"surveyed", "attitude_surveyed"}
Row = Mapping[str, Any]
NEEDED, ANSWERS = "needed", "surveys"


@dataclass(frozen=True, slots=True)
class Found:
    """A duty of one case (or of the unit itself) with what is at stake, its last moment and the indicators it costs.

    `last_day`: that moment comes before the next working day is over.
    """

    kind: str
    code: str
    duty: Duty
    stake: Stake
    due: datetime | date | None
    indicators: tuple[str, ...]
    cells: Mapping[str, Any]
    last_day: bool = False


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose work is sought: the unit, its facts, and its score where it competes."""

    setting: Setting
    unit: str
    facts: Facts
    score: Score | None

    @property
    def rulebook(self) -> Rulebook:
        """The rulebook that gives the points."""
        return self.setting.rulebook.rulebook

    @property
    def losing(self) -> dict[str, Line]:
        """The indicators that lost points."""
        return {line.code: line for line in self.score.lines if line.lost > 0} if self.score is not None else {}


def find_work(connection: Connection, subject: Subject, days: int) -> tuple[date, list[Found]]:
    """All the unit's work in no order, and the last day looked ahead to. `connection` holds the cases counted."""
    until = day_after(connection, subject.setting.as_of, days)
    finder = _Finder(connection, subject, Ahead(subject.setting.span, until))
    losing = [subject.rulebook.indicator(code) for code in subject.losing]
    found = [one for source in _sources(subject.rulebook, losing) for one in finder.of_source(source)]
    return until, [*found, *(_unit_duties(subject) if subject.score is not None else ())]


def _sources(rulebook: Rulebook, losing: Sequence[Indicator]) -> Iterator[tuple[str, tuple[Indicator, ...]]]:
    """The sources to look through, each with the losing indicators whose cases are in it."""
    by_source: dict[str, list[Indicator]] = {source: [] for source in _BASE}
    for indicator in losing:
        online = not ONLINE_SUBMISSIONS.isdisjoint(formula_measures(indicator.formula))
        for source in case_sources(rulebook, indicator):
            chosen = SUBMISSIONS if source == DOSSIERS and online else source
            if chosen not in _ROWLESS:
                by_source.setdefault(chosen, []).append(indicator)
    return ((source, tuple(indicators)) for source, indicators in by_source.items())


class _Finder:
    """Looks through the sources with what all of them need at hand."""

    def __init__(self, connection: Connection, subject: Subject, ahead: Ahead) -> None:
        self._connection, self._subject, self._ahead = connection, subject, ahead
        self._scale = Scale(subject.rulebook, subject.facts) if subject.score is not None else None
        self._losing = subject.losing
        self._tomorrow = day_after(connection, ahead.span.as_of, 1)

    def of_source(self, source: tuple[str, tuple[Indicator, ...]]) -> Iterator[Found]:
        """The work of a source's cases."""
        name, indicators = source
        rows = self._rows(name, indicators)
        named = Counter(row["officer"] for row in rows if row.get("officials_in_breach") and row["officer"])
        days = self._days_left(name, rows)
        measures = [key for key in (rows[0] if rows else ()) if key in _MEASURES]
        shown = [key for key in (rows[0] if rows else ()) if key not in _MEASURES and not _is_internal(key)]
        for row in rows:
            failing = [indicator for at, indicator in enumerate(indicators) if row[f"failing_{at}"]]
            cells = {key: row[key] for key in shown}
            if name == FEEDBACK and named[row["officer"]] > 1:
                cells["named_again"] = True
            counted = frozenset([measure for measure in measures if row[measure]])
            begun = _started(name, row)
            kind = DOSSIERS if name == SUBMISSIONS else name
            case = Case(kind, counted, cells, self._ahead.span.as_of, days.get(begun) if begun else None)
            yield from self._weighed(case, failing, always=bool(row["always"]))

    def _rows(self, source: str, indicators: Sequence[Indicator]) -> list[Row]:
        """The rows that call for work or cost points, with one column for each indicator that says whether."""
        setting = self._subject.setting
        counted = Counted(self._subject.rulebook, setting.policy_id, setting.span, self._subject.unit)
        rows = rows_of(self._connection, source, counted)
        found, always = work_rows(rows, source, self._subject.unit, self._ahead)
        failing = [judge_rows(indicator, source, found.c)[0] for indicator in indicators]
        columns = [condition.label(f"failing_{at}") for at, condition in enumerate(failing)]
        wanted = select(found, always.label("always"), *columns).where(or_(always, *failing))
        return [row._asdict() for row in self._connection.execute(wanted)]

    def _days_left(self, source: str, rows: Sequence[Row]) -> dict[date, int]:
        """By the day that began it: working days left for accepting a submission, or for posting what was decided."""
        allowed = {SUBMISSIONS: ACCEPT_DAYS, POSTINGS: self._subject.rulebook.parameters.posting_days}.get(source)
        begun = [day for row in rows if (day := _started(source, row)) is not None]
        if allowed is None or not begun:
            return {}
        as_of = self._ahead.span.as_of
        numbers = number_days(self._connection, [*begun, as_of])
        return {day: allowed - (numbers[as_of] - number) for day, number in numbers.items()}

    def _weighed(self, case: Case, failing: Sequence[Indicator], *, always: bool) -> Iterator[Found]:
        left = {indicator.code: indicator for indicator in failing}
        for duty in find_duties(case):
            if self._is_far(case, duty.task):
                continue
            touched = [one for one in failing if not duty.measures.isdisjoint(formula_measures(one.formula))]
            for one in touched:
                left.pop(one.code, None)
            found = self._found(case, duty, [one.code for one in touched])
            if touched or found.stake.points > 0 or (always and duty.task in _ALWAYS):
                yield found
        if left:
            moves = {measure: step for one in left.values() for measure, step in mend(one, case.counted).items()}
            yield self._found(case, Duty(Task.COUNTED, mended=moves), list(left))

    def _is_far(self, case: Case, task: Task) -> bool:
        """Whether it is not nearly due yet."""
        name = {Task.DUE: "due", Task.PETITION: "due_on"}.get(task)
        return name is not None and (case.cells[name] is None or case.cells[name] > self._ahead.until)

    def _found(self, case: Case, duty: Duty, indicators: list[str]) -> Found:
        stake = self._scale.stake(duty) if self._scale is not None else NO_STAKE
        if stake.effect is Effect.NONE and indicators:
            stake = Stake(exact_sum(self._losing[code].lost for code in indicators), Effect.SHARED)
        due = self._due(case, duty)
        last_day = isinstance(due, datetime) and due.date() <= self._tomorrow
        return Found(case.kind, code_of(case), duty, stake, due, tuple(indicators), case.cells, last_day)

    def _due(self, case: Case, duty: Duty) -> datetime | date | None:
        cells: Mapping[str, Any] = case.cells
        match duty.task:
            case Task.OVERDUE | Task.DUE:
                return _moment(cells["due_moment"])
            case Task.APOLOGY:
                return _moment(cells["due_at"])
            case Task.PETITION | Task.PETITION_OVERDUE:
                return _day(cells["due_on"])
            case Task.ACCEPT:
                return day_after(self._connection, cells["submitted_at"].date(), ACCEPT_DAYS)
            case Task.POST if "posted_in_time" in duty.act:
                posting_days = self._subject.rulebook.parameters.posting_days
                return day_after(self._connection, cells["decided_on"], posting_days)
            case _:
                return None


def _is_internal(name: str) -> bool:
    return name in ("unit", "always", "feedback") or name.startswith("failing_")


def _started(source: str, row: Row) -> date | None:
    """The day from which the working days of a submission or a posting count."""
    if source == SUBMISSIONS:
        return row["submitted_at"].date() if row["submitted_at"] is not None else None
    return _day(row["decided_on"]) if source == POSTINGS else None


def _moment(value: Any) -> datetime | None:
    return value if isinstance(value, datetime) else None


def _day(value: Any) -> date | None:
    return value if isinstance(value, date) else None


def code_of(case: Case) -> str:
    """What a case is called among those of its file: a survey by its topic and days."""
    cells = case.cells
    if case.kind == ANSWERS:
        return f"{cells['topic']} {cells['period_from']}/{cells['period_to']}"
    return next(str(cells[name]) for name in ("code", "procedure", "measure", "topic") if name in cells)


def _unit_duties(subject: Subject) -> Iterator[Found]:
    """What the unit itself has not handed in: whole case files a rulebook needs, reported values, surveys."""
    rulebook, facts, setting = subject.rulebook, subject.facts, subject.setting
    scope = f"{setting.campaign.code}/{setting.period.code}"
    needed: dict[str, list[str]] = {}
    for criterion in rulebook.criterion:
        for one in criterion.indicator:
            if one.needs is not None and not facts.rows.get(one.needs, 0):
                needed.setdefault(one.needs, []).append(one.code)
    for file, codes in needed.items():
        yield _waiting(subject, Duty(Task.HAND_IN), (NEEDED, f"{scope}/{file}"), codes, {"file": file})
    for reported in rulebook.reported:
        if facts.measures.get(reported.measure) is None:
            readers = [
                one.code
                for criterion in rulebook.criterion
                for one in criterion.indicator
                if reported.measure in formula_measures(one.formula)
            ]
            cells = {"measure": reported.measure}
            yield _waiting(subject, Duty(Task.REPORT), ("reported", f"{scope}/{reported.measure}"), readers, cells)
    if _lacks_surveys(rulebook, facts) and ANSWERS not in needed:
        yield _waiting(subject, Duty(Task.SURVEY), (NEEDED, f"{scope}/{ANSWERS}"), [], {"file": ANSWERS})


def _waiting(subject: Subject, duty: Duty, case: tuple[str, str], readers: list[str], cells: Mapping[str, Any]) -> Found:
    """What is not there yet, with all the points that wait for it."""
    losing = subject.losing
    waiting = exact_sum(losing[code].lost for code in readers if code in losing)
    stake = Stake(waiting, Effect.UP_TO) if waiting > Fraction(0) else NO_STAKE
    return Found(*case, duty, stake, subject.setting.period.ends, tuple(readers), cells)


def _lacks_surveys(rulebook: Rulebook, facts: Facts) -> bool:
    return not rulebook.measures().isdisjoint(_SURVEYED) and not facts.rows.get(ANSWERS, 0)
