"""Saved JSON of the national portal's evaluation pages: each unit's figures as reported values.

The file is an answer of the portal as it was saved, alone or with the request it answers; both are looked for by their
names, wherever in the file they stand. A figure that is null is not known, and no value of 0.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from tracker.core.problems import Place, Problem
from tracker.intake.spans import months, read_period

# A unit by its key in the portal, else by its code, else by its name: the last two are of no case file of ours.
UNIT_CODE, UNIT_NAME = "unit_code", "unit_name"
COLUMNS = ("unit", UNIT_CODE, UNIT_NAME, "measure", "period_from", "period_to", "value", "evidence")
# The pages by the names in their addresses, and by a mark in their data where the address was not saved.
PAGES: Mapping[str, str] = {
    "transparency": "transparency",
    "handling-satisfaction": "satisfaction",
    "dossier-digitized": "digitized",
    "dvc-progress-tree": "progress",
    "provide-online-tree": "online",
    "formality-online-payment-tree": "payment",
}
_MARKS: Mapping[str, str] = {
    "PUBLISH_ON_TIME": "transparency",
    "DOSSIER_RECEIVING_SATISFACTION": "satisfaction",
    "ORIGINAL_RESULT_AVAILABLE": "digitized",
    "totalOnTime": "progress",
}
# The fields of a unit that become measures portal_<page>_<name>.
FIELDS: Mapping[str, str] = {
    "totalReceived": "received",
    "totalOnTime": "on_time",
    "totalOverdue": "overdue",
    "totalCompleted": "completed",
    "avgProcessingDays": "processing_days",
    "ratio": "ratio",
    "score": "score",
    "maxScore": "max_score",
    "totalScore": "score",
    "totalMaxScore": "max_score",
}
_METRIC_FIELDS = ("numerator", "denominator", "ratio", "score", "maxScore")
_BELOW = "children"
_UNITS = (_BELOW, "evaluation")
_NAMED = ("departmentId", "departmentCode", "departmentName")
_OF_PROVINCE = re.compile(r"\s+-\s+(?:Tỉnh|Thành phố|TP\.?)\s+[^-]*$", re.IGNORECASE)
_FORMALITY = ("formalityId", "formalityID")
_TORN, _HALF = re.compile("[\ud800-\udfff]"), re.compile(rb"\\u[dD][89a-fA-F]")
_DEEPEST = 40
_DIGITS = 30
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)|(\d\d)/(\d\d)/(\d{4})")


@dataclass(frozen=True, slots=True)
class Portal:
    """The values of a saved page, each a row in the order of COLUMNS, and what is wrong with the page."""

    rows: tuple[tuple[str, ...], ...]
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class _Found:
    """What the file says of itself, from every object in it."""

    asked: dict[str, Any]
    page: str
    units: list[tuple[str, Mapping[str, Any]]]


def is_json(file: str, data: bytes) -> bool:
    """True for a file that is named so and begins as a JSON object does."""
    return file.lower().endswith(".json") and data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"


def read_portal(file: str, data: bytes, period: str | None = None) -> Portal:
    """The page's figures; `period` answers for a file that does not say its own."""
    place = Place(file)
    try:
        said = json.loads(data.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        where = {"line": error.lineno} if isinstance(error, json.JSONDecodeError) else {"line": 1}
        return Portal((), (Problem("bad_json", place, args=where),))
    if _is_torn(said):
        before, *_ = _HALF.split(data, maxsplit=1)
        return Portal((), (Problem("bad_json", place, args={"line": before.count(b"\n") + 1}),))
    found = _Found({}, _page_of(file), [])
    _search(said, "$", found)
    if not found.units:
        return Portal((), (Problem("no_portal_units", place),))
    if any(found.asked.get(name) for name in _FORMALITY):
        return Portal((), (Problem("portal_formality", place),))
    found.page = found.page or _page_of_unit(found.units[0][1])
    span = read_period(period) if period else _span(found.asked)
    questions = [("which_portal_page", found.page), ("which_period", span)]
    problems = [Problem(code, place, args=_answers(code)) for code, answer in questions if not answer]
    if span is None or problems:
        return Portal((), tuple(problems))
    return _read_units(place, found, span)


def _answers(code: str) -> dict[str, object]:
    return {"pages": tuple(PAGES)} if code == "which_portal_page" else {}


def _refuse_constant(text: str) -> Any:
    raise ValueError(text)  # NaN and Infinity are no numbers


def _is_torn(said: Any) -> bool:
    """Whether a text in it has half a sign, as only an escape can write it; no database would keep it."""
    left = [said]
    while left:
        one = left.pop()
        if isinstance(one, dict):
            left += [*one, *one.values()]
        elif isinstance(one, list):
            left += one
        elif isinstance(one, str) and _TORN.search(one):
            return True
    return False


def _page_of(text: str) -> str:
    return next((page for name, page in PAGES.items() if name in text), "")


def _page_of_unit(unit: Mapping[str, Any]) -> str:
    metrics = unit.get("metrics")
    codes = (
        {str(metric.get("code")) for metric in metrics if isinstance(metric, dict)} if isinstance(metrics, list) else set()
    )
    return next((page for mark, page in _MARKS.items() if mark in codes or mark in unit), "")


def _is_number(value: object) -> bool:
    """A number of a size that a count, a share or a score can have."""
    if isinstance(value, Decimal):
        return abs(value.adjusted()) <= _DIGITS
    return isinstance(value, int) and not isinstance(value, bool)


def _search(said: Any, path: str, found: _Found, depth: int = 0) -> None:
    """Take in what the object and those below it say; deeper than any answer of the portal nothing is looked for."""
    if depth > _DEEPEST or not isinstance(said, dict):
        return
    for name, value in said.items():
        if name in _UNITS and isinstance(value, list):
            _take_units(value, f"{path}.{name}", found, depth)
        elif isinstance(value, dict):
            _search(value, f"{path}.{name}", found, depth + 1)
        elif value is not None and not isinstance(value, list):
            found.asked.setdefault(name, value)
            found.page = found.page or (_page_of(value) if isinstance(value, str) else "")


def _take_units(said: list[Any], path: str, found: _Found, depth: int) -> None:
    """Take in the units of a list, and those below them in a page that is a tree."""
    for at, unit in enumerate(said):
        if not isinstance(unit, dict) or depth > _DEEPEST:
            continue
        found.units.append((f"{path}[{at}]", unit))
        below = unit.get(_BELOW)
        if isinstance(below, list):
            _take_units(below, f"{path}[{at}].{_BELOW}", found, depth + 1)


def _span(asked: Mapping[str, Any]) -> tuple[date, date] | None:
    """The period that was asked for: from day to day, else the month, quarter or whole year."""
    days = [_day(asked.get(name)) for name in ("fromDate", "toDate")]
    if days[0] and days[1]:
        return days[0], days[1]
    year, quarter, month = (_whole(asked.get(name)) for name in ("year", "quarter", "month"))
    kind = str(asked.get("timeType", "")).lower()
    try:
        if year and month and ("month" in kind or (not kind and not quarter)):
            return months(year, month, month)
        if year and quarter and ("quarter" in kind or not kind):
            return months(year, 3 * quarter - 2, 3 * quarter)
        return months(year, 1, 12) if year and ("year" in kind or not (kind or quarter or month)) else None
    except ValueError:
        return None


def _whole(value: object) -> int | None:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else None


def _day(value: object) -> date | None:
    named = _DAY.match(str(value or ""))
    if named is None:
        return None
    try:
        return date.fromisoformat(named[1]) if named[1] else date(int(named[4]), int(named[3]), int(named[2]))
    except ValueError:
        return None


def _read_units(place: Place, found: _Found, span: tuple[date, date]) -> Portal:
    rows: list[tuple[str, ...]] = []
    problems: list[Problem] = []
    for path, unit in found.units:
        said = [unit[name].strip() if isinstance(unit.get(name), str) else "" for name in _NAMED]
        named = (said[0], said[1], _OF_PROVINCE.sub("", unicodedata.normalize("NFC", said[2])))
        for measure, value, where in _measures(unit, f"portal_{found.page}", path):
            number = (f"{value:f}" if isinstance(value, Decimal) else str(value)) if _is_number(value) else ""
            rows.append((*named, measure, str(span[0]), str(span[1]), number, where))
            if not number:
                at = Place(place.file, row=len(rows), column=where)
                problems.append(Problem("not_a_number", at, value=str(value)[:100]))
    return Portal(tuple(rows), tuple(problems) if rows else (Problem("no_portal_units", place),))


def _measures(unit: Mapping[str, Any], prefix: str, path: str) -> Iterator[tuple[str, Any, str]]:
    """Each known figure of a unit that is not null: its measure, the value, and where in the file it stands."""
    for name, short in FIELDS.items():
        if unit.get(name) is not None:
            yield f"{prefix}_{short}", unit[name], f"{path}.{name}"
    metrics = unit.get("metrics")
    for at, metric in enumerate(metrics if isinstance(metrics, list) else ()):
        code = metric.get("code") if isinstance(metric, dict) else None
        for name in _METRIC_FIELDS if isinstance(code, str) else ():
            if metric.get(name) is not None:
                short = FIELDS.get(name, name)
                yield f"{prefix}_{str(code).lower()}_{short}", metric[name], f"{path}.metrics[{at}].{name}"
