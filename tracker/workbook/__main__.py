"""The workbook on standard input to its lines on standard output, or to one object `{"error": code}`."""

from __future__ import annotations

import json
import struct
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from xml.etree import ElementTree

from python_calamine import CalamineError, PasswordError

from tracker import confined
from tracker.workbook.lines import read_lines
from tracker.workbook.notices import RefusedWorkbookError

MEMORY = 1_500_000_000
CPU_SECONDS = 90
# What is written is held by whoever reads it, and one long text may stand in every cell of a small file.
MAX_WRITTEN = 600_000_000


def main() -> None:
    """Read, write, and name the problem if there is one; the one argument is a JSON list of the sheets wanted, or null."""
    confined.confine(MEMORY, CPU_SECONDS)
    try:
        for said in write_lines(read_lines(sys.stdin.buffer.read(), json.loads(sys.argv[1]))):
            sys.stdout.write(said)
    except RefusedWorkbookError as error:
        refuse(str(error))
    except PasswordError:
        refuse("encrypted")
    except (MemoryError, RecursionError):
        refuse("too_large_area")
    except (
        *(CalamineError, zipfile.BadZipFile, zlib.error, ElementTree.ParseError, struct.error),
        *(EOFError, LookupError, ValueError, OSError, NotImplementedError, OverflowError, RuntimeError),
    ):
        refuse("corrupt")


def write_lines(lines: Iterable[object], most: int = MAX_WRITTEN) -> Iterator[str]:
    """The lines as JSON; RefusedWorkbookError once they have more letters than that."""
    for line in lines:
        said = json.dumps(line, ensure_ascii=True) + "\n"
        most -= len(said)
        if most < 0:
            raise RefusedWorkbookError("too_large_area")
        yield said


def refuse(code: str) -> None:
    """Say why the workbook cannot be used."""
    sys.stdout.write(json.dumps({"error": code}) + "\n")


if __name__ == "__main__":
    main()
