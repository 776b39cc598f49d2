"""How far a unit is from what the rulebook decides by: the next ranks, the awards' lines, the triggers of criticism."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from fractions import Fraction

from tracker.core.ranking import Key, rank_key
from tracker.core.reasons import barred_because, criticised_because
from tracker.core.rounding import round_half_up
from tracker.core.rulebook import Award, CriticismRule, Rulebook
from tracker.core.scoring import is_below
from tracker.core.terms import Placed, Reward, Score, Standing, Statement
from tracker.core.what_if import Contest, try_score

_FAR = Fraction(10**15)  # worse than any figure a tie-break can have


@dataclass(frozen=True, slots=True)
class Gap:
    """A neighbour in the standing and how many points lie between; 0: the same score, parted by a tie-break."""

    place: Placed
    points: Fraction


@dataclass(frozen=True, slots=True)
class AwardLine:
    """What an award asks of the unit.

    `key` is the lowest place where the unit is proposed for this award or a better one; None: no place is left for it,
    whatever its score. `score` is the least printed score that stands there with the unit's present tie-breaks, `gap` what
    it lacks (0: it stands there), `shared`: there it is level with others for too few places and the committee chooses.
    `bars` are what rules it out whatever its place.
    """

    award: Award
    key: Key | None
    score: Fraction | None
    gap: Fraction | None
    shared: bool
    bars: tuple[tuple[str, Statement], ...]

    @property
    def reached(self) -> bool:
        """Whether the unit stands there and nothing rules it out."""
        return self.gap == 0 and not self.bars


@dataclass(frozen=True, slots=True)
class CriticismLine:
    """A trigger: why the unit meets it, or how much is left before it does (None: nothing that can be counted).

    `room` counts points for a trigger on points, and cases for one on a measure; where the trigger is met, it is what is
    lacking to be clear of it.
    """

    rule: CriticismRule
    reasons: tuple[Statement, ...]
    room: Fraction | None


def find_above(standing: Standing, place: Placed) -> Gap | None:
    """The lowest of the units that stand above; None for the first and for a unit without a rank."""
    above = [other for other in standing.places if other.rank is not None and other.rank < (place.rank or 0)]
    return Gap(above[-1], above[-1].score.score - place.score.score) if above else None


def find_below(standing: Standing, place: Placed) -> Gap | None:
    """The highest of the units that stand below; None for the last and for a unit without a rank."""
    below = [other for other in standing.places if other.rank is not None and other.rank > (place.rank or other.rank)]
    return Gap(below[0], place.score.score - below[0].score.score) if below else None


def find_award_lines(contest: Contest) -> tuple[AwardLine, ...]:
    """The line of every award, in the rulebook's order."""
    return tuple(_award_line(contest, award) for award in contest.rulebook.award)


def _award_line(contest: Contest, award: Award) -> AwardLine:
    bars = tuple(barred_because(contest.rulebook, award, contest.score, contest.own))
    found = _lowest_winning(contest, award)
    if found is None:
        return AwardLine(award, None, None, None, shared=False, bars=bars)
    key, reward = found
    needed = _least_score(contest.rulebook, contest.score, key)
    gap = max(Fraction(0), needed - contest.score.score) if contest.score.ranked else needed
    return AwardLine(award, key, needed, gap, reward.tie, bars)


def _lowest_winning(contest: Contest, award: Award) -> tuple[Key, Reward] | None:
    """The lowest place that wins, with what is won there; between two of the tried places nothing changes."""
    probes = _probes(contest)
    if all(known.boundary_tie != "none" for known in contest.rulebook.award):
        losing = bisect_left(probes, 1, key=lambda probe: find_reward(contest, award, probe[1]) is None)
        probes = probes[max(0, losing - 1) : losing]
    lowest = None
    for key, probe in probes:
        reward = find_reward(contest, award, probe)
        if reward is not None:
            lowest = key, reward
        elif not _is_level(contest, key):
            break
    return lowest


def _is_level(contest: Contest, key: Key) -> bool:
    """Whether another unit stands at that very place; where a tie loses, one may win below it."""
    others = (score for unit, score in contest.scores.items() if unit != contest.unit and score.ranked)
    return any(rank_key(contest.rulebook, score) == key for score in others)


