"""Where a unit stands, what lies between it and the lines the rulebook draws, and what it can still do about it.

A unit sees its own points even where the campaign hides the live board: then nothing of any other unit is in the result.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import Connection, Engine

from tracker.core.award_lines import (
    AwardLine,
    CriticismLine,
    Gap,
    find_above,
    find_award_lines,
    find_below,
    find_criticism_lines,
)
from tracker.core.levers import Chances, Lever, find_levers
from tracker.core.problems import UsageError
from tracker.core.what_if import Contest, enter
from tracker.services.access import VISITOR, Actor, Role, Verb, grant_of, may, role_of
from tracker.services.history import previous_board
from tracker.services.looking import find_own_result
from tracker.services.losses import Loss, find_losses
from tracker.services.permitted import reading_as
from tracker.services.standings import Board, Question, rank, shared_board, show_board
from tracker.services.unit_view import UnitView, view_unit
from tracker.store.chances import count_chances
from tracker.store.engine import reading
from tracker.store.publishing import data_version


@dataclass(frozen=True, slots=True)
class OwnBoard:
    """A board a unit may look at; `alone`: of that unit only, as the campaign hides the others' until published."""

    board: Board
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Lines:
    """Everything the rulebook decides by, as it lies from the unit; of a board of its own only the criticism triggers."""

    above: Gap | None
    below: Gap | None
    awards: tuple[AwardLine, ...]
    criticisms: tuple[CriticismLine, ...]


@dataclass(frozen=True, slots=True)
class MyStanding:
    """A competing unit's own view. `contest` and `levers` are what it can be tried out with.

    `past`: the result can move no more by what is done today, as its day has gone or its period is settled.
    """

    view: UnitView
    alone: bool
    past: bool
    contest: Contest
    levers: tuple[Lever, ...]
    chances: Chances
    lines: Lines

    @property
    def losses(self) -> tuple[Loss, ...]:
        """What lost points, most recoverable first, then most lost."""
        return find_losses(self.view, self.contest, self.levers)


def own_units(database: Engine, actor: Actor) -> tuple[str, ...]:
    """The units whose own page an account is there for, by code; none for whoever looks after all of them."""
    with reading(database) as connection:
        if role_of(connection, actor) is not Role.UNIT:
            return ()
        return tuple(sorted(grant_of(connection, actor) or ()))


def show_own_board(database: Engine, question: Question, today: date, actor: Actor, unit: str | None) -> OwnBoard:
    """The board everybody sees; where the campaign hides it, of a unit whose cases the actor may see that unit's alone."""
    try:
        return OwnBoard(show_board(database, question, today, actor))
    except UsageError as error:
        if error.code != "not_published" or unit is None or not _is_own(database, actor, unit):
            raise
    with reading_as(database, actor, Verb.SEE_CASES, unit) as connection:
        version = data_version(connection)
        in_force, result = find_own_result(connection, actor, question, unit)
    basis = "" if result is None else str(result)
    return OwnBoard(_only(shared_board(database, version, replace(in_force, basis=basis), today), unit), alone=True)


def _is_own(database: Engine, actor: Actor, unit: str) -> bool:
    with reading(database) as connection:
        return actor != VISITOR and may(connection, actor, Verb.SEE_CASES, unit)


@lru_cache(maxsize=64)
def _only(board: Board, unit: str) -> Board:
    """The board as if there were no other unit."""
    if unit not in board.offices:
        raise UsageError("unknown_unit", unit=unit, campaign=board.setting.campaign.code)
    setting = replace(board.setting, result=None)  # a kept result holds everybody's
    alone = rank(setting, {unit: board.offices[unit]}, {unit: board.facts[unit]})
    return replace(alone, cluster_names=board.cluster_names)


def show_standing(database: Engine, question: Question, unit: str, now: datetime, actor: Actor) -> MyStanding | None:
    """The unit's own view; None where it does not compete. Its cases are looked into only for whoever may see them."""
    own = show_own_board(database, question, now.date(), actor, unit)
    previous = None if own.alone else previous_board(database, own.board, now.date(), actor)
    view = view_unit(own.board, previous, unit)
    if view is None:
        return None
    past = _is_past(own.board, now)
    chances = Chances() if past else _chances(database, own.board, unit, now, actor)
    contest = _contest(own.board, unit)
    levers = find_levers(contest.rulebook, contest.own, chances)
    return MyStanding(view, own.alone, past, contest, levers, chances, _lines(own.board, unit, alone=own.alone))


@lru_cache(maxsize=64)
def _contest(board: Board, unit: str) -> Contest:
    place = board.place(unit)
    assert place is not None, "asked only for units that compete"
    standing = board.standings[place.score.cluster]
    return enter(board.setting.rulebook.rulebook, board.facts, standing, unit)


@lru_cache(maxsize=64)
def _lines(board: Board, unit: str, *, alone: bool) -> Lines:
    contest = _contest(board, unit)
    criticisms = find_criticism_lines(contest)
    if alone:
        return Lines(None, None, (), criticisms)
    standing = board.standings[contest.score.cluster]
    place = next(place for place in standing.places if place.score.unit == unit)
    return Lines(find_above(standing, place), find_below(standing, place), find_award_lines(contest), criticisms)


def _is_past(board: Board, now: datetime) -> bool:
    return board.setting.period.state != "open" or board.setting.as_of < now.date()


def _chances(database: Engine, board: Board, unit: str, now: datetime, actor: Actor) -> Chances:
    """What can still be saved today; nothing for who may not see the unit's cases."""
    with reading(database) as connection:
        if not may(connection, actor, Verb.SEE_CASES, unit):
            return Chances()
        return _count(connection, board, unit, now)


def _count(connection: Connection, board: Board, unit: str, now: datetime) -> Chances:
    setting = board.setting
    if board.facts[unit].source == "tallies":
        return Chances()
    return count_chances(connection, setting.rulebook.rulebook, setting.policy_id, setting.span, unit, now)
