"""The tables. SQLModel checks nothing in a table class, so every limit stands as a CHECK in the database itself."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from pydantic import NaiveDatetime
from sqlalchemy import CheckConstraint, Column, Index, Integer, MetaData, Table
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from tracker.core.cases import KINDS, TALLY_DONE, TALLY_PENDING, TALLY_RECEIVED, Kind, Type
from tracker.store.types import WALL_CLOCK, ExactDecimal

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(SQLModel, registry=registry(metadata=MetaData(naming_convention=NAMING))):
    """A registry of our own: Streamlit runs files again and again, and SQLModel's shared one would see tables twice."""


_RESERVED = ("index", "of")  # words of SQL itself


def _checks(kind: Kind) -> tuple[CheckConstraint, ...]:
    """The limits of a case file's columns, from the one definition in `tracker.core.cases`."""
    checks = []
    for column in kind.columns:
        named = f'"{column.name}"' if column.name in _RESERVED else column.name
        if column.type is Type.CHOICE:
            allowed = ", ".join(f"'{choice}'" for choice in column.choices)
            checks.append(CheckConstraint(f"{column.name} IN ({allowed})", name=column.name))
        elif column.type is Type.INTEGER:
            checks.append(CheckConstraint(f"{named} BETWEEN {column.minimum} AND {column.maximum}", name=column.name))
        elif column.type in (Type.KEY, Type.TEXT) and column.required:
            checks.append(CheckConstraint(f"{named} <> ''", name=column.name))
    return tuple(checks)


def _moment() -> NaiveDatetime | None:
    return Field(default=None, sa_type=WALL_CLOCK)  # type: ignore[no-any-return]


def _decimal(*, required: bool = False) -> Decimal:
    return Field(default=None, sa_type=ExactDecimal, nullable=not required)  # type: ignore[no-any-return]


def _unit() -> str:
    return Field(foreign_key="unit.code")  # type: ignore[no-any-return]


def _batch() -> int:
    return Field(foreign_key="batch.id", index=True)  # type: ignore[no-any-return]


class Batch(Base, table=True):
    """One act that changed cases: an imported table of one file, a deletion, an undo."""

    __table_args__ = (
        CheckConstraint("action IN ('import', 'delete', 'undo')", name="action"),
        CheckConstraint("state IN ('live', 'undone')", name="state"),
        Index("ix_batch_source", "sha256", "kind", "sheet"),
    )

    id: int | None = Field(default=None, primary_key=True)
    action: str
    kind: str
    file: str | None = None
    sheet: str = ""
    sha256: str | None = None
    columns: str = ""
    actor: str
    made_at: NaiveDatetime = Field(sa_type=WALL_CLOCK)
    reason: str | None = None
    new_rows: int = 0
    changed_rows: int = 0
    unchanged_rows: int = 0
    deleted_rows: int = 0
    refused_rows: int = 0
    warnings: int = 0
    state: str = "live"
    undone_by: int | None = Field(default=None, foreign_key="batch.id")


class Unit(Base, table=True):
    """A public office; it competes when it has a cluster and is valid on a day of the period."""

    __table_args__ = (
        *_checks(KINDS["units"]),
        CheckConstraint("valid_to IS NULL OR valid_from IS NULL OR valid_from <= valid_to", name="valid"),
    )

    code: str = Field(primary_key=True)
    name: str
    kind: str
    parent: str | None = Field(default=None, foreign_key="unit.code")
    cluster: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    successor: str | None = Field(default=None, foreign_key="unit.code")
    headcount: int | None = None
    batch_id: int = _batch()


class Procedure(Base, table=True):
    """An administrative procedure (thủ tục hành chính)."""

    __table_args__ = _checks(KINDS["procedures"])

    code: str = Field(primary_key=True)
    name: str
    field: str | None = None
    level: str | None = None
    owner: str | None = Field(default=None, foreign_key="unit.code", index=True)
    decision_no: str | None = None
    decided_on: date | None = None
    effective_on: date | None = None
    published_on: date | None = None
    legal_days: Decimal | None = _decimal()
    valid_to: date | None = None
    batch_id: int = _batch()


