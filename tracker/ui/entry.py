"""Typing figures in: a grid of reported values of a unit and period, and one of postings; the service checks them again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, TypeVar

import pandas as pd
import streamlit as st

from tracker.services.campaigns import CampaignState, PeriodState
from tracker.services.entry import ENTERED, Entered, EntrySheet, load_entry, save_reported
from tracker.services.entry_postings import FLAGS, PAGE_SIZE, PostingSheet, Ticked, load_postings, save_postings
from tracker.services.entry_saving import Left, Named
from tracker.services.imports import Outcome
from tracker.services.running import database
from tracker.text import moment, number, pick
from tracker.text.periods import name_period
from tracker.ui import look
from tracker.ui.audit import name_actor
from tracker.ui.doing import act, attempt, note_done
from tracker.ui.pickers import show_notice
from tracker.ui.shell import actor, choice, language, t, text_param

TAB, UNIT, FIND, PAGE = "muc", "u", "tim", "n"
REPORTED, POSTINGS, FILES = "so-lieu", "niem-yet", "tep"
_DAYS = {"vi": "DD/MM/YYYY", "en": "YYYY-MM-DD"}
_LINE_HEIGHT, _MOST_SEEN = 35, 21
Sheet = TypeVar("Sheet")


def pick_tab() -> str:
    """Which grid is filled in, or a file instead."""
    switch = partial(st.segmented_control, required=True, label_visibility="collapsed")
    return choice(t("entry.tab"), [REPORTED, POSTINGS, FILES], lambda code: t(f"entry.tab.{code}"), TAB, switch)


def pick_unit(units: Sequence[Named]) -> str:
    """The unit whose figures are typed in."""
    names = dict(units)
    wide = partial(st.selectbox, width=380)
    return choice(t("filter.unit"), list(names), lambda code: f"{names[code]} ({code})", UNIT, wide)


def show_reported(campaign: CampaignState, period: PeriodState, unit: str) -> None:
    """The grid of what the rulebook declares; only shown once the period is frozen."""
    key = f"reported {campaign.code} {period.code} {unit}"
    sheet = _held(key, lambda: load_entry(database(), actor(), (campaign.code, period.code), unit))
    if not sheet.lines:
        show_notice(t("entry.nothing_declared"), t("entry.nothing_declared.advice"), icon=":material/inbox:")
        return
    name = look.plain(name_period(language(), period.code, period.begins, period.ends))
    if sheet.period.state != "open":
        st.warning(t("entry.frozen", period=name), icon=":material/lock:")
        st.dataframe(_reported_frame(sheet), column_config=_reported_columns(), width="stretch")
        return
    st.markdown(t("entry.reported.explained", period=name))
    if sheet.settled:
        st.info(t("entry.settled", campaigns=sheet.settled), icon=":material/info:")
    if any(line.appraised is not None for line in sheet.lines):
        st.info(t("entry.appraised"), icon=":material/fact_check:")
    with st.form(f"form {key}", border=False):
        edited = st.data_editor(
            _reported_frame(sheet),
            column_config=_reported_columns(),
            disabled=["title", "form", "appraised", "left"],
            num_rows="fixed",
            placeholder="–",
            width="stretch",
            height=_height(len(sheet.lines)),
            key=_widget(key),
        )
        saved = _save_button()
    _show_reload(key)
    if saved:
        said = entered_lines(sheet, edited)
        _finish(key, lambda: save_reported(database(), sheet.where, sheet.unit, said, act()))


def entered_lines(sheet: EntrySheet, edited: pd.DataFrame) -> list[Entered]:
    """What the grid gives back for the lines that were drawn; rows it should not have and other columns are not read."""
    return [
        Entered(
            line.measure,
            {name: _text(edited.at[line.number, name]) for name in ENTERED},
            line.left.batch if line.left else None,
        )
        for line in sheet.lines
        if line.number in edited.index
    ]


def show_postings(unit: str) -> None:
    """The grid of procedures and places, a page at a time."""
    with st.container(width=420):
        words = text_param(t("entry.find"), FIND, t("filter.search.hint"))
    page = _page()
    key = f"postings {unit} {words} {page}"
    sheet = _held(key, lambda: load_postings(database(), act(), unit, words, page))
    said = t("entry.postings.count", n=sheet.procedures, posted=sheet.everywhere)
    st.markdown(f"{t('entry.postings.explained')} {said}")
    if not sheet.lines:
        show_notice(t("entry.no_procedure"), t("entry.no_procedure.advice"), icon=":material/search_off:")
        return
    with st.form(f"form {key}", border=False):
        edited = st.data_editor(
            _posting_frame(sheet),
            column_config=_posting_columns(),
            disabled=["procedure", "name", "left"],
            num_rows="fixed",
            placeholder="–",
            width="stretch",
            height=_height(len(sheet.lines)),
            key=_widget(key),
        )
        saved = _save_button()
    _show_reload(key)
    _show_pages(sheet.found, page)
    if saved:
        ticked = ticked_lines(sheet, edited)
        _finish(key, lambda: save_postings(database(), unit, ticked, act()))


def ticked_lines(sheet: PostingSheet, edited: pd.DataFrame) -> list[Ticked]:
    """What the grid gives back for the procedures that were drawn and whose cells differ from what was drawn."""
    found = []
    for line in sheet.lines:
        if line.number not in edited.index:
            continue
        cells = {name: "1" if _text(edited.at[line.number, name]) == "True" else "0" for name in FLAGS}
        cells["posted_on"] = _day(edited.at[line.number, "posted_on"])
        if cells != dict(line.cells):
            found.append(Ticked(line.number, line.procedure, cells, line.left.batch if line.left else None))
    return found


def _reported_frame(sheet: EntrySheet) -> pd.DataFrame:
    rows = [
        {
            "title": pick(language(), line.title),
            "form": t("entry.whole" if line.integer else "entry.decimal"),
            **{name: _written(name, line.cells[name]) for name in ENTERED},
            "appraised": "" if line.appraised is None else number(language(), line.appraised),
            "left": _say_left(line.left),
        }
        for line in sheet.lines
    ]
    return pd.DataFrame(rows, index=pd.Index([line.number for line in sheet.lines], name=t("entry.number")))


def _reported_columns() -> Mapping[str, Any]:
    text = st.column_config.TextColumn
    return {
        "title": text(t("head.measure"), width=260, pinned=True),
        "form": text(t("entry.form"), width=85),
        "value": text(t("column.value"), width=95, help=t("entry.value.help"), max_chars=40),
        "evidence": text(t("column.evidence"), width=165, help=t("entry.evidence.help"), max_chars=500),
        "note": text(t("column.note"), width=140, max_chars=2000),
        "appraised": text(t("entry.appraised.head"), width=75),
        "left": text(t("entry.left"), width=210),
    }


def _posting_frame(sheet: PostingSheet) -> pd.DataFrame:
    rows = [
        {
            "procedure": line.procedure,
            "name": line.name,
            "posted_on": pd.Timestamp(line.cells["posted_on"]) if line.cells["posted_on"] else pd.NaT,
            **{name: line.cells[name] == "1" for name in FLAGS},
            "left": _say_left(line.left),
        }
        for line in sheet.lines
    ]
    frame = pd.DataFrame(rows, index=pd.Index([line.number for line in sheet.lines], name=t("entry.number")))
    return frame.astype({"posted_on": "datetime64[s]"})


def _posting_columns() -> Mapping[str, Any]:
    text, tick = st.column_config.TextColumn, st.column_config.CheckboxColumn
    return {
        "name": text(t("column.procedure"), width=330, pinned=True),
        "procedure": text(t("column.code"), width=85),
        "posted_on": st.column_config.DateColumn(t("column.posted_on"), format=_DAYS[language()], width=135),
        **{name: tick(t(f"entry.{name}"), help=t(f"column.{name}"), width=110) for name in FLAGS},
        "left": text(t("entry.left"), width=210),
    }


def _say_left(left: Left | None) -> str:
    return "" if left is None else f"{name_actor(left.by)}, {moment(language(), left.at)}"


def _written(name: str, cell: str) -> str:
    return cell.replace(".", ",") if name == "value" and language() == "vi" else cell


def _text(cell: object) -> str:
    return "" if cell is None or cell is pd.NA or cell != cell else str(cell)


def _day(cell: object) -> str:
    """A day as text; a time that is none (NaT, None) is empty."""
    return cell.isoformat()[:10] if isinstance(cell, date) and cell == cell else ""


def _held(key: str, load: Callable[[], Sheet]) -> Sheet:
    """What the grid was drawn from, kept as long as the grid is: what is saved must name what was seen."""
    kept = f"seen {key} {language()}"
    if _widget(key) not in st.session_state or kept not in st.session_state:
        st.session_state[kept] = load()
    held: Sheet = st.session_state[kept]
    return held


def _widget(key: str) -> str:
    return f"grid {key} {language()} {st.session_state.get(f'drawn {key}', 0)}"


def _forget(key: str) -> None:
    """Draw the grid anew from what is stored."""
    st.session_state[f"drawn {key}"] = st.session_state.get(f"drawn {key}", 0) + 1


def _save_button() -> bool:
    return st.form_submit_button(t("entry.save"), type="primary", icon=":material/save:")


def _show_reload(key: str) -> None:
    icon = ":material/refresh:"
    st.button(t("entry.reload"), type="tertiary", icon=icon, key=f"reload {key}", on_click=_forget, args=(key,))


def _finish(key: str, save: Callable[[], Outcome]) -> None:
    done = attempt(save)
    if done is not None:
        note_done(t("entry.done", n=done[0].changes.new + done[0].changes.changed, batch=done[0].batch or 0))
        _forget(key)
        st.rerun()


def _height(lines: int) -> int:
    return (min(lines, _MOST_SEEN) + 1) * _LINE_HEIGHT + 3


def _page() -> int:
    written = st.query_params.get(PAGE, "")
    return max(1, int(written)) if written.isascii() and written.isdigit() and len(written) < 5 else 1


def _show_pages(found: int, page: int) -> None:
    pages = (found - 1) // PAGE_SIZE + 1
    if pages == 1:
        return

    def follow() -> None:
        st.query_params[PAGE] = str(st.session_state["postings page"])

    st.caption(t("entry.save_first"))
    st.pagination(pages, default=min(page, pages), key="postings page", on_change=follow)
