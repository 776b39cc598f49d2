"""What the log tells of, together with what it tells of; and that nobody can bend it unseen."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from hashlib import sha256
from itertools import combinations, islice
from pathlib import Path
from threading import Thread

import pytest
from builders import RULEBOOK, act, put, put_campaign, put_file, put_offices, rows
from databases import fresh_database
from sealed_rows import STRIDE
from sqlalchemy import Connection, Engine, text
from unguarded import unguard

from tracker.core.problems import RefusedError, UsageError
from tracker.services import audit
from tracker.services.access import OPERATOR, VISITOR, DeniedError
from tracker.services.act import Act
from tracker.services.audit_log import Wanted, check_log, export_entries, list_entries, list_known, show_head, verify_log
from tracker.services.batches import delete_case, undo_batch
from tracker.services.campaigns import add_rulebook
from tracker.services.cases import list_cases
from tracker.services.chain import Fault, Wrong, check_chain, read_anchors
from tracker.services.database import open_database
from tracker.services.demo import Size, load_province
from tracker.services.imports import Choices, import_rows
from tracker.services.policies import rebuild_ledgers
from tracker.services.standings import Question
from tracker.store.audit import GENESIS, Head, read_entries
from tracker.store.engine import reading, writing

SECRET = "NGUYỄN-THỊ-BÍ-MẬT"
DOSSIER = {"code": SECRET, "unit": "A", "procedure": "P1", "received_at": "2020-01-01 08:00:00", "note": SECRET}
COLUMNS = ("at_utc", "actor", "verb", "thing", "payload", "prev", "hash")


def said(engine, wanted: Wanted = Wanted()) -> list[tuple[str, str, str]]:  # noqa: B008 (it never changes)
    """Actor, verb and thing of every entry, the oldest first."""
    page = list_entries(engine, OPERATOR, wanted, limit=1000)
    return [(entry.actor, entry.verb, entry.thing) for entry in reversed(page.entries)]


def count(engine, table: str) -> int:
    with reading(engine) as connection:
        return connection.execute(text(f"SELECT count(*) FROM {table}")).scalar()


def note(engine, number: int, now: datetime = datetime(2026, 6, 30, 8), **more) -> None:
    with writing(engine) as connection:
        audit.record(connection, Act(OPERATOR, now.date(), now), "import", f"batch/{number}", **more)


def test_every_write_leaves_its_entry(engine):
    put_offices(engine, "A")
    put_campaign(engine, "c", begins="2020-01-01", ends="2020-12-31", every=None)
    put(engine, "dossiers", DOSSIER)
    undo_batch(engine, 3, act())
    delete_case(engine, "procedures", "P1", "nhập nhầm", act())
    rebuild_ledgers(engine, act())
    assert said(engine) == [
        ("operator", "import", "batch/1"),
        ("operator", "import", "batch/2"),
        ("operator", "add_rulebook", "rulebook/c-rules@1"),
        ("operator", "add_campaign", "campaign/c"),
        ("operator", "import", "batch/3"),
        ("operator", "undo", "batch/3"),
        ("operator", "delete", "batch/5"),
        ("operator", "rebuild_ledgers", "ledger"),
    ]
    assert verify_log(engine, OPERATOR).wrong is None


def test_an_entry_says_which_bytes_became_which_batch(engine):
    put_offices(engine, "A")
    data = "code,unit,procedure,received_at,due_at\nD1,A,P1,2020-01-01 08:00,2020-01-09 17:00\n"
    put_file(engine, "dossiers.csv", data)
    (entry,) = list_entries(engine, OPERATOR, Wanted(thing="batch/3")).entries
    digest = sha256(data.encode()).hexdigest()
    counted = {"new": 1, "changed": 0, "unchanged": 0, "refused": 0}
    assert entry.after == {"kind": "dossiers", "file_sha256": digest, **counted}
    assert entry.at == datetime(2026, 6, 30, 8)


def test_what_changes_nothing_leaves_no_entry(engine):
    put_offices(engine, "A")
    text_of_rules = RULEBOOK.format(code="r", policy='compare = "day"')
    add_rulebook(engine, text_of_rules, "r.toml", act())
    before = said(engine)
    add_rulebook(engine, text_of_rules, "r.toml", act())
    put_file(engine, "units.csv", "code,name,kind\nB,B,commune\n", dry_run=True)
    with pytest.raises(RefusedError):
        delete_case(engine, "procedures", "NONE", "vì sao", act())
    assert said(engine) == before


def test_loading_the_sample_province_is_recorded(sqlite_engine):
    load_province(sqlite_engine, Size(communes=16, dossiers=1000))
    verbs = [verb for _, verb, _ in said(sqlite_engine)]
    assert verbs[0] == "load_sample"
    assert verbs.count("import") == 9
    assert verify_log(sqlite_engine, OPERATOR).wrong is None


def test_an_import_that_fails_leaves_neither_rows_nor_entry(engine):
    put_offices(engine, "A")
    before = said(engine)
    nowhere = rows("dossiers", {**DOSSIER, "unit": "NOWHERE"})
    assert import_rows(engine, nowhere, "0" * 64, act(), Choices()).outcome == "refused"
    assert (said(engine), count(engine, "dossier"), count(engine, "batch")) == (before, 0, 2)


def test_what_cannot_be_recorded_does_not_happen(engine):
    put_offices(engine, "A")
    refuse = {
        "sqlite": "CREATE TRIGGER full BEFORE INSERT ON audit_entry BEGIN SELECT RAISE(ABORT, 'full'); END",
        "postgresql": "ALTER TABLE audit_entry ADD CONSTRAINT full_now CHECK (seq < 3)",
    }
    with writing(engine) as connection:
        connection.execute(text(refuse[engine.dialect.name]))
    assert import_rows(engine, rows("dossiers", DOSSIER), "0" * 64, act(), Choices()).outcome == "refused"
    with pytest.raises(RefusedError):
        undo_batch(engine, 2, act())
    assert (count(engine, "dossier"), count(engine, "procedure"), count(engine, "batch")) == (0, 1, 2)


def test_what_is_denied_is_recorded_and_does_not_happen(engine):
    put_offices(engine, "A")
    put_campaign(engine, "c", begins="2020-01-01", ends="2020-12-31")
    before = said(engine)
    question = Question("c", "c")
    with pytest.raises(DeniedError):
        delete_case(engine, "units", "A", "vì sao", act(actor=VISITOR))
    with pytest.raises(DeniedError):
        list_cases(engine, question, ("A", "ontime.rate"), date(2020, 12, 31), VISITOR)
    with pytest.raises(DeniedError):
        list_entries(engine, VISITOR, Wanted())
    denials = [("visitor", "denied", f"right/{verb}") for verb in ("import", "see_cases", "see_audit")]
    assert said(engine) == before + denials
    (latest, of_cases) = list_entries(engine, OPERATOR, Wanted(verb="denied"), limit=2).entries
    assert (latest.after, of_cases.after) == ({}, {"unit": "A"})
    assert count(engine, "unit") == 1


def test_no_personal_data_stand_in_the_log(engine):
    put_offices(engine, "A")
    put(engine, "staff", {"code": "S1", "unit": "A", "name": SECRET})
    made = put(engine, "dossiers", {**DOSSIER, "officer": SECRET})
    undo_batch(engine, made.batch, act())
    put(engine, "dossiers", DOSSIER)
    delete_case(engine, "dossiers", SECRET, "trùng", act())
    with reading(engine) as connection:
        stored = "".join(str(tuple(row)) for row in connection.execute(text("SELECT * FROM audit_entry")))
    assert "BÍ-MẬT" not in stored
    assert sha256(SECRET.encode()).hexdigest() in stored


def test_entries_are_found_by_who_what_and_office_day(engine):
    # 17:00 UTC is midnight in the office: the two moments lie on two office days and on one UTC day.
    note(engine, 1, datetime(2026, 6, 29, 23, 59, 59))
    note(engine, 2, datetime(2026, 6, 30, 0, 0, 0), reason="vì sao")
    note(engine, 12, datetime(2026, 6, 30, 12))
    assert [thing for _, _, thing in said(engine, Wanted(first=date(2026, 6, 30)))] == ["batch/2", "batch/12"]
    assert [thing for _, _, thing in said(engine, Wanted(last=date(2026, 6, 29)))] == ["batch/1"]
    assert [thing for _, _, thing in said(engine, Wanted(thing="batch/1"))] == ["batch/1", "batch/12"]
    assert said(engine, Wanted(thing="%")) == []
    assert said(engine, Wanted(verb="undo")) == said(engine, Wanted(actor="nobody")) == []
    page = list_entries(engine, OPERATOR, Wanted(), offset=1, limit=1)
    assert (page.total, page.entries[0].thing, page.entries[0].reason) == (3, "batch/2", "vì sao")
    known = list_known(engine, OPERATOR)
    assert (known.actors, known.verbs) == (("operator",), ("import",))


def test_the_exported_file_can_be_checked_by_anybody(engine):
    note(engine, 1, reason="Đắk Nông")
    file = export_entries(engine, OPERATOR, Wanted())
    header, line = file.data.decode("utf-8-sig").splitlines()
    assert header == "seq,at_utc,actor,verb,thing,payload,prev,hash"
    payload = '{"reason":"Đắk Nông"}'
    whole = (
        '{"actor":"operator","at_utc":"2026-06-30T01:00:00Z","payload":' + json.dumps(payload, ensure_ascii=False) + ","
        '"prev":"' + GENESIS + '","seq":1,"thing":"batch/1","verb":"import"}'
    )
    assert line.endswith(f"{GENESIS},{sha256(whole.encode()).hexdigest()}")
    assert sha256(file.data).hexdigest()[:16] in file.name


def test_an_anchor_is_the_line_that_the_head_is_printed_as(engine):
    assert show_head(engine, OPERATOR) == Head(0, GENESIS)
    note(engine, 1)
    head = show_head(engine, OPERATOR)
    (anchor,) = read_anchors(f"# biên bản số 3\n\n{head.seq} {head.hash}\n")
    assert anchor == head
    for bad in ("", "x\n", f"1 {head.hash[:-1]}\n", f"1 {'g' * 64}\n", f"-1 {head.hash}\n"):
        with pytest.raises(UsageError):
            read_anchors(bad)


def test_a_clock_that_goes_back_is_told_and_nothing_more(engine):
    for number, hour in enumerate((9, 8, 10), start=1):
        note(engine, number, datetime(2026, 6, 30, hour))
    verdict = verify_log(engine, OPERATOR)
    assert (verdict.wrong, verdict.backwards, verdict.head.seq) == (None, (2,), 3)


# One chain, whoever writes

WRITER = """
import sys
from datetime import date, datetime
from tracker.services import audit
from tracker.services.access import OPERATOR
from tracker.services.act import Act
from tracker.services.permitted import writing_as
from tracker.services.access import Verb
from tracker.store.engine import open_engine
engine, act = open_engine(sys.argv[1]), Act(OPERATOR, date(2026, 6, 30), datetime(2026, 6, 30, 8))
sys.stdin.readline()
for number in range(25):
    with writing_as(engine, act, Verb.IMPORT) as connection:
        audit.record(connection, act, "import", f"{sys.argv[2]}/{number}")
