"""What papers are written from: a result, the committee's decisions on it, the period before, the office's texts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from dateutil.relativedelta import relativedelta
from sqlalchemy import Engine

from tracker.core.decided import DecidedName, NameState
from tracker.core.problems import UsageError
from tracker.core.voting import VotingRule
from tracker.services.access import Actor, Verb, may
from tracker.services.committee import Papers, load_papers, name_of_finding, name_of_nomination
from tracker.services.decisions import Desk, lay_out
from tracker.services.editions import head_of
from tracker.services.paper_settings import PaperTexts, texts
from tracker.services.permitted import reading_as
from tracker.services.proposals import Entry, list_entries
from tracker.services.results import FINAL, PUBLISHED, Kept
from tracker.services.sittings import OPEN, Sitting, find_sitting
from tracker.services.standings import WORKING, Board, Question, show_board
from tracker.store.audit import Head


@dataclass(frozen=True, slots=True)
class Person:
    """An officer before the committee: nominated with an achievement, or with a finding against them."""

    name: str
    position: str
    said: str


@dataclass(frozen=True, slots=True, eq=False)
class Sources:
    """Everything a paper is written from. `final`: the result in force, made final; every other paper is a draft.

    `head`: the entry of the audit log that sealed the result, the newest one where it is counted live.
    """

    board: Board
    desk: Desk
    previous: Board | None
    texts: PaperTexts
    head: Head
    final: bool

    def listed(self, name: str) -> Iterator[DecidedName]:
        """The names a paper shows of a list: the decided ones; on a draft also those still to be decided."""
        for one in self.desk.decided.names:
            waits = not self.final and one.proposal is not None and one.state is NameState.UNDECIDED
            if one.name.list == name and (one.on_list or waits):
                yield one

    def entry(self, one: DecidedName) -> Entry | None:
        """The unit on the list as the rules proposed it; None for an officer, and where they did not."""
        entries = list_entries(self.board)[one.name.list]
        return next((entry for entry in entries if (entry.rule, entry.unit, "") == _place(one)), None)

    def person(self, one: DecidedName) -> Person:
        """The officer of a name."""
        for row in self.desk.papers.nominations:
            if name_of_nomination(row) == one.name:
                return Person(row.name, row.title, row.achievement)
        for row in self.desk.papers.findings:
            if name_of_finding(row) == one.name:
                return Person(row.name, "", row.finding)
        return Person(one.name.officer, "", "")

    def unit_name(self, unit: str) -> str:
        """What a unit is called in the result."""
        office = self.board.offices.get(unit)
        return office.name if office else unit


def _place(one: DecidedName) -> tuple[str, str, str]:
    return one.name.rule, one.name.unit, one.name.officer


def load_sources(database: Engine, question: Question, today: date, actor: Actor, unit: str | None = None) -> Sources:
    """The sources, for whoever may make papers of all units, or of that `unit`; outsiders only of published results."""
    with reading_as(database, actor, Verb.MAKE_PAPERS, unit) as connection:
        sitting = find_sitting(connection, question.campaign, question.period)
        insider = may(connection, actor, Verb.SEE_LIVE)
    board = show_board(database, in_force(question, sitting, insider=insider), today, actor)
    kept = board.setting.result
    if not insider and (kept is None or kept.stage not in (PUBLISHED, FINAL)):
        raise UsageError("not_published", campaign=question.campaign, period=question.period)
    previous = _compared(database, board, today, actor)
    period = board.setting.period
    final = kept is not None and kept.stage == FINAL and sitting.revision == period.revision
    with reading_as(database, actor, Verb.MAKE_PAPERS, unit) as connection:
        papers = load_papers(connection, question.campaign, question.period, period.revision)
        desk = lay_out(board, _as_decided(papers, kept) if final and kept else papers)
        return Sources(board, desk, previous, texts(connection, question.campaign), head_of(connection, kept), final)


def in_force(question: Question, sitting: Sitting, *, insider: bool) -> Question:
    """The result papers are about: the committee's working one until the period is final; kept ones as of their own day."""
    if sitting.state == OPEN:
        return question
    basis = WORKING if insider and not question.basis and sitting.state != FINAL else question.basis
    return replace(question, basis=basis, as_of=None)


def _compared(database: Engine, board: Board, today: date, actor: Actor) -> Board | None:
    """The same days a year earlier where they are a period of the campaign, else the period before; None without one."""
    period, campaign = board.setting.period, board.setting.campaign
    earlier = [other for other in campaign.periods if other.ends < period.begins]
    if not earlier:
        return None
    a_year_ago = period.begins - relativedelta(years=1)
    same = next((other for other in earlier if other.begins == a_year_ago), earlier[-1])
    try:
        return show_board(database, Question(campaign.code, same.code), today, actor)
    except UsageError:  # hidden from this actor, or nothing kept of it
        return None


def _as_decided(papers: Papers, kept: Kept) -> Papers:
    """The papers with the voting rule that held when the result was made final: campaigns' settings move on."""
    rule = json.loads(kept.documents.decisions).get("rule")
    if rule is None:
        return papers
    return replace(papers, rule=VotingRule(Fraction(rule["quorum"]), Fraction(rule["pass_share"]), rule["base"]))
