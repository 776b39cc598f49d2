"""Rows that were typed into a grid: read and checked like a file's, saved as a batch, refused where others came first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection, Engine, and_, select

from tracker.core.cases import KINDS, PROCEDURES, UNITS, Kind
from tracker.core.problems import Place, Problem, RefusedError, Severity
from tracker.intake import Known, Rows, Table, parse_table
from tracker.services.access import Actor, Verb, grant_of, may, require_somewhere
from tracker.services.act import Act
from tracker.services.batches import BATCH
from tracker.services.imports import Choices, Outcome, import_rows
from tracker.services.permitted import denials_recorded
from tracker.services.typed import refusal
from tracker.services.watching import Watch
from tracker.store.engine import reading
from tracker.store.tables import live
from tracker.text import collation_key

FORM = "nhap-tay"  # the file a grid's rows are said to come from
Named = tuple[str, str]  # code, name


@dataclass(frozen=True, slots=True)
class Typed:
    """A row of the grid: `number` as it is counted there, its cells as texts, and the batch it was seen as (None: new)."""

    number: int
    cells: Mapping[str, str]
    seen: int | None


@dataclass(frozen=True, slots=True)
class Left:
    """Who left a row as it is, and when: the version an edit is made on."""

    batch: int
    by: str
    at: datetime


def entry_units(database: Engine, actor: Actor) -> list[Named]:
    """The units the actor may enter figures for, in alphabetical order."""
    unit = live(UNITS).c
    with denials_recorded(database), reading(database) as connection:
        require_somewhere(connection, actor, Verb.IMPORT)
        grant = None if may(connection, actor, Verb.IMPORT) else grant_of(connection, actor)
        rows = connection.execute(select(unit.code, unit.name)).all()
    own = [(row.code, row.name) for row in rows if grant is None or row.code in grant]
    return sorted(own, key=lambda named: (collation_key(named[1]), named[0]))


def save_typed(
    database: Engine, kind: str, typed: Sequence[Typed], act: Act, guard: Callable[[Connection], None] | None = None
) -> Outcome:
    """Save the rows as one batch; RefusedError, and nothing saved, if one is wrong or not as it was seen any more."""
    known = KINDS[kind]
    rows = _parse(database, known, typed, act)
    _refuse(rows.problems)
    seen = {_key_of(known, rows.frame.loc[one.number]): one for one in typed}

    def check(connection: Connection) -> None:
        if guard is not None:
            guard(connection)
        _refuse_stale(connection, known, seen)

    outcome = import_rows(database, rows, _digest(typed, act), act, Choices(), Watch(guard=check))
    if outcome.outcome == "refused":
        _refuse(outcome.problems)
    return outcome


def left_as(connection: Connection, batches: Iterable[int]) -> dict[int, Left]:
    """Who made these batches."""
    wanted = sorted(set(batches))
    rows = connection.execute(select(BATCH.c.id, BATCH.c.actor, BATCH.c.made_at).where(BATCH.c.id.in_(wanted)))
    return {row.id: Left(row.id, row.actor, row.made_at) for row in rows}


def _parse(database: Engine, kind: Kind, typed: Sequence[Typed], act: Act) -> Rows:
    names = tuple(column.name for column in kind.columns if column.name in typed[0].cells)
    cells = {at: np.array([one.cells.get(name, "") for one in typed], dtype=object) for at, name in enumerate(names)}
    frame = pd.DataFrame(cells, index=pd.Index([one.number for one in typed], dtype="int64"), dtype=object)
    with reading(database) as connection:
        units = frozenset(connection.execute(select(live(UNITS).c.code)).scalars())
        procedures = frozenset(connection.execute(select(live(PROCEDURES).c.code)).scalars())
        grant = None if may(connection, act.actor, Verb.IMPORT) else grant_of(connection, act.actor)
    table = Table(file=FORM, sheet=None, kind=kind, header=names, header_row=0, frame=frame, names=names)
    return parse_table(table, kind, Known(units, procedures), act.today, grant)


def _key_of(kind: Kind, row: Any) -> tuple[str, ...]:
    return tuple(row[name] for name in kind.key)


def _refuse(problems: Iterable[Problem]) -> None:
    """Raise what is wrong; a grid has lines and columns and is no file."""
    wrong = [
        replace(problem, place=Place("", row=problem.place.row, column=problem.place.column))
        for problem in problems
        if problem.severity is Severity.ERROR
    ]
    if wrong:
        raise RefusedError(wrong)


def _refuse_stale(connection: Connection, kind: Kind, seen: Mapping[tuple[str, ...], Typed]) -> None:
    """Raise RefusedError naming who has saved one of the rows since it was seen."""
    table = live(kind)
    for key, one in seen.items():
        same = and_(*(table.c[name] == _as_stored(table.c[name], part) for name, part in zip(kind.key, key, strict=True)))
        found = connection.execute(select(table.c.batch_id).where(same)).scalar()
        if found == one.seen:
            continue
        if found is None:
            raise refusal("entry_gone", str(one.number))
        other = left_as(connection, [found])[found]
        raise refusal("entry_changed", str(one.number), by=other.by, at=other.at)


def _as_stored(column: Any, part: str) -> Any:
    wanted = column.type.python_type
    return wanted.fromisoformat(part) if hasattr(wanted, "fromisoformat") else part


def _digest(typed: Sequence[Typed], act: Act) -> str:
    """Another one for every saving: going back to an earlier state is no repetition."""
    said = [*(f"{one.number}{sorted(one.cells.items())}{one.seen}" for one in typed), act.actor, act.now.isoformat()]
    return sha256("\n".join(said).encode()).hexdigest()
