"""Why a line has its points: one statement with the figures a clerk needs to check it by hand."""

from __future__ import annotations

from fractions import Fraction

from tracker.core.measures import RATINGS, UNKNOWN_TO_TALLIES, Facts
from tracker.core.rulebook import (
    AllOf,
    Bands,
    CountUp,
    Formula,
    Indicator,
    Linear,
    Penalty,
    Ratio,
    Rulebook,
    formula_measures,
)
from tracker.core.statements import reported_names
from tracker.core.terms import Line, Statement, Status


def explain_line(rulebook: Rulebook, line: Line, facts: Facts | None = None) -> Statement:
    """Why the line has its points, by its formula and status; with the unit's facts, what exactly is missing."""
    indicator = rulebook.indicator(line.code)
    worth: dict[str, object] = {"points": line.points, "out_of": line.out_of, "max": line.max}
    if line.status is Status.REDISTRIBUTED:
        return Statement("why.redistributed", worth)
    if line.status is Status.NOT_APPLICABLE:
        return Statement(f"why.not_applicable_{indicator.if_not_applicable}", worth)
    if line.value is None:
        key = "why.pending" if line.status is Status.PENDING else "why.missing_zero"
        unsaid = _unsaid(indicator, facts)
        return Statement(f"{key}_tallies" if unsaid else key, worth | _missing(rulebook, indicator, unsaid))
    key, figures = _scored(indicator.formula, line, line.value)
    return Statement(f"why.{key}", worth | figures)


def _unsaid(indicator: Indicator, facts: Facts | None) -> tuple[str, ...]:
    """The measures of the indicator that the unit's tallies do not say."""
    if facts is None or facts.source != "tallies":
        return ()
    silent = UNKNOWN_TO_TALLIES | RATINGS
    return tuple(name for name in formula_measures(indicator.formula) if name in silent and facts.value(name) is None)


def _missing(rulebook: Rulebook, indicator: Indicator, unsaid: tuple[str, ...]) -> dict[str, object]:
    """What may be missing: what tallies do not say, else the case file the indicator needs and the measures reported."""
    if unsaid:
        return {"needs": None, "measures": unsaid, "names": {}}
    names = reported_names(rulebook, formula_measures(indicator.formula))
    return {"needs": indicator.needs, "measures": tuple(names), "names": names}


def _scored(formula: Formula, line: Line, value: Fraction) -> tuple[str, dict[str, object]]:
    over: dict[str, object] = {"numerator": line.numerator, "denominator": line.denominator, "value": value}
    match formula:
        case Ratio():
            return _ratio(formula, over, value)
        case Bands():
            reached = next((band for band in formula.bands if value >= band.at_least), None)
            if reached is None:
                return "bands_below", over | {"lowest": formula.bands[-1].at_least}
            return "bands", over | {"at_least": reached.at_least, "share": reached.share}
        case Penalty():
            if value <= 0:
                return "penalty_clean", {}
            return "penalty", {"numerator": line.numerator, "each": formula.per * line.out_of}
        case CountUp():
            return "count", {"numerator": line.numerator, "each": formula.per * line.out_of}
        case AllOf():
            if line.numerator == line.denominator:
                return "all_of_met", {"denominator": line.denominator}
            return "all_of_failed", {"numerator": line.numerator, "denominator": line.denominator}
        case Linear():
            return "linear", over | {"lo": formula.lo, "hi": formula.hi}


def _ratio(formula: Ratio, over: dict[str, object], value: Fraction) -> tuple[str, dict[str, object]]:
    if formula.floor is not None and value < formula.floor:
        return "ratio_below_floor", over | {"floor": formula.floor}
    if formula.strict and value == formula.target:
        return "ratio_at_strict_target", over | {"target": formula.target}
    return "ratio" if value < formula.target else "ratio_reached", over | {"target": formula.target}
