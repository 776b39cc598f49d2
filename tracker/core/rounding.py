"""Rounding as a clerk with paper does it: half up (halves away from zero), on exact fractions, never on binary floats."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import lcm

SHOWN_PLACES = 6  # a ratio that does not end is printed to this many places


def exact_sum(figures: Iterable[Fraction]) -> Fraction:
    """The sum, brought to one denominator once; adding one by one does it at every step and is several times slower."""
    all_figures = list(figures)
    common = lcm(*(figure.denominator for figure in all_figures))
    return Fraction(sum(figure.numerator * (common // figure.denominator) for figure in all_figures), common)


def round_half_up(value: Fraction | int, places: int) -> Fraction:
    """The value rounded to that many decimals; a half goes away from zero (2.675 -> 2.68, -0.005 -> -0.01)."""
    scale = 10**places
    numerator, denominator = value.numerator * scale, value.denominator
    steps = (2 * abs(numerator) + denominator) // (2 * denominator)
    return Fraction(-steps if numerator < 0 else steps, scale)


def fixed_text(value: Fraction | int, places: int) -> str:
    """The value with exactly that many decimals, rounded half up: Fraction(385, 4) at 2 places is "96.25"."""
    steps = round_half_up(value, places) * 10**places
    digits = str(abs(steps.numerator)).rjust(places + 1, "0")
    sign = "-" if steps < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else sign + digits


def plain_text(value: Fraction | int, places: int = SHOWN_PLACES) -> str:
    """The value exactly if it ends within that many decimals, else rounded half up to them; no trailing zeros."""
    text = fixed_text(value, places)
    return text.rstrip("0").rstrip(".") if "." in text else text
