"""Trying out other figures: what acts move, what lines there are to reach, and the fewest acts that reach them."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.core import way_up
from tracker.core.award_lines import find_above, find_award_lines, find_below, find_criticism_lines
from tracker.core.levers import Chances, Change, apply, find_levers, is_possible
from tracker.core.lists import propose_lists
from tracker.core.problems import UsageError
from tracker.core.ranking import rank_units
from tracker.core.scoring import score_unit
from tracker.core.way_up import find_way, goal_of_award, goal_of_rank
from tracker.core.what_if import enter, try_facts

from .make import criterion, facts, indicator, rulebook, table, tie_break

POSTED = 'kind = "ratio", numerator = ["posted"], denominator = ["procedures"]'
ONE_STOP = 'kind = "ratio", numerator = ["one_stop"], denominator = ["procedures"], floor = 0.5'
WORKFLOW = (
    'kind = "bands", numerator = ["workflow_assigned"], denominator = ["procedures"], '
    "bands = [{at_least = 1, share = 1}, {at_least = 0.6, share = 0.5}]"
)
ON_TIME = (
    'kind = "ratio", numerator = ["done_on_time", "pending_in_time"], '
    'denominator = ["done_on_time", "done_late", "pending_in_time", "pending_overdue"]'
)
MODELS = 'kind = "count", items = ["models"], per = 0.5'
APOLOGIES = 'kind = "ratio", numerator = ["apologies_in_time"], denominator = ["apologies_due"]'
WHOLE = rulebook(
    criterion(
        "s",
        60,
        indicator("s.p", 20, POSTED),
        indicator("s.o", 20, ONE_STOP),
        indicator("s.w", 20, WORKFLOW),
        more="minimum=9",
    ),
    criterion("o", 40, indicator("o.r", 25, ON_TIME), indicator("o.a", 15, APOLOGIES)),
    table("extra", "x", 'measure = "initiatives"\nper = 1\ncap = 2'),
    table("gate", "g", 'measure = "apologies_missing"\nat_least = 3'),
    tie_break("o"),
    tie_break("days_late", "low"),
    table("award", "gold", "places = 1\nmin_score = 50\nmin_criterion = {o = 20}"),
    table("award", "silver", "share = 0.4\nmin_score = 30"),
    table("criticism", "low", 'level = "criticise"\nbelow_score = 40'),
    table("criticism", "mute", 'level = "criticise"\nmeasure = "apologies_missing"\nat_least = 4'),
    reported=["initiatives"],
)
REPORTED = rulebook(
    criterion("s", 50, indicator("s.p", 50, POSTED)),
    criterion("m", 50, indicator("m.m", 50, MODELS)),
    table("award", "gold", 'places = 1\nboundary_tie = "all"'),
    reported=["models"],
)
ALL_OR_NOBODY = rulebook(
    criterion("s", 60, indicator("s.p", 40, POSTED), indicator("s.w", 20, WORKFLOW)),
    criterion("o", 40, indicator("o.r", 40, ON_TIME)),
    table("award", "gold", 'places = 1\nboundary_tie = "none"'),
    table("award", "silver", 'places = 2\nboundary_tie = "none"'),
)

TOGETHER = rulebook(
    criterion(
        "s",
        100,
        indicator(
            "s.a",
            70,
            'kind = "ratio", numerator = ["posted", "one_stop", "workflow_assigned"], '
            'denominator = ["procedures"], target = 2',
        ),
        indicator("s.w", 30, WORKFLOW),
    ),
    table("award", "gold", "places = 1"),
)


def contest_of(rules, unit, *others):
    found = {one.unit: one for one in (unit, *others)}
    (standing,) = rank_units(rules, (score_unit(rules, one) for one in found.values())).values()
    return enter(rules, found, standing, unit.unit)


def way_to_the_next_rank(contest, chances=Chances()):  # noqa: B008
    place = try_facts(contest, contest.own)
    levers = find_levers(contest.rulebook, contest.own, chances)
    above = find_above(place.standing, place.place)
    return find_way(contest, levers, goal_of_rank(contest.rulebook, above.place))


def test_an_act_moves_every_count_that_importing_it_would_move():
    own = facts(procedures=5, posted=3, pending_overdue=4, apologies_missing=4, apologies_due=4, posted_everywhere=1)
    levers = find_levers(WHOLE, own, Chances(due_today=2, open_today=2, fallen_today=2))
    change = Change({"post": 2, "finish_overdue": 1, "finish_due_today": 1, "apologise_in_time": 1, "apologise_late": 2})
    assert is_possible(levers, change)
    after = apply(own, levers, change).measures
    moved = {name: figure for name, figure in after.items() if figure != own.measures[name]}
    assert moved == {
        "posted": 5,
        "posted_everywhere": 3,
        "pending_overdue": 2,
        "done_late": 1,
        "done_on_time": 1,
        "apologies_due": 3,
        "apologies_missing": 0,
        "apologies_in_time": 1,
        "apologies_late": 2,
    }


def test_what_tallies_cannot_say_stays_unknown_whatever_is_done():
    rows = {"dossiers": 9, "tallies": 1}
    own = facts(rows=rows, pending_overdue=4, apologies_due=None, days_late=None, apologies_missing=None, satisfied=None)
    levers = find_levers(WHOLE, own, Chances())
    assert [lever.code for lever in levers if lever.owed] == ["finish_overdue"]
    after = apply(own, levers, Change({"finish_overdue": 3, "new_on_time": 2})).measures
    assert (after["done_late"], after["done_on_time"], after["apologies_missing"], after["days_late"]) == (3, 2, None, None)


@pytest.mark.parametrize(
    "acts",
    [
        {"post": 3},
        {"post": -1},
        {"finish_overdue": 3},
        {"finish_due_today": 2, "apologise_in_time": 1},
        {"nothing known": 1},
    ],
)
def test_no_more_can_be_done_than_there_is_to_do(acts):
    own = facts(procedures=5, posted=3, pending_overdue=4, apologies_missing=4, apologies_due=4)
    levers = find_levers(WHOLE, own, Chances(due_today=2, open_today=2, fallen_today=2))
    assert not is_possible(levers, Change(acts))


def test_levers_that_move_nothing_the_rulebook_reads_are_left_out():
    own = facts(procedures=5, interlinked=1, one_stop=3, content_complete=1, petitions_overdue=3)
    levers = find_levers(WHOLE, own, Chances(petitions_today=2))
    assert [lever.code for lever in levers] == ["new_on_time", "post", "one_stop", "workflow_assigned"]


def test_the_lines_say_what_is_lacking_and_what_stands_between():
    """Of 60 points for postings each has 20 a line; A 20 + 20 + 20, B 10 + 20 + 10, C 0: with nobody's dossiers x 100/60."""
    rules = rulebook(
        criterion("s", 100, indicator("s.p", 100, POSTED)),
        table("gate", "g", 'measure = "denunciations_upheld"\nat_least = 1'),
        table("award", "gold", "places = 1\nmin_score = 50"),
        table("award", "silver", "places = 1\nmin_score = 70"),
        table("criticism", "low", 'level = "criticise"\nbelow_score = 40'),
        table("criticism", "mute", 'level = "criticise"\nmeasure = "denunciations_upheld"\nat_least = 3'),
    )
    ten = [facts(unit, procedures=10, posted=posted) for unit, posted in (("A", 9), ("B", 8), ("D", 3))]
    own = facts("C", procedures=10, posted=6, denunciations_upheld=1)
    contest = contest_of(rules, own, *ten)
    here = try_facts(contest, own)
    assert (here.place.rank, find_above(here.standing, here.place).points) == (3, 20)
    assert find_below(here.standing, here.place).points == 30
    gold, silver = find_award_lines(contest)
    assert (gold.score, gold.gap, gold.shared, [gate for gate, _ in gold.bars]) == (90, 30, True, ["g"])
    assert (silver.score, silver.gap, silver.reached) == (80, 20, False)
    low, mute = find_criticism_lines(contest)
    assert (low.reasons, low.room, mute.reasons, mute.room) == ((), 20, (), 2)
    last = contest_of(rules, ten[2], own, *ten[:2])
    assert (find_criticism_lines(last)[0].room, len(find_criticism_lines(last)[0].reasons)) == (10, 1)


