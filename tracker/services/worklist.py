"""A unit's worklist: everything its cases call for, what each is worth, and what can no longer be mended. No words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from functools import lru_cache
from typing import Any

from sqlalchemy import Engine

from tracker.core.measures import Facts
from tracker.core.problems import UsageError
from tracker.core.work import Effect, Stake, Task
from tracker.services.access import Actor, Verb
from tracker.services.act import Act
from tracker.services.looking import find_own_result
from tracker.services.my_standing import show_own_board
from tracker.services.permitted import reading_as, writing_as
from tracker.services.review_tasks import Reminder, load_tasks, remind
from tracker.services.standings import Board, Question, Setting, opened, resolve
from tracker.services.typed import refusal
from tracker.services.worklist_cases import Found, Subject, find_work
from tracker.services.worklist_ticks import Said, Tick, keep_ticks, load_ticks
from tracker.store.engine import reading

DAYS_AHEAD = (5, 10, 20)  # working days; the usual ones first
_NEVER = date.max
TALLIES = "tallies"  # how dossiers were counted when no single one is behind the figures
_TASKS = {task: at for at, task in enumerate(Task)}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do about one case. `key` names it for a tick; `cells` are the case's data; `tick` None: not handled.

    `due`: the last moment (or day) on which it is in time, None where there is none. `indicators`: those it costs points in.
    """

    found: Found
    tick: Tick | None = None

    @property
    def task(self) -> Task:
        """What is to be done."""
        return self.found.duty.task

    @property
    def kind(self) -> str:
        """The kind of case file the case is of."""
        return self.found.kind

    @property
    def code(self) -> str:
        """What the case is called."""
        return self.found.code

    @property
    def key(self) -> tuple[str, str, str]:
        """What names it among the unit's work: kind, code, task."""
        return self.found.kind, self.found.code, self.found.duty.task.value

    @property
    def due(self) -> datetime | date | None:
        """The last moment (or day) on which it is in time."""
        return self.found.due

    @property
    def due_on(self) -> date | None:
        """The day of that moment."""
        return self.due.date() if isinstance(self.due, datetime) else self.due

    @property
    def stake(self) -> Stake:
        """The points at stake."""
        return self.found.stake

    @property
    def indicators(self) -> tuple[str, ...]:
        """The indicators that it costs points in."""
        return self.found.indicators

    @property
    def cells(self) -> Mapping[str, Any]:
        """The case's data."""
        return self.found.cells

    @property
    def officer(self) -> str | None:
        """Who handles the case."""
        return self.cells.get("officer")

    @property
    def field(self) -> str | None:
        """The field its procedure is of."""
        return self.cells.get("field")

    @property
    def may_apologise(self) -> bool:
        """Whether an apology would still come before the appointed date: due within a working day, and none was issued."""
        return self.task is Task.DUE and self.found.last_day and not self.cells.get("apology_at")


@dataclass(frozen=True, slots=True)
class Sieve:
    """Which items are wanted; None or empty: all of them."""

    tasks: frozenset[Task] = frozenset()
    officer: str | None = None
    field: str | None = None
    handled: bool | None = None

    def keeps(self, item: Item) -> bool:
        """Whether the item is wanted. Who asks for apologies also gets those that could still come before the date."""
        task = item.task in self.tasks or (Task.APOLOGY in self.tasks and item.may_apologise)
        return (
            (not self.tasks or task)
            and self.officer in (None, item.officer)
            and self.field in (None, item.field)
            and self.handled in (None, item.tick is not None)
        )


