"""How a unit has moved through the boards of a campaign's periods or of a period's months."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tracker.services.campaigns import PeriodState
from tracker.services.peers import peers_of
from tracker.services.standings import Board


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """The unit on one board: None where it had no score; `median` is its cluster's."""

    period: PeriodState
    as_of: date
    score: Fraction | None
    rank: int | None
    of: int
    median: Fraction | None


def follow_unit(boards: Iterable[Board], unit: str) -> list[TrendPoint]:
    """The unit through boards, in their order; boards on which it does not compete are left out."""
    points = []
    for board in boards:
        place = board.place(unit)
        if place is None:
            continue
        standing = board.standings[place.score.cluster]
        middle = peers_of(other.score.score for other in standing.places if other.rank is not None).median
        score = place.score.score if place.rank is not None else None
        setting = board.setting
        points.append(TrendPoint(setting.period, setting.as_of, score, place.rank, standing.ranked_count, middle))
    return points
