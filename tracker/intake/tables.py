"""Rows of text to tables: header, kind of case file, rows, and which of them have too many or few fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from tracker.core.cases import Kind
from tracker.core.problems import Place, Problem, Severity
from tracker.intake.choices import NO_CHOICES, ReadingChoices
from tracker.intake.grids import Grid, Merged
from tracker.intake.headers import find_head, kind_of_header, names_of
from tracker.intake.synonyms import is_footer

_FOOTER_WITHIN = 20
# With fewer columns that every row fills, a flawed row could look like a line below the table.
_NEEDED = 3


@dataclass(frozen=True, slots=True)
class Table:
    """One table as read: cells are texts, empty text where empty.

    `frame` has the columns 0, 1, 2 ... under the cells of `header`, and as index the row numbers of the file (first row: 1).
    `names` say which column of ours each heading is, "" for none. `problems` belong to single rows (a wrong number of
    fields) or warn of the whole table. `merged` are cells of one column that were merged into one; `choices` say how dates,
    words and names are to be read; `above` are the lines over the headings.
    """

    file: str
    sheet: str | None
    kind: Kind | None
    header: tuple[str, ...]
    header_row: int
    frame: pd.DataFrame
    names: tuple[str, ...]
    problems: tuple[Problem, ...] = ()
    merged: tuple[Merged, ...] = ()
    choices: ReadingChoices = NO_CHOICES
    above: tuple[tuple[str, ...], ...] = ()


def make_table(place: Place, grid: Grid, kind: Kind | None = None, header_row: int | None = None) -> Table | None:
    """The table in these rows, None if all are blank; its kind and its header's row as given, else as found."""
    head = find_head(grid, kind, header_row)
    if head is None:
        return None
    # A sheet's rows are all of one width; in a text a longer row means that its cells are shifted.
    header = tuple(head.cells if place.sheet is not None else _trim(head.cells))
    found = kind or kind_of_header(header)
    names = names_of(header, found) if found else ("",) * len(header)
    frame = grid.frame_below(head.body_at - 1, len(header))
    end = _find_end(grid, head.body_at, names, found)
    odd = [(number, count) for number, count in grid.odd_rows(head.body_at - 1, len(header)) if number < end]
    below = [Place(place.file, place.sheet, number) for number in frame.index[frame.index >= end].tolist()]
    return Table(
        file=place.file,
        sheet=place.sheet,
        kind=found,
        header=header,
        header_row=head.at + 1,
        frame=frame[frame.index < end] if below else frame,
        names=names,
        problems=(
            *_count_fields(place, len(header), odd),
            *(Problem("footer_left_out", line, Severity.WARNING) for line in below),
        ),
        above=tuple(tuple(grid[at]) for at in range(head.at)),
        merged=tuple(merged for merged in grid.merged if merged.last_row > head.body_at),
    )


def _trim(row: Sequence[str]) -> Sequence[str]:
    width = max((at + 1 for at, cell in enumerate(row) if cell.strip()), default=0)
    return row[:width]


def _find_end(grid: Grid, body_at: int, names: Sequence[str], kind: Kind | None) -> int:
    """The number of the first line below the table: these have nothing, or one cell, where its rows have most."""
    needed = {column.name for column in kind.columns if column.required} if kind else set()
    at_needed = [at for at, name in enumerate(names) if name in needed]
    end = len(grid) + 1
    if len(at_needed) < _NEEDED:
        return end
    numbers = [number for number in grid.numbers[-_FOOTER_WITHIN:].tolist() if number > body_at + 1]
    for number in reversed(numbers):
        row = grid[number - 1]
        if sum(bool(row[at].strip()) for at in at_needed if at < len(row)) > 1:
            break
        if is_footer(next(cell for cell in row if cell.strip())):
            end = number
    return end


def _count_fields(place: Place, expected: int, odd: Iterable[tuple[int, int]]) -> Iterator[Problem]:
    """A problem for each row with too few fields, or with something in a field beyond the header."""
    for number, found in odd:
        code = "too_few_fields" if found < expected else "too_many_fields"
        yield Problem(code, Place(place.file, place.sheet, number), args={"expected": expected, "found": found})
