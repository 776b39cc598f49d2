"""The tables of rules and of time (rulebooks, campaigns, periods, calendar) and of the ledger kept from the cases."""

from __future__ import annotations

from datetime import date

from pydantic import NaiveDatetime
from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Integer, Table, false
from sqlmodel import Field

from tracker.store.tables import Base, Unit, metadata
from tracker.store.types import WALL_CLOCK


class Rulebook(Base, table=True):
    """A rulebook's text, letter for letter; a version once added never changes."""

    code: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    text: str
    sha256: str
    policy: str
    added_at: NaiveDatetime = Field(sa_type=WALL_CLOCK)
    added_by: str


class Campaign(Base, table=True):
    """A rulebook applied to the units over a span of days, and how its committee works.

    `hides_live`: viewers and units see nothing before it is published. `quorum` and `pass_share` are fractions as text
    ("2/3"); `vote_base`: whether votes are counted against the members present or all members.
    `rules_approved_by`: the chair who approved this rulebook version for this campaign; "" until then.
    """

    __table_args__ = (
        ForeignKeyConstraint(["rulebook", "rulebook_version"], ["rulebook.code", "rulebook.version"]),
        CheckConstraint("begins <= ends", name="span"),
        CheckConstraint("vote_base IN ('present', 'members')", name="vote_base"),
    )

    code: str = Field(primary_key=True)
    rulebook: str
    rulebook_version: int
    begins: date
    ends: date
    position: int = Field(unique=True)
    hides_live: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    quorum: str = Field(default="2/3", sa_column_kwargs={"server_default": "2/3"})
    pass_share: str = Field(default="2/3", sa_column_kwargs={"server_default": "2/3"})
    vote_base: str = Field(default="present", sa_column_kwargs={"server_default": "present"})
    rules_approved_by: str = Field(default="", sa_column_kwargs={"server_default": ""})


class Period(Base, table=True):
    """A stretch of a campaign that is scored and decided on its own; `ends` is inclusive.

    `version` grows with every step of its life; `revision` with every reopening. `appeals_until`: the last day to appeal.
    """

    __table_args__ = (
        CheckConstraint("begins <= ends", name="span"),
        CheckConstraint("state IN ('open', 'frozen', 'published', 'final')", name="state"),
    )

    campaign: str = Field(foreign_key="campaign.code", primary_key=True)
    code: str = Field(primary_key=True)
    begins: date
    ends: date
    state: str = "open"
    version: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    revision: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    appeals_until: date | None = None


class Cluster(Base, table=True):
    """What a cluster is called; until it is named its code stands for it."""

    code: str = Field(primary_key=True)
    name_vi: str
    name_en: str = ""


class Membership(Base, table=True):
    """From which day a unit belongs to which cluster (None: to none); before its first row, to that of its case file."""

    unit: str = Field(foreign_key="unit.code", primary_key=True)
    since: date = Field(primary_key=True)
    cluster: str | None = None


class CalendarDay(Base, table=True):
    """A day that breaks the rule "Monday to Friday": a holiday off, or a Saturday worked in exchange."""

    __tablename__ = "calendar_day"
    __table_args__ = (CheckConstraint("kind IN ('off', 'work')", name="kind"),)

    day: date = Field(primary_key=True)
    kind: str
    name: str = ""
    status: str = ""


class Workday(Base, table=True):
    """The calendar as running numbers: `number` working days from the first day up to and including `day`."""

    __table_args__ = ({"sqlite_with_rowid": False},)

    day: date = Field(primary_key=True)
    number: int = Field(index=True)
    works: bool


class State(Base, table=True):
    """The one row that says which version the data have, and whether they are sample data."""

    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: int = Field(default=1, primary_key=True)
    data_version: int = 0
    sample: bool = False


class Policy(Base, table=True):
    """An on-time policy (its fields as JSON) that some campaign uses; `id` keeps the ledger's key small."""

    id: int | None = Field(default=None, primary_key=True)
    digest: str = Field(unique=True)
    text: str


LEDGER_COUNTERS = (
    "received",
    "online",
    "postal",
    "supplemented_again",
    "done_on_time",
    "done_late",
    "done_early",
    "done_no_due",
    "done_extended",
    "satisfied",
    "surveyed",
    "pending",
    "pending_no_due",
    "pending_extended",
    "pending_overdue",
    "pending_waiting",
)
"""Flows are sums over the days of a period; the `pending…` ones are stocks: sums from the beginning."""

# Plain tables: they are written and read in bulk only, never as objects.
LEDGER_DAY = Table(
    "ledger_day",
    metadata,
    Column("policy", Integer, primary_key=True),
    Column("unit", Unit.__table__.c.code.type, primary_key=True),  # type: ignore[attr-defined]
    Column("day", CalendarDay.__table__.c.day.type, primary_key=True),  # type: ignore[attr-defined]
    *(Column(name, Integer, nullable=False, server_default="0") for name in LEDGER_COUNTERS),
    sqlite_with_rowid=False,
)


class LateDossier(Base, table=True):
    """A dossier that is late under a policy, or will be if nothing is done: what the daily ledger cannot add up.

    `late_from`: the first day as of which it counts overdue (or late, if it ended that day). `missed_from`: the same by its
    dates alone, None where only the supplement rule makes it late. `ended_on` None: still pending. The numbers are those of
    the working calendar (`Workday`) on the due and the end day; they follow the calendar when it is edited.
    """

    __tablename__ = "ledger_late"
    __table_args__ = ({"sqlite_with_rowid": False},)

    policy: int = Field(primary_key=True)
    code: str = Field(primary_key=True)
    unit: str
    due_on: date
    late_from: date
    missed_from: date | None = None
    ended_on: date | None = None
    apology_on: date | None = None
    apology_in_time: bool | None = None
    due_number: int | None = None
    ended_number: int | None = None
