"""The review of what fell short: averages by hand, who may charge whom, and what came of it."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from builders import WITH_LATENESS, act, put, put_campaign, put_offices
from people import put_account, put_each_role
from sqlalchemy import update

from tracker.core.problems import RefusedError
from tracker.services.access import OPERATOR, DeniedError, Role
from tracker.services.accounts import Grant
from tracker.services.policies import CAMPAIGN
from tracker.services.review import Assignment, Closing, assign, close, list_reviews, show_review
from tracker.services.review_tasks import Charge, Status
from tracker.services.seals import check_seals
from tracker.services.standings import Question, show_board
from tracker.store.engine import reading, writing

DAY, LATER = date(2026, 6, 30), date(2026, 7, 10)
QUESTION = Question("thi-dua", "thi-dua")
CHARGE = Charge("Bộ phận Một cửa", "Nguyễn Thị Hoa", "Rà soát hồ sơ tồn hằng tuần", date(2026, 7, 7))


def put_dossiers(engine, **in_time: tuple[int, int]) -> None:
    """Of each unit so many dossiers in time of so many."""
    rows = (
        {"code": f"{unit}{n}", "unit": unit, "completed_at": f"2026-03-{'09' if n < good else '20'} 09:00"}
        for unit, (good, of) in in_time.items()
        for n in range(of)
    )
    common = {"procedure": "P1", "received_at": "2026-03-02 08:00", "due_at": "2026-03-10 17:00"}
    put(engine, "dossiers", *({**common, **row} for row in rows))


@pytest.fixture
def office(engine):
    """Ten points for the share in time: A 1/2, B 3/4, C all; D alone in its cluster, 1/4."""
    put_offices(engine, "A", "B", "C")
    put_offices(engine, "D", cluster="d")
    put_campaign(engine, begins="2026-01-01", ends="2026-12-31")
    put_dossiers(engine, A=(1, 2), B=(3, 4), C=(1, 1), D=(1, 4))
    return engine


def review(engine, unit="A", today=DAY, actor=OPERATOR):
    return show_review(engine, QUESTION, unit, today, actor)


def give(engine, charge=CHARGE, seen=0, today=DAY, actor=OPERATOR, unit="A"):
    assign(engine, QUESTION, unit, Assignment("ontime.rate", charge, seen), act(today, actor))


def refused(work) -> str:
    with pytest.raises(RefusedError) as caught:
        work()
    return caught.value.problems[0].code


def test_an_indicator_is_weak_below_its_maximum_or_an_average(office):
    # Of ten points: A 5, B 7.5, C 10 (mean 7.5); with D's 2.5 the province's mean is 6.25.
    (weak,) = review(office).weak
    assert (weak.line.points, weak.line.lost) == (5, 5)
    assert (weak.averages.cluster, weak.averages.province) == (Fraction(15, 2), Fraction(25, 4))
    assert (weak.below_cluster, weak.below_province, weak.task) == (True, True, None)
    (weak,) = review(office, "B").weak
    assert (weak.below_cluster, weak.below_province) == (False, False)
    assert review(office, "C").weak == ()
    (weak,) = review(office, "D").weak
    assert (weak.below_cluster, weak.below_province) == (False, True)


def test_where_the_campaign_hides_the_others_a_unit_sees_its_own_losses_and_no_average(office):
    unit = put_account(office, "xa-a", Role.UNIT, Grant(frozenset({"A"})))
    with writing(office) as connection:
        connection.execute(update(CAMPAIGN).values(hides_live=True))
    found = review(office, actor=unit)
    (weak,) = found.weak
    assert (found.alone, weak.line.lost, weak.averages.cluster, weak.averages.province) == (True, 5, None, None)
    give(office, actor=unit)
    assert review(office, actor=unit).weak[0].task.charge == CHARGE
    assert not review(office).alone


def test_averages_are_of_the_share_of_the_points_on_offer(sqlite_engine):
    """A, which was rated, may earn 4 points by being in time; D, which was not, 5: both have all, so neither is weak."""
    put_offices(sqlite_engine, "A", "D")
    put_campaign(sqlite_engine, begins="2026-01-01", ends="2026-12-31", rulebook=WITH_LATENESS)
    put_dossiers(sqlite_engine, A=(1, 1), D=(1, 1))
    span = {"period_from": "2026-03-01", "period_to": "2026-03-31", "topic": "result"}
    put(sqlite_engine, "surveys", {"unit": "A", **span, "satisfied": "1", "responses": "1"})
    board = show_board(sqlite_engine, QUESTION, DAY, OPERATOR)
    assert [board.place(unit).score.criteria[0].lines[0].out_of for unit in ("A", "D")] == [4, 5]
    assert [review(sqlite_engine, unit).weak for unit in ("A", "D")] == [(), ()]


def test_a_task_is_assigned_presses_is_closed_and_its_effect_is_points_now_less_points_then(office):
    unit = put_account(office, "xa-a", Role.UNIT, Grant(frozenset({"A"})))
    give(office, actor=unit)
    found = review(office)
    task = found.weak[0].task
    assert (task.charge, task.made_by, found.unassigned) == (CHARGE, "xa-a", 0)
    assert (task.first.points, task.first.as_of) == (5, DAY)
    assert [task.status(day) for day in (DAY, date(2026, 6, 29), LATER)] == [Status.SOON, Status.OPEN, Status.OVERDUE]
    put_dossiers(office, A=(2, 2))  # what was late was not after all
    assert [(one.now.points, one.gained) for one in review(office).tasks] == [(10, 5)]
    close(office, QUESTION, "A", Closing("ontime.rate", "Báo cáo số 12/BC-UBND", task.id), act(LATER, unit))
    (effect,) = review(office, today=LATER).tasks
    ended = effect.task.ended
    assert (effect.task.status(LATER), ended.points, ended.as_of) == (Status.CLOSED, 10, LATER)
    assert effect.task.note == "Báo cáo số 12/BC-UBND"
    assert effect.task.first.points == 5
    put_dossiers(office, A=(1, 4))  # assigned anew, it is measured from there
    give(office, seen=effect.task.id, actor=unit)
    assert [(one.task.first.points, one.gained) for one in review(office).tasks] == [(Fraction(5, 2), 0)]
    with reading(office) as connection:
        assert check_seals(connection) == []


def test_of_two_who_change_a_task_at_once_one_is_told_of_the_other(office):
    give(office)
    first = review(office).weak[0].task
    later = Charge("", "Trần Văn Bình", "Đôn đốc", date(2026, 7, 20))
    give(office, later, first.id)
    assert refused(lambda: give(office, CHARGE, first.id)) == "review_moved"
    assert refused(lambda: close(office, QUESTION, "A", Closing("ontime.rate", "x", first.id), act(DAY))) == "review_moved"
    assert review(office).weak[0].task.charge == later


@pytest.mark.parametrize(
    ("charge", "code"),
    [
        (Charge(" ", "", "Rà soát", LATER), "review_nobody"),
        (Charge("Tổ", "", " ", LATER), "review_no_action"),
        (Charge("Tổ", "", "Rà soát", date(2026, 6, 29)), "review_due_passed"),
        (Charge("Tổ", "", "Rà soát", date(1800, 1, 1)), "day_out_of_range"),
        (Charge("T" * 201, "", "Rà soát", LATER), "text_too_long"),
    ],
)
def test_a_charge_that_says_too_little_is_refused(sqlite_engine, charge, code):
    put_offices(sqlite_engine, "A")
    put_campaign(sqlite_engine, begins="2026-01-01", ends="2026-12-31")
    put_dossiers(sqlite_engine, A=(1, 2))
    assert refused(lambda: give(sqlite_engine, charge)) == code


def test_only_what_fell_short_is_assigned_and_only_what_is_open_is_closed_with_what_shows_it(office):
    assert refused(lambda: give(office, unit="C")) == "review_not_weak"
    assert refused(lambda: close(office, QUESTION, "A", Closing("ontime.rate", "x", 0), act(DAY))) == "review_not_open"
    give(office)
    seen = review(office).weak[0].task.id
    assert refused(lambda: close(office, QUESTION, "A", Closing("ontime.rate", " ", seen), act(DAY))) == "review_no_evidence"


def test_a_units_people_charge_their_own_and_the_committee_sees_all(office):
    give(office)
    give(office, unit="D")
    people = put_each_role(office)
    for role, actor in people.items():
        sees = {"A", "D"} if role in ("committee", "chair", "admin") else {"A"} if role in ("unit", "clerk") else set()
        for unit in ("A", "D"):
            if unit in sees:
                assert review(office, unit, actor=actor).tasks
            else:
                with pytest.raises(DeniedError):
                    review(office, unit, actor=actor)
        if sees:
            assert {task.unit for task in list_reviews(office, "thi-dua", actor)} == sees
        else:
            with pytest.raises(DeniedError):
                list_reviews(office, "thi-dua", actor)
        seen = review(office).weak[0].task.id
        if role in ("unit", "clerk"):
            give(office, Charge("Tổ", role, "Rà soát", LATER), seen, actor=actor)
        else:
            with pytest.raises(DeniedError):
                give(office, seen=seen, actor=actor)
            with pytest.raises(DeniedError):
                close(office, QUESTION, "A", Closing("ontime.rate", "x", seen), act(DAY, actor))
        with pytest.raises(DeniedError):
            give(office, unit="D", actor=actor)
