"""What is wrong with a person's input, said as data: a code, a place and exact arguments.

`tracker.text` turns a problem into a sentence; nothing here knows a language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """An error refuses a row (and so, by default, its file); a warning only lists it."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file something stands: row as a spreadsheet counts it (the header is row 1), None: the whole file."""

    file: str
    sheet: str | None = None
    row: int | None = None
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing a person must mend or know: `code` names it, `args` fill its sentence, `value` is the cell as found."""

    code: str
    place: Place
    severity: Severity = Severity.ERROR
    value: str | None = None
    args: Mapping[str, object] = field(default_factory=dict)


class RefusedError(Exception):
    """What was asked cannot be done, for the data's sake; carries every problem found, never only the first."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(", ".join(problem.code for problem in problems))
        self.problems = problems


class UsageError(Exception):
    """The question itself is wrong: an unknown campaign, unit or period, a day outside the period.

    `code` and `args` fill the sentence that says so (`tracker.text`), with what to do instead.
    """

    def __init__(self, code: str, **args: object) -> None:
        super().__init__(code, args)
        self.code = code
        self.args_by_name = args
