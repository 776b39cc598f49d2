"""The papers of a period: made from its result, looked at, issued byte for byte, and packed into one file."""

import streamlit as st

from tracker.services.running import database, today
from tracker.services.standings import Question
from tracker.ui import paper_bundle, paper_history, paper_styles, paper_texts, papers, tables
from tracker.ui.doing import show_done
from tracker.ui.pickers import pick_period, show_state
from tracker.ui.shell import open_page, t

language = open_page("papers")
st.html(tables.STYLES + paper_styles.STYLES)
st.title(t("page.papers"), anchor=False)
picked = pick_period(database(), today())
if picked is None:
    st.stop()
desk = papers.load_or_say(Question(picked[0].code, picked[1].code))
if desk is None:
    st.stop()
show_state(desk.board)
show_done()
names = ["make", "history"] + (["bundle", "texts"] if desk.is_office else [])
drawn = st.tabs([t(f"papers.tab.{name}") for name in names], key=f"papers {language}", on_change="rerun")
tabs = dict(zip(names, drawn, strict=True))
if tabs["make"].open:
    with tabs["make"]:
        paper_history.draw_just_issued(desk)
        papers.draw_making(desk)
if tabs["history"].open:
    with tabs["history"]:
        paper_history.draw_history(desk)
if desk.is_office and tabs["bundle"].open:
    with tabs["bundle"]:
        paper_bundle.draw_bundle(desk.question, len(desk.offers))
if desk.is_office and tabs["texts"].open:
    with tabs["texts"]:
        paper_texts.draw_texts(desk.board)
