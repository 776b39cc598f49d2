"""Every workbook there is, by its code: what it needs to be asked with, and who makes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine

from tracker.core.problems import UsageError
from tracker.services.access import Actor
from tracker.services.board_sheets import export_board, export_matrix
from tracker.services.case_sheets import Behind, export_cases_behind
from tracker.services.editions import Edition, edition_of
from tracker.services.exports import Download
from tracker.services.history import boards_until, previous_board
from tracker.services.list_sheets import export_lists
from tracker.services.quality import show_quality
from tracker.services.quality_export import export_quality
from tracker.services.review import show_review
from tracker.services.review_sheets import export_review
from tracker.services.standings import Board, Question, show_board
from tracker.services.unit_sheets import export_unit
from tracker.services.unit_view import UnitView, view_unit
from tracker.text import Language


@dataclass(frozen=True, slots=True)
class Asked:
    """Which result, in which language; `unit` and `indicator` for the workbooks that are about one."""

    question: Question
    language: Language = "vi"
    unit: str = ""
    indicator: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a workbook's figures come from: the database, whoever asks, the day, and the board with its edition."""

    database: Engine
    actor: Actor
    today: date
    board: Board
    edition: Edition

    def previous(self) -> Board | None:
        """The board of the period before."""
        return previous_board(self.database, self.board, self.today, self.actor)

    def path(self) -> tuple[Board, ...]:
        """The boards of the campaign's periods up to this one."""
        return boards_until(self.database, self.board, self.today, self.actor)


@dataclass(frozen=True, slots=True)
class Workbook:
    """A kind of workbook: who makes it, and whether it is about one unit or one of its indicators."""

    make: Callable[[Source, Asked], Download]
    of_unit: bool = False
    of_indicator: bool = False


def workbook(database: Engine, kind: str, asked: Asked, actor: Actor, today: date) -> Download:
    """The workbook of that kind; the same result gives the same bytes. UsageError for what is unknown."""
    if kind not in WORKBOOKS:
        raise UsageError("unknown_workbook", workbook=kind, known=", ".join(WORKBOOKS))
    board = show_board(database, asked.question, today, actor)
    edition = edition_of(database, board.setting.result, asked.language, actor)
    return WORKBOOKS[kind].make(Source(database, actor, today, board, edition), asked)


def _standings(source: Source, _: Asked) -> Download:
    return export_board(source.board, source.previous(), "", source.edition, "xlsx")


def _lists(source: Source, _: Asked) -> Download:
    return export_lists(source.board, source.edition, "xlsx")


def _matrix(source: Source, _: Asked) -> Download:
    return export_matrix(source.board, source.previous(), "", source.edition, "xlsx")


def _unit(source: Source, asked: Asked) -> Download:
    view = _view(source, asked)
    return export_unit(view, source.path(), source.edition, "xlsx")


def _cases(source: Source, asked: Asked) -> Download:
    view = _view(source, asked)
    line = view.line(asked.indicator)
    if line is None:
        known = ", ".join(one.line.code for one in view.lines)
        raise UsageError("unknown_indicator", indicator=asked.indicator, known=known)
    return export_cases_behind(source.database, source.actor, Behind(asked.question, view, line), source.edition, "xlsx")


def _view(source: Source, asked: Asked) -> UnitView:
    view = view_unit(source.board, source.previous(), asked.unit)
    if view is None:
        raise UsageError("unit_not_competing", unit=asked.unit, period=source.board.setting.period.code)
    return view


def _quality(source: Source, asked: Asked) -> Download:
    where = (asked.question.campaign, asked.question.period)
    found = show_quality(source.database, source.actor, where, source.today)
    return export_quality(found, source.edition, "xlsx", source.today)


def _review(source: Source, asked: Asked) -> Download:
    found = show_review(source.database, asked.question, asked.unit, source.today, source.actor)
    if found is None:
        raise UsageError("unit_not_competing", unit=asked.unit, period=source.board.setting.period.code)
    return export_review(found, source.edition, "xlsx", source.today)


WORKBOOKS: Mapping[str, Workbook] = {
    "standings": Workbook(_standings),
    "lists": Workbook(_lists),
    "matrix": Workbook(_matrix),
    "unit": Workbook(_unit, of_unit=True),
    "cases": Workbook(_cases, of_unit=True, of_indicator=True),
    "quality": Workbook(_quality),
    "review": Workbook(_review, of_unit=True),
}
