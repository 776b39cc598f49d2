"""The indices a province is measured by from outside: rank and score by year, what was aimed at, and the components."""

import streamlit as st

from tracker.services.indices import list_measured, show_history
from tracker.services.running import database
from tracker.ui import indices, tables
from tracker.ui.pickers import show_notice
from tracker.ui.shell import actor, open_page, t

open_page("indices")
st.html(tables.STYLES + indices.STYLES)
st.title(t("page.indices"))
measured = list_measured(database(), actor())
if not measured:
    indices.show_none()
else:
    picked = indices.pick_measured(measured)
    if picked is None:
        show_notice(t("indices.unknown"), t("indices.unknown.advice"))
    else:
        indices.show_page(picked, show_history(database(), actor(), picked.index, picked.unit))
