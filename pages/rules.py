"""The page `rules`."""

import streamlit as st

from tracker.ui.shell import open_page, t

open_page("rules")
st.title(t("page.rules"))
