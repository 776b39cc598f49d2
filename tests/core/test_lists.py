"""Who is proposed for an award, who met a written trigger, who was ruled out, and why."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.make import EVERY_ROW, criterion, facts, indicator, one, oracle, rulebook, table, tie_break
from tracker.core.lists import propose_lists
from tracker.core.measures import Facts
from tracker.core.ranking import rank_units
from tracker.core.rulebook import Rulebook
from tracker.core.scoring import score_unit
from tracker.core.terms import Lists, Statement

X = 'kind = "linear", measure = "x", lo = 0, hi = 100'


def lists(book: Rulebook, units: Iterable[Facts]) -> Lists:
    by_code = {unit.unit: unit for unit in units}
    return propose_lists(book, rank_units(book, [score_unit(book, unit) for unit in by_code.values()]), by_code)


def winners(book: Rulebook, units: Iterable[Facts]) -> dict[str, str]:
    """Who gets what: "A B?" is A and, for the committee to decide, B."""
    found: dict[str, list[str]] = {}
    for reward in lists(book, units).reward:
        found.setdefault(reward.award, []).append(reward.unit + "?" * reward.tie)
    return {award: " ".join(units) for award, units in found.items()}


def with_awards(*awards: tuple[str, str], more: str = "", reported: Iterable[str] = ("x",)) -> Rulebook:
    after = "".join(table("award", code, rule) for code, rule in awards)
    return one(X, reported=reported, after=after + more)


def units(**scores: object) -> list[Facts]:
    return [facts(unit, x=score) for unit, score in scores.items()]


SOLVED = 'kind = "count", items = ["solved"], per = 0.1'


def contest(case: dict, clusters: bool, *awards: tuple[str, int]) -> tuple[Rulebook, list[Facts]]:
    rules = "".join(table("award", code, f'places = {places}\nboundary_tie = "all"') for code, places in awards)
    gate = "" if clusters else table("gate", "foreign", 'measure = "foreign"\nat_least = 1')
    book = one(SOLVED, 10, reported=["solved", "time", "foreign"], after=rules + gate + tie_break("time", "low"))
    teams = [
        facts(
            team["team"],
            team["group"] if clusters else "k",
            solved=team["solved"],
            time=team["time"],
            foreign=int(team["group"] not in case["eligible_groups"]),
        )
        for team in case["teams"]
    ]
    return book, teams


def test_the_medals_of_a_contest_go_to_eligible_teams_and_a_tie_takes_the_next_medals_places() -> None:
    case = oracle("oracles/awards_small/domjudge_award_case.json")
    book, teams = contest(case, False, ("gold", 2), ("silver", 1), ("bronze", 1))
    expected = case["expected"]
    assert winners(book, teams) == {"gold": " ".join(expected["gold"]), "bronze": " ".join(expected["bronze"])}
    standing = rank_units(book, [score_unit(book, team) for team in teams])["k"]
    assert {place.score.unit: place.rank for place in standing.places if place.score.unit not in "HI"} == expected["rank"]
    assert [(out.unit, out.award, out.gate) for out in lists(book, teams).ruled_out] == [
        *(("D", "bronze", "foreign"), ("E", "bronze", "foreign"), ("F", "bronze", "foreign")),
    ]


def test_a_score_of_zero_never_wins_even_with_places_left() -> None:
    case = oracle("oracles/awards_small/domjudge_award_case.json")
    book, teams = contest(case, False, ("everyone", 20))
    assert winners(book, teams) == {"everyone": "A B C G"}


def test_each_cluster_has_its_own_winner() -> None:
    case = oracle("oracles/awards_small/domjudge_award_case.json")
    book, teams = contest(case, True, ("winner", 1))
    won = {reward.cluster: [reward.unit] for reward in lists(book, teams).reward}
    assert won == case["expected"]["group_winner"]
    book, teams = contest(case, False, ("winner", 1))
    assert winners(book, teams) == {"winner": " ".join(case["expected"]["winner"])}


def test_awards_are_given_in_the_order_written_and_a_unit_gets_only_the_first() -> None:
    book = with_awards(("first", "places = 1"), ("second", "places = 2"))
    assert winners(book, units(A=90, B=80, C=70, D=60)) == {"first": "A", "second": "B C"}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("committee", {"first": "A B? C?", "second": "D"}),  # one of B, C loses, and may have one of second's two places
        ("all", {"first": "A B C", "second": "D"}),  # the third winner took one of second's two places
        ("none", {"first": "A", "second": "B C"}),
    ],
)
def test_a_tie_at_the_edge_is_settled_as_the_award_says(rule: str, expected: dict[str, str]) -> None:
    book = with_awards(("first", f'places = 2\nboundary_tie = "{rule}"'), ("second", "places = 2"))
    assert winners(book, units(A=90, B=80, C=80, D=70, E=60)) == expected


def test_a_tie_can_use_up_several_awards() -> None:
    book = with_awards(("a", 'places = 1\nboundary_tie = "all"'), ("b", "places = 1"), ("c", "places = 2"))
    # three winners on one place: the second award's place and one of the third's are gone
    assert winners(book, units(A=90, B=90, C=90, D=80, E=70)) == {"a": "A B C", "c": "D"}


def test_a_tie_that_fits_is_no_tie_at_the_edge() -> None:
    book = with_awards(("first", "places = 3"))
    assert winners(book, units(A=90, B=80, C=80, D=70)) == {"first": "A B C"}


def test_nobody_passes_a_tied_group_that_got_nothing() -> None:
    book = with_awards(("first", 'places = 1\nboundary_tie = "none"'))
    assert winners(book, units(A=90, B=90, C=80)) == {}


@pytest.mark.parametrize(("ranked", "places"), [(3, 1), (9, 1), (10, 2), (14, 2), (15, 3)])
def test_a_share_of_places_is_rounded_down_but_is_at_least_one(ranked: int, places: int) -> None:
    book = with_awards(("share", "share = 0.2"))
    everyone = [facts(f"U{number:02}", x=90 - number) for number in range(ranked)] + [facts("silent", x=None)]
    assert len(lists(book, everyone).reward) == places


def test_a_score_below_the_awards_minimum_wins_nothing() -> None:
    book = with_awards(("first", "places = 5\nmin_score = 80"))
    assert winners(book, units(A=90, B=80, C="79.99", D="79.995")) == {"first": "A B D"}
    assert lists(book, units(A=90, C="79.99")).ruled_out == ()


def test_a_gated_unit_keeps_its_rank_but_uses_no_place_and_is_told_why() -> None:
    gate = table("gate", "g", 'measure = "complaints_upheld"\nat_least = 2')
    book = with_awards(("first", "places = 1"), ("second", "places = 1"), more=gate)
    found = lists(book, [facts("A", x=90, complaints_upheld=2), facts("B", x=80, complaints_upheld=1), *units(C=70)])
    assert [(reward.award, reward.unit, reward.rank) for reward in found.reward] == [("first", "B", 2), ("second", "C", 3)]
    (out,) = found.ruled_out
    assert (out.award, out.unit, out.gate, out.reason.key) == ("first", "A", "g", "ruled_out.gate")
    assert (out.reason.args["value"], out.reason.args["at_least"]) == (2, 2)


def test_a_gate_that_only_limits_grades_does_not_bar_from_awards() -> None:
    gate = table("gate", "g", 'measure = "complaints_upheld"\nat_least = 1\nno_award = false')
    book = with_awards(("first", "places = 1"), more=gate)
    assert winners(book, [facts("A", x=90, complaints_upheld=1)]) == {"first": "A"}


def two_criteria(award: str, minimum: str = "") -> Rulebook:
    parts = [criterion(code, 50, indicator(f"{code}.i", 50, X.replace('"x"', f'"{code}x"')), more=minimum) for code in "pq"]
    return rulebook(*parts, table("award", "first", award), reported=["px", "qx"])


def test_a_written_floor_of_a_criterion_bars_from_awards() -> None:
    book = two_criteria("places = 1", "minimum = 20")
    found = lists(book, [facts("A", px=100, qx="39.98"), facts("B", px=50, qx=40)])
    assert [reward.unit for reward in found.reward] == ["B"]
    assert [(out.unit, out.gate, out.reason.args["points"]) for out in found.ruled_out] == [
        ("A", "floor", Fraction("19.99"))
    ]


def test_an_award_may_ask_for_points_in_one_criterion() -> None:
    book = two_criteria("places = 1\nmin_criterion = {q = 25}")
    found = lists(book, [facts("A", px=100, qx=40), facts("B", px=50, qx=50)])
    assert [reward.unit for reward in found.reward] == ["B"]
    assert [(out.unit, out.gate) for out in found.ruled_out] == [("A", "min_criterion")]


def test_an_award_may_ask_for_a_volume_of_work() -> None:
    book = with_awards(("first", "places = 1\nmin_volume = 30"))
    found = lists(book, [facts("A", x=90, received=20, carried=9), facts("B", x=80, received=20, carried=10)])
    assert [reward.unit for reward in found.reward] == ["B"]
    (out,) = found.ruled_out
    assert (out.gate, out.reason) == ("min_volume", Statement("ruled_out.min_volume", {"volume": 29, "minimum": 30}))


def test_a_unit_whose_reports_are_missing_waits_and_uses_no_place() -> None:
    book = two_criteria("places = 1")
    found = lists(book, [facts("A", px=100, qx=None), facts("B", px=40, qx=40)])
    assert [reward.unit for reward in found.reward] == ["B"]
    assert [(out.gate, out.reason.args["lines"]) for out in found.ruled_out] == [("incomplete", ("q.i",))]


def test_only_units_within_reach_are_said_to_be_ruled_out() -> None:
    gate = table("gate", "g", 'measure = "complaints_upheld"\nat_least = 1')
    book = with_awards(("first", "places = 1"), more=gate)
    assert lists(book, [*units(A=90), facts("B", x=80, complaints_upheld=1)]).ruled_out == ()


def test_a_winner_is_told_its_rank_its_score_and_its_full_criteria() -> None:
    book = two_criteria("places = 1")
    (reward,) = lists(book, [facts("A", px=100, qx=40), facts("B", px=10, qx=10)]).reward
    assert reward.reasons == (
        Statement("reward.rank", {"rank": 1, "of": 2, "cluster": "k"}),
        Statement("reward.score", {"score": 70, "total": 100}),
        Statement("reward.criterion_full", {"criterion": "p", "title": {"vi": "v", "en": "e"}, "points": 50}),
    )


def test_a_winner_by_tie_break_is_told_which() -> None:
    book = with_awards(("first", "places = 1"), more=tie_break("days_late", "low"))
    (reward,) = lists(book, [facts("A", x=90, days_late=2), facts("B", x=90, days_late=1)]).reward
    assert reward.unit == "B"
    assert reward.reasons[2] == Statement("reward.tie_break", {"by": "days_late", "title": None, "value": 1})


def test_tied_units_are_told_how_many_places_the_committee_has_to_give() -> None:
    book = with_awards(("first", "places = 1"))
    found = lists(book, units(A=90, B=90, C=80))
    assert all(reward.tie and reward.reasons[-1].args == {"units": 2, "places": 1} for reward in found.reward)
    assert [reward.unit for reward in found.reward] == ["A", "B"]


def criticised(rule: str, everyone: Iterable[Facts]) -> list[tuple[str, str, tuple[str, ...]]]:
    book = one(X, reported=["x"], after=table("criticism", "r", rule + '\nlevel = "criticise"'))
    return [
        (item.unit, item.level, tuple(reason.key for reason in item.reasons)) for item in lists(book, everyone).criticism
    ]


def test_criticism_begins_below_the_written_score_not_at_it() -> None:
    got = criticised("below_score = 50", units(A=50, B="49.99", C="49.995"))
    assert got == [("B", "criticise", ("criticism.below_score",))]


def test_being_last_is_no_reason_for_criticism() -> None:
    assert criticised("below_score = 50", units(A=90, B=80)) == []


def test_nothing_scored_is_not_a_low_score() -> None:
    assert criticised("below_score = 50", units(A=None)) == []


def test_criticism_can_follow_from_a_criterion() -> None:
    got = criticised("criterion_below = {c = 30}", units(A=30, B="29.99"))
    assert got == [("B", "criticise", ("criticism.criterion_below",))]


def test_criticism_can_follow_from_an_event() -> None:
    everyone = [facts("A", x=99, complaints_upheld=2), facts("B", x=1, complaints_upheld=1)]
    assert criticised('measure = "complaints_upheld"\nat_least = 2', everyone) == [
        ("A", "criticise", ("criticism.measure",)),
    ]


def test_criticism_can_follow_from_sending_nothing_at_all() -> None:
    everyone = [facts("A", rows={}, x=None), facts("B", x=None), facts("C", rows={**EVERY_ROW, "reported": 0}, x=None)]
    assert criticised("missing_report = true", everyone) == [("A", "criticise", ("criticism.missing_report",))]


def test_criticism_that_rests_on_missing_reports_says_so() -> None:
    after = table("criticism", "r", 'below_score = 60\nlevel = "self_review"')
    parts = [criterion(code, 50, indicator(f"{code}.i", 50, X.replace('"x"', f'"{code}x"'))) for code in "pq"]
    book = rulebook(*parts, after, reported=["px", "qx"])
    (item,) = lists(book, [facts("A", px=100, qx=None)]).criticism
    assert [reason.key for reason in item.reasons] == ["criticism.below_score", "criticism.incomplete"]
    assert (item.level, item.rank, item.score) == ("self_review", 1, 50)


def test_no_units_no_lists() -> None:
    assert lists(with_awards(("first", "places = 1")), []) == Lists((), (), ())


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.integers(0, 6), max_size=12),
    st.lists(st.tuples(st.integers(1, 3), st.sampled_from(["committee", "all", "none"])), min_size=1, max_size=4),
)
def test_no_more_places_are_given_than_there_are_unless_the_edge_is_tied(
    scores: list[int], rules: list[tuple[int, str]]
) -> None:
    awards = [(f"a{place}", f'places = {places}\nboundary_tie = "{tie}"') for place, (places, tie) in enumerate(rules)]
    found = lists(with_awards(*awards), [facts(f"U{number}", x=score) for number, score in enumerate(scores)]).reward
    assert len({reward.unit for reward in found}) == len(found)
    for place, (places, _) in enumerate(rules):
        given = [reward for reward in found if reward.award == f"a{place}"]
        tied = {reward.score for reward in given if any(reason.key.startswith("reward.tie_") for reason in reward.reasons)}
        assert len(given) <= places or len(tied) == 1
        assert sum(1 for reward in given if reward.score not in tied) <= places
