"""The workbook of one unit: every indicator with its figures and reasons, the criteria beside the cluster, and its path."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from tracker.core.rounding import round_half_up
from tracker.export.sheets import Bar, Cell, Chart, Column, Drawing, Mark, Shape, Share, Sheet
from tracker.services.board_sheets import INKS, TINTS, criterion_cell, line_cell
from tracker.services.editions import Edition, title_period
from tracker.services.exports import Contents, Download, Ending, give_out
from tracker.services.standings import Board
from tracker.services.unit_trend import TrendPoint, follow_unit
from tracker.services.unit_view import LineView, UnitView
from tracker.text import Language, number, pick, say, say_statement

_GREY = "#8A8F98"


def export_unit(view: UnitView, path: tuple[Board, ...], edition: Edition, ending: Ending) -> Download:
    """The unit's indicators and criteria, and its path through the boards of `path`."""
    language, unit = edition.language, view.office.code
    sheets = [_line_sheet(view, language), _criterion_sheet(view, language)]
    sheets.append(_path_sheet(view, follow_unit(path, unit), language))
    contents = Contents(f"don-vi-{unit}", sheets, say(language, "workbook.what.unit"))
    return give_out(contents, view.board.setting, edition, ending)


def _line_sheet(view: UnitView, language: Language) -> Sheet:
    places = view.board.setting.rulebook.rulebook.places
    columns = (
        Column(say(language, "head.criterion"), width=14),
        Column(say(language, "head.indicator"), width=32),
        Column(say(language, "head.code"), width=16),
        Column(say(language, "head.points"), Shape.POINTS, 12),
        Column(say(language, "workbook.on_offer"), Shape.POINTS, 9),
        Column(say(language, "head.lost"), Shape.POINTS, 9),
        Column(say(language, "head.numerator"), Shape.FIGURE, 9),
        Column(say(language, "head.denominator"), Shape.FIGURE, 9),
        Column(say(language, "head.value"), Shape.FIGURE, 9),
        Column(say(language, "head.status"), width=13),
        Column(say(language, "head.median"), Shape.POINTS, 9),
        Column(say(language, "workbook.best"), Shape.POINTS, 9),
        Column(say(language, "head.reason"), width=48),
    )
    rows = [*_line_rows(view, places, language), *_extra_rows(view, language)]
    return _sheet(view, "unit", columns, [*rows, _total_row(view, places, language)], language, totals=1)


def _line_rows(view: UnitView, places: int, language: Language) -> Iterator[Sequence[Cell]]:
    none = Mark(say(language, "value.none"))
    for criterion in view.criteria:
        for one in criterion.lines:
            line = one.line
            yield (
                pick(language, criterion.title),
                pick(language, one.title),
                line.code,
                line_cell(line, places, language),
                line.out_of or none,
                line.lost if line.out_of else none,
                _known(line.numerator, none),
                _known(line.denominator, none),
                _value(one, none),
                say(language, f"line.{line.status}"),
                _known(one.peers.median, none),
                _known(one.peers.best, none),
                _say_why(one, language),
            )


def _extra_rows(view: UnitView, language: Language) -> Iterator[Sequence[Cell]]:
    extras = say(language, "section.extras")
    for extra in view.extras:
        title = pick(language, extra.title)
        yield (extras, title, extra.code, extra.points, None, None, None, None, None, None, None, None, None)


def _total_row(view: UnitView, places: int, language: Language) -> Sequence[Cell]:
    score, total = view.place.score, view.board.setting.rulebook.rulebook.total
    ranked = view.place.rank is not None
    points: Cell = round_half_up(score.score, places) if ranked else Mark(say(language, "board.unranked"))
    lost = view.lost if ranked else None
    peers = view.peers
    empty = (None, None, None, None)
    return (say(language, "head.score"), None, None, points, total, lost, *empty, peers.median, peers.best, None)


def _value(view: LineView, none: Mark) -> Cell:
    value = view.line.value
    if value is None:
        return none
    return Share(value) if view.in_percent else value


def _known(figure: int | Fraction | None, none: Mark) -> Cell:
    return none if figure is None else figure


