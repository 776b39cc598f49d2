"""Import jobs as they are stored and read: their states, what each is about, and whether the process at work lives."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, or_, select, true, update

from tracker.core.problems import UsageError
from tracker.intake import ReadingChoices
from tracker.services.access import OPERATOR, Actor, Role, role_of
from tracker.services.job_reports import TableReport, read_args, read_choices, read_reports, write_args
from tracker.services.watching import Stage
from tracker.store.audit import canonical
from tracker.store.job_bytes import has_bytes
from tracker.store.job_tables import ImportFile, ImportJob

JOB = ImportJob.__table__  # type: ignore[attr-defined]
FILE = ImportFile.__table__  # type: ignore[attr-defined]


class State(StrEnum):
    """Where a job stands: handed in, checked, confirmed by its maker, over."""

    UPLOADED = "uploaded"
    CHECKING = "checking"
    CHECKED = "checked"
    WAITING = "waiting"
    IMPORTING = "importing"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    CANCELLED = "cancelled"


QUEUED = (State.UPLOADED, State.WAITING)
RUNNING = (State.CHECKING, State.IMPORTING)
OVER = (State.DONE, State.REFUSED, State.FAILED, State.CANCELLED)
_STAGED = (State.CHECKED, State.WAITING, State.IMPORTING)
# How far each stage reaches, in percent.
_REACH = {Stage.READING: (0, 10), Stage.CHECKING: (10, 60), Stage.STAGING: (60, 80), Stage.STORING: (80, 80)}


@dataclass(frozen=True, slots=True)
class JobFile:
    """One file of a job without its bytes; `mendable`: its refused rows can be taken away as a workbook."""

    id: int
    name: str
    sha256: str
    size: int
    kept: bool
    mendable: bool
    choices: ReadingChoices
    tables: tuple[TableReport, ...]


@dataclass(frozen=True, slots=True)
class Job:
    """Files handed in together, how far they are, and what became of them; `message` is a key of words.

    In a list of jobs `files` are left out, and only their `names` are told.
    """

    id: int
    state: State
    good_rows: bool
    digest: str
    stage: str
    rows_done: int
    rows_total: int
    rate: int
    ready_rows: int
    message: str
    args: Mapping[str, Any]
    batches: tuple[int, ...]
    cancel_asked: bool
    made_by: str
    made_at: datetime
    updated_at: datetime
    files: tuple[JobFile, ...]
    names: tuple[str, ...] = ()

    @property
    def percent(self) -> int:
        """How far it is, 0 to 100."""
        if self.state in OVER or self.state is State.CHECKED:
            return 100
        begins, ends = _REACH.get(Stage(self.stage), (0, 0)) if self.stage else (0, 0)
        return begins + (ends - begins) * min(self.rows_done, self.rows_total) // max(self.rows_total, 1)

    @property
    def tables(self) -> tuple[TableReport, ...]:
        """The tables of all its files."""
        return tuple(table for file in self.files for table in file.tables)

    @property
    def left_out(self) -> int:
        """How many rows would be left out."""
        return sum(table.refused for table in self.tables)

    @property
    def has_errors(self) -> bool:
        """True if some rows or tables would be left out."""
        return any(table.counts.get("error") for table in self.tables)


def visible_jobs(connection: Connection, actor: Actor) -> ColumnElement[bool]:
    """Which jobs the actor may see: the own ones; administrators see all."""
    return true() if actor == OPERATOR or role_of(connection, actor) is Role.ADMIN else JOB.c.made_by == actor


def load_job(connection: Connection, number: int, actor: Actor) -> Job:
    """The job with its files; a foreign one and one there is not are the same to who may not see it."""
    row = connection.execute(select(JOB).where(JOB.c.id == number, visible_jobs(connection, actor))).first()
    if row is None:
        raise UsageError("unknown_import_job", job=number)
    return as_job(row, load_files(connection, number))


def load_files(connection: Connection, number: int) -> list[Row[Any]]:
    """The rows of a job's files without their bytes."""
    columns = [column for column in FILE.columns if column.name != "refused"]
    kept = (has_bytes(FILE.c.id).label("kept"), FILE.c.refused.is_not(None).label("mendable"))
    return list(connection.execute(select(*columns, *kept).where(FILE.c.job == number).order_by(FILE.c.id)))


def as_job(row: Row[Any], files: Sequence[Row[Any]] = ()) -> Job:
    """A job of its rows."""
    said = dict(row._mapping)
    whole = {name: said[name] for name in Job.__slots__ if name in said}
    return Job(
        **{
            **whole,
            "state": State(row.state),
            "args": read_args(row.message_args),
            "batches": tuple(json.loads(row.batches)),
            "files": tuple(map(_as_file, files)),
        }
    )


def _as_file(row: Row[Any]) -> JobFile:
    choices, tables = read_choices(row.choices), read_reports(row.report)
    return JobFile(row.id, row.name, row.sha256, row.size, bool(row.kept), bool(row.mendable), choices, tables)


def digest_of(files: Sequence[tuple[str, str]]) -> str:
    """What stands for the files of a job (each its digest and its choices as text), in their order."""
    return sha256(canonical({"files": [list(file) for file in files]}).encode()).hexdigest()


def set_state(connection: Connection, number: int, now: datetime, state: State, message: str = "", **args: Any) -> None:
    """Put a job into that state with a message; nobody is at work on it any more unless it runs."""
    values: dict[str, Any] = {"state": state.value, "message": message, "message_args": write_args(args)}
    if state not in RUNNING:
        values["worker"] = ""
    stamped = now.replace(microsecond=0, tzinfo=None)
    connection.execute(update(JOB).where(JOB.c.id == number).values(**values, updated_at=stamped))


def count_staged(connection: Connection, begins: date, ends: date) -> int:
    """How many imports of anybody wait or run that say something of these days."""
    touching = (
        or_(JOB.c.first_day.is_(None), JOB.c.first_day <= ends),
        or_(JOB.c.last_day.is_(None), JOB.c.last_day >= begins),
    )
    states = [state.value for state in _STAGED]
    query = select(JOB.c.id).where(JOB.c.state.in_(states), JOB.c.ready_rows > 0, *touching)
    return len(connection.execute(query).all())


def this_worker() -> str:
    """This process, so that others can tell whether it still lives."""
    return f"{socket.gethostname()} {os.getpid()} {_started(os.getpid())}"


def is_alive(worker: str) -> bool:
    """Whether that process may still be at work; of another machine's nobody here can tell, so it counts as alive."""
    host, pid, started = worker.split(" ") if worker.count(" ") == 2 else (socket.gethostname(), "0", "")
    if host != socket.gethostname():
        return True
    return pid != "0" and _started(int(pid)) == started != ""


def _started(pid: int) -> str:
    """When a process of this machine was started, as the system counts it; "" if there is none."""
    with suppress(OSError, IndexError):
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[19]
    return ""
