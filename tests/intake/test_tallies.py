"""Tallies as case files: their sums, their spans and what their procedure may name."""

from __future__ import annotations

import pytest

from intake.builders import csv_bytes, errors, parse, value

HEAD = (
    "unit,procedure,period_from,period_to,received_online,received_direct,carried,"
    "done_early,done_on_due,done_late,pending_in_time,pending_overdue"
)
GOOD = "660,,2018-01-01,2018-03-31,150,40,10,120,40,6,30,4"


def found(*rows: str):
    return parse("tallies.csv", csv_bytes(HEAD, *rows))


def test_sums_that_balance_are_good_and_an_empty_count_is_none():
    assert found(GOOD).problems == ()
    rows = found("660,,2018-01-01,2018-03-31,5,,,,5,,,")
    assert (rows.problems, value(rows, "carried"), value(rows, "procedure")) == ((), None, "")


def test_sums_that_do_not_balance_are_told_with_both_figures():
    rows = found(GOOD, "661,,2018-01-01,2018-03-31,150,40,10,120,40,6,30,5")
    (problem,) = rows.problems
    assert (problem.code, problem.place.row) == ("tally_unbalanced", 3)
    assert problem.args == {"came": 200, "went": 201, "received": 190, "carried": 10, "done": 166, "pending": 35}


def test_a_missing_column_counts_none():
    lines = ("unit,period_from,period_to,received_direct,done_late", "660,2018-01-01,2018-03-31,3,3")
    rows = parse("tallies.csv", csv_bytes(*lines))
    assert (rows.problems, rows.columns[:2]) == ((), ("unit", "procedure"))


@pytest.mark.parametrize(
    ("procedure", "good"),
    [("P1", True), ("P9", False), ("1.004199", False), ("Đất đai", True), ("Lĩnh vực tư pháp", True), ("Thuế", True)],
)
def test_a_code_must_be_known_and_a_field_is_as_the_form_names_it(procedure, good):
    rows = found(GOOD.replace("660,,", f"660,{procedure},"))
    assert errors(rows) == ([] if good else [("unknown_procedure", 2, "procedure")])


@pytest.mark.parametrize(
    "again",
    [
        "660,,2018-03-31,2018-06-30,1,,,1,,,,",
        "660,,2018-01-01,2018-06-30,1,,,1,,,,",
        "660,Đất đai,2018-01-01,2018-03-31,1,,,1,,,,",
    ],
)
def test_the_days_of_a_unit_are_counted_once(again):
    (problem,) = found(GOOD, again).problems
    assert (problem.code, problem.place.row, problem.args) == ("tally_twice", 3, {"other": 2})
    assert found(GOOD, again.replace("660", "661", 1)).problems == ()


def test_fields_of_one_sheet_and_quarters_one_after_the_other_are_apart():
    lines = ("660,Đất đai,2018-01-01,2018-03-31,1,,,1,,,,", "660,Tư pháp,2018-01-01,2018-03-31,2,,,2,,,,")
    assert found(*lines, "660,,2018-04-01,2018-06-30,1,,,1,,,,").problems == ()
    assert errors(found(lines[0], lines[0])) == [("duplicate", 3, "unit")]


def test_negative_counts_and_a_span_that_ends_before_it_begins_are_refused():
    assert errors(found(GOOD.replace(",150,", ",-1,"))) == [("out_of_range", 2, "received_online")]
    assert errors(found(GOOD.replace("2018-03-31", "2017-03-31"))) == [("date_order", 2, "period_to")]
