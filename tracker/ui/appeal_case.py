"""One appeal: the case beside what is asked, the evidence, the answer and its effect; the committee's form to decide."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any

import streamlit as st

from tracker.services.access import Actor, Verb
from tracker.services.appealing import Ruling, decide_appeal, preview_acceptance, withdraw_appeal
from tracker.services.appeals import (
    CORRECT,
    EXCLUDE,
    OPEN,
    PARTLY,
    VERDICTS,
    KeptAppeal,
    show_appeal,
)
from tracker.services.contested import case_of_appeal
from tracker.services.evidence import MIMES, KeptEvidence, fetch_evidence
from tracker.services.running import database
from tracker.text import moment
from tracker.ui import look
from tracker.ui.appeal_form import ask_cells, case_table, show_back
from tracker.ui.appeal_list import APPEAL, View, name_case, say_change, state_pill
from tracker.ui.cells import read_text, say_text
from tracker.ui.doing import act, attempt, may, note_done
from tracker.ui.pickers import show_notice
from tracker.ui.shell import actor, language, later_actor, t

_TENTH = Decimal("0.1")


def show_asked(view: View) -> None:
    """The appeal the link names."""
    show_back(view)
    written = st.query_params[APPEAL]
    number_ = int(written) if written.isascii() and written.isdigit() and len(written) < 10 else 0
    found = attempt(lambda: show_appeal(database(), actor(), number_))
    if found is None:
        return
    appeal = found[0]
    if (appeal.campaign, appeal.period) != (view.campaign.code, view.period.code):
        show_notice(t("appeal.elsewhere"), t("appeal.elsewhere.advice", period=appeal.period))
        return
    cells = _case(appeal)
    _show_head(view, appeal)
    left, right = st.columns([3, 2], gap="large")
    with left:
        _show_case(appeal, cells)
    with right:
        _show_reason(appeal)
        _show_evidence(appeal)
    if appeal.ruled is not None:
        _show_answer(appeal)
    elif appeal.state == OPEN and view.hearing.decides and appeal.revision == view.hearing.revision:
        _show_acts(appeal, cells, view)


def _case(appeal: KeptAppeal) -> dict[str, object] | None:
    """The case before the committee answered; None where it had been left out already."""
    found = case_of_appeal(database(), actor(), appeal.id)
    return None if found is None else {name: read_text(name, cell) for name, cell in found.items()}


def _show_head(view: View, appeal: KeptAppeal) -> None:
    st.header(look.plain(f"{t('appeal.number', number=appeal.id)}: {name_case(view, appeal.case)}"))
    said = t("appeal.made", unit=appeal.unit_name, by=appeal.made_by, at=moment(language(), appeal.made_at))
    st.html(f'{state_pill(appeal)} <span class="tk-muted">{look.markup(said)}</span>')
    if appeal.revision != view.hearing.revision:
        st.info(t("appeal.older", revision=appeal.revision), icon=":material/history:")


def _show_case(appeal: KeptAppeal, cells: Mapping[str, Any] | None) -> None:
    if appeal.asks == EXCLUDE:
        st.markdown(t("appeal.wants.exclude"))
    else:
        st.markdown(t("appeal.wants.correct"))
    if cells is None:
        st.caption(t("appeal.case.gone"))
    columns = [(t("appeal.head.wanted"), partial(_say_cells, appeal.wanted))] if appeal.asks == CORRECT else []
    granted = appeal.ruled.change if appeal.ruled else None
    if granted is not None and granted.action == CORRECT and granted.cells != appeal.wanted:
        columns.append((t("appeal.head.granted"), partial(_say_cells, granted.cells)))
    if cells is not None or columns:
        st.html(case_table(appeal.case.kind, cells or {}, columns))


def _say_cells(cells: Mapping[str, str | None], name: str) -> str:
    return say_text(name, cells[name]) if name in cells else ""


def _show_reason(appeal: KeptAppeal) -> None:
    st.markdown(f"**{t('appeal.reason')}**")
    st.html(f'<blockquote class="tk-quote">{look.markup(appeal.reason)}</blockquote>')


def _show_evidence(appeal: KeptAppeal) -> None:
    st.markdown(f"**{t('appeal.evidence')}**")
    if not appeal.evidence:
        st.caption(t("appeal.evidence.none"))
    asking = later_actor()
    for file in appeal.evidence:
        st.download_button(
            look.plain(f"{file.name} ({_size(file)})"),
            partial(_fetch, file.id, asking),
            file.file_name,
            MIMES[file.type],
            key=f"evidence {file.id}",
            icon=":material/attach_file:",
            on_click="ignore",
            help=t("appeal.evidence.digest", digest=file.sha256),
        )


def _fetch(evidence: int, asking: Callable[[], Actor]) -> bytes:
    """The file's bytes, asked for only when somebody takes it away, and only if they still are who they were, and may."""
    return fetch_evidence(database(), evidence, asking()).data


