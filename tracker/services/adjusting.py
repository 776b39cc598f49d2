"""Adjusting a frozen period: counted outside the lock, then written in one transaction with what it follows from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection, Engine, select

from tracker.core.problems import Place, Problem, RefusedError
from tracker.core.terms import Placed
from tracker.services.access import Verb
from tracker.services.act import Act
from tracker.services.adjustments import NewAdjustment, chain_head, load_adjustments, not_in_copy, record_adjustments
from tracker.services.campaigns import PERIOD
from tracker.services.copies import Copy, Frozen, load_parts
from tracker.services.permitted import reading_as, writing_as
from tracker.services.recount import count_copy, documents_of, read_copied
from tracker.services.results import ADJUSTED, keep_result
from tracker.services.standings import Board
from tracker.store.engine import reading
from tracker.store.publishing import bump_version

_ATTEMPTS = 5  # others may adjust the same period between counting and writing
Then = Callable[[Connection, "Effect"], None]


@dataclass(frozen=True, slots=True)
class UnitEffect:
    """A unit before and after; a rank is None where it has none."""

    score_before: Fraction
    score_after: Fraction
    rank_before: int | None
    rank_after: int | None


@dataclass(frozen=True, slots=True)
class Effect:
    """What adjustments change: every competing unit whose score or rank they move, and those whose cases they touch."""

    units: Mapping[str, UnitEffect]


@dataclass(frozen=True, slots=True)
class _Counted:
    """Adjustments counted on top of those there were."""

    done: int
    new: tuple[tuple[str, NewAdjustment], ...]
    board: Board
    effect: Effect


def adjust(
    database: Engine, frozen: Frozen, adjustments: Sequence[NewAdjustment], act: Act, verb: Verb, then: Then
) -> Effect:
    """Record adjustments of a frozen or published period with the result they give, and `then` the caller's own rows.

    All or nothing, in one transaction. Refused once the period is final or open again, or for a case the copy does not have.
    """
    for _ in range(_ATTEMPTS):
        with reading_as(database, act.actor, verb) as connection:
            require_adjustable(connection, frozen)
            copy = load_parts(connection, frozen.id)
            done = [recorded.what for recorded in load_adjustments(connection, frozen.id)]
        counted = _count(copy, done, adjustments)
        if _write(database, frozen, counted, act, verb, then):
            return counted.effect
    raise RefusedError([Problem("period_busy", Place(""))])


def preview(database: Engine, frozen: Frozen, adjustments: Sequence[NewAdjustment], act: Act, verb: Verb) -> Effect:
    """What `adjust` would change, changing nothing."""
    with reading_as(database, act.actor, verb) as connection:
        copy = load_parts(connection, frozen.id)
        done = [recorded.what for recorded in load_adjustments(connection, frozen.id)]
    return _count(copy, done, adjustments).effect


def read_case(database: Engine, frozen: Frozen, kind: str, key: Sequence[str]) -> dict[str, Any] | None:
    """One case as the copy has it, with the adjustments so far; None if it is not there. The caller asks the policy."""
    with reading(database) as connection:
        copy = load_parts(connection, frozen.id)
        done = [recorded.what for recorded in load_adjustments(connection, frozen.id)]
    return read_copied(copy, done, kind, key)


def require_adjustable(connection: Connection, frozen: Frozen) -> None:
    """Raise RefusedError unless the period is frozen or published in this very revision."""
    row = connection.execute(
        select(PERIOD.c.state, PERIOD.c.revision).where(PERIOD.c.campaign == frozen.campaign, PERIOD.c.code == frozen.period)
    ).one()
    if row.revision != frozen.revision or row.state not in ("frozen", "published"):
        raise RefusedError([Problem("period_not_adjustable", Place(""), args={"period": frozen.period})])


def compare_boards(old: Board, new: Board, touched: Iterable[str] = ()) -> Effect:
    """Every competing unit whose score or rank differs, and the touched ones."""
    return Effect(dict(_moves(old, new, frozenset(touched))))


def _count(copy: Copy, done: Sequence[NewAdjustment], adjustments: Sequence[NewAdjustment]) -> _Counted:
    units = [_unit_of(copy, done, adjustment) for adjustment in adjustments]
    old, new = count_copy(copy, done), count_copy(copy, [*done, *adjustments])
    return _Counted(len(done), tuple(zip(units, adjustments, strict=True)), new, compare_boards(old, new, units))


def _write(database: Engine, frozen: Frozen, counted: _Counted, act: Act, verb: Verb, then: Then) -> bool:
    """Write what was counted; False if another adjustment came first, so that it must be counted again."""
    with writing_as(database, act, verb) as connection:
        require_adjustable(connection, frozen)
        before = load_adjustments(connection, frozen.id)
        if len(before) != counted.done:
            return False
        recorded = record_adjustments(connection, frozen.id, before, counted.new, act)
        of = (len(recorded), chain_head(recorded))
        keep_result(connection, frozen.id, ADJUSTED, of, documents_of(counted.board), act)
        then(connection, counted.effect)
        bump_version(connection)
    return True


def _unit_of(copy: Copy, done: Sequence[NewAdjustment], adjustment: NewAdjustment) -> str:
    found = read_copied(copy, done, adjustment.kind, adjustment.key)
    if found is None or "unit" not in found:
        raise not_in_copy(adjustment)
    return str(found["unit"])


def _moves(old: Board, new: Board, touched: frozenset[str]) -> Iterator[tuple[str, UnitEffect]]:
    for standing in new.standings.values():
        for place in standing.places:
            unit, before = place.score.unit, old.place(place.score.unit)
            if before is not None and (unit in touched or _standing(before) != _standing(place)):
                yield unit, UnitEffect(before.score.score, place.score.score, before.rank, place.rank)


def _standing(place: Placed) -> tuple[Fraction, int | None]:
    return place.score.score, place.rank
