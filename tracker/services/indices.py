"""The indices a province is measured by from outside: year by year, with how the rank has moved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby

from sqlalchemy import Engine, select

from tracker.core.cases import INDICES
from tracker.services.access import Actor, Verb
from tracker.services.permitted import reading_as
from tracker.store.tables import live


@dataclass(frozen=True, slots=True)
class IndexYear:
    """One year of an index, or of its component, for a unit.

    `moved` is how many ranks the unit has risen since the year before (negative: fallen), None where either is not known.
    """

    index: str
    unit: str
    component: str
    year: int
    score: Decimal | None
    max_score: Decimal | None
    average: Decimal | None
    rank: int | None
    of: int | None
    moved: int | None = None


def list_indices(database: Engine, actor: Actor, index: str | None = None, unit: str | None = None) -> list[IndexYear]:
    """What is known of an index and unit (None: of all), by index, unit and component, the years in order."""
    table = live(INDICES)
    wanted = [table.c[name] == value for name, value in (("index", index), ("unit", unit)) if value is not None]
    names = ("index", "unit", "component", "year", "score", "max_score", "average", "rank", "of")
    with reading_as(database, actor, Verb.SEE_PUBLISHED) as connection:
        rows = connection.execute(select(*(table.c[name] for name in names)).where(*wanted))
        found = [IndexYear(**row._mapping) for row in rows]
    found.sort(key=lambda line: (*_line(line), line.year))
    return [year for _, years in groupby(found, key=_line) for year in _follow(years)]


def _line(year: IndexYear) -> tuple[str, str, str]:
    return year.index, year.unit, year.component


def _follow(years: Iterable[IndexYear]) -> Iterator[IndexYear]:
    """The years of one line, each with its movement since the year just before it."""
    ranks: dict[int, int | None] = {}
    for one in years:
        before, ranks[one.year] = ranks.get(one.year - 1), one.rank
        yield one if before is None or one.rank is None else replace(one, moved=before - one.rank)
