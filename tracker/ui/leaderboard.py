"""The parts of the leaderboard page, each drawn by one function."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st

from tracker.services.board_sheets import export_board, export_matrix
from tracker.services.database import Database
from tracker.services.editions import edition_of
from tracker.services.exports import Download, Ending
from tracker.services.history import period_boards
from tracker.services.rows import board_clusters, board_rows, leaders, rank_lines, select_rows, summarise
from tracker.services.running import database
from tracker.services.standings import Board
from tracker.text import day, number, percent
from tracker.text.periods import name_period
from tracker.ui import board as html
from tracker.ui.board_views import Heat, grid_columns, grid_frame, heat_map, history_figure, history_table
from tracker.ui.downloads import draw_downloads
from tracker.ui.look import criterion_colour, is_dark, markup
from tracker.ui.pickers import Picked, same_page, show_notice
from tracker.ui.shell import actor, choice, language, link, t, text_param, unknown_in_link

CLUSTER, SEARCH, VIEW, SHOWN_AS = "k", "q", "v", "as"
VIEWS = ("board", "history", "heatmap")
_PER_PAGE, _ON_ONE_PAGE = 50, 200
_GRID_ROW, _GRID_HEIGHT = 38, 640


def pick_cluster(board: Board, filters: Any) -> str:
    """The cluster to show, "" for all."""
    codes = ["", *board_clusters(board)]
    if (code := unknown_in_link(CLUSTER, codes)) is not None:
        st.info(t("empty.unknown_cluster", code=markup(code)), icon=":material/link_off:")
    with filters:
        select = partial(st.selectbox, width=190)
        every = t("board.all_clusters")
        words = {code: board.name_cluster(code, language()) or every for code in codes}
        return choice(t("filter.cluster"), codes, words.__getitem__, CLUSTER, select)


def unit_link(picked: Picked) -> str:
    """The address of the unit page, up to the unit's code."""
    return link("unit", **picked.query) + "&u="


def draw_lead(picked: Picked) -> None:
    """Which result this is, and whether it may still change."""
    period = name_period(language(), picked.period.code, picked.period.begins, picked.period.ends)
    final = picked.period.state == "final"
    state = t(f"period.state.{picked.period.state}")
    provisional = "" if final else f"<span>{markup(t('period.provisional'))}</span>"
    st.html(
        f'<div class="tk-lead"><span class="tk-state{" tk-final" if final else ""}">{markup(state)}</span>'
        f"<span>{markup(period)}</span><span>{markup(t('freshness.as_of', day=picked.as_of))}</span>{provisional}</div>"
    )


def draw_figures(board: Board, previous: Board | None, cluster: str) -> None:
    """The figures of the units shown as a whole."""
    found, lang = summarise(board, previous, cluster), language()
    reported = t("kpi.incomplete.n", n=found.incomplete) if found.incomplete else t("kpi.all_reported")
    mean = "–" if found.mean is None else number(lang, found.mean, 2)
    change = None if found.mean_change is None else number(lang, found.mean_change, 2)
    on_time = "–" if found.on_time is None else percent(lang, found.on_time, 1)
    overdue = t("kpi.overdue.n", n=found.overdue) if found.dossiers else None
    rising = "–" if previous is None else number(lang, found.rising)
    falling = t("empty.no_previous") if previous is None else t("kpi.falling.n", n=found.falling)
    with st.container(key="kpi"), st.grid(5, gap="small", min_column_width=170):
        _card("units", "groups", number(lang, found.ranked), t("kpi.units.of", n=found.units), reported)
        versus = t("movement.vs_previous") if change else None
        label, icon = t("kpi.mean"), ":material/functions:"
        st.metric(label, mean, change, icon=icon, delta_description=versus, border=True, height="stretch")
        _card("dossiers", "folder_open", number(lang, found.dossiers), None, t("kpi.dossiers.help"))
        _card("on_time", "schedule", on_time, overdue, t("kpi.on_time.help"))
        _card("rising", "trending_up", rising, falling, None)


def _card(name: str, icon: str, value: str, note: str | None, explained: str | None) -> None:
    """A figure with a note that is neither good nor bad."""
    st.metric(
        t(f"kpi.{name}"),
        value,
        note,
        delta_color="off",
        delta_arrow="off",
        icon=f":material/{icon}:",
        help=explained,
        border=True,
        height="stretch",
    )


