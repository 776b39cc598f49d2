"""The app on a database of the test's own."""

from __future__ import annotations

from datetime import datetime
from importlib import import_module
from pkgutil import iter_modules

import pytest

import tracker.ui
from tracker.services import running

# What a module takes by name from another one is what was there when it was first imported: that must be no test's patch.
for found in iter_modules(tracker.ui.__path__):
    import_module(f"tracker.ui.{found.name}")


@pytest.fixture
def province(sqlite_engine, monkeypatch):
    """An empty database that the app opens; fill it before the page is opened."""
    monkeypatch.setenv("TRACKER_DATABASE_URL", sqlite_engine.url.render_as_string(hide_password=False))
    running.database.cache_clear()
    yield sqlite_engine
    running.database().dispose()
    running.database.cache_clear()


@pytest.fixture
def set_clock(monkeypatch):
    """Sets the office's clock to a moment."""

    def set_to(moment: datetime) -> None:
        class Stopped(datetime):
            @classmethod
            def now(cls, tz=None):
                return moment.replace(tzinfo=tz)

        monkeypatch.setattr(running, "datetime", Stopped)

    return set_to
