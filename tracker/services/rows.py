"""A board as people read it: one row per unit in reading order, and what a group of units comes to as a whole."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from statistics import median

from tracker.core.rounding import exact_sum
from tracker.core.rulebook import Rulebook
from tracker.core.terms import Placed, Standing
from tracker.services.history import movement
from tracker.services.standings import Board
from tracker.text import collation_key, search_key

Words = Mapping[str, str]

_ON_PODIUM = 3
_DIGITS, _WIDEST = re.compile(r"\d+"), 12


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A unit on the board. `moved` is None without an earlier rank; `is_new`: it was not on the board of the period before.

    `shares` are the criteria's points as shares of what there was to earn, None where there was nothing; `extra` sums up
    bonuses and deductions. `source` says how the unit's dossiers were counted, as its facts do.
    """

    place: Placed
    name: str
    search: str
    moved: int | None
    is_new: bool
    shares: tuple[Fraction | None, ...]
    extra: Fraction
    grade: Words | None
    grade_position: int
    gates: tuple[Words, ...]
    source: str = ""

    @property
    def unit(self) -> str:
        """The unit's code."""
        return self.place.score.unit

    @property
    def cluster(self) -> str:
        """The cluster's code."""
        return self.place.score.cluster

    @property
    def rank(self) -> int | None:
        """The rank in the cluster, None if nothing was scored."""
        return self.place.rank

    @property
    def score(self) -> Fraction:
        """The printed score."""
        return self.place.score.score


@lru_cache(maxsize=32)
def board_rows(board: Board, previous: Board | None) -> tuple[BoardRow, ...]:
    """Every competing unit: clusters in alphabetical order, within each as its standing has them."""
    return tuple(_row(board, previous, place) for standing in _in_order(board) for place in standing.places)


def cluster_key(cluster: str) -> str:
    """What clusters are sorted by: the alphabet, and numbers by their size, so that xa-2 stands before xa-10."""
    return collation_key(_DIGITS.sub(lambda found: found[0].zfill(_WIDEST), cluster))


@lru_cache(maxsize=64)
def board_clusters(board: Board) -> tuple[str, ...]:
    """The clusters' codes in alphabetical order."""
    return tuple(standing.cluster for standing in _in_order(board))


@lru_cache(maxsize=128)
def select_rows(board: Board, previous: Board | None, cluster: str = "", words: str = "") -> tuple[int, ...]:
    """Where in `board_rows` the rows of a cluster stand whose name or code holds the words, with or without accents."""
    wanted = search_key(words.strip())
    return tuple(
        position
        for position, row in enumerate(board_rows(board, previous))
        if cluster in ("", row.cluster) and wanted in row.search
    )


@lru_cache(maxsize=128)
def leaders(board: Board, previous: Board | None, cluster: str = "") -> tuple[BoardRow, ...]:
    """The first three ranks of a cluster; without a cluster the first rank of each."""
    last = _ON_PODIUM if cluster else 1
    rows = (row for row in board_rows(board, previous) if cluster in ("", row.cluster))
    return tuple(row for row in rows if row.rank is not None and row.rank <= last)


@dataclass(frozen=True, slots=True)
class Summary:
    """What a group of units comes to. Means are of ranked units; `on_time` is the share of the dossiers handled."""

    units: int
    ranked: int
    mean: Fraction | None
    mean_change: Fraction | None
    dossiers: int
    on_time: Fraction | None
    overdue: int
    rising: int
    falling: int
    incomplete: int


@lru_cache(maxsize=256)
def summarise(board: Board, previous: Board | None, cluster: str = "") -> Summary:
    """The figures of one cluster, or of all."""
    rows = [row for row in board_rows(board, previous) if cluster in ("", row.cluster)]
    mean, before = _mean(board, cluster), _mean(previous, cluster) if previous else None
    names = ("received", "carried", "done_on_time", "done_late", "pending_overdue")
    count = {name: _total(board, rows, name) for name in names}
    done = count["done_on_time"] + count["done_late"]
    return Summary(
        units=len(rows),
        ranked=sum(row.rank is not None for row in rows),
        mean=mean,
        mean_change=None if mean is None or before is None else mean - before,
        dossiers=count["received"] + count["carried"],
        on_time=Fraction(count["done_on_time"], done) if done else None,
        overdue=count["pending_overdue"],
        rising=sum((row.moved or 0) > 0 for row in rows),
        falling=sum((row.moved or 0) < 0 for row in rows),
        incomplete=sum(not row.place.score.complete for row in rows),
    )


@dataclass(frozen=True, slots=True)
class ClusterFigures:
    """A cluster's scores: of its ranked units, None where it has none."""

    cluster: str
    units: int
    ranked: int
    mean: Fraction | None
    median: Fraction | None
    best: Fraction | None
    least: Fraction | None


def compare_clusters(board: Board) -> list[ClusterFigures]:
    """Every cluster in alphabetical order."""
    return [_cluster_figures(standing) for standing in _in_order(board)]


def _cluster_figures(standing: Standing) -> ClusterFigures:
    scores = [place.score.score for place in standing.places if place.rank is not None]
    counted = (standing.cluster, len(standing.places), len(scores))
    if not scores:
        return ClusterFigures(*counted, None, None, None, None)
    mean = exact_sum(scores) / len(scores)
    return ClusterFigures(*counted, mean, Fraction(median(scores)), max(scores), min(scores))


def _in_order(board: Board) -> list[Standing]:
    return sorted(board.standings.values(), key=lambda standing: cluster_key(standing.cluster))


def _row(board: Board, previous: Board | None, place: Placed) -> BoardRow:
    rulebook: Rulebook = board.setting.rulebook.rulebook
    score, office = place.score, board.offices[place.score.unit]
    codes = [grade.code for grade in rulebook.grade]
    position = codes.index(place.grade) if place.grade is not None else -1
    return BoardRow(
        place=place,
        name=office.name,
        search=search_key(f"{office.name} {office.code}"),
        moved=movement(board, previous, score.unit),
        is_new=previous is not None and previous.place(score.unit) is None,
        shares=tuple(part.points / part.out_of if part.out_of else None for part in score.criteria),
        extra=exact_sum(score.extras.values()),
        grade=rulebook.grade[position].title if position >= 0 else None,
        grade_position=position,
        gates=tuple(gate.title for gate in rulebook.gate if gate.code in score.gates),
        source=board.facts[score.unit].source,
    )


def _mean(board: Board, cluster: str) -> Fraction | None:
    scores = [
        place.score.score
        for standing in board.standings.values()
        if not cluster or standing.cluster == cluster
        for place in standing.places
        if place.rank is not None
    ]
    return exact_sum(scores) / len(scores) if scores else None


def _total(board: Board, rows: Sequence[BoardRow], measure: str) -> int:
    return sum(int(board.facts[row.unit].measures[measure] or 0) for row in rows)


@dataclass(frozen=True, slots=True)
class RankLine:
    """A unit's ranks in the same cluster, period by period; None where it had none."""

    unit: str
    name: str
    ranks: tuple[int | None, ...]


def rank_lines(boards: Sequence[Board], cluster: str) -> list[RankLine]:
    """The ranks of a cluster's units over several boards, in the order of the last one."""
    last = boards[-1]
    units = [place.score.unit for place in last.standings[cluster].places]
    ranks = {unit: tuple(_rank(board, cluster, unit) for board in boards) for unit in units}
    return [RankLine(unit, last.offices[unit].name, ranks[unit]) for unit in units]


def _rank(board: Board, cluster: str, unit: str) -> int | None:
    place = board.place(unit)
    return place.rank if place is not None and place.score.cluster == cluster else None
