"""Units change clusters from a day on: a period counts a unit where it is on the period's last day."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from builders import act, put, put_campaign, put_offices
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lives import AFTER, put_year, take
from people import put_each_role
from sqlalchemy import delete, insert, select, text

from tracker.core.periods import Every
from tracker.core.problems import RefusedError, UsageError
from tracker.services.access import OPERATOR, DeniedError
from tracker.services.answers import answer_lists, answer_standings
from tracker.services.board_sheets import export_board
from tracker.services.clusters import ClusterName, list_clusters, name_cluster
from tracker.services.editions import Edition
from tracker.services.membership import (
    Move,
    Step,
    foresee_back,
    foresee_move,
    list_members,
    list_steps,
    move_units,
    take_back,
)
from tracker.services.rows import board_clusters
from tracker.services.standings import Question, compute_board
from tracker.services.steps import Step as StepOfLife
from tracker.services.verifying import verify_period
from tracker.services.working_calendar import DayRule, Edit, edit_calendar, show_calendar
from tracker.store.audit import ENTRY
from tracker.store.engine import reading, writing
from tracker.store.facts import load_offices
from tracker.store.membership import MEMBERSHIP
from tracker.store.publishing import data_version
from tracker.store.registers import Span
from tracker.text import say_problem

LATER = date(2027, 1, 1)


def put_office(engine):
    """Units A and B of cluster c, one campaign of four quarters."""
    put_offices(engine, "A", "B")
    put_campaign(engine, "q", begins="2020-01-01", ends="2020-12-31", every=Every.QUARTER)


@pytest.fixture
def office(engine, prepared):
    return prepared(put_office, engine)


def clusters(engine, day: date) -> dict[str, str | None]:
    with reading(engine) as connection:
        return {office.code: office.cluster for office in load_offices(connection, Span(day, day, day))}


def move(*units: str, since: date, cluster: str | None, reason: str = "sắp xếp lại") -> Move:
    return Move(units, since, cluster, reason)


def entries(engine) -> list[tuple[str, str, str]]:
    with reading(engine) as connection:
        found = connection.execute(select(ENTRY.c.verb, ENTRY.c.thing, ENTRY.c.payload).order_by(ENTRY.c.seq))
        return [tuple(row) for row in found if row.verb in ("move_unit", "move_back", "name_cluster")]


def standings(engine, period: str) -> dict[str, list[str]]:
    board = compute_board(engine, Question("q", period), LATER, OPERATOR)
    return {code: [place.score.unit for place in standing.places] for code, standing in board.standings.items()}


def test_a_period_counts_a_unit_in_the_cluster_of_its_last_day(office):
    first, second, third, fourth = (f"2020-Q{n}" for n in range(1, 5))
    assert standings(office, first) == {"c": ["A", "B"]}
    move_units(office, move("B", since=date(2020, 6, 30), cluster="d"), act())
    move_units(office, move("B", since=date(2020, 10, 1), cluster=None), act())
    assert standings(office, first) == {"c": ["A", "B"]}
    assert standings(office, second) == {"c": ["A"], "d": ["B"]}, "moved on the quarter's very last day"
    assert standings(office, third) == {"c": ["A"], "d": ["B"]}
    assert standings(office, fourth) == {"c": ["A"]}, "in no cluster it does not compete"


def test_a_case_file_that_says_another_cluster_speaks_for_the_time_before_the_first_move_only(office):
    move_units(office, move("B", since=date(2020, 7, 1), cluster="d"), act())
    put(office, "units", {"code": "B", "name": "B", "kind": "commune", "cluster": "e"})
    assert clusters(office, date(2020, 6, 30))["B"] == "e"
    assert clusters(office, date(2020, 7, 1))["B"] == "d"


DAYS = st.dates(date(2020, 1, 1), date(2020, 1, 12))
HISTORIES = st.dictionaries(st.tuples(st.sampled_from("ABC"), DAYS), st.sampled_from([None, "c", "d", "e"]), max_size=12)


def plainly(history: dict, unit: str, given: str | None, day: date) -> str | None:
    """Walk through the days one by one."""
    cluster, now = given, date(2019, 12, 31)
    while now <= day:
        cluster = history.get((unit, now), cluster)
        now += timedelta(days=1)
    return cluster


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=HISTORIES)
def test_any_history_of_moves_gives_the_cluster_that_walking_through_the_days_gives(engine, history):
    given_cluster = {"A": "c", "B": "c", "C": None}
    with writing(engine) as connection:
        known = connection.execute(text("SELECT count(*) FROM unit")).scalar()
        connection.execute(delete(MEMBERSHIP))
    if not known:
        put_offices(engine, "A", "B")
        put(engine, "units", {"code": "C", "name": "C", "kind": "other"})
    with writing(engine) as connection:
        for (unit, since), cluster in history.items():
            connection.execute(insert(MEMBERSHIP).values(unit=unit, since=since, cluster=cluster))
    for offset in range(-2, 14):
        day = date(2020, 1, 1) + timedelta(days=offset)
        wanted = {unit: plainly(history, unit, given_cluster[unit], day) for unit in "ABC"}
        assert clusters(engine, day) == wanted


def test_a_move_says_beforehand_which_periods_it_reaches_and_which_of_them_keep_their_copy(office):
    with writing(office) as connection:
        connection.execute(text("UPDATE period SET state = 'frozen' WHERE code = '2020-Q2'"))
    move_units(office, move("B", since=date(2020, 10, 1), cluster="e"), act())
    wanted = move("A", "B", since=date(2020, 4, 1), cluster="d")
    reached = foresee_move(office, OPERATOR, wanted)
    assert [(one.period, one.state, one.units) for one in reached] == [
        ("2020-Q2", "frozen", ("A", "B")),
        ("2020-Q3", "open", ("A", "B")),
        ("2020-Q4", "open", ("A",)),
    ]
    # What was foreseen is what happens.
    before = {period: standings(office, period) for period in ("2020-Q3", "2020-Q4")}
    assert move_units(office, wanted, act()) == 2
    assert before == {"2020-Q3": {"c": ["A", "B"]}, "2020-Q4": {"c": ["A"], "e": ["B"]}}
    assert standings(office, "2020-Q3") == {"d": ["A", "B"]}
    assert standings(office, "2020-Q4") == {"d": ["A"], "e": ["B"]}


def test_taking_back_says_beforehand_which_periods_it_reaches(office):
    move_units(office, move("A", since=date(2020, 4, 1), cluster="d"), act())
    move_units(office, move("A", since=date(2020, 7, 15), cluster="e"), act())
    first = next(step for step in list_steps(office, OPERATOR) if step.cluster == "d")
    assert [(one.period, one.units) for one in foresee_back(office, OPERATOR, first)] == [("2020-Q2", ("A",))]
    take_back(office, first, "nhầm", act())
    assert standings(office, "2020-Q2") == {"c": ["A", "B"]}
    assert standings(office, "2020-Q3") == {"c": ["B"], "e": ["A"]}


def test_a_frozen_period_keeps_its_copy_of_clusters_and_calendar(engine):
    put_year(engine)
    move_units(engine, move("B", since=date(2025, 12, 31), cluster="d"), act())
    name_cluster(engine, ClusterName("d"), ClusterName("d", "Cụm Đ"), act())
    take(engine, StepOfLife.FREEZE)

    def shown(basis: str = "") -> dict[str, list[str]]:
        board = compute_board(engine, Question("thi-dua", "2025", basis=basis), AFTER, OPERATOR)
        named = {board.name_cluster(code, "vi"): standing for code, standing in board.standings.items()}
        return {name: [one.score.unit for one in standing.places] for name, standing in named.items()}

    assert shown() == {"c": ["A"], "Cụm Đ": ["B"]}
    move_units(engine, move("A", since=date(2025, 7, 1), cluster="d"), act())
    seen = show_calendar(engine, OPERATOR)
    edit_calendar(engine, Edit((DayRule(date(2025, 2, 11), "off"),)), seen.digest, "thử", act())
    assert shown() == {"c": ["A"], "Cụm Đ": ["B"]}
    assert shown("live") == {"Cụm Đ": ["B", "A"]}
    name_cluster(engine, ClusterName("d", "Cụm Đ"), ClusterName("d", "Cụm mới"), act())
    assert shown() == {"c": ["A"], "Cụm mới": ["B"]}, "a name is a label, never part of a result"
    assert [flaw for one in verify_period(engine, "thi-dua", "2025", OPERATOR) for flaw in one.flaws] == []


def test_units_that_are_there_already_stay_untouched_and_a_move_of_nobody_is_refused(office):
    put_offices(office, "C", cluster="d")
    assert move_units(office, move("A", "C", since=date(2020, 4, 1), cluster="d"), act()) == 1
    assert [(step.unit, step.before, step.cluster) for step in list_steps(office, OPERATOR)] == [("A", "c", "d")]
    with pytest.raises(RefusedError, match="nobody_moves"):
        move_units(office, move("A", "C", since=date(2020, 5, 1), cluster="d"), act())


def test_each_move_is_in_the_log_with_before_after_and_reason_and_screens_are_told(office):
    with reading(office) as connection:
        version = data_version(connection)
    move_units(office, move("A", "B", since=date(2020, 4, 1), cluster="d", reason="  QĐ   12/QĐ-UBND "), act())
    said = '{"after":{"cluster":"d","since":"2020-04-01"},"before":{"cluster":"c"},"reason":"QĐ 12/QĐ-UBND"}'
    assert entries(office) == [("move_unit", "membership/A", said), ("move_unit", "membership/B", said)]
    with reading(office) as connection:
        assert data_version(connection) > version


def test_the_second_to_move_a_unit_on_a_day_is_told_who_was_first(office):
    people = put_each_role(office)
    move_units(office, move("A", since=date(2020, 4, 1), cluster="d"), act(actor=people["admin"]))
    with pytest.raises(RefusedError) as caught:
        move_units(office, move("B", "A", since=date(2020, 4, 1), cluster="e"), act())
    assert "the-admin" in say_problem("vi", caught.value.problems[0])
    assert clusters(office, date(2020, 4, 1)) == {"A": "d", "B": "c"}, "nothing of the second move stays"


def test_of_two_who_move_a_unit_at_once_one_wins_and_the_other_is_told(office):
    def attempt(cluster: str) -> str:
        try:
            move_units(office, move("A", "B", since=date(2020, 4, 1), cluster=cluster), act())
        except RefusedError as refused:
            return refused.problems[0].code
        return "moved"

    with ThreadPoolExecutor(2) as pool:
        ends = list(pool.map(attempt, ("d", "e")))
    assert sorted(ends) == ["membership_taken", "moved"]
    winner = ("d", "e")[ends.index("moved")]
    assert clusters(office, date(2020, 4, 1)) == {"A": winner, "B": winner}


def test_a_move_is_taken_back_once_with_a_reason(office):
    move_units(office, move("A", since=date(2020, 4, 1), cluster="d"), act())
    move_units(office, move("A", since=date(2020, 8, 1), cluster="e"), act())
    last, first = list_steps(office, OPERATOR)
    assert (last.since, last.before, last.cluster) == (date(2020, 8, 1), "d", "e")
    with pytest.raises(RefusedError, match="reason_missing"):
        take_back(office, first, " ", act())
    take_back(office, first, "nhầm đơn vị", act())
    assert clusters(office, date(2020, 4, 1))["A"] == "c"
    assert clusters(office, date(2020, 8, 1))["A"] == "e"
    with pytest.raises(RefusedError, match="membership_gone"):
        take_back(office, first, "nhầm đơn vị", act())
    with pytest.raises(RefusedError, match="membership_gone"):
        take_back(office, Step("A", "A", date(2020, 8, 1), "d", "x"), "nhầm", act())
    assert entries(office)[-1] == (
        "move_back",
        "membership/A",
        '{"after":{"cluster":"c"},"before":{"cluster":"d","since":"2020-04-01"},"reason":"nhầm đơn vị"}',
    )


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (move(since=date(2020, 1, 1), cluster="d"), "no_units_chosen"),
        (move("A", since=date(1200, 1, 1), cluster="d"), "day_out_of_range"),
        (move("A", since=date(2020, 1, 1), cluster="d" * 101), "text_too_long"),
        (move("A", since=date(2020, 1, 1), cluster="d\u200be"), "text_not_printable"),
        (move("A", since=date(2020, 1, 1), cluster="d", reason=" \n"), "reason_missing"),
    ],
)
def test_a_move_nobody_can_mean_is_refused(sqlite_engine, wanted, code):
    put_offices(sqlite_engine, "A")
    with pytest.raises(RefusedError, match=code):
        move_units(sqlite_engine, wanted, act())


def test_an_unknown_unit_is_named(sqlite_engine):
    with pytest.raises(UsageError, match="no_such_unit"):
        move_units(sqlite_engine, move("X", since=date(2020, 1, 1), cluster="d"), act())


def test_a_cluster_goes_by_its_code_until_it_is_named(office):
    assert list_clusters(office, OPERATOR) == [ClusterName("c")]
    board = compute_board(office, Question("q", "2020-Q1"), LATER, OPERATOR)
    assert answer_standings(board)["clusters"][0]["name"] == "c"
    name_cluster(office, ClusterName("c"), ClusterName("c", "Sở,  ngành ", "Departments"), act())
    board = compute_board(office, Question("q", "2020-Q1"), LATER, OPERATOR)
    assert answer_standings(board)["clusters"][0]["name"] == "Sở, ngành"
    assert answer_standings(board, language="en")["clusters"][0]["name"] == "Departments"
    assert board_clusters(board) == ("c",)
    for language, words in (("vi", "Sở, ngành"), ("en", "Departments")):
        assert words in export_board(board, None, "", Edition(language), "csv").data.decode()
    named = list_clusters(office, OPERATOR)[0]
    name_cluster(office, named, ClusterName("c"), act())
    assert list_clusters(office, OPERATOR) == [ClusterName("c")]
    assert [verb for verb, thing, _ in entries(office) if thing == "cluster/c"] == ["name_cluster", "name_cluster"]
    assert "Sở" not in str(entries(office)), "free text stays out of the log"


def test_reasons_speak_of_clusters_by_their_names(office):
    rules = """
