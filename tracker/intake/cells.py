"""Cleaning of cells: NFC, trimmed, without invisible characters; control characters are found, never kept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

Objects = npt.NDArray[np.object_]
Mask = npt.NDArray[np.bool_]
Result = TypeVar("Result")

# Joins the cells of a column, so that the column is looked at once instead of cell by cell; any visible sign does.
_JOINT = "|"
_BREAKS = re.compile(r"\r\n|[\r\n\u2028\u2029\x85]")
_TAB = "\t"


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The cells of one column: text, or None where empty; and where something was removed or must not stand."""

    texts: Objects
    invisible: Mask
    control: Mask


def clean_cells(cells: Objects, *, breaks: str | None) -> Cleaned:
    """The cells as they are kept; `breaks` replaces line breaks and tabs inside, None makes them control characters."""
    joined = _JOINT.join(cells)
    if joined.isprintable() and unicodedata.is_normalized("NFC", joined):
        nothing = np.zeros(len(cells), dtype=bool)
        return Cleaned(_trim(cells, joined), nothing, nothing)
    cleaned = map_distinct(cells, lambda cell: clean_text(cell, breaks=breaks))
    texts = np.array([text or None for text, _, _ in cleaned], dtype=object)
    invisible = np.array([flag for _, flag, _ in cleaned], dtype=bool)
    control = np.array([flag for _, _, flag in cleaned], dtype=bool)
    return Cleaned(texts, invisible, control)


def _trim(cells: Objects, joined: str) -> Objects:
    """The cells without blanks around them, None where nothing is left; few columns have such blanks."""
    if f" {_JOINT}" in joined or f"{_JOINT} " in joined or joined != joined.strip():
        return np.array([cell.strip() or None for cell in cells], dtype=object)
    texts = cells.copy()
    texts[texts == ""] = None
    return texts


def clean_text(cell: str, *, breaks: str | None) -> tuple[str, bool, bool]:
    """One cell's text, whether invisible characters were removed, and whether control characters stand in it."""
    text = unicodedata.normalize("NFC", cell).strip(" \t\r\n\u00a0")
    if text.isascii() and text.isprintable():
        return text, False, False
    if breaks is not None:
        text = _BREAKS.sub(breaks, text).replace(_TAB, " ")
    visible = "".join(letter for letter in text if unicodedata.category(letter) != "Cf")
    control = any(unicodedata.category(letter) == "Cc" and letter != breaks for letter in visible)
    # What stood between a letter and its accent is gone: they are one letter now.
    return unicodedata.normalize("NFC", visible.strip()), len(visible) != len(text), control


def map_distinct(values: Objects, function: Callable[[str], Result]) -> Objects:
    """`function` of each value, computed once for each distinct one; None stays None."""
    codes, distinct = pd.factorize(values)
    results = np.empty(len(distinct) + 1, dtype=object)
    for position, value in enumerate(distinct):
        results[position] = function(value)
    return results[codes]


def is_empty(values: Objects) -> Mask:
    """Where nothing is known."""
    return np.asarray(pd.isna(values), dtype=bool)


def is_among(values: Objects, known: Collection[str]) -> Mask:
    """Where the value is one of the known; an empty cell is none."""
    return np.asarray(pd.Series(values, dtype=object).isin(list(known)), dtype=bool)