def test_units_ruled_out_leave_their_place_to_the_next_so_the_line_lies_lower():
    rules = rulebook(
        criterion("s", 100, indicator("s.p", 100, POSTED)),
        table("gate", "g", 'measure = "denunciations_upheld"\nat_least = 1'),
        table("award", "gold", "places = 1"),
    )
    barred = facts("A", procedures=10, posted=9, denunciations_upheld=1)
    contest = contest_of(rules, facts("C", procedures=10, posted=6), barred, facts("B", procedures=10, posted=4))
    (gold,) = find_award_lines(contest)
    assert (gold.gap, gold.reached) == (0, True)
    assert (gold.score, gold.shared) == (40, True)


def test_the_way_up_takes_the_acts_that_give_most_and_as_few_as_will_do():
    """B has 6/10 x 50 + 9/20 x 50 = 52.5, A 35 + 27.5 = 62.5: posting one more gives 7.5, one more one-stop 2.5."""
    half = 'kind = "ratio", numerator = ["one_stop", "posted"], denominator = ["procedures", "procedures"]'
    rules = rulebook(criterion("s", 100, indicator("s.p", 50, POSTED), indicator("s.o", 50, half)))
    above = facts("A", procedures=10, posted=7, one_stop=4)
    own = facts("B", procedures=10, posted=6, one_stop=3)
    way = way_to_the_next_rank(contest_of(rules, own, above))
    assert (dict(way.acts), way.cost) == (
        {"post": 2},
        2,
    )  # 6/10 x 50 + 9/20 x 50 = 52.5; above 35 + 27.5 = 62.5; with two 67.5


