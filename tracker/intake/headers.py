"""Which row of a table is its header, what each heading means, and which kind of case file that makes it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from tracker.core.cases import DOSSIERS, KINDS, Kind
from tracker.intake.folding import fold
from tracker.intake.synonyms import columns_of, group_headings, headings, headings_beside, is_personal

HEADER_WITHIN = 20
# Fewer common columns than this say nothing: half the world's tables have a "code".
_ENOUGH = 2
_WORDS = re.compile(r"[^a-z]+")
_NUMBERED_FROM = 3
_LONGEST = 300  # no heading has more letters
_MARKS = " ()[]."


class How(StrEnum):
    """How it was found out which column of ours a source column is."""

    EXACT = "exact"
    SYNONYM = "synonym"
    CHOSEN = "chosen"
    PROFILE = "profile"
    SUGGESTED = "suggested"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Head:
    """A table's header: its headings, in which row (from 0) they end, and where the table's own rows begin."""

    cells: tuple[str, ...]
    at: int
    body_at: int


def find_head(rows: Sequence[list[str]], kind: Kind | None = None, header_row: int | None = None) -> Head | None:
    """The first of the upper rows that has every required column of the kind (None: of any), None if all are blank.

    If there is none: the row with most columns, else the first that is not blank. Headings may take two rows. `header_row`
    (from 1) says where they begin.
    """
    kinds = [kind] if kind else list(KINDS.values())
    if header_row is not None and rows:
        return _after_notes(
            rows, _own_names_below(rows, next(_heads_at(rows, min(header_row, len(rows)) - 1, kinds)), kinds)
        )
    filled = [at for at, row in enumerate(rows[:HEADER_WITHIN]) if not is_blank(row)]
    if not filled:
        at = next((at for at, row in enumerate(rows) if not is_blank(row)), None)
        return None if at is None else Head(tuple(rows[at]), at, at + 1)
    heads = [head for at in filled for head in _heads_at(rows, at, kinds)]
    complete = next((head for head in heads if _is_complete(head.cells, kinds)), None)
    best = max(heads, key=lambda head: count_columns(head.cells, kinds))
    found = complete or (best if count_columns(best.cells, kinds) >= _ENOUGH else heads[0])
    return _after_notes(rows, _own_names_below(rows, found, kinds))


def match_header(header: Sequence[str], kind: Kind) -> list[tuple[str, How]]:
    """Our column of each heading and how it is known: by its own name, or as a synonym; "" and none where it is not."""
    ours = columns_of(kind)
    known, beside = headings(kind), headings_beside(kind)
    found: list[tuple[str, How]] = []
    compared = [_compared(cell) for cell in header]
    for key, folded in compared:
        name = key if key in ours else known.get(folded, "")
        found.append((name, (How.EXACT if key in ours else How.SYNONYM) if name else How.NONE))
    taken = {name for name, _ in found}
    for at, (_, folded) in enumerate(compared):
        name = beside.get(folded, "")
        if name and not found[at][0] and name not in taken:
            found[at] = (name, How.SYNONYM)
    return found


def _compared(cell: str) -> tuple[str, str]:
    """A cell as our names and as synonyms are compared with it; nothing where it is personal, or too long for a heading."""
    return _comparing(cell) if len(cell) <= _LONGEST else ("", "")


@lru_cache(maxsize=4096)  # each of the upper rows is held against every kind
def _comparing(cell: str) -> tuple[str, str]:
    return ("", "") if is_personal(cell) else (header_key(cell), fold(cell))


def names_of(header: Sequence[str], kind: Kind) -> tuple[str, ...]:
    """Our column of each heading, "" where it is none of ours."""
    return tuple(name for name, _ in match_header(header, kind))


def header_key(cell: str) -> str:
    """A header cell as it is compared with our own names: visible characters, lower case, underscores for blanks."""
    visible = "".join(letter for letter in unicodedata.normalize("NFC", cell) if unicodedata.category(letter) != "Cf")
    return re.sub(r"\s+", "_", visible.strip().lower())


def missing_columns(kind: Kind, names: Collection[str]) -> list[str]:
    """The kind's required columns that are not among the names."""
    missing = [column.name for column in kind.columns if column.required and column.name not in names]
    if kind is DOSSIERS and not {"received_at", "submitted_at"} & set(names):
        missing.append("received_at")
    return missing


