"""Rows of text to tables: header, kind of case file, rows, and which of them have too many or few fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tracker.core.cases import Kind
from tracker.core.problems import Place, Problem, Severity
from tracker.intake.headers import find_head, is_blank, kind_of_header, names_of
from tracker.intake.synonyms import is_footer

_FOOTER_WITHIN = 20
# With fewer columns that every row fills, a flawed row could look like a line below the table.
_NEEDED = 3


@dataclass(frozen=True, slots=True)
class Table:
    """One table as read: cells are texts, empty text where empty.

    `frame` has the columns 0, 1, 2 ... under the cells of `header`, and as index the row numbers of the file (first row: 1).
    `names` say which column of ours each heading is, "" for none.
    `problems` belong to single rows (a wrong number of fields) or warn of the whole table.
    """

    file: str
    sheet: str | None
    kind: Kind | None
    header: tuple[str, ...]
    header_row: int
    frame: pd.DataFrame
    names: tuple[str, ...]
    problems: tuple[Problem, ...] = ()


def make_table(place: Place, rows: Sequence[list[str]], kind: Kind | None = None) -> Table | None:
    """The table in these rows, None if all are blank; its kind as given, else by its header."""
    head = find_head(rows, kind)
    if head is None:
        return None
    # A sheet's rows are all of one width; in a text a longer row means that its cells are shifted.
    header = tuple(head.cells if place.sheet is not None else _trim(head.cells))
    numbers = [at + 1 for at in range(head.body_at, len(rows)) if not is_blank(rows[at])]
    body = [rows[number - 1] for number in numbers]
    found = kind or kind_of_header(header)
    names = names_of(header, found) if found else ("",) * len(header)
    cases = _count_cases(body, names, found)
    counted = dict(zip(numbers[:cases], body, strict=False))
    left_out = [_footer(place, number) for number in numbers[cases:]]
    return Table(
        file=place.file,
        sheet=place.sheet,
        kind=found,
        header=header,
        header_row=head.at + 1,
        frame=_make_frame(numbers[:cases], body[:cases], len(header)),
        names=names,
        problems=(*_count_fields(place, len(header), counted), *left_out),
    )


def _trim(row: Sequence[str]) -> Sequence[str]:
    width = max((at + 1 for at, cell in enumerate(row) if cell.strip()), default=0)
    return row[:width]


def _count_cases(body: Sequence[list[str]], names: Sequence[str], kind: Kind | None) -> int:
    """How many of the rows come before the lines below the table, which have nothing, or one cell, where rows have most."""
    needed = {column.name for column in kind.columns if column.required} if kind else set()
    at_needed = [at for at, name in enumerate(names) if name in needed]
    cases = len(body)
    if len(at_needed) < _NEEDED:
        return cases
    for at in range(len(body) - 1, max(len(body) - _FOOTER_WITHIN, 0), -1):
        if sum(bool(cell.strip()) for column, cell in enumerate(body[at]) if column in at_needed) > 1:
            break
        if is_footer(next(cell for cell in body[at] if cell.strip())):
            cases = at
    return cases


def _footer(place: Place, number: int) -> Problem:
    return Problem("footer_left_out", Place(place.file, place.sheet, number), Severity.WARNING)


def _count_fields(place: Place, expected: int, rows: Mapping[int, list[str]]) -> Iterator[Problem]:
    """A problem for each row with too few fields, or with something in a field beyond the header."""
    for number, row in rows.items():
        if len(row) == expected:
            continue
        found = len(row) if len(row) < expected else len(_trim(row))
        if found > expected or len(row) < expected:
            code = "too_few_fields" if found < expected else "too_many_fields"
            yield Problem(code, Place(place.file, place.sheet, number), args={"expected": expected, "found": found})


def _make_frame(numbers: list[int], body: list[list[str]], width: int) -> pd.DataFrame:
    even = [row if len(row) == width else (row + [""] * width)[:width] for row in body]
    columns = [np.array(cells, dtype=object) for cells in zip(*even, strict=True)] or [np.empty(0, dtype=object)] * width
    return pd.DataFrame(dict(enumerate(columns)), index=pd.Index(numbers, dtype="int64"), dtype=object)
