"""Pages as an administrator sees them."""

from __future__ import annotations

import pytest
from people import put_account
from streamlit.testing.v1 import AppTest

from tracker.services import sessions
from tracker.services.access import Role

from .boards import APP


@pytest.fixture
def chief(province, monkeypatch):
    """The administrator `chief` is signed in on every screen of the test; returns the database."""
    put_account(province, "chief", Role.ADMIN)
    monkeypatch.setattr(sessions, "find", lambda *_args, **_kwargs: "chief")
    return province


def opened(page: str, lang: str = "vi", **query: str) -> AppTest:
    """The page as a link opens it."""
    app = AppTest.from_file(APP, default_timeout=60)
    app.run().switch_page(f"pages/{page}.py")
    for name, value in query.items():
        app.query_params[name] = value
    app.session_state["lang"] = lang
    app.run()
    assert not app.exception
    return app
