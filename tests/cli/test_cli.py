"""The command line, as an operator or a script uses it: exit codes, JSON, messages."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from pathlib import Path

import pytest
from builders import act

from tracker.cli import main
from tracker.intake import ReadingChoices
from tracker.services import running
from tracker.services.profiles import NewProfile, save_profile
from tracker.services.settings import SAMPLE_URL, Settings

RULES = """
code = "rules"
version = 1
title = {vi = "Thể lệ", en = "Rules"}
basis = "test"
total = 10

[[reported]]
measure = "initiatives"
title = {vi = "Sáng kiến", en = "Initiatives"}
integer = true

[[criterion]]
code = "ontime"
title = {vi = "Đúng hẹn hơn", en = "More on time"}
points = 10

  [[criterion.indicator]]
  code = "ontime.rate"
  title = {vi = "Tỷ lệ đúng hạn", en = "On-time rate"}
  points = 8
  basis = "test"
  formula = {kind = "ratio", numerator = ["done_on_time"], denominator = ["done_on_time", "done_late"]}
  cases = "dossiers"

  [[criterion.indicator]]
  code = "ontime.new"
  title = {vi = "Sáng kiến", en = "Initiatives"}
  points = 2
  basis = "test"
  formula = {kind = "count", items = ["initiatives"], per = 0.5}

[[gate]]
code = "denounced"
title = {vi = "Tố cáo đúng", en = "Denounced"}
measure = "denunciations_upheld"
at_least = 1

[[award]]
code = "best"
title = {vi = "Nhất cụm", en = "Best"}
places = 1

