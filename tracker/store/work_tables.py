"""What a unit says of its own work: ticks on its worklist, who answers for a criterion, who mends what, good practice."""

from __future__ import annotations

from datetime import date

from pydantic import NaiveDatetime
from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
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


class ReviewTask(Base, table=True):
    """Who is to mend an indicator that fell short, how and by when; written once, a later word names the one it replaces.

    `period` is the one whose result called for it. `points` of `out_of` are what the indicator had in the period
    `seen_in` as of the day `as_of`, when the row was written; both are exact, as in 7/3.
    """

    __tablename__ = "review_task"
    __table_args__ = (
        ForeignKeyConstraint(["campaign", "period"], ["period.campaign", "period.code"]),
        UniqueConstraint("campaign", "period", "unit", "indicator", "replaces"),
        CheckConstraint("state IN ('open', 'closed')", name="state"),
        CheckConstraint("collective <> '' OR person <> ''", name="somebody"),
        CheckConstraint("state <> 'closed' OR note <> ''", name="evidence"),
        Index("ix_review_task_unit", "unit"),
    )

    id: int | None = Field(default=None, primary_key=True)
    campaign: str
    period: str
    unit: str = Field(foreign_key="unit.code")
    indicator: str
    state: str
    collective: str
    person: str
    action: str
    due: date
    note: str = ""
    points: str
    out_of: str
    seen_in: str
    as_of: date
    replaces: int = 0
    made_by: str
    made_at: NaiveDatetime = Field(sa_type=WALL_CLOCK)


class AnswerableHead(Base, table=True):
    """Who answers for a criterion of a unit from a day on, until the next named; an empty name: nobody.

    Written once; a later word on a criterion names the one it replaces, and one of the same day takes its place.
    """

    __tablename__ = "answerable_head"
    __table_args__ = (
        UniqueConstraint("campaign", "unit", "criterion", "replaces"),
        CheckConstraint("name <> '' OR position = ''", name="named"),
        Index("ix_answerable_head_unit", "unit"),
    )

    id: int | None = Field(default=None, primary_key=True)
    campaign: str = Field(foreign_key="campaign.code")
    unit: str = Field(foreign_key="unit.code")
    criterion: str
    since: date
    name: str
    position: str
    replaces: int = 0
    made_by: str
    made_at: NaiveDatetime = Field(sa_type=WALL_CLOCK)


class Practice(Base, table=True):
    """What a unit has found to work and tells the others, written once; what is said of it stands in `practice_word`."""

    __table_args__ = (CheckConstraint("title <> '' AND story <> ''", name="told"), Index("ix_practice_unit", "unit"))

    id: int | None = Field(default=None, primary_key=True)
    unit: str = Field(foreign_key="unit.code")
    title: str
    story: str
    effect: str = ""
    made_by: str
    made_at: NaiveDatetime = Field(sa_type=WALL_CLOCK)


class PracticeWord(Base, table=True):
    """What is said of a practice: the committee's verdict (no `unit`), its withdrawal, or that a unit has adopted it.

    Written once; a later word of the same `about` and unit names the one it replaces. `campaign`, `period` and `measure`:
    where an accepted practice counts as a recognised initiative; all empty where it does not.
    """

    __tablename__ = "practice_word"
    __table_args__ = (
        UniqueConstraint("practice", "about", "unit", "replaces"),
        CheckConstraint(
            "about = 'verdict' AND said IN ('accepted', 'refused', 'withdrawn')"
            " OR about = 'adoption' AND said IN ('adopted', 'dropped') AND unit <> ''",
            name="said",
        ),
        CheckConstraint(
            "campaign IS NULL AND period IS NULL AND measure IS NULL"
            " OR said = 'accepted' AND campaign IS NOT NULL AND period IS NOT NULL AND measure IS NOT NULL",
            name="recognised",
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    practice: int = Field(foreign_key="practice.id")
    about: str
    unit: str = ""
    said: str
    note: str = ""
    replaces: int = 0
    made_by: str
    made_at: NaiveDatetime = Field(sa_type=WALL_CLOCK)
    campaign: str | None = None
    period: str | None = None
    measure: str | None = None