def _probes(contest: Contest) -> list[tuple[Key, Score]]:
    """Places the unit might take, best first: just above every other unit, level with it, and at every least score."""
    rulebook, step = contest.rulebook, Fraction(1, 10**contest.rulebook.places)
    ideal = _without_bars(contest)
    worst = (None,) * len(rulebook.tie_break)
    found = {}
    for unit, other in contest.scores.items():
        if unit != contest.unit and other.ranked:
            for score, breaks in ((other.score, other.tie_breaks), _just_above(rulebook, other, step)):
                probe = replace(ideal, score=score, total=score, tie_breaks=breaks)
                found[rank_key(rulebook, probe)] = probe
    for least in (step, *(award.min_score for award in rulebook.award if award.min_score is not None)):
        probe = replace(ideal, score=_printed_at_least(least, rulebook.places), tie_breaks=worst)
        found.setdefault(rank_key(rulebook, probe), probe)
    return sorted(found.items())


def _without_bars(contest: Contest) -> Score:
    criteria = tuple(
        replace(criterion, points=max(criterion.max, criterion.out_of), out_of=max(criterion.max, criterion.out_of))
        for criterion in contest.score.criteria
    )
    volume = max(award.min_volume or 0 for award in contest.rulebook.award)
    clear = replace(contest.score, ranked=True, complete=True, gates=(), floors=())
    return replace(clear, criteria=criteria, volume=max(volume, contest.score.volume))


def _just_above(rulebook: Rulebook, other: Score, step: Fraction) -> tuple[Fraction, tuple[Fraction | None, ...]]:
    """The least figures that stand above the other unit's: its own, the last of them better by a printed step."""
    if not rulebook.tie_break:
        return other.score + step, ()
    sign = 1 if rulebook.tie_break[-1].order == "high" else -1
    last = other.tie_breaks[-1]
    return other.score, (*other.tie_breaks[:-1], -sign * _FAR if last is None else last + sign * step)


def _printed_at_least(limit: Fraction, places: int) -> Fraction:
    """The least printed score that is not below the limit."""
    printed = round_half_up(limit, places)
    return printed if printed >= limit else printed + Fraction(1, 10**places)


def _least_score(rulebook: Rulebook, own: Score, key: Key) -> Fraction:
    """The least printed score that stands at the key or above it with the unit's own tie-breaks."""
    step = Fraction(1, 10**rulebook.places)
    score = -key[0][1] * step
    return score if rank_key(rulebook, replace(own, score=score)) <= key else score + step


def find_reward(contest: Contest, award: Award, score: Score) -> Reward | None:
    """The proposal for the award or a better one that the unit gets with this score; None if it gets none."""
    codes = [known.code for known in contest.rulebook.award]
    good = codes[: codes.index(award.code) + 1]
    rewards = try_score(contest, score, contest.own).rewards
    return next((reward for reward in rewards if reward.award in good), None)


def find_criticism_lines(contest: Contest) -> tuple[CriticismLine, ...]:
    """Every trigger of criticism and how the unit stands to it, in the rulebook's order."""
    return tuple(_criticism_line(contest, rule) for rule in contest.rulebook.criticism)


def _criticism_line(contest: Contest, rule: CriticismRule) -> CriticismLine:
    reasons = criticised_because(contest.rulebook, rule, contest.score, contest.own)
    return CriticismLine(rule, reasons, _room(contest, rule))


def _room(contest: Contest, rule: CriticismRule) -> Fraction | None:
    score, places = contest.score, contest.rulebook.places
    if rule.measure is not None and rule.at_least is not None:
        value = contest.own.measures[rule.measure]
        return None if value is None else abs(rule.at_least - value)
    if not score.ranked:
        return None
    if rule.below_score is not None:
        return abs(score.score - rule.below_score)
    for code, limit in (rule.criterion_below or {}).items():
        criterion = score.criterion(code)
        if criterion.out_of:
            points = round_half_up(criterion.points, places)
            return limit - points if is_below(criterion, limit, places) else points - limit
    return None
