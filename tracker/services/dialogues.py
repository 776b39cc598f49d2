"""Dialogues with people and businesses: planned by units, held against the plan. They move no figure of a result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection, Engine, Row, Table, select

from tracker.core.problems import UsageError
from tracker.core.programme import Meeting, is_overdue
from tracker.intake import read_deadline
from tracker.services.access import Actor, Verb, units_of
from tracker.services.act import Act
from tracker.services.audit import Plain
from tracker.services.campaigns import load_campaign
from tracker.services.permitted import reading_as, writing_as
from tracker.services.programme import MOST_NOTE, unit_names
from tracker.services.seals import insert_sealed, once
from tracker.services.typed import refusal, require_day, tidy_line
from tracker.store.engine import reading
from tracker.store.programme_tables import Dialogue as DialogueRow
from tracker.store.publishing import bump_version
from tracker.store.tables import now_as_stored

DIALOGUE: Table = DialogueRow.__table__  # type: ignore[attr-defined]
WITH = ("people", "businesses")
MOST_SUBJECT, MOST_PLANNED, MOST_PEOPLE = 300, 100, 1_000_000


@dataclass(frozen=True, slots=True)
class Plan:
    """A dialogue to come, as typed: `planned` is a day, a month or a quarter in words."""

    unit: str
    with_whom: str
    subject: str
    planned: str


@dataclass(frozen=True, slots=True)
class Held:
    """What came of a dialogue: who came, what was asked and answered, and where the minutes are."""

    held_on: date
    came: int
    asked: int
    answered: int
    minutes: str


@dataclass(frozen=True, slots=True)
class Dialogue:
    """The newest word on a dialogue; `due` the last day its plan means, `held` None while it has not been held."""

    id: int
    unit: str
    name: str
    number: int
    with_whom: str
    subject: str
    planned: str
    due: date
    state: Meeting
    held: Held | None
    note: str
    made_by: str
    made_at: datetime

    def is_overdue(self, today: date) -> bool:
        """Whether it should have been held by now."""
        return self.state is Meeting.PLANNED and is_overdue(self.due, today)


@dataclass(frozen=True, slots=True)
class Balance:
    """A unit's dialogues held against planned; cancelled ones count nowhere."""

    unit: str
    name: str
    planned: int
    held: int
    overdue: int
    came: int
    asked: int
    answered: int


def list_dialogues(database: Engine, campaign: str, actor: Actor) -> tuple[Dialogue, ...]:
    """Every dialogue of a campaign by the day it is planned for."""
    with reading_as(database, actor, Verb.SEE_PUBLISHED) as connection:
        load_campaign(connection, campaign)
        found = _load(connection, campaign)
    return tuple(sorted(found, key=lambda one: (one.due, one.name, one.number)))


def balance(dialogues: Iterable[Dialogue], today: date) -> tuple[Balance, ...]:
    """How many each unit has held of how many, by the units' names."""
    by_unit: dict[str, list[Dialogue]] = {}
    for one in dialogues:
        if one.state is not Meeting.CANCELLED:
            by_unit.setdefault(one.unit, []).append(one)
    return tuple(sorted((_balance(some, today) for some in by_unit.values()), key=lambda one: (one.name, one.unit)))


def units_to_report(database: Engine, actor: Actor) -> dict[str, str]:
    """The units whose dialogues the actor may plan and tell of, by code, with their names."""
    with reading(database) as connection:
        names, mine = unit_names(connection), units_of(connection, actor, Verb.REPORT_PROGRESS)
        return {unit: name for unit, name in names.items() if mine is None or unit in mine}


def plan_dialogue(database: Engine, campaign: str, plan: Plan, act: Act) -> int:
    """Plan a dialogue; returns its number among the unit's."""
    with writing_as(database, act, Verb.REPORT_PROGRESS, plan.unit) as connection:
        whole = load_campaign(connection, campaign)
        begins, ends = whole.periods[0].begins, whole.periods[-1].ends
        names = unit_names(connection)
        if plan.unit not in names:
            raise UsageError("unknown_unit", unit=plan.unit, campaign=campaign)
        subject, words = tidy_line(plan.subject, MOST_SUBJECT), tidy_line(plan.planned, MOST_PLANNED)
        meant = read_deadline(words, whole.year)
        if plan.with_whom not in WITH or not subject:
            raise refusal("dialogue_no_subject")
        if meant is None or meant.due is None:
            raise refusal("dialogue_no_day", words)
        if not begins <= meant.due <= ends:
            raise refusal("dialogue_outside", words, day=meant.due, begins=begins, ends=ends)
        number = max((one.number for one in _load(connection, campaign, plan.unit)), default=0) + 1
        told = (plan.unit, names[plan.unit], number, plan.with_whom, subject, words, meant.due)
        new = Dialogue(0, *told, Meeting.PLANNED, None, "", "", act.now)
        _keep(connection, campaign, new, "plan_dialogue", act)
    return number


