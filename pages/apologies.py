"""The register of apologies: the unit's late dossiers and whether each was apologised for in time, late or not at all."""

import streamlit as st

from tracker.ui import apologies, tables
from tracker.ui.own_unit import pick_own
from tracker.ui.shell import open_page, t

open_page("apologies")
st.html(tables.STYLES)
st.title(t("page.apologies"))
if (chosen := pick_own()) is not None:
    apologies.show_page(*chosen)
