"""The working calendar's page: the year with its days off and swapped Saturdays, and how it is changed."""

import streamlit as st

from tracker.services.running import database
from tracker.services.working_calendar import show_calendar
from tracker.ui import calendar, calendar_view, tables
from tracker.ui.shell import actor, open_page, t

open_page("calendar")
st.html(tables.STYLES + calendar_view.styles())
st.title(t("page.calendar"))
st.markdown(t("calendar.explained"))
current = show_calendar(database(), actor())
year = calendar.pick_year(current)
calendar.show_year(current, year)
calendar.show_rules(current, year)
calendar.show_changing(current, year)
