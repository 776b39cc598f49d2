"""Dates and times from text: a closed list of formats, read alike everywhere; anything else is for a person to mend."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from tracker.intake.cells import Mask, Objects, is_empty, map_distinct

FIRST_YEAR = 1990
LAST_YEAR = 2100
BUDDHIST_AHEAD = 543
_LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
_PORTION = 50_000
_FORMAT = "%Y-%m-%d %H:%M:%S"

_ISO_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_LOCAL_DAY = "[0-9]{2}/[0-9]{2}/[0-9]{4}"
_MINUTES = "[0-9]{2}:[0-9]{2}"
_SECONDS = "[0-5][0-9]"
_FRACTION = r"(?:\.[0-9]{1,9})?"
# What is rarer or needs arithmetic: days and hours of one digit, other signs, halves of the day, offsets, the time first.
_DAY = (
    r"(?:(?P<year>[0-9]{4})(?P<sign>[-/.])(?P<month>[0-9]{2})(?P=sign)(?P<day>[0-9]{2})"
    r"|(?P<one>[0-9]{1,2})(?P<mark>[-/.])(?P<two>[0-9]{1,2})(?P=mark)(?P<three>[0-9]{4}|[0-9]{2}))"
)
_CLOCK = (
    r"(?P<hour>[0-9]{1,2})[:hH](?P<minute>[0-9]{2})(?::(?P<second>[0-5][0-9])(?:\.[0-9]{1,9})?)?"
    r"(?:\s?(?P<half>SA|CH|AM|PM))?(?P<offset>\s?(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?))?"
)
_DAY_FIRST = re.compile(f"{_DAY}(?:[T ]\\s*{_CLOCK})?", re.IGNORECASE)
_CLOCK_FIRST = re.compile(f"{_CLOCK}\\s+(?:ngày )?{_DAY}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DateReading:
    """How the dates of a column are read: the order of what has no year in front, what two-digit years and 2568 mean."""

    order: str = "dmy"
    year_base: str | None = None
    century: int | None = None


AS_USUAL = DateReading()


@dataclass(frozen=True, slots=True)
class Moments:
    """`texts`: `YYYY-MM-DD HH:MM:SS`, None where empty or flawed; which cells are no date, which lie outside all reason."""

    texts: Objects
    bad: Mask
    outside: Mask


def parse_moments(cells: Objects, *, end_of_day: bool, reading: DateReading = AS_USUAL) -> Moments:
    """The moments the cells say, in Vietnamese wall-clock time; a date alone is its day's start, or its last second."""
    clock = "23:59:59" if end_of_day else "00:00:00"
    texts = np.full(len(cells), None, dtype=object)
    bad, outside = np.zeros(len(cells), dtype=bool), np.zeros(len(cells), dtype=bool)
    for start in range(0, len(cells), _PORTION):  # a column at once would stand in memory several times over
        part = slice(start, start + _PORTION)
        _parse_portion(cells[part], clock, reading, Moments(texts[part], bad[part], outside[part]))
    return Moments(texts, bad, outside)


def _parse_portion(cells: Objects, clock: str, reading: DateReading, into: Moments) -> None:
    present = ~is_empty(cells)
    found = _rewrite(cells[present], clock, reading)
    known = ~is_empty(found)
    beyond = np.zeros(len(found), dtype=bool)
    beyond[known] = (found[known] < f"{FIRST_YEAR}") | (found[known] >= f"{LAST_YEAR + 1}")
    usable = known & ~beyond
    valid = np.zeros(len(found), dtype=bool)
    valid[usable] = pd.to_datetime(pd.Series(found[usable], dtype="str"), format=_FORMAT, errors="coerce").notna().to_numpy()
    found[~valid] = None
    into.texts[present] = found
    into.bad[present] = ~valid & ~beyond
    into.outside[present] = beyond


