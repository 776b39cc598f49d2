"""Postings typed in for a unit: which procedures stand at the counter, on the site and on the portal, and since when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, and_, or_, select

from tracker.core.cases import POSTINGS, PROCEDURES
from tracker.core.problems import Place, Problem, RefusedError
from tracker.intake.corrections import cell_text
from tracker.services.access import Verb
from tracker.services.act import Act
from tracker.services.entry_saving import Left, Typed, left_as, save_typed
from tracker.services.imports import Outcome
from tracker.services.permitted import reading_as
from tracker.services.typed import refusal
from tracker.store.tables import live
from tracker.text import collation_key, search_key

FLAGS = ("counter", "site", "portal", "one_stop", "workflow_assigned")
ENTERED = ("posted_on", *FLAGS)
_NOTHING = {"posted_on": "", **dict.fromkeys(FLAGS, "0")}
PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class PostingLine:
    """A procedure and how the unit posts it (texts; flags as 1 or 0), and who left it so."""

    number: int
    procedure: str
    name: str
    cells: Mapping[str, str]
    left: Left | None


@dataclass(frozen=True, slots=True)
class PostingSheet:
    """A page of a unit's procedures: how many there are, how many were asked for, how many are posted everywhere."""

    unit: str
    procedures: int
    found: int
    everywhere: int
    lines: tuple[PostingLine, ...]


@dataclass(frozen=True, slots=True)
class Ticked:
    """What somebody ticked for a procedure, on the batch that was seen there (None: nothing was)."""

    number: int
    procedure: str
    cells: Mapping[str, str]
    seen: int | None


def load_postings(database: Engine, act: Act, unit: str, words: str = "", page: int = 1) -> PostingSheet:
    """The procedures in force, or posted by the unit, whose name or code holds the words, with or without accents."""
    with reading_as(database, act.actor, Verb.IMPORT, unit) as connection:
        lines = _read(connection, act, unit)
        wanted = search_key(words.strip())
        found = [line for line in lines if wanted in search_key(f"{line[1]} {line[0]}")]
        shown = found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
        left = left_as(connection, [batch for *_, batch in shown if batch is not None])
    first = (page - 1) * PAGE_SIZE + 1
    everywhere = sum(all(cells[name] == "1" for name in ("counter", "site", "portal")) for _, _, cells, _ in lines)
    made = [
        PostingLine(number, code, name, cells, left.get(batch) if batch is not None else None)
        for number, (code, name, cells, batch) in enumerate(shown, start=first)
    ]
    return PostingSheet(unit, len(lines), len(found), everywhere, tuple(made))


def save_postings(database: Engine, unit: str, ticked: Sequence[Ticked], act: Act) -> Outcome:
    """Save the procedures whose cells differ from what stands there, as one batch; the other columns are kept."""
    with reading_as(database, act.actor, Verb.IMPORT, unit) as connection:
        stored = {code: cells for code, _, cells, _ in _read(connection, act, unit)}
    typed = []
    for one in ticked:
        if strange := sorted(set(one.cells) - set(ENTERED)):
            raise RefusedError([Problem("column_not_entered", Place("", column=name)) for name in strange])
        before = stored.get(one.procedure, _NOTHING)
        cells = {**before, **one.cells}
        if cells != before or one.procedure not in stored:
            typed.append(Typed(one.number, {"unit": unit, "procedure": one.procedure, **cells}, one.seen))
    if not typed:
        raise refusal("entry_changes_nothing")
    return save_typed(database, POSTINGS.name, typed, act)


def _read(connection: Connection, act: Act, unit: str) -> list[tuple[str, str, dict[str, str], int | None]]:
    """Code, name, cells and batch of every procedure the unit may post, by name."""
    p, q = live(PROCEDURES).c, live(POSTINGS).c
    joined = and_(q.procedure == p.code, q.unit == unit)
    in_force = or_(p.valid_to.is_(None), p.valid_to >= act.today, q.unit.is_not(None))
    query = select(p.code, p.name, q.batch_id, *(q[name] for name in ENTERED))
    rows = connection.execute(query.outerjoin_from(live(PROCEDURES), live(POSTINGS), joined).where(in_force)).all()
    found = [(row.code, row.name, _cells({name: row._mapping[name] for name in ENTERED}), row.batch_id) for row in rows]
    return sorted(found, key=lambda line: (collation_key(line[1]), line[0]))


def _cells(row: Mapping[str, object]) -> dict[str, str]:
    return {name: cell_text(row[name]) or empty for name, empty in _NOTHING.items()}
