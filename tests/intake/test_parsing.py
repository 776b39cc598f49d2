"""What rows of a table owe each other, the registers and today."""

from __future__ import annotations

import pytest

from intake.builders import DOSSIERS, csv_bytes, errors, parse, parse_dossier, value, warnings
from tracker.core.problems import Severity
from tracker.intake import refused_rows


def test_good_rows_keep_the_row_numbers_a_spreadsheet_shows():
    rows = parse(
        "dossiers.csv", csv_bytes(DOSSIERS, "1,660,P1,2018-01-02", "", "2,999,P1,2018-01-02", "3,661,P2,2018-01-02")
    )
    assert rows.columns == ("code", "unit", "procedure", "received_at")
    assert list(rows.frame.index) == [2, 5]
    assert list(rows.frame["code"]) == ["1", "3"]
    assert (rows.refused, errors(rows)) == (1, [("unknown_unit", 4, "unit")])


def test_columns_come_in_the_order_of_the_kind_and_absent_ones_stay_absent():
    rows = parse("x.csv", csv_bytes("due_at,code,received_at,procedure,unit", "2018-01-05,1,2018-01-02,P1,660"))
    assert list(rows.frame.columns) == ["code", "unit", "procedure", "received_at", "due_at"]


def test_an_empty_cell_is_none_and_an_empty_boolean_is_no():
    rows = parse("postings.csv", csv_bytes("unit,procedure,posted_on,counter,site,portal", "660,P1,,x,,Không"))
    assert rows.frame.loc[2].tolist() == ["660", "P1", None, "1", "0", "0"]


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("1", "1"),
        ("TRUE", "1"),
        ("yes", "1"),
        ("Có", "1"),
        ("X", "1"),
        ("0", "0"),
        ("false", "0"),
        ("no", "0"),
        ("không", "0"),
    ],
)
def test_booleans_are_read_in_both_languages(cell, kept):
    rows = parse("postings.csv", csv_bytes("unit,procedure,counter", f"660,P1,{cell}"))
    assert value(rows, "counter") == kept


def test_any_other_word_is_no_boolean():
    rows = parse("postings.csv", csv_bytes("unit,procedure,counter", "660,P1,2"))
    assert errors(rows) == [("not_a_boolean", 2, "counter")]


def test_every_required_cell_that_is_empty_is_reported():
    rows = parse("dossiers.csv", csv_bytes(DOSSIERS, " ,,P1,"))
    assert errors(rows) == [("required", 2, "code"), ("required", 2, "unit"), ("required", 2, "received_at")]


def test_a_dossier_submitted_and_not_yet_received_is_accepted():
    rows = parse_dossier(received_at="", submitted_at="2018-01-02 08:00")
    assert value(rows, "received_at") is None
    rows = parse("dossiers.csv", csv_bytes("code,unit,procedure,submitted_at", "1,660,P1,2018-01-02"))
    assert value(rows, "submitted_at") == "2018-01-02 00:00:00"


def test_a_flawed_date_of_receipt_is_not_also_called_missing():
    assert errors(parse_dossier(received_at="soon")) == [("bad_date", 2, "received_at")]


@pytest.mark.parametrize("column", ["completed_at", "returned_at"])
def test_no_dossier_ends_after_today(column):
    assert value(parse_dossier(**{column: "2018-06-30 23:59:59"}), column) == "2018-06-30 23:59:59"
    rows = parse_dossier(**{column: "2018-07-01"})
    assert errors(rows) == [("future_date", 2, column)]
    assert rows.problems[0].args == {"today": "2018-06-30"}


def test_another_event_after_today_is_warned_of_and_a_due_date_may_lie_ahead():
    rows = parse_dossier(received_at="2018-07-01", due_at="2018-12-31")
    assert (errors(rows), warnings(rows)) == ([], [("future_date", 2, "received_at")])


def test_completed_or_due_before_received_is_warned_of():
    rows = parse_dossier(received_at="2018-03-02", due_at="2018-03-01", completed_at="2018-02-28")
    assert (errors(rows), warnings(rows)) == ([], [("date_order", 2, "due_at"), ("date_order", 2, "completed_at")])
    assert rows.problems[0].args == {"other": "received_at"}


def test_a_dossier_completed_at_the_second_it_was_received_is_in_order():
    rows = parse_dossier(completed_at="2018-01-02 08:00:00")
    assert rows.problems == ()


def test_a_key_that_stands_twice_refuses_the_later_row_and_names_the_first():
    lines = [f"{code},660,P1,2018-01-02" for code in ("A", "B", "A", "a", "A")]
    rows = parse("dossiers.csv", csv_bytes(DOSSIERS, *lines))
    assert errors(rows) == [("duplicate", 4, "code"), ("duplicate", 6, "code")]
    assert [problem.args for problem in rows.problems] == [{"first": 2}, {"first": 2}]
    assert list(rows.frame["code"]) == ["A", "B", "a"]


def test_a_key_of_two_columns_is_one_key():
    rows = parse("postings.csv", csv_bytes("unit,procedure", "660,P1", "660,P2", "661,P1", "660,P1"))
    assert errors(rows) == [("duplicate", 5, "unit")]


def test_a_unit_outside_the_grant_is_refused_and_an_unknown_one_is_only_unknown():
    lines = csv_bytes(DOSSIERS, "1,660,P1,2018-01-02", "2,661,P1,2018-01-02", "3,999,P1,2018-01-02")
    rows = parse("dossiers.csv", lines, grant=frozenset({"660"}))
    assert errors(rows) == [("not_your_unit", 3, "unit"), ("unknown_unit", 4, "unit")]


