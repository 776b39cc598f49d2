"""What the committee decides: its meetings, and every proposed name with its reasons, its ballot and its verdict."""

from functools import partial

import streamlit as st

from tracker.core.decided import CRITICISM, REWARD
from tracker.core.problems import UsageError
from tracker.services.decisions import show_desk
from tracker.services.nominations import list_individuals
from tracker.services.running import database, today
from tracker.text import say_usage
from tracker.ui import committee, deciding, individuals, meetings, tables
from tracker.ui.board_styles import board_styles
from tracker.ui.doing import show_done
from tracker.ui.pickers import pick_period, show_notice
from tracker.ui.shell import actor, choice, open_page, t

language = open_page("decisions")
st.html(tables.STYLES + board_styles() + committee.STYLES + individuals.STYLES)
st.title(t("page.decisions"), anchor=False)
picked = pick_period(database(), today())
if picked is None:
    st.stop()
campaign, period = picked
try:
    desk = show_desk(database(), campaign.code, period.code, today(), actor())
except UsageError as error:
    show_notice(say_usage(language, error), icon=":material/error:")
    st.stop()
people = list_individuals(database(), campaign.code, period.code, today(), actor())
decides = desk.papers.sitting.is_decidable

show_done()
if not decides:
    st.info(t(f"decide.{desk.papers.sitting.state}"), icon=":material/lock:")
committee.draw_progress(desk)
meetings.draw_meetings(desk.papers, may_decide=decides)
st.header(t("decide.names"), anchor=False)
with st.container(key="decide_tools", horizontal=True, vertical_alignment="bottom"):
    show = partial(st.segmented_control, required=True)
    only_open = bool(choice(t("decide.show"), ["", "con-lai"], lambda code: t(f"decide.show.{code or 'all'}"), "xem", show))
    meeting = meetings.pick_meeting(desk.papers) if decides else None
    if meeting is not None:
        deciding.draw_bulk(desk, meeting)
for name in (REWARD, CRITICISM):
    committee.draw_list(desk, name, only_open=only_open, may_decide=decides)
individuals.draw_individuals(desk, people, only_open=only_open, may_decide=decides)
if decides:
    deciding.draw_asked(desk, meeting, people)
