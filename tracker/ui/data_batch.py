"""One batch on screen: who brought which file and when, its rows, and taking it back."""

from __future__ import annotations

from typing import Any

import streamlit as st

from tracker.services.batch_view import BatchView, Undoing, view_batch
from tracker.services.batches import undo_batch
from tracker.services.running import database
from tracker.text import moment, number
from tracker.ui import look
from tracker.ui.audit import name_actor
from tracker.ui.cells import say_cell
from tracker.ui.data import BATCH, PAGE_SIZE, asked_number, name_act, name_file, page_in_link, show_back, show_pages
from tracker.ui.doing import act, attempt, note_done
from tracker.ui.shell import actor, language, t
from tracker.ui.tables import Head, Row, table


def show_asked() -> None:
    """The batch the link names."""
    show_back()
    wanted = asked_number(BATCH)
    found = attempt(lambda: view_batch(database(), wanted, actor(), 0, 0))
    if found is None:
        return
    page = page_in_link(found[0].total)
    view = view_batch(database(), wanted, actor(), (page - 1) * PAGE_SIZE, PAGE_SIZE)
    st.header(look.plain(t("data.batch.title", n=wanted, what=name_act(view.batch))))
    _show_facts(view.batch)
    if view.undoing is not None:
        _show_undo(view, view.undoing)
    st.header(t("data.batch.rows"))
    if not view.total:
        st.caption(t("data.batch.empty"))
        return
    heads = [Head(t(f"column.{name}")) for name in view.columns]
    rows = (Row([look.markup(say_cell(name, row[name])) for name in view.columns]) for row in view.rows)
    st.caption(t("data.batch.holds", n=view.total))
    st.html(table(t("data.batch.rows"), heads, rows))
    show_pages(view.total, page, f"rows of {wanted}")


def _show_facts(batch: Any) -> None:
    counts = {"new": batch.new_rows, "changed": batch.changed_rows, "unchanged": batch.unchanged_rows}
    counts |= {"left_out": batch.refused_rows, "deleted": batch.deleted_rows}
    facts = {t(f"data.{name}"): number(language(), n) for name, n in counts.items()}
    pairs = "".join(f"<div><dt>{look.markup(name)}</dt><dd>{look.markup(said)}</dd></div>" for name, said in facts.items())
    st.html(f'<dl class="tk-facts">{pairs}</dl>')
    st.markdown(look.plain(t("data.batch.by", actor=name_actor(batch.actor), at=moment(language(), batch.made_at))))
    if batch.file:
        st.markdown(look.plain(t("data.batch.file", file=name_file(batch))))
    if batch.sha256:
        st.html(f'<span class="tk-sha">SHA-256 {look.markup(batch.sha256)}</span>')
    if batch.reason:
        st.markdown(look.plain(t("audit.reason", reason=batch.reason)))
    if batch.state == "undone":
        st.warning(t("data.batch.undone", n=batch.undone_by or 0), icon=":material/undo:")


def _show_undo(view: BatchView, undoing: Undoing) -> None:
    with st.expander(t("data.undo"), icon=":material/undo:"):
        if undoing.later:
            st.warning(t("data.undo.later", batches=", ".join(map(str, reversed(undoing.later)))))
            return
        st.markdown(t("data.undo.does", removed=undoing.removed, restored=undoing.restored))
        if undoing.kept:
            st.caption(t("data.undo.kept", n=undoing.kept))
        with st.form(f"undo {view.batch.id}", border=False):
            reason = st.text_area(t("data.undo.reason"), max_chars=2000, height=80)
            sent = st.form_submit_button(t("data.undo.do"), icon=":material/undo:")
        if not sent:
            return
        if not reason.strip():
            st.error(t("data.undo.no_reason"))
            return
        done = attempt(lambda: undo_batch(database(), view.batch.id, act(), reason))
        if done is not None:
            note_done(t("data.undo.done", removed=done[0].deleted, restored=done[0].changed))
            st.rerun()
