"""On a screen: whoever does something while an import is being stored is told so above the page, and it is done."""

from __future__ import annotations

import threading
import time
from contextlib import nullcontext

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from tracker.store import engine as store
from tracker.ui.waiting import show_waiting


@pytest.fixture
def shown():
    show_waiting()
    yield
    store.tell_waiting(nullcontext)


def screen() -> None:
    import streamlit as st
    from sqlalchemy import text

    from tracker.services.running import database
    from tracker.store.engine import writing

    st.session_state["lang"] = "en"
    if st.button("write"):
        with writing(database()) as connection:
            connection.execute(text("UPDATE state SET data_version = 77"))
        st.write("written")


@pytest.mark.usefixtures("shown")
def test_a_screen_says_that_it_waits_and_then_goes_on(province):
    app = AppTest.from_function(screen, default_timeout=10).run()
    taken = threading.Event()

    def hold() -> None:
        with store.writing(province):
            taken.set()
            time.sleep(1.6)

    holder = threading.Thread(target=hold)
    holder.start()
    taken.wait()
    app.button[0].click().run()
    holder.join()
    assert not app.exception
    assert [toast.value for toast in app.toast] == ["The waiting is over; going on."]  # in the place of what it said before
    assert app.markdown[0].value == "written"
    with store.reading(province) as connection:
        assert connection.execute(text("SELECT data_version FROM state")).scalar() == 77
