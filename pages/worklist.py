"""What a unit has to do: its open and costly cases by points at stake and by date, ticked as they are handled."""

import streamlit as st

from tracker.ui import worklist
from tracker.ui.own_unit import pick_own
from tracker.ui.shell import open_page, t

open_page("worklist")
st.html(worklist.STYLES)
st.title(t("page.worklist"))
if (chosen := pick_own()) is not None:
    worklist.show_page(*chosen)
