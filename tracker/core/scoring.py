"""A unit's score: its figures times the rulebook, exact to the end, as a tree that explains itself.

Nothing here looks at another unit: what one unit scores never depends on the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from tracker.core.formulas import NOTHING, WHOLE, Reading, read_formula
from tracker.core.measures import Facts, Number
from tracker.core.rounding import exact_sum, round_half_up
from tracker.core.rulebook import Extra, Indicator, Rulebook
from tracker.core.terms import CriterionScore, Line, Score, Status


@dataclass(slots=True)
class _Draft:
    """An indicator's outcome while points still move between lines."""

    indicator: Indicator
    status: Status
    share: Fraction
    out_of: Fraction
    reading: Reading | None = None


def score_unit(rulebook: Rulebook, facts: Facts) -> Score:
    """The unit's score. A unit without a row of any case file has nothing scored: no rank, 0 points, never complete.

    So has a unit whose lines are all redistributed or still waiting for their reports.

    Points of lines with nothing to count move to the scored lines beside them, else to the other criteria. A pending line
    earns nothing and leaves the score incomplete. The score is the exact sum with capped extras, at least 0, rounded once.
    """
    silent = not any(facts.rows.values())
    drafts = [[_draft(indicator, facts, silent) for indicator in criterion.indicator] for criterion in rulebook.criterion]
    _redistribute(drafts, [criterion.points for criterion in rulebook.criterion])
    step = Fraction(1, 10**rulebook.places)
    criteria = tuple(
        _criterion_score(criterion.code, criterion.points, [_line(criterion.code, draft, step) for draft in lines])
        for criterion, lines in zip(rulebook.criterion, drafts, strict=True)
    )
    lines = [line for criterion in criteria for line in criterion.lines if line.max]
    ranked = not silent and any(line.status in (Status.SCORED, Status.NOT_APPLICABLE) for line in lines)
    extras = {extra.code: _extra(extra, facts) for extra in rulebook.extra}
    earned = exact_sum([*(criterion.points for criterion in criteria), *extras.values()])
    total = max(NOTHING, earned) if ranked else NOTHING
    return Score(
        unit=facts.unit,
        cluster=facts.cluster,
        total=total,
        score=round_half_up(total, rulebook.places),
        ranked=ranked,
        complete=not silent and not any(line.status is Status.PENDING for line in lines),
        criteria=criteria,
        extras=extras,
        gates=tuple(gate.code for gate in rulebook.gate if _reaches(facts.measures[gate.measure], gate.at_least)),
        floors=_floors(rulebook, criteria),
        tie_breaks=_tie_breaks(rulebook, criteria, facts),
        volume=int((facts.measures["received"] or 0) + (facts.measures["carried"] or 0)),
    )


def _draft(indicator: Indicator, facts: Facts, silent: bool) -> _Draft:
    lacks_rows = indicator.needs is not None and not facts.rows.get(indicator.needs, 0)
    reading = None if lacks_rows else read_formula(indicator.formula, facts.measures)
    if reading is None:
        zero = indicator.if_missing == "zero" and not silent
        return _Draft(indicator, Status.SCORED if zero else Status.PENDING, NOTHING, indicator.points)
    if silent or (reading.share is None and indicator.if_not_applicable == "redistribute"):
        return _Draft(indicator, Status.REDISTRIBUTED, NOTHING, indicator.points, reading)
    if reading.share is None:
        share = WHOLE if indicator.if_not_applicable == "full" else NOTHING
        return _Draft(indicator, Status.NOT_APPLICABLE, share, indicator.points, reading)
    return _Draft(indicator, Status.SCORED, reading.share, indicator.points, reading)


def _redistribute(criteria: Sequence[Sequence[_Draft]], points: Sequence[Fraction]) -> None:
    """Move the points of lines with nothing to count; all of the total stays in play while any line can take it."""
    homeless = NOTHING
    takers: list[tuple[Fraction, list[_Draft]]] = []
    for drafts, worth in zip(criteria, points, strict=True):
        recipients = _recipients(drafts)
        if recipients:
            takers.append((worth, recipients))
        freed = [draft for draft in drafts if draft.status is Status.REDISTRIBUTED]
        if not freed:
            continue
        for draft in freed:
            draft.out_of = NOTHING
        amount = exact_sum(draft.indicator.points for draft in freed)
        if recipients:
            _spread(amount, recipients)
        else:
            homeless += amount
    if homeless:
        _spread_over_criteria(homeless, takers)


