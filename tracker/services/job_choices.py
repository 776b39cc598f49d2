"""How a file of a job may be read: what there is to choose from, what is asked, and a person's answers as choices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tracker.core.cases import KINDS
from tracker.core.problems import Problem, UsageError
from tracker.intake import ReadingChoices
from tracker.intake.choices import DATE_ORDERS, QUESTIONS, YEAR_BASES
from tracker.services.job_states import JobFile

OPTIONS: Mapping[str, tuple[str, ...]] = {
    "encoding": ("utf-8", "utf-16", "cp1258", "tcvn3"),
    "delimiter": (",", ";", "tab", "|"),
    "date_order": DATE_ORDERS,
    "year_base": YEAR_BASES,
    "century": ("1900", "2000"),
}
KIND_NAMES = tuple(KINDS)


def asked_of(file: JobFile) -> dict[str, tuple[str, ...]]:
    """The choices the reading asks for, each with the answers there are."""
    asked: dict[str, tuple[str, ...]] = {}
    for problem in _problems(file):
        name = QUESTIONS.get(problem.code, "")
        if name in OPTIONS:
            given = problem.args.get("choices")
            told = tuple(str(one) for one in given) if isinstance(given, Sequence) and not isinstance(given, str) else ()
            asked[name] = tuple(one for one in told if one in OPTIONS[name]) or OPTIONS[name]
    return asked


def sheets_of(file: JobFile) -> tuple[str, ...]:
    """The sheets of a workbook that have been read, then those that were offered and not taken."""
    read = [table.sheet for table in file.tables if table.sheet]
    offered = [problem.place.sheet for problem in _problems(file) if problem.code in ("hidden_sheet", "sheet_ignored")]
    return tuple(dict.fromkeys(sheet for sheet in (*read, *offered, *(file.choices.sheets or ())) if sheet))


def answered(choices: ReadingChoices, answers: Mapping[str, str], sheets: Sequence[str] | None = None) -> ReadingChoices:
    """The choices with a person's answers; an empty answer leaves it to the reading."""
    for name, value in answers.items():
        known = (*KIND_NAMES,) if name == "kind" else OPTIONS.get(name)
        if value and (value not in known if known is not None else not (value.isdecimal() and int(value))):
            raise UsageError("unknown_choice", choice=name, value=value, choices=known or ("1", "2", "3"))
    whole = {name: _typed(name, value) for name, value in answers.items()}
    taken = choices.sheets if sheets is None else tuple(sheets) or None
    return replace(choices, **whole, sheets=taken)  # type: ignore[arg-type]


def _typed(name: str, value: str) -> str | int | None:
    if not value:
        return None
    return int(value) if name in ("century", "header_row") else value


def _problems(file: JobFile) -> list[Problem]:
    return [problem for table in file.tables for problem in table.problems]