def test_acts_that_count_alike_are_found_together_however_many_kinds_and_acts_there_are():
    """A lacks 90 of 1,000 marks on its 200 procedures, of which no kind alone has so many left."""
    kinds = ("posted", "content_complete", "one_stop", "workflow_assigned", "postal_services")
    terms = ", ".join(f'"{kind}"' for kind in kinds)
    marks = f'kind = "ratio", numerator = [{terms}], denominator = ["procedures"], target = 5'
    rules = rulebook(criterion("s", 100, indicator("s.m", 100, marks)))
    own, above = (facts(unit, procedures=200, **dict.fromkeys(kinds, done)) for unit, done in (("A", 140), ("B", 158)))
    way = way_to_the_next_rank(contest_of(rules, own, above))
    assert (way.cost, dict(way.acts)) == (90, {"post": 60, "content_complete": 30})


def test_a_search_that_would_not_end_is_given_up(monkeypatch):
    monkeypatch.setattr(way_up, "_MOST_TRIED", 1_000)
    kinds = ("posted", "content_complete", "one_stop", "workflow_assigned", "postal_services")
    parts = ", ".join(f'{{measure = "{kind}", at_least = 90}}' for kind in kinds)
    rules = rulebook(criterion("s", 100, indicator("s.m", 100, f'kind = "all_of", parts = [{parts}]')))
    own, above = (facts(unit, procedures=100, **dict.fromkeys(kinds, done)) for unit, done in (("A", 50), ("B", 95)))
    with pytest.raises(UsageError):
        way_to_the_next_rank(contest_of(rules, own, above))


def test_nothing_is_to_do_where_the_goal_is_reached_and_no_way_is_said_where_there_is_none():
    rules = rulebook(criterion("s", 100, indicator("s.p", 100, POSTED)), table("award", "gold", "places = 1"))
    first = contest_of(rules, facts("A", procedures=10, posted=7), facts("B", procedures=10, posted=6))
    (gold,) = find_award_lines(first)
    assert find_way(first, (), goal_of_award(gold)).cost == 0
    clean = rulebook(
        criterion("s", 100, indicator("s.c", 100, 'kind = "penalty", incidents = ["complaints_upheld"], per = 0.1'))
    )
    assert way_to_the_next_rank(contest_of(clean, facts("B", complaints_upheld=2), facts("A"))) is None


