"""A backup is one state of the database, checked when it is written and before it is restored, and never over data."""

from __future__ import annotations

import json
import os
import shutil
import stat
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from threading import Event

import pytest
from builders import act, put, put_campaign, put_offices
from databases import fresh_database
from people import put_each_role
from sealed_rows import put_sealed
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import DBAPIError
from unguarded import unguard

from tracker.core.problems import RefusedError, UsageError
from tracker.services.access import OPERATOR, Actor, DeniedError
from tracker.services.audit_log import Wanted, list_entries, show_head, verify_log
from tracker.services.backup import make_backup
from tracker.services.database import open_database, upgrade
from tracker.services.policies import verify_ledgers
from tracker.services.restore import find_backup, restore_backup
from tracker.services.seals import BrokenSeal, Flaw
from tracker.services.unfinished import held
from tracker.store import dumps
from tracker.store.engine import reading, writing


@pytest.fixture
def elsewhere(engine, request, tmp_path) -> str:
    """The address of an empty place of the same kind."""
    if engine.dialect.name == "sqlite":
        return f"sqlite:///{tmp_path / 'elsewhere' / 'tracker.db'}"
    return fresh_database(request.getfixturevalue("postgres"))


def everything(engine) -> dict[str, list[tuple]]:
    """Every row of every table."""
    with reading(engine) as connection:
        names = dumps.inspect(connection).get_table_names()
        return {name: sorted(map(repr, connection.execute(text(f"SELECT * FROM {name}")))) for name in names}


def restored(elsewhere: str, folder: Path):
    restore_backup(elsewhere, folder, act())
    return open_database(elsewhere)


def codes(raised) -> list[tuple[str, str]]:
    return [(problem.code, problem.place.file) for problem in raised.value.problems]


def test_what_is_restored_is_what_was_backed_up_and_one_entry_more(engine, elsewhere, tmp_path):
    put_sealed(engine)
    before = everything(engine)
    made = make_backup(engine, tmp_path / "backups", act())
    copy = restored(elsewhere, made.folder)
    after = everything(copy)
    (entry,) = list_entries(copy, OPERATOR, Wanted(verb="restore")).entries
    assert entry.seq == len(before["audit_entry"]) + 1
    assert entry.thing == f"backup/{made.folder.name}"
    assert len(after.pop("audit_entry")) == len(before.pop("audit_entry")) + 1
    assert after == before
    assert verify_log(copy, OPERATOR).whole
    copy.dispose()


