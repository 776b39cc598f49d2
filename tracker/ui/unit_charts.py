"""The charts of a unit's page: each with words for those who cannot see it, how to read it, and the same as a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from textwrap import wrap
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from tracker.services.unit_trend import TrendPoint
from tracker.services.unit_view import UnitView
from tracker.text import number, pick
from tracker.text.periods import name_period
from tracker.ui import look
from tracker.ui.shell import language, t
from tracker.ui.tables import Head, Row, table
from tracker.ui.unit import points, signed

_SEPARATORS = {"vi": ",.", "en": ".,"}
_LABEL_WIDTH = 34
_LINE_HEIGHT = 17
_GREY_LIGHT, _GREY_DARK = ("#8A8F98", "#C9CDD3"), ("#A7AFBB", "#565D69")
_LOSS_AND_GAIN_LIGHT, _LOSS_AND_GAIN_DARK = ("#A4161A", "#0F766E"), ("#F0777B", "#4CC2B0")
_TEXT_SIZE = 13
_INK_LIGHT, _INK_DARK = "#3A342E", "#D8D3CA"  # Streamlit's own labels are too pale to read on paper


def show_trend(trend: Sequence[TrendPoint], months: bool) -> None:
    """The score against the cluster's middle, over periods or over the months of one."""
    if len([point for point in trend if point.score is not None]) < 2:
        st.caption(t("unit.trend.few"))
    labels = [_moment(point, months) for point in trend]
    ink = look.criterion_colour(0)
    figure = go.Figure()
    _add_line(figure, labels, [point.median for point in trend], t("head.median"), (_greys()[0], "dot"))
    _add_line(figure, labels, [point.score for point in trend], t("unit.this"), (ink, "solid"))
    if not months:  # twelve figures beside one another could not be told apart
        sides = ["bottom center" if _is_below(point) else "top center" for point in trend]
        figure.data[1].update(mode="lines+markers+text", textposition=sides)
    figure.update_yaxes(range=_around([p for point in trend for p in (point.score, point.median) if p is not None]))
    figure.update_xaxes(type="category")
    draw(figure, "trend", 330, t("unit.trend.alt", said=_say_trend(trend, labels)))
    heads = (Head(t("head.period")), *(Head(t(key), figures=True) for key in ("head.score", "head.rank", "head.median")))
    rows = (
        Row([look.markup(label), _points(point.score), _rank(point), _points(point.median)])
        for label, point in zip(labels, trend, strict=True)
    )
    _explain("unit.trend.how", table(t("unit.trend"), heads, rows))


def show_comparison(view: UnitView) -> None:
    """The points of each criterion beside the cluster's middle and its best unit."""
    titles = [_label(pick(language(), criterion.title)) for criterion in view.criteria]
    colours = [look.criterion_colour(criterion.position) for criterion in view.criteria]
    grey, pale = _greys()
    series: list[tuple[str, list[Fraction | None], Any]] = [
        (t("unit.this"), [criterion.score.points for criterion in view.criteria], colours),
        (t("head.median"), [criterion.peers.median for criterion in view.criteria], grey),
        (t("unit.best.head"), [criterion.peers.best for criterion in view.criteria], pale),
    ]
    figure = go.Figure()
    for name, figures, colour in series:
        said = [_points(one) for one in figures]
        figure.add_bar(
            y=titles,
            x=[None if one is None else float(one) for one in figures],
            name=name,
            orientation="h",
            marker_color=colour,
            text=said,
            textposition="outside",
            textfont_size=_TEXT_SIZE,
            cliponaxis=False,
            customdata=said,
            hovertemplate="%{y}<br>%{customdata}<extra>" + name + "</extra>",
        )
    figure.update_layout(barmode="group", bargap=0.28, bargroupgap=0.08)
    figure.update_yaxes(autorange="reversed", ticksuffix="  ")
    draw(figure, "comparison", 330, t("unit.comparison.alt", said=_say_comparison(view)))
    heads = (Head(t("head.criterion"), wide=True), *(Head(name, figures=True) for name, _, _ in series))
    rows = (
        Row([look.markup(pick(language(), criterion.title)), *(_points(figures[index]) for _, figures, _ in series)])
        for index, criterion in enumerate(view.criteria)
    )
    _explain("unit.comparison.how", table(t("unit.comparison"), heads, rows))


