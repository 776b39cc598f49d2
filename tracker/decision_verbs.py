"""The committee's verbs of the command line: meetings, verdicts, ties, nominations and findings."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from tracker.arguments import DONE, Arguments, act_of, actor_of, print_json, today_of
from tracker.core.decided import CRITICISM, REWARD, Name, Verdict, undecided_names
from tracker.core.problems import UsageError
from tracker.core.voting import Ballot
from tracker.services import running, tabulate
from tracker.services.deciding import Deciding, Session, TieChoice, confirm_names, decide_names, resolve_tie
from tracker.services.decision_answers import answer_desk, answer_individuals, answer_meetings, desk_rows
from tracker.services.decisions import Desk, show_desk
from tracker.services.meetings import MeetingRecord, MeetingState, edit_meeting, list_meetings, record_meeting
from tracker.services.nominations import (
    NewFinding,
    NewNomination,
    list_individuals,
    nominate,
    record_finding,
    withdraw_nomination,
)
from tracker.text import say

_RECORDED = ("held_on", "place", "chair", "secretary", "present", "members", "absent", "minutes_no", "minutes_on", "note")


def meeting_add(arguments: Arguments) -> int:
    """Record a meeting."""
    record = MeetingRecord(**_given(arguments))
    meeting = record_meeting(running.database(), arguments.campaign, arguments.period, record, act_of(arguments))
    print(say(arguments.language, "cli.meeting_added", meeting=meeting))
    return DONE


def meeting_edit(arguments: Arguments) -> int:
    """Put a meeting's record right: what is not named stays."""
    for meeting in _meetings(arguments):
        if meeting.id == arguments.id:
            record = replace(meeting.record, **_given(arguments))
            edit_meeting(running.database(), meeting.id, arguments.version or meeting.version, record, act_of(arguments))
            print(say(arguments.language, "cli.meeting_edited", meeting=meeting.id))
            return DONE
    raise UsageError("unknown_meeting", meeting=arguments.id, period=arguments.period)


def meeting_list(arguments: Arguments) -> int:
    """The meetings on a period."""
    answer = answer_meetings(_meetings(arguments))
    heads = ["id", "version", "held_on", "place", "chair", "secretary", "present", "members", "minutes_no", "minutes_on"]
    _print(arguments, answer, [heads, *([meeting[head] for head in heads] for meeting in answer["meetings"])])
    return DONE


def decide_list(arguments: Arguments) -> int:
    """Where every name stands."""
    desk = _desk(arguments)
    answer = answer_desk(desk, arguments.language)
    _print(arguments, answer, desk_rows(answer))
    if not arguments.json:
        print(say(arguments.language, "decide.progress", n=desk.decided.done, total=len(desk.decided.names)))
    return DONE


def decide_confirm(arguments: Arguments) -> int:
    """Confirm a proposed name by its ballot, or all that are left by everybody present."""
    if arguments.all:
        names = [name for name in undecided_names(_desk(arguments).decided) if arguments.list in (None, name.list)]
        return _told(arguments, confirm_names(running.database(), _session(arguments), names, act_of(arguments)))
    return _decide(arguments, Verdict.CONFIRMED)


def decide_remove(arguments: Arguments) -> int:
    """Take a name off its list, with a reason."""
    return _decide(arguments, Verdict.REMOVED)


def decide_add(arguments: Arguments) -> int:
    """Add a name by exception, with a reason."""
    return _decide(arguments, Verdict.ADDED)


def decide_tie(arguments: Arguments) -> int:
    """Give a tie's places to the chosen units."""
    chosen = dict(_unit_ballot(text) for text in arguments.chosen)
    desk = _desk(arguments)
    names = (desk.decided.find(Name(REWARD, arguments.award, unit)) for unit in desk.board.offices)
    seen = {one.name.unit: one.ruling.id for one in names if one.ruling is not None}
    choice = TieChoice(arguments.award, arguments.cluster, chosen, arguments.reason, replaces=seen)
    return _told(arguments, resolve_tie(running.database(), _session(arguments), choice, act_of(arguments)))


