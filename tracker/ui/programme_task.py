"""One task of the programme: all that is said of it, every word since, and the form to say how far it has come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import streamlit as st

from tracker.core.programme import State
from tracker.services.access import Verb
from tracker.services.programme import (
    MOST_NOTE,
    Programme,
    Report,
    Task,
    list_words,
    report_progress,
    rights_to,
    show_programme,
)
from tracker.services.running import database, today
from tracker.text import day, moment
from tracker.ui import look
from tracker.ui.doing import act, do
from tracker.ui.pickers import CAMPAIGN, DAY_FORMATS, show_notice
from tracker.ui.programme import TASK, pill, say_deadline, say_state
from tracker.ui.shell import actor, language, link, t
from tracker.ui.tables import Head, Markup, Row, table
from tracker.ui.tables import link as anchor

__all__ = ["TASK", "show_task"]


def show_task(campaign: str, number: str) -> None:
    """The task of that number, with the form for whoever may report on it."""
    back = link("programme", **{CAMPAIGN: campaign})
    found = show_programme(database(), campaign, today(), actor())
    task = found.find(number)
    if task is None:
        show_notice(t("programme.unknown", number=number), links=[(t("programme.back"), back)])
        return
    st.html(f'<p class="tk-programme-back">← {anchor(t("programme.back"), back)}</p>')
    st.header(look.plain(t("programme.task", number=task.number)))
    st.html(f'<dl class="tk-programme-facts">{"".join(_facts(found, task))}</dl>')
    rights = rights_to(database(), actor(), task.content.unit)
    if Verb.REPORT_PROGRESS in rights and (task.state is not State.DROPPED or Verb.KEEP_PROGRAMME in rights):
        _show_form(campaign, task, keeps=Verb.KEEP_PROGRAMME in rights)
    words = list_words(database(), campaign, number, actor())
    st.header(t("programme.history"))
    st.html(table(t("programme.history"), _heads(), _history(words, told=bool(rights))))


def _facts(found: Programme, task: Task) -> Iterator[Markup]:
    said = task.content
    facts = {
        "column.task": look.markup(said.task),
        "column.area": look.markup(said.area),
        "column.body": look.markup(found.name_of(task)),
        "column.cooperating": look.markup(said.cooperating),
        "column.deadline": say_deadline(found, task),
        "column.product": look.markup(said.product),
        "programme.standing": f"{pill(found.standing(task))}<small>{look.markup(say_state(found, task))}</small>",
    }
    return (f"<dt>{look.markup(t(key))}</dt><dd>{fact}</dd>" for key, fact in facts.items() if fact)


def _show_form(campaign: str, task: Task, *, keeps: bool) -> None:
    states = [state for state in State if keeps or state is not State.DROPPED]
    key = f"progress.{campaign}.{task.number}.{task.id}"
    st.header(t("programme.report"))
    with st.container(border=True, key="card_progress"), st.form(key, border=False, enter_to_submit=False):
        name = partial(st.segmented_control, required=True, key=f"{key}.state.{language()}")
        state = name(t("programme.standing"), states, format_func=_name_state, default=task.state)
        done_on = st.date_input(
            t("programme.day_done"),
            task.done_on or today(),
            key=f"{key}.day.{language()}",
            format=DAY_FORMATS[language()],
            width=200,
        )
        note = st.text_area(t("programme.note"), key=f"{key}.note", max_chars=MOST_NOTE, height=90)
        st.caption(t("programme.report.how"))
        if st.form_submit_button(t("programme.report.do"), type="primary", icon=":material/task_alt:"):
            said = State(state or task.state)
            report = Report(task.number, said, note or "", done_on if said is State.DONE else None, task.id)
            do(lambda engine: report_progress(engine, campaign, report, act()), t("programme.reported"))


def _name_state(state: State) -> str:
    return t(f"programme.standing.{state}")


def _heads() -> list[Head]:
    return [Head(t("data.when")), Head(t("programme.standing")), Head(t("programme.said"), wide=True, prose=True)]


def _history(words: Sequence[Task], *, told: bool) -> Iterator[Row]:
    """Every word with what the programme changed by it; who said it is told to those who may say something themselves."""
    for word, before in zip(words, [*words[1:], None], strict=True):
        at = look.markup(moment(language(), word.made_at)) if word.made_at else ""
        who = f"<small>{look.markup(word.made_by)}</small>" if told else ""
        done = f"<small>{look.markup(day(language(), word.done_on))}</small>" if word.done_on else ""
        yield Row([f"{at}{who}", f"{look.markup(_name_state(word.state))}{done}", _said(word, before)])


def _said(word: Task, before: Task | None) -> Markup:
    if before is None:
        return look.markup(t("programme.entered"))
    changed = before.content.differences(word.content)
    if not changed:
        return look.markup(word.note)
    lines = (t("programme.changed", column=t(f"column.{name}"), old=old, new=new) for name, (old, new) in changed.items())
    return "".join(f"<div>{look.markup(line)}</div>" for line in lines)
