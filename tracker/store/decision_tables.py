"""The tables of the committee's decisions: meetings, verdicts on names, nominations of officers, findings against them."""

from __future__ import annotations

from datetime import date

from pydantic import NaiveDatetime
from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field

from tracker.store.tables import Base
from tracker.store.types import WALL_CLOCK

_PERIOD = (["campaign", "period"], ["period.campaign", "period.code"])


class Meeting(Base, table=True):
    """A meeting of the committee on a period: when, where, who led it, how many came, and its minutes' number and day.

    `version` grows with each edit, so that two secretaries do not overwrite one another.
    """

    __table_args__ = (
        ForeignKeyConstraint(*_PERIOD),
        CheckConstraint("present >= 0 AND present <= members", name="present"),
        CheckConstraint("members > 0", name="members"),
        Index("ix_meeting_period", "campaign", "period"),
    )

    id: int | None = Field(default=None, primary_key=True)
    campaign: str
    period: str
    revision: int
    held_on: date
    place: str
    chair: str
    secretary: str
    present: int
    members: int
    absent: str = ""
    minutes_no: str = ""
    minutes_on: date | None = None
    note: str = ""
    version: int = 1
    made_by: str
    made_at: NaiveDatetime = Field(sa_type=WALL_CLOCK)


class Decision(Base, table=True):
    """The committee's verdict on one name of one list, written once; a later verdict names the one it replaces.

    `officer` is "" for a unit. `verdict`: a proposal is confirmed or removed, a name added by exception, a tie at an award's
    edge won (`chosen`) or lost (`not_chosen`). Ballots are counts only: nobody's vote is ever stored.
    """

    __table_args__ = (
        ForeignKeyConstraint(*_PERIOD),
        UniqueConstraint("campaign", "period", "revision", "list_name", "rule", "unit", "officer", "replaces"),
        CheckConstraint("list_name IN ('reward', 'criticism')", name="list_name"),
        CheckConstraint("verdict IN ('confirmed', 'removed', 'added', 'chosen', 'not_chosen')", name="verdict"),
        CheckConstraint("verdict NOT IN ('removed', 'added', 'not_chosen') OR reason <> ''", name="reason"),
        CheckConstraint("votes_for >= 0 AND votes_against >= 0 AND votes_blank >= 0", name="votes"),
    )

    id: int | None = Field(default=None, primary_key=True)
    campaign: str
    period: str
    revision: int
    list_name: str
    rule: str
    unit: str
    officer: str = ""
    verdict: str
    reason: str = ""
    meeting: int | None = Field(default=None, foreign_key="meeting.id")
    votes_for: int | None = None
    votes_against: int | None = None
    votes_blank: int | None = None
    replaces: int = 0
    made_by: str
    made_at: NaiveDatetime = Field(sa_type=WALL_CLOCK)


class Nomination(Base, table=True):
    """An officer whom a unit puts forward for an award, with what they achieved."""

    __table_args__ = (
        ForeignKeyConstraint(*_PERIOD),
        UniqueConstraint("campaign", "period", "unit", "officer"),
        CheckConstraint("achievement <> ''", name="achievement"),
    )

    id: int | None = Field(default=None, primary_key=True)
    campaign: str
    period: str
    unit: str
    officer: str
    name: str
    title: str = ""
    award: str
    achievement: str
    made_by: str
    made_at: NaiveDatetime = Field(sa_type=WALL_CLOCK)
    withdrawn_at: NaiveDatetime | None = Field(default=None, sa_type=WALL_CLOCK)


class Finding(Base, table=True):
    """A recorded personal finding against an officer: without one nobody stands on the criticism list as a person."""

    __table_args__ = (
        ForeignKeyConstraint(*_PERIOD),
        CheckConstraint("finding <> '' AND basis <> ''", name="said"),
    )

    id: int | None = Field(default=None, primary_key=True)
    campaign: str
    period: str
    unit: str
    officer: str
    name: str
    finding: str
    basis: str
    found_on: date
    made_by: str
    made_at: NaiveDatetime = Field(sa_type=WALL_CLOCK)
