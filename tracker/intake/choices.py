"""What a person answered where a file can be read in more than one way; what is not answered is found out or asked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from tracker.core.cases import KINDS
from tracker.core.problems import UsageError
from tracker.intake.spans import read_period

ENCODINGS = ("utf-8", "utf-16", "cp1258", "tcvn3")
DELIMITERS = {",": ",", ";": ";", "tab": "\t", "|": "|"}
DATE_ORDERS = ("dmy", "mdy", "ymd")
YEAR_BASES = ("gregorian", "buddhist")
PERIODS_SAID = ("2018-Q1", "2018-H1", "2018-01", "2018", "2018-01-01/2018-03-31")


@dataclass(frozen=True, slots=True)
class ReadingChoices:
    """How to read one file: every None is for the reading to find out.

    `sheets` are the names of the sheets to read, hidden ones too; `header_row` counts from 1; `century` is the year that
    two-digit years are added to (2000); a delimiter is a key of DELIMITERS, the others are among the names above.

    `mapping`: source heading, or `#3` for the third column, to our column ("" to leave it out). `words`: our column to
    source word to our value. `units` and `procedures`: what the file says to the code that is meant.

    `unit` and `period` say whose report form it is and over which days, where its title does not: a code or name, and
    `2018-Q1`, `2018-H1`, `2018-01`, `2018` or `2018-01-01/2018-03-31`.
    """

    kind: str | None = None
    sheets: tuple[str, ...] | None = None
    header_row: int | None = None
    encoding: str | None = None
    delimiter: str | None = None
    date_order: str | None = None
    year_base: str | None = None
    century: int | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    procedures: Mapping[str, str] = field(default_factory=dict)
    unit: str | None = None
    period: str | None = None


NO_CHOICES = ReadingChoices()


def require_choices(choices: ReadingChoices) -> None:
    """Raise UsageError for an answer there is no such question to."""
    known: dict[str, Collection[str]] = {
        "kind": KINDS,
        "encoding": ENCODINGS,
        "delimiter": DELIMITERS,
        "date_order": DATE_ORDERS,
        "year_base": YEAR_BASES,
    }
    for name, answers in known.items():
        answer = getattr(choices, name)
        if answer is not None and answer not in answers:
            if name == "kind":
                raise UsageError("unknown_kind", kind=answer, kinds=tuple(KINDS))
            raise UsageError("unknown_choice", choice=name, value=answer, choices=tuple(answers))
    if choices.period is not None and read_period(choices.period) is None:
        raise UsageError("unknown_choice", choice="period", value=choices.period, choices=PERIODS_SAID)
    if choices.header_row is not None and choices.header_row < 1:
        raise UsageError("unknown_choice", choice="header_row", value=str(choices.header_row), choices=("1", "2", "3"))


# Problems that are questions: which choice answers each; its `args` hold what there is to choose from.
QUESTIONS: Mapping[str, str] = {
    "which_encoding": "encoding",
    "which_delimiter": "delimiter",
    "which_date_order": "date_order",
    "which_year_base": "year_base",
    "which_century": "century",
    "hidden_sheet": "sheets",
    "which_tally_unit": "unit",
    "which_tally_span": "period",
    "which_period": "period",
    "unknown_kind": "kind",
}
