"""Good practice on screen: searched and sifted, a card for each, with what whoever looks may say of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from tracker.services.campaigns import CampaignState, list_campaigns
from tracker.services.practices import (
    MOST_NOTE,
    MOST_TITLE,
    Adoption,
    NewPractice,
    Practice,
    State,
    Verdict,
    adopt_practice,
    judge_practice,
    list_practices,
    may_judge,
    own_names,
    post_practice,
    withdraw_practice,
    would_count,
)
from tracker.services.recognition import Counted, Offer, Where, list_offers
from tracker.services.running import database, today
from tracker.services.typed import STATEMENT_LENGTH
from tracker.text import day, number, pick, search_key
from tracker.text.periods import name_period
from tracker.ui import look
from tracker.ui.doing import act, do
from tracker.ui.pickers import show_notice
from tracker.ui.shell import actor, choice, language, t, text_param
from tracker.ui.tables import Markup

PAGE_SIZE = 10
SHOWN, FIND = "xem", "tim"
_ALL, _OWN = "tat-ca", "don-vi-toi"
Offered = tuple[Offer, int]  # a period, and how many practices of the unit would count there
STYLES = """<style>
.tk-practice h3{margin:0 0 .1rem!important;padding:0!important;font-size:1.125rem;overflow-wrap:anywhere}
.tk-practice p{margin:.4rem 0 0!important;white-space:pre-line;overflow-wrap:anywhere;line-height:1.5}
.tk-practice .tk-pill{white-space:normal}
.tk-practice small{color:var(--tk-muted);font-size:.8125rem;overflow-wrap:anywhere}
</style>"""


def show_page() -> None:
    """The board, and for a unit's people the form to tell the others of something."""
    mine, judges = own_names(database(), actor()), may_judge(database(), actor())
    offers = list_offers(database(), actor(), today()) if judges else ()
    if mine:
        _show_form(mine)
    found = list_practices(database(), actor())
    if not found:
        show_notice(t("practices.none"), t("practices.none.advice"), icon=":material/lightbulb:")
        return
    shown = _sift(found, mine)
    if not shown:
        st.info(t("practices.none_such"), icon=":material/search_off:")
        return
    st.markdown(t("practices.shown", n=len(shown)))
    campaigns = {campaign.code: campaign for campaign in list_campaigns(database(), actor())}
    sheets = (len(shown) - 1) // PAGE_SIZE + 1
    at = st.pagination(sheets, key=f"practices.sheet.{len(shown)}") if sheets > 1 else 1
    for one in shown[(at - 1) * PAGE_SIZE : at * PAGE_SIZE]:
        with st.container(border=True, key=f"card_practice_{one.id}"):
            st.html(_card(one, campaigns))
            if judges and one.state is not State.WITHDRAWN:
                _show_verdict(one, [(offer, would_count(found, one, offer.places)) for offer in offers])
            _show_acts(one, mine)


def _sift(found: Sequence[Practice], mine: Mapping[str, str]) -> list[Practice]:
    views = {_ALL: list(found)}
    views |= {state.value: [one for one in found if one.state is state] for state in State}
    if mine:
        views[_OWN] = [one for one in found if one.unit in mine]
    codes = [code for code, some in views.items() if some or code == _ALL]
    with st.container(key="filters_practices", horizontal=True, vertical_alignment="bottom"):
        switch = partial(st.segmented_control, required=True)
        view = choice(
            t("practices.view"), codes, lambda code: t(f"practices.view.{code}", n=len(views[code])), SHOWN, switch
        )
        with st.container(width=320):
            wanted = search_key(text_param(t("practices.search"), FIND).strip())
    return [one for one in views[view] if wanted in search_key(f"{one.title} {one.name} {one.story} {one.effect}")]


def _card(one: Practice, campaigns: Mapping[str, CampaignState]) -> Markup:
    told = t("practices.by", unit=one.name, day=day(language(), one.made_at.date()))
    effect = f"<p><strong>{look.markup(t('practices.effect'))}:</strong> {look.markup(one.effect)}</p>" if one.effect else ""
    said = "" if one.verdict is None or not one.verdict.note else f" {look.markup(one.verdict.note)}"
    bad = " tk-pill-bad" if one.state is State.REFUSED else ""
    state = f'<span class="tk-pill{bad}">{look.markup(t(f"practices.state.{one.state}"))}</span><small>{said}</small>'
    counted = one.verdict.counted if one.verdict else None
    if counted is not None:
        state += f' <span class="tk-pill">{look.markup(_say_counted(counted, campaigns))}</span>'
    return (
        f'<div class="tk-practice"><h3>{look.markup(one.title)}</h3><small>{look.markup(told)}</small> {state}'
        f"<p>{look.markup(one.story)}</p>{effect}{_adopted(one)}</div>"
    )


def _say_counted(counted: Counted, campaigns: Mapping[str, CampaignState]) -> str:
    campaign = campaigns[counted.campaign]
    period = campaign.period(counted.period)
    name = name_period(language(), period.code, period.begins, period.ends)
    return t("practices.counted", period=name, campaign=pick(language(), campaign.title))


