"""What a person answered where a file can be read in more than one way; what is not answered is found out or asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

DATE_ORDERS = ("dmy", "mdy", "ymd")
YEAR_BASES = ("gregorian", "buddhist")


@dataclass(frozen=True, slots=True)
class ReadingChoices:
    """How to read one file: every None is for the reading to find out.

    `sheets` are the names of the sheets to read, hidden ones too; `header_row` counts from 1; `century` is the year that
    two-digit years are added to (2000).
    """

    kind: str | None = None
    sheets: tuple[str, ...] | None = None
    header_row: int | None = None
    encoding: str | None = None
    delimiter: str | None = None
    date_order: str | None = None
    year_base: str | None = None
    century: int | None = None


# Problems that are questions: which choice answers each; its `args` hold what there is to choose from.
QUESTIONS: Mapping[str, str] = {
    "which_encoding": "encoding",
    "which_delimiter": "delimiter",
    "which_date_order": "date_order",
    "which_year_base": "year_base",
    "which_century": "century",
    "hidden_sheet": "sheets",
    "unknown_kind": "kind",
}
