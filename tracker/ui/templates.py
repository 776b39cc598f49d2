"""Empty workbooks to fill in, and stored rows to take away, each made only when somebody asks for it."""

from __future__ import annotations

from functools import partial

import streamlit as st

from tracker.services.case_export import Asked, export_cases
from tracker.services.exports import Download, Ending
from tracker.services.running import database
from tracker.services.templates import make_template, template_kinds
from tracker.ui.doing import act, attempt
from tracker.ui.downloads import ICONS, offer
from tracker.ui.shell import actor, language, t


def show_templates(name: str = "templates") -> None:
    """Choose a kind of case file; take its template, or what is stored of it in that layout. `name`: the widgets' key."""
    kinds = template_kinds(database(), actor())
    st.markdown(t("template.explained"))
    with st.container(key=name, horizontal=True, vertical_alignment="bottom"):
        kind = st.selectbox(
            t("template.kind"), kinds, format_func=lambda code: t(f"kind.{code}"), key=f"{name} kind", width=320
        )
        opened = st.popover(t("template.get"), icon=":material/download:", key=f"{name} template", on_change="rerun")
        stored = st.popover(t("template.stored"), icon=":material/database:", key=f"{name} stored", on_change="rerun")
    if opened.open:
        with opened:
            st.caption(t("template.note"))
            file = make_template(database(), kind, language(), act())
            offer(t("download.xlsx"), file, f"{name} file", ICONS["xlsx"], wide=True)
    if stored.open:
        with stored:
            st.caption(t("template.stored.note"))
            for ending in ("xlsx", "csv"):
                made = attempt(partial(_export, kind, ending))
                if made is not None:
                    offer(t(f"download.{ending}"), made[0], f"{name} {ending}", ICONS[ending], wide=True)


def _export(kind: str, ending: Ending) -> Download:
    return export_cases(database(), Asked(kind), language(), ending, act())
