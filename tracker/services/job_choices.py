"""How a file of a job may be read: what there is to choose from, what is asked, and a person's answers as choices."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tracker.core.cases import KINDS
from tracker.core.problems import Problem, Severity, UsageError
from tracker.intake import ReadingChoices
from tracker.intake.choices import (
    DATE_ORDERS,
    DELIMITERS,
    ENCODINGS,
    NO_CHOICES,
    QUESTIONS,
    YEAR_BASES,
    require_choices,
)
from tracker.intake.spans import read_period as read_period
from tracker.intake.synonyms import columns_of
from tracker.services.job_reports import SourceColumn, TableReport
from tracker.services.job_states import JobFile

OPTIONS: Mapping[str, tuple[str, ...]] = {
    "encoding": ENCODINGS,
    "delimiter": tuple(DELIMITERS),
    "date_order": DATE_ORDERS,
    "year_base": YEAR_BASES,
    "century": ("1900", "2000"),
}
KIND_NAMES = tuple(KINDS)
OF_ONE_FILE = ("unit", "period")  # whose report it is and over which days: said of this file, never of its source
_UNCLEAR_SHOWN = 12
_CUT = 100  # a problem's value is cut there, and so is no longer what the file says
_CODE = re.compile(r"\(([^()]*)\)$")


@dataclass(frozen=True, slots=True)
class Unclear:
    """A name or word of a file that nothing stands for, and what it may mean: each code with how it is shown."""

    about: str  # units, procedures, or the column whose words they are
    value: str
    options: tuple[tuple[str, str], ...]


def asked_of(file: JobFile) -> dict[str, tuple[str, ...]]:
    """The choices the reading asks for, each with the answers there are; none of these for what is typed."""
    asked: dict[str, tuple[str, ...]] = {}
    for problem in _problems(file):
        name = QUESTIONS.get(problem.code, "")
        if name in OPTIONS:
            given = problem.args.get("choices")
            told = tuple(str(one) for one in given) if isinstance(given, Sequence) and not isinstance(given, str) else ()
            asked[name] = tuple(one for one in told if one in OPTIONS[name]) or OPTIONS[name]
        elif name in OF_ONE_FILE:
            asked[name] = ()
        elif name == "kind":
            asked[name] = KIND_NAMES
    return asked


def open_columns(found: TableReport) -> tuple[SourceColumn, ...]:
    """The columns to ask about: those not read, where one is like a column of ours; all where one that must be there is not.

    The one that must be there may have been read as another, such as where dossiers are received as who settles them.
    """
    unread = tuple(column for column in found.columns if not column.column)
    if "missing_column" in found.counts.get(Severity.ERROR.value, {}):
        return found.columns
    return unread if any(column.suggested for column in unread) else ()


def options_of(file: JobFile) -> tuple[str, ...]:
    """The choices that may matter for a file of its kind: a workbook has no encoding and no delimiter."""
    is_text = file.name.lower().endswith((".csv", ".tsv", ".txt"))
    return tuple(name for name in OPTIONS if is_text or name not in ("encoding", "delimiter") or getattr(file.choices, name))


def sheets_of(file: JobFile) -> tuple[str, ...]:
    """The sheets of a workbook that have been read, then those that were offered and not taken."""
    read = [table.sheet for table in file.tables if table.sheet]
    offered = [problem.place.sheet for problem in _problems(file) if problem.code in ("hidden_sheet", "sheet_ignored")]
    return tuple(dict.fromkeys(sheet for sheet in (*read, *offered, *(file.choices.sheets or ())) if sheet))


def answered(choices: ReadingChoices, answers: Mapping[str, str], sheets: Sequence[str] | None = None) -> ReadingChoices:
    """The choices with a person's answers; an empty answer leaves it to the reading."""
    for name, value in answers.items():
        known = (*KIND_NAMES,) if name == "kind" else OPTIONS.get(name)
        if name in OF_ONE_FILE:
            continue  # a unit nobody knows is a problem of each row
        if value and (value not in known if known is not None else not (value.isdecimal() and int(value))):
            raise UsageError("unknown_choice", choice=name, value=value, choices=known or ("1", "2", "3"))
    whole = {name: _typed(name, value) for name, value in answers.items()}
    require_choices(replace(NO_CHOICES, period=answers.get("period") or None))
    taken = choices.sheets if sheets is None else tuple(sheets) or None
    return replace(choices, **whole, sheets=taken)  # type: ignore[arg-type]


