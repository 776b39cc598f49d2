"""A period's life: each step proposed by one person and approved by another, with everything that must be seen before."""

from functools import partial

import streamlit as st

from tracker.core.problems import RefusedError, UsageError
from tracker.services.access import DeniedError
from tracker.services.bundles import zip_bundle
from tracker.services.life import answer_step, approve_step, propose_step
from tracker.services.life_view import LifeView, comparisons, view_life
from tracker.services.running import act, database, today
from tracker.services.steps import Step, Where
from tracker.services.verifying import verify_period
from tracker.ui import differences, period, period_styles, tables
from tracker.ui.pickers import pick_period
from tracker.ui.shell import actor, choice, open_page, t


def propose(where: Where, step: Step, reason: str) -> None:
    """Propose the step, and draw the page anew; say what is in the way otherwise."""
    with st.spinner(t("period.working")):
        try:
            propose_step(database(), where, step, act(actor()), reason)
        except (RefusedError, UsageError, DeniedError) as failure:
            period.tell(failure)
            return
    st.rerun()


def answer(where: Where, done: str, step: Step, reason: str) -> None:
    """Approve, refuse or withdraw, and draw the page anew; say what is in the way otherwise."""
    with st.spinner(t("period.working")):
        try:
            if done == "approve":
                approve_step(database(), where, step, act(actor()))
            else:
                answer_step(database(), where, act(actor()), reason)
        except (RefusedError, UsageError, DeniedError) as failure:
            period.tell(failure)
            return
    st.rerun()


def show_differences(view: LifeView) -> None:
    """What moved between two results the visitor chooses."""
    pairs = comparisons(view)
    if not pairs:
        return
    st.header(t("difference.title"))
    chosen = choice(t("difference.which"), list(pairs), lambda code: t(f"difference.{code}"), "so", st.selectbox)
    with st.spinner(t("period.working")):
        _, after, moved = pairs[chosen](database(), today(), actor())
    differences.show_difference(after, moved)


open_page("period")
st.html(tables.STYLES + period_styles.STYLES)
st.title(t("page.period"), anchor=False)
picked = pick_period(database(), today())
if picked is None:
    st.stop()
where = Where(picked[0].code, picked[1].code)
view = view_life(database(), where, today(), actor())
period.show_way(view)
if view.pending is not None:
    period.show_waiting(view.pending, partial(answer, where))
else:
    period.show_next(view, partial(propose, where))
if view.period.state in ("frozen", "published"):
    st.header(t("period.checks"))
    period.show_checks(view)
st.header(t("period.ground"))
period.show_ground(view)
show_differences(view)
if view.steps:
    st.header(t("period.history"))
    period.show_steps(view)
if view.revisions:
    st.header(t("period.proof"))
    of_period = (database(), where.campaign, where.period, actor())
    period.show_proof(partial(verify_period, *of_period), partial(zip_bundle, *of_period))
