"""What the units of the sample province told others of."""

from __future__ import annotations

from tracker.sample.words import Row, read_list


def practices() -> list[Row]:
    """Each practice; `accepted` holds the committee's note, "" while it waits, `adopted` the units that took it up."""
    return read_list("practices")
