"""A campaign's programme: imported whole, reported on by whom it concerns, late by its days alone; dialogues beside it."""

from __future__ import annotations

import io
from datetime import date, timedelta

import openpyxl
import pytest
from builders import act, put, put_campaign, put_offices
from people import put_each_role

from tracker.core.problems import RefusedError, UsageError
from tracker.core.programme import Meeting, Standing, State
from tracker.services.access import OPERATOR, VISITOR, DeniedError
from tracker.services.dialogues import (
    Held,
    Plan,
    balance,
    cancel_dialogue,
    list_dialogues,
    plan_dialogue,
    record_dialogue,
    units_to_report,
)
from tracker.services.import_terms import Source
from tracker.services.programme import NO_UNIT, Report, Sieve, list_words, report_progress, show_programme
from tracker.services.programme_book import export_programme
from tracker.services.programme_import import make_programme_template, preview_programme, store_programme
from tracker.services.seals import check_seals
from tracker.store.engine import reading

YEAR, TODAY = "thi-dua", date(2026, 6, 30)  # a Tuesday
HEAD = "STT;Nội dung, nhiệm vụ;Cơ quan chủ trì;Cơ quan phối hợp;Thời gian hoàn thành;Sản phẩm"
FILE = (
    HEAD,
    "1;Rà soát thủ tục;Đơn vị A;Đơn vị B;29/6/2026;Báo cáo",
    "2;Niêm yết;Đơn vị A;;Thường xuyên;",
    "3;Kiểm tra;Đơn vị B;;Quý III/2026;Biên bản",
    "4;Tuyên truyền;Các đoàn thể;;14/7/2026;",
)


@pytest.fixture
def office(engine):
    put_offices(engine, "A", "B")
    put_campaign(engine, YEAR, begins="2026-01-01", ends="2026-12-31")
    return engine


@pytest.fixture
def running(sqlite_engine):
    """The same with its programme, on one kind of database."""
    put_offices(sqlite_engine, "A", "B")
    put_campaign(sqlite_engine, YEAR, begins="2026-01-01", ends="2026-12-31")
    keep(sqlite_engine, *FILE)
    return sqlite_engine


def source(*lines: str) -> Source:
    return Source("chuong-trinh.csv", "\n".join(lines).encode())


def keep(engine, *lines: str, by=OPERATOR):
    basis = preview_programme(engine, YEAR, source(*lines), act(actor=by)).basis
    return store_programme(engine, YEAR, source(*lines), basis, act(actor=by))


def shown(engine, today: date = TODAY):
    return show_programme(engine, YEAR, today, OPERATOR)


def report(engine, number: str, state: State, note: str = "", done_on: date | None = None, **how):
    seen = how["seen"] if "seen" in how else shown(engine).find(number).id
    report_progress(engine, YEAR, Report(number, state, note, done_on, seen), act(actor=how.get("by", OPERATOR)))


def refused(work) -> str:
    with pytest.raises(RefusedError) as caught:
        work()
    return caught.value.problems[0].code


def standings(engine, today: date = TODAY):
    found = shown(engine, today)
    return {task.number: found.standing(task).value for task in found.tasks}


def test_a_file_is_shown_first_then_kept_whole_and_the_same_file_changes_nothing(office):
    found = preview_programme(office, YEAR, source(*FILE), act())
    assert (len(found.new), len(found.changed), found.unchanged, shown(office).tasks) == (4, 0, 0, ())
    store_programme(office, YEAR, source(*FILE), found.basis, act())
    assert [(task.number, task.content.unit, task.state) for task in shown(office).tasks] == [
        *(("1", "A", State.NOT_STARTED), ("2", "A", State.NOT_STARTED)),
        *(("3", "B", State.NOT_STARTED), ("4", "", State.NOT_STARTED)),
    ]
    again = keep(office, *FILE)
    assert (len(again.new), len(again.changed), again.unchanged) == (0, 0, 4)
    report(office, "1", State.UNDER_WAY, "đã họp")
    later = FILE[1].replace("29/6/2026", "Quý III/2026")
    found = keep(office, HEAD, later, *FILE[2:4])
    (change,) = found.changed
    assert change.before.content.differences(change.after.content) == {
        "deadline": ("29/6/2026", "Quý III/2026 → 30/09/2026")
    }
    assert [task.number for task in found.absent] == ["4"], "what the file leaves out stays, and is told"
    kept = shown(office).find("1")
    areas = (HEAD + ";Lĩnh vực", *(f"{line};Chung" for line in (later, *FILE[2:])))
    assert len(keep(office, *areas).changed) == 4
    assert keep(office, HEAD, later).unchanged == 1, "a column that the file does not have keeps what it says"
    assert shown(office).find("1").content.area == "Chung"
    assert (kept.due, kept.state, kept.note) == (date(2026, 9, 30), State.UNDER_WAY, "đã họp")
    with reading(office) as connection:
        assert check_seals(connection) == []


