"""A unit's figure among those of the other ranked units of its cluster."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from statistics import median


@dataclass(frozen=True, slots=True)
class Peers:
    """A figure among the cluster's ranked units: the middle one (of two: their mean) and the best; None: no unit."""

    median: Fraction | None
    best: Fraction | None


def peers_of(figures: Iterable[Fraction]) -> Peers:
    """The middle and the best of the figures."""
    known = list(figures)
    return Peers(Fraction(median(known)), max(known)) if known else Peers(None, None)