"""


def assert_one_chain(engine) -> None:
    assert len({thing for _, _, thing in said(engine)}) == 100
    verdict = verify_log(engine, OPERATOR)
    assert (verdict.wrong, verdict.head.seq) == (None, 100)


def test_four_threads_write_one_chain(engine):
    def write(who: int) -> None:
        for number in range(25):
            note(engine, who * 100 + number)

    threads = [Thread(target=write, args=(who,)) for who in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert_one_chain(engine)


def test_four_processes_write_one_chain(engine):
    url = engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", WRITER, url]
    root = Path(__file__).parents[2]
    running = [subprocess.Popen([*command, str(who)], cwd=root, stdin=subprocess.PIPE, text=True) for who in range(4)]
    for process in running:
        process.stdin.write("\n")
        process.stdin.flush()
    assert [process.wait(120) for process in running] == [0, 0, 0, 0]
    assert_one_chain(engine)


# Tampering: straight in the file, triggers gone, constraints off

ENTRIES = 14
Step = tuple[str, tuple]


@pytest.fixture(scope="module")
def log(tmp_path_factory, sqlite_template) -> Engine:
    """A database with fourteen entries that differ in every column, and no guard left."""
    path = tmp_path_factory.mktemp("log") / "log.db"
    path.write_bytes(sqlite_template.read_bytes())
    engine = open_database(f"sqlite:///{path}")
    for number in range(1, ENTRIES + 1):
        done = Act(f"Cán bộ {number}", date(2026, 6, number), datetime(2026, 6, number, 8, number))
        with writing(engine) as connection:
            audit.record(connection, done, f"verb{number}", f"batch/{number}", {"n": number}, None, f"Lý do {number}")
    unguard(engine)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def entries(log) -> dict[int, dict]:
    with reading(log) as connection:
        return {row.seq: row._asdict() for row in connection.exec_driver_sql("SELECT * FROM audit_entry ORDER BY seq")}


@contextmanager
def bending(log: Engine, steps: list[Step]) -> Iterator[Connection]:
    """A transaction in which the steps were done to the log, and which then never happened."""
    with log.connect() as connection:
        for statement, values in steps:
            connection.exec_driver_sql(statement, values)
        yield connection
        connection.rollback()


def tampered(log: Engine, steps: list[Step], anchors=()) -> Wrong | None:
    """What is found wrong after the steps were done to the log."""
    with bending(log, steps) as connection:
        return check_log(connection, anchors).wrong


def bent(value: str) -> Iterator[bytes | str]:
    """The value changed in many small ways, as text unless it is bytes to be stored as a BLOB."""
    raw = value.encode()
    middle = len(raw) // 2
    yield value + " "
    yield value[:-1]
    yield ""
    yield value.swapcase() if value.swapcase() != value else value + "\0"
    yield raw[:middle] + bytes([raw[middle] ^ 1]) + raw[middle + 1 :]
    yield raw[:middle] + b"\xff" + raw[middle + 1 :]
    yield raw


def changes(entries: dict[int, dict]) -> Iterator[tuple[list[Step], int]]:
    """Every column of every entry changed; with the number of the entry to be named."""
    for seq, entry in entries.items():
        for column in COLUMNS:
            for position, value in enumerate(bent(entry[column])):
                # A flipped byte stays text; the last way turns the same bytes into a BLOB.
                cast = "CAST(? AS TEXT)" if isinstance(value, bytes) and position < 6 else "?"
                yield [(f"UPDATE audit_entry SET {column} = {cast} WHERE seq = ?", (value, seq))], seq
        yield [("UPDATE audit_entry SET seq = 1000 WHERE seq = ?", (seq,))], seq
        yield [("UPDATE audit_entry SET seq = -5 WHERE seq = ?", (seq,))], -5


def rehashed(entries: list[dict]) -> list[Step]:
    """The whole log written anew, numbers, links and hashes as they should be."""
    steps: list[Step] = [("DELETE FROM audit_entry", ())]
    prev = GENESIS
    for seq, entry in enumerate(entries, start=1):
        bare = {**{name: entry[name] for name in COLUMNS}, "seq": seq, "prev": prev}
        del bare["hash"]
        text_of_it = json.dumps(bare, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        prev = sha256(text_of_it.encode()).hexdigest()
        marks = ", ".join("?" for _ in range(8))
        steps.append((f"INSERT INTO audit_entry ({', '.join(bare)}, hash) VALUES ({marks})", (*bare.values(), prev)))
    return steps


def head_of(entries: dict[int, dict], seq: int = ENTRIES) -> Head:
    return Head(seq, entries[seq]["hash"])


def swap(one: int, other: int) -> list[Step]:
    move = "UPDATE audit_entry SET seq = ? WHERE seq = ?"
    return [(move, (999, one)), (move, (one, other)), (move, (other, 999))]


def removals() -> Iterator[tuple[list[Step], Wrong]]:
    """Rows deleted, one or two; rows in each other's place; the tail cut at every point."""
    delete = "DELETE FROM audit_entry WHERE seq = ?"
    for seq in range(1, ENTRIES):
        yield [(delete, (seq,))], Wrong(Fault.MISSING, seq)
    for one, other in combinations(range(1, ENTRIES), 2):
        yield [(delete, (one,)), (delete, (other,))], Wrong(Fault.MISSING, one)
    for one, other in combinations(range(1, ENTRIES + 1), 2):
        yield swap(one, other), Wrong(Fault.REORDERED, one, other)
    for seq in range(1, ENTRIES + 1):
        yield [("DELETE FROM audit_entry WHERE seq >= ?", (seq,))], Wrong(Fault.CUT, seq, ENTRIES)


