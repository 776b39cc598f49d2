"""All papers of a period in one file, on screen: asked for, how far it is, and taken away."""

from __future__ import annotations

import streamlit as st

from tracker.services.bundle_jobs import (
    AT_WORK,
    DONE,
    BundleJob,
    ask_for_bundle,
    cancel_bundle,
    fetch_bundle,
    newest_bundle,
)
from tracker.services.bundle_worker import wake
from tracker.services.running import database, now
from tracker.services.standings import Question
from tracker.text import moment
from tracker.ui.audit import name_actor
from tracker.ui.doing import act, attempt, explained
from tracker.ui.downloads import offer
from tracker.ui.look import plain
from tracker.ui.shell import actor, language, link, t
from tracker.ui.tables import link as anchor

_POLL_EVERY = "1s"


def draw_bundle(question: Question, papers: int) -> None:
    """What a bundle is, the button that begins one, and the newest one there is."""
    st.markdown(t("papers.bundle.explained"))
    verification = anchor(t("papers.bundle.other"), link("period", c=question.campaign, p=question.period))
    st.html(f'<p class="tk-muted tk-list">{verification}</p>')
    job = newest_bundle(database(), question.campaign, question.period, actor())
    if job is not None and job.state in AT_WORK:
        _show_progress(question)
        return
    label = t("papers.bundle.make", n=papers)
    if st.button(label, type="primary", icon=":material/folder_zip:", key="bundle make", disabled=not papers) and explained(
        lambda: ask_for_bundle(database(), question.campaign, question.period, act())
    ):
        wake(database(), now)
        st.rerun()
    if job is not None:
        _show_over(job)


@st.fragment(run_every=_POLL_EVERY)
def _show_progress(question: Question) -> None:
    """How far it is, asked anew every second; the page is drawn again once it is over."""
    found = attempt(lambda: newest_bundle(database(), question.campaign, question.period, actor()))
    job = found[0] if found is not None else None
    if job is None:
        return
    if job.state not in AT_WORK:
        st.rerun()
    words = t("papers.bundle.progress", done=job.done, total=job.total) if job.total else t("papers.bundle.waiting")
    st.progress(job.percent, text=words)
    st.caption(t("papers.bundle.may_leave"))
    label = t("papers.bundle.stopping") if job.cancel_asked else t("papers.bundle.stop")
    pressed = st.button(label, key="bundle stop", icon=":material/stop_circle:", disabled=job.cancel_asked)
    if pressed and explained(lambda: cancel_bundle(database(), job.id, act())):
        st.rerun()


def _show_over(job: BundleJob) -> None:
    if job.state != DONE:
        st.warning(plain(t(job.message, **job.args)), icon=":material/warning:")
        return
    with st.container(border=True, key="card_bundle"):
        st.markdown(plain(t("papers.bundle.made", actor=name_actor(job.made_by), at=moment(language(), job.made_at))))
        opened = st.popover(t("papers.bundle.take"), icon=":material/download:", key="bundle take", on_change="rerun")
        if not opened.open:
            return
        got = attempt(lambda: fetch_bundle(database(), job.id, actor()))
        if got is not None:
            (file,) = got
            with opened:
                st.caption(plain(file.name))
                offer(t("papers.download"), file, "bundle file")
