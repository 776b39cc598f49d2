"""Data quality: what is missing, doubtful, unjudgeable and old; a count and its rows always agree."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

import pytest
from builders import put, put_campaign, put_offices
from people import put_each_role
from sqlalchemy import update

from tracker.core.problems import UsageError
from tracker.services.access import OPERATOR, DeniedError, Role
from tracker.services.batches import BATCH
from tracker.services.quality import EXPECTED, Wanted, list_found, list_warned, show_quality
from tracker.services.standings import Question, compute_board
from tracker.store.engine import writing
from tracker.store.quality import CHECKS

RULEBOOK = """
code = "small"
version = 1
title = {vi = "Nhỏ", en = "Small"}
basis = "test"
total = 10

[[reported]]
measure = "m"
title = {vi = "Sáng kiến", en = "Initiatives"}

[[criterion]]
code = "c"
title = {vi = "c", en = "c"}
points = 10
  [[criterion.indicator]]
  code = "c.m"
  title = {vi = "m", en = "m"}
  points = 10
  basis = "test"
  formula = {kind = "linear", measure = "m", lo = 0, hi = 10}
"""
Y = ("y", "y")
TODAY = date(2021, 6, 1)
SPAN = {"period_from": "2020-01-01", "period_to": "2020-12-31"}
FIRST = {"received_at": "2020-03-02 08:00:00", "due_at": "2020-03-09 17:00:00"}
# By hand: what each dossier is found by.
DOSSIERS = {
    "good": ({**FIRST, "completed_at": "2020-03-05 10:00:00", "status": "completed"}, set()),
    "no-due": ({"received_at": "2020-03-02 08:00:00"}, {"no_due"}),
    "only-submitted": ({"submitted_at": "2020-03-02 08:00:00", "channel": "online"}, {"not_received"}),
    "very-second": ({**FIRST, "completed_at": "2020-03-09 17:00:00"}, {"at_due"}),
    "last-minute": ({**FIRST, "completed_at": "2020-03-09 16:59:01"}, {"at_due"}),
    "minute-before": ({**FIRST, "completed_at": "2020-03-09 16:59:00"}, set()),
    "second-late": ({**FIRST, "completed_at": "2020-03-09 17:00:01"}, set()),
    "back-in-time": ({**FIRST, "completed_at": "2020-03-01 08:00:00"}, {"ended_before_received"}),
    "due-before": (
        {"received_at": "2020-03-02 08:00:00", "due_at": "2020-03-01 08:00:00", "completed_at": "2020-03-03 08:00:00"},
        {"due_before_received"},
    ),
    "handed-early": (
        {**FIRST, "completed_at": "2020-03-05 10:00:00", "returned_at": "2020-03-04 10:00:00"},
        {"returned_before_completed"},
    ),
    "done-unended": ({**FIRST, "status": "returned"}, {"status_contradicts"}),
    "ended-undone": ({**FIRST, "completed_at": "2020-03-05 10:00:00", "status": "waiting"}, {"status_contradicts"}),
    "waits-31": ({**FIRST, "waiting_since": "2020-12-01 23:59:59", "status": "waiting"}, {"waiting_long"}),
    "waits-30": ({**FIRST, "waiting_since": "2020-12-02 00:00:00", "status": "waiting"}, set()),
    "rated": ({**FIRST, "rating": "5"}, {"rated_unended"}),
    "before-the-period": (
        {"received_at": "2019-03-02 08:00:00", "completed_at": "2019-03-03 08:00:00"},
        set(),
    ),
    "carried": ({"received_at": "2019-12-30 08:00:00", "completed_at": "2020-01-02 08:00:00"}, {"no_due"}),
    "after-the-period": ({"received_at": "2021-01-01 00:00:00"}, set()),
}
FEEDBACK = {
    "fine": ({"received_on": "2020-05-05", "resolved_on": "2020-05-06", "outcome": "upheld"}, set()),
    "pending": ({"received_on": "2020-05-05", "outcome": "pending"}, set()),
    "early": ({"received_on": "2020-05-05", "resolved_on": "2020-05-04", "outcome": "upheld"}, {"resolved_before_received"}),
    "unresolved": ({"received_on": "2020-05-05", "outcome": "rejected"}, {"outcome_contradicts"}),
    "unconcluded": ({"received_on": "2020-05-05", "resolved_on": "2020-05-06"}, {"outcome_contradicts"}),
    "next-year": ({"received_on": "2021-05-05", "outcome": "rejected"}, set()),
}


def put_office(engine):
    """A and B compete, X does not; a campaign of 2020 that declares the measure m."""
    put_offices(engine, "A", "B")
    put(engine, "units", {"code": "X", "name": "X", "kind": "other"})
    put_campaign(engine, "y", begins="2020-01-01", ends="2020-12-31", rulebook=RULEBOOK)


@pytest.fixture
def office(engine, prepared):
    return prepared(put_office, engine)


def shown(office, actor=OPERATOR, today: date = TODAY):
    return show_quality(office, actor, Y, today)


def unit(office, code: str, **named):
    return next(one for one in shown(office, **named).units if one.unit == code)


def codes(office, check: str, of: str | None = None, **named) -> set[str]:
    page = list_found(office, named.pop("actor", OPERATOR), Y, Wanted(check, of, **named), TODAY)
    return {row.get("code") or row["procedure"] for row in page.rows}


def expected(cases: dict, check: str) -> set[str]:
    return {code for code, (_, found) in cases.items() if check in found}


def put_cases(office, of: str = "A") -> None:
    put(office, "dossiers", *({"code": code, "unit": of, "procedure": "P1", **row} for code, (row, _) in DOSSIERS.items()))
    rows = ({"code": code, "unit": of, "kind": "complaint", **row} for code, (row, _) in FEEDBACK.items())
    put(office, "feedback", *rows)


def test_every_check_finds_just_the_cases_made_for_it(office):
    put_cases(office)
    for check, one in CHECKS.items():
        cases = {"dossiers": DOSSIERS, "feedback": FEEDBACK}.get(one.kind.name, {})
        assert codes(office, check) == expected(cases, check), check
        assert shown(office).total(check) == len(expected(cases, check)), check


def test_postings_without_a_day_or_without_a_place_are_doubtful(office):
    put(office, "procedures", {"code": "P2", "name": "x"}, {"code": "P3", "name": "y"})
    put(
        office,
        "postings",
        {"unit": "A", "procedure": "P1", "counter": "1"},
        {"unit": "A", "procedure": "P2", "posted_on": "2020-01-01"},
        {"unit": "A", "procedure": "P3", "posted_on": "2020-01-01", "portal": "1"},
    )
    assert (codes(office, "posted_undated"), codes(office, "posted_nowhere")) == ({"P1"}, {"P2"})


def test_what_has_not_come_by_the_day_is_not_there_yet(office):
    put_cases(office)
    assert unit(office, "A", today=date(2020, 3, 1)).counts == {"no_due": 1}, "only the dossier carried over"
    assert "dossiers" in unit(office, "B").missing


def test_completions_at_the_very_due_minute_are_a_share_of_those_completed_with_a_due_date(office):
    put_cases(office)
    # good, very-second, last-minute, minute-before, second-late, back-in-time, due-before, handed-early, ended-undone
    assert (shown(office).total("at_due"), shown(office).ended) == (2, 9)


def test_what_is_missing_and_how_many_have_reported(office):
    assert unit(office, "A").missing == EXPECTED
    put_cases(office)
    put(office, "postings", {"unit": "A", "procedure": "P1", "counter": "1", "posted_on": "2020-01-01"})
    put(office, "surveys", {"unit": "A", "topic": "result", "satisfied": "1", "responses": "2", **SPAN})
    put(office, "staff", {"code": "1", "unit": "A"})
    assert (unit(office, "A").missing, unit(office, "A").silent) == (("reported",), ("m",))
    put(office, "reported", {"unit": "A", "measure": "m", "value": "1", **SPAN})
    put(office, "units", {"code": "B", "name": "B", "kind": "commune", "cluster": "c", "headcount": "5"})
    assert unit(office, "A").missing == ()
    assert unit(office, "B").missing == EXPECTED[:-1]
    found = shown(office)
    assert [found.reported(name) for name in EXPECTED] == [1, 1, 1, 1, 1, 2]
    assert len(found.competing) == 2, "X does not compete: nothing is expected of it"


def test_a_unit_that_hands_in_tallies_instead_of_dossiers_has_reported(office):
    put(office, "tallies", {"unit": "A", "procedure": "", "received_online": "1", "done_early": "1", **SPAN})
    assert "dossiers" not in unit(office, "A").missing
    assert "dossiers" in unit(office, "B").missing


def test_tallies_beside_dossiers_are_told_to_be_set_aside(office):
    put(
        office,
        "tallies",
        *({"unit": unit, **SPAN, "procedure": "", "received_direct": "1", "done_on_due": "1"} for unit in "AB"),
    )
    put(office, "dossiers", {"code": "d", "unit": "A", "procedure": "P1", **FIRST})
    found = shown(office)
    assert {unit.unit: unit.set_aside for unit in found.units if unit.set_aside} == {"A": 1}
    assert [unit.unit for unit in found.twice_told] == ["A"]


def test_a_survey_or_value_of_other_days_is_none_of_this_period(office):
    late = {"period_from": "2020-07-01", "period_to": "2021-06-30"}
    put(office, "surveys", {"unit": "A", "topic": "result", "satisfied": "1", "responses": "2", **late})
    half = {"period_from": "2020-07-01", "period_to": "2020-12-31"}
    put(office, "reported", {"unit": "A", "measure": "m", "value": "1", **half})
    assert {"surveys", "reported"} <= set(unit(office, "A").missing)


def test_it_tells_when_a_units_rows_last_came_or_changed(office):
    put_cases(office)
    before = unit(office, "A")
    assert before.changed["dossiers"] == datetime(2026, 6, 30, 8)
    assert before.changed["staff"] is None
    assert unit(office, "B").newest is None
    found = shown(office)
    assert found.days_old(unit(office, "A"), date(2026, 7, 4)) == 4
    assert found.days_old(unit(office, "B"), date(2026, 7, 4)) is None


def test_batches_with_warnings_are_listed_for_who_may_see_them(office):
    put_cases(office)
    people = put_each_role(office)
    with writing(office) as connection:
        connection.execute(update(BATCH).where(BATCH.c.kind == "dossiers").values(warnings=3))
    assert [(one.kind, one.warnings) for one in list_warned(office, people["committee"])] == [("dossiers", 3)]
    assert list_warned(office, people["clerk"]) == [], "the batches of others are not theirs to see"
    with pytest.raises(DeniedError):
        list_warned(office, people["viewer"])


def test_an_unknown_check_is_said(office):
    with pytest.raises(UsageError, match="unknown_check"):
        list_found(office, OPERATOR, Y, Wanted("weather"), TODAY)


def test_rows_come_a_page_at_a_time_in_a_fixed_order(office):
    put(office, "dossiers", *({"code": f"{at:03}", "unit": "AB"[at % 2], "procedure": "P1", **FIRST, "rating": "1"}
                              for at in range(30)))  # fmt: skip
    pages = [list_found(office, OPERATOR, Y, Wanted("rated_unended", None, at, 12), TODAY) for at in (0, 12, 24)]
    assert [(page.total, len(page.rows)) for page in pages] == [(30, 12), (30, 12), (30, 6)]
    assert len({row["code"] for page in pages for row in page.rows}) == 30


def test_looking_changes_no_score(office):
    put_cases(office)
    put(office, "reported", {"unit": "A", "measure": "m", "value": "4", **SPAN})
    board = compute_board(office, Question(*Y), TODAY, OPERATOR).place("A").score.score
    shown(office)
    assert compute_board(office, Question(*Y), TODAY, OPERATOR).place("A").score.score == board == 4


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_units_and_clerks_see_their_own_and_the_committee_all(office, role):
    put_cases(office, "A")
    put(office, "dossiers", {"code": "of-b", "unit": "B", "procedure": "P1", **FIRST, "rating": "1"})
    actor = put_each_role(office)[role]
    if role == "viewer":
        for call in (lambda: shown(office, actor), lambda: codes(office, "rated_unended", actor=actor)):
            with pytest.raises(DeniedError):
                call()
        return
    sees_all = role in ("committee", "chair", "admin")
    assert {one.unit for one in shown(office, actor).units} == ({"A", "B", "X"} if sees_all else {"A"})
    assert codes(office, "rated_unended", actor=actor) == ({"rated", "of-b"} if sees_all else {"rated"})
    assert codes(office, "rated_unended", "A", actor=actor) == {"rated"}
    if sees_all:
        assert codes(office, "rated_unended", "B", actor=actor) == {"of-b"}
    else:
        with pytest.raises(DeniedError):
            codes(office, "rated_unended", "B", actor=actor)


def some_moment(dice: random.Random) -> str | None:
    if dice.random() < 0.35:
        return None
    moment = datetime(2019, 11, 1) + timedelta(minutes=dice.randrange(600_000), seconds=dice.choice((0, 0, 1, 59)))
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def test_a_count_equals_the_rows_behind_it_for_random_cases(office):
    dice = random.Random(20)
    rows = []
    for at in range(400):
        received, submitted, due = (some_moment(dice) for _ in range(3))
        completed = due if dice.random() < 0.2 else some_moment(dice)
        row = {
            **{"code": str(at), "unit": dice.choice("ABX"), "procedure": "P1", "received_at": received, "due_at": due},
            **{"submitted_at": submitted or (None if received else "2020-02-02 00:00:00"), "completed_at": completed},
            **{"returned_at": some_moment(dice), "waiting_since": some_moment(dice), "channel": "counter"},
            "status": dice.choice((None, "waiting", "completed", "in_progress", "returned")),
            "rating": dice.choice((None, None, "3")),
        }
        rows.append(row)
    put(office, "dossiers", *rows)
    put(office, "feedback", *({"code": str(at), "unit": dice.choice("AB"), "kind": "complaint",
                               "received_on": f"20{dice.choice((19, 20, 21))}-05-{dice.randrange(1, 29):02}",
                               "resolved_on": dice.choice((None, "2020-05-10")),
                               "outcome": dice.choice((None, "pending", "upheld"))} for at in range(60)))  # fmt: skip
    for today in (date(2020, 4, 1), TODAY):
        found = show_quality(office, OPERATOR, Y, today)
        for check in CHECKS:
            page = list_found(office, OPERATOR, Y, Wanted(check, limit=1000), today)
            assert found.total(check) == page.total == len(page.rows), check
            for one in found.units:
                of_unit = list_found(office, OPERATOR, Y, Wanted(check, one.unit, limit=1000), today)
                assert one.counts.get(check, 0) == of_unit.total == len(of_unit.rows), (check, one.unit)
    assert sum(map(found.total, CHECKS)) > 100
