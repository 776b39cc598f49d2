"""The words cases behind a figure are spoken of in: a row, what it does to the figure, and a page of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FAILING, COUNTED, OTHER = "failing", "counted", "other"


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case: `effect` is failing, counted or other; `measures` the formula's measures it counts in; `cells` its data.

    `lost`: of a row of many dossiers, how many cost points.
    """

    kind: str
    code: str
    effect: str
    measures: tuple[str, ...]
    cells: Mapping[str, Any]
    lost: int = 0


@dataclass(frozen=True, slots=True)
class CasePage:
    """A page of the cases behind an indicator: how many there are, how many of them fail, and the rows asked for."""

    total: int
    failing: int
    rows: tuple[CaseRow, ...]


@dataclass(frozen=True, slots=True)
class Extract:
    """Which part of the cases is wanted; `source` is one of the indicator's case files, None the first."""

    offset: int = 0
    limit: int = 25
    source: str | None = None
