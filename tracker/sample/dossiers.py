"""The dossiers: received in working hours with a rush before Tết, due after the legal days, and mostly ended in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from tracker.sample import planted
from tracker.sample.cast import Cast
from tracker.sample.cells import (
    DAY_SECONDS,
    Bools,
    Floats,
    Ints,
    Texts,
    as_frame,
    as_numbers,
    as_tenths,
    as_times,
    day_number,
    ordered,
    stream,
    where_known,
)
from tracker.sample.registers import Catalogue, Register, officer_codes
from tracker.sample.workclock import LAST_DAY, TET, WORKDAY, YEARS, WorkClock

HORIZON = (day_number(LAST_DAY) + 1) * DAY_SECONDS  # nothing that happens from here on is known

_GROWTH = (0.22, 0.46, 0.72)  # shares of all dossiers by the end of 2017, 2018, 2019
_ONLINE = np.array([0.05, 0.13, 0.24, 0.35])  # of all dossiers, by year
_POSTAL = np.array([0.01, 0.02, 0.03, 0.05])
_COUNTER_OPEN = 2019  # from this year the provincial service centre receives for the departments
_CENTRE = "H99.22"
_HANDED_IN = ("code", "unit", "receiving_unit", "procedure", "channel", "submitted_at")


@dataclass(frozen=True, slots=True)
class _Intake:
    """What is settled when a dossier comes in; positions are open seconds of the clock."""

    unit: Ints
    year: Ints  # 0 for the first
    procedure: Ints
    online: Bools
    postal: Bools
    position: Ints
    due: Ints


@dataclass(frozen=True, slots=True)
class _Course:
    """What became of it: instants in wall-clock seconds, each with a flag that says whether it ever came."""

    requests: Ints
    waiting: Bools
    waiting_since: Ints
    paused_minutes: Ints
    late: Bools
    ended: Bools
    end: Ints  # position


def dossiers_frame(cast: Cast, catalogue: Catalogue, register: Register, seed: int, clock: WorkClock) -> pd.DataFrame:
    """All dossiers of the units that work, as a case file."""
    rng = stream(seed, 6)
    intake = _receive(cast, catalogue, register, rng, clock)
    course = _handle(cast, intake, rng, clock)
    columns: dict[str, Texts | list[str]] = {"unit": cast.codes[intake.unit], "procedure": catalogue.codes[intake.procedure]}
    columns |= _reception(cast, intake, rng, clock)
    columns |= _outcome(cast, intake, course, rng, clock)
    columns |= _apologies(cast, intake, course, rng, clock)
    columns |= {"code": _codes(cast, intake, clock), "officer": _officers(cast, intake, rng)}
    return _forget_unreceived(as_frame("dossiers", columns))


def _receive(cast: Cast, catalogue: Catalogue, register: Register, rng: np.random.Generator, clock: WorkClock) -> _Intake:
    unit = np.repeat(np.arange(len(cast.codes)), np.where(cast.active, cast.dossiers, 0))
    size = len(unit)
    year = np.searchsorted(np.array(_GROWTH), rng.random(size))
    tiny = unit == cast.place(planted.TINY)
    year[tiny] = np.arange(int(tiny.sum())) % len(YEARS)
    position = _days(year, rng, clock) * WORKDAY + (ordered(rng, size, 3, 1) * WORKDAY).astype(np.int64)
    position = _sorted_within(unit, position)
    day = clock.days[position // WORKDAY]
    year = np.searchsorted(np.array([day_number(date(y, 1, 1)) for y in YEARS]), day, side="right") - 1
    line = _lines(unit, catalogue, register, day, rng)
    procedure = register.procedure[line]
    serviced = register.online_level[line] >= 3
    # Online dossiers need an online service: the year's share is reached over those that have one.
    served = np.bincount(year[serviced], minlength=len(YEARS)) / np.bincount(year, minlength=len(YEARS))
    online = serviced & (rng.random(size) < (_ONLINE / served)[year])
    postal = ~online & (rng.random(size) < _POSTAL[year])
    due = position + catalogue.legal_days[procedure] * WORKDAY
    return _Intake(unit, year, procedure, online, postal, position, due)


def _days(year: Ints, rng: np.random.Generator, clock: WorkClock) -> Ints:
    """A working day of each year (its place in the clock): busier on Mondays and before Tết, quiet just after it."""
    weights = np.where(clock.days % 7 == 4, 118, 100)  # day 4 was a Monday
    for tet in (day_number(day) for day in TET):
        away = clock.days - tet
        before, after, backlog = (away >= -24) & (away < 0), (away >= 0) & (away < 15), (away >= 15) & (away < 40)
        weights = weights * np.select([before, after, backlog], [150 + (24 + away) * 4, 45, 122], 100) // 100
    picked = np.empty(len(year), dtype=np.int64)
    for number, y in enumerate(YEARS):
        first, last = clock.index_from(np.array([day_number(date(n, 1, 1)) for n in (y, y + 1)])).tolist()
        steps = np.cumsum(weights[first:last])
        here = year == number
        draws = (rng.random(int(here.sum())) * int(steps[-1])).astype(np.int64)
        picked[here] = first + np.searchsorted(steps, draws, side="right")
    return picked


def _sorted_within(unit: Ints, position: Ints) -> Ints:
    return position[np.lexsort((position, unit))]


def _lines(unit: Ints, catalogue: Catalogue, register: Register, day: Ints, rng: np.random.Generator) -> Ints:
    """The line of the register each dossier is about: by demand, and never a procedure that is not in force yet."""
    lines = np.empty(len(unit), dtype=np.int64)
    draws = rng.random(len(unit))
    demand = catalogue.demand[register.procedure] * 10
    # A rare procedure is worth a tenth of the demand the lists give the common ones.
    demand = np.where(demand == 10, 4, demand)
    effective = catalogue.effective[register.procedure]
    units = np.unique(register.unit)
    firsts, lasts = (np.searchsorted(register.unit, units, side=side).tolist() for side in ("left", "right"))
    starts, stops = (np.searchsorted(unit, units, side=side).tolist() for side in ("left", "right"))
    for first, last, start, stop in zip(firsts, lasts, starts, stops, strict=True):
        here = slice(start, stop)
        steps = np.cumsum(demand[first:last])
        chosen = first + np.searchsorted(steps, (draws[here] * int(steps[-1])).astype(np.int64), side="right")
        oldest = first + int(np.argmin(effective[first:last]))
        lines[here] = np.where(effective[chosen] <= day[here], chosen, oldest)
    return lines


def _handle(cast: Cast, intake: _Intake, rng: np.random.Generator, clock: WorkClock) -> _Course:
    size = len(intake.unit)
    allotted = intake.due - intake.position
    due_wall = clock.instants(intake.due)
    exact = rng.random(size) < cast.exact[intake.unit]
    parked = ~exact & (rng.random(size) < cast.parked[intake.unit])
    again = ~exact & (rng.random(size) < cast.again[intake.unit])
    asked = ~exact & (again | (rng.random(size) < 0.06))
    requests = np.where(parked, 1, np.where(again, 2 + (rng.random(size) < 0.2), asked.astype(np.int64)))
    since = intake.position + (rng.random(size) * 0.6 * allotted).astype(np.int64)
    since = np.where(parked, intake.due - 60 - (rng.random(size) * 3 * 3600).astype(np.int64), since)
    length = (WORKDAY // 2 + ordered(rng, size, 3, 0) * 14 * WORKDAY).astype(np.int64)
    since_wall, resumed_wall = clock.instants(since), clock.instants(since + length)
    waiting = (since_wall < HORIZON) & (parked | (asked & (resumed_wall >= HORIZON)))
    paused = asked & ~parked & (resumed_wall < HORIZON)
    minutes = np.where(paused, (resumed_wall - since_wall) // 60, 0)
    effective = clock.positions(due_wall + minutes * 60)
    late = ~exact & ~waiting & (rng.random(size) < _late_share(cast, intake, clock))
    used = np.where(rng.random(size) < 0.6, ordered(rng, size, 3, 2), ordered(rng, size, 2, 0))
    work = 600 + (used * np.maximum(allotted - 600, 0)).astype(np.int64)
    in_time = np.minimum(np.where(paused, since + length, intake.position) + work, effective)
    severity = ordered(rng, size, 3, 0) * 14 + np.where(rng.random(size) < 0.03, 45.0, 0.0) * rng.random(size)
    end = np.where(late, effective + 1 + (severity * WORKDAY).astype(np.int64), np.where(exact, intake.due, in_time))
    ended = ~waiting & (clock.instants(end) < HORIZON)
    return _Course(requests, waiting, since_wall, minutes, late, ended, end)


def _late_share(cast: Cast, intake: _Intake, clock: WorkClock) -> Floats:
    """How likely each dossier is late: by unit and year, more around Tết, most of all in the planted backlog."""
    share = cast.late[intake.unit, intake.year]
    day = clock.days[intake.position // WORKDAY]
    away = np.min([np.abs(day - day_number(tet)) for tet in TET], axis=0)
    share = np.where(away < 18, share * 1.6, share)
    backlog = (np.abs(day - day_number(TET[2])) < 30) & (intake.unit == cast.place(planted.TET_BACKLOG))
    return np.where(backlog, 0.8, share)


def _reception(cast: Cast, intake: _Intake, rng: np.random.Generator, clock: WorkClock) -> dict[str, Texts | list[str]]:
    size = len(intake.unit)
    received = clock.instants(intake.position)
    slow = rng.random(size) < cast.unaccepted[intake.unit]
    before = np.where(slow, (1.2 + 4 * rng.random(size)) * WORKDAY, 300 + rng.random(size) * 0.8 * WORKDAY)
    submitted = clock.instants(intake.position - before.astype(np.int64))
    # People at home hand in at night: the evening before the office opened.
    evening = (received // DAY_SECONDS - 1) * DAY_SECONDS + 18 * 3600 + (rng.random(size) * 5 * 3600).astype(np.int64)
    submitted = np.where(~slow & (rng.random(size) < 0.35), evening, submitted)
    department = cast.kinds[intake.unit] == "department"
    centre = department & ~intake.online & (intake.year >= _COUNTER_OPEN - YEARS[0])
    return {
        "channel": np.select([intake.online, intake.postal], ["online", "postal"], "counter").astype(object),
        "receiving_unit": where_known(np.full(size, _CENTRE, dtype=object), centre),
        "submitted_at": as_times(submitted, intake.online),
        "received_at": as_times(received),
        "due_at": as_times(clock.instants(intake.due)),
    }


def _outcome(
    cast: Cast, intake: _Intake, course: _Course, rng: np.random.Generator, clock: WorkClock
) -> dict[str, Texts | list[str]]:
    size = len(intake.unit)
    end = clock.instants(course.end)
    fate = rng.random(size)
    without_result = fate < 0.026
    collected = clock.instants(course.end + (ordered(rng, size, 2, 0) * 5 * WORKDAY).astype(np.int64))
    returned = course.ended & ~without_result & (rng.random(size) < 0.94) & (collected < HORIZON)
    pleased = rng.random(size) < cast.satisfied[intake.unit] * np.where(course.late, 0.55, 1.0)
    rating = np.where(pleased, 4 + (rng.random(size) < 0.6), 1 + (ordered(rng, size, 2, 1) * 3).astype(np.int64))
    status = np.select(
        [course.waiting, ~course.ended, fate < 0.014, fate < 0.023, without_result, returned],
        ["waiting", "in_progress", "rejected", "withdrawn", "stopped", "returned"],
        "completed",
    )
    return {
        "completed_at": as_times(end, course.ended),
        "returned_at": as_times(collected, returned),
        "status": status.astype(object),
        "supplement_requests": as_numbers(course.requests),
        "waiting_since": as_times(course.waiting_since, course.waiting),
        "paused_minutes": as_numbers(course.paused_minutes),
        "rating": as_numbers(rating, returned & (rng.random(size) < 0.22)),
        "processing_days": as_tenths(np.maximum(1, (course.end - intake.position) * 10 // WORKDAY), course.ended),
    }


def _apologies(
    cast: Cast, intake: _Intake, course: _Course, rng: np.random.Generator, clock: WorkClock
) -> dict[str, Texts | list[str]]:
    """Most of those late get an apology, two in three of them before the due date and with a new one."""
    size = len(intake.unit)
    apologised = course.late & (rng.random(size) < cast.apology[intake.unit])
    before = rng.random(size) < 0.66
    shift = (rng.random(size) * WORKDAY).astype(np.int64)
    early, tardy = np.maximum(intake.position, intake.due - shift), np.minimum(intake.due + 3 * shift, course.end) + 1
    apology = np.where(before, early, tardy)
    known = apologised & (clock.instants(apology) < HORIZON)
    extended = known & before & (rng.random(size) < 0.75)
    again = clock.instants(intake.due + (3 + (rng.random(size) * 8).astype(np.int64)) * WORKDAY)
    return {"apology_at": as_times(clock.instants(apology), known), "extended_due_at": as_times(again, extended)}


def _codes(cast: Cast, intake: _Intake, clock: WorkClock) -> list[str]:
    """Unit, day of receipt, number on that day."""
    day = clock.days[intake.position // WORKDAY]
    runs = intake.unit * 100_000 + day
    number = np.arange(len(runs)) - np.searchsorted(runs, runs, side="left") + 1
    texts = np.datetime_as_string(day.astype("datetime64[D]")).tolist()
    units = cast.codes[intake.unit].tolist()
    parts = zip(units, texts, number.tolist(), strict=True)
    return [f"{unit}-{text[2:4]}{text[5:7]}{text[8:]}-{n:04d}" for unit, text, n in parts]


def _officers(cast: Cast, intake: _Intake, rng: np.random.Generator) -> Texts:
    number = (ordered(rng, len(intake.unit), 2, 0) * cast.staff[intake.unit]).astype(np.int64) + 1
    return officer_codes(cast.codes[intake.unit], number)


def _forget_unreceived(frame: pd.DataFrame) -> pd.DataFrame:
    """A few handed in online in the last days and not accepted yet: only that they were submitted is known."""
    last = frame["received_at"] >= f"{LAST_DAY.isoformat()[:8]}29"
    open_still = last & (frame["channel"] == "online") & frame["completed_at"].isna()
    handled = [name for name in frame.columns if name not in _HANDED_IN]
    frame.loc[open_still & (frame.index % 2 == 0), handled] = None
    return frame
