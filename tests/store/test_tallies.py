"""Units that send tallies instead of dossiers: counted by hand, and against the dossiers they stand for."""

from __future__ import annotations

import io
from collections import Counter
from datetime import date, timedelta
from fractions import Fraction
from random import Random

import openpyxl
import pytest
from builders import WITH_LATENESS, act, put, put_campaign, put_file, put_offices
from frozen import freeze
from sqlalchemy.exc import IntegrityError

from tracker.services.access import OPERATOR
from tracker.services.answers import answer_measures
from tracker.services.batches import undo_batch
from tracker.services.board_sheets import say_flags
from tracker.services.case_sheets import Behind, export_cases_behind
from tracker.services.cases import list_cases
from tracker.services.copies import load_parts
from tracker.services.editions import Edition
from tracker.services.recount import count_copy
from tracker.services.rows import board_rows
from tracker.services.standings import Question, compute_board, measure
from tracker.services.unit_view import view_unit
from tracker.store.engine import reading

HEAD = (
    "unit,procedure,period_from,period_to,received_online,received_direct,carried,"
    "done_early,done_on_due,done_late,pending_in_time,pending_overdue\n"
)
NAMES = HEAD.strip().split(",")
Q1, Q2 = ("2025-01-01", "2025-03-31"), ("2025-04-01", "2025-06-30")


@pytest.fixture
def office(engine):
    put_offices(engine, "A", "B")
    put_campaign(engine, "y", begins="2025-01-01", ends="2025-12-31")
    return engine


def tally(unit: str, span: tuple[str, str], *counts: int, procedure: str = "") -> dict:
    return dict(zip(NAMES, (unit, procedure, *span, *counts), strict=True))


def facts(engine, unit: str = "A", as_of: str = "2025-12-31"):
    return measure(engine, Question("y", "y", date.fromisoformat(as_of)), date(2025, 12, 31), OPERATOR).facts[unit]


def some(engine, *names: str, unit: str = "A", as_of: str = "2025-12-31") -> tuple:
    found = facts(engine, unit, as_of).measures
    return tuple(found[name] for name in names)


# 10 carried over + 190 new; 120 early, 40 exact, 6 late; 22 + 8 waiting in time, 4 overdue: 190 of 200 = 19 of 20 points.
WORKED = (150, 40, 10, 120, 40, 6, 30, 4)


def test_the_worked_example_of_a_quarter_scores_nineteen_twentieths(office):
    put(office, "tallies", tally("A", Q1, *WORKED))
    flows = ("received", "carried", "done_on_time", "done_early", "done_late", "pending_in_time", "pending_overdue")
    assert some(office, *flows) == (190, 10, 160, 120, 6, 30, 4)
    assert some(office, "dossiers_online", "dossiers_counter", "no_due") == (150, 40, 0)
    assert dict(facts(office).rows)["tallies"] == 1
    board = compute_board(office, Question("y", "y", date(2025, 12, 31)), date(2025, 12, 31), OPERATOR)
    (place,) = (place for place in next(iter(board.standings.values())).places if place.score.unit == "A")
    assert place.score.score * 100 == 950  # of the rulebook's ten points


def test_flows_of_several_spans_add_up_and_stocks_are_those_of_the_first_and_the_last(office):
    put(office, "tallies", tally("A", Q1, 50, 40, 10, 60, 20, 5, 10, 5), tally("A", Q2, 30, 20, 15, 40, 10, 5, 8, 2))
    names = ("received", "carried", "done_on_time", "done_late", "pending_in_time", "pending_overdue")
    assert some(office, *names) == (140, 10, 130, 10, 8, 2)
    assert 140 + 10 == 130 + 10 + 8 + 2
    assert some(office, *names, as_of="2025-06-29") == (90, 10, 80, 5, 10, 5)
    assert dict(facts(office).rows)["tallies"] == 2


def test_lines_by_field_add_up_though_a_field_is_left_out_once_nothing_is_left_of_it(office):
    put(
        office,
        "tallies",
        tally("A", Q1, 3, 0, 1, 4, 0, 0, 0, 0, procedure="Tư pháp"),
        tally("A", Q1, 5, 0, 0, 2, 0, 0, 3, 0, procedure="Đất đai"),
        tally("A", Q2, 1, 1, 3, 4, 0, 0, 0, 1, procedure="Đất đai"),
    )
    assert some(office, "received", "carried", "done_on_time", "pending_in_time", "pending_overdue") == (10, 1, 10, 0, 1)


def test_a_tally_counts_once_its_last_day_has_come_and_says_until_then_that_the_unit_is_not_silent(office):
    put(office, "tallies", tally("A", Q1, *WORKED))
    assert some(office, "received", as_of="2025-03-30") == (0,)
    early = dict(facts(office, as_of="2025-03-30").rows)
    assert (early["other"], "tallies" in early) == (1, False)
    assert some(office, "received", as_of="2025-03-31") == (190,)
    put(office, "tallies", tally("B", ("2024-12-01", "2025-03-31"), *WORKED))
    assert some(office, "received", unit="B") == (0,)


