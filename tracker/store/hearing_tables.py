"""The tables of appeals: what a unit contests, with which evidence, and what was decided."""

from __future__ import annotations

from pydantic import NaiveDatetime
from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlmodel import Field

from tracker.store.tables import Base
from tracker.store.types import WALL_CLOCK


class Appeal(Base, table=True):
    """A unit's explanation of one case or reported value, and what it asks for: to leave it out, or other cells.

    `case_key` is a JSON list of the key's parts; `wanted` a JSON object of column -> canonical text.
    """

    __table_args__ = (
        ForeignKeyConstraint(["campaign", "period"], ["period.campaign", "period.code"]),
        CheckConstraint("asks IN ('exclude', 'correct')", name="asks"),
        CheckConstraint("reason <> ''", name="reason"),
        Index("ix_appeal_period", "campaign", "period"),
        Index("ix_appeal_unit", "unit"),
    )

    id: int | None = Field(default=None, primary_key=True)
    campaign: str
    period: str
    revision: int
    snapshot: int = Field(foreign_key="snapshot.id")
    unit: str
    case_kind: str
    case_key: str
    asks: str
    wanted: str = "{}"
    reason: str
    made_by: str
    made_at: NaiveDatetime = Field(sa_type=WALL_CLOCK)
    withdrawn_at: NaiveDatetime | None = Field(default=None, sa_type=WALL_CLOCK)


class AppealDecision(Base, table=True):
    """The committee's one and only answer to an appeal; `effect` is JSON: the unit's score and rank before and after."""

    __tablename__ = "appeal_decision"
    __table_args__ = (
        CheckConstraint("verdict IN ('accepted', 'partly', 'refused')", name="verdict"),
        CheckConstraint("reason <> ''", name="reason"),
    )

    appeal: int = Field(foreign_key="appeal.id", primary_key=True, sa_column_kwargs={"autoincrement": False})
    verdict: str
    reason: str
    effect: str
    decided_by: str
    decided_at: NaiveDatetime = Field(sa_type=WALL_CLOCK)


class Evidence(Base, table=True):
    """A file handed in with an appeal, kept in the database: no folder of the web server ever holds it."""

    __table_args__ = (
        CheckConstraint("type IN ('pdf', 'png', 'jpg', 'docx', 'xlsx')", name="type"),
        CheckConstraint("size > 0", name="size"),
    )

    id: int | None = Field(default=None, primary_key=True)
    appeal: int = Field(foreign_key="appeal.id", index=True)
    name: str
    type: str
    size: int
    sha256: str
    data: bytes
    made_by: str
    made_at: NaiveDatetime = Field(sa_type=WALL_CLOCK)
