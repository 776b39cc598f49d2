"""Dialogues on screen: held against planned, each one, and the forms to plan them and to tell what came of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from tracker.core.programme import Meeting
from tracker.services.dialogues import (
    MOST_PEOPLE,
    MOST_PLANNED,
    MOST_SUBJECT,
    WITH,
    Balance,
    Dialogue,
    Held,
    Plan,
    balance,
    cancel_dialogue,
    list_dialogues,
    plan_dialogue,
    record_dialogue,
    units_to_report,
)
from tracker.services.programme import MOST_NOTE, names_day
from tracker.services.running import database, today
from tracker.text import collation_key, day, number
from tracker.ui import look
from tracker.ui.doing import act, do
from tracker.ui.pickers import DAY_FORMATS, show_notice
from tracker.ui.shell import actor, choice, language, t
from tracker.ui.tables import Head, Markup, Row, table

TOLD = "dt"


def show_dialogues(campaign: str) -> None:
    """What was held of what was planned, and what whoever looks may say of it."""
    st.markdown(t("dialogue.explained"))
    found = list_dialogues(database(), campaign, actor())
    mine = units_to_report(database(), actor())
    if not found:
        show_notice(t("dialogue.none"), t("dialogue.none.advice"), icon=":material/forum:")
    else:
        units = balance(found, today())
        _show_figures(units)
        _remind([one for one in found if one.unit in mine])
        st.html(table(t("dialogue.by_unit"), _balance_heads(), (Row(_balance_cells(one)) for one in units)))
        st.header(t("dialogue.each"))
        st.html(table(t("dialogue.each"), _heads(), (Row(_cells(one), failing=one.is_overdue(today())) for one in found)))
        st.caption(t("dialogue.no_points"))
    if mine:
        _show_plan(campaign, mine)
        _show_told(campaign, [one for one in found if one.unit in mine and one.state is not Meeting.CANCELLED])


def _show_figures(units: Sequence[Balance]) -> None:
    planned, held = sum(one.planned for one in units), sum(one.held for one in units)
    figures = {
        "held_of": t("dialogue.of", held=held, planned=planned),
        "overdue": number(language(), sum(one.overdue for one in units)),
        "came": number(language(), sum(one.came for one in units)),
        "asked": number(language(), sum(one.asked for one in units)),
        "answered": number(language(), sum(one.answered for one in units)),
    }
    with st.container(key="kpi"):
        grid = st.grid(len(figures), min_column_width=140)
        for name, said in figures.items():
            grid.metric(t(f"dialogue.{name}"), said, border=True)


def _remind(mine: Sequence[Dialogue]) -> None:
    late = sum(one.is_overdue(today()) for one in mine)
    if late:
        st.error(t("dialogue.remind", n=late), icon=":material/alarm:")


def _balance_heads() -> list[Head]:
    names = ("held_of", "overdue", "came", "asked", "answered")
    return [Head(t("head.unit"), wide=True), *(Head(t(f"dialogue.{name}"), figures=True) for name in names)]


def _balance_cells(one: Balance) -> list[Markup]:
    late = f'<span class="tk-programme-late">{one.overdue}</span>' if one.overdue else "0"
    figures = (number(language(), count) for count in (one.came, one.asked, one.answered))
    held = t("dialogue.of", held=one.held, planned=one.planned)
    return [look.markup(one.name), look.markup(held), late, *map(look.markup, figures)]


def _heads() -> list[Head]:
    return [
        Head(t("head.unit"), wide=True),
        Head(t("dialogue.subject"), wide=True, prose=True),
        Head(t("dialogue.planned")),
        Head(t("dialogue.outcome"), wide=True, prose=True),
    ]


def _cells(one: Dialogue) -> list[Markup]:
    whom = f"<small>{look.markup(t(f'dialogue.with.{one.with_whom}'))}</small>"
    written = "" if names_day(one.planned, one.due) else f"<small>{look.markup(day(language(), one.due))}</small>"
    return [
        look.markup(one.name),
        f"{look.markup(one.subject)}{whom}",
        f"{look.markup(one.planned)}{written}",
        _outcome(one),
    ]


def _outcome(one: Dialogue) -> Markup:
    state = "overdue" if one.is_overdue(today()) else one.state.value
    bad = " tk-pill-bad" if state == "overdue" else ""
    words = [f'<span class="tk-pill{bad}">{look.markup(t(f"dialogue.state.{state}"))}</span>']
    if one.held is not None:
        held = one.held
        said = t("dialogue.told", day=day(language(), held.held_on), n=held.came, asked=held.asked, answered=held.answered)
        words.append(f"<small>{look.markup(said)}</small>")
        words += [f"<small>{look.markup(t('dialogue.minutes_at', minutes=held.minutes))}</small>"] if held.minutes else []
    if one.note:
        words.append(f"<small>{look.markup(one.note)}</small>")
    return "".join(words)


def _show_plan(campaign: str, mine: Mapping[str, str]) -> None:
    codes = sorted(mine, key=lambda code: collation_key(mine[code]))
    with (
        st.expander(t("dialogue.plan"), icon=":material/add:"),
        st.form("dialogue.plan", border=False, enter_to_submit=False),
    ):
        unit = st.selectbox(t("filter.unit"), codes, format_func=mine.__getitem__, key="dialogue.unit")
        whom = st.segmented_control(
            t("dialogue.whom"),
            WITH,
            format_func=_name_whom,
            default=WITH[0],
            required=True,
            key=f"dialogue.whom.{language()}",
        )
        subject = st.text_input(t("dialogue.subject"), key="dialogue.subject", max_chars=MOST_SUBJECT)
        planned = st.text_input(
            t("dialogue.planned"), key="dialogue.planned", max_chars=MOST_PLANNED, placeholder=t("dialogue.planned.example")
        )
        if st.form_submit_button(t("dialogue.plan.do"), type="primary", icon=":material/event:"):
            plan = Plan(unit or "", whom or "", subject or "", planned or "")
            do(lambda engine: plan_dialogue(engine, campaign, plan, act()), t("dialogue.was_planned"))


def _name_whom(code: str) -> str:
    return t(f"dialogue.with.{code}")


def _show_told(campaign: str, mine: Sequence[Dialogue]) -> None:
    if not mine:
        return
    waiting_first = sorted(mine, key=lambda one: one.state is not Meeting.PLANNED)
    known = {f"{one.unit}-{one.number}": one for one in waiting_first}
    st.header(t("dialogue.tell"))
    with st.container(border=True, key="card_dialogue"):
        draw = partial(st.selectbox, width="stretch")
        one = known[choice(t("dialogue.which"), list(known), lambda code: _name(known[code]), TOLD, draw)]
        _show_record(campaign, one)
        if one.state is Meeting.PLANNED:
            _show_cancel(campaign, one)


def _name(one: Dialogue) -> str:
    return f"{one.planned} – {one.name} – {one.subject}"


def _show_record(campaign: str, one: Dialogue) -> None:
    key = f"dialogue.{one.unit}.{one.number}.{one.id}"
    held = one.held or Held(today(), 0, 0, 0, "")
    with st.form(key, border=False, enter_to_submit=False):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            held_on = st.date_input(
                t("dialogue.held_on"), held.held_on, key=f"{key}.day.{language()}", format=DAY_FORMATS[language()], width=165
            )
            count = partial(st.number_input, min_value=0, max_value=MOST_PEOPLE, step=1, width=150)
            came = count(t("dialogue.came"), value=held.came, key=f"{key}.came")
            asked = count(t("dialogue.asked"), value=held.asked, key=f"{key}.asked")
            answered = count(t("dialogue.answered"), value=held.answered, key=f"{key}.answered")
        minutes = st.text_input(t("dialogue.minutes"), held.minutes, key=f"{key}.minutes", max_chars=MOST_NOTE)
        if st.form_submit_button(t("dialogue.tell.do"), type="primary", icon=":material/how_to_reg:"):
            said = Held(held_on or held.held_on, int(came or 0), int(asked or 0), int(answered or 0), minutes or "")
            which = (one.unit, one.number)
            do(lambda engine: record_dialogue(engine, campaign, which, said, one.id, act()), t("dialogue.was_told"))


def _show_cancel(campaign: str, one: Dialogue) -> None:
    key = f"dialogue.cancel.{one.unit}.{one.number}.{one.id}"
    opened = st.popover(t("dialogue.cancel"), icon=":material/event_busy:", key=f"{key}.popover")
    with opened, st.form(key, border=False, enter_to_submit=False):
        reason = st.text_input(t("dialogue.cancel.reason"), key=f"{key}.reason", max_chars=MOST_NOTE)
        if st.form_submit_button(t("dialogue.cancel.do")):
            which = (one.unit, one.number)
            do(
                lambda engine: cancel_dialogue(engine, campaign, which, reason or "", one.id, act()),
                t("dialogue.was_cancelled"),
            )
