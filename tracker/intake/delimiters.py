"""Which sign parts the fields of a text file: found where only one makes a table of it, asked where two do."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence

from tracker.core.cases import KINDS
from tracker.core.problems import Place, Problem
from tracker.intake.choices import DELIMITERS
from tracker.intake.headers import HEADER_WITHIN, count_columns

SAMPLE = 65_536
# Excel's own way of saying it, in the first line.
_SAID = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_CONSISTENT = 0.8
# A table so much wider than the other is the table; the other parts decimal commas or a note here and there.
_MUCH_WIDER = 2
_KINDS = tuple(KINDS.values())


def find_delimiter(file: str, sample: str, chosen: str | None) -> str | Problem:
    """The sign, or the question which of those that fit it is; `sample` is the beginning of the text."""
    if chosen is not None:
        return DELIMITERS[chosen]
    said = _SAID.match(sample)
    if said and said[1] in DELIMITERS.values():
        return said[1]
    whole = sample if len(sample) < SAMPLE else sample[: sample.rfind("\n") + 1]
    widths = {name: _width(_records(whole, sign)) for name, sign in DELIMITERS.items()}
    fitting = [name for name, width in widths.items() if width]
    if len(fitting) > 1:
        fitting = _best_known(fitting, whole)
        widest = max(widths[name] for name in fitting)
        fitting = [name for name in fitting if widths[name] * _MUCH_WIDER > widest]
    if len(fitting) > 1:
        return Problem("which_delimiter", Place(file), args={"choices": tuple(fitting)})
    return DELIMITERS[fitting[0]] if fitting else _commonest(whole)


def skips_first_line(sample: str) -> bool:
    """Whether the first line only says the delimiter."""
    return _SAID.match(sample) is not None


def _records(sample: str, sign: str) -> list[list[str]]:
    records: list[list[str]] = []
    try:
        for record in csv.reader(io.StringIO(sample, newline=""), delimiter=sign):
            if "".join(record).strip():
                records.append(record)
    except csv.Error:
        pass  # a field without end: what came before it counts
    return records


def _width(records: Sequence[list[str]]) -> int:
    """Of how many columns the table is that the sign makes, 0 if it makes none."""
    counts = [len(record) for record in records]
    first = next((at for at, count in enumerate(counts) if count > 1), len(counts))
    if first == len(counts):
        return 0
    width, often = Counter(counts[first:]).most_common(1)[0]
    return width if width > 1 and often >= _CONSISTENT * len(counts[first:]) else 0


def _best_known(fitting: Sequence[str], sample: str) -> list[str]:
    """Those that make the most columns known by name, if any does."""
    known = {name: _known_names(_records(sample, DELIMITERS[name])) for name in fitting}
    best = max(known.values())
    return [name for name in fitting if known[name] == best]


def _known_names(records: Sequence[list[str]]) -> int:
    return max((count_columns(record, _KINDS) for record in records[:HEADER_WITHIN]), default=0)


def _commonest(sample: str) -> str:
    """The sign that is commonest in the first line with any, comma first among equals."""
    for line in io.StringIO(sample):
        counts = {sign: line.count(sign) for sign in DELIMITERS.values()}
        if any(counts.values()):
            return max(counts, key=lambda sign: counts[sign])
    return ","