def test_where_a_unit_has_dossiers_they_say_all_and_its_tallies_are_set_aside(office):
    put(office, "tallies", tally("A", Q1, *WORKED), tally("B", Q1, *WORKED))
    put(
        office,
        "dossiers",
        {"code": "d", "unit": "A", "procedure": "P1", "received_at": "2025-02-01 08:00:00", "due_at": "2025-02-09 17:00:00"},
    )
    assert some(office, "received", "pending_overdue", "done_on_time") == (1, 1, 0)
    rows = dict(facts(office).rows)
    assert (rows["dossiers"], rows["tallies_unused"], "tallies" in rows) == (1, 1, False)
    assert some(office, "received", unit="B") == (190,)


UNSAID = ("days_late", "apologies_due", "apologies_missing", "supplemented_again", "dossiers_postal", "online_submitted")


def test_what_tallies_do_not_say_is_unknown_and_not_zero(office):
    put(office, "tallies", tally("A", Q1, *WORKED))
    assert some(office, *UNSAID, "satisfied", "surveyed") == (None,) * 8
    assert some(office, *UNSAID, "satisfied", "surveyed", unit="B") == (0,) * 8
    measured = measure(office, Question("y", "y"), date(2025, 12, 31), OPERATOR)
    assert answer_measures(measured)["units"][0]["measures"]["days_late"] is None
    survey = {"unit": "A", "period_from": Q1[0], "period_to": Q1[1], "topic": "result", "satisfied": "7", "responses": "8"}
    put(office, "surveys", survey)
    assert some(office, "satisfied", "surveyed", "days_late") == (7, 8, None)


def test_a_line_on_what_tallies_do_not_say_waits_and_says_for_what(office):
    """Before, no day late was reported, so none was counted, and the unit had all four points."""
    put_campaign(office, "l", begins="2025-01-01", ends="2025-12-31", rulebook=WITH_LATENESS)
    put(office, "tallies", tally("A", Q1, *WORKED))
    in_time = {"received_at": "2025-02-01 08:00:00", "due_at": "2025-02-09 17:00:00", "completed_at": "2025-02-08 08:00:00"}
    put(office, "dossiers", {"code": "d", "unit": "B", "procedure": "P1", **in_time})
    board = compute_board(office, Question("l", "l"), date(2025, 12, 31), OPERATOR)
    scores = {place.score.unit: place.score for standing in board.standings.values() for place in standing.places}
    statuses = {
        unit: [(line.status.value, line.points) for line in score.criteria[0].lines] for unit, score in scores.items()
    }
    # 19 of 20 in time: 3.8 of 4. B: nobody was asked, so the two points go to the other lines, which have everything.
    assert statuses["A"] == [("scored", Fraction("3.8")), ("pending", 0), ("pending", 0)]
    assert statuses["B"] == [("scored", 5), ("scored", 5), ("redistributed", 0)]
    assert (scores["A"].complete, scores["B"].complete) == (False, True)
    view = view_unit(board, None, "A")
    assert [line.why.key for line in view.lines[1:]] == ["why.pending_tallies"] * 2
    assert view.lines[1].why.args["measures"] == ("days_late",)


def test_behind_a_figure_of_tallies_stand_their_lines_those_that_cost_points_first(office):
    put(office, "tallies", tally("A", Q1, 50, 40, 10, 60, 20, 0, 15, 5), tally("A", Q2, 30, 20, 20, 45, 10, 5, 8, 2))
    page = list_cases(office, Question("y", "y"), ("A", "ontime.rate"), date(2025, 12, 31), OPERATOR)
    assert (page.total, page.failing) == (2, 1)
    assert [(row.kind, row.code, row.effect, row.lost) for row in page.rows] == [
        ("tallies", "2025-04-01/2025-06-30", "failing", 7),
        ("tallies", "2025-01-01/2025-03-31", "counted", 0),
    ]
    # Five late and two overdue; what was overdue at the end of March the next quarter's line judges.
    assert [row.cells["done_late"] for row in page.rows] == [5, 0]
    put(
        office,
        "dossiers",
        {"code": "d", "unit": "A", "procedure": "P1", "received_at": "2025-02-01", "due_at": "2025-02-09"},
    )
    (dossier,) = list_cases(office, Question("y", "y"), ("A", "ontime.rate"), date(2025, 12, 31), OPERATOR).rows
    assert (dossier.kind, dossier.code) == ("dossiers", "d")


