"""When a period can be appealed against: while it is frozen or published, until a last day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, Engine, select

from tracker.core.problems import UsageError
from tracker.services.access import Actor, Verb, require_somewhere
from tracker.services.campaigns import PERIOD
from tracker.services.permitted import denials_recorded
from tracker.store.calendar import WORKDAY
from tracker.store.engine import reading

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


def _days_left(connection: Connection, today: date, until: date) -> int:
    """Working days after today up to and including the last day; negative once it is over."""
    if today > until:
        return -1
    found = select(WORKDAY.c.day, WORKDAY.c.number).where(WORKDAY.c.day.in_([today, until]))
    numbers = {row.day: row.number for row in connection.execute(found)}
    return int(numbers[until] - numbers[today])
