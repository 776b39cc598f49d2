"""The page `lists`."""

import streamlit as st

from tracker.ui.shell import open_page, t

open_page("lists")
st.title(t("page.lists"))
