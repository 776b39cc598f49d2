"""The data page's home: hand files in, what is under way, and everything that was imported."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from tracker.services.batches import list_batches
from tracker.services.entry_saving import FORM, entry_units
from tracker.services.imports import Source
from tracker.services.job_states import Job
from tracker.services.job_worker import wake
from tracker.services.jobs import MAX_BYTES, MAX_FILES, list_jobs, submit_job
from tracker.services.running import database, now
from tracker.text import moment, number
from tracker.ui import look
from tracker.ui.audit import name_actor
from tracker.ui.doing import act, attempt
from tracker.ui.pickers import show_notice
from tracker.ui.shell import actor, language, link, t
from tracker.ui.tables import Head, Markup, Row, table
from tracker.ui.tables import link as anchor
from tracker.ui.templates import show_templates

JOB, BATCH, PAGE = "lan", "lo", "n"
PAGE_SIZE = 50
_TYPES = ["xlsx", "xls", "ods", "csv", "tsv", "txt", "json", "zip"]
_JOBS_SHOWN, _NAMES_SHOWN = 8, 2


def show_home() -> None:
    """The form to hand files in, the newest jobs, and the batches."""
    st.markdown(t("data.explained"))
    _show_upload()
    with st.expander(t("template.section"), icon=":material/table_view:"):
        show_templates("data templates")
    jobs = list_jobs(database(), actor(), _JOBS_SHOWN)
    if jobs:
        st.header(t("data.jobs"))
        st.html(_jobs_table(jobs))
    st.header(t("data.history"))
    batches = list_batches(database(), actor())
    if not batches:
        advice = "data.none.own" if entry_units(database(), actor()) else "data.none.advice"
        show_notice(t("data.none"), t(advice), icon=":material/inbox:")
        return
    page = page_in_link(len(batches))
    st.html(_batches_table(batches[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]))
    show_pages(len(batches), page, "batches page")


def _show_upload() -> None:
    limit = MAX_BYTES // 1_000_000
    with st.form("hand in", border=True, clear_on_submit=True):
        files = st.file_uploader(
            t("data.files", n=MAX_FILES, limit=limit),
            _TYPES,
            accept_multiple_files=True,
            max_upload_size=limit,
            key="case files",
        )
        st.caption(t("data.files.advice"))
        sent = st.form_submit_button(t("data.check"), type="primary", icon=":material/fact_check:")
    if not sent:
        return
    sources = [Source(file.name, file.getvalue()) for file in files or ()]
    made = attempt(lambda: submit_job(database(), sources, act(), language()))
    if made is not None:
        wake(database(), now)
        st.query_params[JOB] = str(made[0])
        st.rerun()


def _jobs_table(jobs: Sequence[Job]) -> Markup:
    heads = [
        Head(t("data.job"), code=True),
        Head(t("data.handed_in"), code=True),
        Head(t("data.files.names"), wide=True),
        Head(t("audit.actor")),
        Head(t("data.state"), wide=True),
    ]
    rows = (
        Row(
            [
                anchor(t("data.job.n", n=job.id), link("data", **{JOB: str(job.id)})),
                look.markup(moment(language(), job.made_at)),
                look.markup(_name_some(job.names)),
                look.markup(name_actor(job.made_by)),
                f'<span class="tk-pill">{look.markup(t(f"job.state.{job.state}"))}</span>'
                + (f"<small>{look.markup(say_message(job))}</small>" if job.message else ""),
            ]
        )
        for job in jobs
    )
    return table(t("data.jobs"), heads, rows)


def _name_some(names: Sequence[str]) -> str:
    more = len(names) - _NAMES_SHOWN
    said = ", ".join(names[:_NAMES_SHOWN])
    return t("data.files.more", names=said, n=more) if more > 0 else said


def say_message(job: Job) -> str:
    """The job's message in words; "" where it has none."""
    return t(job.message, **job.args) if job.message else ""


def _batches_table(batches: Sequence[Any]) -> Markup:
    heads = [
        Head(t("data.batch"), code=True),
        Head(t("data.when"), code=True),
        Head(t("audit.actor")),
        Head(t("data.what"), wide=True),
        Head(t("data.new"), figures=True),
        Head(t("data.changed"), figures=True),
        Head(t("data.unchanged"), figures=True),
        Head(t("data.left_out"), figures=True),
        Head(t("data.state")),
    ]
    return table(t("data.history"), heads, (Row(_batch_cells(batch)) for batch in batches))


def _batch_cells(batch: Any) -> list[Markup]:
    counts = (batch.new_rows, batch.changed_rows, batch.unchanged_rows, batch.refused_rows)
    file = f"<small>{look.markup(name_file(batch))}</small>" if batch.file else ""
    digest = f'<small class="tk-sha">{look.markup(batch.sha256[:16])}</small>' if batch.sha256 else ""
    state = "" if batch.state == "live" else f'<span class="tk-pill tk-pill-bad">{look.markup(t("data.undone"))}</span>'
    return [
        anchor(str(batch.id), link("data", **{BATCH: str(batch.id)})),
        look.markup(moment(language(), batch.made_at)),
        look.markup(name_actor(batch.actor)),
        f"{look.markup(name_act(batch))}{file}{digest}",
        *(look.markup(number(language(), count)) for count in counts),
        state,
    ]


def name_act(batch: Any) -> str:
    """What a batch is: an import of some kind, a deletion, an undoing."""
    kind = t(f"kind.{batch.kind}")
    return kind if batch.action == "import" else t(f"data.act.{batch.action}", kind=kind)


def name_file(batch: Any) -> str:
    """The file, and the sheet where there is one; the grid for what was typed in."""
    if batch.file == FORM:
        return t("nav.entry")
    return f"{batch.file} – {batch.sheet}" if batch.sheet else str(batch.file)


def page_in_link(total: int) -> int:
    """The page the link asks for, within what there is."""
    written = st.query_params.get(PAGE, "")
    asked = int(written) if written.isascii() and written.isdigit() and len(written) < 7 else 1
    return max(1, min(asked, (total - 1) // PAGE_SIZE + 1))


def show_pages(total: int, page: int, key: str) -> None:
    """The switch between pages, if there are several."""
    pages = (total - 1) // PAGE_SIZE + 1
    if pages <= 1:
        return

    def follow() -> None:
        st.query_params[PAGE] = str(st.session_state[key])

    st.pagination(pages, default=page, key=key, on_change=follow)


def asked_number(name: str) -> int:
    """The number the link names; 0, which nothing has, where it names none."""
    written = st.query_params.get(name, "")
    return int(written) if written.isascii() and written.isdigit() and len(written) < 10 else 0


def show_back() -> None:
    """The way back to the home of the page."""
    st.page_link("pages/data.py", label=t("data.back"), icon=":material/arrow_back:")
