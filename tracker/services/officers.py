"""A unit's officers side by side: the dossiers each has handled, ranked where there are enough of them to compare."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import Connection, Engine, select

from tracker.core.cases import STAFF
from tracker.services.looking import Asked, looking_into
from tracker.services.standings import Setting
from tracker.store.officer_counts import OfficerFigures, count_officers
from tracker.store.tables import live

FEWEST_JUDGED = 10  # dossiers; of fewer a share says more about chance than about the officer


@dataclass(frozen=True, slots=True)
class OfficerLine:
    """An officer with their dossiers' figures; `rank` by the share on time, None where there are too few to compare."""

    code: str
    name: str
    title: str
    figures: OfficerFigures
    rank: int | None


@dataclass(frozen=True, slots=True)
class OfficerTable:
    """The officers of a unit: the ranked ones first, in order, then the others by code."""

    setting: Setting
    unit: str
    lines: tuple[OfficerLine, ...]


def list_officer_figures(database: Engine, asked: Asked) -> OfficerTable:
    """The officers named in the unit's dossiers of the period; denied where the actor may not see its cases."""
    with looking_into(database, asked) as (connection, setting):
        policy = setting.rulebook.rulebook.on_time
        figures = count_officers(connection, policy, setting.policy_id, setting.span, asked.unit)
        people = _people(connection, asked.unit)
    ranks = rank_officers(figures.items())
    lines = [OfficerLine(code, *people.get(code, ("", "")), found, ranks.get(code)) for code, found in figures.items()]
    lines.sort(key=lambda line: (line.rank is None, line.rank or 0, line.code))
    return OfficerTable(setting, asked.unit, tuple(lines))


def rank_officers(figures: Iterable[tuple[str, OfficerFigures]]) -> dict[str, int]:
    """1, 2, 2, 4 by the share of dossiers on time, of those with enough judged dossiers."""
    shares = {code: found.share_on_time or Fraction(0) for code, found in figures if found.judged >= FEWEST_JUDGED}
    return {code: 1 + sum(other > share for other in shares.values()) for code, share in shares.items()}


def _people(connection: Connection, unit: str) -> dict[str, tuple[str, str]]:
    """Names and titles of the unit's staff, by code."""
    staff = live(STAFF).c
    rows = connection.execute(select(staff.code, staff.name, staff.title).where(staff.unit == unit))
    return {row.code: (row.name or "", row.title or "") for row in rows}
