"""The log page: everything done and everything denied, for whoever administers the office's data."""

import streamlit as st

from tracker.ui import audit, tables
from tracker.ui.shell import actor, open_page, t

open_page("audit")
st.html(tables.STYLES)
st.title(t("page.audit"))
st.markdown(t("audit.explained"))
audit.show_entries(actor(), audit.pick_entries(actor()))
st.header(t("audit.whole.title"))
audit.show_state(actor())
