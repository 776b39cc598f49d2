"""Nobody bends what is written once unseen: every way an administrator of the database has, and whether it is found.

The guards are gone; each tampering is checked inside its transaction, against the anchor of before, and rolled back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from itertools import combinations, islice, pairwise, zip_longest

import pytest
from builders import act
from sealed_rows import STRIDE, put_sealed
from sqlalchemy import Boolean, Date, DateTime, Integer, LargeBinary, text
from unguarded import PROTECTED, unguard

from tracker.services.audit_log import check_log
from tracker.services.chain import Fault, Verdict
from tracker.services.seals import insert_sealed, row_digest
from tracker.store.audit import ENTRY, GENESIS, Head, canonical, digest, read_entries, read_head
from tracker.store.engine import reading, writing
from tracker.store.protected import PART, SEALED
from tracker.store.raw_rows import key_of, read_raw

Values = dict[str, object]


@dataclass
class Tampering:
    """Statements with their values, and the row that must be named: a table and a key."""

    steps: list[tuple[str, Values]]
    table: str
    key: str


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def office(request, tmp_path_factory):
    """Rows in every protected table, and no guard left."""
    from databases import fresh_database

    from tracker.services.database import open_database

    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("tampering") / "test.db"
        path.write_bytes(request.getfixturevalue("sqlite_template").read_bytes())
        engine = open_database(f"sqlite:///{path}")
    else:
        server, template = request.getfixturevalue("postgres"), request.getfixturevalue("postgres_template")
        engine = open_database(fresh_database(server, template=template))
    put_sealed(engine)
    unguard(engine)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def head(office) -> Head:
    """The anchor: what somebody wrote down before."""
    with reading(office) as connection:
        return read_head(connection)


@contextmanager
def undone(engine) -> Iterator:
    """A transaction that never happened."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.connection.dbapi_connection.execute("PRAGMA foreign_keys = OFF")
        yield connection
        connection.rollback()


def found(engine, steps, head) -> Verdict:
    with undone(engine) as connection:
        for statement, values in steps:
            connection.execute(text(statement), values)
        return check_log(connection, [head])


def named(verdict: Verdict) -> set[tuple[str, str]]:
    rows = {(one.table, one.key) for one in verdict.broken}
    return rows if verdict.wrong is None else rows | {("audit_entry", str(verdict.wrong.seq))}


# The ways to bend a value, by what it is; SQLite keeps any kind of value in any column


def bent_text(value: str, sqlite: bool) -> Iterator[tuple[str, object]]:
    yield ":v", value + " "
    yield ":v", value[:-1] if value else "x"
    yield ":v", value.swapcase() if value.swapcase() != value else value + "x"
    yield ":v", "" if value else "0"
    yield "NULL", None
    if sqlite:
        raw = value.encode()
        yield "CAST(:v AS BLOB)", raw
        yield "CAST(:v AS BLOB)", sha256(raw).digest()
        yield "CAST(:v AS TEXT)", raw + b"\xff"
        yield ":v", value + "\0"


def bent_number(value: int | None, sqlite: bool) -> Iterator[tuple[str, object]]:
    for other in {0, 1, (value or 0) + 1, (value or 0) - 1, 2**31 - 1} - {value}:
        yield ":v", other
    if value is not None:
        yield "NULL", None
    if sqlite:
        yield ":v", 2**63 - 1
        yield ":v", (value or 0) + 0.5
        yield ":v", "x"
        yield ":v", str(value).encode()


def bent_flag(value: bool, sqlite: bool) -> Iterator[tuple[str, object]]:
    yield ":v", not value
    yield "NULL", None
    if sqlite:
        yield ":v", 2
        yield ":v", "x"


def bent_day(value: str, sqlite: bool) -> Iterator[tuple[str, object]]:
    for other in (value.replace("2026", "2025"), value.replace("06-30", "06-29").replace("01-01", "01-02"), "0001-01-01"):
        if other != value:
            yield ":v" if sqlite else "CAST(:v AS timestamp)", other
    yield "NULL", None
    if sqlite:
        yield ":v", value.replace("-", "")
        yield ":v", value + "\n"
        yield ":v", ""
        yield ":v", 20260630
    else:
        yield "'infinity'", None
        yield "CAST(:v AS timestamp)", f"{value} BC"


def bent_bytes(value: bytes, sqlite: bool) -> Iterator[tuple[str, object]]:
    middle = len(value) // 2
    yield ":v", value[:middle] + bytes([value[middle] ^ 16]) + value[middle + 1 :]
    yield ":v", value[:-1]
    yield ":v", value + b"\0"
    yield ":v", b""
    yield "NULL", None
    if sqlite:
        yield ":v", sha256(value).hexdigest()
        yield ":v", value.decode("latin-1")


