"""What a unit's page shows: its place, its points beside its cluster's, what it lost and how it moved. Exact, no words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from heapq import nlargest

from tracker.core.describe import describe_rulebook
from tracker.core.measures import Number
from tracker.core.rounding import exact_sum
from tracker.core.rulebook import AllOf, CountUp, Formula, Indicator, Linear, Penalty, Ratio, formula_measures
from tracker.core.terms import CriterionScore, Line, Placed, Standing, Statement
from tracker.core.why import explain_line
from tracker.services.history import movement
from tracker.services.peers import NO_PEERS, ClusterPeers, Peers, cluster_peers
from tracker.services.standings import Board
from tracker.store.facts import Office

Words = Mapping[str, str]

MOST_RECOVERABLE = 3


@dataclass(frozen=True, slots=True)
class Term:
    """A measure that a formula reads: how it enters (`sign` 1 or -1, over or `below` the line) and what it is."""

    measure: str
    sign: int
    below: bool
    figure: Number | None


@dataclass(frozen=True, slots=True)
class LineView:
    """An indicator of the unit: its line, why it has its points, the rule itself, and what the cluster has.

    `in_percent`: its value is a share, to be shown as a percentage.
    """

    line: Line
    in_percent: bool
    title: Words
    why: Statement
    rule: Statement
    terms: tuple[Term, ...]
    peers: Peers

    @property
    def is_ratio(self) -> bool:
        """Whether the formula has a denominator made of measures."""
        return any(term.below for term in self.terms)

    @property
    def taken_over(self) -> Fraction:
        """Points on offer beyond the rulebook's, moved here from indicators with nothing to count."""
        return max(Fraction(0), self.line.out_of - self.line.max)


@dataclass(frozen=True, slots=True)
class CriterionView:
    """A criterion of the unit beside its cluster; `position` is its place in the rulebook."""

    score: CriterionScore
    position: int
    title: Words
    peers: Peers
    lines: tuple[LineView, ...]

    @property
    def above_median(self) -> Fraction | None:
        """How far the unit stands above the cluster's middle (negative: below); None where there is none."""
        return None if self.peers.median is None else self.score.points - self.peers.median


@dataclass(frozen=True, slots=True)
class Step:
    """What one indicator (by code) or extra took from the rulebook's total, or gave on top of it."""

    code: str
    title: Words
    points: Fraction


@dataclass(frozen=True)
class UnitView:
    """A competing unit's whole result; `movement` and `previous` are None where there is nothing to compare with."""

    board: Board
    office: Office
    place: Placed
    standing: Standing
    movement: int | None
    previous: Fraction | None
    peers: Peers
    criteria: tuple[CriterionView, ...]

    @property
    def source(self) -> str:
        """How the unit's dossiers were counted, as its facts say."""
        return self.board.facts[self.office.code].source

    @property
    def above_median(self) -> Fraction | None:
        """How far the unit's score stands above the cluster's middle (negative: below); None where there is none."""
        return None if self.peers.median is None else self.place.score.score - self.peers.median

    @property
    def gained(self) -> Fraction | None:
        """How far the score has risen (negative: fallen) since the period before."""
        return None if self.previous is None else self.place.score.score - self.previous

    @cached_property
    def lines(self) -> tuple[LineView, ...]:
        """Every indicator in the rulebook's order."""
        return tuple(line for criterion in self.criteria for line in criterion.lines)

    @cached_property
    def recoverable(self) -> tuple[LineView, ...]:
        """The indicators that lost most points, most first."""
        losing = [view for view in self.lines if view.line.lost > 0]
        return tuple(nlargest(MOST_RECOVERABLE, losing, key=lambda view: view.line.lost))

    @cached_property
    def lost(self) -> Fraction:
        """All points the indicators lost."""
        return exact_sum(view.line.lost for view in self.lines)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """From the rulebook's total down to the unit's: points lost, most first, then what extras gave or took."""
        losing = sorted((view for view in self.lines if view.line.lost > 0), key=lambda view: -view.line.lost)
        lost = [Step(view.line.code, view.title, -view.line.lost) for view in losing]
        return (*lost, *(step for step in self.extras if step.points))

    @cached_property
    def extras(self) -> tuple[Step, ...]:
        """The rulebook's bonuses and deductions with the unit's points."""
        rulebook, given = self.board.setting.rulebook.rulebook, self.place.score.extras
        return tuple(Step(extra.code, extra.title, given[extra.code]) for extra in rulebook.extra)

    @cached_property
    def grade(self) -> Words | None:
        """The title of the unit's grade."""
        grades = {grade.code: grade.title for grade in self.board.setting.rulebook.rulebook.grade}
        return grades.get(self.place.grade or "")

    @cached_property
    def gates(self) -> tuple[Words, ...]:
        """The titles of the gates the unit hit."""
        hit = self.place.score.gates
        return tuple(gate.title for gate in self.board.setting.rulebook.rulebook.gate if gate.code in hit)

    @cached_property
    def ties(self) -> tuple[Statement, ...]:
        """Who has the same score, and what decided between them."""
        return tuple(_ties(self.board, self.standing, self.place))

    def line(self, code: str) -> LineView | None:
        """The indicator of that code, None if the rulebook has none."""
        return next((view for view in self.lines if view.line.code == code), None)


