"""An import job's process is killed at some moment, again and again: rows whole or not at all, and truly told.

python -m tests.faults.interruptions SQLITE_FILE_OR_POSTGRESQL_URL [MOMENTS] [ROWS]
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1])]

from builders import act, put_campaign, put_offices
from sqlalchemy import Engine, text

from tracker.services.access import OPERATOR
from tracker.services.database import open_database, upgrade
from tracker.services.imports import Source
from tracker.services.job_running import run_next
from tracker.services.job_settling import settle_jobs
from tracker.services.jobs import confirm_job, find_job, submit_job
from tracker.services.policies import verify_ledgers
from tracker.services.running import now
from tracker.store.engine import reading, writing

ROOT = Path(__file__).parents[2]
ROWS = 3000
_KILLED = -9


def clock() -> datetime:
    return datetime(2026, 6, 30, 8, 0, 0)


@dataclass(frozen=True, slots=True)
class Ending:
    """How one job ended: what the page says, the rows and audit lines it left, and how long a writer then waited."""

    state: str
    message: str
    rows: int
    lines: int
    waited: float
    killed: bool


def prepare(url: str) -> None:
    engine = open_database(url)
    upgrade(engine)
    put_offices(engine, "A", "B")
    put_campaign(engine, begins="2020-01-01", ends="2020-12-31")
    engine.dispose()


def file_of(number: int, rows: int) -> bytes:
    """Dossiers that only this file has."""
    lines = [f"T{number}-{at},{'AB'[at % 2]},P1,2020-03-{at % 28 + 1:02d},2020-04-{at % 28 + 1:02d}" for at in range(rows)]
    return "\n".join(["code,unit,procedure,received_at,due_at", *lines]).encode()


def waiting_job(engine: Engine, number: int, rows: int) -> int:
    """A job that is checked and confirmed."""
    job = submit_job(engine, [Source("dossiers.csv", file_of(number, rows))], act())
    assert run_next(engine, clock)
    confirm_job(engine, job, find_job(engine, job, OPERATOR).digest, act())
    return job


def start(url: str, job: int) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "TRACKER_DATABASE_URL": url, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tracker.services.job_process", str(job)]
    return subprocess.Popen(command, env=environment, stdin=subprocess.PIPE)


def interrupt(engine: Engine, url: str, job: int, after: float, *, by_pipe: bool = False) -> Ending:
    """Kill the job's process so many seconds after it began to work, then look at what is there."""
    process = start(url, job)
    while process.poll() is None and find_job(engine, job, OPERATOR).state == "waiting":
        time.sleep(0.005)
    time.sleep(after)
    if by_pipe:
        process.stdin.close()  # as when the application goes
    else:
        process.kill()
    process.wait(30)
    return look(engine, job, killed=process.returncode == _KILLED)


def look(engine: Engine, job: int, *, killed: bool) -> Ending:
    began = time.perf_counter()
    with writing(engine) as connection:
        connection.execute(text("UPDATE state SET data_version = data_version"))
    waited = time.perf_counter() - began
    settle_jobs(engine, now)
    found = find_job(engine, job, OPERATOR)
    with reading(engine) as connection:
        counts = [
            connection.execute(text(query)).scalar_one()
            for query in (
                "SELECT count(*) FROM dossier",
                "SELECT count(*) FROM audit_entry WHERE verb = 'import' AND payload LIKE '%dossiers%'",
            )
        ]
    return Ending(found.state, found.message, counts[0], counts[1], waited, killed)


def is_true(ending: Ending, before: Ending | None, rows: int) -> bool:
    """Whether rows and log grew by all or nothing, together, and the page says which it was."""
    old_rows, old_lines = (before.rows, before.lines) if before else (0, 0)
    stored = ending.rows - old_rows == rows and ending.lines - old_lines == 1
    nothing = ending.rows == old_rows and ending.lines == old_lines
    told = ending.state == "done" if stored else ending.state == "failed" and ending.message == "job.interrupted"
    return (stored or nothing) and told and ending.waited < 1


def run(url: str, moments: int, rows: int = ROWS, longest: float = 2.0) -> list[tuple[Ending, bool]]:
    """One job a moment, spread over the time one takes; every fifth loses its application instead of being killed."""
    engine = open_database(url)
    found: list[tuple[Ending, bool]] = []
    before: Ending | None = None
    for at in range(moments):
        job = waiting_job(engine, at, rows)
        ending = interrupt(engine, url, job, longest * at / moments, by_pipe=at % 5 == 4)
        found.append((ending, is_true(ending, before, rows)))
        before = ending
    assert all(not check.differences for check in verify_ledgers(engine, OPERATOR)), "the ledger is wrong"
    engine.dispose()
    return found


def main(url: str, moments: int, rows: int) -> None:
    prepare(url)
    found = run(url, moments, rows)
    told = Counter((ending.state, ending.message) for ending, _ in found)
    waited = max(ending.waited for ending, _ in found)
    true = sum(good for _, good in found)
    print(f"{moments} interruptions of {rows} rows: {true} true; told {dict(told)}; waited {waited:.2f} s")


if __name__ == "__main__":
    target = sys.argv[1]
    given = [int(word) for word in sys.argv[2:]]
    main(target if "://" in target else f"sqlite:///{target}", *given, *(20, ROWS)[len(given) :])
