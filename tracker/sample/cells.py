"""Columns of numbers made into columns of canonical text, as the intake reads them; and the chances they are drawn with.

Draws use only what is exact on every machine: uniform numbers, their order, integers. No logarithm, no power.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from tracker.core.cases import KINDS

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]

DAY_SECONDS = 86_400


def stream(seed: int, part: int) -> np.random.Generator:
    """A source of draws of its own for one part of the province, so that a change in one part leaves the others alone."""
    return np.random.Generator(np.random.PCG64([seed, part]))


def ordered(rng: np.random.Generator, size: int, of: int, place: int) -> Floats:
    """The `place`-th smallest (from 0) of `of` uniform numbers, `size` times: Beta(place + 1, of - place), drawn exactly."""
    draws: Floats = np.sort(rng.random((of, size)), axis=0)
    return np.asarray(draws[place])


def day_number(day: date) -> int:
    """The day as days since 1970-01-01."""
    return day.toordinal() - date(1970, 1, 1).toordinal()


def where_known(texts: Texts, known: Bools | None) -> Texts:
    """The texts, None where not known; all of them if `known` is None."""
    if known is None:
        return texts
    result = texts.copy()
    result[~known] = None
    return result


def as_dates(days: Ints, known: Bools | None = None) -> Texts:
    """YYYY-MM-DD from day numbers; None where not known."""
    return where_known(np.datetime_as_string(days.astype("datetime64[D]")).astype(object), known)


def as_times(seconds: Ints, known: Bools | None = None) -> Texts:
    """YYYY-MM-DD HH:MM:SS from wall-clock seconds since 1970; None where not known."""
    text = np.datetime_as_string(seconds.astype("datetime64[s]"), unit="s")
    return where_known(np.char.replace(text, "T", " ").astype(object), known)


def as_numbers(numbers: Ints, known: Bools | None = None) -> Texts:
    """Digits; None where not known."""
    return where_known(numbers.astype("U").astype(object), known)


def as_tenths(tenths: Ints, known: Bools | None = None) -> Texts:
    """The shortest decimal of so many tenths (35 -> 3.5, 30 -> 3); None where not known."""
    different, place = np.unique(tenths, return_inverse=True)
    words = np.array([f"{t // 10}.{t % 10}" if t % 10 else f"{t // 10}" for t in different.tolist()], dtype=object)
    return where_known(words[place], known)


def as_flags(flags: Bools) -> Texts:
    """1 or 0."""
    return np.where(flags, "1", "0").astype(object)


def as_frame(kind: str, columns: Mapping[str, Texts | list[str] | list[str | None]]) -> pd.DataFrame:
    """The case file of that kind with all its columns in their order, empty ones where none is given, sorted by key."""
    headers = [column.name for column in KINDS[kind].columns]
    if unknown := set(columns) - set(headers):
        raise ValueError(f"{kind} has no columns {sorted(unknown)}")
    size = len(next(iter(columns.values())))
    empty = np.full(size, None, dtype=object)
    table = {name: pd.Series(columns.get(name, empty), dtype=object) for name in headers}
    return pd.DataFrame(table, columns=headers).sort_values(list(KINDS[kind].key), ignore_index=True, kind="stable")
