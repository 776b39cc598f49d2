"""Numbers and dates as each language writes them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from tracker.text import day, moment, number, percent


def test_vietnamese_groups_thousands_with_dots_and_writes_a_decimal_comma():
    assert number("vi", Fraction(123456, 100)) == "1.234,56"
    assert number("vi", 1234567) == "1.234.567"


def test_english_groups_thousands_with_commas_and_writes_a_decimal_point():
    assert number("en", Fraction(123456, 100)) == "1,234.56"
    assert number("en", Decimal("0.5")) == "0.5"


def test_a_negative_number_keeps_its_sign_also_below_one():
    assert number("vi", Fraction(-1, 20), 2) == "-0,05"
    assert number("en", -1234) == "-1,234"


def test_given_places_are_all_shown_and_halves_are_rounded_up():
    assert number("vi", Fraction(29), 2) == "29,00"
    assert number("vi", Fraction(2675, 1000), 2) == "2,68"
    assert number("vi", Fraction(1, 2), 0) == "1"
    assert number("vi", Fraction(-5, 1000), 2) == "-0,01"


def test_without_places_a_number_has_as_many_as_it_needs_and_six_at_most():
    assert number("en", Fraction(1, 8)) == "0.125"
    assert number("en", Fraction(2, 3)) == "0.666667"
    assert number("en", Decimal("10.00")) == "10"


def test_a_number_too_long_for_a_float_keeps_every_digit():
    assert number("en", 12345678901234567890) == "12,345,678,901,234,567,890"


def test_a_share_is_written_as_a_percentage():
    assert percent("vi", Fraction(955, 1000)) == "95,5%"
    assert percent("en", Fraction(1, 3)) == "33.33%"
    assert percent("vi", Fraction(1)) == "100%"
    assert percent("vi", Fraction(1, 3), 1) == "33,3%"


def test_dates_are_written_day_first():
    assert day("vi", date(2018, 9, 3)) == "03/09/2018"
    assert day("en", date(2018, 9, 3)) == "3 Sep 2018"


def test_times_show_seconds_only_where_there_are_any():
    assert moment("vi", datetime.fromisoformat("2018-09-03 08:05")) == "03/09/2018 08:05"
    assert moment("en", datetime.fromisoformat("2018-09-03 17:00:30")) == "3 Sep 2018, 17:00:30"
