"""Levers by what they move: which are alike, which have nothing to do with one another, and how acts can be combined."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from tracker.core.levers import Change, Lever, is_possible
from tracker.core.rulebook import AllOf, Bands, CountUp, Formula, Linear, Penalty, Rulebook
from tracker.core.what_if import Contest

Acts = tuple[tuple[str, int], ...]


def alike(contest: Contest, levers: Iterable[Lever]) -> list[list[Lever]]:
    """The levers, those together whose acts move every sum and limit alike: only how many acts there are matters then."""
    rulebook, own = contest.rulebook, contest.own
    sums = [terms for criterion in rulebook.criterion for one in criterion.indicator for terms in _sums(one.formula)]
    limited = sorted(_limits(rulebook))
    found: dict[object, list[Lever]] = {}
    for lever in levers:
        unknown = any(own.measures.get(measure, 0) is None for measure in lever.moves)
        nets = tuple(_net(terms, lever) for terms in sums)
        limits = tuple(lever.moves.get(measure, 0) for measure in limited)
        alone = lever.code if lever.pool or unknown else ""
        found.setdefault((nets, limits, lever.rows, alone), []).append(lever)
    return list(found.values())


def as_one(same: Sequence[Lever]) -> Lever:
    """The levers that are alike as one of which there are as many acts as of all."""
    return replace(same[0], most=sum(lever.most for lever in same))


def share_out(same: Sequence[Lever], acts: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    """The acts of levers that are alike, each as many as there are of it."""
    left = acts.get(same[0].code, 0)
    for lever in same:
        if times := min(left, lever.most):
            yield lever.code, times
        left -= times


def combinations(group: Sequence[Lever], reach: int) -> Iterator[Acts]:
    """Every way to do acts of the group, at most `reach` of them; nothing at all first."""
    for times in _numbers([lever.most for lever in group], reach):
        acts = tuple((lever.code, count) for lever, count in zip(group, times, strict=True))
        if is_possible(group, Change(dict(acts))):
            yield acts


def _numbers(most: Sequence[int], reach: int) -> Iterator[tuple[int, ...]]:
    """Every way to give each of them a number up to its most, together no more than `reach`."""
    if not most:
        yield ()
        return
    for first in range(min(most[0], reach) + 1):
        yield from ((first, *others) for others in _numbers(most[1:], reach - first))


def apart(rulebook: Rulebook, levers: Iterable[Lever]) -> list[list[Lever]]:
    """The levers in groups that share no line, no limit and no pool."""
    groups: list[tuple[set[str], list[Lever]]] = []
    for lever in levers:
        shared = {*touches(rulebook, lever), *([f"pool {lever.pool}"] if lever.pool else [])}
        joined = [group for group in groups if group[0] & shared]
        groups = [group for group in groups if not group[0] & shared]
        members = [one for group in joined for one in group[1]]
        groups.append((shared.union(*(group[0] for group in joined)), [*members, lever]))
    return [members for _, members in groups]


def touches(rulebook: Rulebook, lever: Lever) -> frozenset[str]:
    """The lines, extras and limits by name whose figures an act of the lever moves, so far as places and awards go."""
    found = {
        indicator.code
        for criterion in rulebook.criterion
        for indicator in criterion.indicator
        if any(_net(terms, lever) for terms in _sums(indicator.formula)) or (lever.rows and indicator.needs == lever.rows)
    }
    return frozenset(found | {f"measure {measure}" for measure in _limits(rulebook) if lever.moves.get(measure)})


def _limits(rulebook: Rulebook) -> frozenset[str]:
    """What counts by itself, not only in a line; codes of lines are among it and are no measures."""
    measures = {extra.measure for extra in rulebook.extra} | {gate.measure for gate in rulebook.gate}
    return frozenset(measures | {rule.by for rule in rulebook.tie_break} | {"received", "carried"})


def _net(terms: Sequence[str], lever: Lever) -> int:
    return sum((-1 if term.startswith("-") else 1) * lever.moves.get(term.removeprefix("-"), 0) for term in terms)


def _sums(formula: Formula) -> Iterator[Sequence[str]]:
    """The sums a formula is made of; acts that change none of them do not change its reading."""
    match formula:
        case Penalty():
            yield formula.incidents
        case CountUp():
            yield formula.items
        case AllOf():
            yield from ((part.measure,) for part in formula.parts)
        case Linear():
            yield from (formula.terms, formula.denominator or ())
        case Bands():
            yield from (formula.numerator, formula.denominator or ())
        case _:
            yield from (formula.numerator, formula.denominator)