@dataclass(frozen=True, slots=True)
class Tallied:
    """What tallies say of dossiers that no list can name: returned late, and overdue."""

    late: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Worklist:
    """A unit's work as of the setting's day, the most points at stake first, then by date; `lost`: past mending.

    `until`: the last day looked ahead to. `tallied`: of a unit whose dossiers are counted from tallies. `reminders`: of
    tasks on weak indicators.
    """

    setting: Setting
    unit: str
    name: str
    until: date
    tallied: Tallied | None
    items: tuple[Item, ...]
    lost: tuple[Item, ...]
    reminders: tuple[Reminder, ...] = ()

    @property
    def officers(self) -> tuple[str, ...]:
        """The officers named in it."""
        return _named(self, "officer")

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields named in it."""
        return _named(self, "field")

    def count(self, task: Task) -> int:
        """How many items of a task are not handled yet."""
        return sum(item.task is task and item.tick is None for item in self.items)

    def chosen(self, sieve: Sieve) -> tuple[Item, ...]:
        """The items wanted."""
        return tuple(item for item in self.items if sieve.keeps(item))


def _named(work: Worklist, name: str) -> tuple[str, ...]:
    found = {getattr(item, name) for item in (*work.items, *work.lost)}
    return tuple(sorted(said for said in found if said))


def show_worklist(
    database: Engine, question: Question, unit: str, today: date, actor: Actor, days: int = DAYS_AHEAD[0]
) -> Worklist:
    """The unit's work, looking that many working days ahead; denied where the actor may not see its cases.

    Of a kept result it is what the frozen copy called for.
    """
    with reading_as(database, actor, Verb.SEE_CASES, unit) as connection:
        question, result = find_own_result(connection, actor, question, unit)
        ticks = load_ticks(connection, unit)
        charged = load_tasks(connection, question.campaign, [unit])
    board = show_own_board(database, question, today, actor, unit).board
    if unit not in board.offices:
        raise UsageError("unknown_unit", unit=unit, campaign=question.campaign)
    dated = replace(question, as_of=board.setting.as_of, basis="" if result is None else str(result))
    until, found = _work(database, board, dated, unit, days)
    items = [Item(one, ticks.get((one.kind, one.code, one.duty.task.value))) for one in found]
    office = board.offices[unit]
    return Worklist(
        board.setting,
        unit,
        office.name,
        until,
        _tallied(board.facts[unit]),
        tuple(item for item in items if item.task.is_open),
        tuple(item for item in items if not item.task.is_open),
        remind(charged, board.setting.rulebook.rulebook, today),
    )


def _tallied(facts: Facts) -> Tallied | None:
    if facts.source != TALLIES:
        return None
    late, overdue = (int(facts.measures[name] or 0) for name in ("done_late", "pending_overdue"))
    return Tallied(late, overdue)


def handle_items(database: Engine, question: Question, unit: str, said: Said, act: Act) -> None:
    """Tick items as handled, or not after all; UsageError where one is no longer on the unit's list."""
    with reading_as(database, act.actor, Verb.HANDLE, unit):
        pass  # asked before anything is told, and again where it is written
    work = show_worklist(database, question, unit, act.today, act.actor, max(DAYS_AHEAD))
    gone = said.seen.keys() - {item.key for item in work.items}
    if gone:
        raise refusal("work_gone", ", ".join(sorted(code for _, code, _ in gone)))
    with writing_as(database, act, Verb.HANDLE, unit) as connection:
        keep_ticks(connection, unit, said, act)


@lru_cache(maxsize=16)
def _work(database: Engine, board: Board, question: Question, unit: str, days: int) -> tuple[date, tuple[Found, ...]]:
    """What everybody shares who may see the unit's cases, which was asked before; once for each board."""
    if not question.basis:
        with reading(database) as connection:
            setting = resolve(connection, question, board.setting.as_of)
            until, found = find_work(connection, _subject(board, setting, unit), days)
    else:
        with opened(database, int(question.basis)) as (copy, _):
            setting = resolve(copy, replace(question, basis=""), board.setting.as_of)
            until, found = find_work(copy, _subject(board, setting, unit), days)
    return until, tuple(sorted(found, key=_order))


def _subject(board: Board, setting: Setting, unit: str) -> Subject:
    place = board.place(unit)
    return Subject(setting, unit, board.facts[unit], None if place is None else place.score)


def _order(found: Found) -> tuple[int, Fraction, date, int, str]:
    stake = found.stake
    group = {Effect.SHARED: 1, Effect.NONE: 2}.get(stake.effect, 0)
    points = Fraction(0) if group else -stake.points
    due = found.due.date() if isinstance(found.due, datetime) else found.due
    return group, points, due or _NEVER, _TASKS[found.duty.task], found.code