def rewritings(entries: dict[int, dict]) -> Iterator[list[Step]]:
    """An entry changed or left out, or one slipped in, and every hash made to fit."""
    logged = list(entries.values())
    for at in range(ENTRIES):
        for column in COLUMNS[:5]:
            yield rehashed([*logged[:at], {**logged[at], column: logged[at][column] + "x"}, *logged[at + 1 :]])
        if at < ENTRIES - 1:  # after the last one, more entries are what a log is there for
            yield rehashed([*logged[:at], logged[at], *logged[at:]])
            yield rehashed([*logged[:at], *logged[at + 1 :], logged[at]])


def test_every_changed_column_of_every_entry_is_found_and_the_entry_named(log, entries):
    tried = list(islice(changes(entries), 0, None, STRIDE))
    assert len(tried) >= 700 // STRIDE
    for steps, seq in tried:
        wrong = tampered(log, steps, [head_of(entries)])
        assert wrong is not None, steps
        assert wrong.seq == seq, (steps, wrong)


def test_deleted_swapped_and_cut_entries_are_found_and_named(log, entries):
    tried = list(removals())
    assert len(tried) >= 190
    for steps, expected in tried:
        assert tampered(log, steps, [head_of(entries)]) == expected, steps


def test_a_log_written_anew_with_fitting_hashes_is_found_by_an_anchor_only(log, entries):
    tried = list(rewritings(entries))
    assert len(tried) >= 95
    for steps in tried:
        assert tampered(log, steps, [head_of(entries)]) == Wrong(Fault.REWRITTEN, ENTRIES, 0), steps
    assert tampered(log, tried[0]) is None
    assert tampered(log, [("DELETE FROM audit_entry", ())], [head_of(entries)]) == Wrong(Fault.CUT, 1, ENTRIES)


