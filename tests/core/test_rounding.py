"""Figures are rounded half up in decimal, once, the way a clerk does it on paper."""

from fractions import Fraction

import pytest

from core.make import facts, one, oracle
from tracker.core.rounding import exact_sum, fixed_text, plain_text, round_half_up
from tracker.core.scoring import score_unit


@pytest.mark.parametrize("places", [0, 2])
def test_a_half_is_rounded_away_from_zero(places: int) -> None:
    for value, expected in oracle("oracles/rounding/half_up.json")[f"half_up_{places}dp"]:
        assert fixed_text(Fraction(value), places) == expected


def test_a_division_is_rounded_from_its_exact_result() -> None:
    for case in oracle("oracles/rounding/half_up.json")["fractions"]:
        exact = Fraction(case["num"]) / Fraction(case["den"])
        assert (fixed_text(exact, 1), fixed_text(exact, 2)) == (case["dp1"], case["dp2"])


@pytest.mark.parametrize("points", [20, 30, 40])
def test_no_ratio_of_up_to_400_cases_is_printed_a_hundredth_off(points: int) -> None:
    book = one('kind = "ratio", numerator = ["x"], denominator = ["n"]', points, reported=["x", "n"])
    cases = oracle("oracles/rounding/ratio_points_traps.json")["cases"]
    for case in (case for case in cases if case["max_points"] == points):
        score = score_unit(book, facts(x=case["x"], n=case["n"]))
        assert fixed_text(score.score, 2) == case["half_up"]


def test_zero_has_no_sign_and_places_are_kept() -> None:
    assert [fixed_text(Fraction(figure), 2) for figure in ("0", "-0.001", "7", "-7.1")] == ["0.00", "0.00", "7.00", "-7.10"]
    assert fixed_text(12, 0) == "12"
    assert round_half_up(Fraction("-2.5"), 0) == -3


def test_a_ratio_is_printed_exactly_where_it_ends_within_six_places() -> None:
    figures = ["0.95", "1", "1/3", "2/3", "0.123456", "0.1234565", "100"]
    assert [plain_text(Fraction(figure)) for figure in figures] == [
        *("0.95", "1", "0.333333", "0.666667", "0.123456", "0.123457", "100"),
    ]


def test_a_sum_of_fractions_is_exact() -> None:
    assert exact_sum([]) == 0
    assert exact_sum([Fraction(1, 3), Fraction(1, 6), Fraction(-1, 2), Fraction(1, 7)]) == Fraction(1, 7)