def _say_why(view: LineView, language: Language) -> str:
    why = say_statement(language, view.why)
    if not view.taken_over:
        return why
    return f"{why} {say(language, 'unit.taken_over', points=number(language, view.taken_over, 2))}"


def _criterion_sheet(view: UnitView, language: Language) -> Sheet:
    places = view.board.setting.rulebook.rulebook.places
    columns = (
        Column(say(language, "head.criterion"), width=44),
        Column(say(language, "head.points"), Shape.POINTS, 16),
        Column(say(language, "workbook.on_offer"), Shape.POINTS, 16),
        Column(say(language, "head.median"), Shape.POINTS, 16),
        Column(say(language, "workbook.best"), Shape.POINTS, 16),
    )
    none = Mark(say(language, "value.none"))
    rows = [
        (
            pick(language, one.title),
            criterion_cell(one.score, places, language),
            one.score.out_of or none,
            _known(one.peers.median, none),
            _known(one.peers.best, none),
        )
        for one in view.criteria
    ]
    title = say(language, "workbook.chart.compared")
    chart = Chart(Drawing.COLUMNS, title, 0, (1, 3, 4), (INKS[0], _GREY, TINTS[1]), 0, len(rows) - 1)
    return _sheet(view, "criteria", columns, rows, language, charts=(chart,))


def _path_sheet(view: UnitView, path: Sequence[TrendPoint], language: Language) -> Sheet:
    total = view.board.setting.rulebook.rulebook.total
    columns = (
        Column(say(language, "head.period"), width=30),
        Column(say(language, "head.score"), Shape.POINTS, 18, Bar(total, TINTS[0]) if total else None),
        Column(say(language, "head.median"), Shape.POINTS, 18),
        Column(say(language, "head.rank"), Shape.COUNT, 12),
        Column(say(language, "workbook.ranked"), Shape.COUNT, 18),
        Column(say(language, "workbook.fact.as_of"), width=16),
    )
    none = Mark(say(language, "value.none"))
    rows = [
        (
            title_period(language, point.period),
            _known(point.score, none),
            _known(point.median, none),
            _known(point.rank, none),
            point.of,
            point.as_of,
        )
        for point in path
    ]
    title = say(language, "workbook.chart.path", unit=view.office.name)
    chart = Chart(Drawing.LINES, title, 0, (1, 2), (INKS[0], _GREY), 0, len(rows) - 1)
    return _sheet(view, "path", columns, rows, language, charts=(chart,) if len(rows) > 1 else ())


def _sheet(  # noqa: PLR0913 (a sheet's parts)
    view: UnitView,
    name: str,
    columns: tuple[Column, ...],
    rows: Sequence[Sequence[Cell]],
    language: Language,
    *,
    totals: int = 0,
    charts: tuple[Chart, ...] = (),
) -> Sheet:
    places = view.board.setting.rulebook.rulebook.places
    fixed = 2 if name == "unit" else 1
    where, *against = _place(view, language)
    notes = (where, *against) if name == "unit" else (where,)
    return Sheet(
        *(say(language, f"sheet.{name}"), view.office.name, notes, columns, rows, places, fixed),
        totals=totals,
        charts=charts,
    )


def _place(view: UnitView, language: Language) -> Iterator[str]:
    """Where the unit stands and what stands against it, a sentence a line."""
    place, places = view.place, view.board.setting.rulebook.rulebook.places
    said = [f"{say(language, 'head.cluster')}: {view.board.name_cluster(place.score.cluster, language)}"]
    if place.rank is None:
        said.append(say(language, "board.unranked"))
    else:
        said.append(say(language, "rank.of", rank=place.rank, n=view.standing.ranked_count))
        said.append(f"{say(language, 'head.score')}: {number(language, place.score.score, places)}")
    if view.grade:
        said.append(f"{say(language, 'head.grade')}: {pick(language, view.grade)}")
    yield " · ".join(said)
    if not place.score.complete:
        yield say(language, "board.incomplete")
    if view.source:
        yield say(language, f"unit.from_{view.source}")
    yield from (say_statement(language, tie) for tie in view.ties)
    if view.gates:
        yield say(language, "unit.gates", titles=", ".join(pick(language, title) for title in view.gates))
