"""The campaigns page: what is running under which rules, its settings, and the way to a new campaign."""

import streamlit as st

from tracker.services.campaign_rules import list_records
from tracker.services.running import database
from tracker.ui import campaign_settings, campaigns, rule_changes, tables
from tracker.ui.doing import show_done
from tracker.ui.shell import actor, open_page, t

language = open_page("campaigns")
st.html(tables.STYLES + rule_changes.STYLES)
st.title(t("page.campaigns"))
st.markdown(t("campaigns.explained"))
show_done()
records = list_records(database(), actor())
names = [t("campaigns.tab.list"), t("campaigns.tab.settings"), t("campaigns.tab.new")]
listed, settings, new = st.tabs(names, key=f"campaigns {language}", on_change="rerun")
if listed.open:
    with listed:
        campaigns.show_list(records)
if settings.open:
    with settings:
        campaign_settings.show_settings(records)
if new.open:
    with new:
        campaigns.show_new(records)
