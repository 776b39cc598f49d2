"""The table of ticks: what a unit has said of an item of its worklist."""

from __future__ import annotations

from pydantic import NaiveDatetime
from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from tracker.store.tables import Base
from tracker.store.types import WALL_CLOCK


class WorkTick(Base, table=True):
    """That a task about a case is handled, or is not after all; written once, a later word names the one it replaces.

    It moves no figure: an item leaves the worklist when the data say so.
    """

    __tablename__ = "work_tick"
    __table_args__ = (
        UniqueConstraint("unit", "kind", "code", "task", "replaces"),
        CheckConstraint("task <> '' AND code <> ''", name="what"),
        CheckConstraint("state IN ('handled', 'open')", name="state"),
        Index("ix_work_tick_unit", "unit"),
    )

    id: int | None = Field(default=None, primary_key=True)
    unit: str  # no foreign key: an import that brought a unit can be undone, whatever was ticked meanwhile
    kind: str
    code: str
    task: str
    state: str  # a word and no yes or no, which two databases keep two ways: the row is sealed
    note: str = ""
    replaces: int = 0
    made_by: str
    made_at: NaiveDatetime = Field(sa_type=WALL_CLOCK)
