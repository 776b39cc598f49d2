"""The leaderboard: who stands where, and why it may be believed."""

import streamlit as st

from tracker.services.running import database, today
from tracker.ui.pickers import pick_question
from tracker.ui.shell import open_page, t

open_page("leaderboard")
st.title(t("page.leaderboard"))
picked = pick_question(database(), today())
