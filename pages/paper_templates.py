"""The templates of papers: which are in use, taken away to be edited in Word, and replaced by a checked file."""

import streamlit as st

from tracker.ui import paper_templates, tables
from tracker.ui.doing import show_done
from tracker.ui.shell import open_page, t

open_page("paper_templates")
st.html(tables.STYLES)
st.title(t("page.paper_templates"), anchor=False)
st.markdown(t("templates.explained"))
show_done()
paper_templates.draw_templates()
