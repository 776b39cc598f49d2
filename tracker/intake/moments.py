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
_LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
_FORMAT = "%Y-%m-%d %H:%M:%S"

_ISO_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_VN_DAY = "[0-9]{2}/[0-9]{2}/[0-9]{4}"
_MINUTES = "[0-9]{2}:[0-9]{2}"
_FRACTION = r"(?:\.[0-9]{1,9})?"
# What is rarer or needs arithmetic: days and hours of one digit, offsets.
_RARE = re.compile(
    r"(?:(?P<y>[0-9]{4})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})|(?P<vd>[0-9]{1,2})/(?P<vm>[0-9]{1,2})/(?P<vy>[0-9]{4}))"
    r"(?:[T ](?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.[0-9]{1,9})?)?"
    r"(?P<offset>\s?(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?))?)?"
)


@dataclass(frozen=True, slots=True)
class Moments:
    """`texts`: `YYYY-MM-DD HH:MM:SS`, None where empty or flawed; which cells are no date, which lie outside all reason."""

    texts: Objects
    bad: Mask
    outside: Mask


def parse_moments(cells: Objects, *, end_of_day: bool) -> Moments:
    """The moments the cells say, in Vietnamese wall-clock time; a date alone is its day's start, or its last second."""
    present = ~is_empty(cells)
    found = _rewrite(pd.Series(cells[present], dtype="str"), "23:59:59" if end_of_day else "00:00:00")
    known = ~is_empty(found)
    beyond = np.zeros(len(found), dtype=bool)
    beyond[known] = (found[known] < f"{FIRST_YEAR}") | (found[known] >= f"{LAST_YEAR + 1}")
    usable = known & ~beyond
    valid = np.zeros(len(found), dtype=bool)
    valid[usable] = pd.to_datetime(pd.Series(found[usable], dtype="str"), format=_FORMAT, errors="coerce").notna().to_numpy()
    found[~valid] = None
    texts = np.full(len(cells), None, dtype=object)
    texts[present] = found
    return Moments(texts, _spread(present, ~valid & ~beyond), _spread(present, beyond))


def _spread(present: Mask, flags: Mask) -> Mask:
    spread = np.zeros(len(present), dtype=bool)
    spread[present] = flags
    return spread


def _rewrite(texts: pd.Series, clock: str) -> Objects:
    """Each text as `YYYY-MM-DD HH:MM:SS` if it has the shape of a moment (it may still name no real day), else None."""
    found = np.full(len(texts), None, dtype=object)
    left = np.ones(len(texts), dtype=bool)
    for pattern, rewrite in _shapes(clock):
        hit = left & texts.str.fullmatch(pattern).to_numpy(dtype=bool)
        if hit.any():
            found[hit] = rewrite(texts[hit]).to_numpy(dtype=object)
            left &= ~hit
        if not left.any():
            return found
    found[left] = map_distinct(texts[left].to_numpy(dtype=object), lambda text: _parse_rare(text, clock))
    return found


def _shapes(clock: str) -> tuple[tuple[str, Callable[[pd.Series], pd.Series]], ...]:
    """The common shapes, each rewritten for a whole column at once."""
    return (
        (f"{_ISO_DAY} {_MINUTES}:[0-9]{{2}}", lambda text: text),
        (_ISO_DAY, lambda text: text + f" {clock}"),
        (f"{_ISO_DAY}[T ]{_MINUTES}:[0-9]{{2}}{_FRACTION}", lambda text: text.str[:10] + " " + text.str[11:19]),
        (f"{_ISO_DAY}[T ]{_MINUTES}", lambda text: text.str[:10] + " " + text.str[11:] + ":00"),
        (_VN_DAY, lambda text: _turn(text) + f" {clock}"),
        (f"{_VN_DAY} {_MINUTES}:[0-9]{{2}}", lambda text: _turn(text) + text.str[10:]),
        (f"{_VN_DAY} {_MINUTES}", lambda text: _turn(text) + text.str[10:] + ":00"),
    )


def _turn(text: pd.Series) -> pd.Series:
    turned: pd.Series = text.str[6:10] + "-" + text.str[3:5] + "-" + text.str[:2]
    return turned


def _parse_rare(text: str, clock: str) -> str | None:
    match = _RARE.fullmatch(text)
    if match is None:
        return None
    day = f"{match['y'] or match['vy']}-{(match['m'] or match['vm']):0>2}-{(match['d'] or match['vd']):0>2}"
    if match["hour"] is None:
        return f"{day} {clock}"
    moment = f"{day} {match['hour']:0>2}:{match['minute']}:{match['second'] or '00'}"
    return moment if match["offset"] is None else _to_local(moment, match["offset"].strip())


def _to_local(moment: str, offset: str) -> str | None:
    digits = offset[1:].replace(":", "").ljust(4, "0")  # "+07" has no minutes
    try:
        ahead = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
        zone = UTC if offset == "Z" else timezone(-ahead if offset[0] == "-" else ahead)
        local = datetime.strptime(moment, _FORMAT).replace(tzinfo=zone).astimezone(_LOCAL)
    except (ValueError, OverflowError):
        return None
    return local.replace(tzinfo=None).isoformat(sep=" ")
