"""The appeals of a period: how long units may still hand them in, how many there are, and all of them in a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

import streamlit as st

from tracker.services.appeals import CONTESTED, OPEN, VERDICTS, WITHDRAWN, CaseRef, Change, KeptAppeal, list_appeals
from tracker.services.campaigns import CampaignState, PeriodState, show_rulebook
from tracker.services.hearings import Hearing, appealing_units, show_hearing
from tracker.services.running import database, today
from tracker.text import moment, name_measure, number
from tracker.text.periods import name_period
from tracker.ui import look
from tracker.ui.pickers import CAMPAIGN, PERIOD
from tracker.ui.shell import actor, choice, language, link, t
from tracker.ui.tables import Head, Markup, Row, table
from tracker.ui.tables import link as anchor

APPEAL, CASE, UNIT, STATE = "g", "case", "u", "loc"
STATES = (OPEN, *VERDICTS, WITHDRAWN)


@dataclass(frozen=True, slots=True)
class View:
    """What the page shows: a period's hearing, the appeals the visitor may see, and the units they may appeal for."""

    campaign: CampaignState
    period: PeriodState
    hearing: Hearing
    appeals: tuple[KeptAppeal, ...]
    own: Mapping[str, str]
    titles: Mapping[str, Mapping[str, str]]

    @property
    def query(self) -> dict[str, str]:
        """The period as links name it."""
        return {CAMPAIGN: self.campaign.code, PERIOD: self.period.code}

    @property
    def period_name(self) -> str:
        """What people call the period."""
        return name_period(language(), self.period.code, self.period.begins, self.period.ends)


def load_view(campaign: CampaignState, period: PeriodState) -> View:
    """Everything the page needs, as the visitor may see it."""
    who, where = actor(), (campaign.code, period.code)
    rulebook = show_rulebook(database(), campaign.rulebook, who).rulebook
    return View(
        campaign,
        period,
        show_hearing(database(), who, *where, today()),
        tuple(list_appeals(database(), who, *where)),
        appealing_units(database(), who),
        {reported.measure: reported.title for reported in rulebook.reported},
    )


def show_all(view: View) -> None:
    """The deadline, the figures, the list, and how to begin a new appeal."""
    show_deadline(view)
    if view.appeals:
        _show_figures(view)
        _show_list(view)
    else:
        st.info(t("appeals.none"), icon=":material/inbox:")
    if view.own and view.hearing.accepts:
        _show_begin(view)


def show_deadline(view: View) -> None:
    """Whether the period takes appeals, and until when."""
    hearing, period = view.hearing, view.period_name
    if not hearing.decides:
        key = "appeals.final" if hearing.state == "final" else "appeals.not_open"
        st.info(t(key, period=period), icon=":material/lock_clock:")
    elif hearing.until is None:
        st.info(t("appeals.no_deadline", period=period), icon=":material/event:")
    elif hearing.accepts:
        left = t("appeals.last_day") if not hearing.days_left else t("appeals.days_left", n=hearing.days_left)
        st.info(f"{t('appeals.until', period=period, day=hearing.until)} {left}", icon=":material/event:")
    else:
        st.warning(t("appeals.over", period=period, day=hearing.until), icon=":material/event_busy:")


def name_case(view: View, case: CaseRef) -> str:
    """The case in words: its kind and code, or the measure's title."""
    if case.kind == "reported":
        measure = case.key[1]
        title = name_measure(language(), measure, view.titles) if measure in view.titles else measure
        return t("appeal.case.reported", measure=title)
    return t(f"appeal.case.{case.kind}", code=case.code)


def state_pill(appeal: KeptAppeal) -> Markup:
    """The state as a pill."""
    kind = {OPEN: " tk-pill-wait", "accepted": " tk-pill-good", "partly": " tk-pill-good", "refused": " tk-pill-bad"}
    return f'<span class="tk-pill{kind.get(appeal.state, "")}">{look.markup(t(f"appeal.state.{appeal.state}"))}</span>'


def say_change(change: Change) -> str:
    """The unit's score and rank before and after, in words."""
    if change.score_before is None or change.score_after is None:
        return t("appeal.effect.none")
    score = t("appeal.effect.score", before=_points(change.score_before), after=_points(change.score_after))
    if change.rank_before is None or change.rank_after is None:
        return score
    return f"{score}; {t('appeal.effect.rank', before=change.rank_before, after=change.rank_after)}"


