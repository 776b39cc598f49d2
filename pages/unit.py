"""A unit's page: where it stands and why, what it lost, how it moved, and the cases behind every figure."""

from functools import partial

import streamlit as st

from tracker.services.editions import edition_of
from tracker.services.exports import Download, Ending
from tracker.services.heads import Heads, show_heads
from tracker.services.history import boards_until, month_boards, period_boards, previous_board
from tracker.services.running import database, today
from tracker.services.unit_sheets import export_unit
from tracker.services.unit_trend import follow_unit
from tracker.services.unit_view import UnitView, view_unit
from tracker.ui import look, tables, unit, unit_cases, unit_charts
from tracker.ui.heads import say_head
from tracker.ui.pickers import Picked, pick_question, show_notice
from tracker.ui.shell import actor, choice, language, open_page, t
from tracker.ui.unit_choice import pick_unit

PERIODS, MONTHS = "ky", "thang"
SWITCH = partial(st.segmented_control, required=True)


def show_unit(picked: Picked, code: str) -> None:
    """The unit's result, or the cases behind the indicator the link names."""
    view = view_unit(picked.board, previous_board(database(), picked.board, today(), actor()), code)
    if view is None:
        st.badge(t(f"unit_kind.{picked.board.offices[code].kind}"), icon=":material/account_balance:", color="gray")
        show_notice(t("unit.not_competing"), t("unit.not_competing.advice"), icon=":material/info:")
        return
    unit.show_heading(view)
    if unit.INDICATOR in st.query_params:
        unit_cases.show_cases(picked, view)
    elif view.place.rank is None:
        show_notice(t("unit.nothing_reported"), t("unit.nothing_reported.advice"), icon=":material/inbox:")
        show_trend(picked, code)
    else:
        show_result(picked, view)


def show_result(picked: Picked, view: UnitView) -> None:
    """Points, losses and charts of a unit that has a rank."""
    named = show_heads(database(), picked.campaign.code, view.office.code, actor()) or Heads()
    unit.show_cards(view, {code: say_head(head) for code, head in named.on(picked.board.setting.as_of).items()})
    unit.show_recoverable(view, picked.query)
    unit.show_lines(view, picked.query, partial(export, picked, view))
    st.header(t("unit.losses"))
    unit_charts.show_losses(view)
    left, right = st.columns(2, gap="large")
    with right:
        st.header(t("unit.comparison"))
        unit_charts.show_comparison(view)
    with left:
        show_trend(picked, view.office.code)


def export(picked: Picked, view: UnitView, ending: Ending) -> Download:
    """The unit's indicators, criteria and path through the periods as a file."""
    edition = edition_of(database(), picked.board.setting.result, language(), actor())
    return export_unit(view, boards_until(database(), picked.board, today(), actor()), edition, ending)


def show_trend(picked: Picked, code: str) -> None:
    """The score over the campaign's periods; over the period's months only when asked, for every month is counted anew."""
    st.header(t("unit.trend"))
    by = choice(t("unit.trend.by"), [PERIODS, MONTHS], lambda mode: t(f"unit.trend.{mode}"), "xem", SWITCH)
    if by == MONTHS:
        with st.spinner(t("unit.trend.counting")):
            boards = month_boards(database(), picked.board, actor(), picked.question.basis)
    else:
        boards = period_boards(database(), picked.campaign, today(), actor())
    unit_charts.show_trend(follow_unit(boards, code), by == MONTHS)


open_page("unit")
st.html(tables.STYLES + unit.STYLES)
heading = st.container()
picked = pick_question(database(), today())
code = pick_unit(picked) if picked is not None else None
heading.title(t("page.unit") if picked is None or code is None else look.plain(picked.board.offices[code].name))
if picked is not None and code is not None:
    show_unit(picked, code)
