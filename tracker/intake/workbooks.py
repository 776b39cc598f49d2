"""Bytes of a workbook to sheets of texts, read by a process of its own that may fail without harm."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tracker.core.problems import Place, Problem
from tracker.intake.codes import PROBLEM_CODES
from tracker.intake.xlsx_child import MAX_COLUMNS

_CHILD = Path(__file__).with_name("xlsx_child.py")
_SECONDS = 120


@dataclass(slots=True)
class Sheet:
    """One sheet's rows from A1, every cell as text (empty text: empty cell)."""

    name: str
    visible: bool
    hidden_rows: int
    formulas: int
    rows: list[list[str]] = field(default_factory=list)


def read_workbook(file: str, data: bytes) -> list[Sheet] | Problem:
    """Its sheets in order, or why it cannot be read."""
    try:
        # -P: the child must not find this folder's modules before the standard library's.
        command = [sys.executable, "-P", str(_CHILD)]
        child = subprocess.run(command, input=data, capture_output=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return Problem("took_too_long", Place(file))
    if child.returncode < 0:  # ended by a signal: out of memory is how the reader answers a sheet with far-off cells
        return Problem("too_large_area", Place(file))
    if child.returncode:
        return Problem("corrupt", Place(file))
    return _parse_lines(file, child.stdout)


def _parse_lines(file: str, output: bytes) -> list[Sheet] | Problem:
    sheets: list[Sheet] = []
    for line in output.splitlines():
        said = json.loads(line)
        if isinstance(said, list):
            sheets[-1].rows.extend(said)
        elif "error" in said:
            args = {"limit": MAX_COLUMNS} if "limit" in PROBLEM_CODES[said["error"]] else {}
            return Problem(said["error"], Place(file), args=args)
        else:
            sheets.append(Sheet(said["sheet"], said["visible"], said["hidden_rows"], said["formulas"]))
    return sheets
