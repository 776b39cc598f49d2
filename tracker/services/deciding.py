"""Deciding on names: one verdict at a time, all that are left at once, or a tie; every verdict is written once.

The result decided on is computed outside the lock; if it was adjusted by the time the lock is held, it is computed anew.
Of two people deciding on one name at once the first wins, and the other is told who that was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine

from tracker.core.decided import CRITICISM, NEED_REASON, PUT_ON, REWARD, Name, NameState, Proposal, TieGroup, Verdict
from tracker.core.problems import Problem, RefusedError, UsageError
from tracker.core.voting import Ballot, fits, has_quorum, needed_present
from tracker.services.access import Verb
from tracker.services.act import Act
from tracker.services.audit import Plain
from tracker.services.decisions import Desk, is_newest, load_desk, show_desk, working
from tracker.services.meetings import DECISION, MeetingState, find_meeting
from tracker.services.permitted import reading_as, writing_as
from tracker.services.seals import insert_sealed
from tracker.services.sittings import problem, refusal, require_sitting
from tracker.services.standings import Board, show_board
from tracker.store.publishing import bump_version
from tracker.store.tables import now_as_stored

_TRIES = 5
_REASON = 2_000  # characters


@dataclass(frozen=True, slots=True)
class Session:
    """On which period the committee decides, and at which meeting."""

    campaign: str
    period: str
    meeting: int


@dataclass(frozen=True, slots=True)
class Deciding:
    """A verdict to be taken on a name; `replaces` is the verdict it was seen to have, 0 for none.

    Whoever is put on a list needs a ballot; a removal and an unlucky tie may have one.
    """

    name: Name
    verdict: Verdict
    reason: str = ""
    ballot: Ballot | None = None
    replaces: int = 0


@dataclass(frozen=True, slots=True)
class TieChoice:
    """How a tie is to end: the ballots of those chosen, why the others are not, and the verdicts these replace, if any."""

    award: str
    cluster: str
    chosen: Mapping[str, Ballot | None]  # None: nobody counted, which is refused
    reason: str
    ballots: Mapping[str, Ballot] = field(default_factory=dict)  # of those not chosen, where they were voted on
    replaces: Mapping[str, int] = field(default_factory=dict)


def decide_names(database: Engine, session: Session, wanted: Sequence[Deciding], act: Act) -> int:
    """Take verdicts, all of them or none; returns how many. RefusedError with everything that is wrong with them."""
    for _ in range(_TRIES):
        with reading_as(database, act.actor, Verb.DECIDE) as connection:
            require_sitting(connection, session.campaign, session.period)
        board = show_board(database, working(session.campaign, session.period), act.today, act.actor)
        with writing_as(database, act, Verb.DECIDE) as connection:
            if is_newest(connection, board, act.actor):
                _take(connection, board, session, wanted, act)
                return len(wanted)
    raise refusal("result_moved")


def confirm_names(database: Engine, session: Session, names: Sequence[Name], act: Act) -> int:
    """Confirm proposed names nobody decided on yet, each by the votes of everybody present; returns how many."""
    with reading_as(database, act.actor, Verb.DECIDE) as connection:
        sitting = require_sitting(connection, session.campaign, session.period)
        meeting = find_meeting(connection, sitting, session.meeting)
    unanimous = Ballot(meeting.record.present)
    return decide_names(database, session, [Deciding(name, Verdict.CONFIRMED, "", unanimous) for name in names], act)


def resolve_tie(database: Engine, session: Session, choice: TieChoice, act: Act) -> int:
    """Give a tie's places to the chosen; every other unit of it is told the reason. Returns how many were decided on."""
    tie = _find_tie(show_desk(database, session.campaign, session.period, act.today, act.actor), choice)
    wanted = []
    for unit in tie.units:
        chosen = unit in choice.chosen
        verdict = Verdict.CHOSEN if chosen else Verdict.NOT_CHOSEN
        ballot = choice.chosen.get(unit) or choice.ballots.get(unit)
        name, reason = Name(REWARD, tie.award, unit), "" if chosen else choice.reason
        wanted.append(Deciding(name, verdict, reason, ballot, choice.replaces.get(unit, 0)))
    return decide_names(database, session, wanted, act)


