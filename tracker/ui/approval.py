"""Who approved the rules of a campaign, for everybody to see; for a chair, the button to approve what was just read."""

from __future__ import annotations

import streamlit as st

from tracker.services.access import Verb
from tracker.services.campaign_rules import approve_rules, show_approval
from tracker.services.campaigns import CampaignState
from tracker.services.running import database
from tracker.text import moment
from tracker.ui import confirm
from tracker.ui.doing import act, do, may
from tracker.ui.look import plain
from tracker.ui.shell import actor, language, t


def show_panel(campaign: CampaignState) -> None:
    """The approval, or that it is missing; it names the version on this page, so that nobody approves what was not read."""
    approval = show_approval(database(), campaign.code, actor())
    if approval.approved_by:
        at = t("value.none") if approval.at is None else moment(language(), approval.at)
        said = t("approval.stands", name=approval.name, at=at, rulebook=approval.rulebook)
        st.success(plain(said), icon=":material/verified:")
        return
    if not may(Verb.APPROVE_RULES):
        st.info(plain(t("approval.waiting", rulebook=campaign.rulebook)), icon=":material/pending:")
        return
    with st.container(border=True, key="card_approval"):
        st.markdown(f"**{t('approval.title')}**")
        st.markdown(plain(t("approval.explained", rulebook=campaign.rulebook)))
        label = t("approval.button", rulebook=plain(campaign.rulebook))
        key, icon = f"approve {campaign.code} {campaign.rulebook}", ":material/verified:"
        if confirm.ask("approval") and st.button(label, key=key, type="primary", icon=icon):
            do(lambda store: approve_rules(store, campaign.code, campaign.rulebook, act()))
