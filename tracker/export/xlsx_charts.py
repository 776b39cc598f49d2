"""Charts in our workbooks: drawn by the spreadsheet itself from the cells of a table, so that they never differ from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import xlsxwriter

from tracker.export.sheets import Chart, Drawing, Sheet
from tracker.export.xlsx_formats import FONT, INK, LINE

_KINDS = {
    Drawing.COLUMNS: {"type": "column"},
    Drawing.BARS: {"type": "bar"},
    Drawing.STACKED: {"type": "bar", "subtype": "stacked"},
    Drawing.LINES: {"type": "line"},
}
_LYING = (Drawing.BARS, Drawing.STACKED)
_WIDTH, _HEIGHT, _PER_BAR, _AROUND, _TALLEST = 960, 330, 22, 130, 640
_ROW = 20  # pixels of an empty row
_PAGE = 760  # pixels down an A4 page lying on its side, printed at the scale a sheet with charts has at the most
_TABLE = 1.15  # some lines of a table are higher than an empty row
_DASHES = ("solid", "dash", "round_dot", "long_dash")


def draw_charts(workbook: xlsxwriter.Workbook, page: Any, sheet: Sheet, sheets: Mapping[str, Sheet], country: str) -> int:
    """Draw the sheet's charts one below the other under its table; returns the row after.

    A page holds as many as it can whole. `country`: how the labels' numbers are written.
    """
    below = sheet.head + max(len(sheet.rows), 1) + 2
    used, breaks = below * _ROW * _TABLE, []
    for chart in sheet.charts:
        name = chart.of or sheet.name
        drawn = _draw(workbook, chart, sheets[name], name, country)
        height = _height(chart)
        drawn.set_size({"width": min(_WIDTH, 7 * sum(column.width for column in sheet.columns)), "height": height})
        page.insert_chart(below, 0, drawn, {"object_position": 2, "description": chart.title})
        if used + height > _PAGE:
            breaks.append(below)
            used = 0
        rows = height // _ROW + 2
        below, used = below + rows, used + rows * _ROW
    page.set_h_pagebreaks(breaks)
    return below


def _height(chart: Chart) -> int:
    bars = (chart.last - chart.first + 1) * _PER_BAR + _AROUND
    return max(_HEIGHT, min(bars, _TALLEST)) if chart.drawing in _LYING else _HEIGHT


def _draw(workbook: xlsxwriter.Workbook, chart: Chart, of: Sheet, name: str, country: str) -> Any:
    drawn = workbook.add_chart(_KINDS[chart.drawing])
    first, last = of.head + 1 + chart.first, of.head + 1 + chart.last
    for at, column in enumerate(chart.series):
        places = {
            "name": [name, of.head, column],
            "categories": [name, first, chart.category, last, chart.category],
            "values": [name, first, column, last, column],
        }
        drawn.add_series({**places, **_look(chart, at, country)})
    drawn.set_title({"name": chart.title, "name_font": {**_font(13), "bold": True}, "overlay": False})
    drawn.set_legend({"position": "bottom", "font": _font(10)} if len(chart.series) > 1 else {"none": True})
    names: dict[str, Any] = {"num_font": _font(10), "line": {"color": LINE}}
    figures: dict[str, Any] = {"num_font": _font(9), "num_format": "0", "major_gridlines": _GRID, "line": {"none": True}}
    if chart.drawing in _LYING:  # the first row on top, as in the table
        names, figures = figures, {**names, "reverse": True}
        drawn.set_x_axis({**names, "crossing": "min"})
        drawn.set_y_axis(figures)
    else:
        drawn.set_x_axis(names)
        drawn.set_y_axis(figures)
    return drawn


def _look(chart: Chart, at: int, country: str) -> dict[str, Any]:
    """How the chart's series number `at` looks: in black and white lines differ by their dashes, parts by their order."""
    colour = chart.colours[at % len(chart.colours)]
    lines, stacked = chart.drawing is Drawing.LINES, chart.drawing is Drawing.STACKED
    labels: dict[str, Any] = {"value": True, "num_format": f"{country}0.0", "font": _font(8, dark=stacked)}
    if not lines:
        return {"fill": {"color": colour}, "border": {"color": "#FFFFFF"}, "gap": 40, "data_labels": labels}
    labels["position"] = "below" if at else "above"
    line = {"color": colour, "width": 2.25, "dash_type": _DASHES[at % len(_DASHES)]}
    marker = {"type": "diamond" if at else "circle", "size": 7, "fill": {"color": colour}, "border": {"color": colour}}
    return {"line": line, "marker": marker, "data_labels": labels}


_GRID = {"visible": True, "line": {"color": LINE, "width": 0.5}}


def _font(size: int, *, dark: bool = False) -> dict[str, Any]:
    return {"name": FONT, "size": size, "color": "#FFFFFF" if dark else INK, "bold": False}
