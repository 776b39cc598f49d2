"""A period's result as of a day: facts, scores, ranks and lists, from the cases as they are now or as they were frozen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from hashlib import sha256
from threading import Lock

from sqlalchemy import Connection, Engine, select

from tracker.core.lists import propose_lists
from tracker.core.measures import Facts
from tracker.core.problems import UsageError
from tracker.core.ranking import rank_units
from tracker.core.scoring import score_unit
from tracker.core.terms import Lists, Placed, Standing, Statement
from tracker.services.access import Actor, DeniedError, Verb, may
from tracker.services.adjustments import load_adjustments
from tracker.services.campaigns import PERIOD, CampaignState, KeptRulebook, PeriodState, load_campaign, load_rulebook
from tracker.services.copies import Frozen, find_frozen, get_frozen, load_parts
from tracker.services.outcomes import results_document
from tracker.services.permitted import reading_as
from tracker.services.policies import CAMPAIGN, policy_id
from tracker.services.results import FINAL, PUBLISHED, Kept, get_result, newest_result, read_measures
from tracker.services.scratch import scratch
from tracker.store.engine import reading
from tracker.store.facts import Office, gather_facts, load_offices
from tracker.store.membership import ClusterNames, load_names
from tracker.store.publishing import data_version
from tracker.store.registers import Span
from tracker.text import Language, pick

LIVE, WORKING = "live", "working"


@dataclass(frozen=True, slots=True)
class Question:
    """Which result: a campaign's period, as of a day (None: the earlier of today and the period's last day).

    `basis` "": the one in force, which is counted live while the period is open and afterwards is what was frozen, published
    or made final. LIVE: from the cases as they are now, whatever the period's state. WORKING: the frozen copy with every
    adjustment so far. A number: the kept result of that id.
    """

    campaign: str
    period: str
    as_of: date | None = None
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a question was resolved to."""

    campaign: CampaignState
    rulebook: KeptRulebook
    period: PeriodState
    as_of: date
    policy_id: int
    result: Kept | None = None  # the kept result it is counted from; None: live

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
    cluster_names: ClusterNames = field(default_factory=dict)

    def name_cluster(self, cluster: str, language: Language) -> str:
        """What a cluster is called: its code until it is named."""
        return pick(language, self.cluster_names.get(cluster, {})) or cluster

    def with_names(self, statement: Statement) -> Statement:
        """The statement, speaking of clusters by their names."""
        cluster = statement.args.get("cluster")
        named = self.cluster_names.get(str(cluster))
        return replace(statement, args={**statement.args, "cluster": named}) if named else statement

    def place(self, unit: str) -> Placed | None:
        """The unit's place, None if it does not compete."""
        return _places(self).get(unit)


@lru_cache(maxsize=64)
def _places(board: Board) -> dict[str, Placed]:
    return {place.score.unit: place for standing in board.standings.values() for place in standing.places}


def resolve(connection: Connection, question: Question, today: date) -> Setting:
    """The campaign, rulebook, period and day a question means, counted from the cases; UsageError says what is unknown."""
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
        result = find_result(connection, actor, question)
        if result is None:
            setting = resolve(connection, question, today)
            return Measured(setting, load_offices(connection, setting.span), _facts(connection, setting))
    setting, offices, facts = _kept(database, question, result)
    return Measured(setting, list(offices.values()), facts)


def compute_board(database: Engine, question: Question, today: date, actor: Actor) -> Board:
    """The result, counted, scored, ranked and listed now; a kept one read back."""
    with reading_as(database, actor, Verb.SEE_STANDINGS) as connection:
        result = find_result(connection, actor, question)
        if result is None:
            return _named(connection, rank(*_count(connection, question, today)))
    return read_board(database, question, result)


def read_board(database: Engine, question: Question, result: int) -> Board:
    """The board of a kept result, for whoever was asked whether they may see it."""
    board = _as_kept(rank(*_kept(database, question, result)))
    with reading(database) as connection:
        return _named(connection, board)


