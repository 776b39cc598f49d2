"""From a figure down to the cases behind it, failing ones first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, and_, case, false, func, literal_column, or_, select
from sqlalchemy.sql.elements import ColumnElement

from tracker.core import measures as contract
from tracker.core.cases import DOSSIERS, SURVEYS, TALLIES
from tracker.core.measures import ATTITUDE, DECISIONS, FEEDBACK, POSTINGS, RATINGS
from tracker.core.problems import UsageError
from tracker.core.rulebook import AllOf, Bands, CountUp, Indicator, Linear, Penalty, Ratio, Rulebook, formula_measures
from tracker.services.access import Actor, Verb, may
from tracker.services.case_terms import COUNTED, OTHER
from tracker.services.case_terms import FAILING as FAILING
from tracker.services.case_terms import CasePage as CasePage
from tracker.services.case_terms import CaseRow as CaseRow
from tracker.services.case_terms import Extract as Extract
from tracker.services.permitted import reading_as
from tracker.services.standings import Question, Setting, find_result, opened, resolve
from tracker.services.tally_cases import read_tally_cases
from tracker.store.case_rows import case_rows, one_unit
from tracker.store.engine import reading
from tracker.store.tallies import is_tallied

# Which case file counts a measure, for indicators whose rulebook names none; all other counted measures are of dossiers.
_SOURCES = {
    **dict.fromkeys(POSTINGS, "postings"),
    **dict.fromkeys(DECISIONS, "procedures"),
    **dict.fromkeys((*FEEDBACK, "officials_in_breach"), "feedback"),
    **dict.fromkeys(ATTITUDE, "surveys"),
    "officials": "staff",
}

# Columns that are not the case's own data: whose it is, how it sorts, and in which measures it counts.
_NOT_CELLS = frozenset({"unit", "effect_rank", "feedback", *contract.COUNTED})


def case_sources(rulebook: Rulebook, indicator: Indicator, *, tallied: bool = False) -> tuple[str, ...]:
    """The case files whose rows stand behind an indicator, the main one first.

    Two feed the ratings: surveys by their answers, dossiers by the ratings they carry. Where a unit is counted from tallies
    these stand for its dossiers; they say nothing of ratings.
    """
    measures = formula_measures(indicator.formula)
    reported = rulebook.reported_measures()
    main = indicator.cases or ("reported" if measures[0] in reported else _SOURCES.get(measures[0], "dossiers"))
    if RATINGS.isdisjoint(measures) or main not in (SURVEYS.name, DOSSIERS.name):
        return (TALLIES.name,) if tallied and main == DOSSIERS.name else (main,)
    if tallied:
        return (SURVEYS.name,)
    return (main, DOSSIERS.name if main == SURVEYS.name else SURVEYS.name)


def may_see_cases(database: Engine, actor: Actor, unit: str) -> bool:
    """True if the actor may look at the unit's single cases in this database."""
    with reading(database) as connection:
        return may(connection, actor, Verb.SEE_CASES, unit)


def list_cases(
    database: Engine, question: Question, behind: tuple[str, str], today: date, actor: Actor, extract: Extract | None = None
) -> CasePage:
    """The cases behind a unit's indicator (`behind`: unit, indicator); denied where the actor may not see cases.

    Behind a kept result they are the frozen copy's, as its adjustments left them.
    """
    with reading_as(database, actor, Verb.SEE_CASES, behind[0]) as connection:
        result = find_result(connection, actor, question)
        if result is None:
            return read_cases(connection, resolve(connection, question, today), behind, extract or Extract())
    with opened(database, result) as (copy, found):
        of_copy = replace(question, as_of=question.as_of or found.as_of, basis="")
        return read_cases(copy, resolve(copy, of_copy, found.as_of), behind, extract or Extract())


