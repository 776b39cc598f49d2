"""Officers on screen: who is nominated and for what, with their own dossiers' figures; findings; and the forms for both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from functools import partial

import streamlit as st

from tracker.core.decided import REWARD
from tracker.services.campaigns import CampaignState, PeriodState
from tracker.services.decision_answers import state_of
from tracker.services.decision_view import titles_of
from tracker.services.decisions import Desk
from tracker.services.nominations import (
    Individual,
    NewFinding,
    NewNomination,
    Officer,
    list_individuals,
    list_officers,
    nominate,
    record_finding,
    withdraw_nomination,
)
from tracker.services.running import database, today
from tracker.text import collation_key, day, number, pick
from tracker.ui import committee
from tracker.ui.committee import finish
from tracker.ui.doing import act
from tracker.ui.look import markup, plain
from tracker.ui.shell import actor, choice, language, t
from tracker.ui.tables import Markup

Words = Mapping[str, str]
_COUNTS = ("handled", "on_time", "late", "overdue", "supplements")


STYLES = """<style>
.tk-figures{display:flex;flex-wrap:wrap;gap:.25rem 1.4rem;margin:.5rem 0 0!important;padding:0!important;font-size:.875rem}
.tk-figures div{display:flex;gap:.35rem;align-items:baseline}
.tk-figures dt{color:var(--tk-muted);margin:0!important}
.tk-figures dd{margin:0!important;font-weight:650;font-variant-numeric:tabular-nums}
</style>"""


def draw_individuals(desk: Desk, people: Sequence[Individual], *, only_open: bool, may_decide: bool) -> None:
    """The officers before the committee: those nominated, then those there is a finding against."""
    st.header(t("individual.title"), anchor="individuals")
    st.caption(t("individual.words"))
    shown = [one for one in people if not one.withdrawn and not (only_open and one.decided)]
    if not shown:
        st.caption(t("decide.none_open") if only_open and people else t("individual.none"))
    titles = titles_of(desk, REWARD)
    for one in shown:
        key = f"{one.name.list} {one.name.rule} {one.name.unit} {one.name.officer}"
        with committee.name_row(key) as (said, done):
            taken = desk.papers.verdict(one.outcome) if one.outcome else None
            note = ""
            if one.outcome is not None:
                note = committee.verdict_note(one.outcome, taken, desk.papers.meeting(taken.meeting if taken else None))
            office = desk.board.offices.get(one.name.unit)
            said.html(card(one, titles, office.name if office else one.name.unit) + note)
            if may_decide:
                with done:
                    committee.draw_decide_button(one.name, taken.ruling.id if taken else 0, key)
    if may_decide:
        label = t("finding.add")
        st.button(label, key="add finding", icon=":material/add:", on_click=committee.ask, args=("finding", (), {}))


def draw_nominations(campaign: CampaignState, period: PeriodState, unit: Words, awards: Mapping[str, Words]) -> None:
    """A unit's nominations with what became of each, and the form for another."""
    people = list_individuals_of(campaign, period, unit["code"])
    st.header(t("nomination.listed"))
    if not people:
        st.info(t("nomination.none"), icon=":material/person_add:")
    for one in people:
        key = f"{one.name.list} {one.id}"
        with committee.name_row(key) as (said, done):
            said.html(card(one, awards, unit["name"]))
            if one.name.list == REWARD and not one.decided and not one.withdrawn and period.state != "final":
                with done, st.popover(t("nomination.withdraw"), icon=":material/undo:"):
                    st.markdown(plain(t("nomination.withdraw.words", name=one.full_name)))
                    if st.button(t("nomination.withdraw.sure"), key=f"withdraw {one.id}", type="primary"):
                        _withdraw(one.id)
    if period.state != "final":
        taken = {one.name.officer for one in people if one.name.list == REWARD and not one.withdrawn}
        _draw_nomination_form((campaign, period), unit["code"], awards, taken)


def list_individuals_of(campaign: CampaignState, period: PeriodState, unit: str) -> list[Individual]:
    """The nominations and findings of one unit."""
    found = list_individuals(database(), campaign.code, period.code, today(), actor())
    return [one for one in found if one.name.unit == unit]


def draw_finding_form(desk: Desk) -> None:
    """The form of a personal finding."""
    st.markdown(t("finding.words"))
    offices = desk.board.offices
    codes = sorted(offices, key=lambda code: (collation_key(offices[code].name), code))
    unit = st.selectbox(
        t("filter.unit"),
        codes,
        None,
        format_func=lambda code: f"{offices[code].name} ({code})",
        key="finding unit",
        placeholder=t("unit.choose.one"),
    )
    if unit is None:
        return
    officer = _pick_officer(unit, "finding")
    if officer is None:
        return
    name = st.text_input(t("individual.name"), officer.name, key=f"finding name {officer.code}", max_chars=200)
    finding = st.text_area(t("finding.finding"), key="finding text", max_chars=2000)
    basis = st.text_input(t("finding.basis"), key="finding basis", max_chars=200, placeholder="Kết luận số 05/KL-TTr")
    found_on = st.date_input(t("finding.found_on"), today(), key="finding day", format="DD/MM/YYYY", width=170)
    if st.button(t("finding.save"), type="primary", key="save finding", icon=":material/save:"):
        sitting = desk.papers.sitting
        new = NewFinding(unit, officer.code, name or "", finding or "", basis or "", found_on or today())
        finish(lambda engine: record_finding(engine, sitting.campaign, sitting.period, new, act()), t("finding.saved"))