def is_answered(choices: ReadingChoices) -> bool:
    """Whether a person said anything about how the file is read that the next file of its source needs too."""
    return replace(choices, sheets=None, header_row=None, unit=None, period=None) != ReadingChoices()


def recent_periods(today: date) -> tuple[str, ...]:
    """The periods a report that comes in now is likely to be of, the newest first: quarters, half-years, months, years."""
    year, month = today.year, today.month
    before = [divmod(12 * year + month - 1 - back, 12) for back in range(12)]
    months = [f"{y}-{m + 1:02}" for y, m in before]
    quarters = dict.fromkeys(f"{y}-Q{m // 3 + 1}" for y, m in before)
    halves = dict.fromkeys(f"{y}-H{m // 6 + 1}" for y, m in before)
    return (*quarters, *halves, f"{year}", f"{year - 1}", *months)


def ours_of(kind: str) -> tuple[str, ...]:
    """The columns a heading of that kind's files may be read as."""
    return tuple(columns_of(KINDS[kind])) if kind in KINDS else ()


def map_headings(choices: ReadingChoices, picked: Mapping[str, str]) -> ReadingChoices:
    """The choices with columns of ours for headings (`#3`: the third column); "" leaves a column out."""
    return replace(choices, mapping={**choices.mapping, **picked})


def unclear_of(file: JobFile) -> list[Unclear]:
    """The units, procedures and words of the file that are not known, each once."""
    found: dict[tuple[str, str], Unclear] = {}
    for problem in _problems(file):
        value = problem.value or ""
        about = _ABOUT.get(problem.code, problem.place.column or "")
        options = _options(problem)
        if options and value and len(value) < _CUT:
            found.setdefault((about, value), Unclear(about, value, options))
    return list(found.values())[:_UNCLEAR_SHOWN]


def explain(choices: ReadingChoices, meant: Mapping[tuple[str, str], str]) -> ReadingChoices:
    """The choices with what names and words mean (by what they are about, and the value); "" says nothing."""
    units, procedures = dict(choices.units), dict(choices.procedures)
    words = {column: dict(said) for column, said in choices.words.items()}
    for (about, value), code in meant.items():
        if code and about == "units":
            units[value] = code
        elif code and about == "procedures":
            procedures[value] = code
        elif code:
            words.setdefault(about, {})[value] = code
    return replace(choices, units=units, procedures=procedures, words=words)


_ABOUT = {"unknown_unit": "units", "unknown_procedure": "procedures"}


def _options(problem: Problem) -> tuple[tuple[str, str], ...]:
    if problem.code in _ABOUT:
        near = problem.args.get("nearest")
        shown = [str(one) for one in near] if isinstance(near, list | tuple) else []
        return tuple((_code_in(one), one) for one in shown)
    choices = problem.args.get("choices") if problem.code == "not_in_list" else None
    return tuple((str(one), str(one)) for one in choices) if isinstance(choices, list | tuple) else ()


def _code_in(shown: str) -> str:
    """The code at the end of `name (code)`, or the whole where it is a code alone."""
    match = _CODE.search(shown)
    return match[1] if match else shown


def _typed(name: str, value: str) -> str | int | None:
    if not value:
        return None
    return int(value) if name in ("century", "header_row") else value


def _problems(file: JobFile) -> list[Problem]:
    return [problem for table in file.tables for problem in table.problems]
