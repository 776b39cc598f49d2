"""Takes every file of the hostile corpus the data page's way and through the command line, one after the other.

    python -m tests.faults.walking CORPUS FOLDER

The data page's way is what its buttons call: handed in, checked by a job, confirmed as it was shown, stored by a job.
Writes a JSON line per file: what became of it both ways, the seconds, the most memory that this process and its readers have
needed, and whether the database is as it was. One process takes all of them, as the application would (if it dies, the file
it died of has no line); only those that may need little memory have a process of their own, so that it is just theirs.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import resource
import shutil
import sqlite3
import sys
import time
import traceback
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from tracker.cli import main as command_line
from tracker.core.problems import Severity
from tracker.services import running
from tracker.services.access import OPERATOR, Actor, Role
from tracker.services.accounts import Grant, NewAccount, add_account
from tracker.services.act import Act
from tracker.services.database import open_database, upgrade
from tracker.services.imports import Choices, Source, import_files
from tracker.services.job_reports import TableReport
from tracker.services.job_running import run_next
from tracker.services.job_states import State
from tracker.services.jobs import cancel_job, confirm_job, find_job, submit_job
from tracker.text.speech import say_problem

CLERK = Actor("clerk")
MUCH = 600  # megabytes


def prepare(database: Path, corpus: Path, manifest: dict[str, Any]) -> None:
    """A database with the corpus's units and procedures, and the clerk of one unit."""
    engine = open_database(f"sqlite:///{database}")
    upgrade(engine)
    files = [Source(name, (corpus / "context" / name).read_bytes()) for name in ("units.csv", "procedures.csv")]
    act = Act(OPERATOR, date.fromisoformat(manifest["business_date"]), datetime(2026, 6, 30, 8))
    assert all(outcome.outcome == "imported" for outcome in import_files(engine, files, act, Choices()))
    add_account(engine, NewAccount("clerk", Role.CLERK, grant=Grant(frozenset({manifest["unit"]}))), act)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE account SET must_change = 0")
    engine.dispose()


def walk(entry: dict[str, Any], corpus: Path, prepared: Path, today: str) -> dict[str, Any]:
    """Both ways in for one file, each into a fresh copy of the database."""
    page, line = prepared.with_name("page.db"), prepared.with_name("line.db")
    for copy in (page, line):
        for old in copy.parent.glob(f"{copy.name}*"):
            old.unlink()
        shutil.copy(prepared, copy)
    begun = time.perf_counter()
    source = Source(entry["upload_name"], (corpus / entry["file"]).read_bytes())
    engine = open_database(f"sqlite:///{page}")
    on_page = by_page(engine, source, date.fromisoformat(today))
    seconds = time.perf_counter() - begun
    engine.dispose()
    said = io.StringIO()
    os.environ["TRACKER_DATABASE_URL"] = f"sqlite:///{line}"
    running.database.cache_clear()
    with contextlib.redirect_stdout(said):
        status = command_line(["import", str(corpus / entry["file"]), "--json", "--actor", "clerk", "--today", today])
    running.database().dispose()
    before = untouched(prepared)
    return {
        "file": entry["file"],
        "seconds": seconds,
        "page": on_page,
        "unchanged": [contents(page) == before, contents(line) == before],
        "rows": [count(page), count(line)],
        "status": status,
        "line": json.loads(said.getvalue())["files"],
    }


def by_page(engine: Engine, source: Source, today: date) -> dict[str, Any]:
    """What the page shows of the file once it is checked, and how the job ends that is confirmed or given up."""
    act = Act(CLERK, today, datetime.combine(today, datetime.min.time().replace(hour=8)))
    job = submit_job(engine, [source], act)
    assert run_next(engine, lambda: act.now)
    checked = find_job(engine, job, CLERK)
    assert checked.state is State.CHECKED
    if checked.ready_rows and not checked.has_errors:
        confirm_job(engine, job, checked.digest, act)
        assert run_next(engine, lambda: act.now)
    else:
        cancel_job(engine, job, act)
    return {
        "tables": [told(table) for table in checked.tables],
        "ready": checked.ready_rows,
        "mendable": any(file.mendable for file in checked.files),
        "end": find_job(engine, job, CLERK).state.value,
    }


def told(table: TableReport) -> dict[str, Any]:
    """A table's report as JSON can carry it."""
    problems = [
        {
            "code": problem.code,
            "row": problem.place.row,
            "column": problem.place.column,
            "error": problem.severity is Severity.ERROR,
            "message": say_problem("vi", problem),
        }
        for problem in table.problems
    ]
    return {"outcome": table.outcome, "rows": table.rows, "refused": table.refused, "problems": problems}


# An import's own papers and the log of who handed in what are not what it stores.
_PAPERS = frozenset({"import_job", "import_file", "import_bytes", "audit_entry"})


def contents(database: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table but those that an import only notes itself in."""
    with contextlib.closing(sqlite3.connect(database)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        kept = [name for name in names if name not in _PAPERS]
        return {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in kept}


@lru_cache
def untouched(prepared: Path) -> dict[str, list[tuple[Any, ...]]]:
    """The same of the database every file begins with."""
    return contents(prepared)


def count(database: Path) -> int:
    """The live dossiers."""
    with contextlib.closing(sqlite3.connect(database)) as connection:
        return int(connection.execute("SELECT count(*) FROM dossier").fetchone()[0])


def measured(entry: dict[str, Any], corpus: Path, prepared: Path, today: str) -> dict[str, Any]:
    """The walk, with the most memory so far of this process and of the readers it starts."""
    try:
        found = walk(entry, corpus, prepared, today)
    except Exception:  # noqa: BLE001 (whatever it is, the test shall show it)
        return {"file": entry["file"], "traceback": traceback.format_exc()}
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    return {**found, "megabytes": most_memory(), "child_megabytes": child}


def most_memory() -> int:
    """Megabytes this process held at most; what `getrusage` says of itself includes whoever started it."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.split("VmHWM:")[1].split()[0]) // 1024


def main() -> None:
    """Walk through all of them."""
    corpus, folder = Path(sys.argv[1]), Path(sys.argv[2])
    manifest = json.loads((corpus / "manifest.json").read_text(encoding="utf-8"))
    prepared = folder / "prepared.db"
    prepare(prepared, corpus, manifest)
    entries = sorted(manifest["files"], key=lambda entry: entry["max_rss_mb"] >= MUCH)
    for entry in entries:
        alone = entry["max_rss_mb"] < MUCH
        process = os.fork() if alone else 0
        if process:
            os.waitpid(process, 0)
            continue
        print(json.dumps(measured(entry, corpus, prepared, manifest["business_date"])), flush=True)
        if alone:
            os._exit(0)


if __name__ == "__main__":
    main()
