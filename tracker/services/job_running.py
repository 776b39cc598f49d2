"""The work on import jobs: one is claimed, checked or stored, and left in a state that is true whatever happens."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from threading import Event, Thread
from typing import Any

from sqlalchemy import Connection, Engine, select, update

from tracker.core.problems import Place, Problem, RefusedError, UsageError
from tracker.services import audit
from tracker.services.access import Actor, DeniedError
from tracker.services.act import Act
from tracker.services.imports import Choices, Outcome, Source, import_files
from tracker.services.job_mending import make_mending
from tracker.services.job_reports import days_of, make_report, read_choices, write_reports
from tracker.services.job_settling import Clock, next_job
from tracker.services.job_states import FILE, JOB, State, digest_of, set_state, this_worker
from tracker.services.jobs import forget_files
from tracker.services.watching import BrokenOffError, Stage, Watch
from tracker.store.engine import PATIENCE, BusyError, beside, reading, writing
from tracker.store.job_bytes import fetch_bytes
from tracker.text import LANGUAGES

PREVIEWED = 50
_REPORT_EVERY = 1.0
_INTO = {State.UPLOADED: State.CHECKING, State.WAITING: State.IMPORTING}


def run_next(database: Engine, clock: Clock) -> bool:
    """Do the work of the oldest job that waits for it; False if none does."""
    waiting = next_job(database)
    return waiting is not None and run_job(database, waiting.id, clock)


def run_job(database: Engine, number: int, clock: Clock) -> bool:
    """Check or store the job's files, as it stands; False if it does not wait, or another process was first."""
    claimed = _claim(database, number, clock())
    if claimed is None:
        return False
    work = _Work(database, number, claimed.state, claimed.made_by, clock)
    with work.reporting():
        try:
            work.run(claimed)
        except BrokenOffError:
            work.end(State.CANCELLED, "job.cancelled")
        except (RefusedError, UsageError) as error:
            work.end_refused(error)
    return True


def _claim(database: Engine, number: int, now: datetime) -> Any:
    with writing(database) as connection:
        row = connection.execute(select(JOB).where(JOB.c.id == number)).first()
        if row is None or row.state not in _INTO:
            return None
        set_state(connection, number, now, _INTO[State(row.state)])
        started = {"worker": this_worker(), "stage": Stage.READING.value, "rows_done": 0, "rows_total": 0, "rate": 0}
        connection.execute(update(JOB).where(JOB.c.id == number).values(**started))
        return connection.execute(select(JOB).where(JOB.c.id == number)).one()


