"""The templates of papers on screen: what is in use, taken away, replaced by a checked one, and the fields there are."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from tracker.services.paper_templates import (
    MAX_BYTES,
    TemplateState,
    fetch_template,
    list_changes,
    list_templates,
    reset_template,
    upload_template,
)
from tracker.services.paper_view import PAPERS, Field
from tracker.services.running import database
from tracker.text import moment
from tracker.ui.audit import name_actor
from tracker.ui.doing import act, attempt, do
from tracker.ui.downloads import offer
from tracker.ui.look import markup, plain
from tracker.ui.papers import KIND
from tracker.ui.pickers import same_page
from tracker.ui.shell import actor, choice, language, t
from tracker.ui.tables import Head, Markup, Row, link, table

_DIGITS = 16
_KILO = 1000


def draw_templates() -> None:
    """The template of each kind, then what can be done with the chosen one."""
    states = list_templates(database(), actor())
    known = {state.kind: state for state in states}
    overview = st.container()
    chosen = choice(
        t("papers.kind"), list(known), lambda code: t(f"paper.kind.{code}"), KIND, partial(st.selectbox, width=420)
    )
    overview.html(_table(states, chosen))
    st.header(t(f"paper.kind.{chosen}"), anchor=False)
    _draw_take(known[chosen])
    _draw_upload(known[chosen])
    _draw_changes(known[chosen])
    _draw_fields(chosen)


def _draw_take(state: TemplateState) -> None:
    """The template in use as a file, and the way back to the shipped one."""
    st.markdown(t("templates.take.explained"))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        got = attempt(lambda: fetch_template(database(), state.kind, actor()))
        if got is not None:
            offer(t("templates.take"), got[0], f"take {state.kind}")
        if state.is_own and st.button(t("templates.reset"), key=f"reset {state.kind}", icon=":material/restart_alt:"):
            do(lambda store: reset_template(store, state.kind, state.number, act()), t("templates.reset.done"))


def _draw_upload(state: TemplateState) -> None:
    """Another file in its place: checked before anything is kept."""
    st.subheader(t("templates.upload"), anchor=False)
    st.markdown(t("templates.upload.explained"))
    label, megabytes = t("templates.file"), MAX_BYTES // 1_000_000
    file = st.file_uploader(label, "docx", key=f"template {state.kind} {state.number}", max_upload_size=megabytes)
    if file is None:
        return
    if st.button(t("templates.use"), key=f"use {state.kind}", type="primary", icon=":material/fact_check:"):
        with st.spinner(t("templates.checking")):
            handed = (file.name, file.getvalue())
            do(lambda store: upload_template(store, state.kind, state.number, handed, act()), t("templates.used"))


def _draw_changes(state: TemplateState) -> None:
    """What the office had before; every one of them can be taken away."""
    if not state.number:
        return
    changes = list_changes(database(), state.kind, actor())
    st.subheader(t("templates.changes"), anchor=False)
    st.html(table(t("templates.changes"), _change_heads(), (_change_row(one) for one in changes)))
    own = {str(one.number): one for one in changes if one.is_own}
    if not own:
        return
    words = {"": t("papers.take.none"), **{code: f"{code} – {one.name}" for code, one in own.items()}}
    chosen = st.selectbox(
        t("templates.earlier"), ["", *own], format_func=words.__getitem__, key=f"earlier {state.kind}", width=420
    )
    if not chosen:
        return
    got = attempt(lambda: fetch_template(database(), state.kind, actor(), int(chosen)))
    if got is not None:
        offer(t("papers.download"), got[0], f"earlier {state.kind} {chosen}", icon=None)


def _draw_fields(kind: str) -> None:
    """What may stand in the template, with its meaning."""
    st.subheader(t("templates.fields"), anchor=False)
    st.markdown(plain(t("templates.fields.explained")))
    heads = [Head(t("templates.field"), code=True), Head(t("templates.meaning"), wide=True)]
    st.html(table(t("templates.fields"), heads, (_field_row(field) for field in PAPERS[kind].fields)))


def _field_row(field: Field) -> Row:
    return Row([f"<code>{markup(field.name)}</code>", markup(t(field.key))])


def _table(states: Sequence[TemplateState], chosen: str) -> Markup:
    heads = [
        Head(t("papers.kind"), wide=True),
        Head(t("templates.state"), wide=True),
        Head("SHA-256", code=True),
        Head(t("templates.size"), figures=True),
    ]
    return table(t("page.paper_templates"), heads, (_row(state, chosen) for state in states))


def _row(state: TemplateState, chosen: str) -> Row:
    named = link(t(f"paper.kind.{state.kind}"), same_page(**{KIND: state.kind}))
    named = f"<strong>{named}</strong>" if state.kind == chosen else named
    return Row([named, _state(state), _digest(state.sha256), markup(_size(state.size))])


def _state(state: TemplateState) -> Markup:
    words = t("templates.own") if state.is_own else t("templates.shipped")
    pill = f'<span class="tk-pill{" tk-pill-bad" if state.is_own else ""}">{markup(words)}</span>'
    if state.made_at is None:
        return pill
    since = t("templates.since", actor=name_actor(state.made_by), at=moment(language(), state.made_at))
    return f"{pill}<small>{markup(since)}</small>"


def _digest(sha256: str) -> Markup:
    return f'<code title="{sha256}">{sha256[:_DIGITS]}…</code>'


def _size(size: int) -> str:
    return t("papers.kilobytes", n=max(1, size // _KILO))


def _change_heads() -> list[Head]:
    return [
        Head(t("templates.number"), figures=True),
        Head(t("templates.name"), wide=True),
        Head("SHA-256", code=True),
        Head(t("papers.head.by"), code=True),
    ]


def _change_row(one: TemplateState) -> Row:
    name = one.name if one.is_own else t("templates.back")
    at = moment(language(), one.made_at) if one.made_at else ""
    by = f"{markup(name_actor(one.made_by))}<small>{markup(at)}</small>"
    return Row([str(one.number), markup(name), _digest(one.sha256), by])
