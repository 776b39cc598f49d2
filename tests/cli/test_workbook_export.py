"""Workbooks on the command line: as on screen, named by their content, for whoever may see what is in them."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
from lives import put_year
from people import put_each_role

from tracker.cli import main
from tracker.services import running

ASKED = ("--campaign", "thi-dua", "--period", "2025", "--today", "2026-03-31", "--language", "en")


@pytest.fixture
def office(sqlite_engine, monkeypatch):
    monkeypatch.setenv("TRACKER_DATABASE_URL", sqlite_engine.url.render_as_string(hide_password=False))
    running.database.cache_clear()
    put_year(sqlite_engine)
    put_each_role(sqlite_engine)
    yield sqlite_engine
    running.database().dispose()
    running.database.cache_clear()


@pytest.mark.usefixtures("office")
def test_a_workbook_is_written_with_its_digest_and_one_about_a_unit_asks_which(capsys, tmp_path):
    out = str(tmp_path / "new")
    assert main(["export", "standings", *ASKED, "--out", out]) == 0
    digest, file = capsys.readouterr().out.split()
    assert Path(file).name.startswith("bang-xep-hang-2025-2025-12-31-")
    assert sha256(Path(file).read_bytes()).hexdigest() == digest
    assert main(["export", "unit", *ASKED, "--out", out]) == 2
    assert "Add --unit." in capsys.readouterr().err
    assert main(["export", "cases", *ASKED, "--out", out, "--unit", "A"]) == 2
    assert "Add --indicator." in capsys.readouterr().err
    review = ["export", "review", *ASKED, "--out", out, "--actor", "the-unit"]
    assert main([*review, "--unit", "A"]) == 0
    assert main([*review, "--unit", "B"]) == 1
    cases = ["export", "cases", *ASKED, "--out", out, "--indicator", "ontime.rate", "--actor", "the-unit"]
    assert main([*cases, "--unit", "A"]) == 0
    assert main([*cases, "--unit", "B"]) == 1