def appeal_link(view: View, appeal: int) -> str:
    """The address of one appeal."""
    return link("appeals", **view.query, **{APPEAL: str(appeal)})


def _points(score: Fraction) -> str:
    return number(language(), score, 2)


def _show_figures(view: View) -> None:
    counted = {state: sum(appeal.state == state for appeal in view.appeals) for state in (OPEN, *VERDICTS)}
    with st.container(key="kpi"):
        grid = st.grid(len(counted), min_column_width=150)
        for state, n in counted.items():
            grid.metric(t(f"appeal.state.{state}"), number(language(), n), border=True)


def _show_list(view: View) -> None:
    st.header(t("appeals.list"))
    switch = partial(st.segmented_control, required=True, label_visibility="collapsed")
    states = ["", *(state for state in STATES if any(appeal.state == state for appeal in view.appeals))]
    wanted = choice(t("appeals.filter"), states, _state_or_all, STATE, switch)
    shown = [appeal for appeal in view.appeals if wanted in ("", appeal.state)]
    st.html(appeals_table(view, shown))


def appeals_table(view: View, appeals: list[KeptAppeal]) -> Markup:
    """One row an appeal, each with the way to it."""
    heads = [
        Head(t("appeal.head.number"), code=True),
        Head(t("appeal.head.state")),
        Head(t("appeal.head.unit"), wide=True),
        Head(t("appeal.head.case")),
        Head(t("appeal.head.made_at"), code=True),
        Head(t("appeal.head.answer"), wide=True),
    ]
    return table(t("appeals.list"), heads, (Row(_cells(view, appeal), failing=appeal.state == OPEN) for appeal in appeals))


def _cells(view: View, appeal: KeptAppeal) -> list[Markup]:
    asked = t(f"appeal.asks.{appeal.asks}")
    case = f"{look.markup(name_case(view, appeal.case))}<small>{look.markup(asked)}</small>"
    answer = ""
    if appeal.ruled is not None:
        change = look.markup(say_change(appeal.ruled.change)) if appeal.ruled.change else ""
        answer = f"{look.markup(appeal.ruled.reason)}<small>{change}</small>"
    return [
        anchor(t("appeal.number", number=appeal.id), appeal_link(view, appeal.id)),
        state_pill(appeal),
        look.markup(appeal.unit_name),
        case,
        look.markup(moment(language(), appeal.made_at)),
        answer,
    ]


def _state_or_all(state: str) -> str:
    return t(f"appeal.state.{state}") if state else t("appeals.all")


def _show_begin(view: View) -> None:
    """The way to a new appeal: from the unit's cases, or by a case's code."""
    st.header(t("appeals.begin"))
    for code, name in view.own.items():
        words = look.plain(t("appeals.begin.from_cases", unit=name))
        st.page_link("pages/unit.py", label=words, icon=":material/arrow_forward:", query_params={**view.query, UNIT: code})
    with st.expander(t("appeals.begin.by_code"), icon=":material/search:"), st.form("find case", border=False):
        unit = st.selectbox(t("filter.unit"), list(view.own), format_func=view.own.__getitem__)
        kinds = [kind for kind in CONTESTED if kind != "reported"]
        kind = st.selectbox(t("appeal.kind"), kinds, format_func=lambda kind: t(f"kind.{kind}"))
        code = st.text_input(t("appeal.code"), max_chars=100)
        if st.form_submit_button(t("appeals.begin.open"), icon=":material/arrow_forward:") and code.strip():
            st.query_params[UNIT], st.query_params[CASE] = unit, f"{kind}/{code.strip()}"
            st.rerun()


STYLES = """<style>
.tk-pill-wait{border-color:#B7791F;color:inherit;background:var(--tk-sample)}
.tk-pill-good{border-color:#2F7D4F;color:inherit}
.tk-quote{white-space:pre-line;overflow-wrap:anywhere;
border-left:3px solid var(--tk-line);padding:.1rem 0 .1rem .9rem;margin:.25rem 0}
.tk-new{font-weight:650}
</style>"""