code = "w"
version = 1
title = {vi = "x", en = "x"}
basis = "test"
total = 10

[[reported]]
measure = "plan"
title = {vi = "kế hoạch", en = "plan"}

[[criterion]]
code = "k"
title = {vi = "x", en = "x"}
points = 10
  [[criterion.indicator]]
  code = "k.i"
  title = {vi = "x", en = "x"}
  points = 10
  basis = "test"
  formula = {kind = "linear", measure = "plan", lo = 0, hi = 1}

[[award]]
code = "flag"
title = {vi = "Cờ", en = "Banner"}
places = 1
"""
    put_campaign(office, "w", begins="2020-01-01", ends="2020-12-31", rulebook=rules)
    span = {"period_from": "2020-01-01", "period_to": "2020-12-31"}
    put(office, "reported", {"unit": "A", "measure": "plan", "value": "1", **span})
    name_cluster(office, ClusterName("c"), ClusterName("c", "Sở, ngành", "Departments"), act())
    board = compute_board(office, Question("w", "w"), LATER, OPERATOR)
    for language, words in (("vi", "cụm Sở, ngành"), ("en", "Departments")):
        assert words in answer_lists(board, language)["reward"][0]["reasons"][0]["text"]


def test_the_second_to_name_a_cluster_is_told_and_two_clusters_never_look_alike(office):
    move_units(office, move("B", since=date(2020, 4, 1), cluster="d"), act())
    name_cluster(office, ClusterName("c"), ClusterName("c", "Sở, ngành"), act())
    with pytest.raises(RefusedError, match="cluster_changed"):
        name_cluster(office, ClusterName("c"), ClusterName("c", "Khối sở"), act())
    for taken in ("Sở, ngành", "c"):
        seen = ClusterName("d")
        if taken == "c":
            name_cluster(office, ClusterName("c", "Sở, ngành"), ClusterName("c"), act())
        with pytest.raises(RefusedError, match="cluster_name_taken"):
            name_cluster(office, seen, ClusterName("d", taken), act())
    with pytest.raises(RefusedError, match="cluster_name_missing"):
        name_cluster(office, ClusterName("d"), ClusterName("d", "", "Departments"), act())


def test_only_the_administrator_sees_and_changes_clusters(office):
    people = put_each_role(office)
    wanted = move("A", since=date(2020, 4, 1), cluster="d")
    step = Step("A", "A", date(2020, 4, 1), "c", "d")
    calls = [
        lambda actor: foresee_move(office, actor, wanted),
        lambda actor: foresee_back(office, actor, step),
        lambda actor: move_units(office, wanted, act(actor=actor)),
        lambda actor: list_steps(office, actor),
        lambda actor: list_members(office, actor, date(2020, 4, 1)),
        lambda actor: list_clusters(office, actor),
        lambda actor: name_cluster(office, ClusterName("c"), ClusterName("c", "Sở"), act(actor=actor)),
        lambda actor: take_back(office, step, "nhầm", act(actor=actor)),
    ]
    for call in calls:
        for role, actor in people.items():
            if role != "admin":
                with pytest.raises(DeniedError):
                    call(actor)
        call(people["admin"])
