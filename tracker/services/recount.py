"""Counting a frozen copy anew: what it gives with some adjustments, as a board and as the documents that are kept of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from tracker.core.cases import KINDS
from tracker.services.adjustments import NewAdjustment
from tracker.services.copies import Copy, said_of
from tracker.services.outcomes import results_document
from tracker.services.results import Documents, measures_document
from tracker.services.scratch import scratch
from tracker.services.standings import Board, Question, count_all, rank
from tracker.store.copying import columns_of
from tracker.store.engine import reading
from tracker.store.tables import live


def count_copy(copy: Copy, adjustments: Sequence[NewAdjustment]) -> Board:
    """The result of a copy with its adjustments, every measure counted; RefusedError for a case the copy does not have."""
    said = said_of(copy)
    as_of = date.fromisoformat(said["as_of"])
    with scratch(copy, adjustments) as engine, reading(engine) as connection:
        return rank(*count_all(connection, Question(said["campaign"], said["period"], as_of), as_of))


def documents_of(board: Board) -> Documents:
    """The measures and results of a board as texts; decisions are the caller's to add."""
    places = board.setting.rulebook.rulebook.places
    results = results_document(places, board.offices, board.standings, board.lists)
    return Documents(measures_document(board.offices.values(), board.facts), results)


def read_copied(copy: Copy, adjustments: Sequence[NewAdjustment], kind: str, key: Sequence[str]) -> dict[str, Any] | None:
    """One case of the copy as its adjustments left it; None if it is not there."""
    with scratch(copy, adjustments) as engine, reading(engine) as connection:
        return find_case(connection, kind, key)


def find_case(connection: Connection, kind: str, key: Sequence[str]) -> dict[str, Any] | None:
    """One case by its key as text, with the columns a copy takes in; None if it is not there."""
    table, definition = live(KINDS[kind]), KINDS[kind]
    if len(key) != len(definition.key):
        return None
    typed = {name: _typed(table.c[name].type.python_type, part) for name, part in zip(definition.key, key, strict=True)}
    if None in typed.values():
        return None
    where = (table.c[name] == value for name, value in typed.items())
    row = connection.execute(select(*(table.c[name] for name in columns_of(definition))).where(*where)).first()
    return None if row is None else {str(name): value for name, value in row._mapping.items()}


def _typed(wanted: type, part: str) -> object:
    """A key's part as its column holds it; None for text that is no such thing."""
    if wanted is not date:
        return part
    try:
        return date.fromisoformat(part)
    except ValueError:
        return None
