"""The working calendar as an administrator edits it: days off, Saturdays worked in exchange, and how sure each is."""

from __future__ import annotations

from calendar import Calendar as Weeks
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from hashlib import sha256

from sqlalchemy import Connection, Engine

from tracker.core.calendar import Exceptions
from tracker.services import audit
from tracker.services.access import Actor, Verb
from tracker.services.act import Act
from tracker.services.permitted import reading_as, writing_as
from tracker.services.typed import refusal, require_day, tidy_line, tidy_reason
from tracker.store import ledger
from tracker.store.calendar import load_days, save_calendar
from tracker.store.publishing import bump_version

OFF, WORK = "off", "work"
# From what a person has read in the official text down to what is only expected.
STATUSES = ("official", "agreed", "announced", "confirm-legal-basis", "projected")
SURE, CHECKED, UNREAD = STATUSES[:2], STATUSES[0], STATUSES[2]
NAME_LENGTH = 200
_THING = "calendar"


@dataclass(frozen=True, slots=True)
class DayRule:
    """A day that breaks "Monday to Friday": off or worked, what it is called, and how sure that is."""

    day: date
    kind: str
    name: str = ""
    status: str = UNREAD

    @property
    def is_sure(self) -> bool:
        """False while a person must still check the day against the official text."""
        return self.status in SURE


@dataclass(frozen=True)
class WorkingCalendar:
    """Every day that breaks the week's rule, in order. `digest` names this state: an edit says on which it was made."""

    days: tuple[DayRule, ...]

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the calendar as a file."""
        lines = (f"{one.day.isoformat()},{one.kind},{one.name},{one.status}\n" for one in self.days)
        return sha256("".join(lines).encode()).hexdigest()

    @cached_property
    def by_day(self) -> Mapping[date, DayRule]:
        """The same by day."""
        return {one.day: one for one in self.days}

    @cached_property
    def exceptions(self) -> Exceptions:
        """What the core counts working days by."""
        off = frozenset(one.day for one in self.days if one.kind == OFF)
        return Exceptions(off, frozenset(one.day for one in self.days if one.kind == WORK))

    def of_year(self, year: int) -> tuple[DayRule, ...]:
        """The days of one year."""
        return tuple(one for one in self.days if one.day.year == year)


@dataclass(frozen=True, slots=True)
class Edit:
    """Days to be added or replaced, and days that are to follow the week's rule again."""

    put: tuple[DayRule, ...] = ()
    remove: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """What an edit comes to; `off` and `work` are the days that stop and start being working days by it."""

    added: tuple[DayRule, ...]
    changed: tuple[DayRule, ...]
    removed: tuple[DayRule, ...]
    off: tuple[date, ...]
    work: tuple[date, ...]

    @property
    def is_nothing(self) -> bool:
        """True if the calendar stays as it is."""
        return not (self.added or self.changed or self.removed)


@dataclass(frozen=True, slots=True)
class Cell:
    """A day of the year's calendar; `rule` where it breaks the week's rule."""

    day: date
    works: bool
    rule: DayRule | None


@dataclass(frozen=True, slots=True)
class Month:
    """A month as weeks from Monday to Sunday (None: a day of another month), and how many of its days are worked."""

    number: int
    working: int
    weeks: tuple[tuple[Cell | None, ...], ...]


def show_calendar(database: Engine, actor: Actor) -> WorkingCalendar:
    """The calendar as it is now."""
    with reading_as(database, actor, Verb.EDIT_RULES) as connection:
        return _load(connection)


def months_of(calendar: WorkingCalendar, year: int) -> list[Month]:
    """The twelve months of a year."""
    return [_month(calendar, year, number) for number in range(1, 13)]


def foresee(calendar: WorkingCalendar, edit: Edit) -> Difference:
    """What the edit would change in that calendar."""
    before, after = calendar, _edited(calendar, edit)
    touched = sorted(before.by_day.keys() | after.by_day.keys())
    turned = [day for day in touched if before.exceptions.works(day) != after.exceptions.works(day)]
    return Difference(
        added=tuple(one for one in after.days if one.day not in before.by_day),
        changed=tuple(one for one in after.days if before.by_day.get(one.day, one) != one),
        removed=tuple(one for one in before.days if one.day not in after.by_day),
        off=tuple(day for day in turned if not after.exceptions.works(day)),
        work=tuple(day for day in turned if after.exceptions.works(day)),
    )


def edit_calendar(database: Engine, edit: Edit, seen: str, reason: str, act: Act) -> Difference:
    """Change the calendar that had the digest `seen`, and let every late day follow it; refused if it has changed since."""
    reason = tidy_reason(reason)
    edit = Edit(tuple(map(tidy_rule, edit.put)), tuple(map(require_day, edit.remove)))
    with writing_as(database, act, Verb.EDIT_RULES) as connection:
        before = _load(connection)
        if before.digest != seen:
            raise refusal("calendar_changed", by=audit.newest_actor(connection, _THING) or "")
        after, difference = _edited(before, edit), foresee(before, edit)
        if difference.is_nothing:
            raise refusal("calendar_same")
        save_calendar(connection, map(asdict, after.days))
        ledger.renumber(connection)
        counts = {name: len(getattr(difference, name)) for name in ("added", "changed", "removed")}
        audit.record(connection, act, "edit_calendar", _THING, _said(before), {**_said(after), **counts}, reason)
        bump_version(connection)
    return difference


def tidy_rule(rule: DayRule) -> DayRule:
    """The day as it is kept; refused if it is no such day, or says of a weekday that it is worked, as it is anyway."""
    require_day(rule.day)
    if rule.kind not in (OFF, WORK):
        raise refusal("calendar_kind", rule.kind)
    if rule.status not in STATUSES:
        raise refusal("calendar_status", rule.status, known=", ".join(STATUSES))
    if rule.kind == WORK and Exceptions().works(rule.day):
        raise refusal("calendar_works_anyway", day=rule.day)
    return DayRule(rule.day, rule.kind, tidy_line(rule.name, NAME_LENGTH), rule.status)


def _load(connection: Connection) -> WorkingCalendar:
    return WorkingCalendar(tuple(DayRule(**row) for row in load_days(connection)))


def _edited(calendar: WorkingCalendar, edit: Edit) -> WorkingCalendar:
    removed = frozenset(edit.remove)
    kept = {day: rule for day, rule in calendar.by_day.items() if day not in removed}
    days = {**kept, **{rule.day: rule for rule in edit.put}}
    return WorkingCalendar(tuple(days[day] for day in sorted(days)))


def _said(calendar: WorkingCalendar) -> dict[str, audit.Plain]:
    return {"days": len(calendar.days), "sha256": calendar.digest}


def _month(calendar: WorkingCalendar, year: int, number: int) -> Month:
    weeks = tuple(
        tuple(
            Cell(day, calendar.exceptions.works(day), calendar.by_day.get(day)) if day.month == number else None
            for day in week
        )
        for week in Weeks().monthdatescalendar(year, number)
    )
    return Month(number, sum(cell.works for week in weeks for cell in week if cell is not None), weeks)
