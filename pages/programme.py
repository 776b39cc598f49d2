"""A campaign's programme: who answers for what by when and how it stands; dialogues held against planned; its import."""

import streamlit as st

from tracker.services.running import database
from tracker.ui import data_styles, programme, programme_views, tables
from tracker.ui.doing import show_done
from tracker.ui.pickers import pick_campaign
from tracker.ui.shell import open_page, t

open_page("programme")
st.html(tables.STYLES + data_styles.STYLES + programme.STYLES)
st.title(t("page.programme"))
campaign = pick_campaign(database())
show_done()
if campaign is not None:
    programme_views.show_page(campaign.code)