def _find_tie(desk: Desk, choice: TieChoice) -> TieGroup:
    for tie in desk.decided.ties:
        if (tie.award, tie.cluster) == (choice.award, choice.cluster):
            if strangers := sorted(set(choice.chosen) - set(tie.units)):
                raise refusal("not_in_tie", strangers[0], units=_names(desk, tie))
            return tie
    raise UsageError("unknown_tie", award=choice.award, cluster=choice.cluster)


def _take(connection: Connection, board: Board, session: Session, wanted: Sequence[Deciding], act: Act) -> None:
    """Check the verdicts against what holds now, write them, and look at what they come to together."""
    sitting = require_sitting(connection, session.campaign, session.period)
    meeting = find_meeting(connection, sitting, session.meeting)
    desk = load_desk(connection, board)
    if not has_quorum(desk.papers.rule, meeting.attendance):
        needed = needed_present(desk.papers.rule, meeting.record.members)
        raise refusal("no_quorum", present=meeting.record.present, members=meeting.record.members, needed=needed)
    if problems := [wrong for one in wanted for wrong in _wrong(desk, meeting, one)]:
        raise RefusedError(problems)
    for one in wanted:
        _insert(connection, desk, session, one, act)
    _require_places(load_desk(connection, board), wanted)
    bump_version(connection)


def _wrong(desk: Desk, meeting: MeetingState, one: Deciding) -> list[Problem]:
    """What is wrong with a verdict; UsageError where there is no such name at all."""
    known = desk.decided.find(one.name)
    taken = desk.papers.verdict(known)
    if (taken.ruling.id if taken else 0) != one.replaces:
        by, verdict = (taken.made_by, taken.ruling.verdict.value) if taken else ("", "")
        code = "decided_meanwhile" if taken else "verdict_gone"
        return [problem(code, _who(desk, one.name), actor=by, verdict=verdict)]
    if taken is None and known.proposal is None:
        _require_known(desk, one.name)
    wrong = [] if one.verdict in _fitting(known.proposal, decided=taken is not None) else [_unfit(desk, one, known.proposal)]
    if one.verdict in NEED_REASON and not one.reason.strip():
        wrong.append(problem("verdict_needs_reason", _who(desk, one.name), verdict=one.verdict.value))
    if len(one.reason) > _REASON:
        wrong.append(problem("verdict_reason_too_long", _who(desk, one.name), limit=_REASON))
    return wrong + _wrong_ballot(desk, meeting, one)


def _wrong_ballot(desk: Desk, meeting: MeetingState, one: Deciding) -> list[Problem]:
    if one.ballot is None:
        return [problem("verdict_needs_ballot", _who(desk, one.name))] if one.verdict in PUT_ON else []
    if not fits(one.ballot, meeting.attendance):
        present = meeting.record.present
        return [problem("ballot_impossible", _who(desk, one.name), cast=one.ballot.cast, present=present)]
    return []


def _fitting(proposal: Proposal | None, *, decided: bool) -> frozenset[Verdict]:
    """The verdicts that suit a name as it is proposed; one no longer proposed can be taken off or kept by exception."""
    if proposal is None:
        return frozenset({Verdict.ADDED, Verdict.REMOVED} if decided else {Verdict.ADDED})
    if proposal.tie:
        return frozenset({Verdict.CHOSEN, Verdict.NOT_CHOSEN})
    return frozenset({Verdict.CONFIRMED, Verdict.REMOVED})


