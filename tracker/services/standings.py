"""A period's result as of a day: facts, scores, ranks and lists, computed from the cases as they are now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from threading import Lock

from sqlalchemy import Connection, Engine

from tracker.core.lists import propose_lists
from tracker.core.measures import Facts
from tracker.core.problems import UsageError
from tracker.core.ranking import rank_units
from tracker.core.scoring import score_unit
from tracker.core.terms import Lists, Placed, Standing
from tracker.services.access import Actor, Verb
from tracker.services.campaigns import CampaignState, KeptRulebook, PeriodState, load_campaign, load_rulebook
from tracker.services.permitted import reading_as
from tracker.services.policies import policy_id
from tracker.store.engine import reading
from tracker.store.facts import Office, gather_facts, load_offices
from tracker.store.publishing import data_version
from tracker.store.registers import Span


@dataclass(frozen=True, slots=True)
class Question:
    """Which result: a campaign's period, as of a day (None: the earlier of today and the period's last day)."""

    campaign: str
    period: str
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """What a question was resolved to."""

    campaign: CampaignState
    rulebook: KeptRulebook
    period: PeriodState
    as_of: date
    policy_id: int

    @property
    def span(self) -> Span:
        """The days to count."""
        return Span(self.period.begins, self.period.ends, self.as_of)


@dataclass(frozen=True, slots=True, eq=False)
class Board:
    """A whole result: nothing on a screen or in a file is computed anywhere else. Equal only to itself: a cache's key."""

    setting: Setting
    offices: Mapping[str, Office]
    facts: Mapping[str, Facts]
    standings: Mapping[str, Standing]
    lists: Lists

    def place(self, unit: str) -> Placed | None:
        """The unit's place, None if it does not compete."""
        return _places(self).get(unit)


@lru_cache(maxsize=64)
def _places(board: Board) -> dict[str, Placed]:
    return {place.score.unit: place for standing in board.standings.values() for place in standing.places}


def resolve(connection: Connection, question: Question, today: date) -> Setting:
    """The campaign, rulebook, period and day a question means; UsageError says what is unknown."""
    campaign = load_campaign(connection, question.campaign)
    period = campaign.period(question.period)
    as_of = question.as_of or min(today, period.ends)
    if not period.begins <= as_of <= period.ends:
        code = "day_outside_period" if question.as_of else "period_not_begun"
        raise UsageError(code, day=as_of, period=period.code, begins=period.begins, ends=period.ends)
    kept = load_rulebook(connection, campaign.rulebook)
    ledger = policy_id(connection, kept.rulebook.on_time)
    if ledger is None:
        raise UsageError("ledger_missing", campaign=campaign.code)
    return Setting(campaign, kept, period, as_of, ledger)


@dataclass(frozen=True, slots=True)
class Measured:
    """Every measure of every unit of the period, competing or not; offices by code."""

    setting: Setting
    offices: list[Office]
    facts: dict[str, Facts]


def measure(database: Engine, question: Question, today: date, actor: Actor) -> Measured:
    """Count everything a rulebook could speak of."""
    with reading_as(database, actor, Verb.SEE_STANDINGS) as connection:
        setting = resolve(connection, question, today)
        facts = gather_facts(connection, setting.rulebook.rulebook, setting.policy_id, setting.span)
        return Measured(setting, load_offices(connection, setting.span), facts)


def compute_board(database: Engine, question: Question, today: date, actor: Actor) -> Board:
    """The result, counted, scored, ranked and listed now."""
    with reading_as(database, actor, Verb.SEE_STANDINGS) as connection:
        counted = _count(connection, question, today)
    return _rank(*counted)


def _count(connection: Connection, question: Question, today: date) -> tuple[Setting, dict[str, Office], dict[str, Facts]]:
    setting = resolve(connection, question, today)
    rulebook = setting.rulebook.rulebook
    facts = gather_facts(connection, rulebook, setting.policy_id, setting.span, rulebook.measures())
    return setting, {office.code: office for office in load_offices(connection, setting.span)}, facts


def _rank(setting: Setting, offices: dict[str, Office], facts: dict[str, Facts]) -> Board:
    rulebook = setting.rulebook.rulebook
    competing = {unit: found for unit, found in facts.items() if found.cluster}
    standings = rank_units(rulebook, (score_unit(rulebook, found) for found in competing.values()))
    return Board(setting, offices, facts, standings, propose_lists(rulebook, standings, competing))


def show_board(database: Engine, question: Question, today: date, actor: Actor) -> Board:
    """The same for screens: computed once per state of the data and shared by everybody who asks."""
    with reading_as(database, actor, Verb.SEE_STANDINGS) as connection:
        version = data_version(connection)
    dated = _with_day(database, version, question, today)
    with _turn(database, version, dated):
        return _board_at(database, version, dated)


@lru_cache(maxsize=256)
def _with_day(database: Engine, _version: int, question: Question, today: date) -> Question:
    with reading(database) as connection:
        return Question(question.campaign, question.period, resolve(connection, question, today).as_of)


@lru_cache(maxsize=256)
def _turn(_database: Engine, _version: int, _question: Question) -> Lock:
    # When the data change, every open screen asks at once; all but the first wait for its answer.
    return Lock()


@lru_cache(maxsize=64)
def _board_at(database: Engine, _version: int, question: Question) -> Board:
    """The board everybody shares who may see it, which `show_board` has asked; whose question it was makes no difference."""
    with reading(database) as connection:
        counted = _count(connection, question, question.as_of or date.max)  # it names its day, so "today" cannot matter
    return _rank(*counted)
