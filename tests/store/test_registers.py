"""The measures of the registers, each counted by hand from a few rows; on both databases.

The period is 2019. Working days used below: 2019-03-01 is a Friday; 4-8 and 11-15 March are full weeks; 2019-04-29 (Monday)
was off in exchange for Saturday 2019-05-04; 30 April and 1 May are holidays.
"""

from __future__ import annotations

from datetime import date

import pytest
from builders import put, put_campaign, put_offices

from tracker.services.access import OPERATOR
from tracker.services.standings import Question, measure

RULES = """
code = "registers"
version = 1
title = {vi = "Sổ", en = "Registers"}
basis = "test"
total = 1

[[reported]]
measure = "initiatives"
title = {vi = "Sáng kiến", en = "Initiatives"}

[[criterion]]
code = "c"
title = {vi = "c", en = "c"}
points = 1

  [[criterion.indicator]]
  code = "c.i"
  title = {vi = "i", en = "i"}
  points = 1
  basis = "test"
  formula = {kind = "count", items = ["initiatives"], per = 1}
"""


@pytest.fixture
def office(engine):
    put_offices(engine, "A", "B")
    put_campaign(engine, "y", begins="2019-01-01", ends="2019-12-31", rulebook=RULES)
    return engine


def counted(engine, as_of: str = "2019-12-31", unit: str = "A") -> dict:
    return measure(engine, Question("y", "y", date.fromisoformat(as_of)), date(2019, 12, 31), OPERATOR).facts[unit].measures


def some(measures, *names: str) -> tuple:
    return tuple(measures[name] for name in names)


def procedure(code: str, **more) -> dict:
    return {"code": code, "name": code, **more}


def posting(procedure: str, **more) -> dict:
    return {"unit": "A", "procedure": procedure, **more}


def test_only_procedures_in_force_as_of_the_day_count(office):
    put(
        office,
        "procedures",
        procedure("always"),
        procedure("from", effective_on="2019-06-01"),
        procedure("until", valid_to="2019-05-31"),
    )
    put(office, "postings", posting("always"), posting("from"), posting("until"))
    assert [counted(office, day)["procedures"] for day in ("2019-05-31", "2019-06-01")] == [2, 2]
    put(office, "procedures", procedure("until", valid_to="2019-06-01"))
    assert counted(office, "2019-06-01")["procedures"] == 3


def test_posted_needs_the_counter_and_a_posting_day_that_has_come(office):
    put(office, "procedures", *(procedure(code) for code in ("p1", "p2", "p3", "p4")))
    put(
        office,
        "postings",
        posting("p1", counter="1", site="1", portal="1", posted_on="2019-03-01"),
        posting("p2", counter="1", posted_on="2019-03-02"),
        posting("p3", site="1", portal="1", posted_on="2019-03-01"),
        posting("p4", counter="1"),
    )
    assert some(counted(office, "2019-03-01"), "procedures", "posted", "posted_everywhere") == (4, 1, 1)
    assert some(counted(office, "2019-03-02"), "procedures", "posted", "posted_everywhere") == (4, 2, 1)


def test_posting_is_in_time_within_five_working_days_of_the_decision(office):
    # Decided on Friday 1 March: the fifth working day after it is Friday 8 March.
    days = {"p1": "2019-03-08", "p2": "2019-03-09", "p3": "2019-03-11", "p4": None}
    put(
        office,
        "procedures",
        *(procedure(code, decided_on="2019-03-01") for code in days),
        procedure("old", decided_on="2018-12-31"),
    )
    put(
        office,
        "postings",
        *(posting(code, counter="1", posted_on=day) for code, day in days.items()),
        posting("old", counter="1", posted_on="2019-01-02"),
    )
    # Saturday the 9th is no further working day, so p2 is in time as well; Monday the 11th is the sixth.
    assert some(counted(office), "posting_due", "posted_in_time") == (4, 2)


def test_holidays_and_swapped_saturdays_count_as_the_calendar_says(office):
    # After Friday 26 April: 27, 28 weekend, 29 off, 30 and 1 holidays; 2, 3, Saturday 4 (worked), 6, 7 are the five days.
    put(office, "procedures", procedure("p1", decided_on="2019-04-26"), procedure("p2", decided_on="2019-04-26"))
    put(
        office,
        "postings",
        posting("p1", counter="1", posted_on="2019-05-07"),
        posting("p2", counter="1", posted_on="2019-05-08"),
    )
    assert some(counted(office), "posting_due", "posted_in_time") == (2, 1)


