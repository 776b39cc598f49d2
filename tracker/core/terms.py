"""The words of a result: lines, scores, places, proposals, and the reasons that explain them.

Every figure is exact (int or Fraction); `shown` figures were rounded once, half up, at the rulebook's places.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from tracker.core.measures import Number


class Status(StrEnum):
    """SCORED: counted. PENDING: its report is missing. NOT_APPLICABLE: nothing to count, full or zero points as written.

    REDISTRIBUTED: nothing to count, its points went to its siblings (or its criterion's to the other criteria).
    """

    SCORED = "scored"
    PENDING = "pending"
    NOT_APPLICABLE = "not_applicable"
    REDISTRIBUTED = "redistributed"


@dataclass(frozen=True, slots=True)
class Statement:
    """Something the core says: a key and its exact arguments, put into words by `tracker.text`."""

    key: str
    args: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator of one unit. `points` of `out_of` (after redistribution; `max` is the rulebook's figure).

    `numerator`/`denominator` are what the formula saw; `value` is their ratio (the plain number where there is no
    denominator); all three are None while the line is pending, and `value` is None when the denominator is 0.
    """

    code: str
    criterion: str
    points: Fraction
    max: Fraction
    out_of: Fraction
    status: Status
    numerator: Number | None = None
    denominator: Number | None = None
    value: Fraction | None = None

    @property
    def lost(self) -> Fraction:
        """Points this line could still have earned."""
        return self.out_of - self.points


@dataclass(frozen=True, slots=True)
class CriterionScore:
    """The sum of a criterion's lines: `points` of `out_of` (`max` is the rulebook's figure)."""

    code: str
    points: Fraction
    max: Fraction
    out_of: Fraction
    status: Status
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """A unit's result before ranking: a tree that explains itself.

    `total` is exact, `score` is what is printed and ranked. `ranked` is False for a unit with nothing scored: it has no rank
    and stands last. `gates` are the codes of the gates it hit; `floors` the criteria below their written minimum.
    `tie_breaks` are the rulebook's tie-break figures in order, rounded like the score, None where the measure is missing.
    """

    unit: str
    cluster: str
    total: Fraction
    score: Fraction
    ranked: bool
    complete: bool
    criteria: tuple[CriterionScore, ...]
    extras: Mapping[str, Fraction]
    gates: tuple[str, ...]
    floors: tuple[str, ...]
    tie_breaks: tuple[Fraction | None, ...]
    volume: int  # received + carried, for `min_volume`

    @property
    def lines(self) -> tuple[Line, ...]:
        """Its indicators, criterion by criterion."""
        return tuple(line for criterion in self.criteria for line in criterion.lines)

    def criterion(self, code: str) -> CriterionScore:
        """The criterion of that code; KeyError if there is none."""
        return {criterion.code: criterion for criterion in self.criteria}[code]

    def line(self, code: str) -> Line:
        """The indicator of that code; KeyError if there is none."""
        return {line.code: line for line in self.lines}[code]


@dataclass(frozen=True, slots=True)
class Placed:
    """A unit's place in its cluster. `tied`: another unit has the same key (score and every tie-break).

    `decided_by` is the index of the tie-break that parted it from the neighbour above it with the same score, else None.
    `grade` is None where the rulebook has no grades or the unit is unranked; `grade_tied` leaves its edge to the committee.
    """

    score: Score
    rank: int | None
    tied: bool
    decided_by: int | None = None
    grade: str | None = None
    grade_tied: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """A cluster's units in the order they stand: by rank, then by unit code; unranked units last."""

    cluster: str
    places: tuple[Placed, ...]

    @property
    def ranked_count(self) -> int:
        """How many units have a rank."""
        return sum(1 for place in self.places if place.rank is not None)


@dataclass(frozen=True, slots=True)
class Reward:
    """A unit proposed for an award; `tie` leaves it to the committee which of the tied units gets the place."""

    award: str
    unit: str
    cluster: str
    rank: int
    score: Fraction
    reasons: tuple[Statement, ...]
    tie: bool = False


@dataclass(frozen=True, slots=True)
class Criticism:
    """A unit that met a written trigger; never because it is merely last."""

    criticism: str
    level: str
    unit: str
    cluster: str
    rank: int | None
    score: Fraction
    reasons: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class RuledOut:
    """A unit that stood high enough for an award and may not have it; `gate` is the gate or rule that barred it."""

    award: str
    unit: str
    cluster: str
    gate: str
    reason: Statement


@dataclass(frozen=True, slots=True)
class Lists:
    """The reward list, the criticism list and who was ruled out: proposals, the decision is the committee's."""

    reward: tuple[Reward, ...]
    criticism: tuple[Criticism, ...]
    ruled_out: tuple[RuledOut, ...]
