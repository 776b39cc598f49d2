"""The tables of imports under way: what was handed in, how far it is, and what became of it.

Their rows are working papers: the files are cleared when a job is over, what it stored stands in the batches.
"""

from __future__ import annotations

from datetime import date

from pydantic import NaiveDatetime
from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from tracker.store.tables import Base
from tracker.store.types import WALL_CLOCK


class ImportJob(Base, table=True):
    """Files that somebody handed in together.

    `digest` stands for the files and the choices they were checked with; `batches` is a JSON list, written in the very
    transaction that makes a batch. `ready_rows` would go in, and say something of the days `first_day` to `last_day`
    (None: without end). `worker` names the process at work; `message_args` is JSON.
    """

    __tablename__ = "import_job"
    __table_args__ = (
        CheckConstraint(
            "state IN ('uploaded', 'checking', 'checked', 'waiting', 'importing', 'done', 'refused', 'failed', 'cancelled')",
            name="state",
        ),
        Index("ix_import_job_state", "state"),
    )

    id: int | None = Field(default=None, primary_key=True)
    state: str
    good_rows: bool = False
    digest: str = ""
    language: str = "vi"
    stage: str = ""
    rows_done: int = 0
    rows_total: int = 0
    rate: int = 0
    ready_rows: int = 0
    first_day: date | None = None
    last_day: date | None = None
    message: str = ""
    message_args: str = "{}"
    batches: str = "[]"
    cancel_asked: bool = False
    worker: str = ""
    made_by: str
    made_at: NaiveDatetime = Field(sa_type=WALL_CLOCK)
    updated_at: NaiveDatetime = Field(sa_type=WALL_CLOCK)


class ImportFile(Base, table=True):
    """One file of a job; `choices` and `report` are JSON, `refused` the workbook of the rows that were not good."""

    __tablename__ = "import_file"

    id: int | None = Field(default=None, primary_key=True)
    job: int = Field(foreign_key="import_job.id", index=True)
    name: str
    sha256: str
    size: int
    choices: str = "{}"
    report: str = "{}"
    refused: bytes | None = None


class ImportBytes(Base, table=True):
    """The bytes of a file while its job is not over, by themselves: beside them every word about it would be slow."""

    __tablename__ = "import_bytes"

    file: int = Field(foreign_key="import_file.id", primary_key=True)
    data: bytes
