"""Backing up and restoring on the command line, from one place to another."""

from __future__ import annotations

import sqlite3

import pytest
from builders import put_offices

from tracker.cli import main
from tracker.services import running
from tracker.services.database import open_database


@pytest.fixture
def say(monkeypatch, capsys):
    """Run one verb on the database of a file; its exit code and what it printed."""

    def run(file, *words: str) -> tuple[int, str]:
        monkeypatch.setenv("TRACKER_DATABASE_URL", f"sqlite:///{file}")
        running.database.cache_clear()
        code = main(["--language", "en", *words])
        printed = capsys.readouterr()
        running.database.cache_clear()
        return code, printed.out + printed.err

    return run


def test_a_backup_moves_a_database_to_another_place(say, tmp_path):
    old, new, backups = tmp_path / "old.db", tmp_path / "new.db", tmp_path / "backups"
    assert say(old, "upgrade")[0] == 0
    put_offices(open_database(f"sqlite:///{old}"), "A", "B")
    code, said = say(old, "backup", str(backups))
    assert (code, "Checked: restored to a temporary place" in said) == (0, True)
    (made,) = backups.iterdir()
    assert str(made) in said
    digest = said.split("SHA-256 of the manifest ")[1][:64]
    assert digest in (made / "manifest.json").read_text("utf-8")
    code, said = say(new, "restore", str(backups))
    assert (code, digest in said, "sealed rows are whole" in said) == (0, True, True)
    assert say(new, "audit", "verify")[0] == 0
    assert sqlite3.connect(new).execute("SELECT count(*) FROM unit").fetchone() == (2,)
    code, said = say(new, "restore", str(backups))
    assert (code, "never overwrites" in said) == (1, True)


def test_what_is_wrong_is_said_with_its_own_exit_code(say, tmp_path):
    old, new = tmp_path / "old.db", tmp_path / "new.db"
    assert say(old, "upgrade")[0] == 0
    assert say(old, "backup", str(tmp_path / "b"))[0] == 0
    code, said = say(new, "restore", str(tmp_path))
    assert (code, "no backup in" in said) == (2, True)
    code, said = say(new, "--actor", "lan", "restore", str(tmp_path / "b"))
    assert (code, "Only the operator" in said) == (2, True)
    (dump,) = (tmp_path / "b").glob("*/tracker.db")
    dump.write_bytes(dump.read_bytes()[:-1])
    code, said = say(new, "restore", str(tmp_path / "b"))
    assert code == 1
    assert "tracker.db: this file is not as it was" in said
    assert not new.exists()


def test_a_backup_of_a_bent_database_is_kept_and_says_what_is_wrong(say, tmp_path):
    old, new = tmp_path / "old.db", tmp_path / "new.db"
    assert say(old, "upgrade")[0] == 0
    put_offices(open_database(f"sqlite:///{old}"), "A")
    raw = sqlite3.connect(old)
    raw.execute("DROP TRIGGER audit_entry_no_update")
    raw.execute("UPDATE audit_entry SET actor = 'x' WHERE seq = 1")
    raw.commit()
    raw.close()
    for where, verb in ((old, "backup"), (new, "restore")):
        code, said = say(where, verb, str(tmp_path / "b"))
        assert code == 1
        assert "Entry 1 was changed" in said
        assert "Keep it as evidence" in said
    assert say(new, "audit", "verify")[0] == 1
