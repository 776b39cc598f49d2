"""The programme's import on screen: a file checked, what it would change, kept when confirmed; its template."""

from __future__ import annotations

import streamlit as st

from tracker.services.import_terms import Source
from tracker.services.programme_import import (
    MOST_BYTES,
    Preview,
    make_programme_template,
    preview_programme,
    store_programme,
)
from tracker.services.running import database
from tracker.ui import look
from tracker.ui.data_preview import show_preview
from tracker.ui.doing import act, attempt, do
from tracker.ui.downloads import ICONS, offer
from tracker.ui.shell import language, t

_TYPES = ["xlsx", "xls", "ods", "csv"]
_NAMED = 10


def show_import(campaign: str) -> None:
    """Hand a file in, look at what it would do, and keep it."""
    st.markdown(t("programme.import.explained"))
    _show_templates(campaign)
    limit = MOST_BYTES // 1_000_000
    file = st.file_uploader(t("programme.file", limit=limit), _TYPES, max_upload_size=limit, key="programme file")
    if file is None:
        return
    source = Source(file.name, file.getvalue())
    found = attempt(lambda: preview_programme(database(), campaign, source, act()))
    if found is not None:
        _show_preview(campaign, source, found[0])


def _show_templates(campaign: str) -> None:
    opened = st.popover(t("programme.template"), icon=":material/download:", key="programme template", on_change="rerun")
    if not opened.open:
        return
    with opened:
        st.caption(t("programme.template.note"))
        for filled in (False, True):
            file = make_programme_template(database(), campaign, language(), act(), filled=filled)
            label = t("programme.template.filled" if filled else "programme.template.empty")
            offer(label, file, f"programme template {filled}", ICONS["xlsx"], wide=True)


def _show_preview(campaign: str, source: Source, found: Preview) -> None:
    show_preview("programme", found.report)
    if found.errors:
        st.warning(t("programme.import.mend"), icon=":material/block:")
        return
    if found.absent:
        named = ", ".join(task.number for task in found.absent[:_NAMED])
        st.info(look.plain(t("programme.import.absent", n=len(found.absent), named=named)), icon=":material/info:")
    if found.dropped:
        st.info(t("programme.import.dropped", n=found.dropped), icon=":material/info:")
    count = len(found.new) + len(found.changed)
    if not count:
        st.success(t("programme.import.same"), icon=":material/task_alt:")
        return
    if st.button(t("programme.import.do", n=count), type="primary", icon=":material/save:", key="programme keep"):
        do(lambda engine: store_programme(engine, campaign, source, found.basis, act()), t("programme.imported", n=count))
