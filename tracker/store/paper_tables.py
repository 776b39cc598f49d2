"""The tables of papers: what the office writes on them, its own templates, what was issued, and bundles under way."""

from __future__ import annotations

from datetime import date

from pydantic import NaiveDatetime
from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field

from tracker.store.tables import Base
from tracker.store.types import WALL_CLOCK


class PaperSettings(Base, table=True):
    """What a campaign's papers say beyond the result: agency, grounds, recipients, signatory. `texts` is a JSON object.

    `version` grows with each edit, so that two people do not overwrite one another.
    """

    __tablename__ = "paper_settings"
    __table_args__ = (CheckConstraint("version > 0", name="version"),)

    campaign: str = Field(foreign_key="campaign.code", primary_key=True)
    texts: str
    version: int
    changed_by: str
    changed_at: NaiveDatetime = Field(sa_type=WALL_CLOCK)


class PaperTemplate(Base, table=True):
    """A template the office made its own, or (`data` empty) its return to the one that is shipped. Written once.

    The one of the highest `number` of its kind holds.
    """

    __tablename__ = "paper_template"
    __table_args__ = (
        UniqueConstraint("kind", "number"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("length(sha256) = 64", name="sha256"),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    number: int
    name: str
    sha256: str
    size: int
    data: bytes
    made_by: str
    made_at: NaiveDatetime = Field(sa_type=WALL_CLOCK)


class IssuedPaper(Base, table=True):
    """A paper somebody took away to be signed, byte for byte. Written once.

    `number` and `dated` stand on the paper, `fields` is a JSON object of whatever was typed for it. `results_sha256` is the
    result it was made from, "" for one that was not kept. A bundle keeps no bytes (`data` empty): it can be made again.
    """

    __tablename__ = "issued_paper"
    __table_args__ = (
        ForeignKeyConstraint(["campaign", "period"], ["period.campaign", "period.code"]),
        CheckConstraint("length(sha256) = 64", name="sha256"),
        CheckConstraint("state IN ('open', 'frozen', 'published', 'final')", name="state"),
        Index("ix_issued_paper_period", "campaign", "period"),
    )

    id: int | None = Field(default=None, primary_key=True)
    campaign: str
    period: str
    revision: int
    state: str
    kind: str
    unit: str = ""
    officer: str = ""
    number: str = ""
    dated: date | None = None
    fields: str = "{}"
    file_name: str
    sha256: str
    size: int
    data: bytes
    template_sha256: str = ""
    results_sha256: str = ""
    made_by: str
    made_at: NaiveDatetime = Field(sa_type=WALL_CLOCK)


class PaperBundle(Base, table=True):
    """All papers of a period being packed into one file: a working paper; `issued` names what it became.

    `worker` names the process at work; `message_args` is JSON.
    """

    __tablename__ = "paper_bundle"
    __table_args__ = (
        ForeignKeyConstraint(["campaign", "period"], ["period.campaign", "period.code"]),
        CheckConstraint("state IN ('waiting', 'running', 'done', 'failed', 'cancelled')", name="state"),
        Index("ix_paper_bundle_state", "state"),
    )

    id: int | None = Field(default=None, primary_key=True)
    campaign: str
    period: str
    state: str
    done: int = 0
    total: int = 0
    cancel_asked: bool = False
    message: str = ""
    message_args: str = "{}"
    name: str = ""
    data: bytes | None = None
    issued: int | None = None
    worker: str = ""
    made_by: str
    made_at: NaiveDatetime = Field(sa_type=WALL_CLOCK)
    updated_at: NaiveDatetime = Field(sa_type=WALL_CLOCK)
