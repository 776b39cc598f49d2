"""What somebody does on a page: done, and the page drawn anew with a word of it; or why not, where the form stands."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from tracker.core.problems import RefusedError, UsageError
from tracker.services.access import Verb
from tracker.services.act import Act
from tracker.services.database import Database
from tracker.services.running import database, now
from tracker.services.sessions import look as look_up
from tracker.text import say_problem, say_usage
from tracker.ui import look
from tracker.ui.shell import actor, language, t

_SAID = "done words"


def act() -> Act:
    """What is done on this screen now: by whom, and when."""
    moment = now()
    return Act(actor(), moment.date(), moment)


def may(verb: Verb) -> bool:
    """Whether whoever looks may do it to something; only to leave out what would be refused anyway."""
    return verb in look_up(database(), actor()).verbs


def do(work: Callable[[Database], object], done: str = "") -> None:
    """Do it, then draw the page anew saying `done` above it; what is refused is said here and nothing else happens."""
    if explained(lambda: work(database())):
        st.session_state[_SAID] = done
        st.rerun()


def explained(work: Callable[[], object]) -> bool:
    """Whether it could be done; why not is said here."""
    try:
        work()
    except RefusedError as error:
        for problem in error.problems:
            st.error(look.plain(say_problem(language(), problem)), icon=":material/error:")
        return False
    except UsageError as error:
        st.error(look.plain(say_usage(language(), error)), icon=":material/error:")
        return False
    return True


def show_done() -> None:
    """Say once what was done just before this page was drawn anew."""
    if said := st.session_state.pop(_SAID, ""):
        st.toast(t("doing.done"), icon=":material/check_circle:")  # the form may stand far below
        st.success(look.plain(said), icon=":material/check_circle:")
