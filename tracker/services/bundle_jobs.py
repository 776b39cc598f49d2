"""Packing all papers of a period behind the page: asked for, worked on by a process of its own, taken away."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, insert, select, update

from tracker.core.problems import Place, Problem, RefusedError, UsageError
from tracker.services import audit
from tracker.services.access import Actor, Verb
from tracker.services.act import Act
from tracker.services.exports import Download
from tracker.services.issued_papers import BUNDLE, MIMES, record_issue
from tracker.services.job_reports import read_args, write_args
from tracker.services.job_states import is_alive, this_worker
from tracker.services.paper_bundles import Bundle, pack_papers
from tracker.services.permitted import reading_as, writing_as
from tracker.services.sittings import find_sitting
from tracker.services.standings import Question
from tracker.store.engine import beside, reading, writing
from tracker.store.paper_tables import PaperBundle
from tracker.store.publishing import bump_version
from tracker.store.tables import now_as_stored

JOB = PaperBundle.__table__  # type: ignore[attr-defined]
WAITING, RUNNING, DONE, FAILED, CANCELLED = "waiting", "running", "done", "failed", "cancelled"
AT_WORK = (WAITING, RUNNING)
Clock = Callable[[], datetime]
_TELL_EVERY = 0.5
_LIGHT = tuple(column for column in JOB.c if column.name != "data")


class BrokenOffError(Exception):
    """Somebody asked for an end, or the job is not this process's any more."""


@dataclass(frozen=True, slots=True)
class BundleJob:
    """A bundle under way or made; `message` is a key of words, `issued` the record of what it became."""

    id: int
    campaign: str
    period: str
    state: str
    done: int
    total: int
    cancel_asked: bool
    message: str
    args: Mapping[str, Any]
    name: str
    issued: int | None
    made_by: str
    made_at: datetime

    @property
    def percent(self) -> int:
        """How far it is, 0 to 100."""
        return 100 if self.state not in AT_WORK else 100 * self.done // max(self.total, 1)


def ask_for_bundle(database: Engine, campaign: str, period: str, act: Act) -> int:
    """Have the papers of a period packed; returns the job, that of somebody else if one is at work on it already."""
    with writing_as(database, act, Verb.MAKE_PAPERS) as connection:
        find_sitting(connection, campaign, period)
        of_period = (JOB.c.campaign == campaign, JOB.c.period == period)
        known = connection.execute(select(JOB.c.id).where(*of_period, JOB.c.state.in_(AT_WORK))).scalar()
        if known is not None:
            return int(known)
        # Only the newest file of a period is kept here: older ones can be made again, and their digests are recorded.
        connection.execute(update(JOB).where(*of_period).values(data=None))
        stamp = now_as_stored(act.now)
        row = {"campaign": campaign, "period": period, "state": WAITING, "made_by": act.actor, "made_at": stamp}
        job = connection.execute(insert(JOB).values(**row, updated_at=stamp).returning(JOB.c.id)).scalar_one()
        audit.record(connection, act, "ask_for_bundle", f"period/{campaign}/{period}", after={"bundle": int(job)})
        return int(job)


def newest_bundle(database: Engine, campaign: str, period: str, actor: Actor) -> BundleJob | None:
    """The last bundle anybody asked for of that period."""
    with reading_as(database, actor, Verb.MAKE_PAPERS) as connection:
        chosen = select(*_LIGHT).where(JOB.c.campaign == campaign, JOB.c.period == period)
        row = connection.execute(chosen.order_by(JOB.c.id.desc()).limit(1)).first()
        return None if row is None else _job(row)


def fetch_bundle(database: Engine, job: int, actor: Actor) -> Download:
    """The file; UsageError where it is not made or not kept any more."""
    with reading_as(database, actor, Verb.MAKE_PAPERS) as connection:
        row = connection.execute(select(JOB.c.name, JOB.c.data).where(JOB.c.id == job, JOB.c.state == DONE)).first()
    if row is None or row.data is None:
        raise UsageError("bundle_gone", job=job)
    return Download(row.name, bytes(row.data), MIMES["zip"])


def cancel_bundle(database: Engine, job: int, act: Act) -> None:
    """Ask for an end; one that nobody works on ends at once."""
    with writing_as(database, act, Verb.MAKE_PAPERS) as connection:
        row = connection.execute(select(*_LIGHT).where(JOB.c.id == job)).first()
        if row is None or row.state not in AT_WORK:
            raise RefusedError([Problem("bundle_over", Place(""))])
        connection.execute(update(JOB).where(JOB.c.id == job).values(cancel_asked=True))
        if row.state == WAITING:
            _set(connection, job, act.now, CANCELLED, "bundle.cancelled")


def make_bundle_now(database: Engine, question: Question, act: Act) -> Download:
    """The same at once, recorded as issued; for the command line."""
    bundle = pack_papers(database, question, act)
    with writing_as(database, act, Verb.MAKE_PAPERS) as connection:
        _record(connection, bundle, act)
    return bundle.file


