"""What the committee has decided on a period: its verdicts beside the proposals, what is open, and the whole as data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Engine, Row

from tracker.core.decided import (
    Decided,
    DecidedName,
    Name,
    TieGroup,
    decide,
    find_ties,
    propose,
    undecided_names,
    undecided_ties,
)
from tracker.core.terms import Statement
from tracker.core.voting import Ballot, has_quorum
from tracker.services.access import Actor, Verb
from tracker.services.committee import Papers, Taken, load_papers, name_of_finding, name_of_nomination
from tracker.services.meetings import MeetingState
from tracker.services.permitted import reading_as
from tracker.services.sittings import find_sitting
from tracker.services.standings import WORKING, Board, Question, find_result, show_board


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
    """Everything the committee has before it: the result, its papers, and where every name stands."""

    board: Board
    papers: Papers
    decided: Decided

    def cluster(self, unit: str) -> str:
        """The unit's cluster; "" if it does not compete."""
        place = self.board.place(unit)
        return place.score.cluster if place else ""


def working(campaign: str, period: str) -> Question:
    """The result the committee decides on: what was frozen with every adjustment so far."""
    return Question(campaign, period, None, WORKING)


def is_newest(connection: Connection, board: Board, actor: Actor) -> bool:
    """True if the board is still the result to decide on."""
    setting = board.setting
    newest = find_result(connection, actor, working(setting.campaign.code, setting.period.code))
    return newest == (setting.result.id if setting.result else None)


def show_desk(database: Engine, campaign: str, period: str, today: date, actor: Actor) -> Desk:
    """What the committee has before it, for whoever may decide."""
    with reading_as(database, actor, Verb.DECIDE) as connection:
        find_sitting(connection, campaign, period)
    board = show_board(database, working(campaign, period), today, actor)
    with reading_as(database, actor, Verb.DECIDE) as connection:
        return load_desk(connection, board)


def load_desk(connection: Connection, board: Board, revision: int | None = None) -> Desk:
    """The same inside a transaction, for a result already computed; `revision` None: the present one."""
    return lay_out(board, load_papers(connection, board.setting.campaign.code, board.setting.period.code, revision))


def lay_out(board: Board, papers: Papers) -> Desk:
    """A result and what the committee has besides, and where every name stands by them."""
    rulings = [one.ruling for one in papers.taken]
    decided = decide((*propose(board.lists), *papers.officers), find_ties(board.lists), rulings, papers.rule)
    return Desk(board, papers, decided)


def open_questions(connection: Connection, board: Board, revision: int) -> OpenQuestions:
    """What the committee still has to do before the period can be final."""
    desk = load_desk(connection, board, revision)
    papers = desk.papers
    used = papers.used_meetings
    return OpenQuestions(
        ties=undecided_ties(desk.decided),
        names=undecided_names(desk.decided),
        minutes_missing=not any(meeting.has_minutes for meeting in papers.meetings)
        or any(not meeting.has_minutes for meeting in used),
        without_quorum=tuple(meeting.id for meeting in used if not has_quorum(papers.rule, meeting.attendance)),
    )


def decisions_document(connection: Connection, board: Board, revision: int) -> dict[str, Any]:
    """The committee's work as canonical plain data: codes, figures and reasons; officers by code, never by name."""
    desk = load_desk(connection, board, revision)
    papers, rule = desk.papers, desk.papers.rule
    outcomes = [_name(desk, one) for one in desk.decided.names]
    return {
        "rule": {"quorum": str(rule.quorum), "pass_share": str(rule.pass_share), "base": rule.base},
        "meetings": [_meeting(meeting) for meeting in papers.meetings],
        "decisions": [_decision(taken) for taken in papers.holding],
        "names": [outcome for outcome in outcomes if not outcome["officer"]],
        "ties": [_tie(desk, tie) for tie in desk.decided.ties],
        "nominations": [_nomination(desk, row) for row in papers.nominations],
        "findings": [_finding(desk, row) for row in papers.findings],
    }


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
