"""A result as plain data: every figure of the standings and who stands on which list, in one canonical text.

Points, scores and ratios are strings (exact decimals), counts are integers, missing is None.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tracker.core.measures import Number
from tracker.core.rounding import fixed_text, plain_text
from tracker.core.terms import CriterionScore, Line, Lists, Placed, Standing
from tracker.store.audit import canonical
from tracker.store.facts import Office

Answer = dict[str, Any]
Offices = Mapping[str, Office]


def count_text(value: Number | None) -> int | str | None:
    """A count as an integer; a reported value that is none as a decimal string; None when never reported."""
    if value is None or isinstance(value, int):
        return value
    return int(value) if value.denominator == 1 else plain_text(value)


def results_document(places: int, offices: Offices, standings: Mapping[str, Standing], lists: Lists) -> str:
    """The whole result as canonical JSON; nothing in it depends on a language."""
    return canonical(
        {
            "clusters": [answer_cluster(standing, offices, places) for standing in standings.values()],
            "reward": [
                {"award": one.award, "unit": one.unit, "cluster": one.cluster, "rank": one.rank, "tie": one.tie}
                for one in lists.reward
            ],
            "criticism": [
                {"criticism": one.criticism, "level": one.level, "unit": one.unit, "cluster": one.cluster}
                for one in lists.criticism
            ],
            "ruled_out": [
                {"award": one.award, "unit": one.unit, "cluster": one.cluster, "gate": one.gate} for one in lists.ruled_out
            ],
        }
    )


def answer_cluster(standing: Standing, offices: Offices, places: int) -> Answer:
    """A cluster's units in the order they stand; a cluster is called by its code until an office names it."""
    units = [_unit(place, offices, places) for place in standing.places]
    return {"code": standing.cluster, "name": standing.cluster, "units": units}


def _unit(place: Placed, offices: Offices, places: int) -> Answer:
    score = place.score
    lines = score.lines
    return {
        "unit": score.unit,
        "name": offices[score.unit].name,
        "rank": place.rank,
        "tied": place.tied,
        "score": fixed_text(score.score, places),
        "grade": place.grade,
        "grade_tied": place.grade_tied,
        "complete": score.complete,
        "criteria": {criterion.code: _points(criterion, places) for criterion in score.criteria},
        "indicators": {line.code: answer_line(line, places) for line in lines},
        "extras": {code: fixed_text(points, places) for code, points in score.extras.items()},
        "gates": list(score.gates),
    }


def _points(criterion: CriterionScore, places: int) -> Answer:
    return {"points": fixed_text(criterion.points, places), "max": plain_text(criterion.max)}


def answer_line(line: Line, places: int) -> Answer:
    """One indicator's points and the figures they come from."""
    return {
        "points": fixed_text(line.points, places),
        "max": plain_text(line.max),
        "out_of": plain_text(line.out_of),
        "status": line.status.value,
        "numerator": count_text(line.numerator),
        "denominator": count_text(line.denominator),
        "value": None if line.value is None else plain_text(line.value),
    }
