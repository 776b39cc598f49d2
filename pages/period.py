"""A period's life: each step proposed by one person and approved by another, with everything that must be seen before."""

from functools import partial

import streamlit as st

from tracker.services.bundles import zip_bundle
from tracker.services.life import answer_step, approve_step, propose_step
from tracker.services.life_view import LifeView, comparisons, view_life
from tracker.services.running import database, today
from tracker.services.steps import Step, Where
from tracker.services.verifying import verify_period
from tracker.ui import differences, period, period_styles, tables
from tracker.ui.doing import act, do, show_done
from tracker.ui.pickers import pick_period
from tracker.ui.shell import actor, choice, open_page, t


def propose(where: Where, step: Step, reason: str) -> None:
    """Propose the step."""
    with st.spinner(t("period.working")):
        do(lambda database: propose_step(database, where, step, act(), reason), t("period.proposed"))


def answer(where: Where, done: str, step: Step, reason: str) -> None:
    """Approve, refuse or withdraw what was proposed."""
    with st.spinner(t("period.working")):
        if done == "approve":
            do(lambda database: approve_step(database, where, step, act()), t("period.approved"))
        else:
            do(lambda database: answer_step(database, where, act(), reason), t("period.answered"))


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
show_done()
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
    st.header(t("period.revisions"))
    period.show_revisions(view)
    st.header(t("period.proof"))
    of_period = (database(), where.campaign, where.period, actor())
    period.show_proof(partial(verify_period, *of_period), partial(zip_bundle, *of_period))