[[criticism]]
code = "late"
title = {vi = "Trễ hẹn", en = "Late"}
level = "criticise"
measure = "done_late"
at_least = 2
"""
UNITS = "code,name,kind,cluster\nA,Xã Ánh,commune,c1\nB,Xã Bình,commune,c1\nC,Xã Cát,commune,c1\nZ,Văn phòng,other,\n"
PROCEDURES = "code,name\nP1,Khai sinh\n"
# A: 3 of 4 on time. B: 1 of 3 on time, two late. C: nothing at all.
DOSSIERS = """code,unit,procedure,received_at,due_at,completed_at
A1,A,P1,2018-03-01 08:00,2018-03-05,2018-03-05 17:00
A2,A,P1,2018-03-01 08:00,2018-03-05,2018-03-02 09:00
A3,A,P1,2018-03-01 08:00,2018-03-05 16:00:00,2018-03-05 16:00:00
A4,A,P1,2018-03-01 08:00,2018-03-05 16:00:00,2018-03-05 16:00:01
B1,B,P1,2018-03-01 08:00,2018-03-05,2018-03-09 08:00
B2,B,P1,2018-03-01 08:00,2018-03-05,2018-03-09 08:00
B3,B,P1,2018-03-01 08:00,2018-03-05,2018-03-04 08:00
"""
REPORTED = "unit,measure,period_from,period_to,value\nA,initiatives,2018-01-01,2018-12-31,1\n"
ASKED = ("--campaign", "c", "--period", "2018")


@pytest.fixture
def run(monkeypatch, tmp_path, capsys, sqlite_template):
    """Run one command line on an empty database and return (exit code, output, errors)."""
    database = tmp_path / "cli.db"
    database.write_bytes(sqlite_template.read_bytes())
    monkeypatch.setenv("TRACKER_DATABASE_URL", f"sqlite:///{database}")
    monkeypatch.chdir(tmp_path)
    running.database.cache_clear()

    def run(*arguments: str) -> tuple[int, str, str]:
        try:
            code = main(list(arguments))
        except SystemExit as stopped:  # argparse's own way to refuse
            code = int(stopped.code or 0)
        out, err = capsys.readouterr()
        return code, out, err

    yield run
    running.database().dispose()
    running.database.cache_clear()


@pytest.fixture
def office(run, tmp_path):
    """A campaign of two years with the cases above."""
    for name, text in (
        ("units.csv", UNITS),
        ("procedures.csv", PROCEDURES),
        ("dossiers.csv", DOSSIERS),
        ("reported.csv", REPORTED),
    ):
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "rules.toml").write_text(RULES, "utf-8")
    assert run("rulebook", "add", "rules.toml")[0] == 0
    every = ("campaign", "add", "c", "--rulebook", "rules", "--from", "2017-01-01", "--to", "2018-12-31", "--every", "year")
    assert run(*every)[0] == 0
    assert run("import", "reported.csv", "dossiers.csv", "procedures.csv", "units.csv")[0] == 0
    return run


def test_a_file_is_imported_as_the_named_profile_says(office, tmp_path):
    (tmp_path / "x.csv").write_text("Số,Nơi,Việc,Khi\nX1,A,P1,2018-03-01\n", "utf-8")
    mapping = {"Số": "code", "Nơi": "unit", "Việc": "procedure", "Khi": "received_at"}
    new = NewProfile("Nguồn X", "dossiers", ("Số", "Nơi", "Việc", "Khi", "Màu"), ReadingChoices(mapping=mapping))
    save_profile(running.database(), new, None, act())
    assert office("import", "x.csv")[0] == 1
    assert office("import", "x.csv", "--profile", "Nguồn Y")[0] == 2
    assert office("import", "x.csv", "--profile", "Nguồn X")[0] == 0


def test_standings_json_is_as_the_contract_says(office):
    code, out, _ = office("standings", *ASKED, "--format", "json")
    answer = json.loads(out)
    assert code == 0
    assert answer["campaign"] == "c"
    assert answer["rulebook"]["code"] == "rules"
    assert len(answer["rulebook"]["sha256"]) == 64
    assert answer["period"] == {"code": "2018", "from": "2018-01-01", "to": "2018-12-31", "state": "open"}
    assert answer["as_of"] == "2018-12-31"
    (cluster,) = answer["clusters"]
    assert [(unit["unit"], unit["rank"], unit["score"]) for unit in cluster["units"]] == [
        ("A", 1, "7.00"),
        ("B", 2, "2.67"),
        ("C", None, "0.00"),
    ]
    first = cluster["units"][0]
    assert first["criteria"] == {"ontime": {"points": "7.00", "max": "10"}}
    assert first["indicators"]["ontime.rate"] == {
        "points": "6.00", "max": "8", "out_of": "8", "status": "scored", "numerator": 3, "denominator": 4, "value": "0.75",
    }  # fmt: skip
    # B never reported its initiatives: pending, 0 of its points, and the result is not complete.
    second = cluster["units"][1]
    assert second["indicators"]["ontime.new"]["status"] == "pending"
    assert second["indicators"]["ontime.rate"]["value"] == "0.333333"
    assert (first["complete"], second["complete"]) == (True, False)


def test_measures_json_has_every_unit_and_tells_zero_from_never_reported(office):
    answer = json.loads(office("measures", *ASKED, "--format", "json")[1])
    units = {unit["unit"]: unit for unit in answer["units"]}
    assert list(units) == ["A", "B", "C", "Z"]
    assert units["Z"]["cluster"] is None
    assert units["A"]["measures"]["done_on_time"] == 3
    assert units["A"]["measures"]["initiatives"] == 1
    assert units["C"]["measures"]["received"] == 0
    assert units["C"]["measures"]["initiatives"] is None


def test_lists_json_names_the_best_and_the_late_with_reasons(office):
    answer = json.loads(office("lists", *ASKED, "--format", "json", "--language", "en")[1])
    assert [(entry["award"], entry["unit"], entry["tie"]) for entry in answer["reward"]] == [("best", "A", False)]
    (late,) = answer["criticism"]
    assert (late["criticism"], late["level"], late["unit"]) == ("late", "criticise", "B")
    assert all(reason["code"] and reason["text"] for entry in (*answer["reward"], late) for reason in entry["reasons"])


def test_explain_gives_the_cases_failing_ones_first(office):
    answer = json.loads(office("explain", "A", "ontime.rate", *ASKED, "--cases", "--json")[1])
    assert (answer["numerator"], answer["denominator"], answer["points"], answer["out_of"]) == (3, 4, "6.00", "8")
    assert [(case["code"], case["effect"]) for case in answer["cases"]] == [
        ("A4", "failing"),
        ("A3", "counted"),
        ("A1", "counted"),
        ("A2", "counted"),
    ]


def test_an_as_of_day_before_the_due_day_sees_no_lateness(office):
    answer = json.loads(office("measures", *ASKED, "--as-of", "2018-03-04", "--format", "json")[1])
    measures = answer["units"][1]["measures"]
    assert (measures["received"], measures["done_on_time"], measures["pending_in_time"], measures["pending_overdue"]) == (
        3,
        1,
        2,
        0,
    )


def test_csv_and_table_carry_the_same_rows(office):
    rows = list(csv.reader(io.StringIO(office("standings", *ASKED, "--format", "csv")[1])))
    assert rows[0][:6] == ["cluster", "rank", "tied", "unit", "name", "score"]
    assert [row[5] for row in rows[1:]] == ["7.00", "2.67", "0.00"]
    assert "Xã Ánh" in office("standings", *ASKED)[1]


def test_campaign_list_json_names_periods_with_inclusive_days(office):
    answer = json.loads(office("campaign", "list", "--json")[1])
    assert answer == {
        "campaigns": [
            {
                "code": "c",
                "rulebook": "rules@1",
                "periods": [
                    {"code": "2017", "from": "2017-01-01", "to": "2017-12-31", "state": "open"},
                    {"code": "2018", "from": "2018-01-01", "to": "2018-12-31", "state": "open"},
                ],
            }
        ]
    }


def test_the_same_file_twice_says_so_and_changes_nothing(office):
    code, out, _ = office("import", "dossiers.csv", "--json")
    (file,) = json.loads(out)["files"]
    assert code == 0
    assert (file["outcome"], file["new"], file["changed"]) == ("already_imported", 0, 0)
    assert "operator" in file["message"]


def test_the_same_rows_in_another_file_change_nothing(office, tmp_path):
    (tmp_path / "dossiers_again.csv").write_text(DOSSIERS + "\n", "utf-8")
    (file,) = json.loads(office("import", "dossiers_again.csv", "--json")[1])["files"]
    assert (file["outcome"], file["new"], file["changed"], file["unchanged"]) == ("imported", 0, 0, 7)


def test_a_bad_row_refuses_the_whole_file_with_its_place(office, tmp_path):
    (tmp_path / "dossiers_bad.csv").write_text(DOSSIERS.replace("B3,B,P1", "B3,NOWHERE,P1").replace("A1,A", "A9,A"), "utf-8")
    code, out, _ = office("import", "dossiers_bad.csv", "--json")
    (file,) = json.loads(out)["files"]
    assert code == 1
    assert (file["outcome"], file["batch"], file["refused"]) == ("refused", None, 1)
    (problem,) = file["problems"]
    assert (problem["severity"], problem["code"], problem["row"], problem["column"], problem["value"]) == (
        "error",
        "unknown_unit",
        8,
        "unit",
        "NOWHERE",
    )
    assert json.loads(office("measures", *ASKED, "--format", "json")[1])["units"][0]["measures"]["received"] == 4


def test_good_rows_imports_the_others(office, tmp_path):
    (tmp_path / "more.csv").write_text(DOSSIERS.replace("B3,B,P1", "B3,NOWHERE,P1").replace("A1,A", "A9,A"), "utf-8")
    code, out, _ = office("import", "more.csv", "--kind", "dossiers", "--good-rows", "--json")
    (file,) = json.loads(out)["files"]
    assert (code, file["outcome"], file["new"], file["unchanged"], file["refused"]) == (0, "imported", 1, 5, 1)


def test_refused_rows_come_back_in_a_file_of_their_own(office, tmp_path):
    (tmp_path / "more.csv").write_text(DOSSIERS.replace("B3,B,P1", "B3,NOWHERE,P1").replace("A1,A", "A9,A"), "utf-8")
    assert office("import", "more.csv", "--kind", "dossiers", "--good-rows")[0] == 0
    header, row = csv.reader((tmp_path / "more.refused.csv").open(encoding="utf-8-sig"))
    assert header == ["code", "unit", "procedure", "received_at", "due_at", "completed_at", "problems"]
    assert row[:2] == ["B3", "NOWHERE"]
    assert "NOWHERE" in row[-1]


def test_a_dry_run_says_what_would_change_and_changes_nothing(office, tmp_path):
    (tmp_path / "more.csv").write_text(DOSSIERS.replace("A1,A", "A9,A"), "utf-8")
    code, out, _ = office("import", "more.csv", "--kind", "dossiers", "--dry-run", "--json")
    (file,) = json.loads(out)["files"]
    assert (code, file["outcome"], file["new"], file["batch"]) == (0, "checked", 1, None)
    assert json.loads(office("measures", *ASKED, "--format", "json")[1])["units"][0]["measures"]["received"] == 4


def test_a_dry_run_of_a_whole_province_may_refer_to_its_own_units(run, tmp_path):
    for name, text in (("units.csv", UNITS), ("procedures.csv", PROCEDURES), ("dossiers.csv", DOSSIERS)):
        (tmp_path / name).write_text(text, "utf-8")
    code, out, _ = run("import", "dossiers.csv", "units.csv", "procedures.csv", "--dry-run", "--json")
    assert code == 0, out
    assert {file["outcome"] for file in json.loads(out)["files"]} == {"checked"}


def test_the_log_lists_what_was_done_and_is_whole(office):
    code, out, _ = office("audit", "list", "--verb", "import", "--limit", "2")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()[-2:]] == ["6", "5"]  # after the rulebook, the campaign, two files
    _, out, _ = office("audit", "list", "--csv")
    assert [row["verb"] for row in csv.DictReader(io.StringIO(out))] == ["add_rulebook", "add_campaign", *["import"] * 4]
    code, out, err = office("audit", "verify", "--language", "en")
    assert code == 0
    assert out.startswith("The log is whole: 6 entries")
    assert "--anchor" in err


def test_a_log_cut_after_its_head_was_written_down_is_found(office, tmp_path):
    anchor = tmp_path / "anchor.txt"
    anchor.write_text(office("audit", "head")[1], "utf-8")
    assert office("audit", "verify", "--anchor", str(anchor))[0] == 0
    with sqlite3.connect(tmp_path / "cli.db") as raw:
        raw.executescript("DROP TRIGGER audit_entry_no_delete; DELETE FROM audit_entry WHERE seq > 4")
    assert office("audit", "verify")[0] == 0
    code, out, _ = office("audit", "verify", "--anchor", str(anchor), "--language", "en")
    assert (code, out) == (1, "The log was cut: nothing is left from entry 5 on, while an anchor names entry 6.\n")
    with sqlite3.connect(tmp_path / "cli.db") as raw:
        raw.executescript("DROP TRIGGER audit_entry_no_update; UPDATE audit_entry SET actor = 'x' WHERE seq = 2")
    code, out, _ = office("audit", "verify")
    assert (code, out) == (1, "Mục số 2 đã bị sửa: nội dung không còn khớp với mã băm của mục.\n")
    anchor.write_text("2\n", "utf-8")
    assert office("audit", "verify", "--anchor", str(anchor))[0] == 2


def test_undo_brings_the_figures_back_to_the_digit(office, tmp_path):
    before = office("standings", *ASKED, "--format", "json")[1]
    (tmp_path / "dossiers_v2.csv").write_text(DOSSIERS.replace("2018-03-09", "2018-03-05").replace("A4,A", "A5,B"), "utf-8")
    batch = json.loads(office("import", "dossiers_v2.csv", "--json")[1])["files"][0]["batch"]
    assert office("standings", *ASKED, "--format", "json")[1] != before
    assert office("batch", "undo", str(batch))[0] == 0
    assert office("standings", *ASKED, "--format", "json")[1] == before
    assert office("ledger", "verify")[0] == 0
    # The file is no longer live, so it may come again.
    assert json.loads(office("import", "dossiers_v2.csv", "--json")[1])["files"][0]["outcome"] == "imported"


def test_a_batch_is_not_undone_under_a_later_one(office, tmp_path):
    (tmp_path / "dossiers_v2.csv").write_text(DOSSIERS.replace("2018-03-09", "2018-03-05"), "utf-8")
    later = json.loads(office("import", "dossiers_v2.csv", "--json")[1])["files"][0]["batch"]
    batches = json.loads(office("batch", "list", "--json")[1])["batches"]
    first = next(row["id"] for row in batches if row["file"] == "dossiers.csv")
    code, out, _ = office("batch", "undo", str(first))
    assert code == 1
    assert str(later) in out
    assert office("batch", "undo", str(later))[0] == 0
    assert office("batch", "undo", str(first))[0] == 0


def test_units_that_have_dossiers_cannot_be_undone(office):
    batches = json.loads(office("batch", "list", "--json")[1])["batches"]
    units = next(row["id"] for row in batches if row["kind"] == "units")
    assert office("batch", "undo", str(units))[0] == 1
    assert len(json.loads(office("measures", *ASKED, "--format", "json")[1])["units"]) == 4


def test_a_deleted_case_is_gone_until_the_deletion_is_undone(office):
    before = office("measures", *ASKED, "--format", "json")[1]
    code, _, _ = office("case", "delete", "dossiers", "B1", "--reason", "trùng hồ sơ")
    assert code == 0
    assert json.loads(office("measures", *ASKED, "--format", "json")[1])["units"][1]["measures"]["done_late"] == 1
    batch = json.loads(office("batch", "list", "--json")[1])["batches"][0]
    assert (batch["action"], batch["reason"], batch["deleted_rows"]) == ("delete", "trùng hồ sơ", 1)
    assert office("batch", "undo", str(batch["id"]))[0] == 0
    assert office("measures", *ASKED, "--format", "json")[1] == before


def test_an_absent_column_keeps_the_stored_value_and_an_empty_cell_clears_it(office, tmp_path):
    (tmp_path / "d1.csv").write_text(
        "code,unit,procedure,received_at,due_at\nB1,B,P1,2018-03-01 08:00,2018-03-20\n", "utf-8"
    )
    assert office("import", "d1.csv", "--kind", "dossiers")[0] == 0
    measures = json.loads(office("measures", *ASKED, "--format", "json")[1])["units"][1]["measures"]
    assert (measures["done_on_time"], measures["done_late"]) == (2, 1)
    header = "code,unit,procedure,received_at,completed_at\n"
    (tmp_path / "d2.csv").write_text(header + "B1,B,P1,2018-03-01 08:00,\n", "utf-8")
    assert office("import", "d2.csv", "--kind", "dossiers")[0] == 0
    measures = json.loads(office("measures", *ASKED, "--format", "json")[1])["units"][1]["measures"]
    assert (measures["done_on_time"], measures["pending_overdue"]) == (1, 1)


def test_the_same_rulebook_version_with_another_text_is_refused(office, tmp_path):
    assert office("rulebook", "add", "rules.toml")[0] == 0
    (tmp_path / "other.toml").write_text(RULES.replace("at_least = 2", "at_least = 3"), "utf-8")
    assert office("rulebook", "add", "other.toml")[0] == 1


def test_a_broken_rulebook_is_refused_at_its_line(run, tmp_path):
    (tmp_path / "rules.toml").write_text(RULES.replace("points = 8", "points = 9"), "utf-8")
    code, out, _ = run("--language", "en", "rulebook", "check", "rules.toml")
    assert code == 1
    assert "rules.toml" in out


def test_the_shipped_rulebook_passes_with_its_examples(run):
    shipped = Path(__file__).parents[2] / "data" / "rulebooks" / "dak-nong-146.toml"
    assert run("rulebook", "check", str(shipped))[0] == 0
    assert run("rulebook", "add", str(shipped))[0] == 0
    code, words, _ = run("rulebook", "show", "dak-nong-146", "--words", "--language", "en")
    assert code == 0
    assert "S004-13" in words
    assert run("rulebook", "show", "dak-nong-146@1")[1].strip() == shipped.read_text("utf-8").strip()


@pytest.mark.parametrize(
    "question",
    [
        ("standings", "--campaign", "nope", "--period", "2018"),
        ("standings", "--campaign", "c", "--period", "2099"),
        ("standings", *ASKED, "--cluster", "nope"),
        ("standings", *ASKED, "--as-of", "2019-01-01"),
        ("standings", *ASKED, "--as-of", "2017-12-31"),
        ("standings", *ASKED, "--today", "2017-06-01"),
        ("explain", "NOPE", "ontime.rate", *ASKED),
        ("explain", "A", "nope", *ASKED),
        ("import", "nowhere.csv"),
        ("import", "units.csv", "--kind", "nope"),
        ("batch", "undo", "999"),
        ("case", "delete", "nope", "A1", "--reason", "x"),
        ("campaign", "add", "d", "--rulebook", "nope", "--from", "2018-01-01", "--to", "2018-12-31"),
        ("campaign", "add", "d", "--rulebook", "rules", "--from", "2018-12-31", "--to", "2018-01-01"),
        ("standings", *ASKED, "--as-of", "31/12/2018"),
        ("standings", *ASKED, "--actor", "nobody"),
        ("nonsense",),
        (),
    ],
)
def test_a_wrong_question_is_a_usage_error_without_a_traceback(office, question):
    code, out, err = office(*question)
    assert code == 2
    assert err.strip()
    assert "Traceback" not in out + err


def test_without_every_the_campaign_is_one_period_of_its_own_code(office):
    assert office("campaign", "add", "whole", "--rulebook", "rules@1", "--from", "2018-01-01", "--to", "2018-12-31")[0] == 0
    answer = json.loads(office("standings", "--campaign", "whole", "--period", "whole", "--format", "json")[1])
    assert answer["clusters"][0]["units"][0]["unit"] == "A"


def test_a_rulebook_whose_examples_fail_is_not_kept(run, tmp_path):
    (tmp_path / "rules.toml").write_text(RULES, "utf-8")
    wrong = 'unit = "A"\ncluster = "c"\nmeasures = {done_on_time = 1, initiatives = 0}\nexpect = {score = "9.99"}\n'
    (tmp_path / "rules.examples.toml").write_text('[[example]]\ntitle = "x"\n[[example.unit]]\n' + wrong, "utf-8")
    assert run("rulebook", "add", "rules.toml")[0] == 1
    assert run("rulebook", "show", "rules")[0] == 2


@pytest.mark.parametrize("verb", [("batch", "list"), ("campaign", "list"), ("ledger", "verify"), ("import", "units.csv")])
def test_a_database_without_tables_is_said_with_what_to_do(run, monkeypatch, tmp_path, verb):
    (tmp_path / "units.csv").write_text(UNITS, "utf-8")
    monkeypatch.setenv("TRACKER_DATABASE_URL", f"sqlite:///{tmp_path / 'new.db'}")
    running.database.cache_clear()
    code, out, err = run(*verb)
    assert code == 2
    assert "upgrade" in err
    assert "Traceback" not in out + err


def test_a_file_that_is_no_database_is_said_so(run, monkeypatch, tmp_path):
    (tmp_path / "junk.db").write_bytes(b"this is no database at all" * 100)
    monkeypatch.setenv("TRACKER_DATABASE_URL", f"sqlite:///{tmp_path / 'junk.db'}")
    running.database.cache_clear()
    code, _, err = run("upgrade")
    assert (code, "TRACKER_DATABASE_URL" in err) == (2, True)


def test_sample_data_never_mix_with_real_ones(office):
    code, out, _ = office("demo")
    assert code == 1
    assert out.strip()


def test_a_wrong_database_address_is_said_in_one_line(run, monkeypatch):
    monkeypatch.setenv("TRACKER_DATABASE_URL", "mysql://x/y")
    running.database.cache_clear()
    code, _, err = run("upgrade")
    assert code == 2
    assert "TRACKER_DATABASE_URL" in err
    monkeypatch.undo()
    running.database.cache_clear()


def test_without_an_address_the_sample_has_a_file_of_its_own(monkeypatch):
    monkeypatch.delenv("TRACKER_DATABASE_URL", raising=False)
    assert Settings().database_url == SAMPLE_URL
    assert Settings().sample


def test_indices_are_imported_and_listed_year_by_year(run, tmp_path):
    rows = "PAR,Tỉnh Bắc Ninh,2016,,85,9\nPAR,BẮC NINH,2017,,80.5,26\n"
    (tmp_path / "indices.csv").write_text("index,unit,year,component,score,rank\n" + rows, "utf-8")
    assert run("import", "indices.csv")[0] == 0
    code, printed, _ = run("indices", "list", "--unit", "Bắc Ninh", "--json")
    years = json.loads(printed)["indices"]
    assert (code, [(one["year"], one["score"], one["rank"], one["moved"]) for one in years]) == (
        0,
        [(2016, "85", 9, None), (2017, "80.5", 26, -17)],
    )
    assert "Bắc Ninh" in run("indices", "list", "--index", "PAR")[1]
