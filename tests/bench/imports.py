"""What the ledger costs: the import verb on 100,000 rows, with one campaign's ledger to keep and with none.

    python -m tests.bench.imports FOLDER [--dossiers 1000000] [--rows 100000] [--runs 5] [--postgres] [--about TEXT]

Each run takes fresh copies of both databases and imports two CSV files: new dossiers, then as many known ones of which every
second has changed. Reading, checking and staging the file are part of the verb and of both sides.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
from sqlalchemy import Engine

from tests.bench.generator import ACT, Size, arguments, base_database, campaign_database, dossiers, fill, open_campaign
from tests.bench.measuring import heading, medians, seconds, table, timed
from tests.databases import PostgresServer, find_server, fresh_database
from tracker.services.access import OPERATOR
from tracker.services.database import open_database
from tracker.services.imports import Choices, Source, import_files
from tracker.services.policies import verify_ledgers

Opened = Callable[[], Engine]  # a fresh copy of one side's database
Taken = dict[tuple[str, str], list[tuple[float, float]]]


def files(size: Size, rows: int) -> dict[str, bytes]:
    """Two CSV files: dossiers not known yet, and known ones of which every second has changed."""
    known, other = dossiers(size, 0, rows), dossiers(size, 0, rows, seed=2)
    known.iloc[::2] = other.iloc[::2]
    return {"new": _csv(dossiers(size, size.dossiers, rows)), "half changed": _csv(known)}


def _csv(frame: pd.DataFrame) -> bytes:
    return frame.to_csv(index=False).encode()


def put(database: Engine, name: str, data: bytes) -> None:
    """The import verb; anything but a whole import is an error of the bench."""
    (outcome,) = import_files(database, [Source(f"{name}.csv", data)], ACT, Choices())
    assert outcome.outcome == "imported", outcome.problems[:5]


def measure(sides: dict[str, Opened], given: dict[str, bytes], runs: int) -> Taken:
    """Both sides in turn; the ledgers are checked against the cases after the last run."""
    taken: Taken = {(side, name): [] for side in sides for name in given}
    for run in range(runs):
        for side, opened in sides.items():
            database = opened()
            for name, data in given.items():
                spent, _ = timed(lambda database=database, name=name, data=data: put(database, name, data))
                taken[side, name].append(spent)
            if run == runs - 1:
                assert all(not check.differences for check in verify_ledgers(database, OPERATOR)), "the ledger is wrong"
            database.dispose()
    return taken


def report(taken: Taken, given: dict[str, bytes], *, cpu: bool) -> None:
    """A table of both sides; a server's work is not in this process's CPU seconds, so its ratio is of wall time."""
    rows = []
    for name in given:
        without, kept = medians(taken["without", name]), medians(taken["with", name])
        ratio = kept.cpu / without.cpu if cpu else kept.wall / without.wall
        target = "<= 2.5x" if cpu else ""
        both = [seconds(value) for value in (without.cpu, kept.cpu, without.wall, kept.wall)]
        rows.append([name, *both, f"{ratio:.2f}x {'CPU' if cpu else 'wall'}", target])
    table(["file", "CPU s without", "with ledger", "wall s without", "with ledger", "ratio", "target"], rows)


def on_sqlite(folder: Path, size: Size) -> dict[str, Opened]:
    scratch = folder / "import.db"

    def opened(source: Path) -> Engine:
        for leftover in folder.glob("import.db*"):
            leftover.unlink()
        shutil.copy(source, scratch)
        descriptor = os.open(scratch, os.O_RDONLY)
        os.fsync(descriptor)  # or the copy would still be on its way to the disk while the import is timed
        os.close(descriptor)
        return open_database(f"sqlite:///{scratch}")

    base, kept = base_database(folder, size), campaign_database(folder, size)
    return {"without": lambda: opened(base), "with": lambda: opened(kept)}


def on_postgres(server: str, size: Size) -> dict[str, Opened]:
    templates = {}
    for side in ("without", "with"):
        templates[side] = fresh_database(server, f"bench_{side}", migrate=True)
        url = server.replace("/postgres", f"/bench_{side}")
        database = open_database(url)
        fill(database, size)
        if side == "with":
            open_campaign(database)
        with database.connect() as connection:
            connection.exec_driver_sql("ANALYZE")
            connection.commit()
        database.dispose()

    def opened(template: str) -> Engine:
        return open_database(fresh_database(server, "bench_import", template=template, migrate=False))

    return {side: (lambda template=template: opened(template)) for side, template in templates.items()}


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--postgres", action="store_true", help="also on a PostgreSQL server started for it")
    parser.add_argument("--about", default="")
    chosen = parser.parse_args()
    size = Size(chosen.dossiers, chosen.units)
    given = files(size, chosen.rows)
    title = f"Import: {chosen.rows:,} rows into {size.dossiers:,} dossiers"
    heading(f"{title}, SQLite", chosen.about)
    report(measure(on_sqlite(chosen.folder, size), given, chosen.runs), given, cpu=True)
    binaries = find_server() if chosen.postgres else None
    if binaries is not None:
        with PostgresServer(binaries) as server:
            sides = on_postgres(server.url, size)
            heading(f"{title}, PostgreSQL", chosen.about)
            report(measure(sides, given, chosen.runs), given, cpu=False)


if __name__ == "__main__":
    main()