def _rewrite(cells: Objects, clock: str, reading: DateReading) -> Objects:
    """Each text as `YYYY-MM-DD HH:MM:SS` if it has the shape of a moment (it may still name no real day), else None."""
    texts = pd.Series(cells, dtype="str")
    found = np.full(len(cells), None, dtype=object)
    left = np.ones(len(cells), dtype=bool)
    for pattern, rewrite in _shapes(clock, reading):
        hit = left & texts.str.fullmatch(pattern).to_numpy(dtype=bool)
        if hit.any():
            found[hit] = cells[hit] if rewrite is None else rewrite(texts[hit]).to_numpy(dtype=object)
            left &= ~hit
        if not left.any():
            return found
    found[left] = map_distinct(cells[left], lambda text: _parse_rare(text, clock, reading))
    return found


def _shapes(clock: str, reading: DateReading) -> tuple[tuple[str, Callable[[pd.Series], pd.Series] | None], ...]:
    """The common shapes, each rewritten for many cells at once; None leaves them as they are."""
    if reading.year_base == "buddhist":
        return ()  # years need arithmetic
    with_year_first = (
        (f"{_ISO_DAY} {_MINUTES}:{_SECONDS}", None),
        (_ISO_DAY, lambda text: text + f" {clock}"),
        (f"{_ISO_DAY}[T ]{_MINUTES}:{_SECONDS}{_FRACTION}", lambda text: text.str[:10] + " " + text.str[11:19]),
        (f"{_ISO_DAY}[T ]{_MINUTES}", lambda text: text.str[:10] + " " + text.str[11:] + ":00"),
    )
    if reading.order != "dmy":
        return with_year_first
    return (
        *with_year_first,
        (_LOCAL_DAY, lambda text: _turn(text) + f" {clock}"),
        (f"{_LOCAL_DAY} {_MINUTES}:{_SECONDS}", lambda text: _turn(text) + text.str[10:]),
        (f"{_LOCAL_DAY} {_MINUTES}", lambda text: _turn(text) + text.str[10:] + ":00"),
    )


def _turn(text: pd.Series) -> pd.Series:
    turned: pd.Series = text.str[6:10] + "-" + text.str[3:5] + "-" + text.str[:2]
    return turned


def _parse_rare(text: str, clock: str, reading: DateReading) -> str | None:
    match = _DAY_FIRST.fullmatch(text) or _CLOCK_FIRST.fullmatch(text)
    day = _day(match, reading) if match else None
    if match is None or day is None:
        return None
    if match["hour"] is None:
        return f"{day} {clock}"
    hour = _hour(int(match["hour"]), (match["half"] or "").upper())
    if hour is None:
        return None
    moment = f"{day} {hour:02}:{match['minute']}:{match['second'] or '00'}"
    return moment if match["offset"] is None else _to_local(moment, match["offset"].strip().upper())


def _day(match: re.Match[str], reading: DateReading) -> str | None:
    """The day as `YYYY-MM-DD`, None if its parts do not fit the order."""
    year, month, day = match["year"], match["month"], match["day"]
    if year is None:
        parts = dict(zip(reading.order, match.group("one", "two", "three"), strict=True))
        year, month, day = parts["y"], parts["m"], parts["d"]
    if (len(year) < 4 and reading.century is None) or len(year) not in (2, 4) or len(month) > 2 or len(day) > 2:
        return None
    number = int(year) if len(year) == 4 or reading.century is None else reading.century + int(year)
    if reading.year_base == "buddhist" and number > LAST_YEAR:
        number -= BUDDHIST_AHEAD
    return f"{number:04}-{month:0>2}-{day:0>2}"


def _hour(hour: int, half: str) -> int | None:
    """The hour of the day; SA and CH are the mornings and the afternoons of Vietnamese spreadsheets."""
    if not half:
        return hour
    if hour > 12:
        return None
    return hour % 12 + (12 if half in ("CH", "PM") else 0)


def _to_local(moment: str, offset: str) -> str | None:
    digits = offset[1:].replace(":", "").ljust(4, "0")  # "+07" has no minutes
    try:
        ahead = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
        zone = UTC if offset == "Z" else timezone(-ahead if offset[0] == "-" else ahead)
        local = datetime.strptime(moment, _FORMAT).replace(tzinfo=zone).astimezone(_LOCAL)
    except (ValueError, OverflowError):
        return None
    return local.replace(tzinfo=None).isoformat(sep=" ")
