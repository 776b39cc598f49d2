"""The database keeps what it is told to keep: settings, limits, one writer at a time, all or nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from builders import act, put, put_offices, rows
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError

from tracker.services.access import OPERATOR
from tracker.services.batches import list_batches
from tracker.services.imports import Choices, import_rows
from tracker.store import engine as store
from tracker.store.tables import Dossier, Feedback, Survey

TODAY_BATCH = {"id": 1, "action": "import", "kind": "units", "actor": "x", "made_at": "2026-01-01 00:00:00"}


def test_every_sqlite_connection_is_checked_for_safe_settings(sqlite_engine):
    with sqlite_engine.connect() as one, sqlite_engine.connect() as other:
        for connection in (one, other):
            found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in store.PRAGMAS}
            assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30000}


def test_a_database_that_cannot_keep_a_write_ahead_log_is_refused(monkeypatch):
    monkeypatch.setitem(store.PRAGMAS, "synchronous", 7)
    with pytest.raises(store.UnsafeDatabaseError, match="synchronous"):
        store.open_engine("sqlite://").connect()


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (Dossier, {"code": "", "received_at": "2020-01-01 00:00:00"}),
        (Dossier, {"code": "D", "received_at": None}),
        (Dossier, {"code": "D", "received_at": "2020-01-01 00:00:00", "paused_minutes": -1}),
        (Dossier, {"code": "D", "received_at": "2020-01-01 00:00:00", "channel": "fax"}),
        (Dossier, {"code": "D", "received_at": "2020-01-01 00:00:00", "status": "lost"}),
        (Dossier, {"code": "D", "received_at": "2020-01-01 00:00:00", "unit": "NOWHERE"}),
        (Dossier, {"code": "D", "received_at": "2020-01-01 00:00:00", "procedure": "NONE"}),
        (Feedback, {"code": "F", "kind": "gossip", "received_on": "2020-01-01", "dissatisfied": False}),
        (
            Survey,
            {"period_from": "2020-02-01", "period_to": "2020-01-01", "topic": "result", "satisfied": 1, "responses": 2},
        ),
        (
            Survey,
            {"period_from": "2020-01-01", "period_to": "2020-01-01", "topic": "result", "satisfied": 3, "responses": 2},
        ),
    ],
)
def test_the_database_itself_refuses_what_no_case_may_be(engine, table, values):
    put_offices(engine, "A")
    defaults = {"unit": "A", "batch_id": 1}
    if table is Dossier:
        defaults |= {"procedure": "P1", "channel": "counter"}
    whole = defaults | values
    columns, marks = ", ".join(whole), ", ".join(f":{name}" for name in whole)
    with pytest.raises(IntegrityError), store.writing(engine) as connection:
        connection.execute(text(f"INSERT INTO {table.__table__.name} ({columns}) VALUES ({marks})"), whole)


def test_readers_see_one_state_while_a_writer_works(engine):
    put_offices(engine, "A")
    with store.reading(engine) as reader:
        assert reader.execute(text("SELECT count(*) FROM unit")).scalar() == 1
        put(engine, "units", {"code": "B", "name": "B", "kind": "commune"})
        assert reader.execute(text("SELECT count(*) FROM unit")).scalar() == 1
    with store.reading(engine) as reader:
        assert reader.execute(text("SELECT count(*) FROM unit")).scalar() == 2


def test_writers_queue_and_nothing_is_lost(engine):
    put_offices(engine, "A")
    case = {"unit": "A", "procedure": "P1", "received_at": "2020-01-01 08:00:00"}

    def write(name: str) -> None:
        for number in range(5):
            put(engine, "dossiers", {**case, "code": f"{name}{number}"})

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.reading(engine) as connection:
        assert connection.execute(text("SELECT count(*) FROM dossier")).scalar() == 20


def test_of_two_who_import_the_same_file_at_once_one_wins_and_the_other_is_told(engine):
    put_offices(engine, "A")
    cases = [{"code": f"D{n}", "unit": "A", "procedure": "P1", "received_at": "2020-01-01 08:00:00"} for n in range(200)]
    outcomes = []
    together = threading.Barrier(4)

    def write() -> None:
        together.wait()
        outcomes.append(import_rows(engine, rows("dossiers", *cases), "same digest", act(), Choices()))

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcome.outcome for outcome in outcomes) == ["already_imported"] * 3 + ["imported"]
    winner = next(outcome.batch for outcome in outcomes if outcome.outcome == "imported")
    assert {outcome.batch for outcome in outcomes} == {winner}
    assert sum(batch.kind == "dossiers" for batch in list_batches(engine, OPERATOR)) == 1


def test_a_killed_import_leaves_all_of_its_rows_or_none(sqlite_engine, tmp_path):
    """Kill the importing process at moments spread over its work; afterwards the same import goes through."""
    put_offices(sqlite_engine, "A")
    file = tmp_path / "dossiers.csv"
    lines = [f"D{n},A,P1,2020-01-01 08:00" for n in range(4000)]
    file.write_text("code,unit,procedure,received_at\n" + "\n".join(lines), "utf-8")
    environment = os.environ | {"TRACKER_DATABASE_URL": sqlite_engine.url.render_as_string(hide_password=False)}
    command = [sys.executable, "-m", "tracker", "import", str(file)]
    root = Path(__file__).parents[2]
    started = time.monotonic()
    subprocess.run([*command, "--dry-run"], env=environment, cwd=root, check=True, stdout=subprocess.DEVNULL)
    whole = time.monotonic() - started
    for moment in range(3):
        process = subprocess.Popen(command, env=environment, cwd=root, stdout=subprocess.DEVNULL)
        time.sleep(whole * (0.7 + 0.16 * moment))
        process.send_signal(signal.SIGKILL)
        process.wait()
        with store.reading(sqlite_engine) as connection:
            kept = connection.execute(text("SELECT count(*) FROM dossier")).scalar()
            batches = connection.execute(text("SELECT count(*) FROM batch WHERE kind = 'dossiers'")).scalar()
            assert (kept, batches) in ((0, 0), (4000, 1))
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    again = subprocess.run(command, env=environment, cwd=root, capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stdout
    with store.reading(sqlite_engine) as connection:
        assert connection.execute(text("SELECT count(*) FROM dossier")).scalar() == 4000


def test_a_failing_statement_does_not_print_the_rows(sqlite_engine):
    with pytest.raises(IntegrityError) as caught, store.writing(sqlite_engine) as connection:
        connection.execute(
            insert(Dossier.__table__).values(code="SECRET-CODE", unit="X", procedure="Y", channel="counter", batch_id=1)
        )
    assert "SECRET-CODE" not in str(caught.value)