class Posting(Base, table=True):
    """How a unit offers a procedure: where it is posted, by which counter, how fast, how far online."""

    __table_args__ = _checks(KINDS["postings"])

    unit: str = Field(foreign_key="unit.code", primary_key=True)
    procedure: str = Field(foreign_key="procedure.code", primary_key=True, index=True)
    posted_on: date | None = None
    counter: bool = False
    site: bool = False
    portal: bool = False
    content_complete: bool = False
    one_stop: bool = False
    interlinked: bool = False
    workflow_assigned: bool = False
    committed_days: Decimal | None = _decimal()
    online_level: int | None = None
    postal: bool = False
    batch_id: int = _batch()


class Dossier(Base, table=True):
    """A case: one request of a citizen or firm under one procedure, resolved (and scored) by one unit."""

    __table_args__ = (
        *_checks(KINDS["dossiers"]),
        CheckConstraint("received_at IS NOT NULL OR submitted_at IS NOT NULL", name="received"),
        Index("ix_dossier_unit", "unit", "received_at"),
    )

    code: str = Field(primary_key=True)
    unit: str = _unit()
    receiving_unit: str | None = Field(default=None, foreign_key="unit.code", index=True)
    procedure: str = Field(foreign_key="procedure.code", index=True)
    officer: str | None = None
    channel: str = "counter"
    submitted_at: NaiveDatetime | None = _moment()
    received_at: NaiveDatetime | None = _moment()
    due_at: NaiveDatetime | None = _moment()
    extended_due_at: NaiveDatetime | None = _moment()
    completed_at: NaiveDatetime | None = _moment()
    returned_at: NaiveDatetime | None = _moment()
    status: str | None = None
    supplement_requests: int | None = None
    waiting_since: NaiveDatetime | None = _moment()
    paused_minutes: int | None = None
    apology_at: NaiveDatetime | None = _moment()
    rating: Decimal | None = _decimal()
    processing_days: Decimal | None = _decimal()
    note: str | None = None
    batch_id: int = _batch()


Index(
    "ix_dossier_online",
    Dossier.__table__.c.submitted_at,  # type: ignore[attr-defined]
    sqlite_where=Dossier.__table__.c.channel == "online",  # type: ignore[attr-defined]
    postgresql_where=Dossier.__table__.c.channel == "online",  # type: ignore[attr-defined]
)


class Feedback(Base, table=True):
    """A petition, complaint or denunciation; who made it is never stored."""

    __table_args__ = (*_checks(KINDS["feedback"]), Index("ix_feedback_unit", "unit", "received_on"))

    code: str = Field(primary_key=True)
    unit: str = _unit()
    kind: str
    received_on: date
    due_on: date | None = None
    resolved_on: date | None = None
    outcome: str | None = None
    officer: str | None = None
    repeat_of: str | None = None
    dissatisfied: bool = False
    batch_id: int = _batch()


class Survey(Base, table=True):
    """How many of the asked were satisfied with a unit's results or its attitude, over a span of days."""

    __table_args__ = (
        *_checks(KINDS["surveys"]),
        CheckConstraint("period_from <= period_to", name="span"),
        CheckConstraint("satisfied <= responses", name="share"),
    )

    unit: str = Field(foreign_key="unit.code", primary_key=True)
    period_from: date = Field(primary_key=True)
    period_to: date = Field(primary_key=True)
    topic: str = Field(primary_key=True)
    satisfied: int
    responses: int
    batch_id: int = _batch()


_TALLY_SUMS = [
    " + ".join(f"coalesce({name}, 0)" for name in names)
    for names in ((*TALLY_RECEIVED, "carried"), (*TALLY_DONE, *TALLY_PENDING))
]


