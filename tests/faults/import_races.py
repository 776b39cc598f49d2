"""Four clerks store the same file, and a file of their own, at the same moment, again and again: each file goes in once.

python -m tests.faults.import_races SQLITE_FILE_OR_POSTGRESQL_URL [RACES]
"""

from __future__ import annotations

import multiprocessing
import sys
import time
from collections import Counter
from datetime import datetime
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1])]

from builders import act, put_campaign, put_offices
from people import put_account
from sqlalchemy import text

from tracker.services.access import OPERATOR, Actor, Role
from tracker.services.database import open_database, upgrade
from tracker.services.imports import Source
from tracker.services.job_running import run_job
from tracker.services.jobs import confirm_job, find_job, submit_job
from tracker.services.policies import verify_ledgers
from tracker.store.engine import reading

PROCESSES = 4
ROWS = 20
CLERKS = [Actor(f"clerk-{number}") for number in range(PROCESSES)]


def clock() -> datetime:
    return datetime(2026, 6, 30, 8, 0, 0)


def prepare(url: str) -> None:
    engine = open_database(url)
    upgrade(engine)
    put_offices(engine, "A", "B")
    put_campaign(engine, begins="2020-01-01", ends="2020-12-31")
    for clerk in CLERKS:
        put_account(engine, clerk, Role.ADMIN)
    engine.dispose()


def source(name: str) -> Source:
    lines = [f"{name}-{at},{'AB'[at % 2]},P1,2020-03-{at % 28 + 1:02d}" for at in range(ROWS)]
    return Source("dossiers.csv", "\n".join(["code,unit,procedure,received_at", *lines]).encode())


def confirmed(engine, name: str, clerk: Actor) -> int:
    job = submit_job(engine, [source(name)], act(actor=clerk))
    run_job(engine, job, clock)
    confirm_job(engine, job, find_job(engine, job, clerk).digest, act(actor=clerk))
    return job


def store(url: str, clerk: Actor, jobs: list[int], start, outcomes) -> None:
    """Store each job as soon as all processes have come to it."""
    engine = open_database(url)
    for job in jobs:
        start.wait()
        run_job(engine, job, clock)
        found = find_job(engine, job, clerk)
        outcomes.put((job, found.message, str(found.args.get("actor", ""))))
    engine.dispose()


def race(url: str, races: int) -> dict[str, list[tuple[str, str]]]:
    """What became of each race's four jobs: `same-N` the same file, `own-N` four files."""
    engine = open_database(url)
    jobs: dict[Actor, list[int]] = {clerk: [] for clerk in CLERKS}
    race_of: dict[int, str] = {}
    for number in range(races):
        for kind in ("same", "own"):
            for clerk in CLERKS:
                name = f"{kind}{number}" + (clerk if kind == "own" else "")
                job = confirmed(engine, name, clerk)
                jobs[clerk].append(job)
                race_of[job] = f"{kind}-{number}"
    engine.dispose()
    context = multiprocessing.get_context("forkserver")  # processes of their own, but what they import is read once
    context.set_forkserver_preload([__name__])
    start, outcomes = context.Barrier(PROCESSES), context.Queue()
    runners = [context.Process(target=store, args=(url, clerk, jobs[clerk], start, outcomes)) for clerk in CLERKS]
    for runner in runners:
        runner.start()
    found: dict[str, list[tuple[str, str]]] = {}
    for _ in race_of:
        job, message, first = outcomes.get(timeout=120)
        found.setdefault(race_of[job], []).append((message, first))
    for runner in runners:
        runner.join(timeout=30)
    return found


def is_right(name: str, told: list[tuple[str, str]]) -> bool:
    """Of the same file one is stored and the others told who was first; of their own all are stored."""
    messages = Counter(message for message, _ in told)
    if name.startswith("own"):
        return messages == {"job.done": PROCESSES}
    firsts = {first for message, first in told if message == "job.already_imported"}
    return messages == {"job.done": 1, "job.already_imported": PROCESSES - 1} and firsts <= set(CLERKS) and len(firsts) == 1


def rows_stored(url: str) -> int:
    engine = open_database(url)
    with reading(engine) as connection:
        stored = connection.execute(text("SELECT count(*) FROM dossier")).scalar_one()
    assert all(not check.differences for check in verify_ledgers(engine, OPERATOR)), "the ledger is wrong"
    engine.dispose()
    return int(stored)


def main(url: str, races: int) -> None:
    began = time.perf_counter()
    prepare(url)
    found = race(url, races)
    right = Counter(name.split("-")[0] for name, told in found.items() if is_right(name, told))
    wanted = races * ROWS * (1 + PROCESSES)
    print(f"{races} races of {PROCESSES}: right {dict(right)}; rows {rows_stored(url)} of {wanted}; "
          f"{time.perf_counter() - began:.0f} s")  # fmt: skip


if __name__ == "__main__":
    target = sys.argv[1]
    main(target if "://" in target else f"sqlite:///{target}", int(sys.argv[2]) if len(sys.argv) > 2 else 200)
