"""Rows that are written once: sealed by the log, kept by triggers, and seen however damaged they are."""

from __future__ import annotations

import json
import time
import zlib
from hashlib import sha256

import pytest
from builders import act
from sealed_rows import put_sealed, put_snapshot
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from unguarded import PROTECTED, unguard

from tracker.services import audit
from tracker.services.access import OPERATOR
from tracker.services.audit_log import verify_log
from tracker.services.parts import check_parts
from tracker.services.seals import BrokenSeal, Flaw, check_seals
from tracker.store.audit import ENTRY
from tracker.store.engine import reading, writing


def put_unguarded(engine):
    put_sealed(engine, 2)
    unguard(engine)


@pytest.fixture
def sealed(engine, prepared):
    return prepared(put_unguarded, engine)


def bend(engine, *statements: str, **values) -> list[BrokenSeal]:
    """What is found broken once the statements were run."""
    with writing(engine) as connection:
        for statement in statements:
            connection.execute(text(statement), values)
    return list(verify_log(engine, OPERATOR).broken)


def test_rows_as_they_were_written_hold(sealed):
    verdict = verify_log(sealed, OPERATOR)
    assert (verdict.wrong, verdict.broken, verdict.whole) == (None, (), True)


def test_a_changed_a_removed_and_an_inserted_row_are_told_apart(sealed):
    with reading(sealed) as connection:
        seqs = {seal.thing: seal.seq for seal in connection.execute(text("SELECT seq, thing FROM audit_entry"))}
    assert bend(sealed, "UPDATE decision SET votes_for = votes_for + 1 WHERE id = 2") == [
        BrokenSeal("decision", "2", Flaw.CHANGED, seqs["decision/2"])
    ]
    assert bend(sealed, "DELETE FROM decision WHERE id = 2") == [
        BrokenSeal("decision", "2", Flaw.MISSING, seqs["decision/2"])
    ]
    copied = (
        "INSERT INTO period_step SELECT 77, campaign, period, revision, step, act, proposal, version, basis, reason, actor, "
        "made_at FROM period_step WHERE id = 1"
    )
    assert bend(sealed, copied)[0] == BrokenSeal("period_step", "77", Flaw.UNKNOWN, None)


def test_a_second_seal_does_not_make_a_change_right(sealed):
    """Whoever may write to the log as it is meant to be written still cannot seal a row anew."""
    with writing(sealed) as connection:
        connection.execute(text("UPDATE result SET stage = 'final' WHERE id = 1"))
        row = connection.execute(text("SELECT * FROM result WHERE id = 1")).one()
        audit.record(
            connection, act(), "put_result", "result/1", after={"row_sha256": sha256(repr(row).encode()).hexdigest()}
        )
        seq = connection.execute(text("SELECT max(seq) FROM audit_entry")).scalar_one()
    first, second = verify_log(sealed, OPERATOR).broken
    assert (first.table, first.key, first.flaw) == ("result", "1", Flaw.CHANGED)
    assert second == BrokenSeal("result", "1", Flaw.TWICE, seq)


def test_an_entry_that_seals_nothing_is_no_seal(sealed):
    with writing(sealed) as connection:
        audit.record(connection, act(), "note", "result/1", after={"state": "seen"})
        audit.record(connection, act(), "note", "snapshot_part/1", after={"row_sha256": "x"})
        audit.record(connection, act(), "note", "result/9", before={"row_sha256": "x"})
    assert verify_log(sealed, OPERATOR).whole


def test_an_empty_column_that_a_later_version_adds_breaks_no_seal(sealed):
    with writing(sealed) as connection:
        connection.execute(text("ALTER TABLE decision ADD COLUMN later TEXT"))
    assert verify_log(sealed, OPERATOR).whole


def test_a_table_that_an_older_version_lacks_has_no_rows(sealed):
    assert {one.flaw for one in bend(sealed, "DROP TABLE decision")} == {Flaw.MISSING}


def test_text_never_stands_for_bytes_nor_bytes_for_text(sqlite_engine):
    """SQLite stores any kind of value in any column: the digest in place of what it is the digest of must show."""
    put_sealed(sqlite_engine, 1)
    unguard(sqlite_engine)
    with reading(sqlite_engine) as connection:
        data = connection.execute(text("SELECT results FROM result WHERE id = 1")).scalar_one()
    swapped = bend(sqlite_engine, "UPDATE result SET results = :digest WHERE id = 1", digest=sha256(data).hexdigest())
    assert [(one.table, one.key, one.flaw) for one in swapped] == [("result", "1", Flaw.CHANGED)]
    put = "UPDATE snapshot SET inputs_sha256 = CAST(manifest AS BLOB) WHERE id = 2"
    assert ("snapshot", "2", Flaw.CHANGED) in [(one.table, one.key, one.flaw) for one in bend(sqlite_engine, put)]


