"""Spans of days that must not overlap: surveys of one unit and topic, reported values of one unit and measure."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table, and_, or_, select

from tracker.core.cases import REPORTED, SURVEYS, Kind
from tracker.store.tables import live

_SAME = {SURVEYS.name: ("unit", "topic"), REPORTED.name: ("unit", "measure")}


def find_overlap(connection: Connection, kind: Kind) -> tuple[str, Any, Any] | None:
    """Two stored spans of one key that overlap, told by the key and days of one of them; None where all is well."""
    if kind.name not in _SAME:
        return None
    one, other = live(kind), live(kind).alias("other")
    names = _SAME[kind.name]
    same = and_(*(one.c[name] == other.c[name] for name in names))
    later = and_(one.c.period_from <= other.c.period_to, one.c.period_to >= other.c.period_from)
    different = or_(one.c.period_from != other.c.period_from, one.c.period_to != other.c.period_to)
    query = select(*(one.c[name] for name in names), one.c.period_from, one.c.period_to)
    row = connection.execute(query.join_from(one, other, and_(same, later, different)).limit(1)).first()
    return None if row is None else ("/".join(row[: len(names)]), row[-2], row[-1])


def overlapping_spans(connection: Connection, kind: Kind, stage: Table) -> list[tuple[str, Any, Any]]:
    """Staged rows that overlap a stored span of the same key without being it: key, first day, last day."""
    if kind.name not in _SAME:
        return []
    table = live(kind)
    same = and_(*(table.c[name] == stage.c[name] for name in _SAME[kind.name]))
    overlap = and_(table.c.period_from <= stage.c.period_to, table.c.period_to >= stage.c.period_from)
    other = or_(table.c.period_from != stage.c.period_from, table.c.period_to != stage.c.period_to)
    names = _SAME[kind.name]
    query = select(*(stage.c[name] for name in names), stage.c.period_from, stage.c.period_to).distinct()
    found = connection.execute(query.join_from(stage, table, and_(same, overlap, other)))
    return [("/".join(row[: len(names)]), row[-2], row[-1]) for row in found]
