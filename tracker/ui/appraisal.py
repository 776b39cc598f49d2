"""Reported values on screen: given, checked and decided side by side, filtered, taken over in one go, and one by one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from tracker.services.appraisal import Appraised, Mark, accept_values, appraise
from tracker.services.campaigns import CampaignState, PeriodState
from tracker.services.running import database
from tracker.services.values import CHECKED, DECIDED, STATES, ReportedValue, load_sheet, value_history
from tracker.text import number, search_key
from tracker.text.periods import name_period
from tracker.ui import look
from tracker.ui.cells import say_cell, write_cell
from tracker.ui.doing import act, attempt, note_done, show_done
from tracker.ui.pickers import show_notice
from tracker.ui.shell import actor, choice, language, t, text_param
from tracker.ui.value_tables import FIGURES, VALUE, View, history_table, say_difference, say_proof, values_table

MEASURE, STATE, FIND, PAGE = "m", "loc", "tim", "n"
PAGE_SIZE = 50


def show_sheet(campaign: CampaignState, period: PeriodState) -> None:
    """The values of the period, or the one the link names."""
    where = (campaign.code, period.code)
    sheet = load_sheet(database(), actor(), where)
    view = View(where, sheet, {reported.measure: reported.title for reported in sheet.rulebook.reported})
    show_done()
    if VALUE in st.query_params:
        _show_value(view)
    else:
        _show_all(view)


def _show_all(view: View) -> None:
    period = view.sheet.period
    name = name_period(language(), period.code, period.begins, period.ends)
    st.info(t(f"appraisal.{period.state}", period=name), icon=":material/info:")
    if not view.sheet.values:
        show_notice(t("appraisal.none"), t("appraisal.none.advice"), icon=":material/inbox:")
        return
    _show_figures(view.sheet.values)
    shown = _pick(view)
    if period.state != "final":
        _show_bulk(view, shown)
    if not shown:
        st.info(t("appraisal.none_such"), icon=":material/filter_alt_off:")
        return
    page = _page(len(shown))
    st.html(values_table(view, shown[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]))
    _show_pages(len(shown), page)


def _show_figures(values: Sequence[ReportedValue]) -> None:
    counted = {f"appraisal.state.{state}": sum(value.state == state for value in values) for state in STATES}
    counted["appraisal.differing"] = sum(value.difference != 0 for value in values)
    with st.container(key="kpi"):
        grid = st.grid(len(counted), min_column_width=150)
        for key, n in counted.items():
            grid.metric(t(key), number(language(), n), border=True)


def _pick(view: View) -> list[ReportedValue]:
    """The values the filters choose; all filters stand in the link."""
    values = view.sheet.values
    measures = {value.measure for value in values}
    if len(measures) == 1:
        st.markdown(f"**{look.plain(view.measure(values[0]))}**")
    with st.container(key="filters_values", horizontal=True, vertical_alignment="bottom"):
        measure = _pick_measure(view) if len(measures) > 1 else ""
        switch = partial(st.segmented_control, required=True)
        state = choice(t("appraisal.state"), ["", *STATES, "differing"], _state_or_all, STATE, switch)
        with st.container(width=260):
            words = search_key(text_param(t("filter.unit"), FIND, t("appraisal.find")).strip())
    return [
        value
        for value in values
        if measure in ("", value.measure)
        and (state in ("", value.state) or (state == "differing" and value.difference != 0))
        and words in search_key(f"{view.unit(value)} {value.unit}")
    ]


def _pick_measure(view: View) -> str:
    titles = {value.measure: view.measure(value) for value in view.sheet.values}
    wide = partial(st.selectbox, width=280)
    return choice(
        t("head.measure"), ["", *sorted(titles)], lambda code: titles.get(code) or t("appraisal.all"), MEASURE, wide
    )


def _state_or_all(state: str) -> str:
    if not state:
        return t("appraisal.all")
    return t("appraisal.differing") if state == "differing" else t(f"appraisal.state.{state}")


def _show_bulk(view: View, shown: Sequence[ReportedValue]) -> None:
    """Take over what stands there, for everything the filters show."""
    open_for = {
        CHECKED: [value for value in shown if value.checked is None],
        DECIDED: [value for value in shown if value.decided is None and value.checked is not None],
    }
    with st.container(horizontal=True):
        for step, values in open_for.items():
            label = t(f"appraisal.accept.{step}", n=len(values))
            with st.popover(label, icon=":material/done_all:", disabled=not values, key=f"accept_{step}"):
                _ask_bulk(view, step, values)


def _ask_bulk(view: View, step: str, values: Sequence[ReportedValue]) -> None:
    with st.form(f"accept {step}", border=False):
        st.markdown(t(f"appraisal.accept.{step}.sure", n=len(values)))
        reason = st.text_area(t("appraisal.reason"), t(f"appraisal.accept.{step}.reason"), max_chars=2000, height=80)
        if not st.form_submit_button(t("appraisal.accept"), type="primary", icon=":material/done_all:"):
            return
    chosen = [(value.key, value.seen) for value in values]
    done = attempt(lambda: accept_values(database(), view.where, chosen, step, reason, act()))
    if done is not None:
        _note(done[0])
        st.rerun()


def _note(done: Appraised) -> None:
    moved = "" if done.effect is None else f" {t('appraisal.moved', n=len(done.effect.units))}"
    note_done(t("appraisal.done", n=done.changed) + moved)


def _show_value(view: View) -> None:
    """One value: its figures, the form to set them, and its history."""
    st.page_link("pages/appraisal.py", label=t("appraisal.back"), icon=":material/arrow_back:", query_params=view.query)
    asked = st.query_params[VALUE]
    value = view.sheet.find(tuple(asked.split("/", 3)))
    if value is None:
        show_notice(t("appraisal.unknown", value=asked), t("appraisal.unknown.advice"))
        return
    st.header(look.plain(f"{view.unit(value)}: {view.measure(value)}"))
    facts = {t(f"column.{name}"): say_cell(name, getattr(value, name)) for name in FIGURES}
    pairs = "".join(f"<div><dt>{look.markup(name)}</dt><dd>{look.markup(said)}</dd></div>" for name, said in facts.items())
    difference = f"<div><dt>{look.markup(t('appraisal.difference'))}</dt><dd>{say_difference(value) or '–'}</dd></div>"
    st.html(f'<dl class="tk-facts">{pairs}{difference}</dl><p>{say_proof(value)}</p>')
    if view.sheet.period.state != "final":
        _show_form(view, value)
    st.header(t("appraisal.history"))
    st.html(history_table(value_history(database(), actor(), view.where, value.key)))


def _show_form(view: View, value: ReportedValue) -> None:
    with st.form(f"appraise {'/'.join(value.key)} {value.seen}"):
        grid = st.grid(2, min_column_width=200)
        cells = {name: grid.text_input(t(f"column.{name}"), write_cell(getattr(value, name))) for name in (CHECKED, DECIDED)}
        reason = st.text_area(t("appraisal.reason"), max_chars=2000, height=100)
        if not st.form_submit_button(t("appraisal.save"), type="primary", icon=":material/save:"):
            return
    mark = Mark(value.key, value.seen, cells)
    done = attempt(lambda: appraise(database(), view.where, [mark], reason, act()))
    if done is not None:
        _note(done[0])
        st.rerun()


def _page(total: int) -> int:
    written = st.query_params.get(PAGE, "")
    asked = int(written) if written.isascii() and written.isdigit() and len(written) < 7 else 1
    return max(1, min(asked, (total - 1) // PAGE_SIZE + 1))


def _show_pages(total: int, page: int) -> None:
    pages = (total - 1) // PAGE_SIZE + 1
    if pages == 1:
        return

    def follow() -> None:
        st.query_params[PAGE] = str(st.session_state["values page"])

    st.pagination(pages, default=page, key="values page", on_change=follow)
