"""A unit's officers: how their dossiers came out, for those who may see the unit's cases."""

import streamlit as st

from tracker.ui import officers, tables
from tracker.ui.own_unit import pick_own
from tracker.ui.shell import open_page, t

open_page("officers")
st.html(tables.STYLES)
st.title(t("page.officers"))
if (chosen := pick_own()) is not None:
    officers.show_page(*chosen)
