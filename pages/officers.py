"""A unit's officers: how their dossiers came out, for those who may see the unit's cases."""

import streamlit as st

from tracker.services.my_standing import own_units, show_own_board
from tracker.services.running import database, today
from tracker.ui import officers, tables
from tracker.ui.own_unit import pick_own_unit
from tracker.ui.pickers import pick_question
from tracker.ui.shell import actor, open_page, t
from tracker.ui.unit import UNIT

open_page("officers")
st.html(tables.STYLES)
st.title(t("page.officers"))
asked = st.query_params.get(UNIT, next(iter(own_units(database(), actor())), None))
picked = pick_question(database(), today(), lambda *question: show_own_board(*question, asked).board)
unit = pick_own_unit(picked) if picked is not None else None
if picked is not None and unit is not None:
    officers.show_page(picked, unit)
