"""Short ways to write a rulebook's text and a unit's facts, so that a test shows only what it is about."""

from __future__ import annotations

import json
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tracker.core.measures import COUNTED, Facts
from tracker.core.rulebook import Rulebook, parse_rulebook

SHARED = Path(__file__).parents[3] / "shared"
WORDS = '{vi = "v", en = "e"}'
EVERY_ROW = {"dossiers": 1, "postings": 1, "feedback": 1, "surveys": 1, "reported": 1}


def oracle(path: str) -> Any:
    """The published cases of that file; skips where the development data are not there."""
    if not (SHARED / path).exists():
        pytest.skip("the published cases are not beside the project")
    return json.loads((SHARED / path).read_text("utf-8"))


def indicator(code: str, points: object, formula: str, more: str = "") -> str:
    return (
        f'[[criterion.indicator]]\ncode = "{code}"\ntitle = {WORDS}\npoints = {points}\nbasis = "b"\n'
        f"formula = {{{formula}}}\n{more}\n"
    )


def criterion(code: str, points: object, *indicators: str, more: str = "") -> str:
    return f'[[criterion]]\ncode = "{code}"\ntitle = {WORDS}\npoints = {points}\n{more}\n' + "".join(indicators)


def table(name: str, code: str, more: str) -> str:
    return f'[[{name}]]\ncode = "{code}"\ntitle = {WORDS}\n{more}\n'


def tie_break(by: str, order: str = "high") -> str:
    return f'[[tie_break]]\nby = "{by}"\norder = "{order}"\n'


def write(*parts: str, total: object = 100, reported: Iterable[str] = (), more: str = "") -> str:
    head = f'code = "t"\nversion = 1\ntitle = {WORDS}\nbasis = "b"\ntotal = {total}\n{more}\n'
    measures = "".join(f'[[reported]]\nmeasure = "{name}"\ntitle = {WORDS}\n' for name in reported)
    return head + measures + "".join(parts)


def rulebook(*parts: str, total: object = 100, reported: Iterable[str] = (), more: str = "") -> Rulebook:
    return parse_rulebook(write(*parts, total=total, reported=reported, more=more), "test.toml")


def one(formula: str, points: object = 100, more: str = "", reported: Iterable[str] = (), after: str = "") -> Rulebook:
    """A rulebook of one criterion `c` with one indicator `i`."""
    return rulebook(criterion("c", points, indicator("i", points, formula, more)), after, total=points, reported=reported)


def facts(unit: str = "A", cluster: str = "k", rows: dict[str, int] | None = None, **measures: object) -> Facts:
    """A unit that did nothing but what is said; figures may be written as text ("0.5")."""
    said = {name: None if figure is None else Fraction(str(figure)) for name, figure in measures.items()}
    return Facts(unit, cluster, {**dict.fromkeys(COUNTED, 0), **said}, EVERY_ROW if rows is None else rows)