def nomination_add(arguments: Arguments) -> int:
    """Nominate an officer."""
    said = {name: getattr(arguments, name) for name in ("unit", "officer", "name", "title", "award", "achievement")}
    where = (running.database(), arguments.campaign, arguments.period)
    print(say(arguments.language, "cli.nominated", nomination=nominate(*where, NewNomination(**said), act_of(arguments))))
    return DONE


def nomination_withdraw(arguments: Arguments) -> int:
    """Take a nomination back."""
    withdraw_nomination(running.database(), arguments.id, act_of(arguments))
    print(say(arguments.language, "cli.nomination_withdrawn", nomination=arguments.id))
    return DONE


def nomination_list(arguments: Arguments) -> int:
    """Nominations and findings with the officers' own figures."""
    where = (running.database(), arguments.campaign, arguments.period)
    answer = answer_individuals(list_individuals(*where, today_of(arguments), actor_of(arguments)), arguments.language)
    heads = [
        "id",
        "list",
        "rule",
        "unit",
        "officer",
        "name",
        "state",
        "handled",
        "on_time",
        "late",
        "overdue",
        "supplements",
    ]
    _print(arguments, answer, [heads, *([one[head] for head in heads] for one in answer["individuals"])])
    return DONE


def finding_add(arguments: Arguments) -> int:
    """Record a personal finding against an officer."""
    said = {name: getattr(arguments, name) for name in ("unit", "officer", "name", "finding", "basis", "found_on")}
    where = (running.database(), arguments.campaign, arguments.period)
    print(
        say(arguments.language, "cli.finding_added", finding=record_finding(*where, NewFinding(**said), act_of(arguments)))
    )
    return DONE


def _decide(arguments: Arguments, verdict: Verdict) -> int:
    """Take one verdict; the one it replaces is the present one unless another is named."""
    if not (arguments.list and arguments.rule and arguments.unit):
        raise UsageError("name_needed")
    name = Name(arguments.list, arguments.rule, arguments.unit, arguments.officer)
    replaces = arguments.replaces
    if replaces is None:
        ruling = _desk(arguments).decided.find(name).ruling
        replaces = ruling.id if ruling else 0
    deciding = Deciding(name, verdict, arguments.reason or "", _ballot(arguments.votes), replaces)
    return _told(arguments, decide_names(running.database(), _session(arguments), [deciding], act_of(arguments)))


def _told(arguments: Arguments, decided: int) -> int:
    print(say(arguments.language, "cli.decided", n=decided))
    return DONE


def _ballot(text: str | None) -> Ballot | None:
    """FOR, FOR/AGAINST or FOR/AGAINST/BLANK as a ballot."""
    if text is None:
        return None
    parts = text.split("/")
    if len(parts) > 3 or not all(part.isascii() and part.isdigit() for part in parts):
        raise UsageError("bad_votes", value=text)
    return Ballot(*map(int, parts))


def _unit_ballot(text: str) -> tuple[str, Ballot]:
    unit, _, votes = text.partition("=")
    ballot = _ballot(votes or None)
    if ballot is None:
        raise UsageError("bad_votes", value=text)
    return unit, ballot


def _given(arguments: Arguments) -> dict[str, Any]:
    return {name: value for name in _RECORDED if (value := getattr(arguments, name)) is not None}


def _meetings(arguments: Arguments) -> tuple[MeetingState, ...]:
    return list_meetings(running.database(), arguments.campaign, arguments.period, actor_of(arguments))


def _desk(arguments: Arguments) -> Desk:
    return show_desk(running.database(), arguments.campaign, arguments.period, today_of(arguments), actor_of(arguments))


def _session(arguments: Arguments) -> Session:
    return Session(arguments.campaign, arguments.period, arguments.meeting)


def _print(arguments: Arguments, answer: dict[str, Any], rows: list[list[Any]]) -> None:
    if arguments.json:
        print_json(answer)
    else:
        print(tabulate.table(rows))


Adding = Callable[..., argparse.ArgumentParser]


