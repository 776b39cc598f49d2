"""The verb that writes papers, as an office runs it."""

from __future__ import annotations

from hashlib import sha256

import pytest
from committee import HERE
from paper_office import put_decided
from word_papers import text_of

from tracker.cli import main
from tracker.services import running
from tracker.services.database import open_database


@pytest.fixture
def office(sqlite_template, tmp_path, monkeypatch):
    path = tmp_path / "office.db"
    path.write_bytes(sqlite_template.read_bytes())
    engine = open_database(f"sqlite:///{path}")
    put_decided(engine)
    engine.dispose()
    monkeypatch.setenv("TRACKER_DATABASE_URL", f"sqlite:///{path}")
    running.database.cache_clear()
    yield tmp_path / "papers"
    running.database().dispose()
    running.database.cache_clear()


def export(*arguments: str) -> int:
    where = ("--campaign", HERE[0], "--period", HERE[1], "--today", "2026-07-01")
    return main(["export", *arguments, *where])


def test_papers_of_a_kind_are_written_with_their_digests_and_what_was_set(office, capsys):
    given = ("--set", "number=5", "date=2026-07-01", "place=Đại Ngàn")
    assert export("achievement", "--out", str(office), *given) == 0
    said = [line.split("  ") for line in capsys.readouterr().out.splitlines()]
    files = sorted(office.glob("*.docx"))
    assert len(files) == 3  # units A and B, and the officer of A
    assert {name: digest for digest, name in said} == {str(file): sha256(file.read_bytes()).hexdigest() for file in files}
    assert all("Đại Ngàn, ngày 01 tháng 7 năm 2026" in text_of(file.read_bytes()) for file in files)


def test_a_kind_nobody_is_due_writes_nothing_and_wrong_questions_are_answered(office, capsys):
    assert export("self_review", "--out", str(office)) == 0
    assert "Không có văn bản nào" in capsys.readouterr().out
    assert not office.exists()
    assert export("result", "--unit", "Z", "--out", str(office)) == 2
    assert export("proposal", "--set", "date=1/7/2026", "--out", str(office)) == 1
    assert "không phải là một ngày" in capsys.readouterr().out
