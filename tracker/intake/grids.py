"""The rows of one sheet or text, kept packed by column, so that a million of them fit into little memory."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from itertools import islice
from typing import overload

import numpy as np
import numpy.typing as npt
import pandas as pd

from tracker.intake.cells import Objects

Numbers = npt.NDArray[np.int64]
_PORTION = 5_000
_NOTHING = pd.Series(dtype="str")


Reached = Callable[[int, int], None]
_reached: ContextVar[Reached] = ContextVar("reached", default=lambda _done, _total: None)


@contextmanager
def followed(reached: Reached) -> Iterator[None]:
    """Let somebody hear how many rows of about how many have been read; what it raises breaks the reading off."""
    token = _reached.set(reached)
    try:
        yield
    finally:
        _reached.reset(token)


@dataclass(frozen=True, slots=True)
class Merged:
    """Cells merged into one, by row and column from 1, both ends included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


class TooWideError(Exception):
    """A row has more cells than any case file."""


class Grid(Sequence[list[str]]):
    """Rows as they were read, blank ones too; row number n of the file stands at n - 1, as in a list of rows.

    `numbers` are the file's numbers of the rows that are not blank, `lengths` how many cells each of these has,
    `filled` how many up to its last that is not blank.
    """

    def __init__(self, rows: Iterable[list[str]], widest: int, merged: Sequence[Merged] = (), expected: int = 0) -> None:
        """Read all rows, about `expected` of them; raises TooWideError at one of more than `widest` cells."""
        self.merged = merged
        self._size = 0
        packer = _Packer()
        coming = iter(rows)
        while portion := list(islice(coming, _PORTION)):
            if max(map(len, portion)) > widest:
                raise TooWideError
            packer.add(self._size + 1, portion)
            self._size += len(portion)
            _reached.get()(self._size, max(expected, self._size))
        self.numbers, self.lengths, self.filled, self.columns = packer.packed()

    @property
    def width(self) -> int:
        """The cells of the longest row."""
        return len(self.columns)

    def __len__(self) -> int:
        return self._size

    @overload
    def __getitem__(self, at: int) -> list[str]: ...
    @overload
    def __getitem__(self, at: slice) -> list[list[str]]: ...
    def __getitem__(self, at: int | slice) -> list[str] | list[list[str]]:
        """The row or rows there; a blank row has no cells."""
        if isinstance(at, slice):
            return [self[number] for number in range(*at.indices(self._size))]
        number = range(self._size)[at] + 1
        found = int(np.searchsorted(self.numbers, number))
        if found == len(self.numbers) or self.numbers[found] != number:
            return []
        columns = self.columns[: int(self.lengths[found])]
        return [column.array[found] for column in columns]

    def __iter__(self) -> Iterator[list[str]]:
        last = 0
        for number in self.numbers.tolist():
            yield from ([] for _ in range(last, number - 1))
            yield self[number - 1]
            last = number
        yield from ([] for _ in range(last, self._size))

    def frame_below(self, header_at: int, width: int) -> pd.DataFrame:
        """The rows after the one at `header_at` that are not blank, under their numbers, each of `width` cells."""
        start = int(np.searchsorted(self.numbers, header_at + 1, side="right"))
        index = pd.Index(self.numbers[start:], dtype="int64")
        blank = pd.Series([""], dtype="str").repeat(len(index))
        columns = [self.columns[at].iloc[start:] if at < self.width else blank for at in range(width)]
        return pd.DataFrame({at: column.array for at, column in enumerate(columns)}, index=index)

    def odd_rows(self, header_at: int, width: int) -> Iterator[tuple[int, int]]:
        """Number and count of cells of each row below that has too few cells, or something in a cell beyond `width`."""
        found = np.where(self.lengths < width, self.lengths, self.filled)
        below = self.numbers > header_at + 1
        for at in np.flatnonzero(below & ((self.lengths < width) | (self.filled > width))).tolist():
            yield int(self.numbers[at]), int(found[at])

    def replace_column(self, at: int, cells: Objects) -> None:
        """Put other texts into a column."""
        self.columns[at] = pd.Series(cells, dtype="str")


def _filled(row: list[str]) -> int:
    for at in range(len(row), 0, -1):
        cell = row[at - 1]
        if cell and not cell.isspace():
            return at
    return 0


class _Packer:
    """Takes rows in, some thousand at a time, into columns of packed text."""

    def __init__(self) -> None:
        self._portions: list[list[pd.Series]] = []
        self._sizes: list[int] = []
        self._numbers = array("q")
        self._lengths = array("q")
        self._filled = array("q")

    def add(self, first: int, portion: list[list[str]]) -> None:
        """Take in those of the rows that are not blank; `first` is the number of the first."""
        numbered: Sequence[int] = range(first, first + len(portion))
        filled = list(map(_filled, portion))
        if not all(filled):
            numbered = [number for number, count in zip(numbered, filled, strict=True) if count]
            portion = [row for row, count in zip(portion, filled, strict=True) if count]
            filled = [count for count in filled if count]
        lengths = list(map(len, portion))
        self._numbers.extend(numbered)
        self._lengths.extend(lengths)
        self._filled.extend(filled)
        self._pack(portion, lengths)

    def packed(self) -> tuple[Numbers, Numbers, Numbers, list[pd.Series]]:
        """Numbers, lengths, filled lengths and columns of all rows taken in."""
        columns = [self._join(at) for at in range(max(self._lengths, default=0))]
        numbers, lengths, filled = (np.array(kept, dtype=np.int64) for kept in (self._numbers, self._lengths, self._filled))
        return numbers, lengths, filled, columns

    def _pack(self, rows: list[list[str]], lengths: list[int]) -> None:
        width = max(lengths, default=0)
        if min(lengths, default=0) < width:
            rows = [row + [""] * (width - len(row)) for row in rows]
        self._portions.append([pd.Series(cells, dtype="str") for cells in zip(*rows, strict=True)])
        self._sizes.append(len(rows))

    def _join(self, at: int) -> pd.Series:
        parts = []
        for portion, size in zip(self._portions, self._sizes, strict=True):
            if at < len(portion):
                parts.append(portion[at])
                portion[at] = _NOTHING  # let go of it once it is joined
            else:
                parts.append(pd.Series([""] * size, dtype="str"))
        return pd.concat(parts, ignore_index=True)
