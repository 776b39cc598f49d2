"""The apostrophe that our own CSV files put before a text which a spreadsheet would take for a formula."""

from __future__ import annotations

import re

# One apostrophe more than the text has, then what makes a spreadsheet compute a cell.
_GUARDED = re.compile(r"'(?='*\s*[=+\-@\t\r＝＋－＠])")
_ANY = re.compile(r"'\s*['=+\-@\t\r＝＋－＠]")


def release_cells(rows: list[list[str]], text: str) -> None:
    """Take the apostrophe away again, in place; `text` is the whole file, so that a file without any costs one search."""
    if _ANY.search(text) is None:
        return
    for row in rows:
        for at, cell in enumerate(row):
            if cell.startswith("'") and _GUARDED.match(cell):
                row[at] = cell[1:]
