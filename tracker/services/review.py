"""The review of what fell short: a unit's indicators below their maximum or below the average, and who is to mend each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import lru_cache

from sqlalchemy import Engine

from tracker.core.problems import UsageError
from tracker.core.rounding import exact_sum
from tracker.core.terms import Line, Placed
from tracker.services.access import Actor, Verb, grant_of, require_somewhere
from tracker.services.act import Act
from tracker.services.heads import Head, Heads, load_heads
from tracker.services.my_standing import show_own_board
from tracker.services.peers import lines_of
from tracker.services.permitted import denials_recorded, reading_as, writing_as
from tracker.services.review_tasks import (
    CLOSED,
    OPEN,
    Charge,
    Seen,
    Status,
    Task,
    Word,
    current,
    in_order,
    keep_word,
    load_tasks,
)
from tracker.services.standings import Board, Question, Setting
from tracker.services.typed import refusal, require_day, tidy_line, tidy_statement
from tracker.services.unit_view import LineView, view_unit
from tracker.store.engine import reading

MOST_NAMED, MOST_SAID = 200, 500  # characters of a name, of an action


@dataclass(frozen=True, slots=True)
class Averages:
    """The mean share of the points on offer that ranked units earned, in points of the unit's own; None: not to be known.

    Points on offer differ where indicators with nothing to count hand theirs on, so points alone cannot be compared.
    """

    cluster: Fraction | None
    province: Fraction | None


@dataclass(frozen=True, slots=True)
class Weakness:
    """An indicator that lost points or is below an average, and the task on it; None where nobody is charged with it."""

    view: LineView
    averages: Averages
    task: Task | None

    @property
    def line(self) -> Line:
        """The unit's points."""
        return self.view.line

    @property
    def below_cluster(self) -> bool:
        """Whether it is below the mean of the cluster."""
        return self.averages.cluster is not None and self.line.points < self.averages.cluster

    @property
    def below_province(self) -> bool:
        """Whether it is below the mean of all units."""
        return self.averages.province is not None and self.line.points < self.averages.province

    @property
    def is_weak(self) -> bool:
        """Whether there is anything to mend."""
        return self.line.lost > 0 or self.below_cluster or self.below_province


@dataclass(frozen=True, slots=True)
class Effect:
    """A task beside what its indicator has in the result on show; `now` None where the rules no longer have it."""

    task: Task
    title: Mapping[str, str]
    now: Line | None

    @property
    def gained(self) -> Fraction | None:
        """Points gained (negative: lost) since it was assigned."""
        return None if self.now is None else self.now.points - self.task.first.points