def test_the_ways_a_procedure_is_offered_are_counted_apart(office):
    put(office, "procedures", *(procedure(code) for code in ("p1", "p2", "p3", "p4")))
    put(
        office,
        "postings",
        posting("p1", one_stop="1", content_complete="1", workflow_assigned="1", online_level="4", postal="1"),
        posting("p2", interlinked="1", online_level="3"),
        posting("p3", one_stop="1", interlinked="1", online_level="2"),
        posting("p4"),
    )
    names = (
        "one_stop",
        "interlinked",
        "content_complete",
        "workflow_assigned",
        "online_services",
        "online_full",
        "postal_services",
    )
    assert some(counted(office), *names) == (3, 2, 1, 1, 2, 1, 1)


def test_days_are_summed_exactly_over_procedures_that_have_both(office):
    put(
        office,
        "procedures",
        procedure("p1", legal_days="10"),
        procedure("p2", legal_days="0.1"),
        procedure("p3", legal_days="0.2"),
        procedure("p4"),
        procedure("p5", legal_days="5"),
    )
    put(
        office,
        "postings",
        posting("p1", committed_days="8"),
        posting("p2", committed_days="0.1"),
        posting("p3", committed_days="0.17"),
        posting("p4", committed_days="3"),
        posting("p5"),
    )
    measures = counted(office)
    assert measures["legal_days"] * 10 == 103
    assert measures["committed_days"] * 100 == 827
    # Cut by at least a fifth: 10 -> 8 exactly; 0.1 not at all; 0.2 -> 0.17 by 15 %.
    assert measures["time_cut_met"] == 1


def test_a_decision_is_in_time_five_working_days_before_it_takes_effect(office):
    put(
        office,
        "procedures",
        procedure("p1", owner="A", decided_on="2019-03-01", effective_on="2019-03-08"),
        procedure("p2", owner="A", decided_on="2019-03-04", effective_on="2019-03-08"),
        procedure("p3", owner="A", effective_on="2019-03-08"),
        procedure("p4", owner="A", decided_on="2018-12-01", effective_on="2018-12-31"),
        procedure("p5", owner="B", decided_on="2019-03-01", effective_on="2019-03-29"),
    )
    assert some(counted(office), "decisions_due", "decisions_in_time") == (3, 1)
    assert some(counted(office, unit="B"), "decisions_due", "decisions_in_time") == (1, 1)
    assert some(counted(office, "2019-03-07"), "decisions_due", "decisions_in_time") == (0, 0)


def feedback(code: str, kind: str, **more) -> dict:
    return {"code": code, "unit": "A", "kind": kind, "received_on": "2019-03-01", **more}


def test_feedback_is_upheld_only_once_it_is_resolved(office):
    put(
        office,
        "feedback",
        feedback("f1", "behaviour_petition", outcome="upheld", resolved_on="2019-03-10", officer="o1"),
        feedback("f2", "complaint", outcome="partly_upheld", resolved_on="2019-03-20", officer="o1"),
        feedback("f3", "denunciation", outcome="upheld"),
        feedback("f4", "complaint", outcome="rejected", resolved_on="2019-03-02"),
        feedback("f5", "rule_petition", outcome="upheld", resolved_on="2019-03-02", officer="o2"),
        feedback("f6", "denunciation", outcome="upheld", resolved_on="2019-03-12"),
        feedback("old", "complaint", outcome="upheld", resolved_on="2019-03-02") | {"received_on": "2018-12-31"},
    )
    names = ("behaviour_petitions_upheld", "complaints_upheld", "denunciations_upheld", "officials_in_breach")
    assert some(counted(office, "2019-03-09"), *names) == (0, 0, 0, 0)
    assert some(counted(office, "2019-03-10"), *names) == (1, 0, 0, 1)
    # o1 counts once though two cases name them; the denunciation that names nobody counts as one more.
    assert some(counted(office), *names) == (1, 1, 1, 2)
    assert some(counted(office), "behaviour_petitions", "complaints", "denunciations", "petitions") == (1, 2, 2, 2)


