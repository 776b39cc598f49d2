"""A unit's figures among those of other ranked units."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from statistics import median

from tracker.core.terms import Line, Placed
from tracker.services.standings import Board


@dataclass(frozen=True, slots=True)
class Peers:
    """A figure among the cluster's ranked units: the middle one (of two: their mean) and the best; None: no unit."""

    median: Fraction | None
    best: Fraction | None


@dataclass(frozen=True, slots=True)
class ClusterPeers:
    """The peers of a cluster: by score, by the points of each criterion, and by those of each indicator."""

    score: Peers
    criteria: Mapping[str, Peers]
    lines: Mapping[str, Peers]


NO_PEERS = Peers(None, None)


def cluster_peers(board: Board, cluster: str) -> ClusterPeers:
    """What every unit of the cluster is set beside: worked out once, however many of them are looked at."""
    known = _known(board)
    if cluster not in known:
        known[cluster] = _work_out(board, cluster)
    return known[cluster]


@lru_cache(maxsize=4)  # boards are large: few are kept for this
def _known(board: Board) -> dict[str, ClusterPeers]:  # noqa: ARG001 (the board is what the cache knows it by)
    """What was worked out of a board so far, by cluster."""
    return {}


def _work_out(board: Board, cluster: str) -> ClusterPeers:
    ranked = [place for place in board.standings[cluster].places if place.rank is not None]
    criteria: dict[str, list[Fraction]] = {}
    for part in (part for place in ranked for part in place.score.criteria if part.out_of):
        criteria.setdefault(part.code, []).append(part.points)
    return ClusterPeers(
        peers_of(place.score.score for place in ranked),
        {code: peers_of(figures) for code, figures in criteria.items()},
        {code: peers_of(line.points for line in lines) for code, lines in lines_of(ranked).items()},
    )


def peers_of(figures: Iterable[Fraction]) -> Peers:
    """The middle and the best of the figures."""
    known = list(figures)
    return Peers(Fraction(median(known)), max(known)) if known else NO_PEERS


def lines_of(places: Iterable[Placed]) -> dict[str, list[Line]]:
    """The ranked units' lines of every indicator by its code, where there was something to count."""
    found: dict[str, list[Line]] = {}
    for line in (line for place in places if place.rank is not None for line in place.score.lines):
        if line.out_of:
            found.setdefault(line.code, []).append(line)
    return found
