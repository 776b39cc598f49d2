"""In which order a column's dates name day and month: settled by dates that fit one order only, asked where none says it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from tracker.core.problems import Severity
from tracker.intake.cells import Objects
from tracker.intake.choices import DATE_ORDERS, YEAR_BASES, ReadingChoices
from tracker.intake.moments import BUDDHIST_AHEAD, FIRST_YEAR, LAST_YEAR, DateReading

_PARTS = re.compile(r"(?:\S+\s+(?:ngày )?)?([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]", re.IGNORECASE)
_YEAR = re.compile(r"(?:^|\s)[0-9]{1,2}([-/.])[0-9]{1,2}\1(?P<last>[0-9]{2}|[0-9]{4})(?:\s|$)|^(?P<first>[0-9]{4})[-/.]")
# With the year in front, or nothing: no order to find out.
_SETTLED = re.compile(r"\s*(?:[0-9]{4}-[0-9]|$)")
_PREFIX = 6
# One date that fits month before day alone is a slip; a column written so has many.
_SLIPS = 1
_MONTH_FIRST_SHARE = 0.25
CENTURIES = (1900, 2000)

Ask = Callable[..., None]


@dataclass(slots=True)
class _Evidence:
    """The different beginnings of a column's dates: which fit one order alone, and which fit both."""

    day_first: set[str]
    month_first: set[str]
    both: set[str]


def settle_orders(columns: Mapping[str, pd.Series], choices: ReadingChoices, ask: Ask) -> dict[str, DateReading]:
    """How each column's dates are to be read; `ask(code, column, severity, value, args)` takes questions and notices.

    Day before month is what the exchange format says. A column is read month before day if enough of its dates can only be
    read so and none only the other way; beside such a column, one that fits both is asked about.
    """
    chosen = DateReading(choices.date_order or "dmy", choices.year_base, choices.century)
    if choices.date_order is not None:
        return dict.fromkeys(columns, chosen)
    found = {name: _find_evidence(column) for name, column in columns.items()}
    turned = {name for name, evidence in found.items() if _is_month_first(evidence)}
    readings = {}
    for name, evidence in found.items():
        readings[name] = DateReading("mdy", chosen.year_base, chosen.century) if name in turned else chosen
        if name in turned:
            ask("month_first", name, Severity.WARNING, min(evidence.month_first), {})
        elif turned and evidence.both and not evidence.day_first:
            ask("which_date_order", name, Severity.ERROR, min(evidence.both), {"choices": DATE_ORDERS[:2]})
    return readings


def _find_evidence(column: pd.Series) -> _Evidence:
    evidence = _Evidence(set(), set(), set())
    for text, match in _find_parts(column):
        one, two = int(match[1]), int(match[2])
        day_first, month_first = 1 <= one <= 31 and 1 <= two <= 12, 1 <= one <= 12 and 1 <= two <= 31
        if day_first and month_first:
            evidence.both.add(text)
        elif day_first:
            evidence.day_first.add(text)
        elif month_first:
            evidence.month_first.add(text)
    return evidence


def _find_parts(column: pd.Series) -> Iterator[tuple[str, re.Match[str]]]:
    """Day and month of the column's dates; of dates alike at their beginning one is looked at."""
    beginnings = column.str.slice(0, _PREFIX)
    clear = beginnings.drop_duplicates()
    unclear = set()
    for beginning, text in zip(clear, column[clear.index], strict=True):
        match = _PARTS.match(beginning)
        if match:
            yield text.strip(), match
        elif not _SETTLED.match(beginning):
            unclear.add(beginning)
    for text in column[beginnings.isin(unclear)].unique() if unclear else ():
        match = _PARTS.match(text.strip())
        if match:
            yield text.strip(), match


def _is_month_first(evidence: _Evidence) -> bool:
    count = len(evidence.month_first)
    whole = count + len(evidence.both)
    return not evidence.day_first and count > _SLIPS and count >= _MONTH_FIRST_SHARE * whole


def ask_about_years(column: str, texts: Objects, reading: DateReading, ask: Ask) -> None:
    """Ask what two-digit years and years of the Buddhist calendar mean; `texts` are those that could not be read."""
    short: str | None = None
    ahead: str | None = None
    for text in texts:
        match = _YEAR.search(text)
        year = (match["last"] or match["first"]) if match else None
        if year is not None and len(year) == 2:
            short = short or text
        elif year is not None and FIRST_YEAR + BUDDHIST_AHEAD <= int(year) <= LAST_YEAR + BUDDHIST_AHEAD:
            ahead = ahead or text
    if short is not None and reading.century is None:
        ask("which_century", column, Severity.WARNING, short, {"choices": CENTURIES})
    if ahead is not None and reading.year_base is None:
        ask("which_year_base", column, Severity.WARNING, ahead, {"choices": YEAR_BASES})