DAMAGES = {
    "sqlite": [
        "UPDATE decision SET reason = CAST(x'ff41' AS TEXT) WHERE id = 1",
        "UPDATE decision SET made_at = 'hôm qua' WHERE id = 1",
        "UPDATE decision SET made_at = '20260630T080000' WHERE id = 1",  # the same moment, written otherwise
        "UPDATE decision SET votes_for = 9e999 WHERE id = 1",
        "UPDATE decision SET votes_for = 9223372036854775807 WHERE id = 1",
        "UPDATE decision SET votes_for = 'năm' WHERE id = 1",
        "UPDATE decision SET votes_for = NULL WHERE id = 1",
        "UPDATE decision SET unit = x'41' WHERE id = 1",
    ],
    "postgresql": [
        "UPDATE decision SET made_at = 'infinity' WHERE id = 1",
        "UPDATE decision SET made_at = '2026-06-30 08:00:00 BC' WHERE id = 1",
        "UPDATE decision SET made_at = '294276-12-31 23:59:59' WHERE id = 1",
        "UPDATE decision SET made_at = '2026-06-30 08:00:00.000001' WHERE id = 1",
        "UPDATE decision SET votes_for = 2147483647 WHERE id = 1",
        "UPDATE decision SET votes_for = NULL WHERE id = 1",
    ],
}


def test_what_no_row_of_ours_can_hold_is_found_too(sealed):
    for statement in DAMAGES[sealed.dialect.name]:
        assert [(one.table, one.key, one.flaw) for one in bend(sealed, statement)] == [("decision", "1", Flaw.CHANGED)]


def test_the_way_the_database_writes_days_is_nothing_to_the_seals(postgres, postgres_template):
    from databases import fresh_database

    from tracker.services.database import open_database

    engine = open_database(fresh_database(postgres, template=postgres_template))
    put_sealed(engine, 1)
    with engine.connect() as connection:
        connection.execute(text(f"ALTER DATABASE {engine.url.database} SET datestyle = 'SQL, DMY'"))
        connection.execute(text(f"ALTER DATABASE {engine.url.database} SET bytea_output = 'escape'"))
        connection.execute(text(f"ALTER DATABASE {engine.url.database} SET timezone = 'Asia/Tokyo'"))
        connection.commit()
    engine.dispose()
    assert verify_log(engine, OPERATOR).whole
    engine.dispose()


@pytest.mark.parametrize(
    "payload", ["", "{", "[]", '{"after":null}', '{"after":[]}', '{"after":{"row_sha256":7}}', "[" * 99999]
)
def test_an_entry_whose_seal_was_made_unreadable_leaves_its_row_unknown(sealed, payload):
    found = bend(sealed, "UPDATE audit_entry SET payload = :payload WHERE thing = 'result/1'", payload=payload)
    assert [(one.table, one.key, one.flaw) for one in found] == [("result", "1", Flaw.UNKNOWN)]
    assert verify_log(sealed, OPERATOR).wrong is not None


# The parts of a frozen copy


def parts_bent(engine, statement: str, **values) -> list[tuple[str, Flaw]]:
    found = bend(engine, statement, **values)
    assert {one.table for one in found} <= {"snapshot_part"}
    return [(one.key, one.flaw) for one in found]


def test_each_part_is_what_its_snapshots_manifest_says(sealed):
    of_one = "WHERE snapshot = 1 AND name = 'rulebook.toml'"
    key = "1/rulebook.toml"
    with reading(sealed) as connection:
        data = connection.execute(text(f"SELECT data FROM snapshot_part {of_one}")).scalar_one()
    put = f"UPDATE snapshot_part SET data = :data {of_one}"
    for bent in (b"", b"x", data[:-1], data + b"x", data[:9] + b"\0" + data[10:], zlib.compress(b"other"), data + data):
        assert parts_bent(sealed, put, data=bent) == [(key, Flaw.CHANGED)], bent
    assert parts_bent(sealed, put, data=data) == []
    other = zlib.compress(b"other")
    digests = {"data": other, "digest": sha256(b"other").hexdigest(), "size": 5}
    fitting = f"UPDATE snapshot_part SET data = :data, sha256 = :digest, size = :size {of_one}"
    assert parts_bent(sealed, fitting, **digests) == [(key, Flaw.CHANGED)]
    assert parts_bent(sealed, f"UPDATE snapshot_part SET name = 'other.toml' {of_one}") == [
        ("1/other.toml", Flaw.UNKNOWN),
        (key, Flaw.MISSING),
    ]
    assert parts_bent(sealed, "DELETE FROM snapshot_part WHERE snapshot = 1 AND name = 'other.toml'") == [
        (key, Flaw.MISSING)
    ]