def _unfit(desk: Desk, one: Deciding, proposal: Proposal | None) -> Problem:
    if one.name.officer and proposal is None:
        code = "officer_not_nominated" if one.name.list == REWARD else "officer_without_finding"
        return problem(code, _who(desk, one.name))
    kind = "none" if proposal is None else ("tie" if proposal.tie else "plain")
    return problem(f"verdict_unfit_{kind}", _who(desk, one.name), verdict=one.verdict.value)


def _require_known(desk: Desk, name: Name) -> None:
    """An added name is a competing unit under one of the rulebook's own rules; an officer is never merely added."""
    rulebook = desk.board.setting.rulebook.rulebook
    if name.officer:
        raise refusal("officer_not_nominated" if name.list == REWARD else "officer_without_finding", _who(desk, name))
    rules = {REWARD: [one.code for one in rulebook.award], CRITICISM: [one.code for one in rulebook.criticism]}
    if name.rule not in rules.get(name.list, []):
        raise UsageError("unknown_rule", rule=name.rule, known=", ".join(rules.get(name.list, [])))
    if desk.board.place(name.unit) is None:
        raise UsageError("unknown_unit", unit=name.unit, campaign=desk.papers.sitting.campaign)


def _require_places(desk: Desk, wanted: Sequence[Deciding]) -> None:
    """No tie gives more places than there are, and no unit or officer stands on the reward list twice."""
    touched = {one.name for one in wanted}
    for tie in desk.decided.ties:
        if desk.decided.places_left(tie) < 0 and touched & {Name(REWARD, tie.award, unit) for unit in tie.units}:
            raise refusal("too_many_chosen", units=_names(desk, tie), places=tie.places)
    for one in desk.decided.names:
        if one.name not in touched or one.name.list != REWARD or not one.on_list:
            continue
        person = (one.name.unit, one.name.officer)
        for other in desk.decided.names:
            standing = other.on_list or (other.state is NameState.UNDECIDED and other.proposal is not None)
            same = other.name.list == REWARD and (other.name.unit, other.name.officer) == person
            if same and standing and other.name != one.name:
                raise refusal("rewarded_already", _who(desk, one.name), award=_title(desk, other.name.rule))


def _who(desk: Desk, name: Name) -> str:
    """The unit as people know it, and the officer by code."""
    office = desk.board.offices.get(name.unit)
    unit = f"{office.name} ({office.code})" if office else name.unit
    return f"{unit}, {name.officer}" if name.officer else unit


def _title(desk: Desk, award: str) -> Mapping[str, str]:
    titles = {one.code: one.title for one in desk.board.setting.rulebook.rulebook.award}
    return titles[award]


def _names(desk: Desk, tie: TieGroup) -> str:
    return ", ".join(_who(desk, Name(REWARD, tie.award, unit)) for unit in tie.units)


def _insert(connection: Connection, desk: Desk, session: Session, one: Deciding, act: Act) -> None:
    name, ballot = one.name, one.ballot
    row = {
        "campaign": session.campaign,
        "period": session.period,
        "revision": desk.papers.sitting.revision,
        "list_name": name.list,
        "rule": name.rule,
        "unit": name.unit,
        "officer": name.officer,
        "verdict": one.verdict.value,
        "reason": one.reason.strip(),
        "meeting": session.meeting,
        "votes_for": ballot.votes_for if ballot else None,
        "votes_against": ballot.against if ballot else None,
        "votes_blank": ballot.blank if ballot else None,
        "replaces": one.replaces,
        "made_by": act.actor,
        "made_at": now_as_stored(act.now),
    }
    said: dict[str, Plain] = {
        **{"list": name.list, "rule": name.rule, "unit": name.unit, "period": session.period},
        **{"verdict": one.verdict.value, "meeting": session.meeting, "replaces": one.replaces},
    }
    # The log is never erased: what is said of a person stays out of it, the row's digest holds it fast all the same.
    reason = None if name.officer else one.reason.strip() or None
    insert_sealed(connection, act, DECISION, row, "decide", said=said, reason=reason)
