"""Who is proposed for commendation and for criticism, for which written reason, and who was kept off by which rule."""

from functools import partial

import streamlit as st

from tracker.services.editions import edition_of
from tracker.services.exports import Download, Ending
from tracker.services.list_sheets import export_lists
from tracker.services.proposals import LISTS
from tracker.services.running import database, today
from tracker.services.standings import Board
from tracker.ui.board_styles import board_styles
from tracker.ui.downloads import draw_downloads
from tracker.ui.leaderboard import draw_lead, pick_cluster, pick_search, unit_link
from tracker.ui.pickers import pick_question, show_notice
from tracker.ui.proposals import Wanted, draw_list, draw_list_figures
from tracker.ui.shell import actor, open_page, t


def export(board: Board, ending: Ending) -> Download:
    """The lists as a file."""
    return export_lists(board, edition_of(database(), board.setting.result, language, actor()), ending)


language = open_page("lists")
st.html(board_styles())
st.title(t("page.lists"), anchor=False)
lead = st.container()
picked = pick_question(database(), today())
if picked is None:
    st.stop()
if not picked.board.standings:
    show_notice(t("empty.no_units"), t("empty.no_units.advice"), icon=":material/group_off:")
    st.stop()

with lead:
    draw_lead(picked)
cluster = pick_cluster(picked.board, picked.filters)
wanted = Wanted(picked.board, cluster, pick_search(picked.filters), language, unit_link(picked))

st.info(f"{t('lists.proposal')} {t('lists.page_note')}", icon=":material/gavel:")
draw_list_figures(wanted)
with st.container(key="board_tools", horizontal=True, horizontal_alignment="right"):
    draw_downloads(t("download.lists"), t("download.lists.note"), "lists", partial(export, picked.board))
for name in LISTS:
    draw_list(wanted, name)