def test_of_a_snapshot_whose_manifest_was_bent_only_that_is_said(sealed):
    found = bend(sealed, "UPDATE snapshot SET manifest = '{}' WHERE id = 1")
    assert [(one.table, one.key, one.flaw) for one in found] == [("snapshot", "1", Flaw.CHANGED)]


@pytest.mark.parametrize("manifest", ["", "[]", "7", "[" * 99999])
def test_a_manifest_that_is_none_is_found_even_without_a_seal(sealed, manifest):
    digest = sha256(manifest.encode()).hexdigest()
    statement = "UPDATE snapshot SET manifest = :manifest, inputs_sha256 = :digest WHERE id = 1"
    bend(sealed, statement, manifest=manifest, digest=digest)
    with reading(sealed) as connection:
        assert check_parts(connection) == [BrokenSeal("snapshot", "1", Flaw.CHANGED, None)]


def test_a_part_that_unpacks_without_end_is_read_in_little_memory(sqlite_engine):
    import tracemalloc

    put_sealed(sqlite_engine, 1)
    unguard(sqlite_engine)
    packed = zlib.compress(b"\0" * (64 << 20), 9)
    put = "UPDATE snapshot_part SET data = :data WHERE snapshot = 1 AND name = 'rulebook.toml'"
    tracemalloc.start()
    assert bend(sqlite_engine, put, data=packed)[0].key == "1/rulebook.toml"
    assert tracemalloc.get_traced_memory()[1] < 16 << 20
    tracemalloc.stop()


# Refused by SQLite's triggers, whoever asks; PostgreSQL's are in test_roles.py

MANY_ALIKE = ("period_step", "issued_paper", "practice")  # the same may be proposed, written or told again
SQLITE_CHANGES = [
    "UPDATE {table} SET {column} = {column}",
    "UPDATE {table} SET {key} = {key} + 100",
    "UPDATE OR REPLACE {table} SET {key} = {key} + 1",
    "DELETE FROM {table}",
    "INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
    "REPLACE INTO {table} SELECT * FROM {table} LIMIT 1",
    "INSERT OR REPLACE INTO {table} ({columns}) SELECT {columns} FROM {table}",
    "INSERT OR REPLACE INTO {table} (rowid, {columns}) SELECT rowid, {bent} FROM {table}",
    "INSERT INTO {table} SELECT * FROM {table} WHERE true ON CONFLICT DO UPDATE SET {column} = {column}",
]


def test_sqlite_refuses_every_change_of_every_table_that_is_written_once(sqlite_engine):
    put_sealed(sqlite_engine, 2)
    for table in PROTECTED:
        key = next(iter(table.primary_key)).name
        columns = [name for name in table.c.keys() if name != "id"]  # noqa: SIM118
        words = {
            **{"table": table.name, "key": key, "column": columns[-1], "columns": ", ".join(columns)},
            "bent": ", ".join(f"{name} || 'x'" if name == "name" else name for name in columns),
        }
        for statement in SQLITE_CHANGES:
            if table is ENTRY and "(rowid" in statement:
                continue  # its rowid is its number
            if table.name in MANY_ALIKE and statement.startswith("INSERT OR REPLACE INTO {table} ({columns})"):
                continue  # this adds some and replaces none
            said = statement.format(**words)
            with pytest.raises(DBAPIError, match="never changed"), writing(sqlite_engine) as connection:
                connection.execute(text(said))
    assert verify_log(sqlite_engine, OPERATOR).whole


def test_a_hundred_thousand_entries_are_checked_in_seconds(sqlite_engine):
    put_sealed(sqlite_engine, 1)
    payload = json.dumps({"after": {"new": 1, "changed": 0}})
    many = (
        "WITH RECURSIVE n(x) AS (SELECT 1000 UNION ALL SELECT x + 1 FROM n WHERE x < 101000) INSERT INTO audit_entry "
        "SELECT x, '2026-06-30T01:00:00Z', 'operator', 'import', 'batch/' || x, :payload, :hash, :hash FROM n"
    )
    with writing(sqlite_engine) as connection:
        connection.execute(text(many), {"payload": payload, "hash": "0" * 64})
    begun = time.perf_counter()
    with reading(sqlite_engine) as connection:
        assert check_seals(connection) == []
    assert time.perf_counter() - begun < 2


def test_a_snapshot_of_no_parts_holds(engine):
    put_sealed(engine, 1)
    put_snapshot(engine, 50, {})
    assert verify_log(engine, OPERATOR).whole
