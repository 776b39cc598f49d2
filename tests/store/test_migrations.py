"""The migrations make exactly the tables the code speaks of."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from tracker.services.database import upgrade
from tracker.store import (  # noqa: F401 (their tables join the metadata)
    audit,
    decision_tables,
    hearing_tables,
    job_tables,
    paper_tables,
    people,
    period_tables,
    profiles,
    programme_tables,
    rule_tables,
    work_tables,
)
from tracker.store.engine import reading
from tracker.store.tables import metadata


def test_migrated_tables_are_the_tables_of_the_code(engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, metadata) == []


def test_upgrading_twice_changes_nothing(engine):
    upgrade(engine)
    with reading(engine) as connection:
        assert connection.execute(text("SELECT count(*) FROM state")).scalar() == 1