class Tally(Base, table=True):
    """A unit's dossiers of a span of days, counted by the unit itself: what came in, and what became of it."""

    __table_args__ = (
        *_checks(KINDS["tallies"]),
        CheckConstraint("period_from <= period_to", name="span"),
        CheckConstraint(" = ".join(_TALLY_SUMS), name="balance"),
    )

    unit: str = Field(foreign_key="unit.code", primary_key=True)
    procedure: str = Field(default="", primary_key=True)
    period_from: date = Field(primary_key=True)
    period_to: date = Field(primary_key=True)
    received_online: int | None = None
    received_direct: int | None = None
    carried: int | None = None
    done_early: int | None = None
    done_on_due: int | None = None
    done_late: int | None = None
    pending_in_time: int | None = None
    pending_overdue: int | None = None
    batch_id: int = _batch()


class Staff(Base, table=True):
    """An official of a unit."""

    __table_args__ = _checks(KINDS["staff"])

    code: str = Field(primary_key=True)
    unit: str = Field(foreign_key="unit.code", index=True)
    name: str | None = None
    title: str | None = None
    standard_met: bool = False
    batch_id: int = _batch()


class Reported(Base, table=True):
    """What no system counts: self-scored, then checked, then decided; the last one given is in effect."""

    __table_args__ = (*_checks(KINDS["reported"]), CheckConstraint("period_from <= period_to", name="span"))

    unit: str = Field(foreign_key="unit.code", primary_key=True)
    measure: str = Field(primary_key=True)
    period_from: date = Field(primary_key=True)
    period_to: date = Field(primary_key=True)
    value: Decimal = _decimal(required=True)
    checked: Decimal | None = _decimal()
    decided: Decimal | None = _decimal()
    evidence: str | None = None
    note: str | None = None
    batch_id: int = _batch()


class IndexScore(Base, table=True):
    """What an index (PAR, SIPAS, PAPI, PCI) gives a unit in a year, as a whole or for one of its components."""

    __tablename__ = "index_score"
    __table_args__ = (
        *_checks(KINDS["indices"]),
        CheckConstraint('rank IS NULL OR "of" IS NULL OR rank <= "of"', name="place"),
    )

    index: str = Field(primary_key=True)
    unit: str = Field(primary_key=True)
    year: int = Field(primary_key=True)
    component: str = Field(default="", primary_key=True)
    score: Decimal | None = _decimal()
    max_score: Decimal | None = _decimal()
    average: Decimal | None = _decimal()
    rank: int | None = None
    of: int | None = None
    target: int | None = None
    batch_id: int = _batch()


metadata = Base.metadata

LIVE = {
    "units": Unit,
    "procedures": Procedure,
    "postings": Posting,
    "staff": Staff,
    "dossiers": Dossier,
    "feedback": Feedback,
    "surveys": Survey,
    "tallies": Tally,
    "reported": Reported,
    "indices": IndexScore,
}


def live(kind: Kind) -> Table:
    """The table of a case file's current rows."""
    return LIVE[kind.name].__table__  # type: ignore[attr-defined,no-any-return]


def _versions(kind: Kind) -> Table:
    """A table for the replaced rows of a kind: the live columns, and the batch that replaced them."""
    current = live(kind)
    copied = [column for column in current.columns if column.name != "batch_id"]
    return Table(
        f"{current.name}_version",
        metadata,
        Column("id", Integer, primary_key=True),
        *(Column(column.name, column.type, nullable=column.nullable) for column in copied),
        Column("batch_id", Integer, nullable=False, index=True),
        Column("replaced_by", Integer, nullable=False, index=True),
    )


VERSIONS = {name: _versions(kind) for name, kind in KINDS.items()}


def now_as_stored(moment: datetime) -> datetime:
    """A wall-clock moment to the second, as the tables keep it."""
    return moment.replace(microsecond=0, tzinfo=None)
