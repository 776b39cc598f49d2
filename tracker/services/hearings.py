"""When a period can be appealed against: while it is frozen or published, until a last day."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, Engine, select

from tracker.core.cases import UNITS
from tracker.core.problems import UsageError
from tracker.services.access import Actor, Verb, grant_of, may, require_somewhere
from tracker.services.campaigns import PERIOD
from tracker.services.permitted import denials_recorded
from tracker.store.calendar import WORKDAY
from tracker.store.engine import reading
from tracker.store.tables import live

HEARING_STATES = ("frozen", "published")


@dataclass(frozen=True, slots=True)
class Hearing:
    """Whether a period can be appealed against: its state, the last day, and the working days left until it (today: 0)."""

    campaign: str
    period: str
    state: str
    revision: int
    until: date | None
    days_left: int | None

    @property
    def decides(self) -> bool:
        """True while the committee can still decide appeals."""
        return self.state in HEARING_STATES

    @property
    def accepts(self) -> bool:
        """True while units can hand in appeals."""
        return self.decides and (self.days_left is None or self.days_left >= 0)


def load_hearing(connection: Connection, campaign: str, period: str, today: date) -> Hearing:
    """Whether and until when the period can be appealed against; UsageError if there is no such period."""
    row = connection.execute(select(PERIOD).where(PERIOD.c.campaign == campaign, PERIOD.c.code == period)).first()
    if row is None:
        known = ", ".join(connection.execute(select(PERIOD.c.code).where(PERIOD.c.campaign == campaign)).scalars())
        raise UsageError("unknown_period", period=period, campaign=campaign, known=known)
    until = row.appeals_until
    left = None if until is None else _days_left(connection, today, until)
    return Hearing(campaign, period, row.state, row.revision, until, left)


def show_hearing(database: Engine, actor: Actor, campaign: str, period: str, today: date) -> Hearing:
    """The same for whoever may see some unit's appeals."""
    with denials_recorded(database), reading(database) as connection:
        require_somewhere(connection, actor, Verb.SEE_APPEALS)
        return load_hearing(connection, campaign, period, today)


def may_appeal(database: Engine, actor: Actor, unit: str, where: tuple[str, str], today: date) -> bool:
    """True if the actor may hand in an appeal for the unit in that period (campaign, period) today."""
    with reading(database) as connection:
        return may(connection, actor, Verb.APPEAL, unit) and load_hearing(connection, *where, today).accepts


def appealing_units(database: Engine, actor: Actor) -> dict[str, str]:
    """The units the actor may appeal for, code and name; of one who may for all, none: appeals are a unit's own."""
    with reading(database) as connection:
        granted = grant_of(connection, actor) or frozenset()
        own = [unit for unit in sorted(granted) if may(connection, actor, Verb.APPEAL, unit)]
        return name_units(connection, own)


def name_units(connection: Connection, units: Collection[str]) -> dict[str, str]:
    """The names of units by code."""
    table = live(UNITS)
    found = select(table.c.code, table.c.name).where(table.c.code.in_(units)).order_by(table.c.code)
    return {row.code: row.name for row in connection.execute(found)}


def _days_left(connection: Connection, today: date, until: date) -> int:
    """Working days after today up to and including the last day; negative once it is over."""
    if today > until:
        return -1
    found = select(WORKDAY.c.day, WORKDAY.c.number).where(WORKDAY.c.day.in_([today, until]))
    numbers = {row.day: row.number for row in connection.execute(found)}
    return int(numbers[until] - numbers[today])