def show_losses(view: UnitView) -> None:
    """From the rulebook's total down to the unit's score, one step for every indicator that lost points."""
    total, score = view.board.setting.rulebook.rulebook.total, view.place.score.total
    names = [t("unit.losses.total"), *(pick(language(), step.title) for step in view.steps), t("head.score")]
    figures = [total, *(step.points for step in view.steps), score]
    said = [points(total), *(signed(step.points) for step in view.steps), points(score)]
    loss, gain = _LOSS_AND_GAIN_DARK if look.is_dark() else _LOSS_AND_GAIN_LIGHT
    figure = go.Figure(
        go.Waterfall(
            orientation="h",
            y=[_label(name) for name in names],
            x=[float(one) for one in figures],
            measure=["absolute", *("relative" for _ in view.steps), "total"],
            text=said,
            textposition="outside",
            customdata=said,
            hovertemplate="%{y}<br>%{customdata}<extra></extra>",
            decreasing_marker_color=loss,
            increasing_marker_color=gain,
            totals_marker_color=look.criterion_colour(0),
            connector_line_color=_greys()[0],
            connector_line_width=1,
            textfont_size=_TEXT_SIZE,
            cliponaxis=False,
        )
    )
    lowest = min([score, *_running(figures[:-1])])
    span = max(total, score) - lowest
    figure.update_xaxes(range=[max(0.0, float(lowest - span / 3)), float(max(total, score) + span / 4)])
    figure.update_yaxes(autorange="reversed", ticksuffix="  ")
    alt = "; ".join(f"{name}: {one}" for name, one in zip(names, said, strict=True))
    draw(figure, "losses", _height(names), t("unit.losses.alt", said=alt))
    heads = (Head(t("head.indicator"), wide=True), Head(t("head.points"), figures=True))
    rows = (Row([look.markup(name), one]) for name, one in zip(names, said, strict=True))
    _explain("unit.losses.how", table(t("unit.losses"), heads, rows))


def _add_line(
    figure: go.Figure,
    labels: Sequence[str],
    figures: Sequence[Fraction | None],
    name: str,
    stroke: tuple[str, str],
) -> None:
    colour, dash = stroke
    said = [_points(one) for one in figures]
    figure.add_scatter(
        x=labels,
        y=[None if one is None else float(one) for one in figures],
        name=name,
        mode="lines+markers",
        text=said,
        textfont_size=_TEXT_SIZE,
        line={"color": colour, "dash": dash, "width": 2.5},
        marker={"size": 8},
        customdata=said,
        hovertemplate="%{x}<br>%{customdata}<extra>" + name + "</extra>",
        cliponaxis=False,
    )


def draw(figure: go.Figure, key: str, height: int, alt: str) -> None:
    """The chart as every chart of ours looks, with words for those who cannot see it."""
    ink = _INK_DARK if look.is_dark() else _INK_LIGHT
    figure.update_traces(textfont_color=ink)
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 44, "t": 44, "b": 8},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "font": {"size": _TEXT_SIZE, "color": ink}},
        separators=_SEPARATORS[language()],
        dragmode=False,
    )
    figure.update_xaxes(fixedrange=True, automargin=True, tickfont={"size": _TEXT_SIZE, "color": ink})
    figure.update_yaxes(fixedrange=True, automargin=True, tickfont={"size": _TEXT_SIZE, "color": ink})
    st.plotly_chart(figure, key=f"chart_{key}", config={"displayModeBar": False, "responsive": True}, alt=alt)


def _explain(how: str, as_table: str) -> None:
    st.caption(t(how))
    with st.expander(t("unit.as_table"), icon=":material/table:"):
        st.html(as_table)


def _is_below(point: TrendPoint) -> bool:
    return point.score is not None and point.median is not None and point.score < point.median


def grey() -> str:
    """The colour of what a line is compared with."""
    return _greys()[0]


def _greys() -> tuple[str, str]:
    return _GREY_DARK if look.is_dark() else _GREY_LIGHT


def _label(title: str) -> str:
    """A title broken into short lines; Plotly reads markup in labels, so the text is escaped."""
    return "<br>".join(look.markup(line) for line in wrap(title, _LABEL_WIDTH))


def _height(names: Sequence[str]) -> int:
    """Room for labels of as many lines as the longest has."""
    lines = max(len(wrap(name, _LABEL_WIDTH)) for name in names)
    return 90 + len(names) * (max(lines, 2) * _LINE_HEIGHT + 4)


def _around(figures: Sequence[Fraction]) -> list[float] | None:
    """The figures' range with room for their labels; None where there are none."""
    if not figures:
        return None
    low, high = min(figures), max(figures)
    room = max((high - low) / 4, Fraction(2))
    return [float(max(Fraction(0), low - room)), float(high + room)]


def _running(figures: Iterable[Fraction]) -> list[Fraction]:
    reached, sums = Fraction(0), []
    for figure in figures:
        reached += figure
        sums.append(reached)
    return sums


def _moment(point: TrendPoint, months: bool) -> str:
    if months:
        return point.as_of.strftime("%m/%Y")
    return name_period(language(), point.period.code, point.period.begins, point.period.ends)


def _points(figure: Fraction | None) -> str:
    return t("value.none") if figure is None else points(figure)


def _rank(point: TrendPoint) -> str:
    return t("value.none") if point.rank is None else f"{point.rank} / {number(language(), point.of)}"


def _say_trend(trend: Sequence[TrendPoint], labels: Sequence[str]) -> str:
    return "; ".join(
        t("unit.trend.said", moment=label, score=_points(point.score), middle=_points(point.median))
        for label, point in zip(labels, trend, strict=True)
    )


def _say_comparison(view: UnitView) -> str:
    return "; ".join(
        t(
            "unit.trend.said",
            moment=pick(language(), criterion.title),
            score=points(criterion.score.points),
            middle=_points(criterion.peers.median),
        )
        for criterion in view.criteria
    )
