"""The workbooks of a board: who stands where, the clusters beside one another, and every indicator of every unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from itertools import groupby

from tracker.core.rounding import round_half_up
from tracker.core.terms import CriterionScore, Line, Status
from tracker.export.sheets import Bar, Cell, Chart, Column, Drawing, Mark, Shape, Share, Sheet
from tracker.services.editions import Edition
from tracker.services.exports import Contents, Download, Ending, give_out
from tracker.services.rows import BoardRow, board_rows, compare_clusters
from tracker.services.standings import Board
from tracker.text import Language, pick, say

# Tints of the criteria's colours on screen, pale enough for a figure to be read on them; and the colours themselves.
TINTS = ("#A9C1E0", "#A3D5CF", "#F0C79A", "#D2B6E0", "#C3C7CE", "#BDD3A6")
INKS = ("#1D4F91", "#0F766E", "#B45309", "#7A3E9D", "#5B6470", "#5E8C31")
_MOST_BARS = 24  # units in one chart; more could not be read on a page
_MOST_CHARTS = 40


@lru_cache(maxsize=16)
def export_board(board: Board, previous: Board | None, cluster: str, edition: Edition, ending: Ending) -> Download:
    """The board of one cluster, or of all (""); the workbook compares the clusters and has every indicator beside it."""
    rows = _rows(board, previous, cluster)
    sheets = [_board_sheet(board, rows, edition.language), _matrix(board, rows, edition.language, shares=False)]
    if not cluster:
        sheets.insert(1, _cluster_sheet(board, rows, edition.language))
    what = say(edition.language, "workbook.what.standings")
    return give_out(Contents("bang-xep-hang", sheets, what), board.setting, edition, ending)


@lru_cache(maxsize=16)
def export_matrix(board: Board, previous: Board | None, cluster: str, edition: Edition, ending: Ending) -> Download:
    """Units by indicators: the points, what share they are of what there was to earn, and what there was to earn."""
    rows, language = _rows(board, previous, cluster), edition.language
    sheets = [_matrix(board, rows, language, shares=False), _matrix(board, rows, language, shares=True)]
    sheets.append(_worth_sheet(board, rows, language))
    what = say(language, "workbook.what.matrix")
    return give_out(Contents("bang-chi-tieu", sheets, what), board.setting, edition, ending)


def _rows(board: Board, previous: Board | None, cluster: str) -> list[BoardRow]:
    return [row for row in board_rows(board, previous) if cluster in ("", row.cluster)]


def _board_sheet(board: Board, rows: Sequence[BoardRow], language: Language) -> Sheet:
    rulebook = board.setting.rulebook.rulebook
    columns = (
        *unit_columns(language),
        Column(say(language, "head.movement"), Shape.CHANGE, 8),
        Column(say(language, "head.score"), Shape.POINTS, 11),
        *(_points_column(pick(language, part.title), part.points, at) for at, part in enumerate(rulebook.criterion)),
        *([Column(say(language, "section.extras"), Shape.POINTS, 10)] if rulebook.extra else []),
        Column(say(language, "head.grade"), width=12),
        Column(say(language, "head.flags"), width=30),
    )
    cells = [
        (
            *_unit_cells(board, row, language),
            say(language, "movement.new.short") if row.is_new else row.moved,
            row.score if row.rank is not None else Mark(say(language, "board.unranked")),
            *(criterion_cell(part, rulebook.places, language) for part in row.place.score.criteria),
            *([row.extra] if rulebook.extra else []),
            pick(language, row.grade or {}),
            "; ".join(say_flags(language, row)),
        )
        for row in rows
    ]
    return _sheet(board, "board", columns, cells, language)


def _cluster_sheet(board: Board, rows: Sequence[BoardRow], language: Language) -> Sheet:
    """The clusters' scores beside one another, and a chart of every cluster's criteria below."""
    heads = ("quality.units", "kpi.units", "kpi.mean", "head.median", "workbook.best", "workbook.least")
    shapes = (Shape.COUNT, Shape.COUNT, *([Shape.POINTS] * 4))
    columns = (
        Column(say(language, "head.cluster"), width=34),
        *(Column(say(language, head), shape, 15) for head, shape in zip(heads, shapes, strict=True)),
    )
    found = compare_clusters(board)
    cells = [
        (board.name_cluster(one.cluster, language), one.units, one.ranked, one.mean, one.median, one.best, one.least)
        for one in found
    ]
    title = say(language, "workbook.chart.clusters")
    charts = [Chart(Drawing.COLUMNS, title, 0, (3, 5, 6), (INKS[0], TINTS[1], TINTS[4]), 0, len(found) - 1)] if found else []
    charts += _criteria_charts(board, rows, language)
    return replace(_sheet(board, "clusters", columns, cells, language), fixed=1, charts=tuple(charts))


def _criteria_charts(board: Board, rows: Sequence[BoardRow], language: Language) -> list[Chart]:
    """For each cluster a bar a unit, made of its criteria: as many units as can be read, those in front."""
    parts = len(board.setting.rulebook.rulebook.criterion)
    series = tuple(range(6, 6 + parts))
    charts: list[Chart] = []
    for cluster, places in groupby(enumerate(rows), key=lambda pair: pair[1].cluster):
        at = [position for position, row in places if row.rank is not None][:_MOST_BARS]
        if at and len(charts) < _MOST_CHARTS:
            title = say(language, "workbook.chart.criteria", cluster=board.name_cluster(cluster, language))
            name = say(language, "sheet.board")
            charts.append(Chart(Drawing.STACKED, title, 1, series, INKS, at[0], at[-1], name))
    return charts


def _matrix(board: Board, rows: Sequence[BoardRow], language: Language, *, shares: bool) -> Sheet:
    """The points of every indicator, or what share they are of those on offer, the rulebook's maximum above."""
    places = board.setting.rulebook.rulebook.places
    cells = [
        (*_unit_cells(board, row, language), *(line_cell(line, places, language, share=shares) for line in _lines(row)))
        for row in rows
    ]
    columns = _indicator_columns(board, language, heat=Fraction(1) if shares else None)
    return _sheet(board, "shares" if shares else "indicators", columns, cells, language)


