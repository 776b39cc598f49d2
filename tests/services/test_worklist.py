"""The worklist: complete against the drill-down, worth what mending a case is worth, ticked without moving a figure."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction

import pytest
from builders import act, put, put_campaign, put_offices
from people import put_account, put_each_role

from tracker.core.problems import RefusedError
from tracker.core.work import Effect, Task
from tracker.sample.planted import DECLINER, DENOUNCED, NO_APOLOGY, RESUPPLEMENTS, SILENT
from tracker.services.access import OPERATOR, DeniedError, Role
from tracker.services.accounts import Grant
from tracker.services.cases import Extract, case_sources, list_cases
from tracker.services.database import open_database
from tracker.services.demo import CAMPAIGN, Size, load_province
from tracker.services.standings import Question, compute_board, show_board
from tracker.services.worklist import Sieve, handle_items, show_worklist
from tracker.services.worklist_ticks import Said

DAY = date(2026, 6, 30)
QUESTION = Question("thi-dua", "thi-dua", DAY)
EVENING = date(2020, 12, 20)
ALL = Extract(0, 1_000_000)


@pytest.fixture(scope="module")
def province(sqlite_template, tmp_path_factory):
    path = tmp_path_factory.mktemp("worklist") / "sample.db"
    path.write_bytes(sqlite_template.read_bytes())
    engine = open_database(f"sqlite:///{path}")
    load_province(engine, Size(communes=16, dossiers=6_000))
    yield engine
    engine.dispose()


def failing_cases(engine, question, unit, indicator, source):
    page = list_cases(engine, question, (unit, indicator), EVENING, OPERATOR, Extract(0, ALL.limit, source))
    for row in page.rows[: page.failing]:
        days = (row.cells.get("period_from"), row.cells.get("period_to"))
        yield row.kind, f"{row.code} {days[0]}/{days[1]}" if row.kind == "surveys" else row.code


@pytest.mark.parametrize("unit", [NO_APOLOGY, DECLINER, RESUPPLEMENTS, DENOUNCED, SILENT])
def test_every_case_that_costs_points_in_an_indicator_stands_on_the_list_with_that_indicator(province, unit):
    question = Question(CAMPAIGN.code, "2020", EVENING)
    board, work = (
        show_board(province, question, EVENING, OPERATOR),
        show_worklist(province, question, unit, EVENING, OPERATOR),
    )
    listed = {(code, item.kind, item.code) for item in (*work.items, *work.lost) for code in item.indicators}
    rulebook = board.setting.rulebook.rulebook
    costing = {
        (line.code, *case)
        for criterion in board.place(unit).score.criteria
        for line in criterion.lines
        if line.lost > 0
        for source in case_sources(rulebook, rulebook.indicator(line.code))
        for case in failing_cases(province, question, unit, line.code, source)
    }
    assert costing <= listed
    assert {case for case in listed if case[1] not in ("reported", "needed")} <= costing
    assert all(item.stake.points > 0 for item in (*work.items, *work.lost) if item.indicators)


@pytest.fixture
def office(sqlite_engine):
    return put_work(sqlite_engine)


@pytest.fixture
def office_on_both(engine):
    return put_work(engine)


def put_work(engine):
    """As of 30 June 2026, a Tuesday: two done in time, one overdue, one due today at 17:00, one due on 2 July, one on 20."""
    put_offices(engine, "A", "B")
    put_campaign(engine, begins="2026-01-01", ends="2026-12-31")
    due = {"D1": "2026-03-10 17:00", "D2": "2026-03-10 17:00", "D3": "2026-06-25 17:00", "D4": "2026-06-30 17:00"}
    due |= {"D5": "2026-07-02 11:00", "D6": "2026-07-20 17:00"}
    put(
        engine,
        "dossiers",
        *(
            {
                "code": code,
                "unit": "A",
                "procedure": "P1",
                "officer": "cb-1" if code in ("D3", "D4") else "cb-2",
                "received_at": "2026-03-02 08:00",
                "due_at": moment,
                "completed_at": "2026-03-09 09:00" if code in ("D1", "D2") else None,
            }
            for code, moment in due.items()
        ),
    )
    return engine


def items_of(engine, actor=OPERATOR, days=5, unit="A"):
    return show_worklist(engine, QUESTION, unit, DAY, actor, days)


def found(work):
    return {(item.code, item.task): (item.stake.effect, item.stake.points) for item in work.items}


def test_each_dossier_is_worth_what_the_score_would_move_with_it_alone(office_on_both):
    # 10 points; in time are D1, D2, D5, D6 of six: 4/6. One more or less in time is 10/6 points.
    sixth = Fraction(10, 6)
    assert found(items_of(office_on_both)) == {
        ("D4", Task.DUE): (Effect.REGAIN, sixth),  # it falls overdue tonight, and can still be finished in time today
        ("D5", Task.DUE): (Effect.KEEP, sixth),  # two working days ahead
        ("D3", Task.OVERDUE): (Effect.LOST, sixth),  # finishing it now leaves it late
        ("D3", Task.APOLOGY): (Effect.NONE, 0),  # the rulebook gives no points for apologies
        ("D4", Task.APOLOGY): (Effect.NONE, 0),
    }


def test_the_list_is_ordered_by_points_then_by_date(office):
    work = items_of(office)
    assert [(item.code, item.task.value) for item in work.items] == [
        ("D3", "overdue"),
        ("D4", "due"),
        ("D5", "due"),
        ("D3", "apology"),
        ("D4", "apology"),
    ]
    assert work.items[1].due == datetime(2026, 6, 30, 17)


def test_finishing_what_is_due_today_moves_the_score_as_the_list_said(office):
    before = compute_board(office, QUESTION, DAY, OPERATOR).place("A").score.total
    put(office, "dossiers", {"code": "D4", "unit": "A", "procedure": "P1", "received_at": "2026-03-02 08:00",
                             "due_at": "2026-06-30 17:00", "completed_at": "2026-06-30 16:00"}, today=DAY)  # fmt: skip
    assert compute_board(office, QUESTION, DAY, OPERATOR).place("A").score.total - before == Fraction(10, 6)
    assert ("D4", Task.DUE) not in found(items_of(office))


def test_the_list_looks_as_far_ahead_as_it_is_asked_to(office):
    assert ("D6", Task.DUE) not in found(items_of(office, days=10))  # 14 working days ahead
    assert ("D5", Task.DUE) in found(items_of(office, days=3))


def test_an_apology_that_would_still_come_before_the_date_is_found_among_apologies(office):
    apologies = items_of(office).chosen(Sieve(frozenset({Task.APOLOGY})))
    assert [(item.code, item.task) for item in apologies] == [
        ("D4", Task.DUE),
        ("D3", Task.APOLOGY),
        ("D4", Task.APOLOGY),
    ]


def test_the_list_is_sifted_by_officer(office):
    work = items_of(office)
    assert work.officers == ("cb-1", "cb-2")
    assert {item.code for item in work.chosen(Sieve(officer="cb-2"))} == {"D5"}


def tick(engine, item, actor, *, handled=True, note="Đã gọi điện", seen=0):
    handle_items(engine, QUESTION, "A", Said(handled, note, {item.key: seen}), act(DAY, actor))


def test_a_tick_moves_no_figure_and_goes_by_itself_when_the_data_say_done(office):
    unit = put_account(office, "xa-a", Role.UNIT, Grant(frozenset({"A"})))
    before = compute_board(office, QUESTION, DAY, OPERATOR).place("A").score
    tick(office, items_of(office).items[1], unit)
    (ticked,) = items_of(office).chosen(Sieve(handled=True))
    assert (ticked.code, ticked.tick.note, ticked.tick.made_by) == ("D4", "Đã gọi điện", "xa-a")
    assert compute_board(office, QUESTION, DAY, OPERATOR).place("A").score == before
    put(office, "dossiers", {"code": "D4", "unit": "A", "procedure": "P1", "received_at": "2026-03-02 08:00",
                             "due_at": "2026-06-30 17:00", "completed_at": "2026-06-30 16:00"}, today=DAY)  # fmt: skip
    assert items_of(office).chosen(Sieve(handled=True)) == ()


def test_a_tick_is_taken_back_and_of_two_at_once_one_is_told_of_the_other(office_on_both):
    unit = put_account(office_on_both, "xa-a", Role.UNIT, Grant(frozenset({"A"})))
    item = items_of(office_on_both).items[1]
    tick(office_on_both, item, unit)
    with pytest.raises(RefusedError) as caught:
        tick(office_on_both, item, OPERATOR, note="khác")
    assert caught.value.problems[0].code == "tick_moved"
    (ticked,) = items_of(office_on_both).chosen(Sieve(handled=True))
    tick(office_on_both, item, unit, handled=False, seen=ticked.tick.id)
    assert items_of(office_on_both).chosen(Sieve(handled=True)) == ()


def test_what_is_not_on_the_list_cannot_be_ticked(office):
    for key in (("dossiers", "D1", "overdue"), ("dossiers", "D6", "overdue"), ("x", "", "")):
        with pytest.raises(RefusedError) as caught:
            handle_items(office, QUESTION, "A", Said(True, "", {key: 0}), act(DAY))
        assert caught.value.problems[0].code == "work_gone"


def test_only_those_who_may_see_the_units_cases_see_its_work_and_only_its_own_people_tick_it(office):
    people = put_each_role(office)
    for role, actor in people.items():
        for unit in ("A", "B"):
            sees = role in ("committee", "chair", "admin") or (role in ("unit", "clerk") and unit == "A")
            if sees:
                items_of(office, actor, unit=unit)
            else:
                with pytest.raises(DeniedError):
                    items_of(office, actor, unit=unit)
        item = items_of(office).items[0]
        if role in ("unit", "clerk"):
            handle_items(
                office,
                QUESTION,
                "A",
                Said(role == "unit", "", {item.key: item.tick.id if item.tick else 0}),
                act(DAY, actor),
            )
        else:
            with pytest.raises(DeniedError):
                tick(office, item, actor)