def test_anchors_in_between_narrow_down_where_the_log_was_rewritten(log, entries):
    logged = list(entries.values())
    steps = rehashed([*logged[:7], {**logged[7], "actor": "x"}, *logged[8:]])  # the eighth
    anchors = [head_of(entries, 5), head_of(entries, 10), head_of(entries)]
    assert tampered(log, steps, anchors) == Wrong(Fault.REWRITTEN, 10, 5)


def test_a_damaged_entry_is_still_shown_and_exported(sqlite_engine):
    for number in range(1, 4):
        note(sqlite_engine, number)
    damage = "UPDATE audit_entry SET payload = CAST(? AS TEXT), actor = ?, at_utc = 'x' WHERE seq = 2"
    unguard(sqlite_engine)
    with writing(sqlite_engine) as connection:
        connection.exec_driver_sql(damage, (b"\xff", b"\xfe"))
    entry = list_entries(sqlite_engine, OPERATOR, Wanted()).entries[-2]
    assert (entry.seq, entry.at, entry.actor, entry.after) == (2, None, "\ufffd", {"?": "?"})
    assert len(export_entries(sqlite_engine, OPERATOR, Wanted()).data.decode("utf-8-sig").splitlines()) == 4
    assert "\ufffd" in list_known(sqlite_engine, OPERATOR).actors


