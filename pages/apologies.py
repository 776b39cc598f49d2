"""The register of apologies: the unit's late dossiers and whether each was apologised for in time, late or not at all."""

import streamlit as st

from tracker.services.running import database, today
from tracker.ui import apologies, tables
from tracker.ui.own_unit import pick_own_unit
from tracker.ui.pickers import pick_question
from tracker.ui.shell import open_page, t

open_page("apologies")
st.html(tables.STYLES)
st.title(t("page.apologies"))
picked = pick_question(database(), today())
unit = pick_own_unit(picked) if picked is not None else None
if picked is not None and unit is not None:
    apologies.show_page(picked, unit)
