"""The table of mapping profiles: how the files of one source are read."""

from __future__ import annotations

from pydantic import NaiveDatetime
from sqlalchemy import CheckConstraint
from sqlmodel import Field

from tracker.store.tables import Base
from tracker.store.types import WALL_CLOCK


class Profile(Base, table=True):
    """How one source's files are read, found again by the fingerprint of their headings. `choices` is a JSON object."""

    __table_args__ = (
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("length(fingerprint) = 64", name="fingerprint"),
        CheckConstraint("version > 0", name="version"),
    )

    name: str = Field(primary_key=True)
    kind: str
    fingerprint: str = Field(index=True)
    choices: str
    version: int
    made_by: str
    made_at: NaiveDatetime = Field(sa_type=WALL_CLOCK)
    used_at: NaiveDatetime | None = Field(default=None, sa_type=WALL_CLOCK)