def test_an_entry_rehashed_alone_no_longer_fits_the_next_one(log, entries):
    logged = list(entries.values())
    (*_, written) = rehashed([*logged[:2], {**logged[2], "actor": "x"}])
    steps = [("DELETE FROM audit_entry WHERE seq = 3", ()), written]
    assert tampered(log, steps) == Wrong(Fault.BROKEN, 4, 3)
    assert tampered(log, [("SELECT 1", ())], [head_of(entries, 5), head_of(entries)]) is None


def test_the_same_is_found_on_postgresql(postgres, postgres_template):
    engine = open_database(fresh_database(postgres, template=postgres_template))
    for number in range(1, 6):
        note(engine, number)
    head = show_head(engine, OPERATOR)
    tried = {
        "UPDATE audit_entry SET actor = 'x' WHERE seq = 3": Wrong(Fault.CHANGED, 3),
        "UPDATE audit_entry SET payload = payload || ' ' WHERE seq = 3": Wrong(Fault.CHANGED, 3),
        "UPDATE audit_entry SET hash = prev WHERE seq = 3": Wrong(Fault.CHANGED, 3),
        "DELETE FROM audit_entry WHERE seq = 3": Wrong(Fault.MISSING, 3),
        "DELETE FROM audit_entry WHERE seq > 3": Wrong(Fault.CUT, 4, 5),
        "UPDATE audit_entry SET seq = 9 WHERE seq = 2; UPDATE audit_entry SET seq = 2 WHERE seq = 4; "
        "UPDATE audit_entry SET seq = 4 WHERE seq = 9": Wrong(Fault.REORDERED, 2, 4),
    }
    for statement, expected in tried.items():
        with engine.connect() as connection:
            connection.exec_driver_sql("ALTER TABLE audit_entry DISABLE TRIGGER ALL")
            for part in statement.split("; "):
                connection.exec_driver_sql(part)

            found = check_chain((row._asdict() for row in read_entries(connection)), head.seq, [head])
            connection.rollback()
        assert found.wrong == expected, statement
    assert verify_log(engine, OPERATOR, [head]).wrong is None
    engine.dispose()