def _adopted(one: Practice) -> Markup:
    if not one.adopted:
        return ""
    names = "; ".join(f"{word.name} ({word.note})" if word.note else word.name for word in one.adopted)
    return f"<p><small>{look.markup(t('practices.adopted', n=len(one.adopted), names=names))}</small></p>"


def _show_form(mine: Mapping[str, str]) -> None:
    with st.expander(t("practices.post"), icon=":material/add:"), st.form("practice", border=False, enter_to_submit=False):
        unit = st.selectbox(t("filter.unit"), list(mine), format_func=lambda code: mine[code], key="practice.unit")
        title = st.text_input(t("practices.title"), key="practice.title", max_chars=MOST_TITLE)
        story = st.text_area(t("practices.story"), key="practice.story", max_chars=STATEMENT_LENGTH)
        effect = st.text_area(t("practices.effect"), key="practice.effect", max_chars=STATEMENT_LENGTH, height=90)
        if st.form_submit_button(t("practices.post.do"), type="primary", icon=":material/send:"):
            new = NewPractice(unit, title or "", story or "", effect or "")
            do(lambda engine: post_practice(engine, new, act()), t("practices.posted"))


def _show_acts(one: Practice, mine: Mapping[str, str]) -> None:
    """What a unit may say: a withdrawal, or that it has adopted it."""
    seen = one.verdict.id if one.verdict else 0
    waits = one.unit in mine and one.state is State.WAITING
    if waits and st.button(t("practices.withdraw"), key=f"practice.withdraw.{one.id}", icon=":material/undo:"):
        do(lambda engine: withdraw_practice(engine, one.id, seen, act()), t("practices.withdrawn"))
    others = {code: name for code, name in mine.items() if code != one.unit}
    if others and one.state is State.ACCEPTED:
        _show_adoption(one, others)


def _show_verdict(one: Practice, offers: Sequence[Offered]) -> None:
    """The committee's form: the decision, and the period in which it counts as a recognised initiative."""
    seen = one.verdict.id if one.verdict else 0
    which = f"{one.id}.{seen}"  # a new verdict draws the form anew, closed and empty
    opened = st.popover(t("practices.judge"), icon=":material/gavel:", key=f"practice.judge.{which}")
    with opened, st.form(f"practice.verdict.{which}", border=False, enter_to_submit=False):
        note = st.text_input(t("practices.note"), key=f"practice.note.{which}", max_chars=MOST_NOTE)
        counts = _pick_counts(one, offers, f"practice.counts.{which}")
        accepts = st.form_submit_button(t("practices.accept"), type="primary", icon=":material/check:")
        refuses = st.form_submit_button(t("practices.refuse"), icon=":material/close:")
    if accepts or refuses:
        state = State.ACCEPTED if accepts else State.REFUSED
        verdict = Verdict(one.id, state, note or "", seen, counts if accepts else None)
        done = t("practices.counted.done" if verdict.counts else f"practices.state.{state}")
        do(lambda engine: judge_practice(engine, verdict, act()), done)


def _pick_counts(one: Practice, offers: Sequence[Offered], key: str) -> Where | None:
    """The campaign and period in which it is to count, None for none."""
    known = {(offer.counted.campaign, offer.counted.period): (offer, then) for offer, then in offers}
    if not known:
        st.caption(t("practices.counts.nowhere"))
        return None
    counted = one.verdict.counted if one.verdict else None
    now = (counted.campaign, counted.period) if counted else None
    codes: list[Where | None] = [None, *known]
    several = len({campaign for campaign, _ in known}) > 1

    def say(code: Where | None) -> str:
        return t("practices.counts.not") if code is None else _say_offer(one, *known[code], several=several)

    at = codes.index(now) if now in known else 0
    chosen = st.selectbox(t("practices.counts"), codes, at, format_func=say, key=key)
    st.caption(t("practices.counts.help"))
    return chosen


def _say_offer(one: Practice, offer: Offer, then: int, *, several: bool) -> str:
    """The period, what counts there for the unit so far, and what would."""
    period = offer.period
    name = name_period(language(), period.code, period.begins, period.ends)
    figure = offer.figures.get(one.unit)
    now = t("value.none") if figure is None else number(language(), figure)
    said = t("practices.counts.so_far", period=name, now=now, then=then)
    return f"{said} – {pick(language(), offer.title)}" if several else said


def _show_adoption(one: Practice, others: Mapping[str, str]) -> None:
    codes = list(others)
    with st.form(f"practice.adopt.{one.id}", border=False, enter_to_submit=False):
        row = st.container(horizontal=True, vertical_alignment="bottom")
        name = partial(row.selectbox, key=f"practice.who.{one.id}", width=260)
        unit = name(t("filter.unit"), codes, format_func=others.__getitem__) if len(codes) > 1 else codes[0]
        note = row.text_input(t("practices.adopt.note"), key=f"practice.how.{one.id}", max_chars=MOST_NOTE, width=320)
        adopts = row.form_submit_button(t("practices.adopt"), icon=":material/thumb_up:")
        drops = any(word.unit in others for word in one.adopted) and row.form_submit_button(t("practices.drop"))
    if adopts or drops:
        said = Adoption(one.id, unit or "", bool(adopts), note or "", one.seen(unit or ""))
        do(lambda engine: adopt_practice(engine, said, act()), t("practices.noted"))
