"""Templates and stored rows on the command line."""

from __future__ import annotations

import pytest
from builders import put, put_offices
from people import put_each_role

from tracker.cli import main
from tracker.services import running


@pytest.fixture
def office(sqlite_engine, monkeypatch):
    monkeypatch.setenv("TRACKER_DATABASE_URL", sqlite_engine.url.render_as_string(hide_password=False))
    running.database.cache_clear()
    put_offices(sqlite_engine, "A", "B")
    put(sqlite_engine, "staff", {"code": "007", "unit": "A"}, {"code": "008", "unit": "B"})
    put_each_role(sqlite_engine)
    yield sqlite_engine
    running.database().dispose()
    running.database.cache_clear()


def say(capsys, *words: str) -> tuple[int, str]:
    code = main([*words, "--language", "en"])
    said = capsys.readouterr()
    return code, said.out + said.err


@pytest.mark.usefixtures("office")
def test_a_template_is_written_and_has_nothing_to_import_yet(capsys, tmp_path):
    out = tmp_path / "mau.xlsx"
    assert say(capsys, "template", "dossiers", "--out", str(out)) == (0, f"Wrote {out}.\n")
    code, said = say(capsys, "import", str(out))
    assert code == 1
    assert "dossiers" in said


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_stored_rows_are_written_and_imported_again_with_nothing_changed(capsys, tmp_path, ending):
    out = tmp_path / f"x.{ending}"
    assert say(capsys, "case", "export", "staff", "--out", str(out))[0] == 0
    code, said = say(capsys, "import", str(out), "--kind", "staff", "--json")
    assert code == 0
    assert ('"new": 0' in said, '"changed": 0' in said, '"unchanged": 2' in said) == (True, True, True)
    one = tmp_path / f"one.{ending}"
    assert say(capsys, "case", "export", "staff", "--unit", "A", "--out", str(one), "--actor", "the-clerk")[0] == 0
    assert '"unchanged": 1' in say(capsys, "import", str(one), "--kind", "staff", "--json")[1]


@pytest.mark.usefixtures("office")
def test_wrong_questions_and_what_is_not_theirs_are_refused(capsys, tmp_path):
    out = str(tmp_path / "x.csv")
    assert say(capsys, "template", "dossiers", "--out", out)[0] == 2
    assert say(capsys, "template", "cats", "--out", str(tmp_path / "x.xlsx"))[0] == 2
    assert say(capsys, "case", "export", "staff", "--out", str(tmp_path / "x.doc"))[0] == 2
    assert say(capsys, "case", "export", "staff", "--out", str(tmp_path / "no" / "x.csv"))[0] == 2
    assert say(capsys, "case", "export", "staff", "--unit", "B", "--out", out, "--actor", "the-clerk")[0] == 1
