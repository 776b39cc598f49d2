"""The campaigns on screen: those there are, and the forms for a new one and for a copy, with the periods to come."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import partial

import streamlit as st

from tracker.core.periods import Every, Period
from tracker.core.problems import UsageError
from tracker.services.campaign_rules import CampaignRecord
from tracker.services.campaign_settings import copy_campaign, following_campaign
from tracker.services.campaigns import NewCampaign, PeriodState, add_campaign, divide_campaign
from tracker.services.rulebooks import list_rulebooks
from tracker.services.running import database
from tracker.text import day, moment, say_usage
from tracker.text.periods import name_period
from tracker.ui.doing import act, do
from tracker.ui.look import markup, plain
from tracker.ui.pickers import name_campaign
from tracker.ui.shell import actor, language, link, t
from tracker.ui.tables import Head, Markup, Row, table

DAY_FORMATS = {"vi": "DD/MM/YYYY", "en": "YYYY-MM-DD"}


def show_list(records: list[CampaignRecord]) -> None:
    """Every campaign as a heading with its rules, and its periods below it."""
    if not records:
        st.info(t("empty.no_campaign"), icon=":material/flag:")
        return
    st.html(campaigns_table(records))


def campaigns_table(records: Iterable[CampaignRecord]) -> Markup:
    """A heading row a campaign, a row a period: its days, where it stands, and its last day to appeal."""
    heads = [
        Head(t("head.period"), wide=True),
        Head(t("column.period_from"), code=True),
        Head(t("column.period_to"), code=True),
        Head(t("head.status")),
        Head(t("campaigns.deadline"), code=True),
    ]
    rows = (row for record in records for row in (_heading(record), *map(_period, record.state.periods)))
    return table(t("page.campaigns"), heads, rows)


def say_approval(record: CampaignRecord) -> str:
    """Whether the rules are approved, by whom and when."""
    approval = record.approval
    if not approval.approved_by:
        return t("approval.missing")
    at = t("value.none") if approval.at is None else moment(language(), approval.at)
    return t("approval.given", name=approval.name, at=at)


def show_new(records: list[CampaignRecord]) -> None:
    """The form for a campaign from nothing, and the one for a copy of another into the years that follow."""
    st.header(t("campaigns.begin"))
    _show_begin()
    if records:
        st.header(t("campaigns.copy"))
        _show_copy(records)


def _show_begin() -> None:
    kept = [record.reference for record in list_rulebooks(database(), actor())]
    if not kept:
        st.info(t("campaigns.no_rulebook"), icon=":material/library_books:")
        st.html(f'<a class="tk-button" href="{markup(link("rulebooks"))}" target="_self">{markup(t("page.rulebooks"))}</a>')
        return
    first, second = st.columns(2, gap="large")
    with first:
        code = st.text_input(t("campaigns.code"), key="campaign code", max_chars=64, help=t("campaigns.code.help")) or ""
        rulebook = st.selectbox(t("campaigns.rulebook"), kept, key="campaign rulebook")
    with second:
        begins = _day_input(t("column.period_from"), "campaign begins")
        ends = _day_input(t("column.period_to"), "campaign ends")
    lengths = ["", *(every.value for every in Every)]
    every = st.segmented_control(
        t("campaigns.every"), lengths, default="", format_func=_every, key=f"campaign every {language()}", required=True
    )
    if not code.strip() or begins is None or ends is None:
        st.caption(t("campaigns.fill_in"))
        return
    new = NewCampaign(code.strip(), str(rulebook), begins, ends, Every(every) if every else None)
    if _preview(new) and st.button(t("campaigns.begin.button"), key="campaign begin", type="primary"):
        do(lambda store: add_campaign(store, new, act()), t("campaigns.begin.done", campaign=new.code))


def _show_copy(records: list[CampaignRecord]) -> None:
    st.markdown(t("campaigns.copy.explained"))
    known = {record.state.code: record for record in records}
    first, second = st.columns(2, gap="large")
    with first:
        pick_one = partial(st.selectbox, t("campaigns.copy.from"), list(known), key=f"copy of {language()}")
        copied = pick_one(format_func=lambda code: name_record(known[code]))
    with second:
        code = (st.text_input(t("campaigns.copy.code"), key="copy code", max_chars=64) or "").strip()
    if not code or copied is None:
        st.caption(t("campaigns.fill_in"))
        return
    new = following_campaign(known[copied].state, code)
    if _preview(new) and st.button(t("campaigns.copy.button"), key="campaign copy", type="primary"):
        do(lambda store: copy_campaign(store, copied, new, act()), t("campaigns.copy.done", campaign=code, copied=copied))


def name_record(record: CampaignRecord) -> str:
    """The campaign's code and title: titles come from the rulebook, and campaigns may share it."""
    return f"{record.state.code} – {name_campaign(record.state)}"


def _preview(new: NewCampaign) -> bool:
    """The periods that will come of it; False where it cannot be begun, which is said."""
    try:
        periods = divide_campaign(new)
    except UsageError as error:
        st.error(plain(say_usage(language(), error)), icon=":material/error:")
        return False
    st.markdown(t("campaigns.preview", n=len(periods)))
    heads = [Head(t("head.period"), wide=True), Head(t("column.period_from")), Head(t("column.period_to"))]
    st.html(table(t("campaigns.preview", n=len(periods)), heads, (Row(_days(period)) for period in periods)))
    return True


def _heading(record: CampaignRecord) -> Row:
    words = (
        f"{markup(name_record(record))}<small>{markup(record.approval.rulebook)} · {markup(say_approval(record))}</small>"
    )
    return Row([words], heading=True)


def _period(period: PeriodState) -> Row:
    state = markup(t(f"period.state.{period.state}"))
    until = t("value.none") if period.appeals_until is None else day(language(), period.appeals_until)
    return Row([*_days(period), f'<span class="tk-pill">{state}</span>', markup(until)])


def _days(period: Period | PeriodState) -> list[Markup]:
    named = name_period(language(), period.code, period.begins, period.ends)
    return [markup(named), markup(day(language(), period.begins)), markup(day(language(), period.ends))]


def _day_input(label: str, key: str) -> date | None:
    chosen = st.date_input(label, None, key=key, format=DAY_FORMATS[language()])
    return chosen if isinstance(chosen, date) else None


def _every(length: str) -> str:
    return t(f"campaigns.every.{length or 'once'}")
