"""Appeals: a unit explains and contests its cases of a frozen period, the committee answers, everybody sees the effect."""

import streamlit as st

from tracker.services.running import database, today
from tracker.ui import appeal_case, appeal_list, tables
from tracker.ui.appeal_form import show_form
from tracker.ui.doing import show_done
from tracker.ui.pickers import pick_period
from tracker.ui.shell import open_page, t

open_page("appeals")
st.html(tables.STYLES + appeal_list.STYLES)
st.title(t("page.appeals"))
picked = pick_period(database(), today())
if picked is not None:
    view = appeal_list.load_view(*picked)
    show_done()
    if appeal_list.APPEAL in st.query_params:
        appeal_case.show_asked(view)
    elif appeal_list.CASE in st.query_params:
        show_form(view)
    else:
        appeal_list.show_all(view)
