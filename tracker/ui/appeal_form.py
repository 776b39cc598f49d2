"""The form of a new appeal: the case as it was frozen, what the unit asks for, why, and its evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from tracker.core.cases import KINDS
from tracker.services.appealing import NewAppeal, case_of_unit, hand_in_appeal
from tracker.services.appeals import CONTESTED, CORRECT, EXCLUDE, CaseRef, parse_case
from tracker.services.evidence import MAX_BYTES, MAX_FILES
from tracker.services.imports import Source
from tracker.services.running import database
from tracker.ui import look
from tracker.ui.appeal_list import APPEAL, CASE, UNIT, View, name_case, show_deadline
from tracker.ui.cells import WORDED, say_cell, write_cell
from tracker.ui.doing import act, attempt, note_done
from tracker.ui.shell import actor, t
from tracker.ui.tables import Head, Markup, Row, table

_TYPES = ["pdf", "png", "jpg", "jpeg", "docx", "xlsx"]
_FIRST = {
    "dossiers": ("procedure", "channel", "submitted_at", "received_at"),
    "feedback": ("kind", "received_on"),
    "reported": ("value", "checked", "evidence", "note"),
}


def show_form(view: View) -> None:
    """The form for the case the link names, or why there is none."""
    show_back(view)
    asked = attempt(lambda: parse_case(st.query_params[CASE]))
    if asked is None:
        return
    (case,), unit = asked, st.query_params.get(UNIT, "")
    show_deadline(view)
    found = attempt(lambda: case_of_unit(database(), actor(), (view.campaign.code, view.period.code), unit, case))
    if found is None:
        return
    st.header(look.plain(name_case(view, case)))
    st.html(case_table(case.kind, found[0]))
    if unit not in view.own:
        st.info(t("appeals.not_yours"), icon=":material/lock:")
    elif view.hearing.accepts:
        _show_fields(view, unit, case, found[0])


def show_back(view: View) -> None:
    """The way back to all appeals of the period."""
    st.page_link("pages/appeals.py", label=t("appeals.back"), icon=":material/arrow_back:", query_params=view.query)


def case_table(kind: str, cells: Mapping[str, Any], more: Sequence[tuple[str, Callable[[str], str]]] = ()) -> Markup:
    """A case's cells, each column a row; `more` are further columns of the table: a head, and what it says of a cell."""
    names = [name for name in (*_FIRST[kind], *CONTESTED[kind]) if cells.get(name) is not None or _said(more, name)]
    heads = [Head(t("appeal.head.column")), Head(t("appeal.head.frozen")), *(Head(words) for words, _ in more)]
    rows = (
        Row(
            [
                look.markup(t(f"column.{name}")),
                look.markup(say_cell(name, cells.get(name))),
                *(f'<span class="tk-new">{look.markup(say(name))}</span>' for _, say in more),
            ]
        )
        for name in names
    )
    return table(t("appeal.head.case"), heads, rows)


def ask_cells(kind: str, cells: Mapping[str, Any], key: str) -> dict[str, str | None]:
    """A field for every column that may be contested, filled with what stands there now."""
    grid = st.grid(2, min_column_width=240)
    asked: dict[str, str | None] = {}
    for name in CONTESTED[kind]:
        column, label, stored = KINDS[kind].column(name), t(f"column.{name}"), cells.get(name)
        if name in WORDED:
            words = partial(_choice_words, name)
            codes = ["", *column.choices]
            index = codes.index(stored) if stored in codes else 0
            asked[name] = grid.selectbox(label, codes, index, format_func=words, key=f"{key}.{name}")
        else:
            asked[name] = grid.text_input(label, write_cell(stored), max_chars=100, key=f"{key}.{name}")
    return asked


def _choice_words(name: str, code: str) -> str:
    return t(f"{WORDED[name]}.{code}") if code else t("value.none")


def _said(more: Sequence[tuple[str, Callable[[str], str]]], name: str) -> bool:
    return any(say(name) for _, say in more)


def _show_fields(view: View, unit: str, case: CaseRef, cells: Mapping[str, Any]) -> None:
    st.header(t("appeal.form"))
    key = f"appeal.{unit}.{case}"
    asks = st.radio(
        t("appeal.asks"), [CORRECT, EXCLUDE], format_func=lambda asks: t(f"appeal.asks.{asks}"), key=f"{key}.asks"
    )
    with st.form(key, border=True):
        if asks == CORRECT:
            st.caption(t("appeal.form.cells"))
            wanted = ask_cells(case.kind, cells, key)
        else:
            st.caption(t("appeal.form.exclude"))
            wanted = {}
        reason = st.text_area(t("appeal.reason"), max_chars=2000, height=140, key=f"{key}.reason")
        limit = MAX_BYTES // 1_000_000
        files = st.file_uploader(
            t("appeal.files", n=MAX_FILES, limit=limit),
            _TYPES,
            accept_multiple_files=True,
            max_upload_size=limit,
            key=f"{key}.files",
        )
        if not st.form_submit_button(t("appeal.send"), type="primary", icon=":material/send:"):
            return
    sources = tuple(Source(file.name, file.getvalue()) for file in files or ())
    new = NewAppeal(view.campaign.code, view.period.code, unit, case, asks, reason, wanted, sources)
    if (made := attempt(lambda: hand_in_appeal(database(), new, act()))) is not None:
        note_done(t("appeal.sent", number=made[0]))
        for name in (CASE, UNIT):
            st.query_params.pop(name, None)
        st.query_params[APPEAL] = str(made[0])
        st.rerun()
