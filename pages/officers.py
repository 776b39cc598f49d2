"""A unit's officers: how their dossiers came out, for those who may see the unit's cases."""

import streamlit as st

from tracker.services.running import database, today
from tracker.ui import officers, tables
from tracker.ui.own_unit import pick_own_unit
from tracker.ui.pickers import pick_question
from tracker.ui.shell import open_page, t

open_page("officers")
st.html(tables.STYLES)
st.title(t("page.officers"))
picked = pick_question(database(), today())
unit = pick_own_unit(picked) if picked is not None else None
if picked is not None and unit is not None:
    officers.show_page(picked, unit)