def _named(connection: Connection, board: Board) -> Board:
    """The board with what its clusters are called now: a name is a label, never part of a result."""
    return replace(board, cluster_names=load_names(connection))


def _as_kept(board: Board) -> Board:
    """The board, if it is digit for digit the result that was kept; UsageError where this version counts otherwise."""
    kept, setting = board.setting.result, board.setting
    if kept is not None and setting.as_of == setting.period.last_day(setting.as_of):
        found = results_document(setting.rulebook.rulebook.places, board.offices, board.standings, board.lists)
        if sha256(found.encode()).hexdigest() != kept.digests["results_sha256"]:
            raise UsageError("result_differs", result=kept.id)
    return board


def find_result(connection: Connection, actor: Actor, question: Question) -> int | None:
    """The kept result a question means, None where it is counted live.

    UsageError where the campaign hides what is not published yet, DeniedError for what only the committee may look into.
    """
    state, hidden = _state_of(connection, question)
    insider = may(connection, actor, Verb.SEE_LIVE)
    if question.basis in (LIVE, WORKING) and not (insider or state == "open"):
        raise DeniedError(actor, Verb.SEE_LIVE)
    if hidden and not insider and (state in ("open", "frozen") or question.basis == LIVE):
        raise UsageError("not_published", campaign=question.campaign, period=question.period)
    if question.basis == LIVE or (state == "open" and not question.basis.isdecimal()):
        return None
    if question.basis.isdecimal():
        return _published_or_denied(connection, actor, question, insider=insider)
    frozen = find_frozen(connection, question.campaign, question.period)
    stage = None if question.basis == WORKING or state == "frozen" else state
    found = newest_result(connection, frozen.id, stage) if frozen else None
    return found.id if found else None


def _published_or_denied(connection: Connection, actor: Actor, question: Question, *, insider: bool) -> int:
    """The result of the id that the question names; outsiders see published and final ones."""
    found = get_result(connection, int(question.basis))
    frozen = get_frozen(connection, found.snapshot) if found else None
    if found is None or frozen is None or (frozen.campaign, frozen.period) != (question.campaign, question.period):
        raise UsageError("unknown_result", result=question.basis)
    if not insider and found.stage not in (PUBLISHED, FINAL):
        raise DeniedError(actor, Verb.SEE_LIVE)
    return found.id


def _state_of(connection: Connection, question: Question) -> tuple[str, bool]:
    """The period's state (that of an unknown one is "open": what is unknown is said later), and whether it hides live."""
    row = connection.execute(
        select(PERIOD.c.state, CAMPAIGN.c.hides_live)
        .join_from(PERIOD, CAMPAIGN, PERIOD.c.campaign == CAMPAIGN.c.code)
        .where(PERIOD.c.campaign == question.campaign, PERIOD.c.code == question.period)
    ).first()
    return ("open", False) if row is None else (row.state, row.hides_live)


@contextmanager
def opened(database: Engine, result: int) -> Iterator[tuple[Connection, Frozen]]:
    """The copy behind a kept result with the adjustments it rests on, as a database to read."""
    with reading(database) as connection:
        found = get_result(connection, result)
        if found is None:
            raise UsageError("unknown_result", result=result)
        frozen, copy = get_frozen(connection, found.snapshot), load_parts(connection, found.snapshot)
        adjustments = [one.what for one in load_adjustments(connection, found.snapshot, found.adjustments)]
    with scratch(copy, adjustments) as engine, reading(engine) as connection:
        yield connection, frozen


def _kept(database: Engine, question: Question, result: int) -> Counted:
    """A kept result's facts; as of another day than it was made for they are counted anew from its copy."""
    with reading(database) as connection:
        found = get_result(connection, result)
        if found is None:
            raise UsageError("unknown_result", result=result)
        frozen = get_frozen(connection, found.snapshot)
        campaign = load_campaign(connection, frozen.campaign)
        kept = load_rulebook(connection, frozen.rulebook)
        period = _period_of(campaign, frozen, found)
    as_of = question.as_of or frozen.as_of
    if not frozen.begins <= as_of <= frozen.as_of:
        args = {"day": as_of, "period": period.code, "begins": frozen.begins, "ends": frozen.as_of}
        raise UsageError("day_outside_period", **args)
    setting = Setting(campaign, kept, period, as_of, 0, found)
    if as_of == frozen.as_of:
        return setting, *read_measures(found.documents.measures)
    with opened(database, result) as (connection, _):
        inside = resolve(connection, replace(question, as_of=as_of, basis=""), as_of)
        return setting, {office.code: office for office in load_offices(connection, inside.span)}, _facts(connection, inside)


