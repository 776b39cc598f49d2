"""Long dates, counts and sums in words as official papers write them."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.text.official import in_words, long_day, two_figures


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 1, 5), "ngày 05 tháng 01 năm 2026"),
        (date(2026, 2, 28), "ngày 28 tháng 02 năm 2026"),
        (date(2026, 3, 9), "ngày 09 tháng 3 năm 2026"),
        (date(2026, 12, 31), "ngày 31 tháng 12 năm 2026"),
    ],
)
def test_days_below_ten_and_the_first_two_months_get_a_nought(day, said):
    assert long_day(day) == said


def test_counts_below_ten_get_a_nought_and_thousands_a_point():
    assert [two_figures(count) for count in (0, 7, 10, 99, 1250)] == ["00", "07", "10", "99", "1.250"]


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "không"),
        (5, "năm"),
        (10, "mười"),
        (11, "mười một"),
        (15, "mười lăm"),
        (20, "hai mươi"),
        (21, "hai mươi mốt"),
        (24, "hai mươi bốn"),
        (55, "năm mươi lăm"),
        (100, "một trăm"),
        (105, "một trăm lẻ năm"),
        (110, "một trăm mười"),
        (1_000, "một nghìn"),
        (1_005, "một nghìn không trăm lẻ năm"),
        (1_050, "một nghìn không trăm năm mươi"),
        (2_680_000, "hai triệu sáu trăm tám mươi nghìn"),
        (1_005_021, "một triệu không trăm lẻ năm nghìn không trăm hai mươi mốt"),
        (30_000_000, "ba mươi triệu"),
        (1_000_000_001, "một tỷ không trăm lẻ một"),
        (12_345_000_000, "mười hai tỷ ba trăm bốn mươi lăm triệu"),
    ],
)
def test_a_sum_is_read_as_a_cashier_reads_it(count, said):
    assert in_words(count) == said
