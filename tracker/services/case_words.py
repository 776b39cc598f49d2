"""A case in words: what it did to the figure it stands behind, and what its cells are on paper."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tracker.core.cases import TALLIES, UNITS
from tracker.export.sheets import Cell, Mark
from tracker.services.cases import FAILING, CaseRow
from tracker.services.unit_view import LineView
from tracker.text import Language, say

# Columns whose values are codes of the product's own, and what their words' keys begin with.
WORDED = {"outcome": "outcome", "status": "status", "kind": "feedback_kind", "topic": "topic", "channel": "channel"}
_UNIT_KINDS = UNITS.column("kind").choices  # units and feedback each have a kind, of different codes


def say_effect(language: Language, row: CaseRow, line: LineView) -> str:
    """What the case did to the figure: the first of its measures that says so, else what it lacks, else cost or counted."""
    if row.kind == "surveys" and row.effect == FAILING:
        return say(language, "effect.answers", n=row.cells["answers"] - row.cells["answers_satisfied"])
    if row.kind == TALLIES.name and row.lost:
        return say(language, "effect.tally", n=row.lost)
    lacking = next((f"not.{term.measure}" for term in line.terms if not term.below), "") if row.effect == FAILING else ""
    keys = [f"effect.{name}" for name in (*row.measures, lacking, row.effect)]
    return next(words for key in keys if (words := _known(language, key)) is not None)


def say_code(language: Language, name: str, code: str) -> str | None:
    """The words of a column's code; None where the column holds no codes of ours."""
    if name not in WORDED:
        return None
    words = "unit_kind" if name == "kind" and code in _UNIT_KINDS else WORDED[name]
    return say(language, f"{words}.{code}")


def paper_cell(language: Language, name: str, cell: Any) -> Cell:
    """The cell of a case for a table on paper: days and figures as they are, codes and truths in words."""
    match cell:
        case None:
            return Mark(say(language, "value.none"))
        case bool():
            return say(language, "value.yes" if cell else "value.no")
        case Decimal():
            return Fraction(cell)
        case int() | Fraction() | date():
            return cell
        case _:
            return say_code(language, name, str(cell)) or str(cell)


def _known(language: Language, key: str) -> str | None:
    try:
        return say(language, key)
    except KeyError:
        return None
