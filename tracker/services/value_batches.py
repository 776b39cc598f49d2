"""Reported values as the committee writes them while a period is open: a batch of the cases, under the lock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, Table

from tracker.core.cases import REPORTED
from tracker.services.access import Verb, require
from tracker.services.act import Act
from tracker.services.batches import close_batch, record_batch
from tracker.services.campaigns import PeriodState
from tracker.services.copies import find_frozen
from tracker.services.permitted import denials_recorded
from tracker.services.policies import load_policies
from tracker.store.engine import locked
from tracker.store.publishing import Changes, publish_staged
from tracker.store.staging import Cells, staged

OPEN = "open"


@dataclass(frozen=True, slots=True)
class Made:
    """The batch that was written, and what it changed."""

    batch: int
    changes: Changes


@contextmanager
def appraising(database: Engine, columns: Sequence[str], rows: Cells, act: Act) -> Iterator[tuple[Connection, Table]]:
    """A writing transaction of somebody who may appraise, and the staged values, which were laid out before the lock."""
    with (
        denials_recorded(database),
        database.connect() as connection,
        staged(connection, REPORTED, columns, [rows] if rows else []) as stage,
        locked(connection),
    ):
        require(connection, act.actor, Verb.APPRAISE)
        yield connection, stage


def is_open(connection: Connection, campaign: str, period: PeriodState) -> bool:
    """Whether the values of the period still stand in the cases alone."""
    return period.state == OPEN and find_frozen(connection, campaign, period.code) is None


def publish_values(connection: Connection, stage: Table, reason: str, act: Act) -> Made:
    """Write the staged values as a batch, for that reason."""
    columns = ",".join(column.name for column in stage.columns)
    batch = record_batch(connection, act, action="import", kind=REPORTED.name, columns=columns, reason=reason)
    changes = publish_staged(connection, REPORTED, stage, batch, load_policies(connection))
    close_batch(connection, batch, changes)
    return Made(batch, changes)
