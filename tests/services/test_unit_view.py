"""What a unit's page shows, worked out by hand."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from builders import RULEBOOK, TODAY, put, put_campaign, put_offices
from lives import AFTER, put_year, take
from people import put_account

from tracker.core.periods import Every
from tracker.core.terms import Statement
from tracker.services.access import VISITOR, Role
from tracker.services.history import month_boards, previous_board
from tracker.services.standings import Question, show_board
from tracker.services.steps import Step
from tracker.services.unit_trend import follow_unit
from tracker.services.unit_view import view_unit

TIE_BREAK = """
[[tie_break]]
by = "days_late"
order = "low"
"""


def dossier(unit: str, code: str, completed: str, year: int = 2019) -> dict[str, str]:
    """A dossier due on Friday 8 March 2019 at 17:00 (or on that day of another year)."""
    cells = {"received_at": f"{year}-03-01T08:00", "due_at": f"{year}-03-08T17:00", "completed_at": f"{year}-{completed}"}
    return {"unit": unit, "code": code, "procedure": "P1", **cells}


@pytest.fixture
def engine(sqlite_engine):
    """A and B have one of two late, A by one working day, B by three; C has four of four in time, in 2018 two of four."""
    put_offices(sqlite_engine, "A", "B", "C")
    put(
        sqlite_engine,
        "dossiers",
        dossier("A", "A1", "03-05T09:00"),
        dossier("A", "A2", "03-11T09:00"),
        dossier("B", "B1", "03-05T09:00"),
        dossier("B", "B2", "03-13T09:00"),
        *(dossier("C", f"C{n}", "03-05T09:00") for n in range(4)),
        *(dossier("C", f"D{n}", "03-05T09:00" if n < 2 else "03-20T09:00", 2018) for n in range(4)),
    )
    rulebook = RULEBOOK.format(code="rules", policy="") + TIE_BREAK
    put_campaign(sqlite_engine, begins="2018-01-01", ends="2019-12-31", rulebook=rulebook, every=Every.YEAR)
    return sqlite_engine


def view(engine, unit: str):
    board = show_board(engine, Question("thi-dua", "2019"), TODAY, VISITOR)
    return view_unit(board, previous_board(engine, board, TODAY, VISITOR), unit)


def test_the_clusters_middle_and_best_are_those_of_its_ranked_units(engine):
    shown = view(engine, "A")
    assert (shown.peers.median, shown.peers.best) == (5, 10)  # 5, 5 and 10 of 10 points
    assert shown.above_median == 0
    assert shown.criteria[0].above_median == 0
    assert shown.lines[0].peers.best == 10


def test_steps_lead_from_the_total_to_the_score(engine):
    shown = view(engine, "A")
    assert [(step.code, step.points) for step in shown.steps] == [("ontime.rate", Fraction(-5))]
    assert shown.lost == 5
    assert [line.line.code for line in shown.recoverable] == ["ontime.rate"]
    assert view(engine, "C").steps == view(engine, "C").recoverable == ()


def test_equal_scores_say_which_tie_break_parted_them(engine):
    args = {"by": "days_late", "title": None}
    above = Statement("unit.tie.above", {**args, "value": 1, "other": 3, "units": ("Đơn vị B",)})
    below = Statement("unit.tie.below", {**args, "value": 3, "other": 1, "units": ("Đơn vị A",)})
    assert view(engine, "A").ties == (above,)
    assert view(engine, "B").ties == (below,)
    assert view(engine, "C").ties == ()


def test_a_formulas_terms_carry_their_sign_their_half_and_their_figure(engine):
    terms = [(term.measure, term.sign, term.below, term.figure) for term in view(engine, "A").lines[0].terms]
    assert terms == [
        ("done_on_time", 1, False, 1),
        ("pending_in_time", 1, False, 0),
        ("received", 1, True, 2),
        ("carried", 1, True, 0),
        ("no_due", -1, True, 0),
    ]


def test_a_unit_is_compared_with_itself_in_the_period_before(engine):
    shown = view(engine, "C")
    assert (shown.previous, shown.gained, shown.movement) == (5, 5, 0)
    assert (view(engine, "A").previous, view(engine, "A").movement) == (None, None)


def test_a_unit_is_followed_through_the_periods_even_where_it_had_no_score(engine):
    boards = [show_board(engine, Question("thi-dua", year), TODAY, VISITOR) for year in ("2018", "2019")]
    points = follow_unit(boards, "A")
    assert [(point.period.code, point.score, point.rank, point.of, point.median) for point in points] == [
        ("2018", None, None, 1, 5),
        ("2019", 5, 2, 3, 5),
    ]


def test_a_unit_that_does_not_compete_has_no_view(engine):
    assert view(engine, "nobody") is None


def test_the_months_of_a_frozen_period_are_counted_for_whoever_sees_its_result(sqlite_engine):
    put_year(sqlite_engine)
    take(sqlite_engine, Step.FREEZE)
    put_account(sqlite_engine, "viewer", Role.VIEWER)
    board = show_board(sqlite_engine, Question("thi-dua", "2025", date(2025, 4, 15)), AFTER, "viewer")
    months = follow_unit(month_boards(sqlite_engine, board, "viewer"), "A")
    assert [(point.as_of.month, point.score) for point in months] == [(1, None), (2, 0), (3, 5), (4, Fraction("6.67"))]
