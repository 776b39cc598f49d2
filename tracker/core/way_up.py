"""The cheapest way up: the fewest acts of a unit's own work that reach a goal, found exactly.

Every act counts one. Levers that no line and no limit shares work apart from one another, so a unit's figures are sums over
such groups of levers, as long as every line keeps its status (counted, nothing to count, waiting). The search goes through
the groups, keeping for every number of acts the results that no other result is at least as good as in every figure the
goal looks at; statuses that a group can change are fixed in turn. What it finds is scored by the ordinary scoring.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import product
from math import lcm
from operator import add, ge

from tracker.core.award_lines import AwardLine, find_reward
from tracker.core.lever_groups import Acts, alike, apart, as_one, combinations, share_out, touches
from tracker.core.levers import Change, Lever, apply
from tracker.core.measures import Facts
from tracker.core.problems import UsageError
from tracker.core.ranking import Key, rank_key
from tracker.core.rounding import exact_sum
from tracker.core.rulebook import Award, Rulebook
from tracker.core.scoring import score_unit
from tracker.core.terms import Placed, Score
from tracker.core.what_if import Contest

Vector = tuple[Fraction, ...]
Whole = tuple[int, ...]
Result = tuple[Whole, Acts]
_MOST_TRIED = 30_000  # combinations of levers that share a line: some seconds
_FIRST_REACH = 8  # acts looked ahead at first; twice as many each time nothing is found


@dataclass(frozen=True, slots=True)
class Goal:
    """To stand at a key or above it and, where an award is named, to be proposed for it or a better one."""

    key: Key
    award: Award | None = None

    def is_met(self, contest: Contest, score: Score) -> bool:
        """Whether the unit meets it with this score."""
        if not score.ranked or rank_key(contest.rulebook, score) > self.key:
            return False
        return self.award is None or find_reward(contest, self.award, score) is not None

    def ties_lose(self, rulebook: Rulebook) -> bool:
        """Whether standing level with another unit can be worse than standing below it."""
        return self.award is not None and any(award.boundary_tie == "none" for award in rulebook.award)


@dataclass(frozen=True, slots=True)
class Way:
    """The acts to do (none: the goal is reached already), how many they are, and the score they give."""

    acts: Mapping[str, int]
    cost: int
    score: Score


@dataclass(frozen=True, slots=True)
class _Option:
    """Some acts of one group, their number, and what they add to the figures the goal looks at."""

    acts: Acts
    cost: int
    adds: Vector


def goal_of_rank(rulebook: Rulebook, above: Placed) -> Goal:
    """To stand level with the unit above, or higher."""
    return Goal(rank_key(rulebook, above.score))


def goal_of_award(line: AwardLine) -> Goal | None:
    """To be proposed for the award or a better one; None where no place is left for the unit."""
    return None if line.key is None else Goal(line.key, line.award)


def find_way(contest: Contest, levers: Iterable[Lever], goal: Goal) -> Way | None:
    """The way with the fewest acts, of several the one with the best score; None where all the unit's work is too little.

    UsageError where there are too many ways to look through.
    """
    if goal.is_met(contest, contest.score):
        return Way({}, 0, contest.score)
    useful = tuple(lever for lever in levers if lever.owed and touches(contest.rulebook, lever))
    kinds = alike(contest, useful)
    trial = _Trial(contest, tuple(as_one(some) for some in kinds), goal)
    whole = sum(lever.most for lever in useful)
    reach = min(_FIRST_REACH, whole)
    while reach:
        if (way := _within(trial, reach)) is not None:
            return replace(way, acts={code: times for some in kinds for code, times in share_out(some, way.acts)})
        reach = 0 if reach == whole else min(2 * reach, whole)
    return None


@dataclass(frozen=True, slots=True)
class _Trial:
    """A search: what was tried once is remembered."""

    contest: Contest
    levers: tuple[Lever, ...]
    goal: Goal
    tried: dict[Acts, tuple[Facts, Score]] = field(default_factory=dict)

    def score(self, acts: Acts) -> tuple[Facts, Score]:
        """The unit's facts and score after the acts."""
        done = tuple(sorted(act for act in acts if act[1]))
        if done not in self.tried:
            facts = apply(self.contest.own, self.levers, Change(dict(done)))
            self.tried[done] = facts, score_unit(self.contest.rulebook, facts)
        return self.tried[done]

    def statuses(self, acts: Acts) -> object:
        """What decides where points go: the status of every line."""
        _, score = self.score(acts)
        return tuple(line.status for line in score.lines), score.ranked

    def figures(self, acts: Acts) -> Vector:
        """All that the goal looks at, each the better the larger; the sum of all points first."""
        facts, score = self.score(acts)
        rulebook, award = self.contest.rulebook, self.goal.award
        criteria = {criterion.code: criterion.points for criterion in score.criteria}
        points = criteria | {line.code: line.points for line in score.lines}
        figures = [exact_sum([*criteria.values(), *score.extras.values()])]
        for rule in rulebook.tie_break:
            figure = points[rule.by] if rule.by in points else facts.measures[rule.by]
            sign = 1 if rule.order == "high" else -1
            figures += [Fraction(figure is not None), Fraction(sign * (figure or 0))]
        if award is not None:
            floored = {criterion.code for criterion in rulebook.criterion if criterion.minimum is not None}
            figures += [criteria[code] for code in sorted(floored | set(award.min_criterion))]
            figures += [-Fraction(facts.measures[gate.measure] or 0) for gate in rulebook.gate]
            figures.append(Fraction(score.volume))
        return tuple(figures)


