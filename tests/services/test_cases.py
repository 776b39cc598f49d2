"""From a figure down to its cases: as many rows as the figure says, those that cost points first, for those who may look."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from builders import TODAY, put, put_campaign, put_offices

from tracker.core.problems import UsageError
from tracker.core.rulebook import formula_measures
from tracker.sample.planted import DECLINER, DENOUNCED, NO_APOLOGY, PARKER, RESUPPLEMENTS, SILENT, TINY
from tracker.services.access import OPERATOR, VISITOR, DeniedError
from tracker.services.cases import Extract, case_sources, list_cases, may_see_cases
from tracker.services.database import open_database
from tracker.services.demo import CAMPAIGN, Size, load_province
from tracker.services.standings import Question, show_board

DAY_AFTER = date(2021, 1, 4)
ALL = 1_000_000
UNITS = (NO_APOLOGY, DECLINER, RESUPPLEMENTS, PARKER, DENOUNCED, TINY, SILENT)
# These are no number of rows: officials come from another file, and one official named twice is in breach once.
NOT_ROWS = {"officials", "officials_in_breach"}


@pytest.fixture(scope="module")
def province(sqlite_template, tmp_path_factory):
    path = tmp_path_factory.mktemp("cases") / "sample.db"
    path.write_bytes(sqlite_template.read_bytes())
    engine = open_database(f"sqlite:///{path}")
    load_province(engine, Size(communes=16, dossiers=20_000))
    yield engine
    engine.dispose()


def rows_behind(engine, question, unit, indicator, source):
    page = list_cases(engine, question, (unit, indicator), DAY_AFTER, VISITOR, Extract(0, ALL, source))
    assert len(page.rows) == page.total
    effects = [row.effect for row in page.rows]
    assert effects == sorted(effects, key=["failing", "counted", "other"].index)
    assert effects.count("failing") == page.failing
    return page.rows


@pytest.mark.parametrize("year", ["2018", "2019"])
@pytest.mark.parametrize("unit", UNITS)
def test_as_many_rows_are_marked_as_every_measure_of_every_indicator_says(province, unit, year):
    question = Question(CAMPAIGN.code, year)
    board = show_board(province, question, DAY_AFTER, VISITOR)
    rulebook, measures = board.setting.rulebook.rulebook, board.facts[unit].measures
    for indicator in (indicator for criterion in rulebook.criterion for indicator in criterion.indicator):
        wanted = [name for name in formula_measures(indicator.formula) if name not in NOT_ROWS]
        counted = Counter()
        for source in case_sources(rulebook, indicator):
            for row in rows_behind(province, question, unit, indicator.code, source):
                if source == "surveys":  # one row of many answers; they add to the ratings of dossiers
                    counted["satisfied"] += row.cells["answers_satisfied"]
                    counted["surveyed"] += row.cells["answers"]
                else:
                    counted.update(row.measures)
        assert {name: counted[name] for name in wanted} == {name: measures[name] for name in wanted}, indicator.code


def test_an_official_named_in_two_upheld_cases_is_in_breach_once_and_a_case_that_names_nobody_counts(province):
    question = Question(CAMPAIGN.code, "2019")
    board = show_board(province, question, DAY_AFTER, VISITOR)
    for unit in board.offices:
        rows = rows_behind(province, question, unit, "friendlier.attitude", "feedback")
        named = {row.cells["officer"] for row in rows if row.cells["officer"]}
        nobody = sum(row.cells["officer"] is None for row in rows)
        assert len(named) + nobody == board.facts[unit].measures["officials_in_breach"], unit


def dossier(code: str, **cells: str) -> dict[str, str]:
    return {"code": code, "unit": "A", "procedure": "P1", "received_at": "2019-03-01T08:00", **cells}


@pytest.fixture
def office(sqlite_engine):
    """A unit with two dossiers late (one of them still open), one on time, one within time and one without a due date."""
    put_offices(sqlite_engine, "A", "B")
    put(
        sqlite_engine,
        "dossiers",
        dossier("on-time", due_at="2019-03-08T17:00", completed_at="2019-03-07T09:00"),
        dossier("late", due_at="2019-03-08T17:00", completed_at="2019-03-08T17:01"),
        dossier("overdue", due_at="2019-03-04T17:00"),
        dossier("in-time", due_at="2019-12-30T17:00"),
        dossier("no-due"),
    )
    put_campaign(sqlite_engine, begins="2019-01-01", ends="2019-12-31")
    return sqlite_engine


MARCH = Question("thi-dua", "thi-dua", date(2019, 3, 31))
BEHIND = ("A", "ontime.rate")


def test_cases_that_cost_points_come_first_by_their_due_time(office):
    page = list_cases(office, MARCH, BEHIND, TODAY, OPERATOR)
    assert [(row.code, row.effect) for row in page.rows] == [
        ("overdue", "failing"),
        ("late", "failing"),
        ("on-time", "counted"),
        ("in-time", "counted"),
    ]
    assert (page.total, page.failing) == (4, 2)


def test_a_page_is_a_window_on_the_same_order(office):
    page = list_cases(office, MARCH, BEHIND, TODAY, OPERATOR, Extract(offset=1, limit=2))
    assert [row.code for row in page.rows] == ["late", "on-time"]
    assert (page.total, page.failing) == (4, 2)


def test_a_case_carries_its_procedures_name_and_no_yes_or_no_of_the_counting(office):
    cells = list_cases(office, MARCH, BEHIND, TODAY, OPERATOR).rows[0].cells
    assert cells["name"] == "Khai sinh"
    assert "done_late" not in cells
    assert "unit" not in cells


def test_another_units_cases_stay_apart(office):
    assert list_cases(office, MARCH, ("B", "ontime.rate"), TODAY, OPERATOR).total == 0


def test_a_visitor_of_a_real_database_sees_no_case(office):
    assert not may_see_cases(office, VISITOR, "A")
    with pytest.raises(DeniedError):
        list_cases(office, MARCH, BEHIND, TODAY, VISITOR)


def test_an_unknown_indicator_is_said_with_those_there_are(office):
    with pytest.raises(UsageError) as error:
        list_cases(office, MARCH, ("A", "nope"), TODAY, OPERATOR)
    assert error.value.args_by_name == {"indicator": "nope", "known": "ontime.rate"}


CUT = """
code = "cut"
version = 1
title = {vi = "Cắt giảm", en = "Cut"}
basis = "test"
total = 1

[[criterion]]
code = "c"
title = {vi = "c", en = "c"}
points = 1

  [[criterion.indicator]]
  code = "c.cut"
  title = {vi = "c", en = "c"}
  points = 1
  basis = "test"
  formula = {kind = "ratio", numerator = ["time_cut_met"], denominator = ["procedures"]}
  cases = "postings"
"""


def test_procedures_whose_time_is_not_cut_by_a_fifth_are_the_failing_ones(engine):
    put_offices(engine, "A")
    put_campaign(engine, "y", begins="2019-01-01", ends="2019-12-31", rulebook=CUT)
    days = {"p8": "8", "p81": "8.1", "p7": "7"}
    put(engine, "procedures", *({"code": code, "name": code, "legal_days": "10"} for code in days))
    put(engine, "postings", *({"unit": "A", "procedure": code, "committed_days": cut} for code, cut in days.items()))
    page = list_cases(engine, Question("y", "y"), ("A", "c.cut"), TODAY, OPERATOR)
    assert [(row.code, row.effect) for row in page.rows] == [("p81", "failing"), ("p7", "counted"), ("p8", "counted")]
