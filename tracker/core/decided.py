"""What the committee decided: the proposed names and its verdicts on them put together.

A proposal is only that. A name is on the decided list once the committee put it there by a verdict that stands: its ballot,
where one is recorded, had a quorum and passed. Later results may leave a verdict without its proposal, or make a tie of it;
such a name is undecided again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from tracker.core.terms import Lists
from tracker.core.voting import Attendance, Ballot, Outcome, Vote, VotingRule, count_vote

REWARD, CRITICISM = "reward", "criticism"


class Verdict(StrEnum):
    """What the committee says of a name: of a proposed one, of one it adds itself, or of one tied for a place."""

    CONFIRMED = "confirmed"
    REMOVED = "removed"
    ADDED = "added"
    CHOSEN = "chosen"
    NOT_CHOSEN = "not_chosen"


PUT_ON = frozenset({Verdict.CONFIRMED, Verdict.ADDED, Verdict.CHOSEN})
NEED_REASON = frozenset({Verdict.REMOVED, Verdict.ADDED, Verdict.NOT_CHOSEN})


class NameState(StrEnum):
    """Where a name stands: on the list by one of three ways, off it by one of three, or still to be decided."""

    UNDECIDED = "undecided"
    CONFIRMED = "confirmed"
    CHOSEN = "chosen"
    ADDED = "added"
    REMOVED = "removed"
    NOT_CHOSEN = "not_chosen"
    FAILED = "failed"  # its ballot did not pass


ON_LIST = frozenset({NameState.CONFIRMED, NameState.CHOSEN, NameState.ADDED})


@dataclass(frozen=True, slots=True, order=True)
class Name:
    """A name of a list: a unit, or an officer of it (`officer`), under an award's or a criticism's code."""

    list: str
    rule: str
    unit: str
    officer: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A name put before the committee; `tie`: it is one of more names than there are places."""

    name: Name
    cluster: str = ""
    tie: bool = False


@dataclass(frozen=True, slots=True)
class TieGroup:
    """Units of one key at the edge of an award's places: the committee chooses who gets them."""

    award: str
    cluster: str
    units: tuple[str, ...]
    places: int


@dataclass(frozen=True, slots=True)
class Ruling:
    """A verdict as it was taken; `id` is 1 or more, `replaces` the earlier verdict it stands for, 0 for none."""

    id: int
    name: Name
    verdict: Verdict
    reason: str = ""
    ballot: Ballot | None = None
    attendance: Attendance | None = None
    replaces: int = 0


@dataclass(frozen=True, slots=True)
class DecidedName:
    """A name, where it stands, and the verdict and vote that put it there; `proposal` None: not, or no longer, proposed."""

    name: Name
    state: NameState
    proposal: Proposal | None
    ruling: Ruling | None = None
    vote: Vote | None = None

    @property
    def on_list(self) -> bool:
        """True if the name is on the decided list."""
        return self.state in ON_LIST


@dataclass(frozen=True, slots=True)
class Decided:
    """Every name there is a proposal or a verdict on, proposals first and in their order, and the ties."""

    names: tuple[DecidedName, ...]
    ties: tuple[TieGroup, ...]

    @property
    def done(self) -> int:
        """How many of the names are decided."""
        return sum(1 for one in self.names if one.state is not NameState.UNDECIDED)

    def find(self, name: Name) -> DecidedName:
        """Where a name stands; one nobody spoke of is undecided and not proposed."""
        found = (one for one in self.names if one.name == name)
        return next(found, DecidedName(name, NameState.UNDECIDED, None))

    def group(self, tie: TieGroup) -> tuple[DecidedName, ...]:
        """The names of a tie."""
        return tuple(self.find(Name(REWARD, tie.award, unit)) for unit in tie.units)

    def places_left(self, tie: TieGroup) -> int:
        """How many of a tie's places nobody has been chosen for; negative: too many were chosen."""
        return tie.places - sum(1 for one in self.group(tie) if one.on_list)


def propose(lists: Lists) -> tuple[Proposal, ...]:
    """The names the rules put forward, in the lists' order."""
    rewards = (Proposal(Name(REWARD, one.award, one.unit), one.cluster, one.tie) for one in lists.reward)
    criticisms = (Proposal(Name(CRITICISM, one.criticism, one.unit), one.cluster) for one in lists.criticism)
    return (*rewards, *criticisms)


