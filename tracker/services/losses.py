"""Where a unit lost points, in a sentence each, and what of it its own work can still bring back."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from tracker.core.levers import APOLOGISE_IN_TIME, Change, Lever, apply
from tracker.core.rulebook import Indicator, Penalty, Ratio
from tracker.core.scoring import score_unit
from tracker.core.terms import Statement
from tracker.core.what_if import Contest
from tracker.services.cases import case_sources
from tracker.services.unit_view import LineView, UnitView


@dataclass(frozen=True, slots=True)
class Remedy:
    """What the unit can still do about an indicator: the fewest acts of a lever that bring all it can bring, `points`."""

    lever: Lever
    times: int
    points: Fraction


@dataclass(frozen=True, slots=True)
class Loss:
    """An indicator that lost points: why in a sentence, how many points its remedies together bring back, what they are.

    `late`: it lost them by dossiers that are not on time.
    """

    view: LineView
    why: Statement
    late: bool
    regained: Fraction
    remedies: tuple[Remedy, ...]


def find_losses(view: UnitView, contest: Contest, levers: Iterable[Lever]) -> tuple[Loss, ...]:
    """Every indicator that lost points, most recoverable first, then most lost."""
    owed = [lever for lever in levers if lever.owed]
    gains = {lever.code: _gains(contest, [lever]) for lever in owed}
    # What is finished in time needs no apology.
    together = _gains(contest, [lever for lever in owed if lever.code != APOLOGISE_IN_TIME])
    losses = []
    for line in view.lines:
        code = line.line.code
        if line.line.lost > 0:
            indicator = contest.rulebook.indicator(code)
            helping = [lever for lever in owed if code in gains[lever.code]]
            remedies = tuple(_remedy(contest, lever, code, gains[lever.code][code]) for lever in helping)
            regained = max([together.get(code, Fraction(0)), *(one.points for one in remedies)])
            losses.append(Loss(line, _why(contest, indicator, line), _is_late(indicator), regained, remedies))
    return tuple(sorted(losses, key=lambda loss: (-loss.regained, -loss.view.line.lost)))


def _remedy(contest: Contest, lever: Lever, code: str, whole: Fraction) -> Remedy:
    """The fewest acts that bring a line as much as all of them."""
    numbers = range(1, lever.most + 1)
    times = 1 + bisect_left(numbers, whole, key=lambda n: _gains(contest, [lever], n).get(code, Fraction(0)))
    return Remedy(lever, times, whole)


def _gains(contest: Contest, levers: Iterable[Lever], times: int | None = None) -> Mapping[str, Fraction]:
    """What all there is to do of these acts, or so many of each, adds to each line."""
    levers = tuple(levers)
    acts = {lever.code: lever.most if times is None else times for lever in levers}
    after = apply(contest.own, levers, Change(acts))
    lines = score_unit(contest.rulebook, after).lines
    before = {line.code: line.points for line in contest.score.lines}
    return {line.code: line.points - before[line.code] for line in lines if line.points > before[line.code]}


def _is_late(indicator: Indicator) -> bool:
    """Whether it asks how many of all dossiers are on time."""
    formula = indicator.formula
    if not isinstance(formula, Ratio):
        return False
    return "pending_in_time" in formula.numerator and not {"pending_overdue", "received"}.isdisjoint(formula.denominator)


def _why(contest: Contest, indicator: Indicator, view: LineView) -> Statement:
    """How many of how many cases are lacking; where that says nothing, why the line has its points."""
    line, formula = view.line, indicator.formula
    if line.value is None or line.numerator is None:
        return view.why
    lost: dict[str, object] = {"lost": line.lost}
    if isinstance(formula, Penalty):
        return Statement("loss.incidents", {**lost, "n": line.numerator})
    if not isinstance(formula, Ratio) or line.denominator is None:
        return view.why
    lacking = formula.target * line.denominator - line.numerator
    n = ceil(lacking) if lacking != ceil(lacking) or not formula.strict else int(lacking) + 1
    source = "late" if _is_late(indicator) and formula.target == 1 else case_sources(contest.rulebook, indicator)[0]
    return Statement(f"loss.{source}", {**lost, "n": n, "of": line.denominator})
