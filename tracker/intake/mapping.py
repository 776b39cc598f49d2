"""From the columns of a source to ours: what was found, what is only suggested, and what a person chose instead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from tracker.core.cases import Kind
from tracker.core.problems import Place, Problem, UsageError
from tracker.intake.choices import ReadingChoices
from tracker.intake.folding import fold, likeness, nearest
from tracker.intake.headers import How, match_header, missing_columns
from tracker.intake.synonyms import columns_of, headings, headings_beside, is_personal, unneeded
from tracker.intake.tables import Table

_SAMPLES = 3
_SAMPLE_LENGTH = 60
_CERTAIN = 100
_LIKE_ENOUGH = 75


@dataclass(frozen=True, slots=True)
class SourceColumn:
    """One column of a source and what it is to us.

    `column` is ours, "" if it is not read. `suggested` is what it may be by the look of its heading: never applied unless a
    person says so. `confidence` (percent) tells how sure the one or the other is.
    """

    position: int
    heading: str
    column: str
    how: How
    suggested: str
    confidence: int
    samples: tuple[str, ...]


def describe_mapping(table: Table, kind: Kind) -> list[SourceColumn]:
    """Every column of the table that has a heading or anything in it, with what it is to us and how that is known."""
    found = dict(enumerate(match_header(table.header, kind)))
    picked = _positions(table, table.choices.mapping)
    free = [name for name in columns_of(kind) if name not in table.names]
    columns = []
    for at, heading in enumerate(table.header):
        samples = _samples(table, at)
        if not heading.strip() and not samples:
            continue
        how = How.CHOSEN if at in picked else found[at][1] if table.names[at] else How.NONE
        if is_personal(heading):
            columns.append(SourceColumn(at, heading.strip(), "", How.NONE, "", 0, ()))
            continue
        like = ("", 0) if table.names[at] or at in picked else suggest(heading, kind, free)
        if like[0]:
            how = How.SUGGESTED
        confidence = _CERTAIN if how in (How.CHOSEN, How.EXACT, How.SYNONYM) else like[1]
        columns.append(SourceColumn(at, heading.strip(), table.names[at], how, like[0], confidence, samples))
    return columns


def suggest(heading: str, kind: Kind, free: Iterable[str]) -> tuple[str, int]:
    """The free column of ours whose headings look most like this one, and how much in percent; "" if none does.

    A heading that is known to be another column is like none.
    """
    folded = fold(heading)
    if folded in unneeded() or folded in headings(kind) or folded in headings_beside(kind):
        return "", 0
    among = set(free)
    known = [
        (key, name) for table in (headings(kind), headings_beside(kind)) for key, name in table.items() if name in among
    ]
    best = max(((likeness(folded, key), name) for key, name in known), default=(0, ""), key=lambda scored: scored[0])
    return (best[1], min(best[0], _CERTAIN - 1)) if best[0] >= _LIKE_ENOUGH else ("", 0)


def map_table(table: Table, choices: ReadingChoices) -> Table:
    """The table with a person's choices, also those its rows are parsed with; `mapping` says which column is which.

    Headings are compared as they are folded; those the table does not have change nothing. What is chosen for a column
    frees it from the heading that was found for it. Raises UsageError for a column the kind does not have.
    """
    table = replace(table, choices=choices)
    if table.kind is None or not choices.mapping:
        return table
    ours = columns_of(table.kind)
    for name in choices.mapping.values():
        if name and name not in ours:
            raise UsageError("unknown_column", column=name, kind=table.kind.name, known=", ".join(ours))
    picked = _positions(table, choices.mapping)
    picked = {at: "" if is_personal(table.header[at]) else name for at, name in picked.items()}
    taken = set(picked.values()) - {""}
    names = [picked.get(at, "" if name in taken else name) for at, name in enumerate(table.names)]
    return replace(table, names=tuple(names))


def fingerprint(header: Sequence[str]) -> str:
    """The SHA-256 of the folded headings in order: two files of one source have the same."""
    folded = [fold(heading) for heading in header]
    while folded and not folded[-1]:
        folded.pop()
    return sha256("\n".join(folded).encode()).hexdigest()


def find_header_problems(table: Table, kind: Kind) -> list[Problem]:
    """What makes the table unusable as a whole: a required column missing, two columns for one of ours, no rows."""
    place = Place(table.file, table.sheet)
    required = {column.name for column in kind.columns if column.required}
    headed = zip(table.header, table.names, strict=True)
    spare = [heading for heading, name in headed if heading.strip() and name not in required]
    among = spare or [heading for heading in table.header if heading.strip()]
    problems = []
    for name in missing_columns(kind, table.names):
        near = tuple(_nearest_headings(name, kind, among))
        problems.append(Problem("missing_column", replace(place, column=name), args={"nearest": near}))
    for name in columns_of(kind):
        if table.names.count(name) > 1:
            twice = tuple(table.header[at].strip() for at, other in enumerate(table.names) if other == name)
            problems.append(Problem("duplicate_column", replace(place, column=name), args={"headings": twice}))
    if table.frame.empty:
        problems.append(Problem("no_rows", place))
    return problems


def _nearest_headings(name: str, kind: Kind, among: Sequence[str], count: int = 3) -> list[str]:
    """The headings most like any that stands for that column."""
    known = [key for table in (headings(kind), headings_beside(kind)) for key, column in table.items() if column == name]
    if not known:
        return nearest(name, among, count)
    return sorted(among, key=lambda heading: -max(likeness(fold(heading), key) for key in known))[:count]


def _positions(table: Table, chosen: Mapping[str, str]) -> dict[int, str]:
    """Which position each choice speaks of; one that names a position comes before one that names a heading."""
    by_heading = {fold(heading): name for heading, name in chosen.items()}
    found = {at: by_heading[fold(cell)] for at, cell in enumerate(table.header) if cell.strip() and fold(cell) in by_heading}
    numbered = {at: chosen[f"#{at + 1}"] for at in range(len(table.header)) if f"#{at + 1}" in chosen}
    return found | numbered


def _samples(table: Table, at: int) -> tuple[str, ...]:
    """The first different texts of the column."""
    found = (cell.strip()[:_SAMPLE_LENGTH] for cell in table.frame[at].iloc[:1000])
    return tuple(dict.fromkeys(cell for cell in found if cell))[:_SAMPLES]
