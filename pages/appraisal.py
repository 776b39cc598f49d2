"""Appraisal: what units reported, what the committee checked and decided, side by side, with who changed what."""

import streamlit as st

from tracker.services.running import database, today
from tracker.ui import appraisal, tables, value_tables
from tracker.ui.pickers import pick_period
from tracker.ui.shell import open_page, t

open_page("appraisal")
st.html(tables.STYLES + value_tables.STYLES)
st.title(t("page.appraisal"))
picked = pick_period(database(), today())
if picked is not None:
    appraisal.show_sheet(*picked)
