"""An import job's process is ended at some moment, again and again: rows whole or not at all, and truly told.

python -m tests.faults.interruptions SQLITE_FILE_OR_POSTGRESQL_URL [MOMENTS] [ROWS]

Each of the ways (kill -9, SIGTERM, its application gone) has MOMENTS moments; `page_interruptions` does it from the page.
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
WAYS = ("kill -9", "SIGTERM", "application gone")


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


def interrupt(engine: Engine, url: str, job: int, after: float, way: str) -> Ending:
    """End the job's process that way so many seconds after it began to work, then look at what is there."""
    process = start(url, job)
    while process.poll() is None and find_job(engine, job, OPERATOR).state == "waiting":
        time.sleep(0.005)
    time.sleep(after)
    match way:
        case "kill -9":
            process.kill()
        case "SIGTERM":
            process.terminate()
        case _:
            process.stdin.close()
    process.wait(30)
    return look(engine, job, killed=process.returncode != 0)


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


def run(
    url: str, moments: int, rows: int = ROWS, longest: float = 2.0, before: Ending | None = None
) -> list[tuple[str, Ending, bool]]:
    """One job a moment, spread over the time one takes; the ways take turns."""
    engine = open_database(url)
    found: list[tuple[str, Ending, bool]] = []
    for at in range(moments):
        job = waiting_job(engine, at, rows)
        way = WAYS[at % len(WAYS)]
        ending = interrupt(engine, url, job, longest * at / moments, way)
        found.append((way, ending, is_true(ending, before, rows)))
        before = ending
    assert all(not check.differences for check in verify_ledgers(engine, OPERATOR)), "the ledger is wrong"
    engine.dispose()
    return found


def take_time(url: str, rows: int) -> tuple[float, Ending]:
    """Seconds that a job works to which nothing happens, and what it leaves."""
    engine = open_database(url)
    job = waiting_job(engine, -1, rows)
    process = start(url, job)
    while find_job(engine, job, OPERATOR).state == "waiting":
        time.sleep(0.005)
    began = time.monotonic()
    process.wait(120)
    took = time.monotonic() - began
    return took, look(engine, job, killed=False)


def main(url: str, moments: int, rows: int) -> None:
    prepare(url)
    longest, before = take_time(url, rows)
    found = run(url, moments * len(WAYS), rows, longest, before)
    for way in WAYS:
        mine = [(ending, good) for one, ending, good in found if one == way]
        told = Counter((ending.state, ending.message) for ending, _ in mine)
        waited = max(ending.waited for ending, _ in mine)
        true = sum(good for _, good in mine)
        print(
            f"{way}: {true} of {len(mine)} true over {longest:.1f} s; told {dict(told)}; a writer then waited {waited:.2f} s"
        )
    print(*[one for one in found if not one[-1]], sep="\n")


if __name__ == "__main__":
    target = sys.argv[1]
    given = [int(word) for word in sys.argv[2:]]
    main(target if "://" in target else f"sqlite:///{target}", *given, *(20, ROWS)[len(given) :])