def bent(column, value, sqlite: bool) -> Iterator[tuple[str, object]]:
    if isinstance(column.type, Date | DateTime):
        return bent_day(value, sqlite)
    if isinstance(column.type, LargeBinary):
        return bent_bytes(bytes(value), sqlite)
    if isinstance(column.type, Boolean):
        return bent_flag(value, sqlite)
    return bent_number(value, sqlite) if isinstance(column.type, Integer) else bent_text(value, sqlite)


def rows_of(engine, table) -> list[dict]:
    with reading(engine) as connection:
        return list(read_raw(connection, table))


def where(table, row) -> tuple[str, Values]:
    """The condition that names one row."""
    keys = [column.name for column in table.primary_key]
    return " AND ".join(f"{name} = :k{name}" for name in keys), {f"k{name}": row[name] for name in keys}


def key(table, row) -> str:
    return "/".join(str(row[column.name]) for column in table.primary_key)


def changes(engine) -> Iterator[Tampering]:
    """Every column of every row of every table in each way; of the log its last entry, for its own tests bend them all."""
    sqlite = engine.dialect.name == "sqlite"
    for table in PROTECTED:
        for row in rows_of(engine, table)[-1 if table is ENTRY else 0 :]:
            condition, values = where(table, row)
            for column in table.c:
                if column.primary_key:
                    continue
                for said, value in bent(column, row[column.name], sqlite):
                    statement = f"UPDATE {table.name} SET {column.name} = {said} WHERE {condition}"
                    yield Tampering([(statement, {**values, "v": value})], table.name, key(table, row))


def together(tried: list[Tampering]) -> list[list[Tampering]]:
    """Tamperings of different rows, to be done at once: each row must be named. Parts apart from their snapshots."""
    of_row: dict[tuple[str, str], list[Tampering]] = {}
    for tampering in tried:
        of_row.setdefault((tampering.table, tampering.key), []).append(tampering)
    parts = [ways for (table, _), ways in of_row.items() if table == PART.name]
    others = [ways for (table, _), ways in of_row.items() if table != PART.name]
    return [[way for way in at_once if way] for group in (parts, others) for at_once in zip_longest(*group)]


def moved(engine) -> Iterator[Tampering]:
    """Rows under another key, in each other's place, removed, and the tail cut."""
    for table in PROTECTED:
        rows = rows_of(engine, table)
        name = [column.name for column in table.primary_key][-1]
        other, third = ("'x'", "'y'") if table is PART else ("777", "778")
        move = f"UPDATE {table.name} SET {name} = "
        for row in rows:
            condition, values = where(table, row)
            yield Tampering([(f"DELETE FROM {table.name} WHERE {condition}", values)], table.name, key(table, row))
            if table is not ENTRY:
                yield Tampering([(f"{move}{other} WHERE {condition}", values)], table.name, key(table, row))
        for one, two in pairwise(rows) if table is ENTRY else combinations(rows, 2):
            of_one, first = where(table, one)
            of_two, second = where(table, two)
            if table is PART and one["snapshot"] != two["snapshot"]:
                continue
            here = f" AND snapshot = {one['snapshot']}" if table is PART else ""
            steps = [
                (f"{move}{third} WHERE {of_one}", first),
                (f"{move}:v WHERE {of_two}", {**second, "v": one[name]}),
                (f"{move}:v WHERE {name} = {third}{here}", {"v": two[name]}),
            ]
            yield Tampering(steps, table.name, key(table, one))
        for row in rows if table is not PART else ():
            cut = f"DELETE FROM {table.name} WHERE {name} >= :v"
            yield Tampering([(cut, {"v": row[name]})], table.name, key(table, row))


def slipped_in(engine) -> Iterator[Tampering]:
    """Each row a second time under a new key."""
    for table in (*SEALED, PART):
        name = [column.name for column in table.primary_key][-1]
        for number, row in enumerate(rows_of(engine, table), start=777):
            condition, values = where(table, row)
            columns = ", ".join(f"'{number}'" if one == name else one for one in table.c.keys())  # noqa: SIM118
            statement = f"INSERT INTO {table.name} SELECT {columns} FROM {table.name} WHERE {condition}"
            yield Tampering(
                [(statement, values)], table.name, f"{row['snapshot']}/{number}" if table is PART else f"{number}"
            )


def assert_all_found(engine, head, tried: list[list[Tampering]]) -> None:
    for at_once in tried:
        rows = named(found(engine, [step for tampering in at_once for step in tampering.steps], head))
        assert [tampering for tampering in at_once if (tampering.table, tampering.key) not in rows] == []


def test_untouched_nothing_is_found(office, head):
    assert found(office, [], head).whole


def test_every_bent_column_of_every_row_is_found_and_the_row_named(office, head):
    tried = list(changes(office))
    assert_all_found(office, head, together(tried))
    tables = Counter(tampering.table for tampering in tried)
    assert set(tables) == {table.name for table in PROTECTED}
    assert sum(tables.values()) >= (3000 if office.dialect.name == "sqlite" else 2000), tables