def test_a_petition_is_in_time_by_its_due_day_or_the_fifteenth_working_day(office):
    # Received on Friday 1 March without a due day: the fifteenth working day is Friday 22 March.
    put(
        office,
        "feedback",
        feedback("f1", "rule_petition", resolved_on="2019-03-22", outcome="rejected"),
        feedback("f2", "rule_petition", resolved_on="2019-03-23", outcome="rejected"),
        feedback("f3", "behaviour_petition", due_on="2019-03-05", resolved_on="2019-03-05", outcome="upheld"),
        feedback("f4", "behaviour_petition", due_on="2019-03-05", resolved_on="2019-03-06", outcome="upheld"),
        feedback("f5", "behaviour_petition", due_on="2019-06-30"),
        feedback("c1", "complaint", due_on="2019-03-05", resolved_on="2019-03-06"),
    )
    names = ("petitions", "petitions_in_time", "petitions_overdue")
    assert some(counted(office, "2019-03-04"), *names) == (5, 5, 0)
    # On their due day, still unresolved at its end: f4 is overdue, f3 was resolved that day.
    assert some(counted(office, "2019-03-05"), *names) == (5, 4, 1)
    assert some(counted(office, "2019-06-29"), *names) == (5, 3, 2)
    assert some(counted(office, "2019-06-30"), *names) == (5, 2, 3)


def test_every_petition_without_a_due_day_has_one_of_its_own(office):
    # The fifteenth working day after Thursday 30 May is Thursday 20 June; after Friday 1 February (then Tet) Friday 1 March.
    put(
        office,
        "feedback",
        {**feedback("f1", "rule_petition", resolved_on="2019-06-20"), "received_on": "2019-05-30"},
        {**feedback("f2", "rule_petition", resolved_on="2019-06-21"), "received_on": "2019-05-30", "unit": "B"},
        {**feedback("f3", "rule_petition", resolved_on="2019-03-01"), "received_on": "2019-02-01"},
        {**feedback("f4", "rule_petition", resolved_on="2019-03-02"), "received_on": "2019-02-01", "unit": "B"},
    )
    assert some(counted(office), "petitions", "petitions_in_time") == (2, 2)
    assert some(counted(office, unit="B"), "petitions", "petitions_in_time") == (2, 0)


def test_dissatisfied_and_repeated_petitions_are_counted(office):
    put(
        office,
        "feedback",
        feedback("f1", "rule_petition", dissatisfied="1"),
        feedback("f2", "rule_petition", repeat_of="f1"),
        feedback("c1", "complaint", dissatisfied="1", repeat_of="f1"),
    )
    assert some(counted(office), "petitions_dissatisfied", "petitions_repeated") == (1, 1)


def test_officials_are_the_staff_rows_else_the_headcount(office):
    put(office, "staff", {"code": "s1", "unit": "A"}, {"code": "s2", "unit": "A"})
    put(
        office,
        "units",
        {"code": "A", "name": "A", "kind": "commune", "cluster": "c", "headcount": "9"},
        {"code": "B", "name": "B", "kind": "commune", "cluster": "c", "headcount": "7"},
    )
    assert (counted(office)["officials"], counted(office, unit="B")["officials"]) == (2, 7)


def survey(begins: str, ends: str, topic: str, satisfied: int, responses: int) -> dict:
    return {
        "unit": "A",
        "period_from": begins,
        "period_to": ends,
        "topic": topic,
        "satisfied": satisfied,
        "responses": responses,
    }


def test_surveys_count_when_their_whole_span_has_come_and_ratings_add_to_them(office):
    put(
        office,
        "surveys",
        survey("2019-02-01", "2019-06-30", "result", 45, 50),
        survey("2019-01-01", "2019-06-30", "attitude", 30, 40),
        survey("2018-07-01", "2019-01-31", "result", 1000, 1000),
    )
    rated = {"unit": "A", "procedure": "P1", "received_at": "2019-02-01 08:00:00"}
    put(
        office,
        "dossiers",
        {**rated, "code": "d1", "completed_at": "2019-02-02 08:00:00", "rating": "4"},
        {**rated, "code": "d2", "completed_at": "2019-02-02 08:00:00", "rating": "3.9"},
        {**rated, "code": "d3", "rating": "5"},
    )
    names = ("satisfied", "surveyed", "polite", "attitude_surveyed")
    assert some(counted(office, "2019-06-29"), *names) == (1, 2, 0, 0)
    assert some(counted(office, "2019-06-30"), *names) == (46, 52, 30, 40)


