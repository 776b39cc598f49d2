"""The committee's work as plain data for machines and for the command line's tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tracker.core.decided import DecidedName, undecided_ties
from tracker.services.decisions import Desk
from tracker.services.meetings import MeetingState
from tracker.services.nominations import Individual
from tracker.services.outcomes import Answer
from tracker.text import Language, say, say_statement


def answer_desk(desk: Desk, language: Language) -> Answer:
    """Every name with its state, verdict and vote, the ties that are open, and how far the committee has come."""
    decided = desk.decided
    return {
        "campaign": desk.papers.sitting.campaign,
        "period": desk.papers.sitting.period,
        "revision": desk.papers.sitting.revision,
        "state": desk.papers.sitting.state,
        "decided": decided.done,
        "of": len(decided.names),
        "names": [_name(desk, one, language) for one in decided.names],
        "open_ties": [
            {"award": tie.award, "cluster": tie.cluster, "units": list(tie.units), "places": tie.places}
            for tie in undecided_ties(decided)
        ],
    }


def answer_meetings(meetings: Iterable[MeetingState]) -> Answer:
    """The meetings with the version an edit has to name."""
    return {
        "meetings": [
            {
                "id": meeting.id,
                "version": meeting.version,
                "held_on": meeting.record.held_on.isoformat(),
                "place": meeting.record.place,
                "chair": meeting.record.chair,
                "secretary": meeting.record.secretary,
                "present": meeting.record.present,
                "members": meeting.record.members,
                "absent": meeting.record.absent,
                "minutes_no": meeting.record.minutes_no,
                "minutes_on": meeting.record.minutes_on.isoformat() if meeting.record.minutes_on else None,
                "note": meeting.record.note,
            }
            for meeting in meetings
        ]
    }


def answer_individuals(individuals: Iterable[Individual], language: Language) -> Answer:
    """Nominations and findings with the officers' own figures."""
    return {
        "individuals": [
            {
                "id": one.id,
                "list": one.name.list,
                "rule": one.name.rule,
                "unit": one.name.unit,
                "officer": one.name.officer,
                "name": one.full_name,
                "title": one.title,
                "said": one.said,
                "state": state_of(one),
                "state_text": say(language, f"name.{state_of(one)}"),
                "handled": one.figures.handled,
                "on_time": one.figures.on_time,
                "late": one.figures.late,
                "overdue": one.figures.overdue,
                "supplements": one.figures.supplements,
            }
            for one in individuals
        ]
    }


def state_of(one: Individual) -> str:
    """Where an officer stands, as far as whoever asks may know."""
    if one.withdrawn:
        return "withdrawn"
    if one.outcome is not None:
        return one.outcome.state.value
    return "decided" if one.decided else "waiting"


def desk_rows(answer: Answer) -> list[list[Any]]:
    """The names as rows for people, a header above."""
    heads = ["list", "rule", "cluster", "unit", "officer", "tie", "state", "decision", "reason"]
    return [heads, *([name[head] for head in heads] for name in answer["names"])]


def _name(desk: Desk, one: DecidedName, language: Language) -> Answer:
    office = desk.board.offices.get(one.name.unit)
    taken = desk.papers.verdict(one)
    ballot = one.ruling.ballot if one.ruling else None
    return {
        "list": one.name.list,
        "rule": one.name.rule,
        "cluster": desk.cluster(one.name.unit),
        "unit": one.name.unit,
        "name": office.name if office else one.name.unit,
        "officer": one.name.officer,
        "tie": one.proposal is not None and one.proposal.tie,
        "state": one.state.value,
        "on_list": one.on_list,
        "decision": taken.ruling.id if taken else None,
        "meeting": taken.meeting if taken else None,
        "made_by": taken.made_by if taken else None,
        "reason": one.ruling.reason if one.ruling else "",
        "votes": [ballot.votes_for, ballot.against, ballot.blank] if ballot else None,
        "vote": say_statement(language, one.vote.why) if one.vote else None,
    }
