"""Secret ballots: what the votes on a name come to, by the campaign's quorum and share of votes. Counts only, exact."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil

from tracker.core.terms import Statement

PRESENT, MEMBERS = "present", "members"


class Outcome(StrEnum):
    """What a ballot came to; without a quorum the votes do not count."""

    PASSED = "passed"
    FAILED = "failed"
    NO_QUORUM = "no_quorum"


@dataclass(frozen=True, slots=True)
class VotingRule:
    """The least share of the members who must be present, and of the votes that carries; `base`: whose votes those are."""

    quorum: Fraction
    pass_share: Fraction
    base: str = PRESENT


@dataclass(frozen=True, slots=True)
class Attendance:
    """How many members there are and how many of them came."""

    present: int
    members: int


@dataclass(frozen=True, slots=True)
class Ballot:
    """How many voted for a name, against it, or left the paper blank."""

    votes_for: int
    against: int = 0
    blank: int = 0

    @property
    def cast(self) -> int:
        """The papers in the box."""
        return self.votes_for + self.against + self.blank


@dataclass(frozen=True, slots=True)
class Vote:
    """What a ballot came to, and why."""

    outcome: Outcome
    why: Statement


def fits(ballot: Ballot, attendance: Attendance) -> bool:
    """True if no count is negative and no more papers were cast than members came."""
    counts = (ballot.votes_for, ballot.against, ballot.blank)
    return min(counts) >= 0 and ballot.cast <= attendance.present


def needed_present(rule: VotingRule, members: int) -> int:
    """How many members must be present."""
    return ceil(rule.quorum * members)


def has_quorum(rule: VotingRule, attendance: Attendance) -> bool:
    """True if enough members came."""
    return attendance.present >= needed_present(rule, attendance.members)


def needed_votes(rule: VotingRule, attendance: Attendance) -> int:
    """How many votes carry a name; never none."""
    base = attendance.members if rule.base == MEMBERS else attendance.present
    return max(1, ceil(rule.pass_share * base))


def count_vote(rule: VotingRule, attendance: Attendance, ballot: Ballot) -> Vote:
    """What the ballot comes to. Papers not cast count as votes withheld: the base is the members, not the papers."""
    if not has_quorum(rule, attendance):
        return Vote(Outcome.NO_QUORUM, say_quorum(rule, attendance))
    needed = needed_votes(rule, attendance)
    outcome = Outcome.PASSED if ballot.votes_for >= needed else Outcome.FAILED
    of = attendance.members if rule.base == MEMBERS else attendance.present
    args = {"votes": ballot.votes_for, "of": of, "needed": needed, "share": str(rule.pass_share)}
    base = MEMBERS if rule.base == MEMBERS else PRESENT
    return Vote(outcome, Statement(f"ballot.{outcome}_{base}", args))


def say_quorum(rule: VotingRule, attendance: Attendance) -> Statement:
    """Whether enough members came, with the figures."""
    key = "meeting.quorum" if has_quorum(rule, attendance) else "meeting.no_quorum"
    needed = needed_present(rule, attendance.members)
    args = {"present": attendance.present, "members": attendance.members, "needed": needed, "share": str(rule.quorum)}
    return Statement(key, args)
