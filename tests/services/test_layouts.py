"""Exports of one-stop systems are imported as they come: nothing is chosen, named or mapped by anybody."""

from __future__ import annotations

import pytest
from builders import act, put
from layouts import COLUMNS, EXPECTED, LAYOUTS, PROCEDURES, UNITS
from sqlalchemy import select

from tracker.core.problems import Severity
from tracker.services.imports import Choices, Source, import_files
from tracker.store.engine import reading
from tracker.store.tables import Dossier

DOSSIER = Dossier.__table__


def stored(engine) -> list[tuple[str | None, ...]]:
    """The dossiers that were received, as they are stored."""
    columns = [DOSSIER.c[name] for name in COLUMNS]
    with reading(engine) as connection:
        rows = connection.execute(select(*columns).where(DOSSIER.c.received_at.is_not(None)).order_by(DOSSIER.c.code))
        return [tuple(None if cell is None else str(cell) for cell in row) for row in rows]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_export_is_imported_without_a_choice(sqlite_engine, layout):
    put(sqlite_engine, "units", *UNITS)
    put(sqlite_engine, "procedures", *PROCEDURES)
    name, data = LAYOUTS[layout]()
    (outcome,) = import_files(sqlite_engine, [Source(name, data)], act(), Choices())
    assert [problem for problem in outcome.problems if problem.severity is Severity.ERROR] == []
    assert (outcome.kind, outcome.outcome, outcome.refused) == ("dossiers", "imported", 0)
    assert stored(sqlite_engine) == sorted(EXPECTED)


def test_what_was_never_received_is_no_dossier(sqlite_engine):
    """Status 1 is kept as submitted, status 3 not at all, whatever moment of receipt stands there; both are told."""
    put(sqlite_engine, "units", *UNITS)
    put(sqlite_engine, "procedures", *PROCEDURES)
    (outcome,) = import_files(sqlite_engine, [Source(*LAYOUTS["vnpt"]())], act(), Choices())
    assert [(problem.code, problem.place.row) for problem in outcome.problems] == [
        ("submitted_only", 6),
        ("not_received", 7),
    ]
    with reading(sqlite_engine) as connection:
        rows = connection.execute(select(DOSSIER.c.code, DOSSIER.c.status).where(DOSSIER.c.received_at.is_(None))).all()
    assert rows == [("H99.02-180106-0005", None)]


def test_lines_below_the_table_are_left_out_and_told(sqlite_engine):
    put(sqlite_engine, "units", *UNITS)
    put(sqlite_engine, "procedures", *PROCEDURES)
    (outcome,) = import_files(sqlite_engine, [Source(*LAYOUTS["igate"]())], act(), Choices())
    assert [(problem.code, problem.place.row) for problem in outcome.problems] == [
        ("footer_left_out", row) for row in (9, 11, 12)
    ]
