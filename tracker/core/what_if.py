"""What would become of a cluster if one of its units had other figures: the same scoring, ranking and lists as always."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tracker.core.lists import propose_lists
from tracker.core.measures import Facts
from tracker.core.ranking import rank_units
from tracker.core.rulebook import Rulebook
from tracker.core.scoring import score_unit
from tracker.core.terms import Criticism, Lists, Placed, Reward, RuledOut, Score, Standing


@dataclass(frozen=True, slots=True, eq=False)
class Contest:
    """A unit among the units of its cluster: their facts and scores stay what they are, its own may be tried out."""

    rulebook: Rulebook
    unit: str
    facts: Mapping[str, Facts]
    scores: Mapping[str, Score]

    @property
    def own(self) -> Facts:
        """The unit's facts as they are."""
        return self.facts[self.unit]

    @property
    def score(self) -> Score:
        """The unit's score as it is."""
        return self.scores[self.unit]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The unit's place and what the lists say of it; `standing` and `lists` are its whole cluster's."""

    place: Placed
    standing: Standing
    lists: Lists

    @property
    def rewards(self) -> tuple[Reward, ...]:
        """The award the unit is proposed for, if any."""
        return tuple(reward for reward in self.lists.reward if reward.unit == self.place.score.unit)

    @property
    def criticisms(self) -> tuple[Criticism, ...]:
        """The triggers the unit meets."""
        return tuple(item for item in self.lists.criticism if item.unit == self.place.score.unit)

    @property
    def ruled_out(self) -> tuple[RuledOut, ...]:
        """What bars the unit from an award it stands high enough for."""
        return tuple(item for item in self.lists.ruled_out if item.unit == self.place.score.unit)


def enter(rulebook: Rulebook, facts: Mapping[str, Facts], standing: Standing, unit: str) -> Contest:
    """The unit in its cluster as it stands."""
    scores = {place.score.unit: place.score for place in standing.places}
    return Contest(rulebook, unit, {code: facts[code] for code in scores}, scores)


def try_facts(contest: Contest, facts: Facts) -> Outcome:
    """The outcome if the unit had these facts."""
    return try_score(contest, score_unit(contest.rulebook, facts), facts)


def try_score(contest: Contest, score: Score, facts: Facts) -> Outcome:
    """The outcome if the unit had this score, made of these facts."""
    unit, rulebook = contest.unit, contest.rulebook
    (standing,) = rank_units(rulebook, {**contest.scores, unit: score}.values()).values()
    lists = propose_lists(rulebook, {standing.cluster: standing}, {**contest.facts, unit: facts})
    place = next(place for place in standing.places if place.score.unit == unit)
    return Outcome(place, standing, lists)
