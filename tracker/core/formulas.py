"""The six kinds of formula: what each makes of a unit's figures. All exact; a share is between 0 and 1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from tracker.core.measures import Number
from tracker.core.rulebook import AllOf, Bands, CountUp, Formula, Linear, Penalty, Ratio

NOTHING = Fraction(0)
WHOLE = Fraction(1)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a formula saw and what it gives: `share` is None where there is nothing to count (a denominator of 0).

    `not_full`: a strict target was not passed, so the points must stay below the whole, however near the value came.
    """

    numerator: Number
    denominator: Number | None
    value: Fraction | None
    share: Fraction | None
    not_full: bool = False


def read_formula(formula: Formula, measures: Mapping[str, Number | None]) -> Reading | None:
    """The formula's reading of the measures; None if one of them was never reported."""
    match formula:
        case Ratio() | Bands():
            return _read(formula, add_up(formula.numerator, measures), formula.denominator, measures)
        case Linear():
            return _read(formula, add_up(formula.terms, measures), formula.denominator, measures)
        case Penalty():
            return _read(formula, add_up(formula.incidents, measures), None, measures)
        case CountUp():
            return _read(formula, add_up(formula.items, measures), None, measures)
        case AllOf():
            return _read_parts(formula, measures)


def add_up(terms: tuple[str, ...], measures: Mapping[str, Number | None]) -> Number | None:
    """The sum of signed terms; None if one of their measures was never reported."""
    total: Number = 0
    for negative, name in _signed(terms):
        figure = measures[name]
        if figure is None:
            return None
        total = total - figure if negative else total + figure
    return total


@lru_cache(maxsize=4096)
def _signed(terms: tuple[str, ...]) -> tuple[tuple[bool, str], ...]:
    return tuple((term.startswith("-"), term.removeprefix("-")) for term in terms)


def _read(
    formula: Formula, numerator: Number | None, below: tuple[str, ...] | None, measures: Mapping[str, Number | None]
) -> Reading | None:
    denominator = add_up(below, measures) if below else None
    if numerator is None or (below and denominator is None):
        return None
    if denominator is None:
        value = Fraction(numerator)
    elif denominator <= 0:
        return Reading(numerator, denominator, None, None)
    else:
        value = Fraction(numerator, denominator)
    not_full = isinstance(formula, Ratio) and formula.strict and value <= formula.target
    return Reading(numerator, denominator, value, _share(formula, value), not_full)


def _share(formula: Formula, value: Fraction) -> Fraction:
    match formula:
        case Ratio():
            return _ratio_share(formula, value)
        case Bands():
            return next((band.share for band in formula.bands if value >= band.at_least), NOTHING)
        case Penalty():
            return _clamp(1 - formula.per * value)
        case CountUp():
            return _clamp(formula.per * value)
        case Linear():
            return _clamp((value - formula.lo) / (formula.hi - formula.lo))
        case AllOf():
            return _clamp(value)


def _ratio_share(formula: Ratio, value: Fraction) -> Fraction:
    if formula.floor is not None and value < formula.floor:
        return NOTHING
    return _clamp(value / formula.target)


def _clamp(share: Fraction) -> Fraction:
    if share.numerator <= 0:
        return NOTHING
    return WHOLE if share.numerator >= share.denominator else share


def _read_parts(formula: AllOf, measures: Mapping[str, Number | None]) -> Reading | None:
    met = 0
    for part in formula.parts:
        figure = measures[part.measure]
        if figure is None:
            return None
        low_enough = part.at_most is None or figure <= part.at_most
        met += low_enough and (part.at_least is None or figure >= part.at_least)
    count = len(formula.parts)
    return Reading(met, count, Fraction(met, count), WHOLE if met == count else NOTHING)
