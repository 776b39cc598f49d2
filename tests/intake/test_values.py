"""How single cells are read, type by type."""

from __future__ import annotations

import pytest

from intake.builders import DOSSIERS, errors, parse, parse_dossier, value, warnings, xlsx_bytes


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("2018-01-02 07:05:09", "2018-01-02 07:05:09"),
        ("2018-01-02T07:05:09", "2018-01-02 07:05:09"),
        ("2018-01-02 07:05", "2018-01-02 07:05:00"),
        ("2018-01-02 07:05:09.987654", "2018-01-02 07:05:09"),
        ("2018-01-02", "2018-01-02 00:00:00"),
        ("02/01/2018", "2018-01-02 00:00:00"),
        ("02/01/2018 17:30", "2018-01-02 17:30:00"),
        ("02/01/2018 17:30:45", "2018-01-02 17:30:45"),
        ("2/1/2018 7:30", "2018-01-02 07:30:00"),
        ("  2018-01-02  ", "2018-01-02 00:00:00"),
    ],
)
def test_a_time_is_read_from_each_accepted_format(cell, kept):
    assert value(parse_dossier(received_at=cell), "received_at") == kept


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("2018-01-02T01:30:00Z", "2018-01-02 08:30:00"),
        ("2018-01-01T23:30:00+00:00", "2018-01-02 06:30:00"),
        ("2018-01-02 08:30:00+0700", "2018-01-02 08:30:00"),
        ("2018-01-02 08:30:00 +07", "2018-01-02 08:30:00"),
        ("2018-01-01T20:00:00-05:00", "2018-01-02 08:00:00"),
    ],
)
def test_a_time_with_an_offset_becomes_vietnamese_wall_clock(cell, kept):
    assert value(parse_dossier(received_at=cell), "received_at") == kept


@pytest.mark.parametrize("column", ["due_at", "extended_due_at"])
@pytest.mark.parametrize("cell", ["2018-01-10", "10/01/2018"])
def test_a_due_date_without_a_time_means_the_end_of_that_day(column, cell):
    assert value(parse_dossier(**{column: cell}), column) == "2018-01-10 23:59:59"


def test_a_due_date_with_a_time_keeps_it():
    assert value(parse_dossier(due_at="2018-01-10 00:00:00"), "due_at") == "2018-01-10 00:00:00"


@pytest.mark.parametrize(
    "cell",
    [
        "43102",
        "2018-02-30",
        "02/13/2018",
        "2/1/18",
        "2018-1-2",
        "2018-01-02 24:00:00",
        "02/01/2018 13:30 CH",
        "hôm qua",
        "20180102",
    ],
)
def test_what_is_no_date_is_refused_with_its_text(cell):
    rows = parse_dossier(received_at=cell)
    assert errors(rows) == [("bad_date", 2, "received_at")]
    assert rows.problems[0].value == cell


@pytest.mark.parametrize("cell", ["1989-12-31", "2101-01-01", "0001-01-01", "9999-12-31", "01/01/2568"])
def test_a_year_outside_1990_to_2100_is_refused(cell):
    assert errors(parse_dossier(received_at=cell)) == [("date_range", 2, "received_at")]


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("4", "4"),
        ("4.5", "4.5"),
        ("4,5", "4.5"),
        ("4.50", "4.5"),
        ("4.0", "4"),
        ("004.25", "4.25"),
        ("1,125", None),
        ("3,1415", "3.1415"),
    ],
)
def test_a_decimal_loses_idle_zeros_and_may_have_a_comma_that_is_no_thousands_sign(cell, kept):
    rows = parse_dossier(rating=cell)
    if kept is None:
        assert errors(rows) == [("not_a_number", 2, "rating")]
    else:
        assert value(rows, "rating") == kept


def test_a_comma_after_zero_can_only_be_a_decimal_comma():
    assert value(parse_dossier(processing_days="0,125"), "processing_days") == "0.125"


@pytest.mark.parametrize("cell", ["NaN", "inf", "1e3", "1_0", "٣", "+-4", "true", "4.5.1", "1,234.5", "bốn", "+4"])
def test_what_is_no_number_is_refused(cell):
    assert errors(parse_dossier(rating=cell)) == [("not_a_number", 2, "rating")]


