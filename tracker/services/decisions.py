"""What the committee has decided on a period: its verdicts beside the proposals, what is open, and the whole as data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Engine, Row, select

from tracker.core.decided import (
    CRITICISM,
    REWARD,
    Decided,
    DecidedName,
    Name,
    Proposal,
    Ruling,
    TieGroup,
    Verdict,
    current,
    decide,
    find_ties,
    propose,
    undecided_names,
    undecided_ties,
)
from tracker.core.terms import Statement
from tracker.core.voting import Ballot, VotingRule, has_quorum
from tracker.services.access import Actor, Verb
from tracker.services.campaign_settings import load_settings
from tracker.services.meetings import DECISION, MeetingState, load_meetings
from tracker.services.permitted import reading_as
from tracker.services.sittings import Sitting, find_sitting
from tracker.services.standings import Board, Question, show_board
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


@dataclass(frozen=True, slots=True)
class OpenQuestions:
    """What keeps a period from being final for the committee's part."""

    ties: tuple[TieGroup, ...]
    names: tuple[Name, ...]
    minutes_missing: bool  # no meeting has them, or one that decided something lacks them
    without_quorum: tuple[int, ...]  # meetings that decided something though too few came

    def __bool__(self) -> bool:
        return bool(self.ties or self.names or self.minutes_missing or self.without_quorum)


@dataclass(frozen=True, slots=True, eq=False)
class Desk:
    """Everything the committee has before it: the result, its rules, meetings, verdicts, and where every name stands."""

    board: Board
    sitting: Sitting
    rule: VotingRule
    meetings: tuple[MeetingState, ...]
    taken: tuple[Taken, ...]
    decided: Decided
    nominations: tuple[Row[Any], ...]
    findings: tuple[Row[Any], ...]

    def meeting(self, number: int | None) -> MeetingState | None:
        """The meeting of that number, None if there is none."""
        return next((meeting for meeting in self.meetings if meeting.id == number), None)

    def verdict(self, one: DecidedName) -> Taken | None:
        """Who took the verdict that holds on a name."""
        return next((taken for taken in self.taken if one.ruling is not None and taken.ruling.id == one.ruling.id), None)

    def cluster(self, unit: str) -> str:
        """The unit's cluster; "" if it does not compete."""
        place = self.board.place(unit)
        return place.score.cluster if place else ""

    @property
    def used_meetings(self) -> tuple[MeetingState, ...]:
        """The meetings whose verdicts hold."""
        numbers = {taken.meeting for taken in self.holding}
        return tuple(meeting for meeting in self.meetings if meeting.id in numbers)

    @property
    def holding(self) -> tuple[Taken, ...]:
        """The verdicts that no later one replaced."""
        holding = {ruling.id for ruling in current(taken.ruling for taken in self.taken).values()}
        return tuple(taken for taken in self.taken if taken.ruling.id in holding)


def name_of_nomination(row: Row[Any]) -> Name:
    """The name a nomination puts forward."""
    return Name(REWARD, row.award, row.unit, row.officer)


def name_of_finding(row: Row[Any]) -> Name:
    """The name a finding puts forward; each finding is a matter of its own, so its number stands for a rule."""
    return Name(CRITICISM, f"finding/{row.id}", row.unit, row.officer)


def show_desk(database: Engine, campaign: str, period: str, today: date, actor: Actor) -> Desk:
    """What the committee has before it, for whoever may decide."""
    with reading_as(database, actor, Verb.DECIDE) as connection:
        find_sitting(connection, campaign, period)
    board = show_board(database, Question(campaign, period), today, actor)
    with reading_as(database, actor, Verb.DECIDE) as connection:
        return load_desk(connection, board)


def load_desk(connection: Connection, board: Board, revision: int | None = None) -> Desk:
    """The same inside a transaction, for a result already computed; `revision` None: the present one."""
    campaign, period = board.setting.campaign.code, board.setting.period.code
    found = find_sitting(connection, campaign, period)
    sitting = found if revision is None else Sitting(campaign, period, revision, found.state)
    settings = load_settings(connection, campaign)
    rule = VotingRule(settings.quorum, settings.pass_share, settings.vote_base)
    meetings = load_meetings(connection, sitting)
    taken = _load_taken(connection, sitting, meetings)
    nominations = _of_period(connection, NOMINATION, sitting, NOMINATION.c.withdrawn_at.is_(None))
    findings = _of_period(connection, FINDING, sitting)
    proposals = (*propose(board.lists), *_propose_officers(nominations, findings))
    decided = decide(proposals, find_ties(board.lists), [one.ruling for one in taken], rule)
    return Desk(board, sitting, rule, meetings, taken, decided, nominations, findings)


