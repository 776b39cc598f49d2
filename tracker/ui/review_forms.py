"""The forms of a review: who is charged with an indicator, and what shows that it is done."""

from __future__ import annotations

from functools import partial

import streamlit as st

from tracker.services.heads import who
from tracker.services.review import MOST_NAMED, MOST_SAID, Assignment, Closing, Review, assign, close
from tracker.services.review_tasks import Charge, Task, usual_due
from tracker.services.running import today
from tracker.services.standings import Question
from tracker.services.typed import STATEMENT_LENGTH
from tracker.text import pick
from tracker.ui import look
from tracker.ui.doing import act, do
from tracker.ui.pickers import DAY_FORMATS
from tracker.ui.shell import choice, language, t

CHOSEN = "ct"


def show_forms(question: Question, found: Review) -> None:
    """One indicator, picked from what is weak or still open, with the form that charges somebody and the one that closes."""
    titles = {one.line.code: one.view.title for one in found.weak}
    titles |= {one.task.indicator: one.title for one in found.tasks if one.task.is_open and one.task.indicator not in titles}
    if not titles:
        return
    st.header(t("review.assign"))
    with st.container(border=True, key="card_review"):
        draw = partial(st.selectbox, width="stretch")
        code = choice(t("head.indicator"), list(titles), lambda one: pick(language(), titles[one]), CHOSEN, draw)
        task = next((one.task for one in found.weak if one.line.code == code), None)
        task = task or next((one.task for one in found.tasks if one.task.indicator == code and one.task.is_open), None)
        _show_assign(question, found, code, task)
        if task is not None and task.is_open:
            _show_close(question, found, task)


def _show_assign(question: Question, found: Review, code: str, task: Task | None) -> None:
    head = found.head_of(code, today())
    proposed = Charge("", "" if head is None else who(head), "", usual_due(today()))
    charge = task.charge if task is not None and task.is_open else proposed
    key = f"review.{found.unit}.{code}.{task.id if task else 0}"
    if head is not None:
        key += f".{head.since}"  # somebody else, proposed anew
    with st.form(key, border=False, enter_to_submit=False):
        with st.container(horizontal=True):
            collective = st.text_input(
                t("review.collective"), charge.collective, key=f"{key}.collective", max_chars=MOST_NAMED
            )
            person = st.text_input(t("review.person"), charge.person, key=f"{key}.person", max_chars=MOST_NAMED)
            due = st.date_input(t("review.due"), charge.due, key=f"{key}.due", format=DAY_FORMATS[language()], width=165)
        action = st.text_input(t("review.action"), charge.action, key=f"{key}.action", max_chars=MOST_SAID)
        label = t("review.change" if task is not None and task.is_open else "review.assign.do")
        if st.form_submit_button(label, icon=":material/assignment_ind:", type="primary"):
            said = Charge(collective or "", person or "", action or "", due or charge.due)
            wanted = Assignment(code, said, task.id if task else 0)
            do(lambda engine: assign(engine, question, found.unit, wanted, act()), t("review.assigned"))


def _show_close(question: Question, found: Review, task: Task) -> None:
    key = f"review.close.{found.unit}.{task.indicator}.{task.id}"
    with st.form(key, border=False, enter_to_submit=False):
        note = st.text_area(look.plain(t("review.evidence.label")), key=f"{key}.note", max_chars=STATEMENT_LENGTH, height=90)
        if st.form_submit_button(t("review.close"), icon=":material/task_alt:"):
            closing = Closing(task.indicator, note or "", task.id)
            do(lambda engine: close(engine, question, found.unit, closing, act()), t("review.closed"))