def _recipients(drafts: Iterable[_Draft]) -> list[_Draft]:
    """The scored lines, else the pending ones; a line worth nothing takes nothing."""
    scored = [draft for draft in drafts if draft.status is Status.SCORED and draft.indicator.points]
    return scored or [draft for draft in drafts if draft.status is Status.PENDING and draft.indicator.points]


def _spread_over_criteria(amount: Fraction, takers: list[tuple[Fraction, list[_Draft]]]) -> None:
    """To each criterion by its points: those with scored lines, else those with pending ones."""
    chosen = [taker for taker in takers if taker[1][0].status is Status.SCORED] or takers
    whole = exact_sum(worth for worth, _ in chosen)
    for worth, recipients in chosen:
        _spread(amount * worth / whole, recipients)


def _spread(amount: Fraction, recipients: list[_Draft]) -> None:
    whole = exact_sum(draft.indicator.points for draft in recipients)
    for draft in recipients:
        draft.out_of += amount * draft.indicator.points / whole


def _criterion_score(code: str, points: Fraction, lines: Sequence[Line]) -> CriterionScore:
    return CriterionScore(
        code=code,
        points=exact_sum(line.points for line in lines),
        max=points,
        out_of=exact_sum(line.out_of for line in lines),
        status=_status([line.status for line in lines]),
        lines=tuple(lines),
    )


def _points(draft: _Draft, step: Fraction) -> Fraction:
    """The line's points; short of a strict target they stay a printed step below the whole ("more than 90 %")."""
    points = draft.out_of if draft.share is WHOLE else draft.share * draft.out_of
    if draft.reading is not None and draft.reading.not_full:
        return max(NOTHING, min(points, draft.out_of - step))
    return points


def _line(criterion: str, draft: _Draft, step: Fraction) -> Line:
    reading = draft.reading
    return Line(
        code=draft.indicator.code,
        criterion=criterion,
        points=_points(draft, step),
        max=draft.indicator.points,
        out_of=draft.out_of,
        status=draft.status,
        numerator=None if reading is None else reading.numerator,
        denominator=None if reading is None else reading.denominator,
        value=None if reading is None else reading.value,
    )


def _status(statuses: Sequence[Status]) -> Status:
    """A criterion waits while one of its lines waits; else it is scored if one of them is."""
    order = (Status.PENDING, Status.SCORED, Status.NOT_APPLICABLE)
    return next((status for status in order if status in statuses), Status.REDISTRIBUTED)


def _extra(extra: Extra, facts: Facts) -> Fraction:
    points = extra.per * (facts.measures[extra.measure] or 0)
    return points if extra.cap is None else max(-extra.cap, min(extra.cap, points))


def _reaches(figure: Number | None, limit: Fraction) -> bool:
    return figure is not None and figure >= limit


def _floors(rulebook: Rulebook, criteria: Iterable[CriterionScore]) -> tuple[str, ...]:
    """Criteria below their written minimum, as printed; one that had nothing to count is not below anything."""
    minima = {criterion.code: criterion.minimum for criterion in rulebook.criterion if criterion.minimum is not None}
    return tuple(
        criterion.code
        for criterion in criteria
        if criterion.code in minima and is_below(criterion, minima[criterion.code], rulebook.places)
    )


def is_below(criterion: CriterionScore, limit: Fraction, places: int) -> bool:
    """Whether the criterion's printed points are below the limit; never if it had nothing to count."""
    return bool(criterion.out_of) and round_half_up(criterion.points, places) < limit


def _tie_breaks(rulebook: Rulebook, criteria: Sequence[CriterionScore], facts: Facts) -> tuple[Fraction | None, ...]:
    if not rulebook.tie_break:
        return ()
    points = {criterion.code: criterion.points if criterion.out_of else None for criterion in criteria}
    points |= {line.code: line.points if line.out_of else None for criterion in criteria for line in criterion.lines}
    figures = [points[rule.by] if rule.by in points else facts.measures[rule.by] for rule in rulebook.tie_break]
    return tuple(None if figure is None else round_half_up(figure, rulebook.places) for figure in figures)
