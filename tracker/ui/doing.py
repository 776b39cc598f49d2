"""What somebody does on a page: done, and the page drawn anew with a word of it; or why not, where the form stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import streamlit as st

from tracker.core.problems import Problem, RefusedError, UsageError
from tracker.services.access import Verb
from tracker.services.act import Act
from tracker.services.database import Database
from tracker.services.running import database, now
from tracker.services.sessions import look as look_up
from tracker.text import say_problem, say_usage
from tracker.ui import look
from tracker.ui.shell import actor, handle, language, t

Result = TypeVar("Result")
_SAID = "done words"


def act() -> Act:
    """What is done on this screen now: by whom, when, and under which sign-in."""
    moment = now()
    return Act(actor(), moment.date(), moment, handle() or "")


def may(verb: Verb) -> bool:
    """Whether whoever looks may do it to something; only to leave out what would be refused anyway."""
    return verb in look_up(database(), actor()).verbs


def do(work: Callable[[Database], object], done: str = "") -> None:
    """Do it, then draw the page anew saying `done` above it; what is refused is said here and nothing else happens."""
    if explained(lambda: work(database())):
        note_done(done)
        st.rerun()


def explained(work: Callable[[], object]) -> bool:
    """Whether it could be done; why not is said here."""
    return attempt(work) is not None


def attempt(work: Callable[[], Result]) -> tuple[Result] | None:
    """What it gave, as the one of a tuple; None once it has been said here why it could not be done."""
    try:
        return (work(),)
    except RefusedError as error:
        for problem in error.problems:
            st.error(look.plain(say_problem(language(), worded(problem))), icon=":material/error:")
    except UsageError as error:
        st.error(look.plain(say_usage(language(), error)), icon=":material/error:")
    return None


def worded(problem: Problem) -> Problem:
    """The problem with its column called as people call it."""
    column = problem.place.column
    if not column:
        return problem
    try:
        named = t(f"column.{column}")
    except KeyError:
        named = column
    return replace(problem, place=replace(problem.place, column=named))


def note_done(done: str) -> None:
    """Remember what was done, to be said once the page is drawn anew."""
    st.session_state[_SAID] = done


def show_done() -> None:
    """Say once what was done just before this page was drawn anew."""
    if said := st.session_state.pop(_SAID, ""):
        st.toast(t("doing.done"), icon=":material/check_circle:")  # the form may stand far below
        st.success(look.plain(said), icon=":material/check_circle:")
