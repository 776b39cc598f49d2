"""Rows of text to tables: where the header stands, which kind of case file it is, which rows have too many or few fields."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from tracker.core.cases import DOSSIERS, KINDS, Kind
from tracker.core.problems import Place, Problem
from tracker.intake.choices import NO_CHOICES, ReadingChoices
from tracker.intake.grids import Grid, Merged

HEADER_WITHIN = 20
# Fewer common columns than this say nothing: half the world's tables have a "code".
_ENOUGH = 2
_WORDS = re.compile(r"[^a-z]+")


@dataclass(frozen=True, slots=True)
class Table:
    """One table as read: cells are texts, empty text where empty.

    `frame` has the columns 0, 1, 2 ... under the cells of `header`, and as index the row numbers of the file (first row: 1).
    `problems` belong to single rows (a wrong number of fields) or warn of the whole table. `merged` are cells of one column
    that were merged into one; `choices` say how dates are to be read.
    """

    file: str
    sheet: str | None
    kind: Kind | None
    header: tuple[str, ...]
    header_row: int
    frame: pd.DataFrame
    problems: tuple[Problem, ...] = ()
    merged: tuple[Merged, ...] = ()
    choices: ReadingChoices = NO_CHOICES


def make_table(place: Place, grid: Grid, kind: Kind | None = None, header_row: int | None = None) -> Table | None:
    """The table in these rows, None if all are blank; its kind and its header's row as given, else as found."""
    header_at = find_header(grid) if header_row is None else min(header_row - 1, len(grid) - 1)
    if header_at is None:
        return None
    # A sheet's rows are all of one width; in a text a longer row means that its cells are shifted.
    header = _trim(grid[header_at]) if place.sheet is None else grid[header_at]
    return Table(
        file=place.file,
        sheet=place.sheet,
        kind=kind or kind_of_header(header),
        header=tuple(header),
        header_row=header_at + 1,
        frame=grid.frame_below(header_at, len(header)),
        problems=tuple(_count_fields(place, len(header), grid.odd_rows(header_at, len(header)))),
        merged=tuple(merged for merged in grid.merged if merged.last_row > header_at + 1),
    )


def find_header(rows: Sequence[list[str]]) -> int | None:
    """The first of the upper rows that has every required column of some kind, else the first that is not blank."""
    filled = [at for at, row in enumerate(rows[:HEADER_WITHIN]) if not _is_blank(row)]
    for at in filled:
        names = {header_key(cell) for cell in rows[at]}
        if any(not missing_columns(kind, names) for kind in KINDS.values()):
            return at
    if filled:
        return filled[0]
    return next((at for at, row in enumerate(rows) if not _is_blank(row)), None)


def header_key(cell: str) -> str:
    """A header cell as it is compared: visible characters, lower case, underscores for blanks."""
    visible = "".join(letter for letter in unicodedata.normalize("NFC", cell) if unicodedata.category(letter) != "Cf")
    return re.sub(r"\s+", "_", visible.strip().lower())


def missing_columns(kind: Kind, names: set[str]) -> list[str]:
    """The kind's required columns that are not among the names."""
    missing = [column.name for column in kind.columns if column.required and column.name not in names]
    if kind is DOSSIERS and not names & {"received_at", "submitted_at"}:
        missing.append("received_at")
    return missing


def kind_of_name(name: str | None) -> Kind | None:
    """The kind a file's or sheet's name speaks of: `dossiers`, `Dossiers 2018`, `units_new`."""
    words = _WORDS.split((name or "").lower())
    return next((KINDS[word] for word in words if word in KINDS), None)


def kind_of_header(header: Sequence[str]) -> Kind | None:
    """The kind with most of these columns (of equals: one that lacks nothing required), None if no kind has enough."""
    names = {header_key(cell) for cell in header}
    scores = {
        kind.name: (len(names & {column.name for column in kind.columns}), not missing_columns(kind, names))
        for kind in KINDS.values()
    }
    best = max(scores, key=lambda name: scores[name])
    return KINDS[best] if scores[best][0] >= _ENOUGH else None


def _is_blank(row: list[str]) -> bool:
    return not "".join(row).strip()


def _trim(row: list[str]) -> list[str]:
    width = max((at + 1 for at, cell in enumerate(row) if cell.strip()), default=0)
    return row[:width]


def _count_fields(place: Place, expected: int, odd: Iterable[tuple[int, int]]) -> Iterator[Problem]:
    """A problem for each row with too few fields, or with something in a field beyond the header."""
    for number, found in odd:
        code = "too_few_fields" if found < expected else "too_many_fields"
        yield Problem(code, Place(place.file, place.sheet, number), args={"expected": expected, "found": found})
