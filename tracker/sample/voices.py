"""What people say of the units, and what units say of themselves: feedback, surveys, initiatives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from tracker.sample import planted
from tracker.sample.cast import Cast
from tracker.sample.cells import (
    Bools,
    Floats,
    Ints,
    Texts,
    as_dates,
    as_flags,
    as_frame,
    as_numbers,
    day_number,
    ordered,
    stream,
    where_known,
)
from tracker.sample.registers import officer_codes
from tracker.sample.workclock import LAST_DAY, YEARS, WorkClock

_KINDS = np.array(["behaviour_petition", "rule_petition", "complaint", "denunciation"], dtype=object)
_CHANCE = np.array([0.9, 1.0, 0.6, 0.025])  # at most, of a first one in a year, for a middling office without care
_AGAIN = (1.0, 0.5, 0.25)  # of a first, a second, a third
_UPHELD = np.array([0.6, 0.35, 0.5, 0.15])
_DUE = np.array([15, 15, 30, 30])  # working days
_PRAISED = 4  # initiatives a year
_SLIPS = 160  # survey slips a year at most
_TOLD = [code for story in planted.PLANTED.values() for code in ((story,) if isinstance(story, str) else story)]
_DENOUNCED_ON, _DECIDED_ON = date(2019, 3, 11), date(2019, 5, 20)


@dataclass(frozen=True, slots=True)
class _Letters:
    """Feedback in order of unit and day."""

    unit: Ints
    kind: Ints
    day: Ints


def feedback_frame(cast: Cast, seed: int, clock: WorkClock) -> pd.DataFrame:
    """Petitions, complaints and denunciations as a case file, the planted denunciation among them."""
    rng = stream(seed, 7)
    letters = _letters(cast, rng, clock)
    size = len(letters.unit)
    conduct = cast.conduct[letters.unit]
    due = clock.after(letters.day, _DUE[letters.kind])
    prompt = rng.random(size) < 0.8 + 0.2 * conduct
    share = np.where(prompt, 0.3 + 0.7 * rng.random(size), 1.1 + 0.8 * rng.random(size))
    resolved = clock.after(letters.day, (share * _DUE[letters.kind]).astype(np.int64))
    planted_row = (letters.unit == cast.place(planted.DENOUNCED)) & (letters.kind == 3)
    resolved = np.where(planted_row, day_number(_DECIDED_ON), resolved)
    known = resolved <= day_number(LAST_DAY)
    outcome = _outcomes(letters, conduct, rng)
    outcome = np.where(planted_row, "upheld", np.where(known, outcome, "pending"))
    named = np.isin(outcome.astype("U"), ["upheld", "partly_upheld"]) & (planted_row | (rng.random(size) < 0.6))
    numbers = (rng.random(size) * cast.staff[letters.unit]).astype(np.int64) + 1
    codes = _codes(cast, letters)
    repeated = np.append(False, letters.unit[1:] == letters.unit[:-1]) & ~planted_row & (rng.random(size) < 0.05)
    return as_frame(
        "feedback",
        {
            "code": codes,
            "unit": cast.codes[letters.unit],
            "kind": _KINDS[letters.kind],
            "received_on": as_dates(letters.day),
            "due_on": as_dates(due),
            "resolved_on": as_dates(resolved, known),
            "outcome": outcome.astype(object),
            "officer": where_known(officer_codes(cast.codes[letters.unit], numbers), named),
            "repeat_of": where_known(np.roll(codes, 1), repeated),
            "dissatisfied": as_flags(known & (rng.random(size) < 0.25 - 0.2 * conduct)),
        },
    )


def _letters(cast: Cast, rng: np.random.Generator, clock: WorkClock) -> _Letters:
    units = np.flatnonzero(cast.active)
    shape = (len(units), len(YEARS), len(_KINDS), len(_AGAIN))
    # Busy offices hear more, though not in proportion.
    busy = np.minimum(1.6, 0.4 + cast.dossiers[units] / 900)
    carelessness = 0.06 + (1 - cast.conduct[units])
    odds = np.minimum(0.95, (busy * carelessness)[:, None] * _CHANCE)[:, None, :, None] * np.array(_AGAIN)
    # A planted unit is denounced only where its story says so.
    odds[np.isin(cast.codes[units].astype("U"), _TOLD), :, 3] = 0
    unit, year, kind, _ = np.nonzero(rng.random(shape) < odds)
    moment = (rng.random(len(unit)) * 365).astype(np.int64)
    starts = np.array([day_number(date(y, 1, 1)) for y in YEARS])
    day = clock.days[np.minimum(clock.index_from(starts[year] + moment), clock.index_from(starts[year] + 366) - 1)]
    unit = np.append(units[unit], cast.place(planted.DENOUNCED))
    kind, day = np.append(kind, 3), np.append(day, day_number(_DENOUNCED_ON))
    order = np.lexsort((kind, day, unit))
    return _Letters(unit[order], kind[order], day[order])


def _outcomes(letters: _Letters, conduct: Floats, rng: np.random.Generator) -> Texts:
    size = len(letters.unit)
    upheld: Bools = rng.random(size) < _UPHELD[letters.kind] * np.minimum(1.0, 2 * (1 - conduct))
    other = rng.random(size)
    return np.where(
        upheld,
        np.where(other < 0.55, "upheld", "partly_upheld"),
        np.where(other < 0.15, "withdrawn", "rejected"),
    ).astype(object)


def _codes(cast: Cast, letters: _Letters) -> Texts:
    """Unit and a number that runs through its letters."""
    number = np.arange(len(letters.unit)) - np.searchsorted(letters.unit, letters.unit, side="left") + 1
    units = cast.codes[letters.unit].tolist()
    return np.array([f"{unit}-F{n:03d}" for unit, n in zip(units, number.tolist(), strict=True)], dtype=object)


def surveys_frame(cast: Cast, seed: int) -> pd.DataFrame:
    """One survey a year, unit and topic as a case file: the result, and the attitude, which people judge more kindly."""
    rng = stream(seed, 8)
    units = np.flatnonzero(cast.active)
    unit = np.repeat(units, len(YEARS) * 2)
    year = np.tile(np.repeat(np.arange(len(YEARS)), 2), len(units))
    attitude = np.tile(np.array([False, True]), len(units) * len(YEARS))
    responses = np.clip(cast.dossiers[unit] // len(YEARS) * 4 // 10, 5, _SLIPS)
    mood = np.where(attitude, 0.4 * cast.satisfied[unit] + 0.55 + 0.05 * cast.conduct[unit], cast.satisfied[unit])
    mood = np.minimum(0.995, mood + 0.01 * (year - 1) + 0.02 * (rng.random(len(unit)) - 0.5))
    yes = rng.random((len(unit), _SLIPS)) < mood[:, None]
    satisfied = (yes & (np.arange(_SLIPS) < responses[:, None])).sum(axis=1)
    return as_frame(
        "surveys",
        {
            "unit": cast.codes[unit],
            "period_from": _year_days(year, 1, 1),
            "period_to": _year_days(year, 12, 31),
            "topic": np.where(attitude, "attitude", "result").astype(object),
            "satisfied": as_numbers(satisfied.astype(np.int64)),
            "responses": as_numbers(responses),
        },
    )


def reported_frame(cast: Cast, seed: int) -> pd.DataFrame:
    """Initiatives by unit and year as a case file: self-reported, mostly appraised, a few corrected; some units forgot."""
    rng = stream(seed, 9)
    units = np.flatnonzero(cast.active)
    unit, year = np.repeat(units, len(YEARS)), np.tile(np.arange(len(YEARS)), len(units))
    size = len(unit)
    value = (ordered(rng, size, 2, 0) * (1 + 3 * cast.posting[unit])).astype(np.int64)
    cut = (value > 0) & (rng.random(size) < 0.2)
    # So good a year that only the denunciation keeps the unit from an award.
    praised = cast.codes[unit] == planted.DENOUNCED
    value, cut = np.where(praised, _PRAISED, value), cut & ~praised
    appraised = rng.random(size) < np.where(year == len(YEARS) - 1, 0.6, 0.97)
    contested = appraised & cut & (rng.random(size) < 0.3)
    given = (rng.random(size) < 0.97) | np.isin(cast.codes[unit].astype("U"), [planted.TWIN, planted.DENOUNCED])
    frame = as_frame(
        "reported",
        {
            "unit": cast.codes[unit],
            "measure": np.full(size, "initiatives", dtype=object),
            "period_from": _year_days(year, 1, 1),
            "period_to": _year_days(year, 12, 31),
            "value": as_numbers(value),
            "checked": as_numbers(value - cut, appraised),
            "decided": as_numbers(value, contested),
        },
    )
    return frame[given].reset_index(drop=True)


def _year_days(year: Ints, month: int, day: int) -> Texts:
    return as_dates(np.array([day_number(date(y, month, day)) for y in YEARS])[year])