def draw_leaders(picked: Picked, previous: Board | None, cluster: str) -> None:
    """The podium of a cluster, or the unit in front in each."""
    board = picked.board
    found = leaders(board, previous, cluster)
    if not found:
        show_notice(t("empty.nothing_reported"), t("empty.nothing_reported.advice"), icon=":material/hourglass_empty:")
        return
    if cluster:
        st.header(t("board.podium_of", cluster=board.name_cluster(cluster, language())), anchor=False)
        st.html(html.podium(found, language(), _colours(board), unit_link(picked), board))
        return
    st.header(t("board.leaders"), anchor=False)
    cluster_link = same_page(**{CLUSTER: "", **picked.query}) + f"&{CLUSTER}="
    st.html(html.first_of_each(found, language(), unit_link(picked), cluster_link, board))
    if len(found) > html.LEADERS_SHOWN:
        st.caption(t("board.leaders.more", shown=html.LEADERS_SHOWN, total=len(found)))


def draw_tabs() -> Sequence[Any]:
    """The views' tabs; which one is open stays in the link, and survives a change of language."""
    state, titles = f"choice:{VIEW}", [t(f"view.{code}") for code in VIEWS]
    asked = st.session_state.get(state, st.query_params.get(VIEW))
    at = VIEWS.index(asked) if asked in VIEWS else 0
    tabs = st.tabs(titles, default=titles[at], key=f"{VIEW}.{language()}", on_change="rerun")
    opened = next((code for code, tab in zip(VIEWS, tabs, strict=True) if tab.open), VIEWS[0])
    st.session_state[state] = opened
    if opened != VIEWS[0]:
        st.query_params[VIEW] = opened
    elif VIEW in st.query_params:
        del st.query_params[VIEW]
    return tabs


def draw_board(picked: Picked, previous: Board | None, cluster: str, search: str) -> None:
    """All units shown: a table of links, or a grid that sorts."""
    board, rows = picked.board, board_rows(picked.board, previous)
    chosen = select_rows(board, previous, cluster, search)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="board_tools"):
        st.caption(t("count.shown", n=len(chosen), total=len(rows)), width="content")
        with st.container(horizontal=True, width="content", vertical_alignment="center"):
            pick_view = partial(st.segmented_control, required=True, label_visibility="collapsed")
            words = {code: t(f"view.{code}") for code in ("table", "grid")}
            view = choice(t("filter.view"), list(words), words.__getitem__, SHOWN_AS, pick_view)
            make = partial(_export, board, previous, cluster)
            draw_downloads(t("download.title"), t("download.note"), "board", make)
    if not chosen:
        st.info(t("board.no_match"), icon=":material/search_off:")
    elif view == "table":
        _draw_table(picked, previous, chosen)
    else:
        _draw_grid(picked, previous, chosen)
    with st.expander(t("explain.how_to_read"), icon=":material/help:"):
        st.markdown(t("explain.how_to_read.board"))
    _draw_foot(picked)


def draw_history(picked: Picked, database: Database, cluster: str) -> None:
    """The ranks of one cluster through the periods up to the one shown."""
    board = picked.board
    if not cluster:
        words, draw = partial(board.name_cluster, language=language()), partial(st.selectbox, width=240)
        cluster = choice(t("filter.cluster"), board_clusters(board), words, "hk", draw)
    begun = period_boards(database, picked.campaign, picked.as_of, actor())
    boards = [*(known for known in begun if known.setting.period.ends < picked.period.begins), board]
    lines = rank_lines(boards, cluster)
    periods = [_period_name(known) for known in boards]
    title = t("history.title", cluster=board.name_cluster(cluster, language()))
    st.header(title, anchor=False)
    if len(boards) == 1:
        st.info(t("history.one_period"), icon=":material/timeline:")
        return
    st.caption(t("explain.how_to_read.history"))
    figure = history_figure(tuple(lines), tuple(periods), _chart_colours(), is_dark())
    st.plotly_chart(figure, config={"displayModeBar": False}, key="history", alt=title)
    with st.expander(t("explain.as_table"), icon=":material/table_rows:"):
        st.html(history_table(lines, periods, language(), unit_link(picked)))