def read_cases(connection: Connection, setting: Setting, behind: tuple[str, str], extract: Extract) -> CasePage:
    """The same inside a transaction, for a question already resolved."""
    unit, code = behind
    rulebook = setting.rulebook.rulebook
    indicator = find_indicator(setting, code)
    measures = formula_measures(indicator.formula)
    sources = case_sources(rulebook, indicator, tallied=is_tallied(connection, setting.policy_id, setting.span, unit))
    if sources == (TALLIES.name,):
        return read_tally_cases(connection, setting.span, unit, indicator.formula, extract)
    source = extract.source if extract.source in sources else sources[0]
    found = one_unit(case_rows(connection, source, measures, rulebook, setting.policy_id, setting.span), unit).subquery(
        "found"
    )
    columns = formula_columns(indicator, found.c)
    failing, counted = judge_rows(indicator, source, found.c)
    chosen = select(found, case((failing, 0), (counted, 1), else_=2).label("effect_rank"))
    relevant = or_(failing, counted) if columns else ~false()
    total, failures = connection.execute(
        select(func.count(), func.coalesce(func.sum(case((failing, 1), else_=0)), 0)).select_from(found).where(relevant)
    ).one()
    page = chosen.where(relevant).order_by(*_order(found)).offset(extract.offset).limit(extract.limit)
    rows = tuple(_row(source, row._mapping, tuple(columns)) for row in connection.execute(page))
    return CasePage(int(total), int(failures), rows)


def find_indicator(setting: Setting, code: str) -> Indicator:
    """The rulebook's indicator of that code; UsageError if it has none."""
    rulebook = setting.rulebook.rulebook
    try:
        return rulebook.indicator(code)
    except KeyError as error:
        known = ", ".join(indicator.code for criterion in rulebook.criterion for indicator in criterion.indicator)
        raise UsageError("unknown_indicator", indicator=code, known=known) from error


def formula_columns(indicator: Indicator, row: Any) -> dict[str, Any]:
    """The columns of the formula's measures among a row's; a measure of another case file has none and marks no row."""
    return {name: row[name] for name in formula_measures(indicator.formula) if name in row}


def judge_rows(indicator: Indicator, source: str, row: Any) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Which rows (their columns are `row`) cost the unit points, and which speak for it or merely count."""
    failing, counted = _effects(indicator, formula_columns(indicator, row))
    if source == "surveys":  # a survey is a row of many answers: those that are not satisfied cost points
        return and_(or_(failing, counted), row.answers_satisfied < row.answers), counted
    return failing, counted


def _effects(indicator: Indicator, columns: Mapping[str, Any]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    formula = indicator.formula
    match formula:
        case Penalty():
            failing = _any(columns, formula.incidents)
            return failing, _any(columns, ())
        case CountUp():
            return _any(columns, ()), _any(columns, formula.items)
        case AllOf():
            limited = tuple(part.measure for part in formula.parts if part.at_most is not None)
            return _any(columns, limited), _any(columns, tuple(columns))
        case Ratio() | Bands():
            numerator, denominator = formula.numerator, formula.denominator or ()
        case Linear():
            numerator, denominator = formula.terms, formula.denominator or ()
    if isinstance(formula, Linear) and formula.lo > formula.hi:  # lower is better: what is above the line costs points
        costing = _any(columns, tuple(term for term in numerator if not term.startswith("-")))
        return costing, _any(columns, tuple(columns))
    good = _any(columns, tuple(term for term in numerator if not term.startswith("-")))
    bad = _any(columns, tuple(term[1:] for term in numerator if term.startswith("-")))
    left_out = _any(columns, tuple(term[1:] for term in denominator if term.startswith("-")))
    among = and_(_any(columns, denominator), ~left_out)
    return or_(bad, and_(among, ~good)), or_(good, among)


def _any(columns: Mapping[str, Any], terms: tuple[str, ...]) -> ColumnElement[bool]:
    """True for rows that count in one of the (positive) terms; a missing column never does."""
    return func.coalesce(or_(false(), *(columns[term] for term in terms if term in columns)), false())


def _order(found: Any) -> list[ColumnElement[Any]]:
    """Failing rows first, then by the day that matters, then by code, so that pages never shuffle."""
    days = [name for name in ("due_at", "received_on", "decided_on", "period_from") if name in found.c]
    keys = [name for name in ("code", "procedure", "topic", "measure") if name in found.c]
    return [literal_column("effect_rank"), *(found.c[name] for name in (*days[:1], *keys))]


def _row(source: str, row: RowMapping, measures: tuple[str, ...]) -> CaseRow:
    code = next(str(row[name]) for name in ("code", "procedure", "measure", "topic") if name in row)
    effect = (FAILING, COUNTED, OTHER)[row["effect_rank"]]
    cells = {str(name): value for name, value in row.items() if name not in _NOT_CELLS}
    return CaseRow(source, code, effect, tuple(name for name in measures if row[name]), cells)
