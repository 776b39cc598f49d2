"""Data quality: what is missing, doubtful, unjudgeable or old in a period's data, down to the single case."""

import streamlit as st

from tracker.services.running import database, today
from tracker.ui import quality, tables
from tracker.ui.pickers import pick_period
from tracker.ui.shell import open_page, t

open_page("quality")
st.html(tables.STYLES)
st.title(t("page.quality"))
picked = pick_period(database(), today())
if picked is not None:
    quality.show_page(*picked, today())
