"""A unit's figures among those of other ranked units."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from statistics import median

from tracker.core.terms import Line, Placed


@dataclass(frozen=True, slots=True)
class Peers:
    """A figure among the cluster's ranked units: the middle one (of two: their mean) and the best; None: no unit."""

    median: Fraction | None
    best: Fraction | None


def peers_of(figures: Iterable[Fraction]) -> Peers:
    """The middle and the best of the figures."""
    known = list(figures)
    return Peers(Fraction(median(known)), max(known)) if known else Peers(None, None)


def lines_of(places: Iterable[Placed]) -> dict[str, list[Line]]:
    """The ranked units' lines of every indicator by its code, where there was something to count."""
    found: dict[str, list[Line]] = {}
    for line in (line for place in places if place.rank is not None for line in place.score.lines):
        if line.out_of:
            found.setdefault(line.code, []).append(line)
    return found
