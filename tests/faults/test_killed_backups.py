"""A backup, a restore or an upgrade that is killed at any moment leaves nothing half done, and the next one succeeds."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from builders import act
from databases import fresh_database
from sealed_rows import put_sealed
from sqlalchemy import create_engine, text

from tracker.services.access import OPERATOR
from tracker.services.audit_log import verify_log
from tracker.services.backup import make_backup
from tracker.services.database import open_database, upgrade
from tracker.services.manifests import NAME
from tracker.services.restore import restore_backup
from tracker.store.dumps import inspect
from tracker.store.engine import reading

ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("TRACKER_TEST_KILLS", "1"))


def run(url: str, *words: str) -> subprocess.Popen:
    environment = {**os.environ, "TRACKER_DATABASE_URL": url}
    command = [sys.executable, "-m", "tracker", *words]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    )


def finish(url: str, *words: str) -> float:
    """How long the verb takes when nobody kills it."""
    begun = time.monotonic()
    process = run(url, *words)
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 0, said.decode()
    return time.monotonic() - begun


def kill_after(url: str, seconds: float, *words: str) -> None:
    """Start the verb and kill it, with the programs it started, as a power cut would."""
    process = run(url, *words)
    time.sleep(seconds)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)


def moments(whole: float) -> list[float]:
    """Moments spread over the later part of a run: before it Python only starts."""
    return [whole * (0.4 + 0.6 * (number + 0.5) / KILLS) for number in range(KILLS)]


def address(engine) -> str:
    return engine.url.render_as_string(hide_password=False)


def fresh(engine, request, tmp_path: Path, number: int) -> str:
    if engine.dialect.name == "sqlite":
        return f"sqlite:///{tmp_path / 'places' / f'{number}.db'}"
    return fresh_database(request.getfixturevalue("postgres"))


def test_a_killed_backup_leaves_no_folder_that_looks_like_one(engine, request, tmp_path):
    put_sealed(engine, 2)
    backups = tmp_path / "backups"
    for seconds in moments(finish(address(engine), "backup", str(backups))):
        kill_after(address(engine), seconds, "backup", str(backups))
    last = make_backup(engine, backups, act())
    assert [path.name for path in backups.iterdir() if path.name.startswith(".")] == []
    for number, folder in enumerate(sorted(backups.iterdir())):
        assert (folder / NAME).exists()
        assert restore_backup(fresh(engine, request, tmp_path, number), folder, act()).verdict.whole
    assert last.verdict.whole
    if engine.dialect.name == "postgresql":
        admin = create_engine(engine.url, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            left = connection.execute(text("SELECT count(*) FROM pg_database WHERE datname LIKE 'tracker_check_%'"))
            assert left.scalar() == 0
        admin.dispose()


def test_a_killed_restore_leaves_an_empty_place_or_a_whole_database(engine, request, tmp_path):
    put_sealed(engine, 2)
    folder = make_backup(engine, tmp_path / "backups", act()).folder
    whole = finish(fresh(engine, request, tmp_path, 0), "restore", str(folder))
    for number, seconds in enumerate(moments(whole), start=1):
        url = fresh(engine, request, tmp_path, number)
        kill_after(url, seconds, "restore", str(folder))
        if _tables(url) == 0:
            finish(url, "restore", str(folder))
        place = open_database(url)
        upgrade(place)
        assert verify_log(place, OPERATOR).whole
        place.dispose()


def _tables(url: str) -> int:
    if url.startswith("sqlite"):
        path = Path(url.removeprefix("sqlite:///"))
        if not path.exists():
            return 0
        return sqlite3.connect(path).execute("SELECT count(*) FROM sqlite_master WHERE type = 'table'").fetchone()[0]
    place = open_database(url)
    with reading(place) as connection:
        count = len(inspect(connection).get_table_names())
    place.dispose()
    return count


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_killed_upgrade_is_finished_by_the_next_one(kind, request, tmp_path):
    def place(number: int) -> str:
        if kind == "sqlite":
            return f"sqlite:///{tmp_path / f'{number}.db'}"
        return fresh_database(request.getfixturevalue("postgres"))

    for number, seconds in enumerate(moments(finish(place(0), "upgrade")), start=1):
        url = place(number)
        kill_after(url, seconds, "upgrade")
        finish(url, "upgrade")
        database = open_database(url)
        put_sealed(database, 1)
        assert verify_log(database, OPERATOR).whole
        database.dispose()
