"""The words imports are spoken of in: a file handed over, how it is to be imported, and what became of each table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tracker.core.problems import Problem
from tracker.intake import NO_CHOICES, ReadingChoices, Rows, Table
from tracker.store.comparing import ChangedRow, Text
from tracker.store.publishing import Changes

NO_CHANGES = Changes()


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it was handed over, and how it is to be read; its name is shown, never used as a path."""

    name: str
    data: bytes
    reading: ReadingChoices = NO_CHOICES


@dataclass(frozen=True, slots=True)
class Choices:
    """How to import: `kind` where the file does not say, `dry_run` to change nothing, `good_rows` to leave bad rows out.

    `reading` answers what a file leaves open; `profile` names how the source's files are read, None to find a profile by
    their headings. A dry run tells that many `samples` of the rows that would be new or changed.
    """

    kind: str | None = None
    dry_run: bool = False
    good_rows: bool = False
    reading: ReadingChoices = NO_CHOICES
    profile: str | None = None
    samples: int = 0


@dataclass(frozen=True, slots=True)
class Earlier:
    """The live batch that already holds the very same file."""

    batch: int
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Sample:
    """Some of the rows that would be new, and some that would change stored ones."""

    new: tuple[dict[str, Text], ...] = ()
    changed: tuple[ChangedRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one table of one file: imported, checked (dry run), already_imported, ignored or refused.

    `source` is the file's place among those handed over together.
    """

    file: str
    kind: str | None
    outcome: str
    problems: tuple[Problem, ...]
    batch: int | None = None
    changes: Changes = NO_CHANGES
    refused: int = 0
    rows: Rows | None = None
    earlier: Earlier | None = None
    source: int = 0
    table: Table | None = None
    sample: Sample = Sample()
    profile: str = ""