def test_rows_moved_swapped_removed_and_cut_are_found_and_named(office, head):
    tried = list(islice(moved(office), 0, None, STRIDE))
    assert len(tried) >= 200 // STRIDE
    assert_all_found(office, head, [[tampering] for tampering in tried])


def test_rows_slipped_in_are_found_and_named(office, head):
    tried = list(slipped_in(office))
    assert len(tried) >= 15
    assert_all_found(office, head, together(tried))


def test_the_very_same_row_twice_is_found(office, head):
    """A table without its key can hold a row twice."""
    if office.dialect.name == "sqlite":
        pytest.skip("SQLite keeps its key in the table itself")
    for table in SEALED:
        drop = f"ALTER TABLE {table.name} DROP CONSTRAINT pk_{table.name} CASCADE"
        with undone(office) as connection:
            connection.execute(text(drop))
            name = key_of(table).name
            connection.execute(text(f"INSERT INTO {table.name} SELECT * FROM {table.name} WHERE {name} = 2"))
            assert (table.name, "2") in named(check_log(connection, [head])), table.name


# The log made to fit


def rehash(connection, bend_entry) -> None:
    """The whole log written anew around one changed entry, every number, link and hash as it should be."""
    entries = [row._asdict() for row in read_entries(connection)]
    connection.execute(text("DELETE FROM audit_entry"))
    prev = GENESIS
    for seq, entry in enumerate(bend_entry(entries), start=1):
        fresh = {**entry, "seq": seq, "prev": prev}
        fresh["hash"] = prev = digest(fresh)
        connection.execute(ENTRY.insert().values(**fresh))


def reseal(connection, table, number: int) -> None:
    """The row's own seal replaced in the log by one that fits, and the log hashed anew."""
    row = next(row for row in read_raw(connection, table) if row[key_of(table).name] == number)

    def bend_entry(entries):
        for entry in entries:
            fits = entry["thing"] == f"{table.name}/{number}"
            yield {**entry, "payload": canonical({"after": {"row_sha256": row_digest(row)}})} if fits else entry

    rehash(connection, bend_entry)


def test_a_row_bent_together_with_its_seal_and_all_hashes_is_found_by_the_anchor(office, head):
    for table in SEALED:
        column = "reason" if "reason" in table.c else "made_by" if "made_by" in table.c else "approved_by"
        for row in rows_of(office, table)[1:2]:
            number = row[key_of(table).name]
            with undone(office) as connection:
                condition, values = where(table, row)
                connection.execute(text(f"UPDATE {table.name} SET {column} = 'x' WHERE {condition}"), values)
                reseal(connection, table, number)
                assert check_log(connection, [head]).wrong.fault is Fault.REWRITTEN
                assert check_log(connection).whole  # without an anchor nobody could tell


def test_a_row_removed_with_its_seal_and_all_hashes_is_found_by_the_anchor(office, head):
    for table in SEALED:
        for row in rows_of(office, table)[1:2]:
            number = row[key_of(table).name]
            thing = f"{table.name}/{number}"
            with undone(office) as connection:
                condition, values = where(table, row)
                connection.execute(text(f"DELETE FROM {table.name} WHERE {condition}"), values)
                rehash(connection, lambda entries, gone=thing: [one for one in entries if one["thing"] != gone])
                assert check_log(connection, [head]).wrong is not None, thing


def test_a_change_sealed_a_second_time_is_found_without_an_anchor(office):
    """The log only grows, as it may; the first seal counts."""
    with undone(office) as connection:
        connection.execute(text("UPDATE result SET stage = 'final' WHERE id = 1"))
        row = next(iter(read_raw(connection, SEALED[2])))
        entry = {"at_utc": "2026-06-30T01:00:00Z", "actor": "operator", "verb": "put_result", "thing": "result/1"}
        payload = canonical({"after": {"row_sha256": row_digest(row)}})
        last = read_head(connection)
        fresh = {**entry, "payload": payload, "seq": last.seq + 1, "prev": last.hash}
        connection.execute(ENTRY.insert().values(**fresh, hash=digest(fresh)))
        verdict = check_log(connection, [last])
    assert verdict.wrong is None
    assert named(verdict) == {("result", "1")}


def test_what_is_added_as_it_should_be_is_no_tampering(office, head):
    with undone(office) as connection:
        connection.exec_driver_sql("SELECT 1")
        values = {name: value for name, value in rows_of(office, SEALED[4])[0].items() if name != "decided_at"}
        more = {**values, "appeal": 50, "decided_at": act().now}
        insert_sealed(connection, act(), SEALED[4], more, "decide_appeal")
        assert check_log(connection, [head]).whole


def test_writing_is_still_possible(office):
    """The tamperings left nothing behind."""
    with writing(office) as connection:
        assert check_log(connection).whole