def _within(trial: _Trial, reach: int) -> Way | None:
    """The way of at most `reach` acts."""
    best: Way | None = None
    for groups in _by_status(trial, reach):
        for acts, cost in _candidates(trial, groups, reach if best is None else best.cost):
            _, score = trial.score(acts)
            better = best is None or (cost, -score.total) < (best.cost, -best.score.total)
            if better and trial.goal.is_met(trial.contest, score):
                best = Way({code: times for code, times in acts if times}, cost, score)
    return best


@dataclass(frozen=True, slots=True)
class _Groups:
    """One way for the lines' statuses to be: figures to start from, and each group's options that keep it."""

    start: Vector
    options: tuple[tuple[_Option, ...], ...]


def _by_status(trial: _Trial, reach: int) -> Iterator[_Groups]:
    """Every way the groups can set the statuses of lines, with the options that do."""
    known: list[list[list[Acts]]] = []
    for group in apart(trial.contest.rulebook, trial.levers):
        by_status: dict[object, list[Acts]] = {}
        for tried, acts in enumerate(combinations(group, reach)):
            if tried == _MOST_TRIED:
                raise UsageError("way_too_wide")
            by_status.setdefault(trial.statuses(acts), []).append(acts)
        known.append(list(by_status.values()))
    for chosen in product(*known):
        firsts = [choices[0] for choices in chosen]
        start = trial.figures(_joined(firsts))
        options = []
        for index, choices in enumerate(chosen):
            others = _joined(first for number, first in enumerate(firsts) if number != index)
            options.append(tuple(_option(trial, acts, others, start) for acts in choices))
        yield _Groups(start, tuple(options))


def _joined(parts: Iterable[Acts]) -> Acts:
    return tuple(act for part in parts for act in part)


def _option(trial: _Trial, acts: Acts, others: Acts, start: Vector) -> _Option:
    """What the acts add to the start, where all other groups do what they do there."""
    figures = trial.figures(others + acts)
    return _Option(acts, sum(times for _, times in acts), tuple(b - a for a, b in zip(start, figures, strict=True)))


def _candidates(trial: _Trial, groups: _Groups, reach: int) -> Iterator[tuple[Acts, int]]:
    """The results worth scoring, fewest acts first and of as many the best first."""
    # The goal's key begins with its score in printed steps, negative; half a step below it is still rounded up to it.
    least = Fraction(-2 * trial.goal.key[0][1] - 1, 2 * 10**trial.contest.rulebook.places) - groups.start[0]
    if sum(max(option.adds[0] for option in options) for options in groups.options) < least:
        return
    scale, numbered = _in_whole_numbers(groups.options)
    keep = _different if trial.goal.ties_lose(trial.contest.rulebook) else _unbeaten
    found: dict[int, list[Result]] = {0: [((0,) * len(numbered[0][0][0]), ())]}
    for options in numbered:
        grown: dict[int, list[Result]] = {}
        for cost, results in found.items():
            for adds, acts, more in options:
                if cost + more <= reach:
                    longer = grown.setdefault(cost + more, [])
                    longer += [(tuple(map(add, figures, adds)), done + acts) for figures, done in results]
        found = {cost: keep(results) for cost, results in grown.items()}
    for cost in sorted(found):
        for figures, acts in sorted(found[cost], key=lambda result: -result[0][0]):
            if figures[0] >= least * scale:
                yield acts, cost


def _in_whole_numbers(groups: Iterable[Sequence[_Option]]) -> tuple[int, list[list[tuple[Whole, Acts, int]]]]:
    """The options with what they add in units of one `scale`th, which is added up many times faster than fractions."""
    options = [list(group) for group in groups]
    scale = lcm(*(figure.denominator for group in options for option in group for figure in option.adds))
    moved = [any(column) for column in zip(*(option.adds for group in options for option in group), strict=True)]
    moved[0] = True
    return scale, [
        [
            (tuple(int(one * scale) for one, some in zip(option.adds, moved, strict=True) if some), option.acts, option.cost)
            for option in group
        ]
        for group in options
    ]


def _unbeaten(results: list[Result]) -> list[Result]:
    """The results that none other equals or beats in every figure."""
    kept: list[Result] = []
    for figures, acts in sorted(results, key=lambda result: result[0], reverse=True):
        if not any(all(map(ge, other, figures)) for other, _ in kept):
            kept.append((figures, acts))
    return kept


def _different(results: list[Result]) -> list[Result]:
    """One of the results that are alike in every figure."""
    return list(dict(results).items())
