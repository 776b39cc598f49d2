"""Behind a figure of a unit that sends tallies: the lines of these, those with dossiers that cost points first."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from tracker.core.cases import TALLIES
from tracker.core.formulas import add_up
from tracker.core.rulebook import AllOf, Bands, CountUp, Formula, Linear, Penalty, Ratio, formula_measures
from tracker.services.case_terms import COUNTED, FAILING, OTHER, CasePage, CaseRow, Extract
from tracker.store.registers import Span
from tracker.store.tallies import TallyRow, tally_rows


def read_tally_cases(connection: Connection, span: Span, unit: str, formula: Formula, extract: Extract) -> CasePage:
    """All lines of the unit's tallies of the period, each with how many of its dossiers cost points."""
    rows = sorted((_row(row, formula) for row in tally_rows(connection, span, unit)), key=lambda row: row.effect != FAILING)
    failing = sum(row.effect == FAILING for row in rows)
    return CasePage(len(rows), failing, tuple(rows[extract.offset : extract.offset + extract.limit]))


def _row(row: TallyRow, formula: Formula) -> CaseRow:
    amounts = {name: row.amounts.get(name, 0) for name in formula_measures(formula)}
    counted = tuple(name for name, amount in amounts.items() if amount)
    lost = _lost(formula, amounts)
    effect = FAILING if lost else COUNTED if counted else OTHER
    cells = row.cells
    code = cells["procedure"] or f"{cells['period_from']}/{cells['period_to']}"
    return CaseRow(TALLIES.name, code, effect, counted, cells, lost)


def _lost(formula: Formula, amounts: Mapping[str, int]) -> int:
    """How many of the dossiers keep the formula from its whole: incidents, or those below the line that are not above it."""
    match formula:
        case Penalty():
            wrong = add_up(formula.incidents, amounts)
        case AllOf():
            wrong = sum(amounts[part.measure] for part in formula.parts if part.at_most is not None)
        case CountUp():
            wrong = 0
        case Linear() if formula.lo > formula.hi:
            wrong = add_up(formula.terms, amounts)
        case Linear():
            wrong = _beside(formula.terms, formula.denominator, amounts)
        case Ratio() | Bands():
            wrong = _beside(formula.numerator, formula.denominator, amounts)
    return max(0, int(wrong or 0))


def _beside(over: tuple[str, ...], below: tuple[str, ...] | None, amounts: Mapping[str, int]) -> int:
    return int((add_up(below, amounts) or 0) - (add_up(over, amounts) or 0)) if below else 0
