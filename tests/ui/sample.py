"""A small sample province, and a real database of one office, behind the pages of a test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tracker.services import running
from tracker.services.database import open_database
from tracker.services.demo import Size, load_province

from .protocol import ROOT


@pytest.fixture(scope="session")
def province_file(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("province") / "sample.db"
    path.write_bytes(sqlite_template.read_bytes())
    engine = open_database(f"sqlite:///{path}")
    load_province(engine, Size(communes=16, dossiers=20_000))
    engine.dispose()
    return path


@pytest.fixture
def sample_province(province_file: Path) -> Iterator[None]:
    """Pages show the sample province."""
    with shown(province_file):
        yield


@contextmanager
def shown(path: Path) -> Iterator[None]:
    """Pages show the database of that file."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRACKER_DATABASE_URL", f"sqlite:///{path}")
        running.database.cache_clear()
        yield
    running.database().dispose()
    running.database.cache_clear()


def open_page(page: str, lang: str = "vi", **query: str) -> AppTest:
    """The page as a link opens it. The board runs before it, in Vietnamese, and is asked for the same result."""
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
    _ask(app, {name: value for name, value in query.items() if name in ("c", "p", "d")})
    app.run().switch_page(f"pages/{page}.py")
    _ask(app, query)
    app.session_state["lang"] = lang
    return app.run()


def _ask(app: AppTest, query: dict[str, str]) -> None:
    for name, value in query.items():
        app.query_params[name] = value


def markup(app: AppTest) -> str:
    """All the markup of the page, without its style sheets."""
    return "\n".join(body for element in app.get("html") if "<style>" not in (body := element.proto.body))


def words(app: AppTest) -> str:
    """All the Markdown of the page."""
    return "\n".join(element.value for element in (*app.markdown, *app.caption, *app.title, *app.header))
