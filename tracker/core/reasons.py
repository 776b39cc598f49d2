"""Why a unit stands on a list, or was kept off it: statements with exact figures, one for each reason."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from tracker.core.measures import Facts
from tracker.core.rounding import round_half_up
from tracker.core.rulebook import Award, CriticismRule, Rulebook
from tracker.core.scoring import is_below
from tracker.core.statements import reported_names
from tracker.core.terms import Placed, Score, Standing, Statement, Status


def rewarded_because(rulebook: Rulebook, standing: Standing, place: Placed) -> tuple[Statement, ...]:
    """The rank, what decided it where scores were equal, the score, and the criteria with every point there was."""
    score = place.score
    reasons = [
        Statement("reward.rank", {"rank": place.rank, "of": standing.ranked_count, "cluster": standing.cluster}),
        Statement("reward.score", {"score": score.score, "total": rulebook.total}),
    ]
    if (decided_by := _decided_against_next(standing, place)) is not None:
        by = rulebook.tie_break[decided_by].by
        args = {"by": by, "title": rulebook.titles.get(by), "value": score.tie_breaks[decided_by]}
        reasons.append(Statement("reward.tie_break", args))
    for criterion in score.criteria:
        if criterion.out_of and criterion.points == criterion.out_of:
            args = {"criterion": criterion.code, "title": rulebook.titles[criterion.code], "points": criterion.points}
            reasons.append(Statement("reward.criterion_full", args))
    return tuple(reasons)


def _decided_against_next(standing: Standing, place: Placed) -> int | None:
    """The tie-break that put the unit above the next one of the same score."""
    below = [other for other in standing.places if other.rank is not None and other.rank > (place.rank or 0)]
    return below[0].decided_by if below else None


def barred_because(rulebook: Rulebook, award: Award, score: Score, facts: Facts) -> list[tuple[str, Statement]]:
    """What bars the unit from the award, each with the gate's code or the rule's name; empty if nothing does."""
    return [
        *_gates(rulebook, score, facts),
        *_floors(rulebook, score),
        *_incomplete(rulebook, score, "ruled_out.incomplete"),
        *_award_minima(rulebook, award, score),
    ]


def _gates(rulebook: Rulebook, score: Score, facts: Facts) -> Iterator[tuple[str, Statement]]:
    for gate in rulebook.gate:
        if gate.no_award and gate.code in score.gates:
            args = {
                "gate": gate.code,
                "title": gate.title,
                "measure": gate.measure,
                "value": facts.measures[gate.measure],
                "at_least": gate.at_least,
                "names": reported_names(rulebook, [gate.measure]),
            }
            yield gate.code, Statement("ruled_out.gate", args)


def _floors(rulebook: Rulebook, score: Score) -> Iterator[tuple[str, Statement]]:
    for criterion in rulebook.criterion:
        if criterion.code in score.floors:
            points = round_half_up(score.criterion(criterion.code).points, rulebook.places)
            args = {
                "criterion": criterion.code,
                "title": criterion.title,
                "points": points,
                "minimum": criterion.minimum,
            }
            yield "floor", Statement("ruled_out.floor", args)


def _incomplete(rulebook: Rulebook, score: Score, key: str) -> Iterator[tuple[str, Statement]]:
    if not score.complete:
        lines = [line for line in score.lines if line.status is Status.PENDING]
        args = {"lines": tuple(line.code for line in lines), "titles": tuple(rulebook.titles[line.code] for line in lines)}
        yield "incomplete", Statement(key, args)


def _award_minima(rulebook: Rulebook, award: Award, score: Score) -> Iterator[tuple[str, Statement]]:
    for code, minimum in award.min_criterion.items():
        criterion = score.criterion(code)
        if is_below(criterion, minimum, rulebook.places):
            points = round_half_up(criterion.points, rulebook.places)
            args = {"criterion": code, "title": rulebook.titles[code], "points": points, "minimum": minimum}
            yield "min_criterion", Statement("ruled_out.min_criterion", args)
    if award.min_volume is not None and score.volume < award.min_volume:
        yield "min_volume", Statement("ruled_out.min_volume", {"volume": score.volume, "minimum": award.min_volume})


def criticised_because(rulebook: Rulebook, rule: CriticismRule, score: Score, facts: Facts) -> tuple[Statement, ...]:
    """The trigger the unit met, with a note where its figures are still incomplete; empty if it met none."""
    trigger = _trigger(rulebook, rule, score, facts)
    if trigger is None:
        return ()
    on_points = rule.below_score is not None or rule.criterion_below is not None
    notes = _incomplete(rulebook, score, "criticism.incomplete") if on_points else iter(())
    return (trigger, *(note for _, note in notes))


def _trigger(rulebook: Rulebook, rule: CriticismRule, score: Score, facts: Facts) -> Statement | None:
    if rule.missing_report:
        return None if any(facts.rows.values()) else Statement("criticism.missing_report")
    if rule.measure is not None and rule.at_least is not None:
        return _on_measure(rulebook, rule.measure, rule.at_least, facts)
    if not score.ranked:  # nothing scored is not a low score
        return None
    if rule.below_score is not None and score.score < rule.below_score:
        return Statement("criticism.below_score", {"score": score.score, "limit": rule.below_score})
    below = (_on_criterion(rulebook, code, limit, score) for code, limit in (rule.criterion_below or {}).items())
    return next((statement for statement in below if statement is not None), None)


def _on_measure(rulebook: Rulebook, measure: str, at_least: Fraction, facts: Facts) -> Statement | None:
    value = facts.measures[measure]
    if value is None or value < at_least:
        return None
    names = reported_names(rulebook, [measure])
    return Statement("criticism.measure", {"measure": measure, "value": value, "at_least": at_least, "names": names})


def _on_criterion(rulebook: Rulebook, code: str, limit: Fraction, score: Score) -> Statement | None:
    criterion = score.criterion(code)
    if not is_below(criterion, limit, rulebook.places):
        return None
    points = round_half_up(criterion.points, rulebook.places)
    args = {"criterion": code, "title": rulebook.titles[code], "points": points, "limit": limit}
    return Statement("criticism.criterion_below", args)
