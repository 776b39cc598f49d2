"""Bytes of a workbook to sheets of texts, read by a process of its own that may fail without harm."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from threading import Timer
from typing import IO, Any

from tracker import confined
from tracker.core.problems import Place, Problem
from tracker.intake.codes import PROBLEM_CODES
from tracker.intake.grids import Grid, Merged
from tracker.workbook.notices import MAX_COLUMNS

_SECONDS = 180


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet's rows from A1, every cell as text (empty text: empty cell); `full`: as long as its format allows."""

    name: str
    visible: bool
    hidden_rows: int
    formulas: int
    full: bool
    grid: Grid


def read_workbook(file: str, data: bytes, wanted: tuple[str, ...] | None) -> list[Sheet] | Problem:
    """Its sheets in order, or why it cannot be read; only the wanted ones have rows, None: the visible ones."""
    command, environment = confined.command("tracker.workbook", json.dumps(wanted)), confined.environment()
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as child:
        timer = Timer(_SECONDS, child.kill)
        timer.start()
        try:
            found = _converse(file, child, data)
        finally:
            child.kill()  # all is said; or the reading was broken off
            timer.cancel()
    return found


def _converse(file: str, child: subprocess.Popen[bytes], data: bytes) -> list[Sheet] | Problem:
    """Hand the bytes over and take the lines in as they come."""
    handed, said = child.stdin, child.stdout
    assert handed is not None
    assert said is not None
    with suppress(BrokenPipeError), handed:  # one that ended early has its reason
        handed.write(data)
    found = _take_sheets(file, said)
    if isinstance(found, Problem):
        return found
    code = child.wait()
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return Problem("took_too_long", Place(file))
    if code < 0:  # ended itself: out of memory is how the reader answers a sheet with far-off cells
        return Problem("too_large_area", Place(file))
    return Problem("corrupt", Place(file)) if code else found


def _take_sheets(file: str, lines: IO[bytes]) -> list[Sheet] | Problem:
    """The sheets told so far; each object among the lines begins another."""
    sheets: list[Sheet] = []
    ahead: list[dict[str, Any]] = []
    for _ in _rows(lines, ahead):
        continue
    while ahead:
        said = ahead.pop()
        if "error" in said:
            args = {"limit": MAX_COLUMNS} if "limit" in PROBLEM_CODES[said["error"]] else {}
            return Problem(said["error"], Place(file), args=args)
        merged = [Merged(row + 1, column + 1, last + 1, to + 1) for (row, column), (last, to) in said["merged"]]
        grid = Grid(_rows(lines, ahead), MAX_COLUMNS, merged, said["rows"])
        sheets.append(Sheet(said["sheet"], said["visible"], said["hidden_rows"], said["formulas"], said["full"], grid))
    return sheets


def _rows(lines: IO[bytes], ahead: list[dict[str, Any]]) -> Iterator[list[str]]:
    """The rows up to the next object, which is put `ahead`; a line that breaks off is the last."""
    for line in lines:
        if not line.endswith(b"\n"):
            return
        said = json.loads(line)
        if isinstance(said, dict):
            ahead.append(said)
            return
        yield from said