def test_unknown_procedures_and_receiving_units_are_refused():
    rows = parse_dossier(procedure="P9", receiving_unit="9")
    assert errors(rows) == [("unknown_unit", 2, "receiving_unit"), ("unknown_procedure", 2, "procedure")]


def test_units_may_refer_to_units_of_the_same_file_and_to_known_ones():
    rows = parse("units.csv", csv_bytes("code,name,kind,parent", "B,Bê,commune,A", "A,A,district,H16", "C,Xê,commune,Z"))
    assert errors(rows) == [("unknown_unit", 4, "parent")]
    assert list(rows.frame["code"]) == ["B", "A"]


def test_a_unit_below_a_refused_unit_is_refused_too():
    rows = parse("units.csv", csv_bytes("code,name,kind,parent", "A,A,castle,", "B,Bê,commune,A", "C,Xê,commune,B"))
    assert errors(rows) == [("not_in_list", 2, "kind"), ("unknown_unit", 3, "parent"), ("unknown_unit", 4, "parent")]


SURVEYS = "unit,period_from,period_to,topic,satisfied,responses"


def test_nobody_is_satisfied_who_did_not_answer():
    rows = parse(
        "surveys.csv", csv_bytes(SURVEYS, "660,2018-01-01,2018-03-31,result,11,10", "661,2018-01-01,2018-03-31,result,10,10")
    )
    assert errors(rows) == [("out_of_range", 2, "satisfied")]
    assert rows.problems[0].args == {"minimum": 0, "maximum": 10}


def test_a_period_that_ends_before_it_begins_is_refused():
    rows = parse("surveys.csv", csv_bytes(SURVEYS, "660,2018-03-31,2018-01-01,result,1,10"))
    assert [(problem.code, problem.severity) for problem in rows.problems] == [("date_order", Severity.ERROR)]


def test_overlapping_spans_of_one_unit_and_topic_are_refused():
    rows = parse(
        "surveys.csv",
        csv_bytes(
            SURVEYS,
            "660,2018-03-31,2018-06-30,result,1,10",
            "660,2018-01-01,2018-03-31,result,1,10",
            "660,2018-01-01,2018-03-31,attitude,1,10",
            "661,2018-02-01,2018-06-30,result,1,10",
        ),
    )
    assert errors(rows) == [("overlap", 2, "period_from")]
    assert rows.problems[0].args == {"other": 3}


def test_spans_that_follow_each_other_do_not_overlap():
    lines = ("660,2018-01-01,2018-03-31,result,1,10", "660,2018-04-01,2018-06-30,result,1,10")
    assert parse("surveys.csv", csv_bytes(SURVEYS, *lines)).problems == ()


def test_reported_values_keep_their_exact_decimals():
    header = "unit,measure,period_from,period_to,value,checked"
    rows = parse("reported.csv", csv_bytes(header, "660,initiatives,2018-01-01,2018-12-31,123456789012.000000000010,-0.50"))
    assert (value(rows, "value"), value(rows, "checked")) == ("123456789012.00000000001", "-0.5")


def test_names_of_people_who_complain_are_dropped_with_a_notice():
    header = "code,unit,kind,received_on,Người khiếu nại,Denouncer name,colour"
    rows = parse(
        "feedback.csv",
        csv_bytes(header, "1,660,complaint,2018-01-02,Nguyễn Văn A,B,xanh", "2,9,complaint,2018-01-02,C,D,đỏ"),
    )
    assert warnings(rows) == [
        ("personal_column_dropped", None, "Người khiếu nại"),
        ("personal_column_dropped", None, "Denouncer name"),
        ("unknown_column", None, "colour"),
    ]
    assert list(rows.source.columns) == ["code", "unit", "kind", "received_on", "colour"]


def test_refused_rows_are_given_back_as_they_were_read_with_their_codes():
    rows = parse("dossiers.csv", csv_bytes(f"{DOSSIERS},Colour", "1,660,P1,2018-01-02,red", "2,999,P1,tomorrow, blue "))
    refused = refused_rows(rows)
    assert list(refused.index) == [3]
    assert refused.loc[3].tolist() == ["2", "999", "P1", "tomorrow", " blue ", ["unknown_unit", "bad_date"]]


def test_header_cells_may_have_capitals_blanks_and_invisible_characters():
    rows = parse("dossiers.csv", csv_bytes("Code , UNIT,Procedure\u200b,Received at", "1,660,P1,2018-01-02"))
    assert (rows.refused, rows.problems) == (0, ())


def test_a_missing_column_refuses_the_table_and_each_one_is_named():
    rows = parse("dossiers.csv", csv_bytes("unit,procedure,due_at", "660,P1,2018-01-02"))
    assert errors(rows) == [("missing_column", None, "code"), ("missing_column", None, "received_at")]
    assert (len(rows.frame), rows.refused) == (0, 1)


def test_a_column_that_stands_twice_refuses_the_table():
    rows = parse("dossiers.csv", csv_bytes(f"{DOSSIERS},code", "1,660,P1,2018-01-02,2"))
    assert errors(rows) == [("duplicate_column", None, "code")]


def test_a_header_without_rows_says_so():
    assert errors(parse("dossiers.csv", csv_bytes(DOSSIERS, "", " , , "))) == [("no_rows", None, None)]


def test_rows_with_too_many_or_too_few_fields_are_refused():
    rows = parse("dossiers.csv", csv_bytes(DOSSIERS, "1,660,P1,2018-01-02,,", "2,660,P1,2018-01-02,x", "3,660,P1"))
    assert list(rows.frame["code"]) == ["1"]
    assert ("too_many_fields", 3, None) in errors(rows)
    assert ("too_few_fields", 4, None) in errors(rows)