def draw_heat_map(picked: Picked, previous: Board | None, cluster: str, words: str) -> None:
    """Where each unit earns and loses its points."""
    chosen = select_rows(picked.board, previous, cluster, words)
    if not chosen:
        st.info(t("board.no_match"), icon=":material/search_off:")
        return
    with st.container(horizontal=True, horizontal_alignment="distribute", key="board_tools"):
        st.caption(t("explain.how_to_read.heatmap"), width="stretch")
        draw_downloads(
            t("download.title"),
            t("download.matrix.note"),
            "matrix",
            partial(_export_matrix, picked.board, previous, cluster),
        )
    slot = st.container()
    shown = _page_of(chosen, "heat")
    heat = Heat(picked.board, previous, tuple(shown), language(), unit_link(picked), is_dark())
    slot.html(html.Html(heat_map(heat)))


def _draw_table(picked: Picked, previous: Board | None, chosen: Sequence[int]) -> None:
    board = picked.board
    cells = html.table_rows(board, previous, language(), _colours(board), unit_link(picked))
    slot = st.container()
    shown = _page_of(chosen, "table")
    slot.html(html.Html(html.table(board, previous, shown, cells, language())))


def _draw_grid(picked: Picked, previous: Board | None, chosen: Sequence[int]) -> None:
    board, rows = picked.board, board_rows(picked.board, previous)
    frame = grid_frame(board, previous, language())
    if len(chosen) < len(rows):
        frame = frame.iloc[list(chosen)]

    def open_unit() -> None:
        st.session_state["unit to open"] = rows[chosen[st.session_state["board_open"].row]].unit

    st.dataframe(
        frame,
        hide_index=True,
        key="board_grid",
        row_height=_GRID_ROW,
        height=min(_GRID_ROW * (len(frame) + 1) + 3, _GRID_HEIGHT),
        alt=t("page.leaderboard"),
        placeholder="–",
        column_config=grid_columns(board, language(), _colours(board), open_unit),
    )
    if code := st.session_state.pop("unit to open", None):
        st.switch_page("pages/unit.py", query_params={**picked.query, "u": code})


def _draw_foot(picked: Picked) -> None:
    reference = picked.campaign.rulebook
    rules = markup(t("board.rulebook", reference=reference))
    st.html(
        f'<p class="tk-foot">{markup(t("freshness.as_of", day=day(language(), picked.as_of)))} · '
        f'<a href="{markup(link("rules", **picked.query))}" target="_self">{rules}</a> · '
        f"{markup(t('board.rank_in_cluster'))}</p>"
    )


def _page_of(chosen: Sequence[int], name: str) -> Sequence[int]:
    """The rows of the page somebody turned to; all of them where there are few."""
    if len(chosen) <= _ON_ONE_PAGE:
        return chosen
    pages = -(-len(chosen) // _PER_PAGE)
    page = st.pagination(pages, key=f"{name}_page_{pages}")
    return chosen[(page - 1) * _PER_PAGE : page * _PER_PAGE]


def _export(board: Board, previous: Board | None, cluster: str, ending: Ending) -> Download:
    edition = edition_of(database(), board.setting.result, language(), actor())
    return export_board(board, previous, cluster, edition, ending)


def _export_matrix(board: Board, previous: Board | None, cluster: str, ending: Ending) -> Download:
    edition = edition_of(database(), board.setting.result, language(), actor())
    return export_matrix(board, previous, cluster, edition, ending)


def _colours(board: Board) -> tuple[str, ...]:
    return tuple(criterion_colour(at) for at in range(len(board.setting.rulebook.rulebook.criterion)))


def _chart_colours() -> tuple[str, ...]:
    return tuple(st.get_option(f"theme.{'dark' if is_dark() else 'light'}.chartCategoricalColors"))


def _period_name(board: Board) -> str:
    period = board.setting.period
    return name_period(language(), period.code, period.begins, period.ends)


def pick_search(filters: Any) -> str:
    """What the visitor looks for."""
    with filters, st.container(width=230):
        return text_param(t("filter.search"), SEARCH, t("filter.search.hint"))
