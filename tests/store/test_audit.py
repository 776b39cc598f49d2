"""The audit log keeps what it was told: no change through the application, one chain whoever writes."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest
from databases import fresh_database
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from tracker.services.database import open_database, upgrade
from tracker.store import audit
from tracker.store.engine import reading, writing

SAID = {"at_utc": "2026-06-30T01:00:00Z", "actor": "an", "verb": "import", "thing": "batch/1", "payload": "{}"}


def fill(engine, entries: int = 3) -> None:
    for number in range(entries):
        with writing(engine) as connection:
            audit.append(connection, {**SAID, "thing": f"batch/{number + 1}"})


def everything(engine) -> list[tuple]:
    with reading(engine) as connection:
        return [tuple(row) for row in connection.execute(text("SELECT * FROM audit_entry ORDER BY seq"))]


def test_an_entry_holds_the_digest_of_its_canonical_text_and_of_the_entry_before(engine):
    fill(engine, 2)
    first, second = everything(engine)
    # Written out by hand: keys in order, no blanks.
    said = (
        '{"actor":"an","at_utc":"2026-06-30T01:00:00Z","payload":"{}","prev":"' + "0" * 64 + '","seq":1,'
        '"thing":"batch/1","verb":"import"}'
    )
    assert json.loads(said)["seq"] == 1
    assert first[-1] == sha256(said.encode()).hexdigest()
    assert second[-2] == first[-1]


def test_letters_are_hashed_as_they_are_written_not_escaped():
    assert audit.canonical({"b": "Đắk", "a": 1}) == '{"a":1,"b":"Đắk"}'


CHANGES = [
    "UPDATE audit_entry SET actor = 'x' WHERE seq = 2",
    "UPDATE audit_entry SET seq = 9 WHERE seq = 2",
    "DELETE FROM audit_entry WHERE seq = 2",
    "DELETE FROM audit_entry",
]
SQLITE_CHANGES = [
    "INSERT OR REPLACE INTO audit_entry SELECT seq, at_utc, 'x', verb, thing, payload, prev, hash FROM audit_entry LIMIT 1",
    "REPLACE INTO audit_entry SELECT 2, at_utc, 'x', verb, thing, payload, prev, hash FROM audit_entry WHERE seq = 3",
    "UPDATE OR REPLACE audit_entry SET seq = 1 WHERE seq = 2",
    "INSERT INTO audit_entry SELECT 1, at_utc, 'x', verb, thing, payload, prev, hash FROM audit_entry WHERE seq = 1 "
    "ON CONFLICT (seq) DO UPDATE SET actor = 'x'",
]
POSTGRESQL_CHANGES = [
    "TRUNCATE audit_entry",
    "INSERT INTO audit_entry SELECT * FROM audit_entry WHERE seq = 1 ON CONFLICT (seq) DO UPDATE SET actor = 'x'",
    "MERGE INTO audit_entry USING (SELECT 1) AS one ON seq = 1 WHEN MATCHED THEN DELETE",
]


def test_nobody_changes_removes_or_replaces_an_entry_through_the_application(engine):
    fill(engine)
    before = everything(engine)
    more = SQLITE_CHANGES if engine.dialect.name == "sqlite" else POSTGRESQL_CHANGES
    for statement in CHANGES + more:
        with pytest.raises(DBAPIError), writing(engine) as connection:
            connection.execute(text(statement))
        assert everything(engine) == before, statement


def test_postgresql_takes_the_rights_too_from_an_application_that_is_no_superuser(postgres):
    database = make_url(fresh_database(postgres))
    admin = create_engine(database, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        if not connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = 'office'")).first():
            connection.execute(text("CREATE ROLE office LOGIN"))
        connection.execute(text(f"ALTER DATABASE {database.database} OWNER TO office"))
        connection.execute(text("GRANT ALL ON SCHEMA public TO office"))
    admin.dispose()
    office = open_database(database.set(username="office").render_as_string(hide_password=False))
    upgrade(office)
    fill(office)
    for statement in CHANGES + POSTGRESQL_CHANGES:
        with pytest.raises(DBAPIError, match="permission denied"), writing(office) as connection:
            connection.execute(text(statement))
    assert len(everything(office)) == 3
    office.dispose()


def test_the_next_start_brings_back_a_guard_that_was_lost(engine):
    fill(engine)
    drop = {
        "sqlite": [f"DROP TRIGGER {name}" for name in ("audit_entry_no_update", "audit_entry_no_delete")],
        "postgresql": ["ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_no_change"],
    }
    with writing(engine) as connection:
        for statement in drop[engine.dialect.name]:
            connection.execute(text(statement))
    upgrade(engine)
    for statement in CHANGES:
        with pytest.raises(DBAPIError), writing(engine) as connection:
            connection.execute(text(statement))


def test_the_same_number_is_never_given_twice(engine):
    fill(engine)
    with pytest.raises((IntegrityError, DBAPIError)), writing(engine) as connection:
        connection.execute(text("INSERT INTO audit_entry SELECT * FROM audit_entry WHERE seq = 3"))
    assert len(everything(engine)) == 3


def record_and_fail(engine) -> None:
    with writing(engine) as connection:
        audit.append(connection, SAID)
        connection.execute(text("INSERT INTO state (id, data_version, sample) SELECT id, 0, sample FROM state"))


def test_an_entry_goes_with_the_transaction_it_was_written_in(engine):
    with pytest.raises(IntegrityError):
        record_and_fail(engine)
    assert everything(engine) == []
    with reading(engine) as connection:
        assert audit.read_head(connection) == audit.Head(0, audit.GENESIS)
