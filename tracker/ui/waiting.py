"""Words above the page while what somebody does there waits for an import that is being stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import add_script_run_ctx, get_script_run_ctx

from tracker.services.waiting import tell_waiting
from tracker.ui.shell import t


def show_waiting() -> None:
    """Have the writers of this server say on their screens that they wait, and for what."""
    tell_waiting(_shown)


@contextmanager
def _shown(key: str) -> Iterator[None]:
    """The words stand until the waiting is over; nothing where no screen is served, as in a download."""
    if get_script_run_ctx(suppress_warning=True) is None:
        yield
        return
    toasts: list[DeltaGenerator] = []
    _draw(lambda: toasts.append(st.toast(t(key), icon=":material/hourglass_top:", duration="infinite")))
    try:
        yield
    finally:
        _draw(lambda: toasts[0].toast(t("waiting.over"), icon=":material/check:", duration="short"))


def _draw(words: Callable[[], object]) -> None:
    """Draw beside the script: in its own thread another click would end the script here, and what was done be lost."""
    thread = Thread(target=words)
    add_script_run_ctx(thread)
    thread.start()
    thread.join()
