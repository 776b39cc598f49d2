"""Which job is next, and the truth of those whose process has died; working papers are cleared when they are old."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Engine, or_, select, update

from tracker.services.job_reports import without_samples
from tracker.services.job_states import FILE, JOB, QUEUED, RUNNING, State, is_alive, set_state
from tracker.services.jobs import forget_files
from tracker.store.engine import reading, writing
from tracker.store.job_bytes import has_bytes

Clock = Callable[[], datetime]
_KEPT_FOR = timedelta(days=1)


class Waiting(NamedTuple):
    """A job that waits, as it was seen."""

    id: int
    state: str
    since: datetime


def next_job(database: Engine) -> Waiting | None:
    """The oldest job that waits to be worked on."""
    columns = (JOB.c.id, JOB.c.state, JOB.c.updated_at)
    with reading(database) as connection:
        waiting = select(*columns).where(JOB.c.state.in_([state.value for state in QUEUED]))
        row = connection.execute(waiting.order_by(JOB.c.updated_at, JOB.c.id).limit(1)).first()
        return None if row is None else Waiting(*row)


def settle_jobs(database: Engine, clock: Clock) -> None:
    """Say the truth of jobs whose process has died, give up those nobody came back to, clear the files of what is over."""
    now = clock()
    long_ago = now.replace(microsecond=0, tzinfo=None) - _KEPT_FOR
    with reading(database) as connection:
        running = connection.execute(select(JOB).where(JOB.c.state.in_([state.value for state in RUNNING])))
        # Of a process on another machine nobody here can tell whether it lives; whoever lives tells how far it is.
        dead = [row for row in running if not is_alive(row.worker) or row.updated_at < long_ago]
        stale = connection.execute(select(JOB.c.id, JOB.c.state).where(JOB.c.updated_at < long_ago)).all()
        kept = (
            connection.execute(select(FILE.c.job).where(or_(has_bytes(FILE.c.id), FILE.c.refused.is_not(None))))
            .scalars()
            .all()
        )
    for row in dead:
        _settle(database, row, now)
    for row in stale:
        if row.id in kept and row.state not in RUNNING:
            _clear(database, row.id, long_ago, now)


def _settle(database: Engine, row: Any, now: datetime) -> None:
    """A job whose process died: what its batches say is stored, and nothing else."""
    with writing(database) as connection:
        found = connection.execute(select(JOB).where(JOB.c.id == row.id, JOB.c.worker == row.worker)).first()
        if found is None or found.state not in RUNNING:
            return
        reports = connection.execute(select(FILE.c.report).where(FILE.c.job == row.id)).scalars().all()
        wanted = sum(one["outcome"] == "checked" for text in reports if text != "{}" for one in json.loads(text))
        batches = json.loads(found.batches)
        listed = ", ".join(map(str, batches))
        if batches and len(batches) >= wanted:
            set_state(connection, row.id, now, State.DONE, "job.interrupted_stored", batches=listed)
        elif batches:
            set_state(connection, row.id, now, State.FAILED, "job.interrupted_partly", batches=listed)
        else:
            set_state(connection, row.id, now, State.FAILED, "job.interrupted")


def fail_unclaimed(database: Engine, seen: Waiting, clock: Clock) -> None:
    """A job that its process did not even begin: nobody would ever come to the ones after it."""
    with writing(database) as connection:
        row = connection.execute(select(JOB.c.id, JOB.c.state, JOB.c.updated_at).where(JOB.c.id == seen.id)).first()
        if row is not None and Waiting(*row) == seen:
            set_state(connection, seen.id, clock(), State.FAILED, "job.interrupted")


def _clear(database: Engine, number: int, long_ago: datetime, now: datetime) -> None:
    with writing(database) as connection:
        untouched = (JOB.c.id == number, JOB.c.updated_at < long_ago)
        state = connection.execute(select(JOB.c.state).where(*untouched)).scalar()
        if state is None:
            return  # its maker came back to it meanwhile
        reports = connection.execute(select(FILE.c.id, FILE.c.report).where(FILE.c.job == number)).all()
        for file in reports:
            bare = {"report": without_samples(file.report), "refused": None}
            connection.execute(update(FILE).where(FILE.c.id == file.id).values(**bare))
        forget_files(connection, number)
        if state in (State.UPLOADED, State.CHECKED, State.WAITING):
            set_state(connection, number, now, State.CANCELLED, "job.expired")