def view_unit(board: Board, previous: Board | None, unit: str) -> UnitView | None:
    """The unit's result on the board; None if it does not compete."""
    place = board.place(unit)
    if place is None:
        return None
    standing = board.standings[place.score.cluster]
    before = previous.place(unit) if previous else None
    peers = cluster_peers(board, place.score.cluster)
    return UnitView(
        board=board,
        office=board.offices[unit],
        place=place,
        standing=standing,
        movement=movement(board, previous, unit),
        previous=before.score.score if before and before.rank is not None else None,
        peers=peers.score,
        criteria=_criteria(board, place, peers),
    )


def _criteria(board: Board, place: Placed, peers: ClusterPeers) -> tuple[CriterionView, ...]:
    rulebook = board.setting.rulebook.rulebook
    sections = {section.code: section for section in describe_rulebook(rulebook) if section.key == "criterion"}
    views = []
    for position, criterion in enumerate(place.score.criteria):
        rules = {item.code: item.statements[0] for item in sections[criterion.code].items}
        views.append(
            CriterionView(
                criterion,
                position,
                rulebook.titles[criterion.code],
                peers.criteria.get(criterion.code, NO_PEERS),
                tuple(_line(board, place, line, rules[line.code], peers) for line in criterion.lines),
            )
        )
    return tuple(views)


def _line(board: Board, place: Placed, line: Line, rule: Statement, peers: ClusterPeers) -> LineView:
    rulebook = board.setting.rulebook.rulebook
    indicator = rulebook.indicator(line.code)
    facts = board.facts[place.score.unit]
    return LineView(
        line=line,
        in_percent=isinstance(indicator.formula, Ratio | AllOf),
        title=indicator.title,
        why=explain_line(rulebook, line, facts),
        rule=rule,
        terms=tuple(_terms(indicator, facts.measures)),
        peers=peers.lines.get(line.code, NO_PEERS),
    )


def _terms(indicator: Indicator, measures: Mapping[str, Number | None]) -> Iterator[Term]:
    over, below = _halves(indicator.formula)
    for is_below, terms in ((False, over), (True, below)):
        for term in terms:
            measure = term.removeprefix("-")
            yield Term(measure, -1 if term.startswith("-") else 1, is_below, measures[measure])


def _halves(formula: Formula) -> tuple[tuple[str, ...], tuple[str, ...]]:
    match formula:
        case Penalty():
            return formula.incidents, ()
        case CountUp():
            return formula.items, ()
        case AllOf():
            return formula_measures(formula), ()
        case Linear():
            return formula.terms, formula.denominator or ()
        case Ratio():
            return formula.numerator, formula.denominator
        case _:
            return formula.numerator, formula.denominator or ()


def _ties(board: Board, standing: Standing, place: Placed) -> Iterator[Statement]:
    """Equal in everything; else beaten by, or better than, a neighbour of the same score."""
    if place.rank is None:
        return
    equal = [other for other in standing.places if other.rank == place.rank and other is not place]
    if equal:
        yield Statement("unit.tie.equal", {"units": _names(board, equal)})
    ranked = [other for other in standing.places if other.rank is not None]
    above = [other for other in ranked if (other.rank or 0) < place.rank]
    if place.decided_by is not None:
        yield _decided("unit.tie.below", board, place, above[-1], place.decided_by)
    below = [other for other in ranked if (other.rank or 0) > place.rank]
    if below and below[0].decided_by is not None:
        yield _decided("unit.tie.above", board, place, below[0], below[0].decided_by)


def _decided(key: str, board: Board, place: Placed, other: Placed, index: int) -> Statement:
    rulebook = board.setting.rulebook.rulebook
    by = rulebook.tie_break[index].by
    own, others = place.score.tie_breaks[index], other.score.tie_breaks[index]
    args = {"by": by, "title": rulebook.titles.get(by), "value": own, "other": others}
    return Statement(key, {**args, "units": _names(board, [other])})


def _names(board: Board, places: Iterable[Placed]) -> tuple[str, ...]:
    return tuple(board.offices[place.score.unit].name for place in places)