def open_questions(connection: Connection, board: Board, revision: int) -> OpenQuestions:
    """What the committee still has to do before the period can be final."""
    desk = load_desk(connection, board, revision)
    used = desk.used_meetings
    return OpenQuestions(
        ties=undecided_ties(desk.decided),
        names=undecided_names(desk.decided),
        minutes_missing=not any(meeting.has_minutes for meeting in desk.meetings)
        or any(not meeting.has_minutes for meeting in used),
        without_quorum=tuple(meeting.id for meeting in used if not has_quorum(desk.rule, meeting.attendance)),
    )


def decisions_document(connection: Connection, board: Board, revision: int) -> dict[str, Any]:
    """The committee's work as canonical plain data: codes, figures and reasons; officers by code, never by name."""
    desk = load_desk(connection, board, revision)
    outcomes = [_name(desk, one) for one in desk.decided.names]
    return {
        "rule": {"quorum": str(desk.rule.quorum), "pass_share": str(desk.rule.pass_share), "base": desk.rule.base},
        "meetings": [_meeting(meeting) for meeting in desk.meetings],
        "decisions": [_decision(taken) for taken in desk.holding],
        "names": [outcome for outcome in outcomes if not outcome["officer"]],
        "ties": [_tie(desk, tie) for tie in desk.decided.ties],
        "nominations": [_nomination(desk, row) for row in desk.nominations],
        "findings": [_finding(desk, row) for row in desk.findings],
    }


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


def _propose_officers(nominations: tuple[Row[Any], ...], findings: tuple[Row[Any], ...]) -> tuple[Proposal, ...]:
    names = (*map(name_of_nomination, nominations), *map(name_of_finding, findings))
    return tuple(Proposal(name) for name in names)


def _meeting(meeting: MeetingState) -> dict[str, Any]:
    record = meeting.record
    return {
        "id": meeting.id,
        "held_on": record.held_on.isoformat(),
        "place": record.place,
        "chair": record.chair,
        "secretary": record.secretary,
        "present": record.present,
        "members": record.members,
        "absent": record.absent,
        "minutes_no": record.minutes_no,
        "minutes_on": record.minutes_on.isoformat() if record.minutes_on else None,
        "note": record.note,
    }


def _decision(taken: Taken) -> dict[str, Any]:
    ruling = taken.ruling
    return {
        "id": ruling.id,
        **_key(ruling.name),
        "verdict": ruling.verdict.value,
        "reason": ruling.reason,
        "meeting": taken.meeting,
        "ballot": _ballot(ruling.ballot),
    }


def _ballot(ballot: Ballot | None) -> dict[str, int] | None:
    if ballot is None:
        return None
    return {"for": ballot.votes_for, "against": ballot.against, "blank": ballot.blank}


def _key(name: Name) -> dict[str, str]:
    return {"list": name.list, "rule": name.rule, "unit": name.unit, "officer": name.officer}


def _name(desk: Desk, one: DecidedName) -> dict[str, Any]:
    """A name's outcome: where it stands, by which decision, and what its vote came to."""
    vote = None
    if one.vote is not None:
        vote = {"outcome": one.vote.outcome.value, "why": _statement(one.vote.why)}
    return {
        **_key(one.name),
        "cluster": desk.cluster(one.name.unit),
        "proposed": one.proposal is not None,
        "tied": one.proposal is not None and one.proposal.tie,
        "state": one.state.value,
        "on_list": one.on_list,
        "decision": one.ruling.id if one.ruling else None,
        "vote": vote,
    }


def _statement(statement: Statement) -> dict[str, Any]:
    return {"key": statement.key, **statement.args}


def _tie(desk: Desk, tie: TieGroup) -> dict[str, Any]:
    chosen = [one.name.unit for one in desk.decided.group(tie) if one.on_list]
    return {
        "award": tie.award,
        "cluster": tie.cluster,
        "units": list(tie.units),
        "places": tie.places,
        "chosen": chosen,
    }


def _nomination(desk: Desk, row: Row[Any]) -> dict[str, Any]:
    outcome = _name(desk, desk.decided.find(name_of_nomination(row)))
    said = sha256(row.achievement.encode()).hexdigest()
    return {"id": row.id, **outcome, "achievement_sha256": said}


def _finding(desk: Desk, row: Row[Any]) -> dict[str, Any]:
    outcome = _name(desk, desk.decided.find(name_of_finding(row)))
    said = {"basis": row.basis, "found_on": row.found_on.isoformat()}
    return {"id": row.id, **outcome, **said, "finding_sha256": sha256(row.finding.encode()).hexdigest()}
