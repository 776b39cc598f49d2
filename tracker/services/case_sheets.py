"""The workbook of the cases behind a unit's indicator: how the figure came about, and each case with what it did to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine

from tracker.core.problems import UsageError
from tracker.export.sheets import Cell, Column, Sheet
from tracker.services.access import Actor
from tracker.services.case_words import paper_cell, say_effect
from tracker.services.cases import CaseRow, Extract, case_sources, list_cases
from tracker.services.editions import Edition
from tracker.services.exports import Contents, Download, Ending, give_out
from tracker.services.standings import Question
from tracker.services.unit_view import LineView, UnitView
from tracker.text import Language, number, pick, say, say_statement

MOST_ROWS = 100_000
_MOMENTS = ("submitted_at", "received_at", "due_at", "extended_due_at", "completed_at", "returned_at", "waiting_since")
_WIDE = {"name": 36, "note": 36, "evidence": 36, "code": 20, **dict.fromkeys(_MOMENTS, 20)}
_HEADS = {"answers_satisfied": "satisfied", "answers": "responses"}


@dataclass(frozen=True, slots=True)
class Behind:
    """Whose cases, behind which of its lines, in answer to which question; `source`: the kind of case that comes first."""

    question: Question
    view: UnitView
    line: LineView
    source: str = ""


def export_cases_behind(database: Engine, actor: Actor, behind: Behind, edition: Edition, ending: Ending) -> Download:
    """Every case, those that cost points first, a sheet for each kind; denied to who may not see the unit's cases."""
    view, line, setting = behind.view, behind.line, behind.view.board.setting
    rulebook = setting.rulebook.rulebook
    sheets = []
    sources = case_sources(rulebook, rulebook.indicator(line.line.code))
    for source in sorted(sources, key=lambda one: one != behind.source):
        of = (view.office.code, line.line.code)
        page = list_cases(database, behind.question, of, setting.as_of, actor, Extract(0, MOST_ROWS, source))
        if page.total > MOST_ROWS:
            raise UsageError("too_many_cases", n=page.total, limit=MOST_ROWS)
        sheets.append(_sheet(behind, source, page.rows, edition.language))
    stem = f"ho-so-{view.office.code}-{line.line.code}"
    return give_out(Contents(stem, sheets, say(edition.language, "workbook.what.cases")), setting, edition, ending)


def _sheet(behind: Behind, source: str, rows: Sequence[CaseRow], language: Language) -> Sheet:
    names = list(rows[0].cells) if rows else []
    names = [name for name in names if any(row.cells[name] is not None for row in rows)]
    columns = (
        Column(say(language, "head.effect"), width=22),
        *(Column(say(language, f"column.{_HEADS.get(name, name)}"), width=_WIDE.get(name, 12)) for name in names),
    )
    cells: list[Sequence[Cell]] = [
        (
            say_effect(language, row, behind.line),
            *(paper_cell(language, name, row.cells[name]) for name in names),
        )
        for row in rows
    ]
    title = f"{behind.view.office.name} – {pick(language, behind.line.title)}"
    empty = say(language, "unit.cases.none")
    return Sheet(say(language, f"kind.{source}"), title, tuple(_found(behind, language)), columns, cells, 2, 2, empty=empty)


def _found(behind: Behind, language: Language) -> Sequence[str]:
    """The rule, what it saw and what came of it."""
    one, line = behind.line, behind.line.line
    places = behind.view.board.setting.rulebook.rulebook.places
    points, worth = number(language, line.points, places), number(language, line.out_of)
    return (
        say_statement(language, one.rule),
        f"{say(language, 'explain.points', points=points, out_of=worth)}. {say_statement(language, one.why)}",
        say(language, "workbook.personal"),
    )