def test_the_workbook_behind_a_figure_has_one_sheet_of_the_lines(office):
    put(office, "tallies", tally("A", Q1, *WORKED))
    board = compute_board(office, Question("y", "y"), date(2025, 12, 31), OPERATOR)
    view = view_unit(board, None, "A")
    file = export_cases_behind(office, OPERATOR, Behind(Question("y", "y"), view, view.lines[0]), Edition("vi"), "xlsx")
    book = openpyxl.load_workbook(io.BytesIO(file.data))
    (sheet,) = (sheet for sheet in book if "Biểu tổng hợp" in sheet.title)
    said = [cell for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None]
    assert "10 hồ sơ làm mất điểm" in said


def test_a_unit_without_tallies_has_no_word_of_them_among_its_rows(office):
    assert set(facts(office).rows) == {"dossiers", "postings", "feedback", "surveys", "reported", "other"}


@pytest.mark.parametrize("seed", range(6))
def test_dossiers_counted_by_hand_into_tallies_score_as_the_dossiers_do(office, seed):
    random = Random(seed)
    dossiers = [random_dossier(random, number) for number in range(40)]
    put(office, "dossiers", *dossiers)
    put(office, "tallies", *(plain_tally(dossiers, span) for span in (Q1, Q2)))
    for as_of in ("2025-03-31", "2025-06-30"):
        one, other = facts(office, "A", as_of), facts(office, "B", as_of)
        kept = ("received", "carried", "done_on_time", "done_early", "done_late", "pending_in_time", "pending_overdue")
        assert [one.measures[name] for name in kept] == [other.measures[name] for name in kept]
    board = compute_board(office, Question("y", "y", date(2025, 6, 30)), date(2025, 12, 31), OPERATOR)
    first, second = (place.score for place in next(iter(board.standings.values())).places)
    assert first.total == second.total


def random_dossier(random: Random, number: int) -> dict:
    received = date(2024, 12, 1) + timedelta(random.randrange(200))
    due = received + timedelta(random.randrange(1, 30))
    done = received + timedelta(random.randrange(40))
    ended = random.random() < 0.8 and done <= date(2025, 7, 15)
    return {
        "code": f"d{number}",
        "unit": "A",
        "procedure": "P1",
        "channel": random.choice(("online", "counter")),
        "received_at": f"{received} 08:00:00",
        "due_at": f"{due} 17:00:00",
        "completed_at": f"{done} 09:00:00" if ended else None,
    }


def plain_tally(dossiers: list[dict], span: tuple[str, str]) -> dict:
    """What a clerk would count at the end of the span, dossier by dossier."""
    counts: Counter[str] = Counter()
    begins, ends = span
    for one in dossiers:
        received, due, done = (one[name] and one[name][:10] for name in ("received_at", "due_at", "completed_at"))
        if received > ends or (done and done < begins):
            continue
        way = "received_online" if one["channel"] == "online" else "received_direct"
        counts["carried" if received < begins else way] += 1
        if done and done <= ends:
            counts["done_late" if done > due else "done_early" if done < due else "done_on_due"] += 1
        else:
            counts["pending_overdue" if due <= ends else "pending_in_time"] += 1
    return {
        "unit": "B",
        "procedure": "",
        "period_from": begins,
        "period_to": ends,
        **{name: counts[name] for name in NAMES[4:]},
    }


def test_tallies_are_imported_changed_and_undone_to_the_digit(office):
    (first,) = put_file(office, "tallies.csv", HEAD + "A,,2025-01-01,2025-03-31,150,40,10,120,40,6,30,4\n")
    before = facts(office)
    (second,) = put_file(office, "tallies.csv", HEAD + "A,,2025-01-01,2025-03-31,150,40,10,120,39,7,30,4\n")
    assert (first.changes.new, second.changes.changed) == (1, 1)
    assert some(office, "done_late") == (7,)
    undo_batch(office, second.batch, act())
    assert facts(office) == before
    undo_batch(office, first.batch, act())
    assert some(office, "received") == (0,)


def test_a_file_without_the_procedure_column_counts_all_procedures_together_and_again_changes_nothing(office):
    text = "unit,period_from,period_to,received_direct,done_on_due\nA,2025-01-01,2025-03-31,5,5\n"
    (outcome,) = put_file(office, "tallies.csv", text)
    assert (outcome.outcome, outcome.changes.new) == ("imported", 1)
    (again,) = put_file(office, "tallies.csv", text + "B,2025-01-01,2025-03-31,1,1\n")
    assert (again.changes.new, again.changes.unchanged) == (1, 1)


