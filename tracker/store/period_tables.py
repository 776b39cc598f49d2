"""The tables of a period's life: what was frozen, how it was adjusted, what came out, and who took which step.

All of them are written once. Every row is sealed: its digest stands in the audit log (`tracker.services.seals`).
"""

from __future__ import annotations

from datetime import date

from pydantic import NaiveDatetime
from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlmodel import Field

from tracker.store.tables import Base
from tracker.store.types import WALL_CLOCK


class Snapshot(Base, table=True):
    """A frozen copy of everything a period rests on; a period has one for each revision that was frozen.

    `inputs_sha256` is the digest of `manifest`: canonical JSON of each part's name and SHA-256.
    """

    __table_args__ = (
        ForeignKeyConstraint(["campaign", "period"], ["period.campaign", "period.code"]),
        UniqueConstraint("campaign", "period", "revision"),
        CheckConstraint("revision > 0", name="revision"),
        CheckConstraint("length(inputs_sha256) = 64", name="inputs"),
    )

    id: int | None = Field(default=None, primary_key=True)
    campaign: str
    period: str
    revision: int
    begins: date
    ends: date
    as_of: date
    rulebook: str
    manifest: str
    inputs_sha256: str
    engine: str
    proposed_by: str
    approved_by: str
    made_at: NaiveDatetime = Field(sa_type=WALL_CLOCK)


class SnapshotPart(Base, table=True):
    """One file of a frozen copy, compressed: a case file in canonical order, the rulebook, the calendar, the membership."""

    __tablename__ = "snapshot_part"

    snapshot: int = Field(foreign_key="snapshot.id", primary_key=True)
    name: str = Field(primary_key=True)
    sha256: str
    size: int
    data: bytes


class Adjustment(Base, table=True):
    """A recorded change to one case of a frozen copy: left out, or some of its columns put right. Each holds the one before.

    `case_key` is a JSON list of the key's parts, `cells` a JSON object of column -> canonical text (empty for `exclude`).
    `source` says which decision made it, such as "appeal/12".
    """

    __table_args__ = (
        UniqueConstraint("snapshot", "number"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("action IN ('exclude', 'correct')", name="action"),
        CheckConstraint("reason <> ''", name="reason"),
        CheckConstraint("length(digest) = 64 AND length(prev) = 64", name="chain"),
    )

    id: int | None = Field(default=None, primary_key=True)
    snapshot: int = Field(foreign_key="snapshot.id")
    number: int
    action: str
    case_kind: str
    case_key: str
    unit: str
    cells: str
    reason: str
    source: str
    made_by: str
    made_at: NaiveDatetime = Field(sa_type=WALL_CLOCK)
    prev: str
    digest: str


class Result(Base, table=True):
    """What a frozen copy and its first `adjustments` adjustments give: measures and results, with their digests."""

    __table_args__ = (
        UniqueConstraint("snapshot", "number"),
        CheckConstraint("stage IN ('frozen', 'adjusted', 'published', 'final')", name="stage"),
    )

    id: int | None = Field(default=None, primary_key=True)
    snapshot: int = Field(foreign_key="snapshot.id")
    number: int
    stage: str
    adjustments: int
    adjustments_sha256: str
    measures: bytes
    measures_sha256: str
    results: bytes
    results_sha256: str
    decisions: bytes
    decisions_sha256: str
    made_by: str
    made_at: NaiveDatetime = Field(sa_type=WALL_CLOCK)


class PeriodStep(Base, table=True):
    """One act in a period's life: a step proposed, or a proposal (`proposal`: its id) approved, refused or withdrawn.

    `version` and `basis` name what the person had before them: the period's version and the digest of what was decided on.
    """

    __tablename__ = "period_step"
    __table_args__ = (
        ForeignKeyConstraint(["campaign", "period"], ["period.campaign", "period.code"]),
        UniqueConstraint("proposal"),
        CheckConstraint("step IN ('freeze', 'publish', 'finalise', 'reopen')", name="step"),
        CheckConstraint("act IN ('propose', 'approve', 'refuse', 'withdraw')", name="act"),
        CheckConstraint("(act = 'propose') = (proposal IS NULL)", name="answer"),
    )

    id: int | None = Field(default=None, primary_key=True)
    campaign: str
    period: str
    revision: int
    step: str
    act: str
    proposal: int | None = Field(default=None, foreign_key="period_step.id")
    version: int
    basis: str
    reason: str = ""
    actor: str
    made_at: NaiveDatetime = Field(sa_type=WALL_CLOCK)
