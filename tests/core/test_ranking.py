"""Ranks, ties, tie-breaks and grades within a cluster."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable

import pytest

from core.make import SHARED, criterion, facts, indicator, one, oracle, rulebook, table, tie_break
from tracker.core.measures import Facts
from tracker.core.ranking import rank_units
from tracker.core.rulebook import Rulebook
from tracker.core.scoring import score_unit
from tracker.core.terms import Placed

HIGH = 'kind = "linear", measure = "x", lo = 0, hi = 100'
LOW = 'kind = "linear", measure = "x", lo = 100, hi = 0'


def placed(book: Rulebook, units: Iterable[Facts]) -> dict[str, Placed]:
    standings = rank_units(book, [score_unit(book, unit) for unit in units])
    return {place.score.unit: place for standing in standings.values() for place in standing.places}


def ranks(book: Rulebook, units: Iterable[Facts]) -> dict[str, int | None]:
    return {unit: place.rank for unit, place in placed(book, units).items()}


@pytest.mark.parametrize("index", range(4))
def test_equal_scores_share_a_rank_and_the_next_is_skipped(index: int) -> None:
    case = oracle("oracles/ranking/strategies.json")["cases"][index]
    book = one(HIGH if case["order"] == "descending" else LOW, reported=["x"])
    got = ranks(book, [facts(str(unit), x=score) for unit, score in enumerate(case["scores"])])
    assert [got[str(unit)] for unit in range(len(got))] == case["min_competition_1224"]


def test_an_unscored_unit_has_no_rank_and_stands_last() -> None:
    book = one(HIGH, reported=["x"])
    units = [facts("A", x=None), facts("B", x=0), facts("C", x=90)]
    standing = rank_units(book, [score_unit(book, unit) for unit in units])["k"]
    assert [(place.score.unit, place.rank) for place in standing.places] == [("C", 1), ("B", 2), ("A", None)]
    assert standing.ranked_count == 2


def medals() -> list[dict[str, str]]:
    path = SHARED / "data/medals/tokyo2020.csv"
    if not path.exists():
        pytest.skip("the medal table is not beside the project")
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


MEDALS = 'kind = "count", items = ["gold", "silver", "bronze"], per = 0.005'
GOLD = 'kind = "count", items = ["gold"], per = 0.005'


@pytest.mark.parametrize(
    ("formula", "breaks", "column"), [(GOLD, ["silver", "bronze"], "Rank"), (MEDALS, [], "Rank by Total")]
)
def test_the_medal_table_of_tokyo_comes_out_as_published(formula: str, breaks: list[str], column: str) -> None:
    after = "".join(tie_break(by) for by in breaks)
    book = one(formula, 200, reported=["gold", "silver", "bronze"], after=after)
    table = medals()
    units = [facts(row["TeamCountry"], gold=row["Gold"], silver=row["Silver"], bronze=row["Bronze"]) for row in table]
    assert ranks(book, units) == {row["TeamCountry"]: int(row[column]) for row in table}


def test_units_of_equal_key_stand_by_code_and_say_that_they_are_tied() -> None:
    book = one(HIGH, reported=["x"])
    units = [facts("C", x=7), facts("A", x=7), facts("B", x=9)]
    standing = rank_units(book, [score_unit(book, unit) for unit in units])["k"]
    assert [(place.score.unit, place.rank, place.tied) for place in standing.places] == [
        *(("B", 1, False), ("A", 2, True), ("C", 2, True)),
    ]


def test_a_tie_break_parts_equal_scores_and_is_named() -> None:
    book = one(HIGH, reported=["x"], after=tie_break("done_late", "low") + tie_break("received"))
    got = placed(book, [facts("A", x=50, done_late=3), facts("B", x=50, done_late=1), facts("C", x=60, done_late=9)])
    assert {unit: (place.rank, place.tied, place.decided_by) for unit, place in got.items()} == {
        "C": (1, False, None),
        "B": (2, False, None),
        "A": (3, False, 0),
    }


def test_the_second_tie_break_decides_where_the_first_does_not() -> None:
    book = one(HIGH, reported=["x"], after=tie_break("done_late", "low") + tie_break("received"))
    got = placed(book, [facts("A", x=50, received=10), facts("B", x=50, received=11)])
    assert [(got[unit].rank, got[unit].decided_by) for unit in "BA"] == [(1, None), (2, 1)]


@pytest.mark.parametrize("order", ["high", "low"])
def test_a_missing_tie_break_figure_is_the_worst_whichever_way_it_counts(order: str) -> None:
    book = one(HIGH, reported=["x", "y"], after=tie_break("y", order))
    assert ranks(book, [facts("A", x=50, y=None), facts("B", x=50, y=0), facts("C", x=50, y=-4)])["A"] == 3


def test_scores_equal_as_printed_are_equal() -> None:
    book = one('kind = "ratio", numerator = ["x"], denominator = ["y"]', reported=["x", "y"])
    # 66.666... and 66.6668 are both 66.67
    assert ranks(book, [facts("A", x=2, y=3), facts("B", x="0.666668", y=1)]) == {"A": 1, "B": 1}


def test_a_tie_break_is_rounded_like_the_score() -> None:
    book = one(HIGH, reported=["x", "y"], after=tie_break("y"))
    assert ranks(book, [facts("A", x=50, y="1.001"), facts("B", x=50, y="1.0")]) == {"A": 1, "B": 1}


@pytest.mark.parametrize("by", ["p", "p.i"])
def test_a_criterion_or_indicator_breaks_ties_by_its_points(by: str) -> None:
    halves = [criterion(code, 50, indicator(f"{code}.i", 50, HIGH.replace("x", f"m{code}"))) for code in "pq"]
    book = rulebook(*halves, tie_break(by), reported=["mp", "mq"])
    assert ranks(book, [facts("A", mp=20, mq=60), facts("B", mp=60, mq=20)]) == {"B": 1, "A": 2}


def test_clusters_are_ranked_apart() -> None:
    book = one(HIGH, reported=["x"])
    assert ranks(book, [facts("A", "k", x=1), facts("B", "l", x=2), facts("C", "k", x=3)]) == {"A": 2, "B": 1, "C": 1}


def test_the_order_in_which_units_come_changes_nothing() -> None:
    book = one(HIGH, reported=["x"], after=tie_break("received"))
    units = [facts(f"U{number}", x=number % 4, received=number % 3) for number in range(30)]
    expected = rank_units(book, [score_unit(book, unit) for unit in units])
    shuffled = random.Random(1).sample(units, len(units))
    assert rank_units(book, [score_unit(book, unit) for unit in shuffled]) == expected


GRADES = table("grade", "top", "at_least = 90\nmax_share = 0.25") + table("grade", "mid", "at_least = 50")


def grades(book: Rulebook, units: Iterable[Facts]) -> dict[str, tuple[str | None, bool]]:
    return {unit: (place.grade, place.grade_tied) for unit, place in placed(book, units).items()}


def test_a_grade_begins_at_its_limit() -> None:
    book = one(HIGH, reported=["x"], after=table("grade", "top", "at_least = 90") + table("grade", "mid", "at_least = 50"))
    units = [facts("A", x=90), facts("B", x="89.995"), facts("C", x="89.99"), facts("D", x=50), facts("E", x="49.99")]
    # 89.995 is printed 90.00, and what is printed is what counts
    assert [grade for grade, _ in grades(book, units).values()] == ["top", "top", "mid", "mid", None]


def test_units_beyond_a_grades_share_fall_to_the_next_grade() -> None:
    book = one(HIGH, reported=["x"], after=GRADES)
    units = [facts(unit, x=x) for unit, x in zip("ABCDEFGH", (99, 98, 97, 96, 60, 60, 60, 60), strict=True)]
    got = grades(book, units)
    assert [unit for unit, (grade, _) in got.items() if grade == "top"] == ["A", "B"]
    assert got["C"] == ("mid", False)


def test_a_tied_group_across_a_grades_edge_falls_whole_and_is_left_to_the_committee() -> None:
    book = one(HIGH, reported=["x"], after=GRADES)
    units = [facts(unit, x=x) for unit, x in zip("ABCDEFGH", (99, 98, 98, 97, 60, 60, 60, 60), strict=True)]
    got = grades(book, units)
    assert [got[unit] for unit in "ABCD"] == [("top", False), ("mid", True), ("mid", True), ("mid", False)]


def test_tied_leaders_left_to_the_committee_never_fall_below_the_next_grade() -> None:
    grading = "at_least = {}\nmax_share = 0.5"
    after = (
        table("grade", "ex", grading.format(50))
        + table("grade", "good", grading.format(30))
        + table("grade", "ok", "at_least = 0")
    )
    units = [facts("A", x=100), facts("B", x=100), facts("C", x=40)]
    # One place in "ex" for two, one in "good": whoever is not chosen takes the place in "good", so C finds none.
    assert grades(one(HIGH, reported=["x"], after=after), units) == {
        "A": ("good", True),
        "B": ("good", True),
        "C": ("ok", False),
    }


def test_a_gate_keeps_a_unit_from_better_grades_and_leaves_the_place_to_another() -> None:
    gate = table("gate", "g", 'measure = "complaints_upheld"\nat_least = 1\nbest_grade = "mid"')
    book = one(HIGH, reported=["x"], after=GRADES + gate)
    got = grades(book, [facts("A", x=99, complaints_upheld=1), facts("B", x=95), facts("C", x=60), facts("D", x=60)])
    assert (got["A"][0], got["B"][0]) == ("mid", "top")


def test_an_unranked_unit_has_no_grade() -> None:
    book = one(HIGH, reported=["x"], after=table("grade", "low", "at_least = 0"))
    assert grades(book, [facts("A", x=None), facts("B", x=0)]) == {"B": ("low", False), "A": (None, False)}
