"""A calendar file (`date, kind, name, status`) to the edit it asks for, with every problem at its row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime

from tracker.core.problems import Place, Problem, RefusedError
from tracker.services.typed import refusal
from tracker.services.working_calendar import UNREAD, DayRule, Edit, WorkingCalendar, tidy_rule

MAX_BYTES = 1_000_000
COLUMNS = ("date", "kind", "name", "status")
_REQUIRED = COLUMNS[:2]


def read_calendar_file(name: str, data: bytes) -> list[DayRule]:
    """The file's days in order; RefusedError carries every problem, each at its row."""
    rows = list(_rows(name, data))
    problems: list[Problem] = []
    days: dict[date, int] = {}
    rules: list[DayRule] = []
    for number, cells in rows:
        try:
            rule = _rule(cells)
            if rule.day in days:
                raise refusal("calendar_twice", rule.day.isoformat(), first=days[rule.day])
        except RefusedError as refused:
            problems += [replace(problem, place=Place(name, row=number)) for problem in refused.problems]
        else:
            days[rule.day] = number
            rules.append(rule)
    if problems:
        raise RefusedError(problems)
    if not rules:
        raise _spoiled("calendar_empty", name)
    return sorted(rules, key=lambda rule: rule.day)


def edit_of_years(calendar: WorkingCalendar, rules: Iterable[DayRule]) -> Edit:
    """The edit that makes every year the days are of hold just these days; other years stay as they are."""
    put = tuple(rules)
    years = {rule.day.year for rule in put}
    named = {rule.day for rule in put}
    return Edit(put, tuple(one.day for one in calendar.days if one.day.year in years and one.day not in named))


def _rows(name: str, data: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """Every row that is not blank, by its number in the file, as cells by column."""
    if len(data) > MAX_BYTES:
        raise _spoiled("calendar_too_big", name)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _spoiled("calendar_not_text", name) from error
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise _spoiled("calendar_not_text", name) from error
    header = [cell.strip().lower() for cell in lines[0]] if lines else []
    if not set(_REQUIRED) <= set(header):
        raise _spoiled("calendar_header", name)
    for number, line in enumerate(lines[1:], start=2):
        if any(cell.strip() for cell in line):
            yield number, {column: cell.strip() for column, cell in zip(header, line, strict=False)}


def _rule(cells: dict[str, str]) -> DayRule:
    typed = cells.get("date", "")
    day = _day(typed)
    if day is None:
        raise refusal("calendar_day", typed[:40])
    status = cells.get("status", "") or UNREAD
    return tidy_rule(DayRule(day, cells.get("kind", "").lower(), cells.get("name", ""), status.lower()))


def _day(typed: str) -> date | None:
    """2027-01-31 or 31/01/2027."""
    for pattern in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(typed, pattern).date()  # noqa: DTZ007 (a day has no zone)
        except ValueError:
            continue
    return None


def _spoiled(code: str, name: str) -> RefusedError:
    """The refusal of a file as a whole."""
    return RefusedError([Problem(code, Place(name), args={"columns": ", ".join(COLUMNS), "limit": MAX_BYTES})])
