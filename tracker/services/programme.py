"""A campaign's programme: its tasks with who answers and until when, how each stands today, and the word on each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection, Engine, Row, Table, select

from tracker.core.cases import UNITS
from tracker.core.problems import UsageError
from tracker.core.programme import Standing, State, stand
from tracker.services.access import Actor, Verb, may, require
from tracker.services.act import Act
from tracker.services.campaigns import load_campaign
from tracker.services.permitted import reading_as, writing_as
from tracker.services.seals import insert_sealed, once
from tracker.services.typed import refusal, require_day, tidy_line
from tracker.store.engine import reading
from tracker.store.programme_tables import ProgrammeTask
from tracker.store.publishing import bump_version
from tracker.store.tables import live, now_as_stored
from tracker.store.worklist import day_after, number_days

TASK: Table = ProgrammeTask.__table__  # type: ignore[attr-defined]
DAYS_AHEAD = (10, 5, 20)  # working days; the usual ones first
MOST_NOTE = 500
TOLD = ("area", "task", "body", "cooperating", "deadline", "product")
NO_UNIT = "-"  # stands for all bodies that are no units of ours


@dataclass(frozen=True, slots=True)
class Content:
    """What the programme says of a task: `unit` "" where `body` is no unit of ours, `due` None where it has no last day."""

    area: str
    task: str
    unit: str
    body: str
    cooperating: str
    deadline: str
    due: date | None
    product: str

    def differences(self, new: Content) -> dict[str, tuple[str, str]]:
        """Old and new of what another programme says otherwise, by column; a last day is said with its words."""
        told = {name: (self.told(name), new.told(name)) for name in TOLD}
        return {name: both for name, both in told.items() if both[0] != both[1]}

    def told(self, name: str) -> str:
        """A column's words: those of a last day with the day they mean, a body's with the code of the unit it is."""
        said = str(getattr(self, name))
        if name == "body":
            return said if self.unit in ("", said) else f"{said} ({self.unit})"
        if name != "deadline" or self.due is None or names_day(said, self.due):
            return said
        return f"{said} → {self.due:%d/%m/%Y}"


@dataclass(frozen=True, slots=True)
class Task:
    """The newest word on a task: what the programme says, how far it has come, and what shows it.

    `made_at` None and `id` 0: a file would bring it.
    """

    id: int
    number: str
    content: Content
    state: State
    note: str
    done_on: date | None
    made_by: str
    made_at: datetime | None

    @property
    def due(self) -> date | None:
        """The last day."""
        return self.content.due

    def standing(self, today: date, until: date) -> Standing:
        """How it stands on that day; what falls due up to `until` is due soon."""
        return stand(self.state, self.due, self.done_on, today, until)


@dataclass(frozen=True, slots=True)
class Sieve:
    """Which tasks are wanted; "" and None: all. `within`: what is still to be done in so many working days."""

    unit: str = ""
    standing: Standing | None = None
    within: int | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """How the tasks of a unit stand; `unit` is NO_UNIT for all bodies that are no units of ours."""

    unit: str
    name: str
    tasks: int
    done: int
    in_time: int
    overdue: int
    soon: int


@dataclass(frozen=True, slots=True)
class Programme:
    """The tasks in the programme's order as of `today`; `until`: the last day that counts as soon.

    `names`: of the units, by code. `left`: the working days to a last day (negative: since it).
    """

    campaign: str
    today: date
    until: date
    tasks: tuple[Task, ...]
    names: Mapping[str, str]
    left: Mapping[date, int]

    def standing(self, task: Task) -> Standing:
        """How the task stands today."""
        return task.standing(self.today, self.until)

    def name_of(self, task: Task) -> str:
        """Who answers: the unit by its name, else as the programme says."""
        return self.names.get(task.content.unit, task.content.body)

    def count(self, *standings: Standing) -> int:
        """How many tasks stand so."""
        return sum(self.standing(task) in standings for task in self.tasks)

    def find(self, number: str) -> Task | None:
        """The task of that number."""
        return next((task for task in self.tasks if task.number == number), None)

    def chosen(self, sieve: Sieve) -> tuple[Task, ...]:
        """The tasks wanted."""
        return tuple(task for task in self.tasks if self._is_wanted(task, sieve))

    def _is_wanted(self, task: Task, sieve: Sieve) -> bool:
        if sieve.unit and (task.content.unit or NO_UNIT) != sieve.unit:
            return False
        if sieve.standing is not None and self.standing(task) is not sieve.standing:
            return False
        if sieve.within is None:
            return True
        wanted = range(sieve.within + 1)
        is_open = task.state in (State.NOT_STARTED, State.UNDER_WAY)
        # Of a Saturday that has passed no working day is left either on the Sunday after it.
        return is_open and task.due is not None and self.today <= task.due and self.left.get(task.due, -1) in wanted

    def tallies(self) -> tuple[Tally, ...]:
        """How the tasks of each unit stand, most overdue first; those dropped are not counted."""
        by_unit: dict[str, list[Standing]] = {}
        for task in self.tasks:
            if task.state is not State.DROPPED:
                by_unit.setdefault(task.content.unit or NO_UNIT, []).append(self.standing(task))
        found = (_tally(unit, self.names.get(unit, unit), standings) for unit, standings in by_unit.items())
        return tuple(sorted(found, key=lambda one: (-one.overdue, one.unit == NO_UNIT, one.name)))


@dataclass(frozen=True, slots=True)
class Report:
    """How far a task has come, as typed; `seen` is the newest word on it that somebody saw."""

    number: str
    state: State
    note: str
    done_on: date | None
    seen: int


def show_programme(database: Engine, campaign: str, today: date, actor: Actor, days: int = DAYS_AHEAD[0]) -> Programme:
    """The programme as everybody may see it, looking that many working days ahead."""
    with reading_as(database, actor, Verb.SEE_PUBLISHED) as connection:
        load_campaign(connection, campaign)
        tasks = load_tasks(connection, campaign)
        names = unit_names(connection)
        due = {task.due for task in tasks if task.due is not None}
        numbers = number_days(connection, [today, *due])
        until = day_after(connection, today, days)
    left = {day: number - numbers[today] for day, number in numbers.items() if today in numbers}
    return Programme(campaign, today, until, tuple(tasks), names, left)


def list_words(database: Engine, campaign: str, number: str, actor: Actor) -> tuple[Task, ...]:
    """Every word on a task, the newest first."""
    with reading_as(database, actor, Verb.SEE_PUBLISHED) as connection:
        where = (TASK.c.campaign == campaign, TASK.c.number == number)
        return tuple(map(_task, connection.execute(select(TASK).where(*where).order_by(TASK.c.id.desc()))))


def rights_to(database: Engine, actor: Actor, unit: str) -> frozenset[Verb]:
    """Which of the programme's two rights the actor has over that unit's tasks; "": of bodies that are no units of ours."""
    with reading(database) as connection:
        verbs = (Verb.REPORT_PROGRESS, Verb.KEEP_PROGRAMME)
        return frozenset(verb for verb in verbs if may(connection, actor, verb, unit or None))


def report_progress(database: Engine, campaign: str, report: Report, act: Act) -> None:
    """Say how far a task has come; that it is done needs a day and what shows it, that it is dropped a reason."""
    with reading(database) as connection:
        unit = _find(connection, campaign, report.number).content.unit
    with writing_as(database, act, Verb.REPORT_PROGRESS, unit or None) as connection:
        task = _find(connection, campaign, report.number)
        if task.id != report.seen or task.content.unit != unit:
            raise refusal("programme_moved", report.number, by=task.made_by)
        if State.DROPPED in (report.state, task.state) and report.state is not task.state:
            require(connection, act.actor, Verb.KEEP_PROGRAMME)
        said = _checked(task, report, act.today)
        keep_task(connection, campaign, said, task.id, "report_progress", act)


def load_tasks(connection: Connection, campaign: str) -> list[Task]:
    """The newest word on each task, in the order in which areas came, and within an area its tasks."""
    newest: dict[str, Task] = {}
    for row in connection.execute(select(TASK).where(TASK.c.campaign == campaign).order_by(TASK.c.id)):
        newest[row.number] = _task(row)
    areas = list(dict.fromkeys(task.content.area for task in newest.values()))
    return sorted(newest.values(), key=lambda task: areas.index(task.content.area))


def unit_names(connection: Connection) -> dict[str, str]:
    """The units by code, with their names."""
    units = live(UNITS).c
    return {row.code: row.name for row in connection.execute(select(units.code, units.name).order_by(units.code))}


def keep_task(connection: Connection, campaign: str, task: Task, replaces: int, verb: str, act: Act) -> None:
    """Write the next word on a task; RefusedError where somebody was quicker."""
    content = {name: getattr(task.content, name) for name in Content.__slots__}
    row = {"campaign": campaign, "number": task.number, **content, "state": task.state.value, "note": task.note}
    row |= {"done_on": task.done_on, "replaces": replaces, "made_by": act.actor, "made_at": now_as_stored(act.now)}
    due = task.due.isoformat() if task.due else None
    said = {"campaign": campaign, "number": task.number, "unit": task.content.unit, "state": task.state.value, "due": due}
    with once(refusal("programme_moved", task.number, by="–")):
        insert_sealed(connection, act, TASK, row, verb, said=said)
    bump_version(connection)


def names_day(words: str, day: date) -> bool:
    """Whether the words of a plan say that very day, which then need not be said again."""
    return any(written in words for written in (f"{day:%d/%m/%Y}", f"{day.day}/{day.month}/{day.year}"))


def _checked(task: Task, report: Report, today: date) -> Task:
    note = tidy_line(report.note, MOST_NOTE)
    done_on = require_day(report.done_on) if report.done_on is not None and report.state is State.DONE else None
    if report.state is State.DONE and (done_on is None or not note):
        raise refusal("programme_no_evidence", task.number)
    if done_on is not None and done_on > today:
        raise refusal("programme_done_later", task.number, day=done_on)
    reopened = task.state in (State.DONE, State.DROPPED) and report.state is not task.state
    if not note and (report.state is State.DROPPED or reopened or report.state is task.state):
        raise refusal("programme_unsaid", task.number)
    return replace(task, state=report.state, note=note, done_on=done_on)


def _find(connection: Connection, campaign: str, number: str) -> Task:
    where = (TASK.c.campaign == campaign, TASK.c.number == number)
    row = connection.execute(select(TASK).where(*where).order_by(TASK.c.id.desc()).limit(1)).first()
    if row is None:
        raise UsageError("unknown_programme_task", number=number, campaign=campaign)
    return _task(row)


def _task(row: Row[tuple[object, ...]]) -> Task:
    content = Content(**{name: getattr(row, name) for name in Content.__slots__})
    return Task(row.id, row.number, content, State(row.state), row.note, row.done_on, row.made_by, row.made_at)


def _tally(unit: str, name: str, standings: Iterable[Standing]) -> Tally:
    some = list(standings)
    done = [one for one in some if one in (Standing.DONE, Standing.DONE_LATE)]
    counts = (len(some), len(done), done.count(Standing.DONE), some.count(Standing.OVERDUE), some.count(Standing.SOON))
    return Tally(unit, name, *counts)