def add_committee_verbs(top: Any, group: Callable[..., Any], verb: Adding, day: Callable[[str], date]) -> None:
    """Put the committee's verbs under the command line's; `group`, `verb` and `day` are its own ways to add and read."""
    meeting = group(top, "meeting", "the committee's meetings")
    _record_arguments(_period(verb(meeting, "add", meeting_add, "record a meeting")), day, required=True)
    edit = _period(verb(meeting, "edit", meeting_edit, "put a meeting's record right, or add its minutes"))
    edit.add_argument("id", type=int, metavar="ID")
    edit.add_argument("--version", type=int, metavar="N", help="the version that was read (default: the present one)")
    _record_arguments(edit, day, required=False)
    _period(verb(meeting, "list", meeting_list, "list the meetings")).add_argument("--json", action="store_true")
    decide = group(top, "decide", "what the committee decides on the proposed names")
    _period(verb(decide, "list", decide_list, "where every name stands")).add_argument("--json", action="store_true")
    confirm = _name_arguments(verb(decide, "confirm", decide_confirm, "confirm a proposed name, or all that are left"))
    confirm.add_argument("--all", action="store_true", help="all nobody decided on yet, by everybody present; ties apart")
    _name_arguments(verb(decide, "remove", decide_remove, "take a name off its list"))
    _name_arguments(verb(decide, "add", decide_add, "add a name by exception"))
    tie = _period(verb(decide, "tie", decide_tie, "give a tie's places to the chosen"))
    tie.add_argument("--meeting", type=int, required=True, metavar="ID")
    tie.add_argument("--award", required=True, metavar="CODE")
    tie.add_argument("--cluster", required=True, metavar="CODE")
    tie.add_argument("--chosen", nargs="*", default=[], metavar="UNIT=FOR[/AGAINST[/BLANK]]")
    tie.add_argument("--reason", default="", metavar="TEXT", help="why the others were not chosen")
    _add_individuals(top, group, verb, day)


def _add_individuals(top: Any, group: Callable[..., Any], verb: Adding, day: Callable[[str], date]) -> None:
    nomination = group(top, "nomination", "officers whom their units put forward")
    add = _period(verb(nomination, "add", nomination_add, "nominate an officer"))
    _officer_arguments(add)
    add.add_argument("--title", default="", metavar="TEXT")
    add.add_argument("--award", required=True, metavar="CODE")
    add.add_argument("--achievement", required=True, metavar="TEXT")
    verb(nomination, "withdraw", nomination_withdraw, "take a nomination back").add_argument("id", type=int, metavar="ID")
    _period(verb(nomination, "list", nomination_list, "list them")).add_argument("--json", action="store_true")
    found = _period(verb(group(top, "finding", "findings against officers"), "add", finding_add, "record a finding"))
    _officer_arguments(found)
    found.add_argument("--finding", required=True, metavar="TEXT")
    found.add_argument("--basis", required=True, metavar="TEXT", help="the document it stands in")
    found.add_argument("--found-on", type=day, required=True, metavar="DAY")


def _period(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("--campaign", required=True, metavar="CODE")
    parser.add_argument("--period", required=True, metavar="CODE")
    return parser


def _record_arguments(parser: argparse.ArgumentParser, day: Callable[[str], date], *, required: bool) -> None:
    parser.add_argument("--held-on", type=day, required=required, metavar="DAY")
    for name in ("place", "chair", "secretary"):
        parser.add_argument(f"--{name}", required=required, metavar="TEXT")
    for name in ("present", "members"):
        parser.add_argument(f"--{name}", type=int, required=required, metavar="N")
    for name in ("absent", "minutes-no", "note"):
        parser.add_argument(f"--{name}", metavar="TEXT")
    parser.add_argument("--minutes-on", type=day, metavar="DAY")


def _name_arguments(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    _period(parser)
    parser.add_argument("--meeting", type=int, required=True, metavar="ID")
    parser.add_argument("--list", choices=(REWARD, CRITICISM))
    parser.add_argument("--rule", metavar="CODE", help="the award's or the criticism's code")
    parser.add_argument("--unit", metavar="CODE")
    parser.add_argument("--officer", default="", metavar="CODE")
    parser.add_argument("--votes", metavar="FOR[/AGAINST[/BLANK]]")
    parser.add_argument("--reason", default="", metavar="TEXT")
    parser.add_argument("--replaces", type=int, metavar="ID", help="the decision that was read (default: the present one)")
    return parser


def _officer_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--unit", required=True, metavar="CODE")
    parser.add_argument("--officer", required=True, metavar="CODE")
    parser.add_argument("--name", default="", metavar="TEXT", help="needed where the staff file has none")