COUNTS = st.integers(0, 4)


@st.composite
def cities(draw, unit: str):
    procedures = draw(st.integers(1, 4))
    flags = {name: draw(st.integers(0, procedures)) for name in ("posted", "one_stop", "workflow_assigned")}
    overdue, late = draw(st.integers(0, 3)), draw(COUNTS)
    missing = draw(st.integers(0, overdue + late))
    told = draw(st.integers(0, overdue + late - missing))
    measures = {
        "procedures": procedures,
        **flags,
        "received": draw(st.integers(0, 2)) + overdue + late,
        "done_on_time": draw(COUNTS),
        "done_late": late,
        "pending_overdue": overdue,
        "apologies_due": overdue + late,
        "apologies_missing": missing,
        "apologies_in_time": told,
        "days_late": draw(COUNTS),
        "initiatives": draw(st.sampled_from([None, 0, 1])),
        "models": draw(st.sampled_from([None, 0, 1, 2])),
    }
    return facts(unit, **measures)


@st.composite
def contests(draw):
    rules = draw(st.sampled_from([WHOLE, REPORTED, ALL_OR_NOBODY, TOGETHER]))
    own, *others = (draw(cities(unit)) for unit in ("A", "B", "C", "D")[: draw(st.integers(2, 4))])
    today = draw(st.integers(0, min(int(own.measures["pending_overdue"]), int(own.measures["apologies_missing"]))))
    return contest_of(rules, own, *others), Chances(due_today=today, open_today=today, fallen_today=today)


def cheapest_by_force(contest, levers, goal):
    """The fewest acts of all there are, every combination tried."""
    owed = [lever for lever in levers if lever.owed]
    costs = []
    for times in product(*(range(lever.most + 1) for lever in owed)):
        change = Change({lever.code: count for lever, count in zip(owed, times, strict=True)})
        if is_possible(levers, change):
            after = apply(contest.own, levers, change)
            if goal.is_met(contest, score_unit(contest.rulebook, after)):
                costs.append(sum(times))
    return min(costs, default=None)


@settings(max_examples=40, deadline=None)
@given(contests())
def test_no_combination_of_fewer_acts_reaches_the_goal(found):
    contest, chances = found
    here = try_facts(contest, contest.own)
    levers = [lever for lever in find_levers(contest.rulebook, contest.own, chances) if lever.most <= 6]
    above = find_above(here.standing, here.place)
    goals = [goal_of_rank(contest.rulebook, above.place)] if above else []
    goals += [goal for line in find_award_lines(contest) if (goal := goal_of_award(line)) is not None]
    for goal in goals:
        way = find_way(contest, levers, goal)
        assert (None if way is None else way.cost) == cheapest_by_force(contest, levers, goal)
        if way is not None:
            after = apply(contest.own, levers, Change(way.acts))
            there = try_facts(contest, after)
            assert there.place.score == way.score
            if goal.award is None:
                assert there.place.rank < here.place.rank
            else:
                codes = [award.code for award in contest.rulebook.award]
                (reward,) = there.rewards
                assert codes.index(reward.award) <= codes.index(goal.award.code)


@settings(max_examples=30, deadline=None)
@given(contests(), st.data())
def test_trying_out_gives_what_the_same_facts_give_among_the_whole_cluster(found, data):
    contest, chances = found
    levers = find_levers(contest.rulebook, contest.own, chances)
    acts = {lever.code: data.draw(st.integers(0, min(lever.most, 3))) for lever in levers if not lever.pool}
    after = apply(contest.own, levers, Change(acts))
    whole = {**contest.facts, contest.unit: after}
    standings = rank_units(contest.rulebook, (score_unit(contest.rulebook, one) for one in whole.values()))
    outcome = try_facts(contest, after)
    assert outcome.standing == standings["k"]
    assert outcome.lists == propose_lists(contest.rulebook, standings, whole)