def test_the_log_and_the_manifest_say_what_was_backed_up(engine, tmp_path):
    put_sealed(engine, 1)
    with writing(engine) as connection:
        put = "INSERT INTO result SELECT 90, snapshot, 90, 'final', adjustments, adjustments_sha256, measures,"
        rest = " measures_sha256, results, results_sha256, decisions, decisions_sha256, made_by, made_at FROM result"
        connection.execute(text(put + rest))
    head = show_head(engine, OPERATOR)
    made = make_backup(engine, tmp_path, act())
    assert made.folder.name == "2026-06-30_080000"
    manifest = json.loads((made.folder / "manifest.json").read_text("utf-8"))
    (entry,) = list_entries(engine, OPERATOR, Wanted(verb="backup")).entries
    digests = {"manifest_sha256": manifest["manifest_sha256"], "head": head.seq, "head_sha256": head.hash}
    assert (entry.thing, entry.after) == ("backup/2026-06-30_080000", digests)
    ((name, file),) = manifest["files"].items()
    assert name == {"sqlite": "tracker.db", "postgresql": "tracker.dump"}[engine.dialect.name]
    data = (made.folder / name).read_bytes()
    assert file == {"size": len(data), "sha256": sha256(data).hexdigest()}
    assert manifest["database"] == engine.dialect.name
    with reading(engine) as connection:
        revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    assert manifest["alembic_revision"] == revision
    assert manifest["audit_head"] == {"seq": head.seq, "hash": head.hash}
    assert manifest["row_counts"]["unit"] == 2
    assert manifest["row_counts"]["nomination"] == 0
    assert manifest["checked"] == "restored"
    (final,) = manifest["final_results"]
    assert (final["campaign"], final["period"], final["revision"]) == ("c", "c", 100)
    assert len(final["results_sha256"]) == 64
    bare = {name: value for name, value in manifest.items() if name != "manifest_sha256"}
    written = json.dumps(bare, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert sha256(written.encode()).hexdigest() == manifest["manifest_sha256"]


def test_only_its_owner_can_read_a_backup(engine, elsewhere, tmp_path):
    put_offices(engine, "A")
    made = make_backup(engine, tmp_path / "new" / "backups", act())
    for path in (made.folder, *made.folder.iterdir()):
        wanted = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == wanted, path
    restore_backup(elsewhere, made.folder, act())
    if engine.dialect.name == "sqlite":
        assert stat.S_IMODE(os.stat(make_url(elsewhere).database).st_mode) == 0o600
    assert [path.name for path in (tmp_path / "new" / "backups").iterdir()] == [made.folder.name]


def test_backups_of_one_second_stand_beside_one_another_and_the_newest_is_found(sqlite_engine, tmp_path):
    first = make_backup(sqlite_engine, tmp_path / "b", act())
    second = make_backup(sqlite_engine, tmp_path / "b", act())
    assert [one.folder.name for one in (first, second)] == ["2026-06-30_080000", "2026-06-30_080000-2"]
    assert find_backup(tmp_path / "b") == second.folder
    assert find_backup(first.folder) == first.folder
    with pytest.raises(UsageError, match="no_backup_there"):
        find_backup(tmp_path / "nowhere")


def test_a_restored_database_is_guarded_again(engine, elsewhere, tmp_path):
    put_sealed(engine, 1)
    copy = restored(elsewhere, make_backup(engine, tmp_path, act()).folder)
    for table in ("audit_entry", "result", "snapshot_part"):
        with pytest.raises(DBAPIError), writing(copy) as connection:
            connection.execute(text(f"DELETE FROM {table}"))
    copy.dispose()


# What is refused


def test_an_altered_file_is_refused_by_name_and_nothing_is_restored(engine, elsewhere, tmp_path):
    put_sealed(engine, 1)
    made = make_backup(engine, tmp_path / "backups", act())
    names = [path.name for path in made.folder.iterdir()]
    assert len(names) == 2
    for name in names:
        whole = (made.folder / name).read_bytes()
        middle = len(whole) // 2
        flipped = whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
        for bent in (flipped, whole[:-9], whole + b"\n" if name.startswith("tracker") else b"{}", b""):
            (made.folder / name).write_bytes(bent)
            with pytest.raises(RefusedError) as raised:
                restore_backup(elsewhere, made.folder, act())
            assert codes(raised) == [("backup_file_altered", name)]
        (made.folder / name).unlink()
        with pytest.raises(RefusedError) as raised:
            restore_backup(elsewhere, made.folder, act())
        assert codes(raised) == [("backup_file_missing", name)]
        (made.folder / name).write_bytes(whole)
    restore_backup(elsewhere, made.folder, act())  # nothing of all that was left in the place


def rewritten(folder: Path, **changed: object) -> None:
    """The manifest altered by somebody who knows how to make its digest fit."""
    path = folder / "manifest.json"
    said = {**json.loads(path.read_text("utf-8")), **changed}
    del said["manifest_sha256"]
    canonical = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    path.write_text(json.dumps({**said, "manifest_sha256": sha256(canonical.encode()).hexdigest()}), "utf-8")


def test_a_manifest_that_fits_itself_but_not_the_data_is_refused_and_leaves_nothing(engine, elsewhere, tmp_path):
    put_sealed(engine, 1)
    made = make_backup(engine, tmp_path / "backups", act())
    said = json.loads((made.folder / "manifest.json").read_text("utf-8"))
    for changed in (
        {"row_counts": {**said["row_counts"], "unit": 3}},
        {"audit_head": {"seq": said["audit_head"]["seq"], "hash": "0" * 64}},
        {"alembic_revision": "0003"},
        {"final_results": [{"campaign": "c"}]},
    ):
        rewritten(made.folder, **changed)
        with pytest.raises(RefusedError) as raised:
            restore_backup(elsewhere, made.folder, act())
        assert [code for code, _ in codes(raised)] == ["backup_file_altered"]
        rewritten(made.folder, **said)
    restore_backup(elsewhere, made.folder, act())


def test_data_bent_inside_a_backup_whose_digests_were_made_to_fit_are_refused(sqlite_engine, tmp_path):
    put_sealed(sqlite_engine, 1)
    made = make_backup(sqlite_engine, tmp_path / "backups", act())
    dump = made.folder / "tracker.db"
    inside = open_database(f"sqlite:///{dump}")
    unguard(inside)
    with writing(inside) as connection:
        connection.execute(text("UPDATE decision SET verdict = 'removed'"))
    with reading(inside) as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint")
    inside.dispose()
    data = dump.read_bytes()
    rewritten(made.folder, files={dump.name: {"size": len(data), "sha256": sha256(data).hexdigest()}})
    with pytest.raises(RefusedError) as raised:
        restore_backup(f"sqlite:///{tmp_path / 'new.db'}", made.folder, act())
    assert codes(raised) == [("backup_file_altered", "tracker.db")]
    assert not (tmp_path / "new.db").exists()


def test_restoring_never_overwrites(engine, elsewhere, tmp_path):
    put_offices(engine, "A")
    made = make_backup(engine, tmp_path / "backups", act())
    for url in (engine.url.render_as_string(hide_password=False), elsewhere):
        if url is elsewhere:
            restore_backup(elsewhere, made.folder, act())
        with pytest.raises(RefusedError) as raised:
            restore_backup(url, made.folder, act())
        assert [code for code, _ in codes(raised)] == ["restore_over_data"]
    assert verify_log(engine, OPERATOR).whole


def test_an_empty_sqlite_file_counts_as_absent_and_leftovers_of_another_do_not(sqlite_engine, tmp_path):
    made = make_backup(sqlite_engine, tmp_path / "backups", act())
    for name in ("touched.db", "opened.db"):
        (tmp_path / name).touch()
        if name == "opened.db":
            opened = open_database(f"sqlite:///{tmp_path / name}")
            with reading(opened) as connection:
                connection.execute(text("SELECT 1"))
            opened.dispose()
            assert (tmp_path / name).stat().st_size
        restore_backup(f"sqlite:///{tmp_path / name}", made.folder, act())
    (tmp_path / "gone.db-wal").write_bytes(b"of a database that was moved away")
    with pytest.raises(RefusedError) as raised:
        restore_backup(f"sqlite:///{tmp_path / 'gone.db'}", made.folder, act())
    assert codes(raised) == [("restore_over_data", "gone.db-wal")]
    (tmp_path / "letter.db").write_bytes(b"no database at all, but somebody's letter")
    with pytest.raises(DBAPIError):
        restore_backup(f"sqlite:///{tmp_path / 'letter.db'}", made.folder, act())
    assert (tmp_path / "letter.db").read_bytes().startswith(b"no database")
    assert sorted(path.name for path in tmp_path.iterdir() if "restoring" in path.name) == []


def test_what_a_killed_restore_left_is_removed_and_never_written_into(sqlite_engine, tmp_path):
    """Killed right after it gave the database its name, it leaves that database under its hidden name too."""
    put_offices(sqlite_engine, "A")
    made = make_backup(sqlite_engine, tmp_path / "backups", act())
    place, moved = tmp_path / "place.db", tmp_path / "moved.db"
    url = f"sqlite:///{place}"
    restore_backup(url, made.folder, act())
    os.link(place, tmp_path / ".place.db.restoring")
    place.rename(moved)
    before = moved.read_bytes()
    with held(tmp_path / ".place.db.restoring"), pytest.raises(UsageError, match="restore_running"):
        restore_backup(url, made.folder, act())
    restore_backup(url, made.folder, act())
    assert moved.read_bytes() == before
    assert list(tmp_path.glob(".place*")) == []


def test_a_backup_of_another_kind_or_a_newer_version_is_told_apart(engine, elsewhere, tmp_path):
    made = make_backup(engine, tmp_path / "backups", act())
    other = "postgresql://x@localhost:1/x" if engine.dialect.name == "sqlite" else f"sqlite:///{tmp_path / 'x.db'}"
    with pytest.raises(UsageError, match="backup_of_another_kind"):
        restore_backup(other, made.folder, act())
    rewritten(made.folder, alembic_revision="9999")
    with pytest.raises(UsageError, match="backup_newer"):
        restore_backup(elsewhere, made.folder, act())


def test_whoever_may_not_is_told_before_anything_is_written(engine, elsewhere, tmp_path):
    put_offices(engine, "A", "B")
    people = put_each_role(engine)
    for role, actor in people.items():
        folder = tmp_path / role
        if role == "admin":
            assert make_backup(engine, folder, act(actor=actor)).folder.exists()
            continue
        with pytest.raises(DeniedError):
            make_backup(engine, folder, act(actor=actor))
        assert not folder.exists()
    with pytest.raises(UsageError, match="restore_operator_only"):
        restore_backup(elsewhere, tmp_path / "admin", act(actor=Actor("the-admin")))


def test_a_database_that_was_bent_is_backed_up_as_evidence_and_says_so_when_restored(engine, elsewhere, tmp_path):
    put_sealed(engine, 1)
    unguard(engine)
    with writing(engine) as connection:
        connection.execute(text("UPDATE decision SET votes_for = 9 WHERE id = 1"))
    made = make_backup(engine, tmp_path, act())
    broken = made.verdict.broken
    assert [(one.table, one.key, one.flaw) for one in broken] == [("decision", "1", Flaw.CHANGED)]
    assert isinstance(broken[0], BrokenSeal)
    assert restore_backup(elsewhere, made.folder, act()).verdict.broken == broken


def test_a_folder_that_cannot_be_written_and_a_program_that_is_missing_are_explained(engine, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="folder_unwritable"):
        make_backup(engine, tmp_path / "file" / "under", act())
    monkeypatch.setattr(dumps, "_DEBIAN", tmp_path)
    monkeypatch.setenv("PATH", "")
    if engine.dialect.name == "postgresql":
        with pytest.raises(UsageError, match="backup_program_missing"):
            make_backup(engine, tmp_path / "b", act())
        assert list((tmp_path / "b").iterdir()) == []
    else:
        assert make_backup(engine, tmp_path / "b", act()).verdict.whole


def test_a_program_that_fails_says_why(postgres, tmp_path):
    url = make_url(fresh_database(postgres)).render_as_string(hide_password=False)
    (tmp_path / "bad.dump").write_bytes(b"PGDMP and no more")
    with pytest.raises(UsageError, match="backup_program_failed"):
        dumps.read_dump(tmp_path / "bad.dump", url)
    with pytest.raises(UsageError, match="backup_program_failed"):
        dumps.count_dumped(tmp_path / "bad.dump")


def test_a_role_that_may_create_no_database_reads_the_dump_through_instead(postgres, tmp_path):
    url = make_url(fresh_database(postgres))
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE ROLE plain_{url.database} LOGIN PASSWORD 'it''s; secret'"))
        connection.execute(text(f"ALTER DATABASE {url.database} OWNER TO plain_{url.database}"))
    plain = open_database(url.set(username=f"plain_{url.database}", password="it's; secret").render_as_string(False))
    upgrade(plain)
    put_sealed(plain, 1)
    made = make_backup(plain, tmp_path, act())
    assert (made.manifest.checked, made.verdict.whole) == ("read", True)
    with admin.connect() as connection:
        left = connection.execute(text("SELECT datname FROM pg_database WHERE datname LIKE 'tracker_check_%'")).all()
    assert left == []
    other = make_url(fresh_database(postgres))
    restore_backup(other.render_as_string(hide_password=False), made.folder, act())
    plain.dispose()
    admin.dispose()


# One state, whoever writes


def importing(engine, stop: Event, who: int) -> int:
    number = 0
    while not stop.is_set():
        number += 1
        cases = [
            {"code": f"D{who}-{number}-{row}", "unit": "A", "procedure": "P1", "received_at": "2026-01-05 08:00:00"}
            for row in range(40)
        ]
        put(engine, "dossiers", *cases)
    return number


BACKUPS = int(os.environ.get("TRACKER_TEST_BACKUPS", "3"))


def test_backups_taken_while_imports_run_are_each_one_state(engine, request, tmp_path):
    """How many: TRACKER_TEST_BACKUPS."""
    put_offices(engine, "A")
    put_campaign(engine, "c", begins="2026-01-01", ends="2026-06-30")
    stop = Event()
    with ThreadPoolExecutor(2) as pool:
        imports = [pool.submit(importing, engine, stop, who) for who in range(2)]
        try:
            made = [make_backup(engine, tmp_path / "backups", act()) for _ in range(BACKUPS)]
        finally:
            stop.set()
        assert all(one.result(60) > 0 for one in imports)
    for number, one in enumerate(made):
        place = tmp_path / f"{number}.db"
        sqlite = engine.dialect.name == "sqlite"
        url = f"sqlite:///{place}" if sqlite else fresh_database(request.getfixturevalue("postgres"))
        copy = restored(url, one.folder)
        assert verify_log(copy, OPERATOR).whole
        assert [check.differences for check in verify_ledgers(copy, OPERATOR)] == [()]
        with reading(copy) as connection:
            batches, rows = connection.execute(
                text("SELECT (SELECT count(*) FROM batch WHERE kind = 'dossiers'), (SELECT count(*) FROM dossier)")
            ).one()
        assert rows == batches * 40  # an import is there whole or not at all
        copy.dispose()
        shutil.rmtree(one.folder)