def next_bundle(database: Engine) -> int | None:
    """The oldest bundle that waits."""
    with reading(database) as connection:
        return connection.execute(select(JOB.c.id).where(JOB.c.state == WAITING).order_by(JOB.c.id).limit(1)).scalar()


def settle_bundles(database: Engine, clock: Clock) -> None:
    """Say of bundles whose process has died that they failed."""
    with reading(database) as connection:
        rows = connection.execute(select(JOB.c.id, JOB.c.worker).where(JOB.c.state == RUNNING)).all()
    for row in rows:
        if not is_alive(row.worker):
            with writing(database) as connection:
                _set(connection, row.id, clock(), FAILED, "bundle.interrupted", worker=row.worker)


def fail_unclaimed(database: Engine, job: int, clock: Clock) -> None:
    """Say of a bundle that its process could not even begin; a failing start must not be tried for ever."""
    with writing(database) as connection:
        if connection.execute(select(JOB.c.id).where(JOB.c.id == job, JOB.c.state == WAITING)).first() is not None:
            _set(connection, job, clock(), FAILED, "bundle.interrupted")


def run_bundle(database: Engine, job: int, clock: Clock) -> bool:
    """Work on the bundle; False if it does not wait, or another process was first."""
    with writing(database) as connection:
        row = connection.execute(select(*_LIGHT).where(JOB.c.id == job, JOB.c.state == WAITING)).first()
        if row is None:
            return False
        connection.execute(update(JOB).where(JOB.c.id == job).values(state=RUNNING, worker=this_worker()))
    moment = clock()
    act = Act(Actor(row.made_by), moment.date(), moment)
    try:
        bundle = pack_papers(database, Question(row.campaign, row.period), act, _Telling(database, job, clock))
        _finish(database, job, bundle, Act(act.actor, act.today, clock()))
    except BrokenOffError:
        _end(database, job, clock, CANCELLED, "bundle.cancelled")
    except UsageError as error:
        _end(database, job, clock, FAILED, f"usage.{error.code}", **error.args_by_name)
    except RefusedError as error:
        problem = error.problems[0]
        _end(database, job, clock, FAILED, f"problem.{problem.code}", **problem.args)
    return True


@dataclass
class _Telling:
    """Writes down how far a job is, now and then, and raises once somebody asked for its end."""

    database: Engine
    job: int
    clock: Clock
    told: float = 0.0

    def __call__(self, done: int, total: int) -> None:
        if done < total and time.monotonic() - self.told < _TELL_EVERY:
            return
        self.told = time.monotonic()
        values = {"done": done, "total": total, "updated_at": now_as_stored(self.clock())}
        mine = (JOB.c.id == self.job, JOB.c.worker == this_worker())
        with beside(self.database) as connection:
            asked = connection.execute(update(JOB).where(*mine).values(**values).returning(JOB.c.cancel_asked)).first()
        if asked is None or asked.cancel_asked:
            raise BrokenOffError


def _finish(database: Engine, job: int, bundle: Bundle, act: Act) -> None:
    """The file kept and recorded as issued, in one transaction."""
    with writing_as(database, act, Verb.MAKE_PAPERS) as connection:
        mine = (JOB.c.id == job, JOB.c.worker == this_worker())
        if connection.execute(select(JOB.c.id).where(*mine)).first() is None:
            raise BrokenOffError
        issued = _record(connection, bundle, act)
        kept = {"name": bundle.file.name, "data": bundle.file.data, "issued": issued}
        connection.execute(update(JOB).where(*mine).values(**kept))
        _set(connection, job, act.now, DONE)


def _record(connection: Connection, bundle: Bundle, act: Act) -> int:
    sitting = bundle.ground.sitting
    row = {
        **{"campaign": sitting.campaign, "period": sitting.period, "kind": BUNDLE, "file_name": bundle.file.name},
        **{"revision": sitting.revision, "state": sitting.state, "results_sha256": bundle.ground.results_sha256},
    }
    issued = record_issue(connection, row, bundle.file.data, act)
    bump_version(connection)
    return issued.id


def _end(database: Engine, job: int, clock: Clock, state: str, message: str, **args: Any) -> None:
    with writing(database) as connection:
        _set(connection, job, clock(), state, message, worker=this_worker(), **args)


def _set(connection: Connection, job: int, now: datetime, state: str, message: str = "", **args: Any) -> None:
    """Put a job into a state with a message, if the named worker still has it."""
    worker = args.pop("worker", None)
    values = {"state": state, "message": message, "message_args": write_args(args), "worker": ""}
    chosen = [JOB.c.id == job] + ([] if worker is None else [JOB.c.worker == worker])
    connection.execute(update(JOB).where(*chosen).values(**values, updated_at=now_as_stored(now)))


def _job(row: Row[Any]) -> BundleJob:
    told = {name: getattr(row, name) for name in BundleJob.__slots__ if name != "args"}
    return BundleJob(**told, args=read_args(row.message_args))
