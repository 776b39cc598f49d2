"""A table on its way into a file: titled columns, typed cells, charts of them, and the name the file gets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from hashlib import sha256

_NAME_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Mark:
    """Words that stand where a figure would: it is not known or there is none, which is not the same as 0."""

    words: str


@dataclass(frozen=True, slots=True)
class Share:
    """A share of one in a column of other figures, shown as a percentage."""

    value: Fraction


# A datetime is a date too, and is written with its time.
Cell = str | int | Fraction | date | Mark | Share | None


class Shape(StrEnum):
    """How a column's cells are written.

    Words, whole numbers, rises and falls, points with the sheet's decimals, or figures with as many decimals as they need.
    """

    TEXT = "text"
    COUNT = "count"
    CHANGE = "change"
    POINTS = "points"
    FIGURE = "figure"


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar behind a number: `full` is the figure that fills the cell; the colour is #RRGGBB."""

    full: Fraction
    colour: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `width` in characters.

    `heat` colours the cells from 0 to that figure; `above` stands over the title, which a `turned` column writes upwards.
    """

    title: str
    shape: Shape = Shape.TEXT
    width: int = 12
    bar: Bar | None = None
    heat: Fraction | None = None
    above: str | Fraction | None = None
    turned: bool = False


class Drawing(StrEnum):
    """The kinds of charts: bars side by side, bars of one length made of parts, lines through time."""

    COLUMNS = "columns"
    BARS = "bars"
    STACKED = "stacked"
    LINES = "lines"


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of a sheet's rows `first` to `last`: one series a column, named by `category`'s cells.

    `of`: the name of the sheet it draws, "" for the one it stands on.
    """

    drawing: Drawing
    title: str
    category: int
    series: tuple[int, ...]
    colours: tuple[str, ...]
    first: int
    last: int
    of: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with its heading: `notes` say what it shows and as of when; `fixed` columns stay in view.

    `warning` is printed on every page; `stamp` stands at every page's foot. The last `totals` rows sum up the others.
    `empty` is said where there are no rows.
    """

    name: str
    title: str
    notes: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Cell]]
    places: int = 2
    fixed: int = 0
    warning: str = ""
    stamp: str = ""
    totals: int = 0
    empty: str = ""
    charts: tuple[Chart, ...] = ()

    @property
    def head(self) -> int:
        """The line of the columns' titles, counted from 0: below the heading and an empty line."""
        return 2 + bool(self.warning) + len(self.notes)


@dataclass(frozen=True, slots=True)
class Account:
    """A sheet in words: facts with their names, then headings with sentences."""

    name: str
    title: str
    warning: str
    stamp: str
    facts: Sequence[tuple[str, str]]
    sections: Sequence[tuple[str, Sequence[str]]]


def name_file(stem: str, data: bytes, ending: str) -> str:
    """A name that changes with the content: browsers and Streamlit take files of one name for one file."""
    return f"{stem}-{sha256(data).hexdigest()[:_NAME_DIGITS]}.{ending}"
