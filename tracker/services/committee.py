"""What the committee works with besides a period's result: its rules, meetings and verdicts, and officers put before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from tracker.core.decided import (
    CRITICISM,
    REWARD,
    Decided,
    DecidedName,
    Name,
    Proposal,
    Ruling,
    Verdict,
    current,
    decide,
)
from tracker.core.voting import Ballot, VotingRule
from tracker.services.campaign_settings import load_settings
from tracker.services.meetings import DECISION, MeetingState, load_meetings
from tracker.services.sittings import Sitting, find_sitting
from tracker.store.decision_tables import Finding, Nomination

NOMINATION = Nomination.__table__  # type: ignore[attr-defined]
FINDING = Finding.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Taken:
    """Who took a verdict, when, and at which meeting."""

    ruling: Ruling
    meeting: int | None
    made_by: str
    made_at: datetime


@dataclass(frozen=True, slots=True, eq=False)
class Papers:
    """What the committee has on its table besides the result: its rules, meetings, verdicts, and officers put before it."""

    sitting: Sitting
    rule: VotingRule
    meetings: tuple[MeetingState, ...]
    taken: tuple[Taken, ...]
    nominations: tuple[Row[Any], ...]
    findings: tuple[Row[Any], ...]

    def meeting(self, number: int | None) -> MeetingState | None:
        """The meeting of that number, None if there is none."""
        return next((meeting for meeting in self.meetings if meeting.id == number), None)

    def verdict(self, one: DecidedName) -> Taken | None:
        """Who took the verdict that holds on a name."""
        return next((taken for taken in self.taken if one.ruling is not None and taken.ruling.id == one.ruling.id), None)

    @property
    def holding(self) -> tuple[Taken, ...]:
        """The verdicts that no later one replaced."""
        holding = {ruling.id for ruling in current(taken.ruling for taken in self.taken).values()}
        return tuple(taken for taken in self.taken if taken.ruling.id in holding)

    @property
    def used_meetings(self) -> tuple[MeetingState, ...]:
        """The meetings whose verdicts hold."""
        numbers = {taken.meeting for taken in self.holding}
        return tuple(meeting for meeting in self.meetings if meeting.id in numbers)

    @property
    def officers(self) -> tuple[Proposal, ...]:
        """The officers put before the committee: nominated ones, and those there is a finding against."""
        names = (*map(name_of_nomination, self.nominations), *map(name_of_finding, self.findings))
        return tuple(Proposal(name) for name in names)

    def decide_officers(self) -> Decided:
        """Where the officers stand; units apart."""
        rulings = [taken.ruling for taken in self.taken if taken.ruling.name.officer]
        return decide(self.officers, (), rulings, self.rule)


def load_papers(connection: Connection, campaign: str, period: str, revision: int | None = None) -> Papers:
    """What there is besides the result."""
    found = find_sitting(connection, campaign, period)
    sitting = found if revision is None else Sitting(campaign, period, revision, found.state)
    settings = load_settings(connection, campaign)
    rule = VotingRule(settings.quorum, settings.pass_share, settings.vote_base)
    meetings = load_meetings(connection, sitting)
    nominations = _of_period(connection, NOMINATION, sitting, NOMINATION.c.withdrawn_at.is_(None))
    taken = _load_taken(connection, sitting, meetings)
    return Papers(sitting, rule, meetings, taken, nominations, _of_period(connection, FINDING, sitting))


def name_of_nomination(row: Row[Any]) -> Name:
    """The name a nomination puts forward."""
    return Name(REWARD, row.award, row.unit, row.officer)


def name_of_finding(row: Row[Any]) -> Name:
    """The name a finding puts forward; each finding is a matter of its own, so its number stands for a rule."""
    return Name(CRITICISM, f"finding/{row.id}", row.unit, row.officer)


def _load_taken(connection: Connection, sitting: Sitting, meetings: tuple[MeetingState, ...]) -> tuple[Taken, ...]:
    attendance = {meeting.id: meeting.attendance for meeting in meetings}
    taken = []
    for row in _of_period(connection, DECISION, sitting, DECISION.c.revision == sitting.revision):
        ballot = None
        if row.votes_for is not None:
            ballot = Ballot(row.votes_for, row.votes_against or 0, row.votes_blank or 0)
        name = Name(row.list_name, row.rule, row.unit, row.officer)
        came = attendance.get(row.meeting)
        ruling = Ruling(row.id, name, Verdict(row.verdict), row.reason, ballot, came, row.replaces)
        taken.append(Taken(ruling, row.meeting, row.made_by, row.made_at))
    return tuple(taken)


def _of_period(connection: Connection, table: Any, sitting: Sitting, *more: Any) -> tuple[Row[Any], ...]:
    chosen = (table.c.campaign == sitting.campaign, table.c.period == sitting.period, *more)
    return tuple(connection.execute(select(table).where(*chosen).order_by(table.c.id)))
