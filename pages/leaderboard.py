"""The leaderboard: who stands where in which cluster, how that has moved, and where the points were earned."""

import streamlit as st

from tracker.services.history import previous_board
from tracker.services.running import database, today
from tracker.ui import leaderboard as parts
from tracker.ui.board_styles import board_styles
from tracker.ui.pickers import pick_question, show_notice
from tracker.ui.shell import actor, open_page, t

open_page("leaderboard")
st.html(board_styles())
st.title(t("page.leaderboard"), anchor=False)
lead = st.empty()
picked = pick_question(database(), today())
if picked is None:
    st.stop()
if not picked.board.standings:
    show_notice(t("empty.no_units"), t("empty.no_units.advice"), icon=":material/group_off:")
    st.stop()

with lead:
    parts.draw_lead(picked)
cluster = parts.pick_cluster(picked.board, picked.filters)
words = parts.pick_search(picked.filters)
previous = previous_board(database(), picked.board, today(), actor())

parts.draw_figures(picked.board, previous, cluster)
parts.draw_leaders(picked, previous, cluster)
board, history, heat_map = parts.draw_tabs()
if board.open:
    with board:
        parts.draw_board(picked, previous, cluster, words)
if history.open:
    with history:
        parts.draw_history(picked, database(), cluster)
if heat_map.open:
    with heat_map:
        parts.draw_heat_map(picked, previous, cluster, words)
