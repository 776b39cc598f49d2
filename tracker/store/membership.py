"""Units' clusters by date, and what clusters are called."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection, select

from tracker.store.rule_tables import Cluster, Membership

MEMBERSHIP = Membership.__table__  # type: ignore[attr-defined]
CLUSTER = Cluster.__table__  # type: ignore[attr-defined]

ClusterNames = Mapping[str, Mapping[str, str]]


def moved_by(connection: Connection, day: date) -> dict[str, str | None]:
    """The cluster, on that day, of every unit that was moved by then; the others are where their case file says."""
    m = MEMBERSHIP.c
    rows = connection.execute(select(m.unit, m.cluster).where(m.since <= day).order_by(m.since))
    # Of a unit's rows the newest comes last, and stays.
    return {unit: cluster for unit, cluster in rows}  # noqa: C416 (dict() would take the result for a mapping)


def load_names(connection: Connection) -> ClusterNames:
    """What each cluster that has a name is called, by language."""
    rows = connection.execute(select(CLUSTER.c.code, CLUSTER.c.name_vi, CLUSTER.c.name_en))
    return {row.code: {"vi": row.name_vi, "en": row.name_en} for row in rows}
