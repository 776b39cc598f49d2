"""A table on its way into a file: titled columns, typed cells, and the name its file gets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from hashlib import sha256

Cell = str | int | Fraction | None

_NAME_DIGITS = 16


class Shape(StrEnum):
    """How a column's cells are written: words, whole numbers, rises and falls, or points with a fixed number of decimals."""

    TEXT = "text"
    COUNT = "count"
    CHANGE = "change"
    POINTS = "points"


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar behind a number: `full` is the figure that fills the cell; the colour is #RRGGBB."""

    full: Fraction
    colour: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `width` in characters."""

    title: str
    shape: Shape = Shape.TEXT
    width: int = 12
    bar: Bar | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with its heading: `notes` say what it shows and as of when; `fixed` columns stay in view."""

    name: str
    title: str
    notes: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Cell]]
    places: int = 2
    fixed: int = 0


def name_file(stem: str, data: bytes, ending: str) -> str:
    """A name that changes with the content: browsers and Streamlit take files of one name for one file."""
    return f"{stem}-{sha256(data).hexdigest()[:_NAME_DIGITS]}.{ending}"
