"""The units and their tree; one unit is added or changed as an import of one row, so that it can be undone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256

import pandas as pd
from sqlalchemy import Connection, Engine, select

from tracker.core.cases import UNITS
from tracker.core.problems import Place, Problem, RefusedError, Severity
from tracker.intake import Known, Rows, Table, parse_table
from tracker.services.access import Actor, Verb
from tracker.services.act import Act
from tracker.services.batches import BATCH
from tracker.services.imports import Choices, Outcome, import_rows
from tracker.services.permitted import reading_as
from tracker.services.typed import refusal
from tracker.services.watching import Watch
from tracker.store.membership import moved_by
from tracker.store.tables import live
from tracker.text import collation_key, search_key

FORM = "don-vi-cum"  # the file a form's row is said to come from
FIELDS = tuple(column.name for column in UNITS.columns)
KINDS = UNITS.column("kind").choices
_UNIT = live(UNITS)
_NAMED = {"cluster": "given", "batch_id": "batch"}  # the columns that a unit's state calls otherwise
_ROW = 2  # below the header, as in a file


@dataclass(frozen=True, slots=True)
class UnitState:
    """A unit as an administrator sees it: `given` is its case file's cluster, `cluster` the one it is in on the day.

    `batch` is the import its row comes from: the version an edit is made on.
    """

    code: str
    name: str
    kind: str
    parent: str | None
    given: str | None
    valid_from: date | None
    valid_to: date | None
    successor: str | None
    headcount: int | None
    batch: int
    cluster: str | None

    @property
    def cells(self) -> dict[str, str]:
        """The unit as a row of a case file."""
        values = (self.code, self.name, self.kind, self.parent, self.given, self.valid_from, self.valid_to, self.successor)
        texts = ("" if value is None else str(value) for value in (*values, self.headcount))
        return dict(zip(FIELDS, texts, strict=True))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which units are looked for: words of the name or code, a kind, a cluster; empty for any."""

    words: str = ""
    kind: str = ""
    cluster: str = ""

    def finds(self, unit: UnitState) -> bool:
        """True if the unit is one of them; with or without accents."""
        words = search_key(self.words.strip())
        of_kind = self.kind in ("", unit.kind) and self.cluster in ("", unit.cluster)
        return of_kind and words in search_key(f"{unit.name} {unit.code}")


def list_units(database: Engine, actor: Actor, day: date) -> list[UnitState]:
    """Every unit, valid or not, with its cluster on that day, in alphabetical order."""
    with reading_as(database, actor, Verb.EDIT_RULES) as connection:
        columns = (_UNIT.c[name].label(_NAMED.get(name, name)) for name in (*FIELDS, "batch_id"))
        rows = connection.execute(select(*columns)).all()
        moved = moved_by(connection, day)
    units = [UnitState(**row._mapping, cluster=moved.get(row.code, row.given)) for row in rows]
    return sorted(units, key=lambda unit: (collation_key(unit.name), unit.code))


def in_tree_order(units: Sequence[UnitState]) -> list[tuple[int, UnitState]]:
    """The units with how deep they stand, each below its parent; those whose parents run in a circle come last."""
    codes = {unit.code for unit in units}
    children: dict[str | None, list[UnitState]] = {}
    for unit in units:
        children.setdefault(unit.parent if unit.parent in codes else None, []).append(unit)
    placed: dict[str, tuple[int, UnitState]] = {}
    for start in (children.get(None, []), *([unit] for unit in units)):
        _place(start, children, placed)
    return list(placed.values())


def _place(
    start: Iterable[UnitState], children: Mapping[str | None, list[UnitState]], placed: dict[str, tuple[int, UnitState]]
) -> None:
    waiting = [(0, unit) for unit in reversed(list(start))]
    while waiting:
        depth, unit = waiting.pop()
        if unit.code not in placed:
            placed[unit.code] = (depth, unit)
            waiting += [(depth + 1, child) for child in reversed(children.get(unit.code, []))]


def save_unit(database: Engine, cells: Mapping[str, str], seen: int | None, act: Act) -> Outcome:
    """Add a unit (`seen` None) or change the one seen as that batch left it; refused if either is not so any more."""
    with reading_as(database, act.actor, Verb.IMPORT) as connection:
        known = Known(frozenset(connection.execute(select(_UNIT.c.code)).scalars()), frozenset())
    rows = parse_table(_table(cells), UNITS, known, act.today)
    _refuse(rows.problems)
    code = str(rows.frame["code"].iloc[0])
    parent = rows.frame["parent"].iloc[0]

    def guard(connection: Connection) -> None:
        _refuse_stale(connection, code, seen)
        _refuse_circle(connection, code, parent)

    outcome = import_rows(database, rows, _digest(rows, seen, act), act, Choices(), Watch(guard=guard))
    if outcome.outcome == "refused":
        _refuse(outcome.problems)
    return outcome


def _table(cells: Mapping[str, str]) -> Table:
    frame = pd.DataFrame([[cells.get(name, "") for name in FIELDS]], index=[_ROW], dtype=object)
    return Table(FORM, None, UNITS, FIELDS, 1, frame, FIELDS)


def _digest(rows: Rows, seen: int | None, act: Act) -> str:
    """Another one for every saving: going back to an earlier state is no repetition."""
    said = [*map(str, rows.frame.iloc[0]), str(seen), act.actor, act.now.isoformat()]
    return sha256("\n".join(said).encode()).hexdigest()


def _refuse(problems: Iterable[Problem]) -> None:
    """Raise what is wrong with the form's one row; a form has fields and neither file nor rows."""
    wrong = [
        replace(problem, place=Place("", column=problem.place.column))
        for problem in problems
        if problem.severity is Severity.ERROR
    ]
    if wrong:
        raise RefusedError(wrong)


def _refuse_stale(connection: Connection, code: str, seen: int | None) -> None:
    found = connection.execute(select(_UNIT.c.batch_id).where(_UNIT.c.code == code)).scalar()
    if found == seen:
        return
    if found is None:
        raise refusal("unit_gone", code)
    by = connection.execute(select(BATCH.c.actor).where(BATCH.c.id == found)).scalar_one()
    raise refusal("unit_exists" if seen is None else "unit_changed", code, by=by, batch=found)


def _refuse_circle(connection: Connection, code: str, parent: str | None) -> None:
    """No unit stands above itself."""
    parents = {row.code: row.parent for row in connection.execute(select(_UNIT.c.code, _UNIT.c.parent))}
    if code in _upwards({**parents, code: parent}, parent):
        raise refusal("unit_circle", code, parent=parent)


def _upwards(parents: Mapping[str, str | None], code: str | None) -> Iterator[str]:
    met: set[str] = set()
    while code is not None and code not in met:
        met.add(code)
        yield code
        code = parents.get(code)