def test_nothing_is_kept_of_a_file_with_an_error_or_of_one_that_was_checked_on_another_programme(office):
    wrong = source(*FILE, "5;Không rõ hạn;Đơn vị A;;lúc nào đó;")
    found = preview_programme(office, YEAR, wrong, act())
    assert [(one.code, one.place.row, one.place.column) for one in found.errors] == [("deadline_unread", 6, "deadline")]
    assert (found.report.rows, found.report.new, found.report.refused) == (5, 4, 1)
    assert refused(lambda: store_programme(office, YEAR, wrong, found.basis, act())) == "deadline_unread"
    basis = preview_programme(office, YEAR, source(*FILE), act()).basis
    keep(office, *FILE[:2])
    assert refused(lambda: store_programme(office, YEAR, source(*FILE), basis, act())) == "programme_file_moved"
    assert [task.number for task in shown(office).tasks] == ["1"]
    basis = preview_programme(office, YEAR, source(*FILE), act()).basis
    put(office, "units", {"code": "B", "name": "Tên khác", "kind": "commune"})
    assert refused(lambda: store_programme(office, YEAR, source(*FILE), basis, act())) == "programme_file_moved"
    big = Source("a.csv", b"x" * 5_000_001)
    assert refused(lambda: preview_programme(office, YEAR, big, act())) == "programme_file_too_big"
    with pytest.raises(UsageError):
        preview_programme(office, "khac", source(*FILE), act())


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_template_is_read_back_empty_and_filled(running, language):
    filled = make_programme_template(running, YEAR, language, act(), filled=True)
    found = preview_programme(running, YEAR, Source(filled.name, filled.data), act())
    assert (found.errors, len(found.new), len(found.changed), found.unchanged) == ((), 0, 0, 4)
    empty = make_programme_template(running, YEAR, language, act(), filled=False)
    book = openpyxl.load_workbook(io.BytesIO(empty.data))
    assert [cell.value for cell in book["programme"][2]][:3] == ["number", "area", "task"]
    for at, cell in enumerate(("9", None, "Việc mới", "A", None, "Thường xuyên"), 1):
        book["programme"].cell(3, at, cell)
    file = io.BytesIO()
    book.save(file)
    (change,) = preview_programme(running, YEAR, Source("a.xlsx", file.getvalue()), act()).new
    assert (change.after.number, change.after.content.unit, change.place.row) == ("9", "A", 3)


def test_late_and_soon_follow_from_the_day_and_are_counted_by_unit(running):
    # 14/7 is ten working days after 30/6, the first of them 1/7; Quý III ends on 30/9.
    assert standings(running) == {"1": "overdue", "2": "not_started", "3": "not_started", "4": "soon"}
    assert standings(running, date(2026, 6, 29))["1"] == "soon"
    assert standings(running, date(2030, 1, 1)) == {"1": "overdue", "2": "not_started", "3": "overdue", "4": "overdue"}
    report(running, "1", State.DONE, "12/BC", date(2026, 6, 30))
    report(running, "2", State.DONE, "Đã niêm yết", date(2026, 6, 1))
    report(running, "3", State.UNDER_WAY)
    assert standings(running) == {"1": "done_late", "2": "done", "3": "under_way", "4": "soon"}
    found = shown(running)
    assert [(one.unit, one.tasks, one.done, one.in_time, one.overdue, one.soon) for one in found.tallies()] == [
        *(("A", 2, 2, 1, 0, 0), ("B", 1, 0, 0, 0, 0), (NO_UNIT, 1, 0, 0, 0, 1)),
    ]
    assert found.left[date(2026, 7, 14)] == 10
    assert found.left[date(2026, 6, 29)] == -1

    def numbers(**wanted):
        return [task.number for task in found.chosen(Sieve(**wanted))]

    assert (numbers(), numbers(unit="A"), numbers(unit=NO_UNIT)) == (["1", "2", "3", "4"], ["1", "2"], ["4"])
    assert (numbers(standing=Standing.DONE_LATE), numbers(within=5), numbers(within=10)) == (["1"], [], ["4"])


def test_of_a_saturday_that_has_passed_no_day_is_left_on_the_sunday_after_it(running):
    keep(running, HEAD, "5;Họp dân;Đơn vị A;;4/7/2026;")
    saturday, sunday = (shown(running, date(2026, 7, day)) for day in (4, 5))
    assert "5" in [task.number for task in saturday.chosen(Sieve(within=5))]
    assert "5" not in [task.number for task in sunday.chosen(Sieve(within=5))]