def test_the_last_reported_value_given_is_in_effect(office):
    span = {"unit": "A", "measure": "initiatives", "period_from": "2019-01-01", "period_to": "2019-12-31"}
    assert counted(office)["initiatives"] is None
    put(office, "reported", {**span, "value": "0"})
    assert counted(office)["initiatives"] == 0
    put(office, "reported", {**span, "value": "3", "checked": "2.5"})
    assert counted(office)["initiatives"] * 2 == 5
    put(office, "reported", {**span, "value": "3", "checked": "2.5", "decided": "2"})
    assert counted(office)["initiatives"] == 2
    put(office, "reported", {**span, "period_from": "2019-01-01", "period_to": "2019-06-30", "unit": "B", "value": "9"})
    assert counted(office, unit="B")["initiatives"] is None


def test_level_four_dossiers_are_the_online_ones_of_procedures_fully_online(office):
    put(office, "procedures", procedure("p4"), procedure("p3"))
    put(office, "postings", posting("p4", online_level="4"), posting("p3", online_level="3"))
    base = {"unit": "A", "received_at": "2019-02-01 08:00:00"}
    put(
        office,
        "dossiers",
        {**base, "code": "d1", "procedure": "p4", "channel": "online"},
        {**base, "code": "d2", "procedure": "p4", "channel": "counter"},
        {**base, "code": "d3", "procedure": "p3", "channel": "online"},
    )
    assert some(counted(office), "dossiers_level4", "dossiers_online", "dossiers_counter") == (1, 2, 1)


def test_an_online_dossier_is_accepted_in_time_within_one_working_day_by_the_unit_that_receives_it(office):
    put(
        office,
        "dossiers",
        # Submitted on Friday 1 March, received on Monday 4 March: one working day.
        {"code": "d1", "unit": "A", "receiving_unit": "B", "procedure": "P1", "channel": "online",
         "submitted_at": "2019-03-01 16:00:00", "received_at": "2019-03-04 16:59:00"},
        {"code": "d2", "unit": "A", "receiving_unit": "B", "procedure": "P1", "channel": "online",
         "submitted_at": "2019-03-01 08:00:00", "received_at": "2019-03-05 08:00:00"},
        {"code": "d3", "unit": "A", "procedure": "P1", "channel": "online", "submitted_at": "2019-03-01 08:00:00"},
    )  # fmt: skip
    names = ("online_submitted", "accepted_in_time", "received")
    assert some(counted(office), *names) == (1, 0, 2)
    assert some(counted(office, unit="B"), *names) == (2, 1, 0)


def test_units_compete_and_are_measured_only_while_valid(office):
    put(
        office,
        "units",
        {"code": "A", "name": "A", "kind": "commune", "cluster": "c", "valid_to": "2019-01-01"},
        {"code": "B", "name": "B", "kind": "commune", "cluster": "c", "valid_from": "2020-01-01"},
    )
    found = measure(office, Question("y", "y"), date(2019, 12, 31), OPERATOR).facts
    assert list(found) == ["A"]


def test_only_a_unit_without_a_row_of_any_kind_is_silent(office):
    def rows(unit: str) -> int:
        return sum(measure(office, Question("y", "y"), date(2019, 12, 31), OPERATOR).facts[unit].rows.values())

    assert (rows("A"), rows("B")) == (0, 0)
    online = {"procedure": "P1", "channel": "online", "submitted_at": "2019-03-01 08:00:00"}
    put(office, "dossiers", {"code": "d1", "unit": "A", "receiving_unit": "B", **online})
    assert (rows("A"), rows("B")) == (1, 1)
    put_offices(office, "C", "D", "E")
    put(
        office,
        "procedures",
        procedure("p1", owner="C", effective_on="2019-06-01"),
        procedure("p2", owner="D", effective_on="2020-06-01"),
    )
    quarter = {"measure": "initiatives", "period_from": "2019-01-01", "period_to": "2019-03-31", "value": "1"}
    put(office, "reported", {"unit": "E", **quarter})
    assert (rows("C"), rows("D"), rows("E")) == (1, 0, 1)
