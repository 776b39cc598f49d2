"""The board of good practice: what units have found to work, accepted by the committee, adopted by others."""

import streamlit as st

from tracker.ui import practices, tables
from tracker.ui.doing import show_done
from tracker.ui.shell import open_page, t

open_page("practices")
st.html(tables.STYLES + practices.STYLES)
st.title(t("page.practices"))
st.markdown(t("practices.explained"))
show_done()
practices.show_page()
