"""What if: other figures of a unit scored by the same rules at once, and the fewest acts that reach the next line.

Nothing is written. Every question asks anew whether its asker may see the board and the unit's cases.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import lru_cache

from sqlalchemy import Engine

from tracker.core.award_lines import CriticismLine, find_criticism_lines
from tracker.core.levers import Chances, Change, Lever, apply, find_levers, is_possible
from tracker.core.measures import Number
from tracker.core.problems import UsageError
from tracker.core.ranking import Key
from tracker.core.rulebook import Reported
from tracker.core.way_up import Goal, Way, find_way, goal_of_award, goal_of_rank
from tracker.core.what_if import Contest, Outcome, try_facts, try_score
from tracker.services.access import Actor
from tracker.services.my_standing import MyStanding, show_standing
from tracker.services.standings import Question

NEXT_RANK = "rank"  # the goal of standing one rank higher; other goals are awards, by "award " and their code
AWARD = "award "
_LARGEST = 10**12


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, when, about which unit and result."""

    question: Question
    unit: str
    now: datetime
    actor: Actor


@dataclass(frozen=True, slots=True)
class Moved:
    """A line whose points change, by its code."""

    code: str
    title: Mapping[str, str]
    before: Fraction
    after: Fraction


@dataclass(frozen=True, slots=True)
class Tried:
    """What was tried out: the unit before and after, which lines move, and the triggers of criticism as they would stand.

    `alone`: no other unit may be seen, so that neither ranks nor awards are to be shown.
    """

    alone: bool
    before: Outcome
    after: Outcome
    moved: tuple[Moved, ...]
    criticisms: tuple[CriticismLine, ...]

    @property
    def gained(self) -> Fraction:
        """How many printed points the unit would gain (negative: lose)."""
        return self.after.place.score.score - self.before.place.score.score


@dataclass(frozen=True, slots=True)
class Step:
    """Acts of one lever on a way up, and the points they add after the steps before."""

    lever: Lever
    times: int
    points: Fraction


@dataclass(frozen=True, slots=True)
class WayUp:
    """The fewest acts that reach a goal, in steps, and what comes of them."""

    goal: str
    cost: int
    steps: tuple[Step, ...]
    outcome: Outcome


def reported_inputs(standing: MyStanding) -> tuple[tuple[Reported, Number | None], ...]:
    """The reported measures with their values, which may be tried out freely."""
    measures = standing.contest.own.measures
    return tuple((reported, measures[reported.measure]) for reported in standing.contest.rulebook.reported)


def try_out(database: Engine, asking: Asking, change: Change) -> Tried:
    """What the change would make of the unit; UsageError where it cannot be made."""
    standing = _find(database, asking)
    _require_possible(standing, change)
    contest = standing.contest
    after = apply(contest.own, standing.levers, change)
    before, outcome = try_score(contest, contest.score, contest.own), try_facts(contest, after)
    score = outcome.place.score
    tried = Contest(
        contest.rulebook, contest.unit, {**contest.facts, contest.unit: after}, {**contest.scores, contest.unit: score}
    )
    return Tried(standing.alone, before, outcome, _moved(before, outcome, contest), find_criticism_lines(tried))


def _find(database: Engine, asking: Asking) -> MyStanding:
    standing = show_standing(database, asking.question, asking.unit, asking.now, asking.actor)
    if standing is None:
        raise UsageError("does_not_compete", unit=asking.unit)
    return standing


def _require_possible(standing: MyStanding, change: Change) -> None:
    declared = {reported.measure: reported for reported in standing.contest.rulebook.reported}
    for measure, value in change.values.items():
        known = declared.get(measure)
        if known is None or (value is not None and not _is_sound(value, whole=known.integer)):
            raise UsageError("what_if_impossible", what=measure)
    if not is_possible(standing.levers, change):
        raise UsageError("what_if_impossible", what=", ".join(sorted(change.acts)))


def _is_sound(value: Number, *, whole: bool) -> bool:
    return -_LARGEST <= value <= _LARGEST and (not whole or value == int(value))


def _moved(before: Outcome, after: Outcome, contest: Contest) -> tuple[Moved, ...]:
    rulebook = contest.rulebook
    titles = {**rulebook.titles, **{extra.code: extra.title for extra in rulebook.extra}}
    old, new = _points(before), _points(after)
    return tuple(Moved(code, titles[code], old[code], new[code]) for code in old if old[code] != new[code])


def _points(outcome: Outcome) -> dict[str, Fraction]:
    score = outcome.place.score
    return {line.code: line.points for line in score.lines} | dict(score.extras)


def goals_of(standing: MyStanding) -> tuple[str, ...]:
    """What the unit may still reach: the next rank, and the awards it does not stand at yet."""
    lines = standing.lines
    ranks = (NEXT_RANK,) if lines.above is not None else ()
    return (*ranks, *(f"{AWARD}{line.award.code}" for line in lines.awards if line.key is not None and not line.reached))


def find_way_up(database: Engine, asking: Asking, goal: str) -> WayUp | None:
    """The fewest acts of the unit's own work that reach the goal; None where all of it is not enough."""
    standing = _find(database, asking)
    wanted = _goal(standing, goal)
    if wanted is None:
        return None
    return _search(standing.contest, standing.chances, goal, wanted.key)


def _goal(standing: MyStanding, goal: str) -> Goal | None:
    lines = standing.lines
    if goal == NEXT_RANK:
        return None if lines.above is None else goal_of_rank(standing.contest.rulebook, lines.above.place)
    award = next((line for line in lines.awards if f"{AWARD}{line.award.code}" == goal), None)
    return None if award is None else goal_of_award(award)


@lru_cache(maxsize=256)
def _search(contest: Contest, chances: Chances, goal: str, key: Key) -> WayUp | None:
    """The way to a key, and to the award the goal names: searched once for a board, its unit and what is left to save."""
    levers = find_levers(contest.rulebook, contest.own, chances)
    award = next((award for award in contest.rulebook.award if f"{AWARD}{award.code}" == goal), None)
    way = find_way(contest, levers, Goal(key, award))
    if way is None:
        return None
    after = apply(contest.own, levers, Change(way.acts))
    return WayUp(goal, way.cost, _steps(contest, levers, way), try_facts(contest, after))


def _steps(contest: Contest, levers: tuple[Lever, ...], way: Way) -> tuple[Step, ...]:
    """The acts lever by lever, in the levers' order."""
    steps, done, reached = [], dict[str, int](), contest.score.total
    for lever in levers:
        if not (times := way.acts.get(lever.code, 0)):
            continue
        done[lever.code] = times
        total = try_facts(contest, apply(contest.own, levers, Change(dict(done)))).place.score.total
        steps.append(Step(lever, times, total - reached))
        reached = total
    return tuple(steps)
