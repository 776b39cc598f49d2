"""What a unit has to do: its open and costly cases by points at stake and by date, ticked as they are handled."""

import streamlit as st

from tracker.services.running import database, today
from tracker.ui import worklist
from tracker.ui.own_unit import pick_own_unit
from tracker.ui.pickers import pick_question
from tracker.ui.shell import open_page, t

open_page("worklist")
st.html(worklist.STYLES)
st.title(t("page.worklist"))
picked = pick_question(database(), today())
unit = pick_own_unit(picked) if picked is not None else None
if picked is not None and unit is not None:
    worklist.show_page(picked, unit)
