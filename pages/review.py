"""What fell short in a unit's result, who is to mend it by when, and what came of it."""

import streamlit as st

from tracker.services.my_standing import own_units, show_own_board
from tracker.services.running import database, today
from tracker.ui import review, tables
from tracker.ui.own_unit import pick_own_unit
from tracker.ui.pickers import pick_question
from tracker.ui.shell import actor, open_page, t
from tracker.ui.unit import UNIT

open_page("review")
st.html(tables.STYLES + review.STYLES)
st.title(t("page.review"))
asked = st.query_params.get(UNIT, next(iter(own_units(database(), actor())), None))
picked = pick_question(database(), today(), lambda *question: show_own_board(*question, asked).board)
unit = pick_own_unit(picked) if picked is not None else None
if picked is not None and unit is not None:
    review.show_page(picked, unit)
