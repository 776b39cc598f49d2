"""What reading costs: bytes of a case file to checked rows, in time and in memory, each file in a process of its own.

    python -m tests.bench.intake FOLDER [--csv-rows 1000000] [--xlsx-rows 100000]

The CSV has twelve columns of dossiers, the workbook fifteen. Memory is the most the process ever held, pandas and all: the
bytes of the file let go once they are read, without the child that reads the workbook (its limit is 1.5 GB).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import numpy as np
import xlsxwriter

from tests.bench.measuring import heading, table
from tracker.intake import Known, parse_table, read_file

COLUMNS = (
    *("code", "unit", "procedure", "received_at", "due_at", "completed_at"),
    *("officer", "channel", "status", "paused_minutes", "rating", "note"),
)
MORE = ("submitted_at", "returned_at", "supplement_requests")
UNITS, PROCEDURES = tuple(f"H16.{number:03}" for number in range(200)), tuple(f"1.{number:06}" for number in range(1500))
KNOWN = Known(frozenset(UNITS), frozenset(PROCEDURES))


def rows(count: int) -> list[tuple[str, ...]]:
    """Made-up dossiers, nearly every moment and code another."""
    rng = np.random.default_rng(7)
    start = np.datetime64("2018-01-01T07:30:00") + rng.integers(0, 300 * 86_400, count).astype("timedelta64[s]")
    moments = [np.datetime_as_string(start + np.timedelta64(days, "D")) for days in (0, 12, 9)]
    moments = [[text.replace("T", " ") for text in column.tolist()] for column in moments]
    units, procedures = rng.integers(0, len(UNITS), count).tolist(), rng.integers(0, len(PROCEDURES), count).tolist()
    made = []
    for at in range(count):
        unit = UNITS[units[at]]
        what = (f"{unit}-180101-{at:07}", unit, PROCEDURES[procedures[at]], moments[0][at], moments[1][at], moments[2][at])
        how = (f"CB{units[at]:03}-{at % 9}", "online" if at % 3 else "counter", "completed", str(at % 50), "4.5")
        made.append((*what, *how, "giải quyết đúng hạn" if at % 4 else ""))
    return made


def write_csv(path: Path, count: int) -> None:
    """The rows as text."""
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(COLUMNS) + "\n")
        file.writelines(",".join(row) + "\n" for row in rows(count))


def write_xlsx(path: Path, count: int) -> None:
    """The rows as a workbook, with three columns more."""
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet("dossiers")
    sheet.write_row(0, 0, [*COLUMNS, *MORE])
    for at, row in enumerate(rows(count), 1):
        sheet.write_row(at, 0, [*row, row[3], row[5], 0])
    book.close()


def read_one(path: Path) -> None:
    """Read and check one file; figures as JSON on standard output."""
    begun = time.perf_counter()
    tables, problems = read_file(path.name, path.read_bytes())
    read = time.perf_counter()
    (found,) = tables
    assert found.kind is not None, problems
    parsed = parse_table(found, found.kind, KNOWN, date(2019, 6, 30))
    done = time.perf_counter()
    assert not parsed.problems, parsed.problems[:5]
    sizes = {"rows": len(parsed.frame), "bytes": path.stat().st_size, "own": most_memory()}
    print(json.dumps({**sizes, "read": read - begun, "parse": done - read}))


def most_memory() -> float:
    """Megabytes this process held at most (what getrusage says counts the parent in)."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--csv-rows", type=int, default=1_000_000)
    parser.add_argument("--xlsx-rows", type=int, default=100_000)
    parser.add_argument("--one", action="store_true", help="read this one file and say what it cost")
    arguments = parser.parse_args()
    if arguments.one:
        read_one(arguments.folder)
        return
    files = {"dossiers.csv": (write_csv, arguments.csv_rows), "dossiers.xlsx": (write_xlsx, arguments.xlsx_rows)}
    lines = []
    for name, (write, count) in files.items():
        path = arguments.folder / name
        write(path, count)
        command = [sys.executable, "-m", "tests.bench.intake", str(path), "--one"]
        cost = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
        figures = [f"{cost['read']:.1f}", f"{cost['parse']:.1f}", f"{cost['own']:.0f}"]
        lines.append([name, f"{cost['rows']:,}", f"{cost['bytes'] / 1e6:.0f}", *figures])
    heading("Reading and checking case files", "Seconds, and megabytes of the reading process without its child.")
    table(["file", "rows", "MB", "read, s", "check, s", "most memory, MB"], lines)


if __name__ == "__main__":
    main()
