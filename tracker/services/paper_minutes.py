"""The minutes of a meeting: who came, what had changed the result, every ballot with its outcome, every exception."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from tracker.core.decided import NEED_REASON, DecidedName, Verdict
from tracker.core.terms import Statement
from tracker.core.voting import MEMBERS, Outcome, count_vote, needed_votes, say_quorum
from tracker.services.adjustments import Recorded
from tracker.services.appeals import KeptAppeal
from tracker.services.committee import Taken
from tracker.services.meetings import MeetingState
from tracker.services.paper_choices import say_choice
from tracker.services.paper_names import criticism_rows, name_of, numbered, reward_fields, rule_title, say_votes
from tracker.services.paper_sources import Sources
from tracker.services.paper_words import LINE, NONE, SHORT, VI, Given, points
from tracker.services.rows import summarise
from tracker.text import pick, say, say_statement
from tracker.text.numbers import percent
from tracker.text.official import capital, long_day, two_figures

_SHOWN = frozenset({*NEED_REASON, Verdict.CHOSEN})
OF_APPEALS = "appeal/"


def minutes_fields(
    sources: Sources,
    meeting: MeetingState,
    given: Given,
    appeals: Sequence[KeptAppeal] = (),
    adjustments: Sequence[Recorded] = (),
) -> dict[str, Any]:
    """The fields of the minutes of that meeting."""
    record, rule = meeting.record, sources.desk.papers.rule
    summary = summarise(sources.board, None)
    order = {one.name: at for at, one in enumerate(sources.desk.decided.names)}
    here = (one for one in sources.desk.papers.holding if one.meeting == meeting.id)
    taken = sorted(here, key=lambda one: (order.get(one.ruling.name, len(order)), one.ruling.id))
    needed = needed_votes(rule, meeting.attendance)
    base = "members" if rule.base == MEMBERS else "present"
    return {
        **reward_fields(sources, {}, meeting.id),
        "annex_reference": say(VI, "paper.with_minutes", number=record.minutes_no or SHORT, day=long_day(record.held_on)),
        "meeting_day": long_day(record.held_on),
        "meeting_place": record.place or LINE,
        "meeting_begins": given.get("meeting_begins") or say(VI, "paper.no_hour"),
        "meeting_ends": given.get("meeting_ends") or say(VI, "paper.no_hour"),
        "chair": record.chair or LINE,
        "secretary": record.secretary or LINE,
        "present": two_figures(record.present),
        "members": two_figures(record.members),
        "present_share": percent(VI, Fraction(record.present, record.members)),
        "absent": record.absent or say(VI, "paper.nobody"),
        "quorum": say_statement(VI, _without_counts(say_quorum(rule, meeting.attendance))),
        "voting_rule": say(VI, f"paper.rule.{base}", needed=two_figures(needed), share=str(rule.pass_share)),
        "meeting_note": record.note,
        "units_total": two_figures(summary.units),
        "ranked_total": two_figures(summary.ranked),
        "ballots": numbered(_ballots(sources, taken, meeting)),
        "exceptions": numbered(_exceptions(sources, taken)),
        "appeals": numbered(_appeal(sources, appeal) for appeal in appeals if appeal.ruled is not None),
        "adjustments": numbered(
            _adjustment(sources, one) for one in adjustments if not one.what.source.startswith(OF_APPEALS)
        ),
        "criticisms": criticism_rows(sources, meeting.id),
    }


def _without_counts(quorum: Statement) -> Statement:
    """The same for where the counts of who came stand just before it."""
    return Statement("paper." + quorum.key, quorum.args)


def _decided(sources: Sources, one: Taken) -> DecidedName:
    return sources.desk.decided.find(one.ruling.name)


def _ballots(sources: Sources, taken: Iterable[Taken], meeting: MeetingState) -> Iterable[dict[str, str]]:
    rule = sources.desk.papers.rule
    for one in taken:
        ballot = one.ruling.ballot
        if ballot is None:
            continue
        vote = count_vote(rule, meeting.attendance, ballot)
        base = meeting.attendance.members if rule.base == MEMBERS else meeting.attendance.present
        found = _decided(sources, one)
        yield {
            "name": name_of(sources, found),
            "rule": rule_title(sources, found),
            "votes_for": two_figures(ballot.votes_for),
            "against": two_figures(ballot.against),
            "blank": two_figures(ballot.blank),
            "share": percent(VI, Fraction(ballot.votes_for, base)),
            "outcome": say(VI, f"paper.outcome.{Outcome(vote.outcome).value}"),
        }


def _exceptions(sources: Sources, taken: Iterable[Taken]) -> Iterable[dict[str, str]]:
    """Names taken off a list, put on it by exception, or parted from equals, each with its reason."""
    for one in taken:
        if one.ruling.verdict not in _SHOWN:
            continue
        found = _decided(sources, one)
        yield {
            "name": name_of(sources, found),
            "rule": rule_title(sources, found),
            "verdict": capital(say(VI, f"word.verdict.{one.ruling.verdict.value}")),
            "reason": _why(sources, found) or NONE,
        }


def _why(sources: Sources, one: DecidedName) -> str:
    """The reason of an exception; of a choice among equals, what was recorded of it and the votes."""
    choice = say_choice(sources, one)
    if choice:
        return f"{choice} {say(VI, 'paper.chosen.votes', votes=say_votes(sources, one))}"
    return one.ruling.reason if one.ruling else ""


def _appeal(sources: Sources, appeal: KeptAppeal) -> dict[str, str]:
    ruled = appeal.ruled
    change = ruled.change if ruled else None
    effect = say(VI, "paper.effect.none")
    if change is not None and change.score_before != change.score_after:
        before, after = points(sources, change.score_before), points(sources, change.score_after)
        effect = say(VI, "paper.effect.score", before=before, after=after)
    return {
        "unit": appeal.unit_name,
        "matter": f"{_case(sources, appeal.case.kind, appeal.case.key)}: {say(VI, f'appeal.asks.{appeal.asks}')}",
        "verdict": say(VI, f"appeal.state.{appeal.state}"),
        "reason": ruled.reason if ruled else "",
        "effect": effect,
    }


def _adjustment(sources: Sources, one: Recorded) -> dict[str, str]:
    what = one.what
    return {
        "unit": sources.unit_name(one.unit),
        "matter": f"{_case(sources, what.kind, what.key)}: {say(VI, f'paper.adjusted.{what.action}')}",
        "reason": what.reason,
    }


def _case(sources: Sources, kind: str, key: Sequence[str]) -> str:
    """A case as a paper names it: by its code, a reported figure by its title."""
    if kind != "reported":
        return say(VI, f"appeal.case.{kind}", code="/".join(key))
    titles = sources.board.setting.rulebook.rulebook.titles
    return say(VI, "appeal.case.reported", measure=pick(VI, titles.get(key[1], {})) or key[1])
