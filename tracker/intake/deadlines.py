"""Last days as plans write them: a day, a month, a quarter, a year, or that something is done regularly."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from tracker.intake.spans import months, read_period
from tracker.intake.tally_title import fold

_REGULAR = (
    *("thuong xuyen", "hang nam", "hang quy", "hang thang", "hang tuan", "hang ngay", "hang ky", "dinh ky", "lien tuc"),
    *("regularly", "every year", "every quarter", "every month", "ongoing", "continuous", "yearly", "quarterly", "monthly"),
)
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)(?: 00:00:00)?")
_YEAR = r"(?: ?[/,-]? ?(?:nam )?(\d{4})\b)?"
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
# Words around a last day that leave it the last day. "Before June" would not: only a day may be said so.
_AROUND = frozenset(
    {
        *(
            "hoan",
            "thanh",
            "xong",
            "cham",
            "muon",
            "nhat",
            "trong",
            "den",
            "het",
            "vao",
            "cuoi",
            "giai",
            "doan",
            "nam",
            "va",
        ),
        *("by", "until", "end", "of", "in", "the"),
    }
)
_BEFORE_A_DAY = frozenset({"truoc", "ngay", "before", "on"})
_FROM = frozenset({"tu", "from"})
_WORDS = re.compile(r"[^\s,;:.()–-]+")


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day; None for what is done regularly and has none."""

    due: date | None


def read_deadline(text: str, year: int | None = None) -> Deadline | None:
    """What the words say, a month or a quarter being its last day; None where that is not certain.

    `year` is the one meant where none is written, None where it must be written. Of several days the last one counts.
    """
    plain = fold(text)
    if any(word in plain for word in _REGULAR):
        return Deadline(None)
    if span := read_period(text):
        return Deadline(span[1])
    try:
        return _read(plain, year)
    except ValueError:  # a day or a year that no calendar has
        return None


def _read(plain: str, year: int | None) -> Deadline | None:
    if moment := _MOMENT.fullmatch(plain):
        return Deadline(date.fromisoformat(moment[1]))
    for pattern, last_day in _SHAPES:
        found = list(pattern.finditer(plain))
        if found and _is_all(pattern.sub(" ", plain), several=len(found) > 1, of_days=pattern in _DAYS):
            days = [last_day(match, year) for match in found]
            return None if None in days else Deadline(max(day for day in days if day is not None))
    return None


def _is_all(rest: str, *, several: bool, of_days: bool) -> bool:
    """Whether nothing else is said that could mean another day."""
    known = _AROUND | (_BEFORE_A_DAY if of_days else frozenset()) | (_FROM if several else frozenset())
    return set(_WORDS.findall(rest)) <= known


def _day(match: re.Match[str], _: int | None) -> date | None:
    return date(int(match[3]), int(match[2]), int(match[1]))


def _quarter(match: re.Match[str], year: int | None) -> date | None:
    quarter = _ROMAN.get(match[1]) or int(match[1])
    return _end(match[2], year, 3 * quarter)


def _half(match: re.Match[str], year: int | None) -> date | None:
    return _end(match[2], year, 6 if match[1] == "dau" else 12)


def _month(match: re.Match[str], year: int | None) -> date | None:
    return _end(match[2], year, int(match[1]))


def _whole(match: re.Match[str], year: int | None) -> date | None:
    return _end(match[1], year, 12)


def _end(written: str | None, year: int | None, month: int) -> date | None:
    said = int(written) if written else year
    return None if said is None else months(said, month, month)[1]


_DAYS = (
    re.compile(r"\b(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\b"),
    re.compile(r"\b(\d{1,2}) thang (\d{1,2}) nam (\d{4})\b"),
)
_SHAPES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], int | None], date | None]], ...] = (
    *((pattern, _day) for pattern in _DAYS),
    (re.compile(rf"\bq(?:uy|uarter)? ?(iv|i{{1,3}}|[1-4])\b{_YEAR}"), _quarter),
    (re.compile(rf"\b(?:6|sau) thang (dau|cuoi) nam\b{_YEAR}"), _half),
    (re.compile(rf"\bthang (1[0-2]|0?[1-9])\b{_YEAR}"), _month),
    (re.compile(r"\b(1[0-2]|0?[1-9])[/-](\d{4})\b"), _month),
    (re.compile(r"\b(\d{4})\b"), _whole),
)