def kind_of_name(name: str | None) -> Kind | None:
    """The kind a file's or sheet's name speaks of: `dossiers`, `Dossiers 2018`, `units_new`."""
    words = _WORDS.split((name or "").lower())
    return next((KINDS[word] for word in words if word in KINDS), None)


def kind_of_header(header: Sequence[str]) -> Kind | None:
    """The kind with most of these columns (of equals: one that lacks nothing required), None if no kind has enough."""
    names = {kind.name: set(names_of(header, kind)) - {""} for kind in KINDS.values()}
    scores = {kind.name: (len(names[kind.name]), not missing_columns(kind, names[kind.name])) for kind in KINDS.values()}
    best = max(scores, key=lambda name: scores[name])
    return KINDS[best] if scores[best][0] >= _ENOUGH else None


def count_columns(cells: Sequence[str], kinds: Sequence[Kind]) -> int:
    """How many columns of ours the cells are headings of, in the kind that knows most of them."""
    return max(len(set(names_of(cells, kind)) - {""}) for kind in kinds)


def is_blank(row: Sequence[str]) -> bool:
    """Whether nothing stands in any of the cells."""
    return not "".join(row).strip()


def _heads_at(rows: Sequence[list[str]], at: int, kinds: Sequence[Kind]) -> Iterator[Head]:
    """What the header would be if it began in that row: two rows if the second says more, and the row alone."""
    alone = Head(tuple(rows[at]), at, at + 1)
    if at + 1 < len(rows) and not is_blank(rows[at + 1]):
        both = Head(tuple(_join_lines(rows[at], rows[at + 1], kinds)), at + 1, at + 2)
        if count_columns(both.cells, kinds) > count_columns(alone.cells, kinds):
            yield both
    yield alone


def _join_lines(upper: Sequence[str], lower: Sequence[str], kinds: Sequence[Kind]) -> Iterator[str]:
    """The headings of two rows as one: a heading over several columns stands in the first of them only."""
    group = ""
    for at in range(max(len(upper), len(lower))):
        above, below = (row[at].strip() if at < len(row) else "" for row in (upper, lower))
        group = above if above and below else "" if above else group
        joined = f"{group} {below}"
        if not below or not group:
            yield above or below
        else:
            yield below if fold(group) in group_headings() and not _is_known(joined, kinds) else joined


def _is_known(heading: str, kinds: Sequence[Kind]) -> bool:
    return any(fold(heading) in table for kind in kinds for table in (headings(kind), headings_beside(kind)))


def _own_names_below(rows: Sequence[list[str]], head: Head, kinds: Sequence[Kind]) -> Head:
    """The next row instead, if it holds our own names, as under the headings of our templates."""
    at = head.at + 1
    if at >= len(rows) or is_blank(rows[at]):
        return head
    keys = [header_key(cell) for cell in rows[at] if cell.strip()]
    own = any(set(keys) <= set(columns_of(kind)) and not missing_columns(kind, keys) for kind in kinds)
    return Head(tuple(rows[at]), at, at + 1) if own else head


def _after_notes(rows: Sequence[list[str]], head: Head) -> Head:
    """The same header without the row of column numbers that official forms have below it."""
    below = [cell.strip(_MARKS) for cell in rows[head.body_at]] if head.body_at < len(rows) else []
    numbers = [cell for cell in below if cell not in ("", "A", "B")]
    counted = numbers == [str(number) for number in range(1, len(numbers) + 1)]
    return Head(head.cells, head.at, head.body_at + 1) if counted and len(numbers) >= _NUMBERED_FROM else head


def _is_complete(cells: Sequence[str], kinds: Sequence[Kind]) -> bool:
    return any(not missing_columns(kind, names_of(cells, kind)) for kind in kinds)
