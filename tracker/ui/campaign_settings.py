"""What one campaign's committee works by, on screen: its settings, its last days to appeal, and its rulebook version."""

from __future__ import annotations

from datetime import date
from functools import partial

import streamlit as st

from tracker.core.shares import write_share
from tracker.services.campaign_rules import CampaignRecord, RulebookMove, change_rulebook, compare_kept
from tracker.services.campaign_settings import VOTE_BASES, WantedSettings, change_settings, set_deadline
from tracker.services.campaigns import PeriodState
from tracker.services.rulebooks import list_rulebooks
from tracker.services.running import database
from tracker.text.periods import name_period
from tracker.ui.campaigns import DAY_FORMATS, name_record, say_approval
from tracker.ui.doing import act, do
from tracker.ui.look import markup, plain
from tracker.ui.pickers import CAMPAIGN
from tracker.ui.rule_changes import show_difference
from tracker.ui.shell import actor, choice, language, link, t


def show_settings(records: list[CampaignRecord]) -> None:
    """The chosen campaign's three forms; every one saves on its own."""
    if not records:
        st.info(t("empty.no_campaign"), icon=":material/flag:")
        return
    known = {record.state.code: record for record in records}
    with st.container(key="filters"):
        pick_one = partial(st.selectbox, width=520)
        code = choice(t("filter.campaign"), list(known), lambda one: name_record(known[one]), CAMPAIGN, pick_one)
    record = known[code]
    st.header(t("settings.title"))
    _show_form(record)
    st.header(t("campaigns.deadlines"))
    _show_deadline(record)
    st.header(t("settings.rules"))
    _show_rules(record)


def _show_form(record: CampaignRecord) -> None:
    """The committee's settings; the figures we put there are proposals until the office has put its own."""
    code, seen = record.state.code, record.settings
    st.markdown(f":material/info: {t('settings.proposal')}")
    with st.form(f"settings {code} {language()}"):
        hides = st.toggle(t("settings.hides_live"), seen.hides_live, help=t("settings.hides_live.help"))
        left, right = st.columns(2, gap="large")
        with left:
            quorum = st.text_input(t("settings.quorum"), write_share(seen.quorum), help=t("settings.share.help"))
        with right:
            share = st.text_input(t("settings.pass_share"), write_share(seen.pass_share), help=t("settings.share.help"))
        base = st.radio(
            t("settings.vote_base"),
            VOTE_BASES,
            VOTE_BASES.index(seen.vote_base),
            format_func=lambda one: t(f"settings.vote_base.{one}"),
            horizontal=True,
        )
        saved = st.form_submit_button(t("settings.save"), type="primary")
    if saved:
        wanted = WantedSettings(hides, quorum or "", share or "", str(base))
        do(lambda store: change_settings(store, code, seen, wanted, act()), t("settings.saved", campaign=code))


def _show_deadline(record: CampaignRecord) -> None:
    """The last day to appeal of one period; a final one takes no more appeals and is not offered."""
    code = record.state.code
    known = {period.code: period for period in record.state.periods if period.state != "final"}
    if not known:
        st.info(t("campaigns.all_final"), icon=":material/lock:")
        return
    st.markdown(t("campaigns.deadline.explained"))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        pick_one = partial(st.selectbox, key=f"deadline of {code} {language()}", width=320)
        chosen = pick_one(t("head.period"), list(known), format_func=lambda one: _period(known[one]))
        seen = known[str(chosen)].appeals_until
        key = f"deadline {code} {chosen} {seen}"
        until = st.date_input(t("campaigns.deadline"), seen, key=key, format=DAY_FORMATS[language()], width=220)
        saved = st.button(t("campaigns.deadline.save"), key=f"deadline save {code}")
    if saved:
        day = until if isinstance(until, date) else None
        done = t("campaigns.deadline.saved", period=str(chosen))
        do(lambda store: set_deadline(store, (code, str(chosen)), seen, day, act()), done)


def _show_rules(record: CampaignRecord) -> None:
    """The version that applies and its approval; another version with what would change, and why."""
    state, current = record.state, record.approval.rulebook
    icon = ":material/verified:" if record.approval.approved_by else ":material/pending:"
    st.markdown(f"{icon} {plain(t('settings.rules.now', rulebook=current))} {plain(say_approval(record))}")
    name = current.rpartition("@")[0]
    others = [one.reference for one in list_rulebooks(database(), actor()) if one.reference.rpartition("@")[0] == name]
    others = [reference for reference in others if reference != current]
    if any(period.state != "open" for period in state.periods):
        st.info(t("settings.rules.fixed"), icon=":material/lock:")
        return
    if not others:
        st.markdown(plain(t("settings.rules.only", rulebook=name)))
        address = markup(link("rulebooks"))
        st.html(f'<a class="tk-button" href="{address}" target="_self">{markup(t("page.rulebooks"))}</a>')
        return
    pick_one = partial(st.selectbox, key=f"move {state.code} {current}", placeholder=t("settings.rules.choose"), width=320)
    wanted = pick_one(t("settings.rules.other"), others, None)
    if wanted is None:
        return
    show_difference(compare_kept(database(), current, wanted, actor()))
    with st.form(f"move {state.code} {current} {wanted}"):
        reason = st.text_area(t("settings.rules.reason"), max_chars=1000, help=t("settings.rules.reason.help"))
        st.caption(t("settings.rules.withdrawn"))
        moved = st.form_submit_button(t("settings.rules.move", rulebook=plain(wanted)), type="primary")
    if moved:
        move = RulebookMove(current, wanted, reason or "")
        done = t("settings.rules.moved", campaign=state.code, rulebook=wanted)
        do(lambda store: change_rulebook(store, state.code, move, act()), done)


def _period(period: PeriodState) -> str:
    return name_period(language(), period.code, period.begins, period.ends)
