"""Takes every file of the hostile corpus through the import verb and the command line, each in a process of its own.

    python -m tests.faults.walking CORPUS FOLDER

Writes a JSON line per file: what became of it both ways, the seconds, the most memory of the process and of its reading
child, and whether the database is as it was. A process that dies says so by its status.
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
from pathlib import Path
from typing import Any

from tracker.cli import main as command_line
from tracker.core.problems import Severity
from tracker.services.access import OPERATOR, Actor, Role
from tracker.services.accounts import Grant, NewAccount, add_account
from tracker.services.act import Act
from tracker.services.database import open_database, upgrade
from tracker.services.imports import Choices, Outcome, Source, import_files
from tracker.text.speech import say_problem

CLERK = Actor("clerk")


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
    verb, line = prepared.with_name("verb.db"), prepared.with_name("line.db")
    for copy in (verb, line):
        for old in copy.parent.glob(f"{copy.name}*"):
            old.unlink()
        shutil.copy(prepared, copy)
    before = contents(prepared)
    begun = time.perf_counter()
    engine = open_database(f"sqlite:///{verb}")
    source = Source(entry["upload_name"], (corpus / entry["file"]).read_bytes())
    outcomes = import_files(engine, [source], Act(CLERK, date.fromisoformat(today), datetime(2026, 6, 30, 8)), Choices())
    seconds = time.perf_counter() - begun
    engine.dispose()
    said = io.StringIO()
    os.environ["TRACKER_DATABASE_URL"] = f"sqlite:///{line}"
    with contextlib.redirect_stdout(said):
        status = command_line(["import", str(corpus / entry["file"]), "--json", "--actor", "clerk", "--today", today])
    return {
        "file": entry["file"],
        "seconds": seconds,
        "verb": [told(outcome) for outcome in outcomes],
        "unchanged": [contents(verb) == before, contents(line) == before],
        "rows": [count(verb), count(line)],
        "status": status,
        "line": json.loads(said.getvalue())["files"],
    }


def told(outcome: Outcome) -> dict[str, Any]:
    """An outcome as JSON can carry it."""
    problems = [
        {
            "code": problem.code,
            "row": problem.place.row,
            "column": problem.place.column,
            "error": problem.severity is Severity.ERROR,
            "message": say_problem("vi", problem),
        }
        for problem in outcome.problems
    ]
    return {"outcome": outcome.outcome, "new": outcome.changes.new, "problems": problems}


def contents(database: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table but those that log and those that count versions of the screen."""
    with contextlib.closing(sqlite3.connect(database)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}


def count(database: Path) -> int:
    """The live dossiers."""
    with contextlib.closing(sqlite3.connect(database)) as connection:
        return int(connection.execute("SELECT count(*) FROM dossier").fetchone()[0])


def in_a_process(entry: dict[str, Any], corpus: Path, prepared: Path, today: str) -> dict[str, Any]:
    """The walk in a forked process, with what it needed."""
    answer, end = os.pipe()
    process = os.fork()
    if not process:
        with os.fdopen(end, "w") as told_back:
            try:
                found = walk(entry, corpus, prepared, today)
                own, child = (resource.getrusage(who).ru_maxrss // 1024 for who in _WHO)
                json.dump({**found, "megabytes": own, "child_megabytes": child}, told_back)
            except BaseException:  # noqa: BLE001 (whatever it is, the test shall show it)
                json.dump({"file": entry["file"], "traceback": traceback.format_exc()}, told_back)
        os._exit(0)
    os.close(end)
    with os.fdopen(answer) as heard:
        text = heard.read()
    _, status = os.waitpid(process, 0)
    return json.loads(text) if text else {"file": entry["file"], "traceback": f"the process ended with status {status}"}


_WHO = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


def main() -> None:
    """Walk through all of them."""
    corpus, folder = Path(sys.argv[1]), Path(sys.argv[2])
    manifest = json.loads((corpus / "manifest.json").read_text(encoding="utf-8"))
    prepared = folder / "prepared.db"
    prepare(prepared, corpus, manifest)
    for entry in manifest["files"]:
        print(json.dumps(in_a_process(entry, corpus, prepared, manifest["business_date"])), flush=True)


if __name__ == "__main__":
    main()