def record_dialogue(database: Engine, campaign: str, which: tuple[str, int], held: Held, seen: int, act: Act) -> None:
    """Tell of a dialogue that was held, or put it right; `which`: unit and number, `seen`: the newest word somebody saw."""
    with writing_as(database, act, Verb.REPORT_PROGRESS, which[0]) as connection:
        one = _as_seen(connection, campaign, which, seen)
        if require_day(held.held_on) > act.today:
            raise refusal("dialogue_held_later", day=held.held_on)
        if held.held_on < (begins := load_campaign(connection, campaign).periods[0].begins):
            raise refusal("dialogue_held_before", day=held.held_on, begins=begins)
        if not all(0 <= count <= MOST_PEOPLE for count in (held.came, held.asked, held.answered)):
            raise refusal("dialogue_counts")
        if held.answered > held.asked:
            raise refusal("dialogue_answers", asked=held.asked, answered=held.answered)
        if one.state is Meeting.CANCELLED:
            raise refusal("dialogue_cancelled", one.subject)
        told = replace(held, minutes=tidy_line(held.minutes, MOST_NOTE))
        _keep(connection, campaign, replace(one, state=Meeting.HELD, held=told, note=""), "record_dialogue", act)


def cancel_dialogue(database: Engine, campaign: str, which: tuple[str, int], reason: str, seen: int, act: Act) -> None:
    """Take a planned dialogue out of the plan, saying why."""
    with writing_as(database, act, Verb.REPORT_PROGRESS, which[0]) as connection:
        one = _as_seen(connection, campaign, which, seen)
        if one.state is not Meeting.PLANNED:
            raise refusal("dialogue_not_planned", one.subject)
        note = tidy_line(reason, MOST_NOTE)
        if not note:
            raise refusal("dialogue_unreasoned", one.subject)
        _keep(connection, campaign, replace(one, state=Meeting.CANCELLED, note=note), "cancel_dialogue", act)


def _as_seen(connection: Connection, campaign: str, which: tuple[str, int], seen: int) -> Dialogue:
    unit, number = which
    one = next((found for found in _load(connection, campaign, unit) if found.number == number), None)
    if one is None:
        raise UsageError("unknown_dialogue", unit=unit, number=number)
    if one.id != seen:
        raise refusal("dialogue_moved", one.subject, by=one.made_by)
    return one


def _keep(connection: Connection, campaign: str, one: Dialogue, verb: str, act: Act) -> None:
    key: dict[str, str | int] = {"campaign": campaign, "unit": one.unit, "number": one.number}
    row: dict[str, object] = {
        **key,
        "with_whom": one.with_whom,
        "subject": one.subject,
        "planned": one.planned,
        "due": one.due,
    }
    held = {name: getattr(one.held, name) if one.held else None for name in ("held_on", "came", "asked", "answered")}
    row |= {**held, "minutes": one.held.minutes if one.held else "", "state": one.state.value, "note": one.note}
    row |= {"replaces": one.id, "made_by": act.actor, "made_at": now_as_stored(act.now)}
    said: dict[str, Plain] = {**key, "state": one.state.value, "due": one.due.isoformat()}
    with once(refusal("dialogue_moved", one.subject, by="–")):
        insert_sealed(connection, act, DIALOGUE, row, verb, said=said)
    bump_version(connection)


def _load(connection: Connection, campaign: str, unit: str | None = None) -> list[Dialogue]:
    """The newest word on each dialogue of a campaign, or of one unit in it."""
    where = [DIALOGUE.c.campaign == campaign, *([DIALOGUE.c.unit == unit] if unit is not None else [])]
    names = unit_names(connection)
    newest: dict[tuple[str, int], Dialogue] = {}
    for row in connection.execute(select(DIALOGUE).where(*where).order_by(DIALOGUE.c.id)):
        newest[row.unit, row.number] = _dialogue(row, names)
    return list(newest.values())


def _dialogue(row: Row[tuple[object, ...]], names: Mapping[str, str]) -> Dialogue:
    held = Held(row.held_on, row.came, row.asked, row.answered, row.minutes) if row.held_on else None
    told = (row.number, row.with_whom, row.subject, row.planned, row.due)
    said = (Meeting(row.state), held, row.note, row.made_by, row.made_at)
    return Dialogue(row.id, row.unit, names.get(row.unit, row.unit), *told, *said)


def _balance(some: Iterable[Dialogue], today: date) -> Balance:
    dialogues = list(some)
    held = [one.held for one in dialogues if one.held is not None]
    counts = (len(dialogues), len(held), sum(one.is_overdue(today) for one in dialogues))
    people = (sum(one.came for one in held), sum(one.asked for one in held), sum(one.answered for one in held))
    return Balance(dialogues[0].unit, dialogues[0].name, *counts, *people)
