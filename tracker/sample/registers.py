"""What the units keep in registers: procedures and when they were decided, where they are posted, who works there."""

from __future__ import annotations

from dataclasses import dataclass

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
    as_tenths,
    day_number,
    ordered,
    stream,
)
from tracker.sample.words import person_names, read_list
from tracker.sample.workclock import FIRST_DAY, LAST_DAY, WorkClock

_LEVELS = {"department": "province", "district": "district", "commune": "commune"}
_OLD, _SPAN = 420, 1430  # days before the first day from which old decisions date; days over which new ones are spread
_NEVER = 10**6  # further than any working day of the calendar


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The procedures in code order."""

    codes: Texts
    names: list[str]
    fields: list[str]
    levels: Texts
    owners: Texts
    legal_days: Ints
    demand: Ints
    decided: Ints
    effective: Ints


@dataclass(frozen=True, slots=True)
class Register:
    """One row for each unit and procedure of its level: their places in the cast and the catalogue, and how far online."""

    unit: Ints
    procedure: Ints
    online_level: Ints


def build_catalogue(seed: int, clock: WorkClock) -> Catalogue:
    """The procedures: the busy ones decided before the campaign, half of the rest during it, some of them published late."""
    rng = stream(seed, 1)
    rows = sorted(read_list("procedures"), key=lambda row: row["code"])
    size = len(rows)
    demand = np.array([int(row["demand"]) for row in rows], dtype=np.int64)
    start = day_number(FIRST_DAY)
    owners = np.array([row["owner"] for row in rows], dtype=object)
    old = (demand > 1) | (rng.random(size) < 0.5) | _first_of_each(owners)
    age, moment = (rng.random(size) * _OLD).astype(np.int64), (rng.random(size) * _SPAN).astype(np.int64)
    decided = clock.after(np.where(old, start - _OLD - 1 + age * 3 // 4, start + moment), np.zeros(size, dtype=np.int64))
    spread = rng.random(size)
    notice = np.where(rng.random(size) < 0.86, 6 + (spread * 15).astype(np.int64), (spread * 5).astype(np.int64))
    return Catalogue(
        codes=np.array([row["code"] for row in rows], dtype=object),
        names=[row["name"] for row in rows],
        fields=[row["field"] for row in rows],
        levels=np.array([row["level"] for row in rows], dtype=object),
        owners=owners,
        legal_days=np.array([int(row["legal_days"]) for row in rows], dtype=np.int64),
        demand=demand,
        decided=decided,
        effective=clock.after(decided, notice),
    )


def _first_of_each(owners: Texts) -> Bools:
    """One procedure of every owner: decided of old, so that no unit starts with nothing to do."""
    first = np.zeros(len(owners), dtype=np.bool_)
    first[np.unique(owners.astype("U"), return_index=True)[1]] = True
    return first


def procedures_frame(catalogue: Catalogue, seed: int, clock: WorkClock) -> pd.DataFrame:
    """The procedures as a case file."""
    rng = stream(seed, 2)
    published = clock.after(catalogue.decided, (rng.random(len(catalogue.codes)) * 6).astype(np.int64))
    return as_frame(
        "procedures",
        {
            "code": catalogue.codes,
            "name": catalogue.names,
            "field": catalogue.fields,
            "level": catalogue.levels,
            "owner": catalogue.owners,
            "decision_no": [f"{n:04d}/H99" for n in range(100, 100 + len(catalogue.codes))],
            "decided_on": as_dates(catalogue.decided),
            "effective_on": as_dates(catalogue.effective),
            "published_on": as_dates(published, published <= day_number(LAST_DAY)),
            "legal_days": as_numbers(catalogue.legal_days),
        },
    )


def build_register(cast: Cast, catalogue: Catalogue, seed: int) -> Register:
    """Which procedures each unit handles (a department its own, the others all of their level) and how far online."""
    rng = stream(seed, 3)
    units, procedures = [], []
    for place in np.flatnonzero(cast.active).tolist():
        kind = cast.kinds[place]
        handles = catalogue.levels == _LEVELS[kind]
        if kind == "department":
            handles &= catalogue.owners == cast.codes[place]
        procedures.append(np.flatnonzero(handles))
        units.append(np.full(len(procedures[-1]), place, dtype=np.int64))
    unit, procedure = np.concatenate(units), np.concatenate(procedures)
    reach = 0.5 * cast.posting[unit] + 0.5 * rng.random(len(unit)) + np.where(catalogue.demand[procedure] > 1, 0.15, 0.0)
    # Levels 2, 3 and 4 of online service; a few procedures have only their forms online.
    level = np.searchsorted(np.array([0.12, 0.6, 0.86]), reach) + 1
    return Register(unit, procedure, level.astype(np.int64))


def postings_frame(cast: Cast, catalogue: Catalogue, register: Register, seed: int, clock: WorkClock) -> pd.DataFrame:
    """The register as a case file."""
    rng = stream(seed, 4)
    care = cast.posting[register.unit]
    size = len(care)
    posted_on, posted = _posted(register, catalogue, care, rng, clock)

    def kept(at_least: float) -> Bools:
        return posted & (rng.random(size) < at_least + (1 - at_least) * care)

    legal = catalogue.legal_days[register.procedure] * 10
    # Half days are the smallest promise: a timid cut is rounded up to one, a bold cut down.
    cut = np.array([0, 10, 25, 50])[np.searchsorted(np.array([0.2, 0.5, 0.85]), 0.5 * care + 0.5 * rng.random(size))]
    committed = (legal * (100 - cut) // 100 + np.where(cut < 25, 4, 0)) // 5 * 5
    counter, site, portal = kept(0.92), kept(0.7), kept(0.78)
    one_stop = rng.random(size) < 0.78 + 0.22 * care
    return as_frame(
        "postings",
        {
            "unit": cast.codes[register.unit],
            "procedure": catalogue.codes[register.procedure],
            "posted_on": as_dates(np.where(posted, posted_on, 0), posted),
            "counter": as_flags(counter),
            "site": as_flags(site),
            "portal": as_flags(portal),
            "content_complete": as_flags(kept(0.7)),
            "one_stop": as_flags(one_stop),
            "interlinked": as_flags(rng.random(size) < 0.12),
            "workflow_assigned": as_flags(rng.random(size) < 0.3 + 0.7 * care),
            "committed_days": as_tenths(committed),
            "online_level": as_numbers(register.online_level),
            "postal": as_flags(rng.random(size) < 0.02 + 0.83 * care),
        },
    )


def _posted(
    register: Register, catalogue: Catalogue, care: Floats, rng: np.random.Generator, clock: WorkClock
) -> tuple[Ints, Bools]:
    """The day each procedure was posted, and whether it was by the last day: soon, late, or much later by old neglect."""
    size = len(care)
    decided = catalogue.decided[register.procedure]
    soon = (rng.random(size) * 6).astype(np.int64)
    late = 6 + (ordered(rng, size, 2, 0) * 260).astype(np.int64)
    days = np.where(rng.random(size) < 0.55 + 0.45 * care, soon, late)
    # Neglected postings are mended as the campaign goes on: the day is spread over its years.
    mended = clock.index_from(day_number(FIRST_DAY) + (rng.random(size) * _SPAN).astype(np.int64))
    neglected = (decided < day_number(FIRST_DAY)) & (rng.random(size) < 0.4 * (1 - care))
    index = np.where(neglected, mended, clock.index_from(decided) + days)
    never = rng.random(size) < 0.22 * (1 - care)
    index = np.where(never, _NEVER, index)
    last = int(clock.index_from(np.array(day_number(LAST_DAY)))[()])
    return clock.days[np.minimum(index, last)], index <= last


def staff_frame(cast: Cast, seed: int) -> pd.DataFrame:
    """The officials of every unit that works, as a case file."""
    rng = stream(seed, 5)
    places = np.repeat(np.arange(len(cast.codes)), np.where(cast.active, cast.staff, 0))
    names = person_names(len(places))
    titles: dict[str, list[str]] = {}
    for row in read_list("titles"):
        titles.setdefault(row["level"], []).append(row["title"])
    kinds = cast.kinds[places].tolist()
    numbers = officer_numbers(places)
    shuffled = rng.permutation(len(places)).tolist()
    return as_frame(
        "staff",
        {
            "code": officer_codes(cast.codes[places], numbers),
            "unit": cast.codes[places],
            "name": [names[n] for n in shuffled],
            "title": [titles[kind][n % len(titles[kind])] for kind, n in zip(kinds, numbers.tolist(), strict=True)],
            "standard_met": as_flags((rng.random(len(places)) < 0.96) | (cast.codes[places] == planted.TWIN)),
        },
    )


def officer_numbers(places: Ints) -> Ints:
    """1, 2, 3 ... within each run of the same unit."""
    starts = np.searchsorted(places, places, side="left")
    return np.arange(len(places)) - starts + 1


def officer_codes(units: Texts, numbers: Ints) -> Texts:
    """The codes of officials by their number in the unit."""
    pairs = zip(units.tolist(), numbers.tolist(), strict=True)
    return np.array([f"{unit}-{number:03d}" for unit, number in pairs], dtype=object)