def test_done_needs_a_day_and_evidence_dropped_a_reason_and_every_word_stays(running):
    assert refused(lambda: report(running, "1", State.DONE, "", TODAY)) == "programme_no_evidence"
    assert refused(lambda: report(running, "1", State.DONE, "12/BC")) == "programme_no_evidence"
    assert refused(lambda: report(running, "1", State.DONE, "12/BC", TODAY + timedelta(1))) == "programme_done_later"
    assert refused(lambda: report(running, "1", State.NOT_STARTED, " ")) == "programme_unsaid"
    assert refused(lambda: report(running, "1", State.DROPPED)) == "programme_unsaid"
    first = shown(running).find("1").id
    report(running, "1", State.DONE, "12/BC", TODAY)
    assert refused(lambda: report(running, "1", State.UNDER_WAY, "x", seen=first)) == "programme_moved"
    assert refused(lambda: report(running, "1", State.UNDER_WAY)) == "programme_unsaid"
    report(running, "1", State.DROPPED, "Nhập vào nhiệm vụ 3")
    assert [(word.state.value, word.note) for word in list_words(running, YEAR, "1", OPERATOR)] == [
        *(("dropped", "Nhập vào nhiệm vụ 3"), ("done", "12/BC"), ("not_started", "")),
    ]
    assert keep(running, *FILE).dropped == 1
    assert standings(running)["1"] == "dropped"
    with pytest.raises(UsageError):
        report(running, "99", State.DONE, "x", TODAY, seen=0)


def test_a_unit_reports_on_its_own_tasks_the_committee_on_all_and_everybody_may_look(running):
    for role, actor in put_each_role(running).items():
        keeps, own = role in ("committee", "chair", "admin"), role in ("unit", "clerk")
        assert len(show_programme(running, YEAR, TODAY, actor).tasks) == 4
        assert list_words(running, YEAR, "3", actor)
        allowed = {"1", "3", "4"} if keeps else {"1"} if own else set()
        assert set(units_to_report(running, actor)) == ({"A", "B"} if keeps else {"A"} if own else set())
        for number in ("1", "3", "4"):
            if number in allowed:
                report(running, number, State.UNDER_WAY, f"bởi {role}", by=actor)
            else:
                with pytest.raises(DeniedError):
                    report(running, number, State.UNDER_WAY, "x", by=actor)
        if keeps:
            report(running, "2", State.DROPPED, "thôi", by=actor)
            report(running, "2", State.UNDER_WAY, "làm tiếp", by=actor)
            assert keep(running, *FILE, by=actor).unchanged == 4
            continue
        for forbidden in (
            lambda by=actor: report(running, "1", State.DROPPED, "thôi", by=by),
            lambda by=actor: preview_programme(running, YEAR, source(*FILE), act(actor=by)),
            lambda by=actor: store_programme(running, YEAR, source(*FILE), "", act(actor=by)),
            lambda by=actor: make_programme_template(running, YEAR, "vi", act(actor=by), filled=True),
        ):
            with pytest.raises(DeniedError):
                forbidden()
    with pytest.raises(DeniedError):
        show_programme(running, YEAR, TODAY, VISITOR)


PLAN = Plan("A", "people", "Thủ tục đất đai", "5/2026")
HELD = Held(date(2026, 5, 20), 80, 25, 20, "12/BB-UBND")


def seen(engine, unit: str, number: int) -> int:
    return next(one.id for one in list_dialogues(engine, YEAR, OPERATOR) if (one.unit, one.number) == (unit, number))


def test_dialogues_are_held_against_planned_and_move_nothing_else(office):
    assert [plan_dialogue(office, YEAR, PLAN, act()) for _ in range(3)] == [1, 2, 3]
    plan_dialogue(office, YEAR, Plan("B", "businesses", "Thuế", "Quý IV"), act())
    record_dialogue(office, YEAR, ("A", 1), HELD, seen(office, "A", 1), act())
    cancel_dialogue(office, YEAR, ("A", 3), "Trùng lịch", seen(office, "A", 3), act())
    found = list_dialogues(office, YEAR, OPERATOR)
    assert [(one.unit, one.number, one.state, one.due.isoformat()) for one in found] == [
        *(("A", 1, Meeting.HELD, "2026-05-31"), ("A", 2, Meeting.PLANNED, "2026-05-31")),
        *(("A", 3, Meeting.CANCELLED, "2026-05-31"), ("B", 1, Meeting.PLANNED, "2026-12-31")),
    ]
    assert [
        (one.unit, one.held, one.planned, one.overdue, one.came, one.asked, one.answered) for one in balance(found, TODAY)
    ] == [
        *(("A", 1, 2, 1, 80, 25, 20), ("B", 0, 1, 0, 0, 0, 0)),
    ]
    record_dialogue(office, YEAR, ("A", 1), Held(HELD.held_on, 81, 25, 25, ""), seen(office, "A", 1), act())
    assert balance(list_dialogues(office, YEAR, OPERATOR), TODAY)[0].answered == 25
    with reading(office) as connection:
        assert check_seals(connection) == []