def _period_of(campaign: CampaignState, frozen: Frozen, kept: Kept) -> PeriodState:
    """The period as the result knew it; of a revision that was reopened, in the state it had reached."""
    period = campaign.period(frozen.period)
    days = replace(period, begins=frozen.begins, ends=frozen.ends, frozen_as_of=frozen.as_of)
    if period.revision == frozen.revision and period.state != "open":
        return days
    return replace(days, revision=frozen.revision, state=kept.stage if kept.stage in (PUBLISHED, FINAL) else "frozen")


def _facts(connection: Connection, setting: Setting) -> dict[str, Facts]:
    return gather_facts(connection, setting.rulebook.rulebook, setting.policy_id, setting.span)


Counted = tuple[Setting, dict[str, Office], dict[str, Facts]]


def _count(connection: Connection, question: Question, today: date) -> Counted:
    setting = resolve(connection, question, today)
    rulebook = setting.rulebook.rulebook
    facts = gather_facts(connection, rulebook, setting.policy_id, setting.span, rulebook.measures())
    return setting, {office.code: office for office in load_offices(connection, setting.span)}, facts


def count_all(connection: Connection, question: Question, today: date) -> Counted:
    """The same with every measure there is, as it is kept of a frozen period."""
    setting = resolve(connection, question, today)
    return setting, {office.code: office for office in load_offices(connection, setting.span)}, _facts(connection, setting)


def rank(setting: Setting, offices: Mapping[str, Office], facts: Mapping[str, Facts]) -> Board:
    """Score, rank and list what was counted."""
    rulebook = setting.rulebook.rulebook
    competing = {unit: found for unit, found in facts.items() if found.cluster}
    standings = rank_units(rulebook, (score_unit(rulebook, found) for found in competing.values()))
    return Board(setting, offices, facts, standings, propose_lists(rulebook, standings, competing))


def show_board(database: Engine, question: Question, today: date, actor: Actor) -> Board:
    """The same for screens: computed once per state of the data and shared by everybody who may see it."""
    with reading_as(database, actor, Verb.SEE_STANDINGS) as connection:
        version = data_version(connection)
        result = find_result(connection, actor, question)
    return shared_board(database, version, replace(question, basis=question.basis if result is None else str(result)), today)


def shared_board(database: Engine, version: int, question: Question, today: date) -> Board:
    """The board of a state of the data, for whoever was asked whether they may see it: live, or a kept result by number."""
    dated = question if question.basis.isdecimal() else _with_day(database, version, question, today)
    with _turn(database, version, dated):
        return _board_at(database, version, dated)


@lru_cache(maxsize=256)
def _with_day(database: Engine, _version: int, question: Question, today: date) -> Question:
    with reading(database) as connection:
        return replace(question, as_of=resolve(connection, question, today).as_of)


@lru_cache(maxsize=256)
def _turn(_database: Engine, _version: int, _question: Question) -> Lock:
    # When the data change, every open screen asks at once; all but the first wait for its answer.
    return Lock()


@lru_cache(maxsize=64)
def _board_at(database: Engine, _version: int, question: Question) -> Board:
    """The board everybody shares who may see it, which `show_board` has asked; whose question it was makes no difference."""
    if question.basis.isdecimal():
        return read_board(database, question, int(question.basis))
    with reading(database) as connection:
        # The question names its day, so "today" cannot matter.
        counted, names = _count(connection, question, question.as_of or date.max), load_names(connection)
    return replace(rank(*counted), cluster_names=names)
