"""Who is to mend an indicator that fell short: the rows, of which every word stays and the newest counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from sqlalchemy import Connection, Row, Table, select

from tracker.core.programme import is_overdue, is_soon
from tracker.core.rulebook import Rulebook
from tracker.services.act import Act
from tracker.services.audit import Plain
from tracker.services.seals import insert_sealed, once
from tracker.services.typed import refusal
from tracker.store.publishing import bump_version
from tracker.store.tables import now_as_stored
from tracker.store.work_tables import ReviewTask

REVIEW_TASK: Table = ReviewTask.__table__  # type: ignore[attr-defined]
OPEN, CLOSED = "open", "closed"
SOON_DAYS, USUAL_DAYS = 7, 30


class Status(StrEnum):
    """How a task stands, the most pressing first."""

    OVERDUE = "overdue"
    SOON = "soon"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Seen:
    """What an indicator had when a word was written: points of `out_of`, in which period, as of which day."""

    points: Fraction
    out_of: Fraction
    period: str
    as_of: date


@dataclass(frozen=True, slots=True)
class Charge:
    """Who is to do what by when."""

    collective: str
    person: str
    action: str
    due: date


@dataclass(frozen=True, slots=True)
class Task:
    """The newest word on an indicator of a unit; `period` is the one whose result called for it.

    `first`: what the indicator had when it was assigned; `ended`: when it was closed, None while it is open.
    """

    id: int
    period: str
    unit: str
    indicator: str
    charge: Charge
    note: str
    first: Seen
    ended: Seen | None
    made_by: str
    made_at: datetime

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.ended is None

    def status(self, today: date) -> Status:
        """How it stands on that day."""
        if self.ended is not None:
            return Status.CLOSED
        due, until = self.charge.due, today + timedelta(days=SOON_DAYS)
        return Status.OVERDUE if is_overdue(due, today) else Status.SOON if is_soon(due, today, until) else Status.OPEN


@dataclass(frozen=True, slots=True)
class Reminder:
    """A task that is overdue or due soon, with its indicator's title."""

    task: Task
    title: Mapping[str, str]
    status: Status


@dataclass(frozen=True, slots=True)
class Word:
    """What is said next of a task, and what the indicator has at that moment."""

    state: str
    charge: Charge
    note: str
    seen: Seen


def load_tasks(connection: Connection, campaign: str, units: Iterable[str] | None) -> list[Task]:
    """The tasks of those units (None: of all) in a campaign, the newest word on each."""
    where = [REVIEW_TASK.c.campaign == campaign]
    if units is not None:
        where.append(REVIEW_TASK.c.unit.in_(sorted(units)))
    chains: dict[tuple[str, str, str], list[Row[tuple[object, ...]]]] = {}
    for row in connection.execute(select(REVIEW_TASK).where(*where).order_by(REVIEW_TASK.c.id)):
        chains.setdefault((row.period, row.unit, row.indicator), []).append(row)
    return [_task(_begun(rows), rows[-1]) for rows in chains.values()]


def in_order(tasks: Iterable[Task]) -> tuple[Task, ...]:
    """By their last day, so that overdue ones stand first; closed ones last, the newest of them first."""
    tasks = list(tasks)
    opened = sorted((one for one in tasks if one.is_open), key=lambda one: (one.charge.due, one.unit, one.indicator))
    closed = sorted((one for one in tasks if not one.is_open), key=lambda one: one.id, reverse=True)
    return (*opened, *closed)


def remind(tasks: Iterable[Task], rulebook: Rulebook, today: date) -> tuple[Reminder, ...]:
    """What to be reminded of on that day, the longest overdue first."""
    titles, pressing = rulebook.titles, (Status.OVERDUE, Status.SOON)
    pressed = [one for one in in_order(tasks) if one.status(today) in pressing]
    return tuple(Reminder(one, titles.get(one.indicator, {"vi": one.indicator}), one.status(today)) for one in pressed)


def usual_due(today: date) -> date:
    """The last day that is offered for a new task."""
    return today + timedelta(days=USUAL_DAYS)


def current(tasks: Iterable[Task], indicator: str, period: str) -> Task | None:
    """The task on an indicator that is open, whichever period called for it; else that period's own, closed one."""
    of_it = sorted((one for one in tasks if one.indicator == indicator), key=lambda one: one.id)
    opened = [one for one in of_it if one.is_open]
    return next(reversed(opened or [one for one in of_it if one.period == period]), None)


def keep_word(connection: Connection, key: tuple[str, str, str, str], known: Task | None, word: Word, act: Act) -> None:
    """Write the next word on (campaign, period, unit, indicator); RefusedError where somebody was quicker."""
    names = ("campaign", "period", "unit", "indicator")
    which, charge, seen = dict(zip(names, key, strict=True)), word.charge, word.seen
    row = {
        **which,
        **{"state": word.state, "collective": charge.collective, "person": charge.person, "action": charge.action},
        **{"due": charge.due, "note": word.note, "points": str(seen.points), "out_of": str(seen.out_of)},
        **{"seen_in": seen.period, "as_of": seen.as_of, "replaces": known.id if known else 0},
        **{"made_by": act.actor, "made_at": now_as_stored(act.now)},
    }
    said: dict[str, Plain] = {**which, "state": word.state, "due": charge.due.isoformat(), "points": str(seen.points)}
    verb = "close_review" if word.state == CLOSED else "assign_review"
    with once(refusal("review_moved", "–")):
        insert_sealed(connection, act, REVIEW_TASK, row, verb, said=said)
    bump_version(connection)


def _begun(rows: Sequence[Row[tuple[object, ...]]]) -> Row[tuple[object, ...]]:
    """The word that assigned the task: the first one, or that after it was last closed."""
    closed = [at for at, row in enumerate(rows[:-1]) if row.state == CLOSED]
    return rows[closed[-1] + 1] if closed else rows[0]


def _task(first: Row[tuple[object, ...]], last: Row[tuple[object, ...]]) -> Task:
    return Task(
        last.id,
        last.period,
        last.unit,
        last.indicator,
        Charge(last.collective, last.person, last.action, last.due),
        last.note,
        _seen(first),
        _seen(last) if last.state == CLOSED else None,
        last.made_by,
        last.made_at,
    )


def _seen(row: Row[tuple[object, ...]]) -> Seen:
    return Seen(Fraction(row.points), Fraction(row.out_of), row.seen_in, row.as_of)
