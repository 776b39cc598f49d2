"""What an import costs from bytes to stored rows with their ledger, and what others feel of a large one.

    python -m tests.bench.jobs_bench FOLDER [--rows 100000] [--large 1000000] [--runs 3] [--postgres]

The workbook's rival is the usual way: openpyxl, a pydantic model for each row, `session.add_all` in one transaction, no
ledger; once with the workbook opened as it is usually opened, once in openpyxl's quicker read-only mode. The large CSV goes
in as a job, in its own process, while a board of the same database is asked for all the time.
"""

from __future__ import annotations

import argparse
import gc
import io
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from decimal import Decimal
from multiprocessing import get_context
from pathlib import Path
from statistics import quantiles
from threading import Event, Thread
from typing import Literal

import openpyxl
from pydantic import BaseModel, Field, NaiveDatetime
from sqlalchemy import text
from sqlmodel import Session

from tests.bench.generator import ACT, AS_OF, QUESTION, Size, open_campaign, publish, registers
from tests.bench.generator import dossiers as made_dossiers
from tests.bench.measuring import heading, seconds, table
from tests.databases import PostgresServer, find_server, fresh_database
from tracker.export.sheets import Column, Sheet
from tracker.export.xlsx_file import write_xlsx
from tracker.services.access import OPERATOR
from tracker.services.database import open_database, upgrade
from tracker.services.imports import Choices, Source, import_files
from tracker.services.jobs import confirm_job, find_job, submit_job
from tracker.services.standings import show_board
from tracker.services.waiting import tell_waiting
from tracker.store.engine import writing
from tracker.store.tables import Dossier

ROOT = Path(__file__).parents[2]
SIZE = Size(0, 100)


class Row(BaseModel):
    """One dossier as it is usually checked: row by row."""

    code: str = Field(min_length=1, max_length=100)
    unit: str = Field(min_length=1, max_length=100)
    procedure: str = Field(min_length=1, max_length=100)
    channel: Literal["counter", "online", "postal"] = "counter"
    submitted_at: NaiveDatetime | None = None
    received_at: NaiveDatetime
    due_at: NaiveDatetime | None = None
    extended_due_at: NaiveDatetime | None = None
    completed_at: NaiveDatetime | None = None
    status: str | None = None
    supplement_requests: int | None = Field(default=None, ge=0)
    waiting_since: NaiveDatetime | None = None
    paused_minutes: int | None = Field(default=None, ge=0)
    apology_at: NaiveDatetime | None = None
    rating: Decimal | None = Field(default=None, ge=1, le=5)


def prepared(url: str):
    """A database with registers and a campaign, and so with a ledger to keep."""
    database = open_database(url)
    upgrade(database)
    for kind, frame in registers(SIZE):
        if kind in ("units", "procedures"):
            publish(database, kind, frame)
    open_campaign(database)
    return database


def workbook(rows: int) -> bytes:
    frame = made_dossiers(SIZE, 0, rows).fillna("")
    sheet = Sheet("dossiers", "dossiers", (), tuple(Column(name) for name in frame), frame.to_numpy().tolist())
    return write_xlsx([sheet], ACT.today)


def ours(url: str, data: bytes) -> None:
    """The import verb, ledger and all."""
    database = open_database(url)
    (outcome,) = import_files(database, [Source("dossiers.xlsx", data)], ACT, Choices())
    assert outcome.outcome == "imported", outcome.problems[:3]


def usual(url: str, data: bytes, *, read_only: bool = False) -> None:
    """openpyxl, pydantic, add_all."""
    database = open_database(url)
    sheet = openpyxl.load_workbook(io.BytesIO(data), read_only=read_only).active
    lines = sheet.iter_rows(values_only=True)
    header = next(line for line in lines if "code" in line)
    names = [name for name in header if name]
    wanted = set(Row.model_fields)
    with writing(database) as connection, Session(connection) as session:
        checked = [Row(**{name: cell for name, cell in zip(names, line, strict=False) if cell and name in wanted})
                   for line in lines]  # fmt: skip
        session.add_all([Dossier(**row.model_dump(), batch_id=1) for row in checked])
        session.commit()


def read_only(url: str, data: bytes) -> None:
    """The same, reading as openpyxl advises for long sheets."""
    usual(url, data, read_only=True)


def cost(run: Callable[[str, bytes], None], url: str, data: bytes) -> tuple[float, float]:
    """CPU and wall seconds in a fresh process, with those of its children (the one that reads the workbook)."""
    context = get_context("spawn")
    spent = context.SimpleQueue()
    child = context.Process(target=_measure, args=(run, url, data, spent))
    child.start()
    child.join()
    assert child.exitcode == 0
    return spent.get()


def _measure(run: Callable[[str, bytes], None], url: str, data: bytes, spent) -> None:
    gc.freeze()  # as the process of a job does
    began, before = time.perf_counter(), _used()
    run(url, data)
    spent.put((_used() - before, time.perf_counter() - began))


