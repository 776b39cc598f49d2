"""The ranks of an index as a line, the best rank on top, and beside them the ranks that were aimed at."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from tracker.services.indices import IndexYear
from tracker.ui import look
from tracker.ui.shell import t
from tracker.ui.unit_charts import draw, grey

_SIZE = 13


def show_ranks(years: Sequence[IndexYear], alt: str) -> None:
    """The chart; `alt` says the same in words."""
    labels = [str(one.year) for one in years]
    figure = go.Figure()
    if any(one.target is not None for one in years):
        targets = [one.target for one in years]
        _add(figure, labels, targets, t("column.target"), {"color": grey(), "dash": "dot", "width": 2})
    ranks = [one.rank for one in years]
    _add(figure, labels, ranks, t("head.rank"), {"color": look.criterion_colour(0), "width": 2.5})
    figure.data[-1].update(mode="lines+markers+text", textposition="top center")
    known = [rank for one in years for rank in (one.rank, one.target) if rank is not None]
    last = max([*known, *(one.of for one in years if one.of is not None)], default=1)
    figure.update_yaxes(range=[last + 1, -2], tickvals=[1, *range(10, last + 1, 10)])
    figure.update_xaxes(type="category", categoryorder="array", categoryarray=labels)
    draw(figure, "ranks", 330, alt)


def _add(figure: go.Figure, labels: Sequence[str], ranks: Sequence[int | None], name: str, line: dict[str, object]) -> None:
    figure.add_scatter(
        x=labels,
        y=ranks,
        name=name,
        mode="lines+markers",
        text=[None if rank is None else str(rank) for rank in ranks],
        textfont_size=_SIZE,
        line=line,
        marker={"size": 8},
        connectgaps=True,
        hovertemplate="%{x}: %{y}<extra>" + name + "</extra>",
        cliponaxis=False,
    )
