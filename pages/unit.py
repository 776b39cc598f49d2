"""The page `unit`."""

import streamlit as st

from tracker.ui.shell import open_page, t

open_page("unit")
st.title(t("page.unit"))