def _draw_nomination_form(
    where: tuple[CampaignState, PeriodState], unit: str, awards: Mapping[str, Words], taken: Set[str]
) -> None:
    campaign, period = where
    st.header(t("nomination.add"))
    st.caption(t("nomination.words"))
    with st.container(border=True, key="card_nominate"):
        officer = _pick_officer(unit, f"nominate {unit}", taken)
        if officer is None:
            return
        key = f"nominate {unit} {officer.code}"
        with st.container(horizontal=True):
            name = st.text_input(t("individual.name"), officer.name, key=f"{key} name", max_chars=200)
            title = st.text_input(t("individual.position"), officer.title, key=f"{key} title", max_chars=200)
        award = st.selectbox(
            t("individual.award"), list(awards), format_func=lambda code: pick(language(), awards[code]), key=f"{key} award"
        )
        hint = t("nomination.achievement.hint")
        achievement = st.text_area(t("individual.achievement"), key=f"{key} said", max_chars=2000, placeholder=hint)
        if st.button(t("nomination.save"), type="primary", key=f"{key} save", icon=":material/send:"):
            new = NewNomination(unit, officer.code, name or "", title or "", award or "", achievement or "")
            finish(lambda engine: nominate(engine, campaign.code, period.code, new, act()), t("nomination.saved"))


def _withdraw(nomination: int) -> None:
    finish(lambda engine: withdraw_nomination(engine, nomination, act()), t("nomination.withdrawn"))


def pick_unit_of(units: Mapping[str, str]) -> str:
    """One of the units the account nominates for; without a choice where there is only one."""
    if len(units) == 1:
        return next(iter(units))
    codes = sorted(units, key=lambda code: (collation_key(units[code]), code))
    return choice(t("filter.unit"), codes, units.__getitem__, "u", partial(st.selectbox, width=380))


def _pick_officer(unit: str, key: str, taken: Set[str] = frozenset()) -> Officer | None:
    """One of the unit's officers but those already taken; None until one is chosen."""
    known = list_officers(database(), unit, actor())
    officers = {officer.code: officer for officer in known if officer.code not in taken}
    if not officers:
        st.info(t("individual.all_nominated" if known else "individual.no_officers"), icon=":material/badge:")
        return None
    words = {code: f"{one.name} ({code})" if one.name else code for code, one in officers.items()}
    chosen = st.selectbox(
        t("individual.officer"),
        list(officers),
        None,
        format_func=words.__getitem__,
        key=f"{key} officer",
        placeholder=t("individual.choose"),
    )
    return officers.get(chosen or "")


def card(one: Individual, titles: Mapping[str, Words], office: str) -> Markup:
    """An officer: state, award or finding, unit, what is said of them, and the figures of their own dossiers."""
    position = f"<span>{markup(one.title)}</span>" if one.title else ""
    if one.name.list == REWARD:
        heading, said = pick(language(), titles.get(one.name.rule, {"vi": one.name.rule})), one.said
    else:
        found_on = day(language(), one.found_on) if one.found_on else ""
        heading, said = t("finding.title"), t("finding.said", finding=one.said, basis=one.basis, day=found_on)
    return (
        f'<div class="tk-who">{_chip(one)}<span>{markup(heading)}</span><span>{markup(office)}</span>{position}</div>'
        f'<span class="tk-name">{markup(one.full_name)}</span> <span class="tk-code">{markup(one.name.officer)}</span>'
        f'<p class="tk-said">{markup(said)}</p>{_figures(one)}'
    )


def _chip(one: Individual) -> Markup:
    if one.outcome is not None and not one.withdrawn:
        return committee.state_chip(one.outcome.state)
    return f'<span class="tk-chip tk-g3">{markup(t(f"name.{state_of(one)}"))}</span>'


def _figures(one: Individual) -> Markup:
    """The figures of the officer's own dossiers in the period."""
    figures = one.figures
    shown = {name: number(language(), getattr(figures, name)) for name in _COUNTS}
    shown["rating"] = t("value.none")
    if figures.mean_rating is not None:
        shown["rating"] = t("individual.rated", mean=number(language(), figures.mean_rating, 2), n=figures.rated)
    pairs = (f"<div><dt>{markup(t(f'individual.{name}'))}</dt><dd>{markup(text)}</dd></div>" for name, text in shown.items())
    return f'<dl class="tk-figures">{"".join(pairs)}</dl>'
