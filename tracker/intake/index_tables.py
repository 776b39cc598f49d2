"""Tables of indices as they are published: a place in each row, its years or its components beside one another.

Such a table is known by a column of places and by the index's name in the file's or sheet's name or in the lines above.
Years as headings make a score for each; else the year stands in the title, and every other column of numbers is a component.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from tracker.core.cases import INDICES
from tracker.core.problems import Place, Problem
from tracker.intake.choices import ReadingChoices
from tracker.intake.folding import fold
from tracker.intake.grids import Grid
from tracker.intake.tables import Table

COLUMNS = ("index", "unit", "year", "component", "score", "rank")
_WITHIN = 20
_PLACES = frozenset({"tinh", "tinhthanhpho", "tinhthanh", "diaphuong", "tentinh", "tendiaphuong", "province", "tinhtp"})
_LONG = frozenset({"nam", "year", "namdanhgia"})  # a year in each row: read as a case file is
_NUMBERS = frozenset({"stt", "tt", "sott", "no"})
_WHOLE = frozenset({"diem", "tongdiem", "diemso", "chisotonghop", "chiso", "ketqua", "tong", "score", "diemtonghop"})
_RANK = re.compile(r"(?:thu|xep|vitri)?(?:hang|rank)(\d{4})?")
_SCORE = re.compile(r"(?:nam|diem|diemnam)?(\d{4})")
_YEAR = re.compile(r"(?<!\d)(19[9]\d|20\d\d)(?!\d)")
_DAY = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|(?:ngày \d{1,2} )?tháng \d{1,2} năm \d{4}", re.IGNORECASE)
_INDICES = {
    "sipas": "SIPAS",
    "papi": "PAPI",
    "pci": "PCI",
    "parindex": "PAR",
    "cchc": "PAR",
    "caicachhanhchinh": "PAR",
}


@dataclass(frozen=True, slots=True)
class _Column:
    """What a column gives: the year and component of a score, or of a rank."""

    at: int
    year: str
    component: str
    is_rank: bool


def make_index_table(place: Place, grid: Grid, choices: ReadingChoices) -> Table | None:
    """The scores and ranks of such a table under our names, one row for each; None if it is no such table."""
    head = next((at for at, row in enumerate(grid[:_WITHIN]) if any(fold(cell) in _PLACES for cell in row)), None)
    if head is None or any(fold(cell) in _LONG for cell in grid[head]):
        return None
    above = " ".join([place.file, place.sheet or "", *(cell for row in grid[:head] for cell in row)])
    index = next((name for key, name in _INDICES.items() if key in fold(above)), None)
    year = (choices.period or "")[:4] or _year_of(above)
    columns = list(_columns(grid[head], year))
    if index is None or not columns:
        return None
    at_place = next(at for at, cell in enumerate(grid[head]) if fold(cell) in _PLACES)
    rows = [
        (number, row)
        for number, cells in enumerate(grid[head + 1 :], head + 2)
        if len(cells) > at_place and cells[at_place].strip()
        for row in _rows(index, cells, at_place, columns)
    ]
    labels = pd.Index([number for number, _ in rows], dtype="int64")
    table = {at: pd.Series([row[at] for _, row in rows], index=labels, dtype="str") for at in range(len(COLUMNS))}
    frame = pd.DataFrame(table, index=labels)
    asked = () if all(column.year for column in columns) else (Problem("which_period", place),)
    return Table(place.file, place.sheet, INDICES, COLUMNS, head + 1, frame, COLUMNS, asked, choices=choices)


def _year_of(above: str) -> str:
    """The one year that is told, but for those of days, as when a decision was signed; "" where there are several."""
    years = set(_YEAR.findall(_DAY.sub(" ", unicodedata.normalize("NFC", above))))
    return years.pop() if len(years) == 1 else ""


def _columns(heading: Sequence[str], year: str) -> Iterator[_Column]:
    for at, cell in enumerate(heading):
        key = fold(cell)
        if not key or key in _PLACES or key in _NUMBERS:
            continue
        if ranked := _RANK.fullmatch(key):
            yield _Column(at, ranked[1] or year, "", is_rank=True)
        elif scored := _SCORE.fullmatch(key):
            yield _Column(at, scored[1], "", is_rank=False)
        else:
            yield _Column(at, year, "" if key in _WHOLE else " ".join(cell.split()), is_rank=False)


def _rows(index: str, cells: Sequence[str], at_place: int, columns: Sequence[_Column]) -> Iterator[tuple[str, ...]]:
    """A row for each year and component that has a score or a rank."""
    found: dict[tuple[str, str], list[str]] = {}
    for column in columns:
        value = cells[column.at].strip() if column.at < len(cells) else ""
        if value:
            found.setdefault((column.year, column.component), ["", ""])[column.is_rank] = value
    for (year, component), (score, rank) in found.items():
        yield index, cells[at_place], year, component, score, rank
