"""The app on a database of the test's own."""

from __future__ import annotations

import pytest

from tracker.services import running


@pytest.fixture
def province(sqlite_engine, monkeypatch):
    """An empty database that the app opens; fill it before the page is opened."""
    monkeypatch.setenv("TRACKER_DATABASE_URL", sqlite_engine.url.render_as_string(hide_password=False))
    running.database.cache_clear()
    yield sqlite_engine
    running.database().dispose()
    running.database.cache_clear()