@pytest.mark.parametrize(("cell", "code"), [("0.9", "out_of_range"), ("5.01", "out_of_range"), ("-1", "out_of_range")])
def test_a_rating_lies_between_one_and_five(cell, code):
    rows = parse_dossier(rating=cell)
    assert errors(rows) == [(code, 2, "rating")]
    assert rows.problems[0].args == {"minimum": 1, "maximum": 5}


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("1.234", "not_an_integer"),
        ("1,5", "not_an_integer"),
        ("-1", "out_of_range"),
        ("x", "not_a_number"),
        ("9" * 25, "out_of_range"),
    ],
)
def test_a_count_is_a_whole_number_that_is_not_negative(cell, code):
    assert errors(parse_dossier(paused_minutes=cell)) == [(code, 2, "paused_minutes")]


def test_a_count_loses_its_leading_zeros_and_a_key_keeps_them():
    rows = parse_dossier(code="007", paused_minutes="007")
    assert (value(rows, "code"), value(rows, "paused_minutes")) == ("007", "7")


def test_a_choice_may_be_written_in_capitals_and_an_empty_channel_is_the_counter():
    assert value(parse_dossier(status=" Completed "), "status") == "completed"
    assert value(parse_dossier(channel=""), "channel") == "counter"
    assert value(parse_dossier(status=""), "status") is None


def test_a_word_outside_the_list_is_refused_with_the_list():
    rows = parse_dossier(channel="fax")
    assert errors(rows) == [("not_in_list", 2, "channel")]
    words = ("Trực tiếp", "Trực tuyến", "Bưu chính")
    assert rows.problems[0].args == {"choices": ("counter", "online", "postal"), "words": words}


def test_text_is_trimmed_and_composed():
    decomposed = "Ho\u0302\u0300 so\u031b"  # letters followed by their marks
    assert value(parse_dossier(note=f"  {decomposed} "), "note") == "Hồ sơ"


def test_invisible_characters_are_removed_with_a_warning():
    rows = parse_dossier(code="A\u200b1\u202e")
    assert value(rows, "code") == "A1"
    assert warnings(rows) == [("invisible_removed", 2, "code")]


@pytest.mark.parametrize("letter", ["\x00", "\x07", "\x1f", "\x7f"])
def test_control_characters_refuse_the_row(letter):
    assert errors(parse_dossier(note=f"a{letter}b")) == [("control_char", 2, "note")]


def test_a_note_keeps_its_lines_and_a_key_must_have_one_line():
    rows = parse_dossier(note="một\r\nhai\tba")
    assert value(rows, "note") == "một\nhai ba"
    assert errors(parse_dossier(code="1\n2")) == [("control_char", 2, "code")]


def test_a_note_may_have_two_thousand_characters_and_no_more():
    assert value(parse_dossier(note="đ" * 2000), "note") == "đ" * 2000
    rows = parse_dossier(note="đ" * 2001)
    assert errors(rows) == [("too_long", 2, "note")]
    assert rows.problems[0].args == {"limit": 2000}
    assert rows.problems[0].value == "đ" * 100


def test_a_spreadsheet_error_in_a_cell_is_named():
    assert errors(parse_dossier(rating="#DIV/0!")) == [("error_value", 2, "rating")]


@pytest.mark.parametrize("code", [240101123456789012, "2.40101E+14", "2,40101E+14"])
def test_a_code_that_a_spreadsheet_made_a_number_is_refused_and_never_kept_short_of_digits(code):
    rows = parse("dossiers.xlsx", xlsx_bytes(DOSSIERS.split(","), [code, "660", "P1", "2018-01-02 08:00:00"]))
    assert errors(rows) == [("code_as_number", 2, "code")]


def test_an_accent_that_stood_behind_an_invisible_character_joins_its_letter():
    assert value(parse_dossier(code="a\u200d\u0301"), "code") == "\u00e1"


@pytest.mark.parametrize(
    "cell", ["2018-01-02 08:00:60", "2018-01-02T08:00:61Z", "02/01/2018 08:00:60", "2/1/2018 8:00:60 CH"]
)
def test_a_minute_has_no_sixtieth_second(cell):
    assert errors(parse_dossier(received_at=cell)) == [("bad_date", 2, "received_at")]