def _worth_sheet(board: Board, rows: Sequence[BoardRow], language: Language) -> Sheet:
    """What each unit could earn by each indicator once points with nothing to count were shared out again."""
    none = Mark(say(language, "heatmap.none"))
    cells = [(*_unit_cells(board, row, language), *(line.out_of or none for line in _lines(row))) for row in rows]
    columns = _indicator_columns(board, language)
    plain = tuple(replace(one, heat=None) for one in columns)
    return _sheet(board, "worth", plain, cells, language)


def _indicator_columns(board: Board, language: Language, heat: Fraction | None = None) -> tuple[Column, ...]:
    rulebook = board.setting.rulebook.rulebook
    rank, unit, *others = unit_columns(language)
    above = Column(unit.title, unit.shape, unit.width, above=say(language, "head.max"))
    indicators = (indicator for criterion in rulebook.criterion for indicator in criterion.indicator)
    return (
        *(rank, above, *others),
        *(
            Column(
                f"{pick(language, indicator.title)} ({indicator.code})",
                Shape.POINTS,
                10,
                heat=heat or indicator.points,
                above=indicator.points,
                turned=True,
            )
            for indicator in indicators
        ),
    )


def _lines(row: BoardRow) -> list[Line]:
    return [line for part in row.place.score.criteria for line in part.lines]


def line_cell(line: Line, places: int, language: Language, *, share: bool = False) -> Cell:
    """An indicator's points, or their share of those on offer; words where nobody reported or there was nothing to count."""
    if line.status is Status.PENDING:
        return Mark(say(language, "heatmap.pending"))
    if not line.out_of:
        return Mark(say(language, "heatmap.none"))
    return Share(line.points / line.out_of) if share else round_half_up(line.points, places)


def criterion_cell(part: CriterionScore, places: int, language: Language) -> Cell:
    """A criterion's points; words where all of it waits for a report or there was nothing to count."""
    if not part.out_of:
        return Mark(say(language, "heatmap.none"))
    if all(line.status is Status.PENDING for line in part.lines if line.out_of):
        return Mark(say(language, "heatmap.pending"))
    return round_half_up(part.points, places)


def _sheet(
    board: Board, name: str, columns: tuple[Column, ...], rows: Sequence[Sequence[Cell]], language: Language
) -> Sheet:
    title, called = say(language, "page.leaderboard"), say(language, f"sheet.{name}")
    whole = title if name == "board" else f"{title} – {called}"
    return Sheet(called, whole, (), columns, rows, board.setting.rulebook.rulebook.places, 2)


def _points_column(title: str, points: Fraction, position: int) -> Column:
    """Points of a criterion with a bar in its colour, unless there is nothing to earn."""
    return Column(title, Shape.POINTS, 13, Bar(points, TINTS[position % len(TINTS)]) if points else None)


def unit_columns(language: Language) -> tuple[Column, ...]:
    """A unit's rank, name, code and cluster."""
    return (
        Column(say(language, "head.rank"), Shape.COUNT, 7),
        Column(say(language, "head.unit"), width=30),
        Column(say(language, "head.code"), width=11),
        Column(say(language, "head.cluster"), width=18),
    )


def _unit_cells(board: Board, row: BoardRow, language: Language) -> tuple[Cell, ...]:
    return row.rank, row.name, row.unit, board.name_cluster(row.cluster, language)


def say_flags(language: Language, row: BoardRow) -> list[str]:
    """What a reader must know before trusting the rank."""
    place = row.place
    flags = [
        ("board.unranked", place.rank is None),
        ("board.tied", place.tied),
        ("board.incomplete", not place.score.complete),
        ("board.grade_tied", place.grade_tied),
    ]
    flags.append((f"board.from_{row.source}", bool(row.source)))
    barred = [say(language, "board.gated", title=title) for title in row.gates]
    return [say(language, key) for key, holds in flags if holds] + barred