def _used() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def compare(folder: Path, rows: int, runs: int) -> None:
    data = workbook(rows)
    ways = {
        "openpyxl, pydantic per row, add_all; no ledger": usual,
        "the same with openpyxl's read-only mode": read_only,
        "the import verb with ledger": ours,
    }
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for run in range(runs):
        for at, (name, work) in enumerate(ways.items()):
            path = folder / f"way-{at}-{run}.db"
            url = f"sqlite:///{path}"
            prepared(url).dispose()
            taken[name].append(cost(work, url, data))
            path.unlink()
    middle = {name: sorted(times)[len(times) // 2] for name, times in taken.items()}
    own = middle["the import verb with ledger"][0]
    heading(f"Workbook of {rows:,} rows ({len(data) / 1e6:.1f} MB) to stored rows, SQLite", f"Medians of {runs} runs.")
    lines = [[name, *map(seconds, used), f"{used[0] / own:.1f}x"] for name, used in middle.items()]
    table(["way", "CPU s", "wall s", "CPU to the import verb (>= 5x wanted)"], lines)


def peak(process: int) -> float:
    """Megabytes a living process held at most so far."""
    try:
        status = Path(f"/proc/{process}/status").read_text("ascii")
        return int(status.split("VmHWM:")[1].split()[0]) / 1024
    except (OSError, IndexError):
        return 0.0


def large(url: str, rows: int, name: str) -> None:
    """A large CSV as a job: memory, progress, and how long boards and a small write took meanwhile."""
    database = prepared(url)
    publish(database, "dossiers", made_dossiers(SIZE, 0, 1000))
    data = made_dossiers(SIZE, 1000, rows).to_csv(index=False).encode()
    job = submit_job(database, [Source("dossiers.csv", data)], ACT)
    lines = []
    for step in ("check", "store"):
        if step == "store":
            confirm_job(database, job, find_job(database, job, OPERATOR).digest, ACT)
        lines.append([step, *follow(database, url, job)])
    found = find_job(database, job, OPERATOR)
    assert found.state == "done", found
    heading(f"CSV of {rows:,} rows ({len(data) / 1e6:.0f} MB) as a job, {name}", "A board is asked for all the time.")
    heads = [
        "step",
        "wall s",
        "most memory MB",
        "progress seen",
        "boards",
        "board p50 s",
        "board max s",
        "rows/s",
        "storing s",
        "a writer's longest wait s",
        "writes",
        "told to wait",
    ]
    table(heads, lines)
    database.dispose()


class Writer:
    """Somebody who writes a word ten times a second while an import goes on: how long each waited, how many were told."""

    def __init__(self, database) -> None:
        self.database, self.waits, self.told, self.over = database, [], 0, Event()
        self.thread = Thread(target=self._write)

    def __enter__(self) -> Writer:
        tell_waiting(self._show)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.thread.join()

    @contextmanager
    def _show(self, _key: str):
        self.told += 1
        yield

    def _write(self) -> None:
        while not self.over.wait(0.1):
            asked = time.perf_counter()
            with writing(self.database) as connection:
                self.waits.append(time.perf_counter() - asked)
                connection.execute(text("UPDATE state SET sample = sample"))


def follow(database, url: str, job: int) -> list[str]:
    environment = {**os.environ, "TRACKER_DATABASE_URL": url, "PYTHONPATH": str(ROOT)}
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "tracker.services.job_process", str(job)], env=environment, stdin=subprocess.PIPE
    )
    most, boards, seen, storing = 0.0, [], [], 0.0
    writer = Writer(database)
    with writer:
        while process.poll() is None:
            most = max(most, peak(process.pid))
            asked = time.perf_counter()
            show_board(database, QUESTION, AS_OF, OPERATOR)
            boards.append(time.perf_counter() - asked)
            found = find_job(database, job, OPERATOR)
            if found.stage == "storing" and found.state == "importing":
                storing = storing or time.perf_counter()
            if (found.stage, found.rows_done) not in seen:
                seen.append((found.stage, found.rows_done))
            time.sleep(0.05)
    took = time.perf_counter()
    rate = max((find_job(database, job, OPERATOR).rate, 0))
    middle = quantiles(boards, n=2)[0] if len(boards) > 1 else boards[0]
    return [
        f"{took - began:.1f}", f"{most:.0f}", str(len(seen)), str(len(boards)), f"{middle:.3f}", f"{max(boards):.3f}",
        f"{rate:,}", f"{took - storing:.1f}" if storing else "-",
        f"{max(writer.waits):.1f}", str(len(writer.waits)), str(writer.told),
    ]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--large", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--postgres", action="store_true")
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    if chosen.rows:
        compare(chosen.folder, chosen.rows, chosen.runs)
    if chosen.large:
        path = chosen.folder / "large.db"
        path.unlink(missing_ok=True)
        large(f"sqlite:///{path}", chosen.large, "SQLite")
    binaries = find_server() if chosen.postgres else None
    if binaries is not None and chosen.large:
        with PostgresServer(binaries) as server:
            large(fresh_database(server.url), chosen.large, "PostgreSQL")


if __name__ == "__main__":
    main()
