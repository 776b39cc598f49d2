"""What there is to do about a unit's cases, and what each is worth: how far the score would move with that one case.

A case is known by the measures it counts in and by its days. What is to be done about it is a task; a task says how the
measures move if it is done, if it is left undone, and how they would stand had nothing gone wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from tracker.core.formulas import NOTHING
from tracker.core.measures import Facts, Number
from tracker.core.rulebook import AllOf, CountUp, Indicator, Linear, Penalty, Rulebook
from tracker.core.scoring import score_unit

Moves = Mapping[str, Number]


class Task(StrEnum):
    """What is to be done about a case, the most pressing first; from LATE on nothing can be done any more."""

    OVERDUE = "overdue"
    DUE = "due"
    APOLOGY = "apology"
    PETITION_OVERDUE = "petition_overdue"
    PETITION = "petition"
    ACCEPT = "accept"
    REPORT = "report"
    HAND_IN = "hand_in"
    POST = "post"
    POST_EVERYWHERE = "post_everywhere"
    COMPLETE = "complete"
    ONE_STOP = "one_stop"
    INTERLINK = "interlink"
    ASSIGN = "assign"
    ONLINE = "online"
    ONLINE_FULL = "online_full"
    POSTAL = "postal"
    SHORTEN = "shorten"
    SURVEY = "survey"
    LATE = "late"
    APOLOGY_LATE = "apology_late"
    SUPPLEMENTED = "supplemented"
    DISSATISFIED = "dissatisfied"
    ACCEPTED_LATE = "accepted_late"
    POSTED_LATE = "posted_late"
    DECIDED_LATE = "decided_late"
    PETITION_LATE = "petition_late"
    UPHELD = "upheld"
    COUNTED = "counted"

    @property
    def is_open(self) -> bool:
        """Whether there is still something to do."""
        return self not in _CLOSED


_TASKS = tuple(Task)
_CLOSED = frozenset(_TASKS[_TASKS.index(Task.LATE) :])


class Effect(StrEnum):
    """What the points at stake mean.

    REGAIN: won by doing it. KEEP: lost by leaving it. LOST: lost already. UP_TO: that much waits for what is missing.
    SHARED: lost by it together with others, so that mending it alone would change nothing. NONE: no points.
    """

    REGAIN = "regain"
    KEEP = "keep"
    LOST = "lost"
    UP_TO = "up_to"
    SHARED = "shared"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Duty:
    """A task with its moves: `act` if it is done now, `missed` if it is not, `mended` had it never been called for."""

    task: Task
    act: Moves = field(default_factory=dict)
    missed: Moves = field(default_factory=dict)
    mended: Moves = field(default_factory=dict)

    @property
    def measures(self) -> frozenset[str]:
        """Every measure it could move."""
        return frozenset((*self.act, *self.missed, *self.mended))


@dataclass(frozen=True, slots=True)
class Stake:
    """The points at stake, never negative, exact, and what they mean."""

    points: Fraction
    effect: Effect


NO_STAKE = Stake(NOTHING, Effect.NONE)


class Scale:
    """Weighs moves of one unit's measures by its rulebook; the same moves are weighed once."""

    def __init__(self, rulebook: Rulebook, facts: Facts) -> None:
        self._rulebook, self._facts = rulebook, facts
        self._total = score_unit(rulebook, facts).total
        self._known: dict[frozenset[tuple[str, Number]], Fraction] = {}

    def weigh(self, moves: Moves) -> Fraction:
        """How far the unit's exact score would rise (negative: fall) if its measures moved so."""
        key = frozenset(moves.items())
        if key not in self._known:
            self._known[key] = score_unit(self._rulebook, self._facts.moved(moves)).total - self._total
        return self._known[key]

    def stake(self, duty: Duty) -> Stake:
        """What the duty is worth: what doing it wins, else what leaving it costs, else what it has cost."""
        for effect, moves, sign in (
            (Effect.REGAIN, duty.act, 1),
            (Effect.KEEP, duty.missed, -1),
            (Effect.LOST, duty.mended, 1),
        ):
            points = sign * self.weigh(moves) if moves else NOTHING
            if points > 0:
                return Stake(points, effect)
        return NO_STAKE


def mend(indicator: Indicator, counted: frozenset[str]) -> Moves:
    """How the measures would stand had a case that costs points in the formula not cost any.

    What counts against the unit is taken away; a case that merely does not count for it would count in the first term.
    """
    against, speaking = _sides(indicator)
    held = [measure for measure in against if measure in counted]
    if held:
        return dict.fromkeys(held, -1)
    return {speaking[0]: 1} if speaking else {}


def _sides(indicator: Indicator) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The measures that count against the unit, and those that speak for it."""
    formula = indicator.formula
    match formula:
        case Penalty():
            return formula.incidents, ()
        case CountUp():
            return (), formula.items
        case AllOf():
            limited = tuple(part.measure for part in formula.parts if part.at_most is not None)
            return limited, tuple(part.measure for part in formula.parts if part.at_least is not None)
        case Linear():
            terms = formula.terms
        case _:
            terms = formula.numerator
    positive = tuple(term for term in terms if not term.startswith("-"))
    negative = tuple(term[1:] for term in terms if term.startswith("-"))
    falls = isinstance(formula, Linear) and formula.lo > formula.hi
    return (positive, negative) if falls else (negative, positive)
