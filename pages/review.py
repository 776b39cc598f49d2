"""What fell short in a unit's result, who is to mend it by when, and what came of it."""

import streamlit as st

from tracker.ui import review, tables
from tracker.ui.own_unit import pick_own
from tracker.ui.shell import open_page, t

open_page("review")
st.html(tables.STYLES + review.STYLES)
st.title(t("page.review"))
if (chosen := pick_own()) is not None:
    review.show_page(*chosen)
