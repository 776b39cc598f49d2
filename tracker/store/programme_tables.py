"""A campaign's programme - task, who answers, last day - and its dialogues: planned, and what came of them."""

from __future__ import annotations

from datetime import date

from pydantic import NaiveDatetime
from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from tracker.store.tables import Base
from tracker.store.types import WALL_CLOCK


class ProgrammeTask(Base, table=True):
    """A task and how far it has come; written once, a later word on it names the one it replaces and says all anew.

    `unit` is the code of the unit that answers, "" where `body` is none of ours. `deadline` are the programme's words,
    `due` the last day they mean, none where the task is done regularly. Whether it is late is never stored.
    """

    __tablename__ = "programme_task"
    __table_args__ = (
        UniqueConstraint("campaign", "number", "replaces"),
        CheckConstraint("number <> '' AND task <> '' AND body <> ''", name="told"),
        CheckConstraint("state IN ('not_started', 'under_way', 'done', 'dropped')", name="state"),
        CheckConstraint("state <> 'done' OR (done_on IS NOT NULL AND note <> '')", name="evidence"),
        CheckConstraint("state = 'done' OR done_on IS NULL", name="done_on"),
        CheckConstraint("state <> 'dropped' OR note <> ''", name="reason"),
        Index("ix_programme_task_unit", "unit"),
    )

    id: int | None = Field(default=None, primary_key=True)
    campaign: str = Field(foreign_key="campaign.code")
    number: str
    area: str
    task: str
    unit: str  # no foreign key: an import that brought a unit can be undone, and the programme still says what it says
    body: str
    cooperating: str
    deadline: str
    due: date | None = None
    product: str
    state: str
    note: str = ""
    done_on: date | None = None
    replaces: int = 0
    made_by: str
    made_at: NaiveDatetime = Field(sa_type=WALL_CLOCK)


class Dialogue(Base, table=True):
    """A dialogue a unit plans to hold, and what came of it; written once like a task of the programme.

    `planned` are the words of the plan, `due` the last day they mean. `answered` of the questions `asked` were answered;
    `minutes` say where its minutes are.
    """

    __table_args__ = (
        UniqueConstraint("campaign", "unit", "number", "replaces"),
        CheckConstraint("with_whom IN ('people', 'businesses')", name="with_whom"),
        CheckConstraint("subject <> ''", name="subject"),
        CheckConstraint("state IN ('planned', 'held', 'cancelled')", name="state"),
        CheckConstraint(
            "(state = 'held') = (held_on IS NOT NULL AND came IS NOT NULL AND asked IS NOT NULL AND answered IS NOT NULL)",
            name="held",
        ),
        CheckConstraint("came >= 0 AND asked >= 0 AND answered >= 0 AND answered <= asked", name="counts"),
        CheckConstraint("state <> 'cancelled' OR note <> ''", name="reason"),
        Index("ix_dialogue_unit", "unit"),
    )

    id: int | None = Field(default=None, primary_key=True)
    campaign: str = Field(foreign_key="campaign.code")
    unit: str = Field(foreign_key="unit.code")
    number: int
    with_whom: str
    subject: str
    planned: str
    due: date
    state: str
    held_on: date | None = None
    came: int | None = None
    asked: int | None = None
    answered: int | None = None
    minutes: str = ""
    note: str = ""
    replaces: int = 0
    made_by: str
    made_at: NaiveDatetime = Field(sa_type=WALL_CLOCK)
