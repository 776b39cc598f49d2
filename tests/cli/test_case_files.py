"""Templates and stored rows on the command line."""

from __future__ import annotations

import json

import pytest
from builders import put, put_campaign, put_offices
from intake.tally_forms import LINES, TITLE, form
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


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_indices_go_out_and_come_in_again_with_nothing_changed(office, capsys, tmp_path, ending):
    whole = {"index": "PAPI", "unit": "Đắk Nông", "year": "2023", "score": "41.2", "rank": "17", "of": "63"}
    part = {"index": "PAR", "unit": "A", "year": "2024", "component": "Cải cách thể chế", "score": "8.55", "max_score": "10"}
    put(office, "indices", whole, part)
    out = tmp_path / f"indices.{ending}"
    assert say(capsys, "case", "export", "indices", "--out", str(out))[0] == 0
    code, said = say(capsys, "import", str(out), "--json")
    assert (code, '"new": 0' in said, '"changed": 0' in said, '"unchanged": 2' in said) == (0, True, True, True)


def test_a_report_form_says_by_options_whose_it_is_and_when_and_explain_lists_its_lines(office, capsys, tmp_path):
    put_campaign(office, "y", begins="2018-01-01", ends="2018-12-31")
    out = tmp_path / "bao_cao.xlsx"
    out.write_bytes(form(*LINES, title=TITLE[:2]))
    assert say(capsys, "import", str(out))[0] == 1
    assert say(capsys, "import", str(out), "--unit", "A", "--period", "2018-Q5")[0] == 2
    code, said = say(capsys, "import", str(out), "--unit", "A", "--period", "2018-Q1", "--json")
    assert (code, '"new": 3' in said) == (0, True)
    code, said = say(capsys, "explain", "A", "ontime.rate", "--campaign", "y", "--period", "y", "--cases", "--json")
    cases = json.loads(said)["cases"]
    # 4 late and 2 overdue of civil status, 2 late and 2 overdue of land; nothing of certification.
    effects = [("Tư pháp - Hộ tịch", "failing"), ("Đất đai", "failing"), ("Chứng thực", "counted")]
    assert [(case["code"], case["effect"]) for case in cases] == effects
    assert (cases[0]["kind"], cases[0]["done_late"], cases[0]["pending_overdue"]) == ("tallies", 4, 2)


@pytest.mark.usefixtures("office")
def test_wrong_questions_and_what_is_not_theirs_are_refused(capsys, tmp_path):
    out = str(tmp_path / "x.csv")
    assert say(capsys, "template", "dossiers", "--out", out)[0] == 2
    assert say(capsys, "template", "cats", "--out", str(tmp_path / "x.xlsx"))[0] == 2
    assert say(capsys, "case", "export", "staff", "--out", str(tmp_path / "x.doc"))[0] == 2
    assert say(capsys, "case", "export", "staff", "--out", str(tmp_path / "no" / "x.csv"))[0] == 2
    assert say(capsys, "case", "export", "staff", "--unit", "B", "--out", out, "--actor", "the-clerk")[0] == 1
