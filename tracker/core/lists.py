"""The reward list and the criticism list: proposals with their reasons, for the committee to decide on.

Awards are walked in the rulebook's order within each cluster. A unit gets the first it reaches; one that may not have it
keeps its rank but uses no place. Units tied at the edge of the places are treated as the award's `boundary_tie` says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from tracker.core.measures import Facts
from tracker.core.reasons import barred_because, criticised_because, rewarded_because
from tracker.core.rulebook import Award, Rulebook
from tracker.core.terms import Criticism, Lists, Placed, Reward, RuledOut, Standing, Statement


@dataclass(slots=True)
class _Walk:
    """One cluster's walk through the awards: who is out of it, and how many places are already spoken for."""

    rulebook: Rulebook
    standing: Standing
    facts: Mapping[str, Facts]
    settled: set[str] = field(default_factory=set)  # has an award, or waits for the committee
    reported: set[str] = field(default_factory=set)  # already listed as ruled out
    debt: int = 0
    rewards: list[Reward] = field(default_factory=list)
    ruled_out: list[RuledOut] = field(default_factory=list)


def propose_lists(rulebook: Rulebook, standings: Mapping[str, Standing], facts: Mapping[str, Facts]) -> Lists:
    """Who is proposed for what and why, who met a trigger, and who stood high enough but was ruled out.

    Rewards and rulings stand by award, cluster, rank and unit; criticisms by rule, cluster, rank and unit.
    """
    walks = [_Walk(rulebook, standings[cluster], facts) for cluster in sorted(standings)]
    for award in rulebook.award:
        for walk in walks:
            _give(walk, award)
    order = {award.code: index for index, award in enumerate(rulebook.award)}
    return Lists(
        reward=tuple(sorted((reward for walk in walks for reward in walk.rewards), key=lambda item: order[item.award])),
        criticism=tuple(_criticisms(rulebook, standings, facts)),
        ruled_out=tuple(sorted((out for walk in walks for out in walk.ruled_out), key=lambda item: order[item.award])),
    )


def _give(walk: _Walk, award: Award) -> None:
    """Give out one award's places in one cluster."""
    free = _places(award, walk.standing) - walk.debt
    walk.debt = max(0, -free)
    for group in _groups(walk, award):
        if free <= 0:
            return
        eligible = [place for place in group if not _rule_out(walk, award, place)]
        if len(eligible) <= free:
            _reward(walk, award, eligible)
            free -= len(eligible)
            continue
        _settle_tie(walk, award, eligible, free)
        return


def _places(award: Award, standing: Standing) -> int:
    if award.places is not None:
        return award.places
    return max(1, int((award.share or 0) * standing.ranked_count))


def _groups(walk: _Walk, award: Award) -> Iterator[list[Placed]]:
    """The units that still want an award and have the score for it, those of one rank together, best first."""
    wanting = (
        place
        for place in walk.standing.places
        if place.rank is not None
        and place.score.score > 0
        and (award.min_score is None or place.score.score >= award.min_score)
        and place.score.unit not in walk.settled
    )
    return (list(group) for _, group in groupby(wanting, key=lambda place: place.rank))


def _rule_out(walk: _Walk, award: Award, place: Placed) -> bool:
    """Whether something bars the unit from the award; said once, for the first award it would have reached."""
    bars = barred_because(walk.rulebook, award, place.score, walk.facts[place.score.unit])
    unit, cluster = place.score.unit, walk.standing.cluster
    if bars and unit not in walk.reported:
        walk.reported.add(unit)
        walk.ruled_out += [RuledOut(award.code, unit, cluster, gate, reason) for gate, reason in bars]
    return bool(bars)


def _settle_tie(walk: _Walk, award: Award, tied: Sequence[Placed], free: int) -> None:
    """More units of one key than places: all win, none does, or the committee chooses.

    Places given or left beyond those there were are taken from the next award.
    """
    if award.boundary_tie == "none":
        return
    args = {"units": len(tied), "places": free}
    for_committee = award.boundary_tie == "committee"
    note = Statement("reward.tie_committee" if for_committee else "reward.tie_all", args)
    _reward(walk, award, tied, note, tie=for_committee)
    walk.debt = len(tied) - free


def _reward(walk: _Walk, award: Award, places: Iterable[Placed], *notes: Statement, tie: bool = False) -> None:
    for place in places:
        walk.settled.add(place.score.unit)
        reasons = (*rewarded_because(walk.rulebook, walk.standing, place), *notes)
        score, rank = place.score, place.rank or 0
        walk.rewards.append(Reward(award.code, score.unit, walk.standing.cluster, rank, score.score, reasons, tie))


def _criticisms(rulebook: Rulebook, standings: Mapping[str, Standing], facts: Mapping[str, Facts]) -> Iterator[Criticism]:
    for rule in rulebook.criticism:
        for cluster in sorted(standings):
            for place in standings[cluster].places:
                score = place.score
                if reasons := criticised_because(rulebook, rule, score, facts[score.unit]):
                    yield Criticism(rule.code, rule.level, score.unit, cluster, place.rank, score.score, reasons)
