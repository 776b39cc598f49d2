"""What a unit scores: the six formulas, what is missing, what does not apply, and how points move."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.make import EVERY_ROW, criterion, facts, indicator, one, rulebook, table
from tracker.core.formulas import read_formula
from tracker.core.measures import COUNTED, Facts
from tracker.core.ranking import rank_units
from tracker.core.rulebook import Rulebook, parse_rulebook
from tracker.core.scoring import score_unit
from tracker.core.terms import Score, Status

RATIO = 'kind = "ratio", numerator = ["n"], denominator = ["d"]'


def share(formula: str, **figures: object) -> Fraction | None:
    """The share of its points the formula gives."""
    reading = read_formula(one(formula, reported=figures).indicator("i").formula, facts(**figures).measures)
    return None if reading is None else reading.share


def test_a_ratio_earns_in_proportion_up_to_its_target() -> None:
    to_ninety = RATIO + ", target = 0.9"
    assert [share(to_ninety, n=n, d=100) for n in (0, 45, 81, 90, 91, 120)] == [0, *map(Fraction, ("1/2", "9/10")), 1, 1, 1]


def test_a_ratio_below_its_floor_earns_nothing_and_at_it_something() -> None:
    assert [share(RATIO + ", floor = 0.5", n=n, d=100) for n in ("49.99", 50)] == [0, Fraction(1, 2)]


def test_only_above_a_strict_target_are_the_points_full_and_nearer_never_earns_less() -> None:
    strict = one(RATIO + ", target = 0.9, strict = true", 10, reported=["n", "d"])

    def points(n: object, d: object) -> Fraction:
        return score_unit(strict, facts("A", n=n, d=d)).line("i").points

    # 45 of 50 is exactly 90 %: one hundredth, the last digit printed, is kept back; so it is just below.
    assert points(44, 50) == Fraction(440, 45)
    assert [points(45, 50), points("0.9", 1), points("0.899999", 1)] == [Fraction(999, 100)] * 3
    assert [points(46, 50), points("0.900001", 1)] == [10, 10]
    assert points(17, 20) < points(9, 10)


def test_terms_can_be_taken_away_and_the_share_stays_between_nothing_and_everything() -> None:
    left = 'kind = "ratio", numerator = ["a", "-b"], denominator = ["a"]'
    assert [share(left, a=10, b=b) for b in (0, 4, 10, 12)] == [1, Fraction(3, 5), 0, 0]


def test_a_denominator_of_zero_is_nothing_to_count() -> None:
    assert share(RATIO, n=0, d=0) is None


def test_an_edge_belongs_to_the_better_band_and_below_the_last_there_is_nothing() -> None:
    bands = 'kind = "bands", numerator = ["n"], bands = [{at_least = 0.95, share = 1}, {at_least = 0.9, share = 0.8}]'
    assert [share(bands, n=n) for n in ("1", "0.95", "0.9499", "0.9", "0.8999")] == [
        *(1, 1, Fraction(4, 5), Fraction(4, 5), 0),
    ]


def test_bands_can_be_of_a_ratio() -> None:
    bands = 'kind = "bands", numerator = ["n"], denominator = ["d"], bands = [{at_least = 0.5, share = 1}]'
    assert [share(bands, n=n, d=4) for n in (1, 2)] == [0, 1]


def test_each_incident_costs_its_part_and_the_points_never_go_below_zero() -> None:
    penalty = 'kind = "penalty", incidents = ["n", "m"], per = 0.25'
    assert [share(penalty, n=n, m=1) for n in (-1, 0, 1, 3, 9)] == [1, Fraction(3, 4), Fraction(1, 2), 0, 0]


def test_each_item_earns_its_part_up_to_everything() -> None:
    count = 'kind = "count", items = ["n"], per = 0.2'
    assert [share(count, n=n) for n in (-1, 0, 3, 5, 8)] == [0, 0, Fraction(3, 5), 1, 1]


def test_one_failed_part_costs_everything() -> None:
    parts = 'kind = "all_of", parts = [{measure = "a", at_least = 1}, {measure = "b", at_most = 0}]'
    assert [share(parts, a=a, b=b) for a, b in ((1, 0), (0, 0), (1, 1), (5, -1))] == [1, 0, 0, 1]


def test_a_line_runs_from_nothing_to_everything_in_either_direction() -> None:
    fewer_is_better = 'kind = "linear", measure = "n", lo = 5, hi = 0'
    assert [share(fewer_is_better, n=n) for n in (6, 5, 4, 0, -1)] == [0, 0, Fraction(1, 5), 1, 1]
    more_is_better = 'kind = "linear", numerator = ["n"], denominator = ["d"], lo = 0.5, hi = 1'
    assert [share(more_is_better, n=n, d=4) for n in (1, 2, 3, 4)] == [0, 0, Fraction(1, 2), 1]


def lines(score: Score) -> dict[str, tuple[str, Fraction, Fraction]]:
    return {line.code: (line.status.value, line.points, line.out_of) for part in score.criteria for line in part.lines}


def ratio(code: str, points: int, more: str = "") -> str:
    """An indicator earning in proportion of reported `n_code` to reported `d_code`."""
    name = code.replace(".", "_")
    formula = f'kind = "ratio", numerator = ["n_{name}"], denominator = ["d_{name}"]'
    return indicator(code, points, formula, more)


def names(*codes: str) -> list[str]:
    return [f"{letter}_{code.replace('.', '_')}" for code in codes for letter in "nd"]


TWO = rulebook(
    criterion("p", 60, ratio("p.a", 30), ratio("p.b", 20), ratio("p.c", 10)),
    criterion("q", 40, ratio("q.a", 40)),
    reported=names("p.a", "p.b", "p.c", "q.a"),
)


def test_points_of_a_line_with_nothing_to_count_go_to_its_scored_siblings_in_proportion() -> None:
    score = score_unit(TWO, facts(n_p_a=1, d_p_a=2, n_p_b=1, d_p_b=1, n_p_c=0, d_p_c=0, n_q_a=1, d_q_a=1))
    assert lines(score) == {
        "p.a": ("scored", 18, 36),
        "p.b": ("scored", 24, 24),
        "p.c": ("redistributed", 0, 0),
        "q.a": ("scored", 40, 40),
    }
    assert (score.score, score.complete, score.criterion("p").out_of, score.criterion("p").max) == (82, True, 60, 60)


def test_a_pending_line_keeps_its_points_earns_none_and_leaves_the_score_incomplete() -> None:
    score = score_unit(TWO, facts(n_p_a=1, d_p_a=1, n_p_b=None, d_p_b=1, n_p_c=0, d_p_c=0, n_q_a=1, d_q_a=1))
    assert lines(score)["p.b"] == ("pending", 0, 20)
    assert lines(score)["p.a"] == ("scored", 40, 40)
    assert (score.score, score.complete, score.criterion("p").status) == (80, False, Status.PENDING)
    pending = score.line("p.b")
    assert (pending.numerator, pending.denominator, pending.value) == (None, None, None)


def test_where_no_sibling_is_scored_a_pending_one_takes_the_points() -> None:
    score = score_unit(TWO, facts(n_p_a=0, d_p_a=0, n_p_b=None, d_p_b=1, n_p_c=0, d_p_c=0, n_q_a=1, d_q_a=1))
    assert lines(score)["p.b"] == ("pending", 0, 60)
    assert score.score == 40


THREE = rulebook(
    criterion("p", 40, ratio("p.a", 30), ratio("p.b", 10)),
    criterion("q", 40, ratio("q.a", 30), ratio("q.b", 10)),
    criterion("r", 20, ratio("r.a", 20)),
    reported=names("p.a", "p.b", "q.a", "q.b", "r.a"),
)
NONE_IN_P = {"n_p_a": 0, "d_p_a": 0, "n_p_b": 0, "d_p_b": 0}


def test_a_criterion_with_nothing_to_count_gives_its_points_to_the_others_in_proportion() -> None:
    score = score_unit(THREE, facts(**NONE_IN_P, n_q_a=1, d_q_a=1, n_q_b=1, d_q_b=2, n_r_a=1, d_r_a=4))
    # 40 points to q (40 of 60) and r (20 of 60): q has 66 2/3, r 33 1/3; within q three to one
    assert lines(score)["q.a"] == ("scored", 50, 50)
    assert lines(score)["q.b"] == ("scored", Fraction(25, 3), Fraction(50, 3))
    assert lines(score)["r.a"] == ("scored", Fraction(25, 3), Fraction(100, 3))
    assert score.criterion("p").status is Status.REDISTRIBUTED
    assert score.score == Fraction("66.67")


def test_a_criterion_that_waits_takes_over_points_only_if_no_other_is_scored() -> None:
    score = score_unit(THREE, facts(**NONE_IN_P, n_q_a=1, d_q_a=1, n_q_b=1, d_q_b=2, n_r_a=None, d_r_a=None))
    assert lines(score)["r.a"] == ("pending", 0, 20)
    assert score.criterion("q").out_of == 80


def test_full_or_zero_points_are_given_where_the_rulebook_says_so() -> None:
    book = rulebook(
        criterion("c", 100, ratio("a", 60, 'if_not_applicable = "full"'), ratio("b", 40, 'if_not_applicable = "zero"')),
        reported=names("a", "b"),
    )
    score = score_unit(book, facts(n_a=0, d_a=0, n_b=0, d_b=0))
    assert lines(score) == {"a": ("not_applicable", 60, 60), "b": ("not_applicable", 0, 40)}
    assert (score.score, score.ranked, score.line("a").denominator, score.line("a").value) == (60, True, 0, None)


def test_a_missing_report_can_cost_its_points_at_once() -> None:
    book = one(RATIO, more='if_missing = "zero"', reported=["n", "d"])
    score = score_unit(book, facts(n=None, d=4))
    assert lines(score) == {"i": ("scored", 0, 100)}
    assert (score.complete, score.ranked) == (True, True)


def test_a_unit_without_a_row_of_the_case_file_needed_is_missing_not_clean() -> None:
    book = one('kind = "penalty", incidents = ["complaints_upheld"], per = 0.5', more='needs = "feedback"')
    without = score_unit(book, facts(rows={**EVERY_ROW, "feedback": 0}))
    assert (lines(without)["i"][0], without.complete) == ("pending", False)
    assert lines(score_unit(book, facts()))["i"] == ("scored", 100, 100)


def test_a_missing_case_file_is_asked_for_before_anything_is_said_not_to_apply() -> None:
    book = one('kind = "ratio", numerator = ["posted"], denominator = ["procedures"]', more='needs = "postings"')
    assert lines(score_unit(book, facts(rows={"dossiers": 3})))["i"][0] == "pending"
    assert lines(score_unit(book, facts()))["i"][0] == "redistributed"


def test_a_unit_that_sent_nothing_has_nothing_scored() -> None:
    clean = 'kind = "penalty", incidents = ["complaints_upheld"], per = 0.5'
    score = score_unit(one(clean), facts(rows=dict.fromkeys(EVERY_ROW, 0)))
    assert (lines(score)["i"][0], score.ranked, score.score) == ("redistributed", False, 0)
    wanting = score_unit(one(clean, more='needs = "feedback"\nif_missing = "zero"'), facts(rows={}))
    assert (lines(wanting)["i"][0], wanting.ranked, wanting.complete) == ("pending", False, False)


def test_where_nothing_applies_there_is_no_score() -> None:
    score = score_unit(one(RATIO, reported=["n", "d"]), facts(n=0, d=0))
    assert (score.ranked, score.score, score.criterion("c").out_of) == (False, 0, 0)


def extras(*rules: str) -> Rulebook:
    return rulebook(
        criterion("c", 10, indicator("i", 10, 'kind = "count", items = ["received"], per = 0.1')), *rules, total=10
    )


def test_a_bonus_and_a_deduction_stop_at_their_caps() -> None:
    book = extras(
        table("extra", "plus", 'measure = "posted"\nper = 0.5\ncap = 2'),
        table("extra", "minus", 'measure = "done_late"\nper = -1\ncap = 3'),
    )
    score = score_unit(book, facts(received=8, posted=9, done_late=7))
    assert (score.extras, score.score) == ({"plus": 2, "minus": -3}, 7)
    assert score_unit(book, facts(received=8, posted=1)).score == Fraction("8.5")


def test_a_bonus_can_lift_a_score_above_the_total_and_a_deduction_not_below_zero() -> None:
    book = extras(
        table("extra", "plus", 'measure = "posted"\nper = 1'), table("extra", "minus", 'measure = "done_late"\nper = -5')
    )
    assert score_unit(book, facts(received=10, posted=3)).score == 13
    assert score_unit(book, facts(received=1, done_late=2)).score == 0


def test_a_bonus_never_reported_is_no_bonus() -> None:
    book = rulebook(
        criterion("c", 10, indicator("i", 10, 'kind = "count", items = ["received"], per = 0.1')),
        table("extra", "plus", 'measure = "ideas"\nper = 1'),
        total=10,
        reported=["ideas"],
    )
    score = score_unit(book, facts(received=5, ideas=None))
    assert (score.score, score.extras, score.complete) == (5, {"plus": 0}, True)


def test_a_gate_is_hit_from_its_limit_on_and_never_by_a_missing_figure() -> None:
    book = one(RATIO, reported=["n", "d", "bad"], after=table("gate", "g", 'measure = "bad"\nat_least = 2'))
    hit = [score_unit(book, facts(n=1, d=1, bad=bad)).gates for bad in (None, 1, 2)]
    assert hit == [(), (), ("g",)]


def test_a_criterion_below_its_written_minimum_is_named() -> None:
    book = rulebook(criterion("c", 100, ratio("a", 100), more="minimum = 50"), reported=names("a"))
    floors = [score_unit(book, facts(n_a=n, d_a=100)).floors for n in ("49.99", "49.995", 50)]
    assert floors == [("c",), (), ()]  # 49.995 is printed 50.00


def test_the_volume_is_all_a_unit_had_to_do() -> None:
    assert score_unit(one(RATIO, reported=["n", "d"]), facts(n=1, d=1, received=7, carried=5)).volume == 12


def test_any_table_of_weighted_measures_can_be_scored_and_ranked_from_reported_values_alone() -> None:
    # Three colleges marked 0-10 for teaching (weight 50), research (30) and service (20)
    weights = {"teaching": 50, "research": 30, "service": 20}
    book = rulebook(
        *(
            criterion(
                f"c_{name}", weight, indicator(f"i_{name}", weight, f'kind = "linear", measure = "{name}", lo = 0, hi = 10')
            )
            for name, weight in weights.items()
        ),
        reported=weights,
    )
    rows = {"reported": 3}
    colleges = [
        facts("east", rows=rows, teaching=8, research="6.5", service=9),  # 40 + 19.5 + 18
        facts("north", rows=rows, teaching=9, research=5, service="8.75"),  # 45 + 15 + 17.5
        facts("west", rows=rows, teaching="7.1", research=10, service=6),  # 35.5 + 30 + 12
    ]
    standing = rank_units(book, [score_unit(book, college) for college in colleges])["k"]
    assert [(place.score.unit, place.rank, place.score.score) for place in standing.places] == [
        *(("east", 1, Fraction("77.5")), ("north", 1, Fraction("77.5")), ("west", 1, Fraction("77.5"))),
    ]


# ---------------------------------------------------------------- Properties

STATES = st.sampled_from(["scored", "nothing", "missing"])
POLICIES = st.sampled_from(["redistribute", "full", "zero"])


@st.composite
def scored(draw: st.DrawFn) -> tuple[Rulebook, Facts]:
    """A rulebook of one to three criteria and a unit of which some figures are missing or have nothing to count."""
    parts, figures, total = [], {}, 0
    for place in range(draw(st.integers(1, 3))):
        codes = [f"c{place}.i{number}" for number in range(draw(st.integers(1, 4)))]
        points = [draw(st.integers(0, 9)) for _ in codes]
        rules = [f'if_not_applicable = "{draw(POLICIES)}"' for _ in codes]
        parts.append(criterion(f"c{place}", sum(points), *map(ratio, codes, points, rules)))
        total += sum(points)
        for code in codes:
            n, d = names(code)
            state = draw(STATES)
            figures[d] = 0 if state == "nothing" else draw(st.integers(1, 30))
            figures[n] = None if state == "missing" else draw(st.integers(0, 40))
    extra = (
        criterion("pad", 1, indicator("pad.i", 1, 'kind = "penalty", incidents = ["complaints"], per = 1'))
        if not total
        else ""
    )
    book = rulebook(*parts, extra, total=total or 1, reported=figures)
    return book, facts(**figures)


@settings(max_examples=120, deadline=None)
@given(scored())
def test_all_points_stay_in_play_while_any_line_can_take_them(case: tuple[Rulebook, Facts]) -> None:
    book, unit = case
    score = score_unit(book, unit)
    every = [line for part in score.criteria for line in part.lines]
    if any(line.status in (Status.SCORED, Status.PENDING) and line.max for line in every):
        assert sum(line.out_of for line in every) == book.total


@settings(max_examples=120, deadline=None)
@given(scored())
def test_points_and_points_lost_make_up_what_was_in_play(case: tuple[Rulebook, Facts]) -> None:
    score = score_unit(*case)
    every = [line for part in score.criteria for line in part.lines]
    assert all(0 <= line.points <= line.out_of for line in every)
    assert score.total == sum(line.out_of - line.lost for line in every)
    assert score.total == sum(part.points for part in score.criteria)


@settings(max_examples=60, deadline=None)
@given(scored())
def test_an_indicator_worth_nothing_changes_nothing(case: tuple[Rulebook, Facts]) -> None:
    book, unit = case
    worthless = one('kind = "count", items = ["received"], per = 1', more='needs = "dossiers"').criterion[0].indicator[0]
    worthless = worthless.model_copy(update={"code": "worthless", "points": Fraction(0)})
    first = book.criterion[0]
    grown = first.model_copy(update={"indicator": (*first.indicator, worthless)})
    bigger = book.model_copy(update={"criterion": (grown, *book.criterion[1:])})
    before = score_unit(book, unit)
    for rows in (EVERY_ROW, {"reported": 1}):
        after = score_unit(bigger, Facts(unit.unit, unit.cluster, unit.measures, rows))
        assert (after.total, after.ranked, after.complete) == (before.total, before.ranked, before.complete)


SHIPPED = Path(__file__).parents[2] / "data/rulebooks/dak-nong-146.toml"
BOOK = parse_rulebook(SHIPPED.read_text("utf-8"), SHIPPED.name)


@st.composite
def province_units(draw: st.DrawFn) -> dict[str, int | None]:
    figures: dict[str, int | None] = {name: draw(st.integers(0, 50)) for name in sorted(BOOK.measures())}
    figures["initiatives"] = draw(st.none() | st.integers(0, 9))
    return figures


def of(figures: dict[str, int | None], unit: str = "A") -> Facts:
    return Facts(unit, "k", {**dict.fromkeys(COUNTED, 0), **figures}, EVERY_ROW)


@settings(max_examples=80, deadline=None)
@given(province_units())
def test_one_more_dossier_on_time_never_lowers_the_score(figures: dict[str, int | None]) -> None:
    more = {**figures, "done_on_time": figures["done_on_time"] + 1, "received": figures["received"] + 1}
    # Where nothing was due so far, a first dossier takes the points it had lent to the others back: not compared.
    if any(figures[name] for name in ("done_on_time", "done_late", "pending_in_time", "pending_overdue")):
        assert score_unit(BOOK, of(more)).total >= score_unit(BOOK, of(figures)).total


@settings(max_examples=40, deadline=None)
@given(st.lists(province_units(), min_size=1, max_size=6), st.randoms())
def test_neither_order_nor_company_changes_a_units_score(everyone: list[dict[str, int | None]], shuffle) -> None:
    units = [of(figures, f"U{number}") for number, figures in enumerate(everyone)]
    standing = rank_units(BOOK, [score_unit(BOOK, unit) for unit in units])
    shuffled = list(units)
    shuffle.shuffle(shuffled)
    assert rank_units(BOOK, [score_unit(BOOK, unit) for unit in shuffled]) == standing
    alone = rank_units(BOOK, [score_unit(BOOK, units[0])])["k"].places[0]
    together = next(place for place in standing["k"].places if place.score.unit == "U0")
    assert alone.score == together.score


@settings(max_examples=40, deadline=None)
@given(st.lists(province_units(), min_size=2, max_size=6))
def test_equal_figures_have_equal_ranks(everyone: list[dict[str, int | None]]) -> None:
    units = [of(figures, f"U{number}") for number, figures in enumerate([*everyone, everyone[0]])]
    ranks = {
        place.score.unit: place.rank for place in rank_units(BOOK, [score_unit(BOOK, unit) for unit in units])["k"].places
    }
    assert ranks["U0"] == ranks[f"U{len(everyone)}"]


@pytest.mark.parametrize(("x", "printed"), [("15", "15"), ("90.00", "90"), ("89.995", "90"), ("89.9949", "89.99")])
def test_the_score_is_rounded_once_and_half_up(x: str, printed: str) -> None:
    score = score_unit(one('kind = "linear", measure = "x", lo = 0, hi = 100', reported=["x"]), facts(x=x))
    assert score.score == Fraction(printed)
    assert score.total == Fraction(x)
