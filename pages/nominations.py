"""A unit puts its officers forward: for which award, for what, and what their own dossiers say."""

import streamlit as st

from tracker.services.campaigns import show_rulebook
from tracker.services.nominations import list_own_units
from tracker.services.running import database, today
from tracker.ui import committee, individuals, tables
from tracker.ui.board_styles import board_styles
from tracker.ui.doing import show_done
from tracker.ui.pickers import pick_period, show_notice
from tracker.ui.shell import actor, open_page, t

open_page("nominations")
st.html(tables.STYLES + board_styles() + committee.STYLES + individuals.STYLES)
st.title(t("page.nominations"), anchor=False)
picked = pick_period(database(), today())
if picked is None:
    st.stop()
campaign, period = picked
units = list_own_units(database(), actor())
if not units or period.begins > today():
    show_notice(t("nomination.nothing" if not units else "empty.not_begun"), icon=":material/person_off:")
    st.stop()
awards = {award.code: award.title for award in show_rulebook(database(), campaign.rulebook, actor()).rulebook.award}
unit = individuals.pick_unit_of(units)
st.markdown(f"**{t('nomination.unit', unit=units[unit])}**")
show_done()
individuals.draw_nominations(campaign, period, {"code": unit, "name": units[unit]}, awards)
