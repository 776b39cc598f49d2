"""Spans of days that must not overlap: surveys of one unit and topic, reported values of one unit and measure, tallies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, or_, select

from tracker.core.cases import REPORTED, SURVEYS, TALLIES, Kind
from tracker.store.tables import live

# What two rows have in common whose spans may not overlap. The tallies of a unit make one sheet for a span.
SAME: Mapping[str, tuple[str, ...]] = {
    SURVEYS.name: ("unit", "topic"),
    REPORTED.name: ("unit", "measure"),
    TALLIES.name: ("unit",),
}


def find_overlap(connection: Connection, kind: Kind) -> tuple[str, Any, Any] | None:
    """Two stored spans of one key that overlap, told by the key and days of one of them; None where all is well."""
    if kind.name not in SAME:
        return None
    one, other = live(kind), live(kind).alias("other")
    query = select(*_told(kind, one)).join_from(one, other, _clash(kind, one.c, other.c))
    row = connection.execute(query.limit(1)).first()
    return None if row is None else ("/".join(row[:-2]), row[-2], row[-1])


def overlapping_spans(connection: Connection, kind: Kind, stage: Table) -> list[tuple[str, Any, Any]]:
    """Staged rows that overlap a stored span of the same key without being it: key, first day, last day."""
    if kind.name not in SAME:
        return []
    table = live(kind)
    query = select(*_told(kind, stage)).distinct()
    found = connection.execute(query.join_from(stage, table, _clash(kind, table.c, stage.c)))
    return [("/".join(row[:-2]), row[-2], row[-1]) for row in found]


def _told(kind: Kind, table: Any) -> list[Any]:
    return [table.c[name] for name in (*SAME[kind.name], "period_from", "period_to")]


def _clash(kind: Kind, one: Any, other: Any) -> ColumnElement[bool]:
    """True for two rows of one key whose spans share days and are not the same span.

    A tally of all dossiers and one of some of them clash even over the same days: the unit would be counted twice.
    """
    same = and_(*(one[name] == other[name] for name in SAME[kind.name]))
    share = and_(one.period_from <= other.period_to, one.period_to >= other.period_from)
    unlike = [one.period_from != other.period_from, one.period_to != other.period_to]
    if kind is TALLIES:
        unlike.append((one.procedure == "") != (other.procedure == ""))
    return and_(same, share, or_(*unlike))