@dataclass
class _Work:
    """One job at work: tells the database how far it is, and stops where it is asked to."""

    database: Engine
    number: int
    state: str
    made_by: str
    clock: Clock
    _stage: Stage = Stage.READING
    _done: int = 0
    _total: int = 0
    _since: float = field(default_factory=time.monotonic)
    _stop: bool = False
    _stored: bool = False
    _over: Event = field(default_factory=Event)

    @property
    def act(self) -> Act:
        """The maker's act: rights are asked of the database when it comes to storing."""
        moment = self.clock()
        return Act(Actor(self.made_by), moment.date(), moment)

    def run(self, claimed: Any) -> None:
        """Check the files, or store them."""
        files = self._find_files(claimed.digest)
        watch = Watch(self._reached, self._guard, self._made)
        if self.state == State.CHECKING:
            choices = Choices(dry_run=True, good_rows=True, samples=PREVIEWED)
        else:
            choices = Choices(good_rows=claimed.good_rows)
        outcomes = import_files(self.database, self._sources(files), self.act, choices, watch)
        self._finish(claimed.language, files, outcomes)

    def end(self, state: State, message: str, **args: Any) -> None:
        """The job is over; nothing of it is stored but what an earlier table of it has made a batch of."""
        with writing(self.database) as connection:
            row = connection.execute(select(JOB.c.worker, JOB.c.batches).where(JOB.c.id == self.number)).one()
            if row.worker != this_worker():
                return  # it was taken for dead, and what became of it is said already
            if row.batches != "[]":
                state, message = State.FAILED, "job.interrupted_partly"
                args = {"batches": ", ".join(map(str, json.loads(row.batches)))}
            set_state(connection, self.number, self.clock(), state, message, **args)
            if state is State.CANCELLED:
                forget_files(connection, self.number)
                before, after = {"state": self.state}, {"state": state.value}
                audit.record(connection, self.act, "cancel_files", f"import/{self.number}", before, after)

    def end_refused(self, error: RefusedError | UsageError) -> None:
        """The job is over; why is said by the first problem."""
        if isinstance(error, UsageError):
            self.end(State.FAILED, f"usage.{error.code}", **error.args_by_name)
            return
        problem = error.problems[0]
        state = State.FAILED if isinstance(error, DeniedError) else State.REFUSED
        self.end(state, f"problem.{problem.code}", **problem.args)

    def reporting(self) -> _Reporting:
        """Tell the database every second how far it is, in a `with` block."""
        return _Reporting(self)

    def tell(self, patience: float = PATIENCE) -> None:
        """Write down how far it is, and read whether it shall stop."""
        spent = max(time.monotonic() - self._since, 0.001)
        said: dict[str, Any] = {"stage": self._stage.value, "rows_done": self._done, "rows_total": self._total}
        said |= {"rate": int(self._done / spent), "updated_at": self.clock().replace(microsecond=0, tzinfo=None)}
        with beside(self.database, patience) as connection:
            mine = (JOB.c.id == self.number, JOB.c.worker == this_worker())
            told = connection.execute(update(JOB).where(*mine).values(**said).returning(JOB.c.cancel_asked)).first()
        self._stop = told is None or bool(told.cancel_asked)

    def _reached(self, stage: Stage, done: int, total: int) -> None:
        if stage is not self._stage or done < self._done:
            self._since = time.monotonic()
        self._stage, self._done, self._total = stage, done, total
        if stage is Stage.STORING:
            self.tell()  # the last moment at which it can be stopped
        if self._stop and not self._stored:
            raise BrokenOffError

    def _guard(self, connection: Connection) -> None:
        """Under the lock: the job must still be this process's to store."""
        row = connection.execute(select(JOB.c.state, JOB.c.worker, JOB.c.cancel_asked).where(JOB.c.id == self.number)).one()
        if row.state != State.IMPORTING or row.worker != this_worker() or (row.cancel_asked and not self._stored):
            raise BrokenOffError

    def _made(self, connection: Connection, batch: int) -> None:
        """In the transaction that makes the batch: after any end of this process the job tells truly what is stored."""
        kept = json.loads(connection.execute(select(JOB.c.batches).where(JOB.c.id == self.number)).scalar_one())
        connection.execute(update(JOB).where(JOB.c.id == self.number).values(batches=json.dumps([*kept, batch])))
        self._stored = True

    def _find_files(self, digest: str) -> list[int]:
        """The files of the job; refused if bytes or choices are not those that were checked."""
        with reading(self.database) as connection:
            files = list(
                connection.execute(select(FILE.c.id).where(FILE.c.job == self.number).order_by(FILE.c.id)).scalars()
            )
        found = []
        for file in files:
            row, data = self._load(file)
            found.append((sha256(data).hexdigest(), row.choices))
            del data
        if digest_of(found) != digest:
            raise RefusedError([Problem("import_moved", Place(""))])
        return files

    def _sources(self, files: Sequence[int]) -> Iterator[Source]:
        """The files one after the other, so that of many large ones one is held at a time."""
        for file in files:
            row, data = self._load(file)
            yield Source(row.name, data, read_choices(row.choices))
            del data

    def _load(self, file: int) -> tuple[Any, bytes]:
        with reading(self.database) as connection:
            row = connection.execute(select(FILE.c.name, FILE.c.choices).where(FILE.c.id == file)).one()
            return row, fetch_bytes(connection, file) or b""

    def _finish(self, language: str, files: Sequence[int], outcomes: Sequence[Outcome]) -> None:
        said = next((known for known in LANGUAGES if known == language), LANGUAGES[0])
        today = self.clock().date()
        kept = {}
        for at, file in enumerate(files):
            own = [outcome for outcome in outcomes if outcome.source == at]
            kept[file] = {"report": write_reports(map(make_report, own)), "refused": make_mending(own, said, today)}
        ready = [outcome.rows for outcome in outcomes if outcome.outcome == "checked" and outcome.rows is not None]
        first, last = days_of(ready)
        with writing(self.database) as connection:
            for file, values in kept.items():
                connection.execute(update(FILE).where(FILE.c.id == file).values(**values))
            counted = {"ready_rows": sum(len(rows.frame) for rows in ready), "first_day": first, "last_day": last}
            connection.execute(update(JOB).where(JOB.c.id == self.number).values(**counted))
            state, message, args = self._verdict(outcomes)
            set_state(connection, self.number, self.clock(), state, message, **args)
            if state is State.DONE:
                forget_files(connection, self.number)

    def _verdict(self, outcomes: Sequence[Outcome]) -> tuple[State, str, dict[str, Any]]:
        earlier = next((outcome.earlier for outcome in outcomes if outcome.earlier), None)
        if outcomes and all(outcome.earlier for outcome in outcomes) and earlier is not None:
            return State.DONE, "job.already_imported", {"actor": earlier.actor, "at": earlier.at, "batch": earlier.batch}
        if self.state == State.CHECKING:
            return State.CHECKED, "", {}
        stored = [outcome.changes for outcome in outcomes if outcome.outcome == "imported"]
        if not stored:
            return State.REFUSED, "job.refused", {}
        sums = {name: sum(getattr(changes, name) for changes in stored) for name in ("new", "changed", "unchanged")}
        return State.DONE, "job.done", {**sums, "refused": sum(outcome.refused for outcome in outcomes)}


class _Reporting:
    """A thread that tells how far the work is; what it cannot write because another holds the lock, it leaves out."""

    def __init__(self, work: _Work) -> None:
        self._work = work
        self._thread = Thread(target=self._tell, name="import progress", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._work._over.set()
        self._thread.join()

    def _tell(self) -> None:
        while not self._work._over.wait(_REPORT_EVERY):
            if self._work._stage is Stage.STORING:
                continue  # this process holds the lock itself
            try:
                self._work.tell(patience=0)
            except BusyError:
                continue
