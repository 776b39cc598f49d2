"""What a service refuses, said where the form was submitted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import streamlit as st

from tracker.core.problems import Problem, RefusedError, UsageError
from tracker.text import say_problem, say_usage
from tracker.ui import look
from tracker.ui.shell import language, t

Result = TypeVar("Result")


def attempt(call: Callable[[], Result]) -> tuple[Result] | None:
    """What the call returns, as one of a tuple; None once every problem has been shown."""
    try:
        return (call(),)
    except RefusedError as refused:
        for problem in refused.problems:
            st.error(look.plain(say_problem(language(), _worded(problem))), icon=":material/error:")
    except UsageError as error:
        st.error(look.plain(say_usage(language(), error)), icon=":material/error:")
    return None


def _worded(problem: Problem) -> Problem:
    """The problem with its column called as people call it."""
    column = problem.place.column
    if not column:
        return problem
    try:
        named = t(f"column.{column}")
    except KeyError:
        named = column
    return replace(problem, place=replace(problem.place, column=named))
