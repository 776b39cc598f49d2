"""The indices a province is measured by from outside: year by year, with how rank and score have moved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby

from sqlalchemy import Engine, select

from tracker.core.cases import INDICES, UNITS
from tracker.services.access import Actor, Verb
from tracker.services.permitted import reading_as
from tracker.store.tables import live


@dataclass(frozen=True, slots=True)
class IndexYear:
    """One year of an index, or of its component, for a unit; `target` is the rank it means to reach in that year.

    `moved` is how many ranks the unit has risen since the year before (negative: fallen), `gained` the points its score
    has; None where either year is not known.
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
    target: int | None = None
    moved: int | None = None
    gained: Decimal | None = None

    @property
    def lost(self) -> Decimal | None:
        """How far the score is below the most there is."""
        return None if self.score is None or self.max_score is None else self.max_score - self.score

    @property
    def above_average(self) -> Decimal | None:
        """How far the score is above the average (negative: below)."""
        return None if self.score is None or self.average is None else self.score - self.average

    @property
    def met(self) -> bool | None:
        """Whether the rank aimed at was reached; None where either is not known."""
        return None if self.rank is None or self.target is None else self.rank <= self.target


@dataclass(frozen=True, slots=True)
class Measured:
    """A unit that an index measures: one of ours (`own`) by its code, or any other place by its name."""

    index: str
    unit: str
    name: str
    own: bool


@dataclass(frozen=True, slots=True)
class IndexHistory:
    """An index's years of one unit: as a whole in order, and by component, as far as components are known."""

    years: tuple[IndexYear, ...]
    components: tuple[IndexYear, ...]

    @property
    def latest(self) -> IndexYear | None:
        """The newest year that has a rank or a score."""
        return next((one for one in reversed(self.years) if one.rank is not None or one.score is not None), None)

    @property
    def aimed_at(self) -> IndexYear | None:
        """The newest year with a rank to reach that is not known yet."""
        return next((one for one in reversed(self.years) if one.target is not None and one.rank is None), None)

    @property
    def component_years(self) -> tuple[int, ...]:
        """The years whose components are known, the newest first."""
        return tuple(sorted({one.year for one in self.components}, reverse=True))

    def parts(self, year: int) -> tuple[IndexYear, ...]:
        """The components of a year, those that lost most points first, then those of which that is not known."""
        found = (one for one in self.components if one.year == year)
        return tuple(sorted(found, key=lambda one: (one.lost is None, -(one.lost or 0), one.component)))


def list_measured(database: Engine, actor: Actor) -> tuple[Measured, ...]:
    """Which units there are figures of, by index; an index's units of ours come first, then by name."""
    table, units = live(INDICES), live(UNITS)
    with reading_as(database, actor, Verb.SEE_PUBLISHED) as connection:
        pairs = connection.execute(select(table.c["index"], table.c.unit).distinct()).all()
        names = {row.code: row.name for row in connection.execute(select(units.c.code, units.c.name))}
    found = (Measured(index, unit, names.get(unit, unit), unit in names) for index, unit in pairs)
    return tuple(sorted(found, key=lambda one: (one.index, not one.own, one.name, one.unit)))


def show_history(database: Engine, actor: Actor, index: str, unit: str) -> IndexHistory:
    """The years of an index and unit; empty where nothing is known of them."""
    found = list_indices(database, actor, index, unit)
    return IndexHistory(tuple(one for one in found if not one.component), tuple(one for one in found if one.component))


def list_indices(database: Engine, actor: Actor, index: str | None = None, unit: str | None = None) -> list[IndexYear]:
    """What is known of an index and unit (None: of all), by index, unit and component, the years in order."""
    table = live(INDICES)
    wanted = [table.c[name] == value for name, value in (("index", index), ("unit", unit)) if value is not None]
    names = ("index", "unit", "component", "year", "score", "max_score", "average", "rank", "of", "target")
    with reading_as(database, actor, Verb.SEE_PUBLISHED) as connection:
        rows = connection.execute(select(*(table.c[name] for name in names)).where(*wanted))
        found = [IndexYear(**row._mapping) for row in rows]
    found.sort(key=lambda line: (*_line(line), line.year))
    return [year for _, years in groupby(found, key=_line) for year in _follow(years)]


def _line(year: IndexYear) -> tuple[str, str, str]:
    return year.index, year.unit, year.component


def _follow(years: Iterable[IndexYear]) -> Iterator[IndexYear]:
    """The years of one line, each with its movement since the year just before it."""
    known: dict[int, IndexYear] = {}
    for one in years:
        known[one.year] = one
        before = known.get(one.year - 1)
        yield one if before is None else replace(one, moved=_moved(before, one), gained=_gained(before, one))


def _moved(before: IndexYear, one: IndexYear) -> int | None:
    return None if before.rank is None or one.rank is None else before.rank - one.rank


def _gained(before: IndexYear, one: IndexYear) -> Decimal | None:
    return None if before.score is None or one.score is None else one.score - before.score
