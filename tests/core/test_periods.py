"""A campaign's periods follow the calendar: nothing is left out, nothing counts twice, and a copy falls a year later."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest

from tracker.core.periods import Every, Period, divide, find_every, following_years
from tracker.core.shares import parse_share, write_share


@pytest.mark.parametrize(
    ("every", "codes"),
    [
        (Every.YEAR, ["2024", "2025"]),
        (Every.HALF, ["2024-H1", "2024-H2", "2025-H1"]),
        (Every.QUARTER, ["2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4", "2025-Q1"]),
        (Every.MONTH, [*(f"2024-{month:02d}" for month in range(2, 13)), "2025-01"]),
    ],
)
def test_periods_are_those_of_the_calendar_cut_at_both_ends(every, codes):
    begins, ends = date(2024, 2, 15), date(2025, 1, 1)
    periods = divide("c", begins, ends, every)
    assert [period.code for period in periods] == codes
    assert (periods[0].begins, periods[-1].begins, periods[-1].ends) == (begins, date(2025, 1, 1), ends)
    for one, following in pairwise(periods):
        assert following.begins == one.ends + timedelta(days=1)
    assert find_every("c", periods) == every


def test_february_ends_on_its_last_day_in_a_leap_year():
    assert divide("c", date(2024, 1, 1), date(2024, 12, 31), Every.MONTH)[1].ends == date(2024, 2, 29)


def test_one_period_bears_the_campaigns_own_code():
    periods = divide("c", date(2024, 2, 15), date(2025, 1, 1), None)
    assert periods == [Period("c", date(2024, 2, 15), date(2025, 1, 1))]
    assert find_every("c", periods) is None


def test_a_campaign_of_a_year_and_a_day_is_copied_two_years_later():
    assert following_years(date(2025, 1, 1), date(2026, 1, 1)) == (date(2027, 1, 1), date(2028, 1, 1))
    assert following_years(date(2025, 1, 1), date(2025, 12, 31)) == (date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize("share", [Fraction(2, 3), Fraction(1), Fraction(1, 999)])
def test_a_share_reads_as_it_was_written(share):
    assert parse_share(write_share(share)) == share
