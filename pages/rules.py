"""The rules page: the campaign's rulebook in words, with its points, its basis and its text to download."""

import streamlit as st

from tracker.services.campaigns import CampaignState, list_campaigns, show_rulebook
from tracker.services.running import database
from tracker.text import pick
from tracker.ui import approval, look, rules, tables
from tracker.ui.pickers import CAMPAIGN, name_campaigns, same_page, show_notice
from tracker.ui.shell import actor, choice, language, open_page, t, unknown_in_link


def pick_campaign(campaigns: list[CampaignState]) -> CampaignState | None:
    """The campaign of the link or the newest; None once a notice has said why there is none."""
    if not campaigns:
        show_notice(t("empty.no_campaign"), t("empty.no_campaign.advice"), icon=":material/flag:")
        return None
    known = {campaign.code: campaign for campaign in campaigns}
    if (asked := unknown_in_link(CAMPAIGN, list(known))) is not None:
        links = [(words, same_page(c=code)) for code, words in name_campaigns(campaigns).items()]
        show_notice(t("empty.unknown_campaign", code=asked), t("empty.unknown_campaign.advice"), links)
        return None
    if len(campaigns) == 1:
        return campaigns[0]
    with st.container(key="filters", width=520):
        words = name_campaigns(campaigns)
        return known[choice(t("filter.campaign"), list(known), words.__getitem__, CAMPAIGN, st.selectbox)]


open_page("rules")
st.html(tables.STYLES + rules.STYLES)
heading = st.container()
campaign = pick_campaign(list_campaigns(database(), actor()))
kept = show_rulebook(database(), campaign.rulebook, actor()) if campaign else None
heading.title(t("page.rules"))
if campaign and kept:
    heading.html(f'<p class="tk-subtitle">{look.markup(pick(language(), kept.rulebook.title))}</p>')
    rules.show_identity(campaign, kept)
    approval.show_panel(campaign)
    rules.show_document(campaign, kept.rulebook)