@dataclass(frozen=True, slots=True)
class Review:
    """What fell short in a unit's result, most points lost first, and every task of the unit, the most pressing first.

    `heads`: who answers for its criteria.

    `alone`: the campaign hides the others until published, so there are no averages.
    """

    setting: Setting
    unit: str
    name: str
    alone: bool
    weak: tuple[Weakness, ...]
    tasks: tuple[Effect, ...]
    heads: Heads

    def head_of(self, indicator: str, today: date) -> Head | None:
        """Who answers for the indicator's criterion on that day; None where nobody does, or the rules no longer have it."""
        rulebook = self.setting.rulebook.rulebook
        if indicator not in rulebook.titles:
            return None
        return self.heads.on(today).get(rulebook.criterion_of(indicator).code)

    def count(self, status: Status, today: date) -> int:
        """How many tasks stand so."""
        return sum(one.task.status(today) is status for one in self.tasks)

    @property
    def unassigned(self) -> int:
        """How many weak indicators nobody is charged with."""
        return sum(one.task is None or not one.task.is_open for one in self.weak)


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who is charged with what, as typed; `seen` is the newest word on it that somebody saw, 0 for none."""

    indicator: str
    charge: Charge
    seen: int = 0


@dataclass(frozen=True, slots=True)
class Closing:
    """What shows that it is done, as typed; `seen` is the newest word on it that somebody saw."""

    indicator: str
    note: str
    seen: int


def show_review(database: Engine, question: Question, unit: str, today: date, actor: Actor) -> Review | None:
    """The unit's review; None where it does not compete. Denied where the actor may not see the unit's cases."""
    with reading_as(database, actor, Verb.SEE_CASES, unit) as connection:
        tasks = load_tasks(connection, question.campaign, [unit])
        heads = load_heads(connection, question.campaign, unit)
    own = show_own_board(database, question, today, actor, unit)
    if unit not in own.board.offices:
        raise UsageError("unknown_unit", unit=unit, campaign=question.campaign)
    view = view_unit(own.board, None, unit)
    if view is None:
        return None
    board, period = own.board, own.board.setting.period.code
    means = {} if own.alone else _means(board, view.place.score.cluster)
    found = (
        Weakness(one, _averages(means, one.line), current(tasks, one.line.code, period))
        for one in view.lines
        if one.line.out_of
    )
    weak = sorted((one for one in found if one.is_weak), key=lambda one: -one.line.lost)
    lines = {one.line.code: one for one in view.lines}
    effects = (_effect(task, lines.get(task.indicator)) for task in in_order(tasks))
    return Review(board.setting, unit, view.office.name, own.alone, tuple(weak), tuple(effects), heads)


def list_reviews(database: Engine, campaign: str, actor: Actor) -> tuple[Task, ...]:
    """The tasks of every unit whose cases the actor may see, the most pressing first."""
    with denials_recorded(database), reading(database) as connection:
        require_somewhere(connection, actor, Verb.SEE_CASES)
        return in_order(load_tasks(connection, campaign, grant_of(connection, actor)))


def assign(database: Engine, question: Question, unit: str, wanted: Assignment, act: Act) -> None:
    """Charge somebody with an indicator that fell short, or change what was said of it; measured on the result in force."""
    review = _in_force(database, question, unit, act)
    charge = _checked(wanted.charge)
    with writing_as(database, act, Verb.HANDLE, unit) as connection:
        task = _as_seen(load_tasks(connection, question.campaign, [unit]), question, wanted.indicator, wanted.seen)
        if charge.due < act.today and (task is None or charge.due != task.charge.due):
            raise refusal("review_due_passed", day=charge.due)
        if (task is None or not task.is_open) and wanted.indicator not in {one.line.code for one in review.weak}:
            raise refusal("review_not_weak", wanted.indicator)
        if task is not None and task.is_open and task.charge == charge:
            return
        key = (question.campaign, task.period if task else question.period, unit, wanted.indicator)
        seen = _seen(review, wanted.indicator, task)
        keep_word(connection, key, task, Word(OPEN, charge, "", seen), act)


def close(database: Engine, question: Question, unit: str, closing: Closing, act: Act) -> None:
    """Say that a task is done and what shows it; what the indicator has at this moment is kept with it."""
    review = _in_force(database, question, unit, act)
    if not closing.note.strip():
        raise refusal("review_no_evidence")
    note = tidy_statement(closing.note)
    with writing_as(database, act, Verb.HANDLE, unit) as connection:
        task = _as_seen(load_tasks(connection, question.campaign, [unit]), question, closing.indicator, closing.seen)
        if task is None or not task.is_open:
            raise refusal("review_not_open", closing.indicator)
        key = (question.campaign, task.period, unit, closing.indicator)
        keep_word(connection, key, task, Word(CLOSED, task.charge, note, _seen(review, closing.indicator, task)), act)


def _in_force(database: Engine, question: Question, unit: str, act: Act) -> Review:
    """The review of the result in force, whatever day or kept result somebody looked at."""
    with reading_as(database, act.actor, Verb.HANDLE, unit):
        pass  # asked before anything is told, and again where it is written
    review = show_review(database, replace(question, as_of=None, basis=""), unit, act.today, act.actor)
    if review is None:
        raise refusal("review_not_weak", unit)
    return review


def _checked(charge: Charge) -> Charge:
    collective, person = (tidy_line(name, MOST_NAMED) for name in (charge.collective, charge.person))
    action = tidy_line(charge.action, MOST_SAID)
    if not collective and not person:
        raise refusal("review_nobody")
    if not action:
        raise refusal("review_no_action")
    return Charge(collective, person, action, require_day(charge.due))


def _as_seen(tasks: Iterable[Task], question: Question, indicator: str, seen: int) -> Task | None:
    """The task as somebody saw it; refused where there is a newer word on it."""
    task = current(tasks, indicator, question.period)
    if (task.id if task else 0) != seen:
        raise refusal("review_moved", task.made_by if task else "")
    return task


def _seen(review: Review, indicator: str, task: Task | None) -> Seen:
    """What the indicator has now; where the rules no longer have it, what it had when it was assigned."""
    weak = next((one.line for one in review.weak if one.line.code == indicator), None)
    line = weak or next((one.now for one in review.tasks if one.task.indicator == indicator), None)
    if line is None:
        assert task is not None, "only what is weak is assigned, and only what was assigned is closed"
        return task.first
    return Seen(line.points, line.out_of, review.setting.period.code, review.setting.as_of)


def _effect(task: Task, view: LineView | None) -> Effect:
    return Effect(task, {"vi": task.indicator} if view is None else view.title, None if view is None else view.line)


@lru_cache(maxsize=64)
def _means(board: Board, cluster: str) -> Mapping[str, Averages]:
    """The mean shares of every indicator by its code."""
    everybody = [place for standing in board.standings.values() for place in standing.places]
    of_cluster, of_all = _mean(board.standings[cluster].places), _mean(everybody)
    return {code: Averages(of_cluster.get(code), mean) for code, mean in of_all.items()}


def _mean(places: Iterable[Placed]) -> dict[str, Fraction]:
    shares = {code: [line.points / line.out_of for line in lines] for code, lines in lines_of(places).items()}
    return {code: exact_sum(some) / len(some) for code, some in shares.items()}


def _averages(means: Mapping[str, Averages], line: Line) -> Averages:
    """The mean shares in points of the unit's own line."""
    mean = means.get(line.code, Averages(None, None))
    cluster, province = (None if one is None else one * line.out_of for one in (mean.cluster, mean.province))
    return Averages(cluster, province)
