"""Rules of official Vietnamese schemes, written as rulebooks, give the published figures."""

from __future__ import annotations

from core.make import criterion, facts, indicator, one, oracle, rulebook, table
from tracker.core.ranking import rank_units
from tracker.core.rounding import fixed_text
from tracker.core.scoring import score_unit
from tracker.core.terms import Status

ON_TIME = (
    'kind = "ratio", numerator = ["done_on_time", "pending_in_time"], '
    'denominator = ["done_on_time", "done_late", "pending_in_time", "pending_overdue"]'
)


def test_on_time_points_count_what_is_pending_within_its_time() -> None:
    case = oracle("oracles/vn_rules/cases.json")["qd766_on_time"]
    unit = facts(
        done_on_time=case["early"] + case["exact"],
        done_late=case["late"],
        pending_in_time=case["pending_ok"] + case["parked_after_one_supplement"],
        pending_overdue=case["pending_late"],
    )
    line = score_unit(one(ON_TIME, 20), unit).line("i")
    assert line.denominator == case["received"]
    assert fixed_text(100 * line.value, 2) == case["ratio_percent"]
    assert fixed_text(line.points, 2) == case["points_of_20"]


def test_dossiers_asked_twice_for_supplements_are_overdue_and_a_floor_can_cost_every_point() -> None:
    case = oracle("oracles/vn_rules/cases.json")["qd766_on_time"]
    expected = case["if_3_parked_asked_twice"]
    # 22 pending in time and 5 of the 8 parked; 4 pending late and 3 parked
    unit = facts(done_on_time=160, done_late=6, pending_in_time=27, pending_overdue=7)
    line = score_unit(one(ON_TIME, 20), unit).line("i")
    assert fixed_text(100 * line.value, 2) == expected["ratio_percent"]
    assert fixed_text(line.points, 2) == expected["points_of_20"]
    assert fixed_text(score_unit(one(ON_TIME + ", floor = 0.95", 20), unit).score, 2) == expected["with_cliff_0.95"]


def test_each_indicator_says_what_no_cases_are_worth() -> None:
    cases = oracle("oracles/vn_rules/cases.json")["qd766_no_data"]
    petitions = 'kind = "ratio", numerator = ["petitions_in_time"], denominator = ["petitions"]'
    content = (
        'kind = "ratio", numerator = ["petitions", "-petitions_dissatisfied", "-petitions_repeated", "-petitions_overdue"], '
        'denominator = ["petitions"]'
    )
    receiving = 'kind = "ratio", numerator = ["satisfied"], denominator = ["surveyed"], target = 0.90'
    formulas = {
        "PETITION_PROCESSING_ON_TIME": (petitions, "full"),
        "PETITION_HANDLING_SATISFACTION": (content, "full"),
        "DOSSIER_RECEIVING_SATISFACTION": (receiving, "zero"),
    }
    lines = [indicator(code, 6, formula, f'if_not_applicable = "{policy}"') for code, (formula, policy) in formulas.items()]
    score = score_unit(rulebook(criterion("c", 18, *lines), total=18), facts())
    for code, case in cases.items():
        line = score.line(code)
        assert (line.denominator, line.status) == (case["denominator"], Status.NOT_APPLICABLE)
        assert fixed_text(line.points, 2) == case["points_of_6"]


def test_a_ratio_is_measured_against_its_target() -> None:
    case = oracle("oracles/vn_rules/cases.json")["qd766_capped"]
    book = one('kind = "ratio", numerator = ["r"], denominator = ["n"], target = 0.90', 6, reported=["r", "n"])
    assert fixed_text(score_unit(book, facts(r=case["r"], n=1)).score, 2) == case["points"]


def test_online_payment_is_three_ratios_each_with_its_own_cap() -> None:
    case = oracle("oracles/vn_rules/cases.json")["qd766_payment"]
    # 6A + min(2, 2.5B) + 2.5C of 10: B and C earn their 2 points at 2 / 2.5 = 0.8
    parts = [("A", 6, "1"), ("B", 2, "0.8"), ("C", 2, "0.8")]
    lines = [
        indicator(f"i{name}", points, f'kind = "ratio", numerator = ["{name}"], denominator = ["one"], target = {target}')
        for name, points, target in parts
    ]
    book = rulebook(criterion("c", 10, *lines), total=10, reported=["A", "B", "C", "one"])
    score = score_unit(book, facts(one=1, **{name: case[name] for name in "ABC"}))
    assert fixed_text(score.score, 2) == case["points_of_10"]


def test_a_grade_of_eighteen_points_begins_exactly_at_its_limit() -> None:
    edges = oracle("oracles/vn_rules/cases.json")["nd61_grades"]["edges"]
    names = {"Xuất sắc": 15, "Tốt": 12, "Khá": 9, "Trung bình": 6, "Yếu": 0}
    after = "".join(
        table("grade", f"g{limit}", f"at_least = {limit}").replace('vi = "v"', f'vi = "{name}"')
        for name, limit in names.items()
    )
    book = one('kind = "linear", measure = "x", lo = 0, hi = 18', 18, reported=["x"], after=after)
    titles = {grade.code: grade.title["vi"] for grade in book.grade}
    standing = rank_units(book, [score_unit(book, facts(points, x=points)) for points in edges])["k"]
    assert {place.score.unit: titles[place.grade] for place in standing.places} == edges
