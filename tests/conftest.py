"""Shared fixtures: a fresh database for a test, on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from databases import PostgresServer, Prepared, find_server, fresh_database

SHARED = Path(__file__).resolve().parents[2] / "shared"

# Files whose tests are few and long: begun first, so that the short ones fill both workers to the end.
LONG_FIRST = ("e2e", "faults", "ui", "services", "cli", "intake", "store")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long files first (xdist then hands them out in this order)."""
    rank = {folder: place for place, folder in enumerate(LONG_FIRST)}
    items.sort(key=lambda item: rank.get(item.path.parent.name, len(rank)))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of published worked examples beside the project; absent on most machines."""
    if not SHARED.is_dir():
        pytest.skip("the published examples (../shared) are not on this machine")
    return SHARED


@pytest.fixture(scope="session")
def postgres():
    """A PostgreSQL server of our own on a free port, or the one TRACKER_TEST_POSTGRESQL names."""
    url = os.environ.get("TRACKER_TEST_POSTGRESQL")
    if url:
        yield url
        return
    binaries = find_server()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed on this machine")
    with PostgresServer(binaries) as server:
        yield server.url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite database to copy."""
    from tracker.services.database import open_database, upgrade

    path = tmp_path_factory.mktemp("template") / "empty.db"
    engine = open_database(f"sqlite:///{path}")
    upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres: str) -> str:
    """The name of a migrated, empty PostgreSQL database to copy."""
    return fresh_database(postgres, "tracker_template", migrate=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path):
    """An empty, migrated database; every test that asks for it runs on both kinds."""
    from tracker.services.database import open_database

    if request.param == "sqlite":
        path = tmp_path / "test.db"
        path.write_bytes(request.getfixturevalue("sqlite_template").read_bytes())
        engine = open_database(f"sqlite:///{path}")
    else:
        server, template = request.getfixturevalue("postgres"), request.getfixturevalue("postgres_template")
        engine = open_database(fresh_database(server, template=template))
    yield engine
    engine.dispose()


@pytest.fixture
def sqlite_engine(sqlite_template: Path, tmp_path: Path):
    """An empty, migrated SQLite database, for what does not depend on the kind."""
    from tracker.services.database import open_database

    path = tmp_path / "test.db"
    path.write_bytes(sqlite_template.read_bytes())
    engine = open_database(f"sqlite:///{path}")
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def _prepared_before() -> dict[object, Prepared]:
    return {}


@pytest.fixture
def prepared(_prepared_before: dict[object, Prepared]):
    """Fills an empty database by a maker: `prepared(put_office, engine)`; what a maker once made is copied from then on."""

    def fill(make, engine):
        key = (make.__module__, make.__qualname__, engine.dialect.name)
        found = _prepared_before.get(key)
        if found is None:
            make(engine)
            _prepared_before[key] = Prepared(engine)
        else:
            found.copy_into(engine)
        return engine

    return fill
