"""The word lists of the sample province: invented units and names, real procedure names (`data/sample`)."""

from __future__ import annotations

import csv
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "data" / "sample"

Row = dict[str, str]


def read_list(name: str) -> list[Row]:
    """The rows of one list, in the order they are written."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def place_names(count: int) -> list[str]:
    """So many different invented place names; a number is added once the pairs run out."""
    pairs = read_list("places")
    firsts, seconds = [row["first"] for row in pairs], [row["second"] for row in pairs]
    size = len(pairs)
    names = [f"{firsts[n % size]} {seconds[(n * 7 + n // size) % size]}" for n in range(min(count, size * size))]
    return [names[n % len(names)] + (f" {n // len(names) + 1}" if n >= len(names) else "") for n in range(count)]


def person_names(count: int) -> list[str]:
    """So many invented names of people; two may share one."""
    rows = read_list("people")
    size = len(rows)
    parts = ("family", "middle", "given")
    steps, turns = (1, 5, 11), (1, 2, 3)  # neighbours share no part, and every round pairs the parts anew
    return [
        " ".join(
            rows[(n * step + n // size * turn) % size][part] for part, step, turn in zip(parts, steps, turns, strict=True)
        )
        for n in range(count)
    ]
