"""One import job on screen: how far it is, what its check found, how it is confirmed or given up, and what came of it."""

from __future__ import annotations

import streamlit as st

from tracker.services.job_states import OVER, QUEUED, RUNNING, Job, JobFile, State
from tracker.services.job_worker import wake
from tracker.services.jobs import cancel_job, confirm_job, fetch_refused, find_job
from tracker.services.running import database, now
from tracker.services.watching import Stage
from tracker.text import moment, number
from tracker.ui import look
from tracker.ui.data import BATCH, JOB, asked_number, say_message, show_back
from tracker.ui.data_preview import show_preview
from tracker.ui.data_profiles import offer_profile
from tracker.ui.data_reading import show_questions, show_reading
from tracker.ui.doing import act, attempt, explained
from tracker.ui.downloads import offer
from tracker.ui.shell import actor, language, link, t
from tracker.ui.tables import link as anchor

_AT_WORK = (*QUEUED, *RUNNING)
_WAY = ("check", "confirm", "store")
_POLL_EVERY = "1s"


def show_asked() -> None:
    """The job the link names."""
    show_back()
    number_ = asked_number(JOB)
    found = attempt(lambda: find_job(database(), number_, actor()))
    if found is None:
        return
    (job,) = found
    st.header(t("data.job.title", n=job.id))
    _show_way(job)
    st.caption(look.plain(t("data.job.by", actor=job.made_by, at=moment(language(), job.made_at))))
    if job.state in _AT_WORK:
        _show_progress(job.id)
        return
    if job.state is State.CHECKED:
        _show_checked(job)
    else:
        _show_over(job)


def _show_way(job: Job) -> None:
    here = 0 if job.state in (State.UPLOADED, State.CHECKING) else 1 if job.state is State.CHECKED else 2
    classes = ["tk-done" if at < here or job.state is State.DONE else "tk-here" if at == here else "" for at in range(3)]
    items = "".join(
        f'<li class="{kind}">{at}. {look.markup(t(f"data.way.{name}"))}</li>'
        for at, (name, kind) in enumerate(zip(_WAY, classes, strict=True), 1)
    )
    st.html(f'<ol class="tk-steps">{items}</ol>')


@st.fragment(run_every=_POLL_EVERY)
def _show_progress(number_: int) -> None:
    """How far the job is, asked anew every second; the page is drawn again once it has come to its end."""
    found = attempt(lambda: find_job(database(), number_, actor()))
    if found is None:
        return
    (job,) = found
    if job.state not in _AT_WORK:
        st.rerun()
    st.progress(job.percent, text=_say_progress(job))
    st.caption(t("data.may_leave"))
    stoppable = job.stage != Stage.STORING or job.state in QUEUED
    label = t("data.cancelling") if job.cancel_asked else t("data.cancel")
    pressed = st.button(
        label, key=f"cancel {job.id}", icon=":material/stop_circle:", disabled=job.cancel_asked or not stoppable
    )
    if pressed and explained(lambda: cancel_job(database(), job.id, act())):
        st.rerun()


def _say_progress(job: Job) -> str:
    if job.state in QUEUED:
        return t(f"job.state.{job.state}")
    words = t(f"data.stage.{job.stage}")
    if not job.rows_total:
        return words
    done, total, rate = (number(language(), n) for n in (job.rows_done, job.rows_total, job.rate))
    return t("data.progress", stage=words, done=done, total=total, rate=rate)


def _show_checked(job: Job) -> None:
    for file in job.files:
        _show_file(job, file)
    mine = job.made_by == actor()
    with st.container(border=True, key="card_confirm"):
        if not job.ready_rows:
            st.markdown(f"**{look.plain(t('data.nothing_ready'))}**")
            st.markdown(t("data.nothing_ready.advice"))
        else:
            st.markdown(f"**{look.plain(t('data.ready', n=job.ready_rows))}**")
        good_rows = False
        if job.ready_rows and job.has_errors:
            good_rows = st.checkbox(t("data.good_rows", n=job.left_out), key=f"good {job.id} {job.digest[:16]}")
            st.caption(t("data.good_rows.advice"))
        if not mine:
            st.caption(look.plain(t("data.not_mine", actor=job.made_by)))
        with st.container(horizontal=True):
            able = mine and job.ready_rows > 0 and (good_rows or not job.has_errors)
            if job.ready_rows and st.button(
                t("data.import"), type="primary", icon=":material/save:", disabled=not able, key=f"import {job.id}"
            ):
                _confirm(job, good_rows)
            if st.button(t("data.give_up"), icon=":material/delete:", key=f"give up {job.id}"):
                _give_up(job)


def _confirm(job: Job, good_rows: bool) -> None:
    if explained(lambda: confirm_job(database(), job.id, job.digest, act(), good_rows=good_rows)):
        wake(database(), now)
        st.rerun()


def _give_up(job: Job) -> None:
    if explained(lambda: cancel_job(database(), job.id, act())):
        st.rerun()


def _show_file(job: Job, file: JobFile) -> None:
    st.subheader(look.plain(file.name), anchor=False)
    st.html(f'<span class="tk-sha">SHA-256 {look.markup(file.sha256)}</span>')
    mine = job.state is State.CHECKED and job.made_by == actor()
    if mine:
        show_questions(job, file)
    for at, found in enumerate(file.tables):
        show_preview(f"{file.id} {at} {job.digest[:8]}", found)
    if file.mendable:
        _offer_refused(job, file)
    if mine and any(found.kind or "unknown_kind" in found.counts.get("error", {}) for found in file.tables):
        show_reading(job, file)
        offer_profile(file)


def _offer_refused(job: Job, file: JobFile) -> None:
    got = attempt(lambda: fetch_refused(database(), job.id, file.id, actor()))
    if got is not None:
        offer(t("data.refused.take", n=sum(found.refused for found in file.tables)), got[0], f"refused {file.id}")
        st.caption(t("data.refused.advice"))


def _show_over(job: Job) -> None:
    said = look.plain(say_message(job))
    box = {State.DONE: st.success, State.CANCELLED: st.info}.get(job.state, st.error)
    box(said)
    assert job.state in OVER
    if job.batches:
        links = " · ".join(anchor(t("data.batch.n", n=batch), link("data", **{BATCH: str(batch)})) for batch in job.batches)
        st.html(f'<p class="tk-list">{look.markup(t("data.made"))}: {links}</p>')
    for file in job.files:
        if file.tables:
            _show_file(job, file)
