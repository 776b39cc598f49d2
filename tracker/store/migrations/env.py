"""Runs the migrations on the connection the application hands over."""

from __future__ import annotations

from alembic import context

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
from tracker.store.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, compare_type=True)
with context.begin_transaction():
    context.run_migrations()
connection.commit()
