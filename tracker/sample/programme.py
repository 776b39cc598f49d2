"""The programme of the sample province with how far it has come, and its dialogues, as its lists hold them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.sample.words import FOLDER, Row, read_list

PROGRAMME_FILE = FOLDER / "programme.csv"  # a file as an office hands it in, beside what was said of each task


@dataclass(frozen=True, slots=True)
class Progress:
    """What was said of a task since it was entered."""

    number: str
    state: str
    note: str
    done_on: date | None


def progress() -> list[Progress]:
    """The tasks on which something was said."""
    rows = (row for row in read_list("programme") if row["note"])
    return [Progress(row["number"], row["state"], row["note"], _day(row["done_on"])) for row in rows]


def dialogues() -> list[Row]:
    """The dialogues that were planned; those with a day were held."""
    return read_list("dialogues")


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
