"""Manual entry: reported values and postings of a unit typed into a grid; templates for those who rather send a file."""

import streamlit as st

from tracker.services.entry_saving import entry_units
from tracker.services.running import database, today
from tracker.ui import entry, templates
from tracker.ui.doing import show_done
from tracker.ui.pickers import pick_period, show_notice
from tracker.ui.shell import actor, open_page, t

open_page("entry")
st.title(t("page.entry"))
units = entry_units(database(), actor())
if not units:
    show_notice(t("empty.no_units"), t("empty.no_units.advice"))
    st.stop()
tab = entry.pick_tab()
if tab == entry.FILES:
    st.header(t("template.section"))
    templates.show_templates()
    st.stop()
unit = entry.pick_unit(units)
if tab == entry.REPORTED:
    picked = pick_period(database(), today())
    show_done()
    if picked is not None:
        entry.show_reported(*picked, unit)
else:
    show_done()
    entry.show_postings(unit)
