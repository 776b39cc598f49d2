"""The page `leaderboard`."""

import streamlit as st

from tracker.ui.shell import open_page, t

open_page("leaderboard")
st.title(t("page.leaderboard"))
