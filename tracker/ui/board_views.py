"""The board's other views: the grid a mouse can sort, the ranks through the periods, the heat map of indicators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from html import escape
from typing import Any
from urllib.parse import quote

import pandas as pd
import streamlit as st

from tracker.core.terms import Line, Status
from tracker.services.board_sheets import say_flags
from tracker.services.rows import BoardRow, RankLine, board_rows
from tracker.services.standings import Board
from tracker.text import Language, number, percent, pick, say
from tracker.ui.board import say_movement
from tracker.ui.look import criterion_colour, markup

_HEAT_LIGHT = ((251, 224, 214), (255, 247, 225), (163, 216, 198))
_HEAT_DARK = ((96, 38, 34), (74, 62, 34), (20, 84, 72))
_ROW_HEIGHT = 36
_NAME_LIMIT = 26  # letters of a name beside the chart; the whole name stands in the table and under the pointer
_LEAD = 3  # the ranks drawn with a thick line


@lru_cache(maxsize=8)
def grid_frame(board: Board, previous: Board | None, language: Language) -> pd.DataFrame:
    """The board as a frame for `st.dataframe`; shared, so never change it. Criteria are shares, in columns `c0`, `c1`, …"""
    rows = board_rows(board, previous)
    shares = {f"c{at}": [_float(row.shares[at]) for row in rows] for at in range(len(_criteria(board)))}
    frame = {
        "rank": pd.array([row.rank for row in rows], dtype="Int64"),
        "name": [row.name for row in rows],
        "score": [None if row.rank is None else float(row.score) for row in rows],
        "moved": [say_movement(language, row) for row in rows],
        **shares,
        **({"extra": [_float(row.extra) for row in rows]} if board.setting.rulebook.rulebook.extra else {}),
        "grade": [pick(language, row.grade or {}) for row in rows],
        "cluster": [board.name_cluster(row.cluster, language) for row in rows],
        "flags": ["; ".join(say_flags(language, row)) for row in rows],
    }
    return pd.DataFrame(frame)


def grid_columns(board: Board, language: Language, colours: Sequence[str], open_unit: Any) -> dict[str, Any]:
    """How the columns of `grid_frame` look; `open_unit` is called when a unit's name is clicked."""
    column, rulebook = st.column_config, board.setting.rulebook.rulebook
    bars = {
        f"c{at}": column.ProgressColumn(
            pick(language, criterion.title),
            min_value=0,
            max_value=1,
            format="percent",
            color=colours[at % len(colours)],
            width=150,
        )
        for at, criterion in enumerate(rulebook.criterion)
    }
    step = float(Fraction(1, 10**rulebook.places))
    return {
        "rank": column.NumberColumn(say(language, "head.rank"), width=56, pinned=True, alignment="center", format="%d"),
        "name": column.ButtonColumn(
            say(language, "head.unit"), width=250, type="tertiary", alignment="left", on_click=open_unit, key="board_open"
        ),
        "score": column.NumberColumn(say(language, "head.score"), format="localized", step=step, width=80),
        "moved": column.TextColumn(say(language, "head.movement"), width=80, alignment="center"),
        **bars,
        "extra": column.NumberColumn(say(language, "head.extra"), format="localized", step=step, width=80),
        "grade": column.TextColumn(say(language, "head.grade"), width=100),
        "cluster": column.TextColumn(say(language, "head.cluster"), width=110),
        "flags": column.TextColumn(say(language, "head.flags"), width=220),
    }


@lru_cache(maxsize=32)
def history_figure(lines: tuple[RankLine, ...], periods: tuple[str, ...], colours: tuple[str, ...], dark: bool) -> Any:
    """A bump chart: a line per unit, its rank in every marker, its name at the end."""
    import plotly.graph_objects as go  # heavy, and only this view draws with it

    figure = go.Figure()
    ink = "#ECE8E1" if dark else "#15120F"
    for at, line in enumerate(lines):
        colour, leads = colours[at % len(colours)], at < _LEAD
        name = escape(line.name, quote=False)
        short = escape(line.name if len(line.name) <= _NAME_LIMIT else line.name[: _NAME_LIMIT - 1] + "…", quote=False)
        figure.add_scatter(
            x=list(periods),
            y=list(line.ranks),
            mode="lines+markers+text",
            name=name,
            text=[str(rank or "") for rank in line.ranks],
            textfont={"color": "#15120F" if dark else "#FFFFFF", "size": 12},
            line={"color": colour, "width": 4 if leads else 2, "shape": "spline", "smoothing": 0.6},
            marker={"size": 24, "color": colour},
            hovertemplate=f"{name}<br>%{{x}}: %{{y}}<extra></extra>",
        )
        last = line.ranks[-1]
        if last is not None:
            weight = f"<b>{short}</b>" if leads else short
            figure.add_annotation(
                x=periods[-1],
                y=last,
                text=weight,
                xanchor="left",
                xshift=20,
                showarrow=False,
                font={"color": ink, "size": 13},
            )
    _lay_out(figure, lines, periods, ink)
    return figure


