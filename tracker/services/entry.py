"""Reported values typed in for a unit and a period: what the rulebook declares, as it stands, and as it is saved."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import Connection, Engine, and_, select

from tracker.core.cases import REPORTED
from tracker.core.problems import Place, Problem, RefusedError, UsageError
from tracker.intake.corrections import cell_text
from tracker.services.access import Actor, Verb
from tracker.services.act import Act
from tracker.services.campaigns import PERIOD, PeriodState, load_campaign, load_rulebook
from tracker.services.entry_saving import Left, Typed, left_as, save_typed
from tracker.services.imports import Outcome
from tracker.services.permitted import reading_as
from tracker.services.typed import refusal
from tracker.services.values import Where
from tracker.store.tables import live

OPEN = "open"
ENTERED = ("value", "evidence", "note")
_TABLE = live(REPORTED)
# Typed by hand, "12.000" is twelve thousand to one and twelve to another, whatever the column is called.
_POINT_OR_GROUP = re.compile(r"-?[1-9][0-9]{0,2}\.[0-9]{3}")


@dataclass(frozen=True, slots=True)
class Line:
    """A declared measure: what is reported of it (texts, "" where nothing is), and who left it so."""

    number: int
    measure: str
    title: Mapping[str, str]
    integer: bool
    cells: Mapping[str, str]
    appraised: Decimal | None
    left: Left | None


@dataclass(frozen=True, slots=True)
class EntrySheet:
    """A unit's lines of a period. `settled`: other campaigns' periods of the same days that are frozen."""

    where: Where
    unit: str
    period: PeriodState
    lines: tuple[Line, ...]
    settled: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entered:
    """What somebody typed for a measure, on the batch that was seen there (None: nothing was)."""

    measure: str
    cells: Mapping[str, str]
    seen: int | None


def load_entry(database: Engine, actor: Actor, where: Where, unit: str) -> EntrySheet:
    """What the unit has reported for the period so far; for whoever may enter its figures."""
    with reading_as(database, actor, Verb.IMPORT, unit) as connection:
        return _read(connection, where, unit)


def save_reported(database: Engine, where: Where, unit: str, entered: Sequence[Entered], act: Act) -> Outcome:
    """Save the lines that differ from what stands there, as one batch.

    Refused where the period is open no more, a figure is wrong, or somebody else has saved a line meanwhile.
    """
    with reading_as(database, act.actor, Verb.IMPORT, unit) as connection:
        sheet = _read(connection, where, unit)
    _require_open(sheet.period)
    typed = [one for one in (_typed(sheet, said) for said in entered) if one is not None]
    if not typed:
        raise refusal("entry_changes_nothing")

    def guard(connection: Connection) -> None:
        _require_open(load_campaign(connection, where[0]).period(where[1]))

    return save_typed(database, REPORTED.name, typed, act, guard)


def _read(connection: Connection, where: Where, unit: str) -> EntrySheet:
    campaign = load_campaign(connection, where[0])
    period = campaign.period(where[1])
    declared = load_rulebook(connection, campaign.rulebook).rulebook.reported
    of_unit = and_(_TABLE.c.unit == unit, _TABLE.c.period_from == period.begins, _TABLE.c.period_to == period.ends)
    stored = {row.measure: row for row in connection.execute(select(_TABLE).where(of_unit))}
    left = left_as(connection, [row.batch_id for row in stored.values()])
    lines = []
    for number, reported in enumerate(declared, start=1):
        row = stored.get(reported.measure)
        cells = {name: cell_text(getattr(row, name)) or "" if row else "" for name in ENTERED}
        appraised = None if row is None else row.checked if row.decided is None else row.decided
        by = left[row.batch_id] if row else None
        lines.append(Line(number, reported.measure, reported.title, reported.integer, cells, appraised, by))
    return EntrySheet(where, unit, period, tuple(lines), _settled(connection, where, period.begins, period.ends))


def _settled(connection: Connection, where: Where, begins: date, ends: date) -> tuple[str, ...]:
    same_days = (PERIOD.c.begins == begins, PERIOD.c.ends == ends, PERIOD.c.state != OPEN, PERIOD.c.campaign != where[0])
    return tuple(connection.execute(select(PERIOD.c.campaign).where(*same_days).order_by(PERIOD.c.campaign)).scalars())


def _require_open(period: PeriodState) -> None:
    if period.state != OPEN:
        raise refusal("entry_period_frozen", period.code, period=period.code)


def _typed(sheet: EntrySheet, said: Entered) -> Typed | None:
    """The line as a row to save; None where it says nothing new."""
    line = next((line for line in sheet.lines if line.measure == said.measure), None)
    if line is None:
        known = ", ".join(line.measure for line in sheet.lines)
        raise UsageError("measure_not_declared", measure=said.measure, known=known)
    if strange := sorted(set(said.cells) - set(ENTERED)):
        raise RefusedError([Problem("column_not_entered", Place("", column=name)) for name in strange])
    cells = {**line.cells, **{name: text.strip() for name, text in said.cells.items()}}
    if cells["value"].replace(",", ".") == line.cells["value"]:  # as it was shown, with the language's comma
        cells["value"] = line.cells["value"]
    elif _POINT_OR_GROUP.fullmatch(cells["value"]):
        raise RefusedError([Problem("ambiguous_number", Place("", row=line.number, column="value"), value=cells["value"])])
    if cells == line.cells:
        return None
    span = {"period_from": sheet.period.begins.isoformat(), "period_to": sheet.period.ends.isoformat()}
    if line.integer and not _is_whole(cells["value"]):
        place = Place("", row=line.number, column="value")
        raise RefusedError([Problem("not_an_integer", place, value=cells["value"])])
    return Typed(line.number, {"unit": sheet.unit, "measure": line.measure, **span, **cells}, said.seen)


def _is_whole(text: str) -> bool:
    """Whether a text is a whole number, or none at all, which the reading of cells will say."""
    whole, _, fraction = text.replace(",", ".").partition(".")
    return not whole.lstrip("-").isdecimal() or not fraction.strip("0")
