"""Bytes of a text file to a grid, line by line, so that a large one is never held whole as text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from tracker.core.problems import Place, Problem
from tracker.intake.choices import ReadingChoices
from tracker.intake.delimiters import SAMPLE, find_delimiter, skips_first_line
from tracker.intake.encodings import find_codec
from tracker.intake.grids import Grid, TooWideError
from tracker.intake.guards import without_guards
from tracker.workbook.notices import MAX_COLUMNS

_FIELD_LIMIT = "field larger than field limit"


class _BadRecordError(Exception):
    """A record that cannot be read; carries its problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def read_text(file: str, data: bytes, choices: ReadingChoices) -> tuple[Grid, bool] | Problem:
    """The text's rows and whether they are TCVN3 still; or why not, or a question.

    A record may span lines, so its number is the row a spreadsheet shows.
    """
    codec = find_codec(file, data, choices.encoding)
    if isinstance(codec, Problem):
        return codec
    sample = _open(data, codec[0]).read(SAMPLE)
    delimiter = find_delimiter(file, sample, choices.delimiter)
    if isinstance(delimiter, Problem):
        return delimiter
    try:
        rows = without_guards(_records(file, _open(data, codec[0]), delimiter), data)
        told = _without_first(rows) if skips_first_line(sample) else rows
        return Grid(told, MAX_COLUMNS, expected=data.count(b"\n")), codec[1]
    except TooWideError:
        return Problem("too_many_columns", Place(file), args={"limit": MAX_COLUMNS})
    except _BadRecordError as error:
        return error.problem


def _open(data: bytes, codec: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(data), encoding=codec, newline="")


def _records(file: str, text: io.TextIOWrapper, delimiter: str) -> Iterator[list[str]]:
    number = 0
    try:
        for record in csv.reader(text, delimiter=delimiter, strict=True):
            number += 1
            yield record
    except csv.Error as error:
        code = "too_long" if _FIELD_LIMIT in str(error) else "bad_quote"
        args = {"limit": csv.field_size_limit()} if code == "too_long" else {}
        raise _BadRecordError(Problem(code, Place(file, row=number + 1), args=args)) from error


def _without_first(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    """The first row blank: it is no part of the table, and those after it keep their numbers."""
    next(rows, None)
    yield []
    yield from rows