@pytest.mark.parametrize(
    "row",
    [
        "A,,2025-03-01,2025-05-31,1,0,0,1,0,0,0,0",  # another span of the same unit
        "A,,2025-01-01,2025-06-30,1,0,0,1,0,0,0,0",  # the half-year's report beside the quarter's
        "A,Đất đai,2025-01-01,2025-03-31,1,0,0,1,0,0,0,0",  # a part beside the whole
    ],
)
def test_days_that_are_stored_are_not_counted_again(office, row):
    put(office, "tallies", tally("A", Q1, *WORKED))
    (outcome,) = put_file(office, "tallies.csv", HEAD + row + "\n")
    assert outcome.outcome == "refused"
    assert [(problem.code, problem.place.row) for problem in outcome.problems] == [("overlap_stored", 2)]
    (other,) = put_file(office, "more_tallies.csv", HEAD + row.replace("A,", "B,", 1) + "\n")
    assert other.outcome == "imported"


def test_the_database_itself_refuses_sums_that_do_not_balance(office):
    with pytest.raises(IntegrityError), office.begin() as connection:
        put_unbalanced(connection)


def put_unbalanced(connection) -> None:
    connection.exec_driver_sql(
        "INSERT INTO tally (unit, procedure, period_from, period_to, received_online, batch_id) "
        "SELECT 'A', '', '2025-01-01', '2025-03-31', 5, max(id) FROM batch"
    )


def test_the_frozen_copy_holds_the_periods_tallies_and_counts_as_they_do(office):
    put(office, "tallies", tally("A", Q1, *WORKED), tally("A", ("2024-10-01", "2024-12-31"), 1, 0, 0, 0, 0, 0, 1, 0))
    frozen = freeze(office, "y", "y")
    with reading(office) as connection:
        copy = load_parts(connection, frozen.id)
    lines = copy.parts["tallies.csv"].decode().splitlines()
    assert lines[1:] == ["A,,2025-01-01,2025-03-31,150,40,10,120,40,6,30,4"]
    assert count_copy(copy, []).facts["A"] == facts(office)


def test_what_is_carried_over_is_held_against_what_was_left_pending_before(office):
    put_file(
        office,
        "tallies.csv",
        HEAD + "A,Đất đai,2025-01-01,2025-03-31,9,0,0,4,0,0,3,2\nA,Thuế,2025-01-01,2025-03-31,1,,,,,,1,\n",
    )
    (good,) = put_file(office, "tallies_2.csv", HEAD + "A,,2025-04-01,2025-06-30,0,0,6,6,0,0,0,0\n", dry_run=True)
    assert (good.outcome, good.problems) == ("checked", ())
    (bad,) = put_file(office, "tallies_2.csv", HEAD + "A,,2025-04-01,2025-06-30,0,0,5,5,0,0,0,0\n")
    (warning,) = bad.problems
    assert (bad.outcome, warning.code, warning.place.row, warning.severity.value) == (
        "imported",
        "tally_carried",
        2,
        "warning",
    )
    assert warning.args == {"carried": 5, "pending": 6, "before": "2025-03-31"}


def test_the_span_before_may_stand_in_the_same_file(office):
    text = HEAD + "A,,2025-01-01,2025-03-31,3,0,0,1,0,0,2,0\nA,,2025-04-01,2025-06-30,0,0,1,1,0,0,0,0\n"
    (outcome,) = put_file(office, "tallies.csv", text)
    assert [(problem.code, problem.place.row) for problem in outcome.problems] == [("tally_carried", 3)]


def test_lines_of_a_span_that_a_mended_file_leaves_out_count_as_they_are_stored(office):
    first, next_ = "2025-01-01,2025-03-31", "2025-04-01,2025-06-30"
    put_file(office, "tallies.csv", HEAD + f"A,Đất đai,{first},9,0,0,4,0,0,3,2\nA,Thuế,{first},1,,,,,,1,\n")
    put_file(office, "tallies_2.csv", HEAD + f"A,Đất đai,{next_},0,0,5,5,0,0,0,0\nA,Thuế,{next_},0,0,1,1,0,0,0,0\n")
    mended = HEAD + f"A,Thuế,{next_},3,0,1,4,0,0,0,0\n"
    (outcome,) = put_file(office, "tallies_3.csv", mended)
    assert (outcome.outcome, outcome.problems) == ("imported", ())


def test_the_board_and_the_units_page_say_where_the_figures_come_from(office):
    put(office, "tallies", tally("A", Q1, *WORKED), tally("B", Q1, *WORKED))
    received = {"received_at": "2025-02-01 08:00:00", "due_at": "2025-02-09 17:00:00"}
    put(office, "dossiers", {"code": "d", "unit": "B", "procedure": "P1", **received})
    board = compute_board(office, Question("y", "y", date(2025, 12, 31)), date(2025, 12, 31), OPERATOR)
    flags = {row.unit: say_flags("vi", row) for row in board_rows(board, None)}
    assert flags == {"A": ["tính theo biểu tổng hợp"], "B": ["có biểu tổng hợp không tính"]}
    assert [view_unit(board, None, unit).source for unit in ("A", "B")] == ["tallies", "both"]