def _lay_out(figure: Any, lines: Sequence[RankLine], periods: Sequence[str], ink: str) -> None:
    """Rank 1 on top, periods above it, room for names on the right, nothing to drag by accident."""
    worst = max((rank for line in lines for rank in line.ranks if rank), default=1)
    figure.update_layout(
        height=106 + _ROW_HEIGHT * worst,
        showlegend=False,
        margin={"l": 10, "r": _room_for_names(lines), "t": 52, "b": 10},
        xaxis={
            "type": "category",
            "side": "top",
            "fixedrange": True,
            "showgrid": False,
            "range": [-0.35, len(periods) - 0.65],
            "tickvals": list(periods),
            "ticktext": ["<br>".join(period.rsplit(" ", 1)) for period in periods],  # two short lines fit a phone
            "tickangle": 0,
            "tickfont": {"color": ink, "size": 14},
        },
        yaxis={"range": [worst + 0.6, 0.4], "visible": False, "fixedrange": True},
        hovermode="closest",
    )


def _room_for_names(lines: Sequence[RankLine]) -> int:
    """Pixels right of the last period: what the longest name needs, within limits so that a phone keeps its chart."""
    longest = max((len(line.name) for line in lines), default=0)
    return 30 + min(longest, _NAME_LIMIT) * 7


def history_table(lines: Sequence[RankLine], periods: Sequence[str], language: Language, unit_link: str) -> str:
    """The same ranks as a table."""
    heads = "".join(f'<th scope="col" class="tk-c">{markup(period)}</th>' for period in periods)
    body = "".join(
        f'<tr><th scope="row"><a href="{markup(unit_link + quote(line.unit, safe=""))}" target="_self">'
        f"{markup(line.name)}</a></th>" + "".join(f"<td>{rank or '–'}</td>" for rank in line.ranks) + "</tr>"
        for line in lines
    )
    unit = markup(say(language, "head.unit"))
    return (
        f'<div class="tk-scroll"><table class="tk-simple"><thead><tr><th scope="col">{unit}</th>{heads}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


@dataclass(frozen=True, slots=True)
class Heat:
    """What a heat map shows: which rows of which board, for whom."""

    board: Board
    previous: Board | None
    chosen: tuple[int, ...]
    language: Language
    unit_link: str
    dark: bool


@lru_cache(maxsize=32)
def heat_map(heat: Heat) -> str:
    """Units × indicators as a coloured table: a reader of the screen and a printer get the figures themselves."""
    board, language = heat.board, heat.language
    rows = board_rows(board, heat.previous)
    criteria = _criteria(board)
    over = "".join(
        f'<th colspan="{len(criterion.indicator)}" scope="colgroup" class="tk-over" '
        f'style="border-color:{criterion_colour(at)}">{markup(pick(language, criterion.title))}</th>'
        for at, criterion in enumerate(criteria)
    )
    heads = "".join(
        f'<th scope="col">{markup(pick(language, indicator.title))} <b>/ {number(language, indicator.points)}</b></th>'
        for criterion in criteria
        for indicator in criterion.indicator
    )
    tones = _HEAT_DARK if heat.dark else _HEAT_LIGHT
    places = board.setting.rulebook.rulebook.places
    body = "".join(_heat_row(rows[at], language, heat.unit_link, tones, places) for at in heat.chosen)
    unit = markup(say(language, "head.unit"))
    return (
        f'<div class="tk-scroll"><table class="tk-heat"><thead><tr><td></td>{over}</tr>'
        f'<tr><th scope="col">{unit}</th>{heads}</tr></thead><tbody>{body}</tbody></table></div>'
    )


Tones = tuple[tuple[int, int, int], ...]


def _heat_row(row: BoardRow, language: Language, unit_link: str, tones: Tones, places: int) -> str:
    rank = "–" if row.rank is None else str(row.rank)
    address = markup(unit_link + quote(row.unit, safe=""))
    cells = "".join(
        _heat_cell(line, language, tones, places) for criterion in row.place.score.criteria for line in criterion.lines
    )
    return (
        f'<tr><th scope="row"><span class="tk-medal">{rank}</span> '
        f'<a href="{address}" target="_self">{markup(row.name)}</a></th>{cells}</tr>'
    )


def _heat_cell(line: Line, language: Language, tones: Tones, places: int) -> str:
    if line.status is Status.PENDING or not line.out_of:
        words = markup(say(language, "heatmap.pending" if line.status is Status.PENDING else "heatmap.none"))
        return f'<td class="tk-none" title="{words}">–</td>'
    share = line.points / line.out_of
    points = number(language, line.points, places)
    words = markup(say(language, "explain.points", points=points, out_of=number(language, line.out_of, places)))
    return f'<td style="background:{_tone(share, tones)}" title="{words}">{percent(language, share, 0)}</td>'


def _tone(share: Fraction, tones: Tones) -> str:
    """The colour between the low, the middle (three quarters of the points) and the full tone."""
    middle = Fraction(3, 4)
    part = max(share, Fraction(0))
    if part < middle:
        low, high, step = tones[0], tones[1], part / middle
    else:
        low, high, step = tones[1], tones[2], min((part - middle) / (1 - middle), Fraction(1))
    mixed = (round(a + (b - a) * step) for a, b in zip(low, high, strict=True))
    return f"rgb({','.join(map(str, mixed))})"


def _criteria(board: Board) -> tuple[Any, ...]:
    return board.setting.rulebook.rulebook.criterion


def _float(share: Fraction | None) -> float | None:
    return None if share is None else float(share)