def find_ties(lists: Lists) -> tuple[TieGroup, ...]:
    """The ties at an award's edge that are left to the committee."""
    tied = (one for one in lists.reward if one.tie)
    groups = []
    for (award, cluster), found in groupby(tied, key=lambda one: (one.award, one.cluster)):
        rewards = tuple(found)
        notes = (reason for reason in rewards[0].reasons if reason.key == "reward.tie_committee")
        places = next((note.args["places"] for note in notes), 0)
        groups.append(TieGroup(award, cluster, tuple(one.unit for one in rewards), places if isinstance(places, int) else 0))
    return tuple(groups)


def current(rulings: Iterable[Ruling]) -> dict[Name, Ruling]:
    """The verdict on each name that no later one replaced."""
    found = list(rulings)
    replaced = {ruling.replaces for ruling in found}
    return {ruling.name: ruling for ruling in found if ruling.id not in replaced}


def decide(
    proposals: Sequence[Proposal], ties: tuple[TieGroup, ...], rulings: Iterable[Ruling], rule: VotingRule
) -> Decided:
    """Where every proposed and every decided name stands."""
    standing = current(rulings)
    proposed = {proposal.name: proposal for proposal in proposals}
    others = sorted(name for name in standing if name not in proposed and _speaks_alone(standing[name]))
    names = (_stand(name, proposed.get(name), standing, rule) for name in (*proposed, *others))
    return Decided(tuple(names), ties)


def undecided_names(decided: Decided) -> tuple[Name, ...]:
    """The names on which a verdict is missing or no longer holds, ties apart."""
    tied = {Name(REWARD, tie.award, unit) for tie in decided.ties for unit in tie.units}
    return tuple(one.name for one in decided.names if one.state is NameState.UNDECIDED and one.name not in tied)


def undecided_ties(decided: Decided) -> tuple[TieGroup, ...]:
    """The ties with a unit that has no verdict, or with more units chosen than there are places."""
    return tuple(tie for tie in decided.ties if _is_open(decided, tie))


def _is_open(decided: Decided, tie: TieGroup) -> bool:
    group = decided.group(tie)
    return any(one.state is NameState.UNDECIDED for one in group) or decided.places_left(tie) < 0


def _speaks_alone(ruling: Ruling) -> bool:
    """Whether a verdict says something of a name that is not proposed: "not chosen" does not."""
    return ruling.verdict is not Verdict.NOT_CHOSEN


def _stand(name: Name, proposal: Proposal | None, standing: Mapping[Name, Ruling], rule: VotingRule) -> DecidedName:
    ruling = standing.get(name)
    if ruling is None:
        return DecidedName(name, NameState.UNDECIDED, proposal)
    vote = _vote(ruling, rule)
    state = _state(ruling.verdict, proposal)
    if state in ON_LIST and vote is not None and vote.outcome is not Outcome.PASSED:
        state = NameState.FAILED if vote.outcome is Outcome.FAILED else NameState.UNDECIDED
    return DecidedName(name, state, proposal, ruling, vote)


def _vote(ruling: Ruling, rule: VotingRule) -> Vote | None:
    """What the ballot came to; None where none is recorded."""
    if ruling.ballot is None or ruling.attendance is None:
        return None
    return count_vote(rule, ruling.attendance, ruling.ballot)


def _state(verdict: Verdict, proposal: Proposal | None) -> NameState:
    """What a verdict makes of a name as it is proposed now."""
    if verdict is Verdict.REMOVED:
        return NameState.REMOVED
    if proposal is None:
        return NameState.ADDED if verdict is Verdict.ADDED else NameState.UNDECIDED
    if proposal.tie:
        of_ties = {Verdict.CHOSEN: NameState.CHOSEN, Verdict.NOT_CHOSEN: NameState.NOT_CHOSEN}
        return of_ties.get(verdict, NameState.UNDECIDED)
    return NameState.UNDECIDED if verdict is Verdict.NOT_CHOSEN else NameState.CONFIRMED