def test_what_cannot_be_of_a_dialogue_is_refused(running):
    office = running

    def plan(**changed):
        told = {"unit": "A", "with_whom": "people", "subject": "x", "planned": "5/2026"} | changed
        return refused(lambda: plan_dialogue(office, YEAR, Plan(**told), act()))

    assert (plan(subject=" "), plan(with_whom="x")) == ("dialogue_no_subject",) * 2
    assert (plan(planned="hôm nào"), plan(planned="Thường xuyên"), plan(planned="2027")) == (
        *("dialogue_no_day", "dialogue_no_day", "dialogue_outside"),
    )
    plan_dialogue(office, YEAR, PLAN, act())
    first = seen(office, "A", 1)

    def record(held: Held) -> str:
        return refused(lambda: record_dialogue(office, YEAR, ("A", 1), held, first, act()))

    assert record(Held(TODAY + timedelta(1), 1, 1, 1, "")) == "dialogue_held_later"
    assert record(Held(date(2025, 12, 31), 1, 1, 1, "")) == "dialogue_held_before"
    assert record(Held(TODAY, -1, 1, 1, "")) == "dialogue_counts"
    assert record(Held(TODAY, 5, 1, 2, "")) == "dialogue_answers"
    assert refused(lambda: cancel_dialogue(office, YEAR, ("A", 1), " ", first, act())) == "dialogue_unreasoned"
    cancel_dialogue(office, YEAR, ("A", 1), "Bão", first, act())
    assert record(HELD) == "dialogue_moved"
    newest = seen(office, "A", 1)
    assert refused(lambda: record_dialogue(office, YEAR, ("A", 1), HELD, newest, act())) == "dialogue_cancelled"
    assert refused(lambda: cancel_dialogue(office, YEAR, ("A", 1), "x", newest, act())) == "dialogue_not_planned"
    with pytest.raises(UsageError):
        record_dialogue(office, YEAR, ("A", 9), HELD, 0, act())


def test_units_plan_and_tell_of_their_own_dialogues_only(running):
    office = running

    for unit in ("A", "B"):
        plan_dialogue(office, YEAR, Plan(unit, "people", "x", "2026"), act())
    for role, actor in put_each_role(office).items():
        by, keeps, own = act(actor=actor), role in ("committee", "chair", "admin"), role in ("unit", "clerk")
        for unit in ("A", "B"):
            work = (
                lambda unit=unit, by=by: plan_dialogue(office, YEAR, Plan(unit, "people", "x", "2026"), by),
                lambda unit=unit, by=by: record_dialogue(office, YEAR, (unit, 1), HELD, seen(office, unit, 1), by),
                lambda unit=unit, by=by: cancel_dialogue(office, YEAR, (unit, 2), "x", seen(office, unit, 2), by),
            )
            if keeps or (own and unit == "A"):
                plan_dialogue(office, YEAR, Plan(unit, "people", "x", "2026"), by)
                for one in work[:2]:
                    one()
                continue
            for one in work[:2]:
                with pytest.raises(DeniedError):
                    one()
            with pytest.raises(DeniedError):
                cancel_dialogue(office, YEAR, (unit, 1), "x", 0, by)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_workbook_holds_the_state_and_the_same_bytes_each_time(running, language):
    plan_dialogue(running, YEAR, PLAN, act())
    made = [export_programme(shown(running), list_dialogues(running, YEAR, OPERATOR), language) for _ in range(2)]
    assert made[0].data == made[1].data
    book = openpyxl.load_workbook(io.BytesIO(made[0].data))
    tasks, units, balances, talks = (list(page.iter_rows(values_only=True)) for page in book)
    state = {"vi": "Quá hạn", "en": "Overdue"}[language]
    assert [row[8] for row in tasks if row[0] == "1"] == [state]
    assert units[-1][1:] == (1, 0, 0, 0, 1)
    assert balances[-1] == ("Đơn vị A", 0, 1, 1, 0, 0, 0)
    assert talks[-1][2:4] == ("Thủ tục đất đai", "5/2026")
