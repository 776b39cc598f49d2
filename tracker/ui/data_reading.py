"""How a file is read, on screen: kind and sheets to confirm, what the reading asks, and its columns beside ours."""

from __future__ import annotations

import streamlit as st

from tracker.services.job_choices import KIND_NAMES, OPTIONS, answered, asked_of, sheets_of
from tracker.services.job_states import Job, JobFile
from tracker.services.job_worker import wake
from tracker.services.jobs import read_anew
from tracker.services.running import database, now
from tracker.ui.doing import act, explained
from tracker.ui.shell import t

# Some answers are signs that cannot stand in a key of words.
_KEYS = {",": "comma", ";": "semicolon", "|": "bar"}
_ALWAYS = ("encoding", "delimiter", "date_order", "year_base", "century")


def show_reading(job: Job, file: JobFile) -> None:
    """The questions that are open, and in a fold everything else that can be chosen."""
    asked, sheets = asked_of(file), sheets_of(file)
    unknown = any(found.kind is None for found in file.tables)
    with (
        st.expander(t("data.reading"), icon=":material/tune:", expanded=bool(asked) or unknown),
        st.form(f"reading {file.id} {job.digest[:16]}", border=False),
    ):
        if asked or unknown:
            st.markdown(t("data.reading.asked"))
        answers: dict[str, str] = {}
        grid = st.grid(3, min_column_width=220)
        kind = file.choices.kind or ""
        answers["kind"] = _pick(grid, file, "kind", ("", *KIND_NAMES), kind)
        for name in (*asked, *(name for name in _ALWAYS if name not in asked)):
            given = getattr(file.choices, name)
            answers[name] = _pick(grid, file, name, ("", *asked.get(name, OPTIONS[name])), str(given or ""))
        row = grid.text_input(t("reading.header_row"), str(file.choices.header_row or ""), key=f"{file.id} header_row")
        answers["header_row"] = (row or "").strip()
        taken = None
        if sheets:
            read = [found.sheet for found in file.tables if found.sheet]
            picked = st.multiselect(t("reading.sheets"), sheets, read, key=f"{file.id} sheets")
            taken = picked if set(picked) != set(read) else file.choices.sheets
        if not st.form_submit_button(t("data.read_anew"), icon=":material/refresh:"):
            return
    if explained(lambda: _read_anew(job, file, answers, taken)):
        wake(database(), now)
        st.rerun()


def _read_anew(job: Job, file: JobFile, answers: dict[str, str], sheets: list[str] | tuple[str, ...] | None) -> None:
    choices = answered(file.choices, answers, sheets)
    read_anew(database(), job.id, {file.id: choices}, act())


def _pick(grid: object, file: JobFile, name: str, options: tuple[str, ...], chosen: str) -> str:
    index = options.index(chosen) if chosen in options else 0
    picked = grid.selectbox(  # type: ignore[attr-defined]
        t(f"reading.{name}"), options, index, format_func=lambda code: _words(name, code), key=f"{file.id} {name}"
    )
    return str(picked or "")


def _words(name: str, code: str) -> str:
    if not code:
        return t("reading.by_itself")
    if name == "kind":
        return t(f"kind.{code}")
    return code if name == "century" else t(f"reading.{name}.{_KEYS.get(code, code)}")