def _size(file: KeptEvidence) -> str:
    size = Decimal(file.size) / 1_000_000
    return t("size.mb", size=size.quantize(_TENTH)) if size >= 1 else t("size.kb", n=max(1, file.size // 1000))


def _show_answer(appeal: KeptAppeal) -> None:
    ruled = appeal.ruled
    if ruled is None:
        return
    st.header(t("appeal.answer"))
    said = t(f"appeal.verdict.{ruled.verdict}.by", by=ruled.decided_by, at=moment(language(), ruled.decided_at))
    with st.container(border=True, key="card_answer"):
        st.markdown(f"**{look.plain(said)}**")
        st.html(f'<blockquote class="tk-quote">{look.markup(ruled.reason)}</blockquote>')
        if ruled.change is not None:
            st.markdown(f":material/trending_flat: {look.plain(say_change(ruled.change))}")


def _show_acts(appeal: KeptAppeal, cells: Mapping[str, Any] | None, view: View) -> None:
    """What whoever looks may do: the unit takes it back, the committee decides."""
    if appeal.unit in view.own:
        _show_withdrawal(appeal)
    if may(Verb.DECIDE):
        _show_decision(appeal, cells)


def _show_withdrawal(appeal: KeptAppeal) -> None:
    with st.popover(t("appeal.withdraw"), icon=":material/undo:"):
        st.markdown(t("appeal.withdraw.sure"))
        sure = st.button(t("appeal.withdraw.yes"), key=f"withdraw {appeal.id}", type="primary")
    if sure and attempt(lambda: withdraw_appeal(database(), appeal.id, act())) is not None:
        note_done(t("appeal.withdrawn", number=appeal.id))
        st.rerun()


def _show_decision(appeal: KeptAppeal, cells: Mapping[str, Any] | None) -> None:
    st.header(t("appeal.decide"))
    st.caption(t("appeal.decide.once"))
    _show_preview(appeal)
    key = f"decide.{appeal.id}"
    verdict = st.radio(
        t("appeal.verdict"),
        VERDICTS,
        index=None,
        format_func=lambda verdict: t(f"appeal.verdict.{verdict}"),
        key=f"{key}.verdict",
    )
    if verdict is None:
        return
    action = _ask_action(appeal, key) if verdict == PARTLY else appeal.asks
    with st.form(key, border=True):
        granted: dict[str, str | None] = {}
        if verdict == PARTLY and action == CORRECT:
            st.caption(t("appeal.form.cells"))
            asked = {name: read_text(name, cell) for name, cell in appeal.wanted.items()}
            granted = ask_cells(appeal.case.kind, {**(cells or {}), **asked}, key)
        reason = st.text_area(t("appeal.decide.reason"), max_chars=2000, height=120, key=f"{key}.reason")
        if not st.form_submit_button(t("appeal.decide.save"), type="primary", icon=":material/gavel:"):
            return
    with st.spinner(t("appeal.preview.counting")):
        done = attempt(lambda: decide_appeal(database(), appeal.id, Ruling(verdict, reason, action, granted), act()))
    if done is not None:
        note_done(t("appeal.decided", number=appeal.id))
        st.rerun()


def _show_preview(appeal: KeptAppeal) -> None:
    """What accepting would do, counted when it is asked for; it stays while the form below is filled in."""
    kept = f"previewed {appeal.id}"
    if st.button(t("appeal.preview"), icon=":material/calculate:", key=f"preview {appeal.id}"):
        with st.spinner(t("appeal.preview.counting")):
            seen = attempt(lambda: preview_acceptance(database(), appeal.id, act()))
        st.session_state[kept] = None if seen is None else seen[0]
    if (change := st.session_state.get(kept)) is not None:
        st.info(look.plain(f"{t('appeal.preview.if')} {say_change(change)}."), icon=":material/trending_flat:")


def _ask_action(appeal: KeptAppeal, key: str) -> str:
    """What is granted instead of what was asked; nobody grants leaving out where that is what was asked."""
    actions = [CORRECT] if appeal.asks == EXCLUDE else [CORRECT, EXCLUDE]
    if len(actions) == 1:
        return CORRECT
    chosen: str = st.radio(
        t("appeal.action"), actions, format_func=lambda action: t(f"appeal.asks.{action}"), key=f"{key}.action"
    )
    return chosen
