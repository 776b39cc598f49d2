"""Ranks within each cluster, and the grades that depend on them.

One key (printed score, then the tie-breaks) sorts, ties and explains: equal keys share a rank and the next is skipped
(1, 2, 2, 4). Inside a shared rank units stand by code, so the table never shuffles.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from operator import itemgetter

from tracker.core.rulebook import Grade, Rulebook
from tracker.core.terms import Placed, Score, Standing

Key = tuple[tuple[bool, int], ...]  # per figure: whether it is missing, and its size, smaller first


@dataclass(slots=True)
class _Graded:
    grade: str | None = None
    tied: bool = False


def rank_units(rulebook: Rulebook, scores: Iterable[Score]) -> dict[str, Standing]:
    """The standing of every cluster, by cluster code. Units with nothing scored have no rank and stand last."""
    clusters: dict[str, list[Score]] = {}
    for score in scores:
        clusters.setdefault(score.cluster, []).append(score)
    return {cluster: _rank_cluster(rulebook, cluster, clusters[cluster]) for cluster in sorted(clusters)}


def _rank_cluster(rulebook: Rulebook, cluster: str, scores: Iterable[Score]) -> Standing:
    in_order = sorted(scores, key=lambda score: score.unit)
    keyed = sorted(((rank_key(rulebook, score), score) for score in in_order if score.ranked), key=itemgetter(0))
    groups = [[score for _, score in rows] for _, rows in groupby(keyed, key=itemgetter(0))]
    grades = _grade(rulebook, groups)
    places: list[Placed] = []
    for group in groups:
        rank, decided_by = len(places) + 1, _decided_by(places[-1].score if places else None, group[0])
        for score in group:
            graded = grades[score.unit]
            places.append(Placed(score, rank, len(group) > 1, decided_by, graded.grade, graded.tied))
    places += [Placed(score, None, tied=False) for score in in_order if not score.ranked]
    return Standing(cluster, tuple(places))


def rank_key(rulebook: Rulebook, score: Score) -> Key:
    """Where a unit stands: the smaller key stands higher, equal keys share a rank.

    Printed figures are whole numbers of the last place, which compare faster than fractions.
    """
    scale = 10**rulebook.places
    parts = [(False, -_steps(score.score, scale))]
    for rule, figure in zip(rulebook.tie_break, score.tie_breaks, strict=True):
        steps = 0 if figure is None else _steps(figure, scale)
        parts.append((figure is None, -steps if rule.order == "high" else steps))
    return tuple(parts)


def _steps(figure: Fraction, scale: int) -> int:
    return figure.numerator * scale // figure.denominator


def _decided_by(above: Score | None, score: Score) -> int | None:
    """The first tie-break that parts two units of the same score; None if their scores differ."""
    if above is None or above.score != score.score:
        return None
    pairs = zip(above.tie_breaks, score.tie_breaks, strict=True)
    return next(index for index, (one, other) in enumerate(pairs) if one != other)


def _grade(rulebook: Rulebook, groups: Sequence[Sequence[Score]]) -> dict[str, _Graded]:
    """Each ranked unit's grade: the best it reaches, may have and finds room in.

    Where tied units straddle the edge of a grade's share the committee chooses among them: until then all of them stand one
    grade lower, marked `tied`, and those who will not be chosen already take their room there.
    """
    graded = {score.unit: _Graded() for group in groups for score in group}
    ranked = len(graded)
    taken = 0
    for index, grade in enumerate(rulebook.grade):
        room = ranked if grade.max_share is None else max(0, int(grade.max_share * ranked) - taken)
        taken = 0
        for group in groups:
            wanting = [
                score for score in group if graded[score.unit].grade is None and _may_have(rulebook, score, index, grade)
            ]
            if len(wanting) > room:
                if room > 0 and index + 1 < len(rulebook.grade):
                    taken = len(wanting) - room
                    for score in wanting:
                        graded[score.unit] = _Graded(rulebook.grade[index + 1].code, tied=True)
                break  # nobody is let in past a group that did not fit: all from here on fall to the next grade
            for score in wanting:
                graded[score.unit].grade = grade.code
            room -= len(wanting)
    return graded


def _may_have(rulebook: Rulebook, score: Score, index: int, grade: Grade) -> bool:
    if score.score < grade.at_least:
        return False
    codes = [grade.code for grade in rulebook.grade]
    best = [codes.index(gate.best_grade) for gate in rulebook.gate if gate.best_grade and gate.code in score.gates]
    return index >= max(best, default=0)
