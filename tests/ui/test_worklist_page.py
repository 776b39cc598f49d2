"""The pages of a unit's own work: what is to be done, its officers, its apologies; each sees what is theirs."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from builders import act, put, put_campaign, put_offices
from people import put_each_role

from tracker.services.access import OPERATOR
from tracker.services.review import Assignment, assign
from tracker.services.review_tasks import Charge
from tracker.services.standings import Question
from tracker.services.worklist import show_worklist

from .accounts import notices, opened_as, turned_away
from .sample import markup, words

HERE = {"c": "thi-dua", "p": "thi-dua", "d": "2026-06-30"}
DAY = date(2026, 6, 30)


def put_dossiers(database) -> None:
    """As of 30 June 2026: of A one overdue, one due on 2 July, one done late with an apology; of B one overdue."""
    rows = (
        {"code": "A-over", "unit": "A", "officer": "cb-1", "due_at": "2026-06-25 17:00"},
        {"code": "A-due", "unit": "A", "officer": "cb-2", "due_at": "2026-07-02 11:00"},
        {
            "code": "A-late",
            "unit": "A",
            "officer": "cb-2",
            "due_at": "2026-03-10 17:00",
            "completed_at": "2026-03-12 09:00",
            "apology_at": "2026-03-10 08:00",
        },
        {"code": "B-over", "unit": "B", "officer": "cb-9", "due_at": "2026-06-25 17:00"},
    )
    put(database, "staff", {"code": "cb-1", "unit": "A", "name": "Nguyễn Thị Hoa", "title": "Chuyên viên"})
    put(database, "dossiers", *({"procedure": "P1", "received_at": "2026-03-02 08:00", **row} for row in rows))


@pytest.fixture
def office(province, set_clock):
    put_offices(province, "A", "B")
    put_campaign(province, begins="2026-01-01", ends="2026-12-31")
    put_dossiers(province)
    set_clock(datetime(2026, 6, 30, 8, 0))
    province.people = put_each_role(province)
    return province


@pytest.fixture
def opened(office, monkeypatch):
    def as_account(who: str = "unit", page: str = "worklist", lang: str = "vi", **query: str):
        return opened_as(monkeypatch, office.people[who], page, lang, **{**HERE, **query})

    return as_account


def test_a_unit_sees_its_own_work_with_what_is_at_stake(opened):
    app = opened()
    shown = markup(app)
    # 10 points over three dossiers: each weighs 3,33.
    for said in ("A-over", "đã mất 3,33", "A-due", "−3,33 nếu để quá hạn", "02/07/2026 11:00", "quá hạn 3 ngày làm việc"):
        assert said in shown
    assert "B-over" not in shown
    assert "A-late" not in shown
    assert "A-late" in markup(opened(xem="da-mat"))
    assert "3 việc" in words(app)


def test_tasks_on_weak_indicators_that_press_stand_above_the_work(opened, office):
    charge = Charge("", "<b>Ông</b> A", "Rà soát", date(2026, 7, 1))
    assign(office, Question("thi-dua", "thi-dua"), "A", Assignment("ontime.rate", charge), act(DAY))
    said = notices(opened())
    assert "1 việc khắc phục chỉ tiêu" in said
    assert "sắp đến hạn 01/07/2026" in said.replace("\\", "")
    assert "/chi-tieu-con-thap?c=thi-dua" in said
    assert "<b>" not in said
    assert "Rà soát" not in notices(opened("committee", u="B"))


def test_the_list_is_sifted_by_its_link(opened):
    assert "A-due" not in markup(opened(cb="cb-1"))
    assert "A-over" not in markup(opened(viec="due"))
    idle = opened(cb="who-has-no-work")
    assert "A-due" not in markup(idle)
    assert "Không có việc nào cần làm theo bộ lọc này" in notices(idle)


def test_items_are_ticked_with_a_note_and_come_back(opened, office):
    app = opened()
    app.checkbox(key="mark.A.dossiers_A-over_overdue").check()
    next(box for box in app.text_input if box.label == "Ghi chú (không bắt buộc)").input("Đã gọi điện")
    next(button for button in app.button if button.label == "Đánh dấu đã xử lý").click().run()
    assert "Đã đánh dấu 1 việc" in notices(app)
    (ticked,) = (i for i in show_worklist(office, Question("thi-dua", "thi-dua", DAY), "A", DAY, OPERATOR).items if i.tick)
    assert (ticked.code, ticked.tick.note, ticked.tick.made_by) == ("A-over", "Đã gọi điện", "the-unit")
    app = opened(xem="da-xu-ly")
    assert "Đã gọi điện" in markup(app)
    app.checkbox(key="mark.A.dossiers_A-over_overdue").check()
    next(button for button in app.button if button.label == "Bỏ đánh dấu").click().run()
    assert "Đã bỏ đánh dấu 1 việc" in notices(app)


def test_nothing_marked_is_said(opened):
    app = opened()
    next(button for button in app.button if button.label == "Đánh dấu đã xử lý").click().run()
    assert "Chưa chọn việc nào" in notices(app)


def test_another_units_work_is_not_shown_whatever_the_link_asks_for(opened):
    for page in ("worklist", "officers", "apologies"):
        app = opened(page=page, u="B")
        assert "B-over" not in markup(app)
        assert "cb-9" not in markup(app)
        assert "Không có đơn vị" in words(app)


def test_the_committee_picks_a_unit_and_ticks_nothing(opened):
    app = opened("committee", u="B")
    assert "B-over" in markup(app)
    assert not app.checkbox


def test_who_may_not_see_cases_gets_no_page(opened):
    for page in ("worklist", "officers", "apologies"):
        assert turned_away(opened("viewer", page))


def test_officers_are_not_ranked_on_few_dossiers(opened):
    shown = markup(opened(page="officers"))
    assert "Nguyễn Thị Hoa" in shown
    assert "cb-2" in shown
    assert "cb=cb-2" in shown, "a way to what the officer has to do"
    assert "100%" not in shown
    assert "0%" not in shown


def test_the_register_tells_what_became_of_each_apology(opened):
    app = opened(page="apologies")
    assert [metric.value for metric in app.metric] == ["2", "1", "0", "1"]
    shown = markup(app)
    assert shown.index("A-over") < shown.index("A-late"), "missing ones first"
    assert "A-late" not in markup(opened(page="apologies", tt="missing"))


def test_the_pages_speak_english(opened):
    assert "3.33 lost" in markup(opened(lang="en"))
    assert "Too few to compare" not in markup(opened(page="officers", lang="en")), "nobody is ranked, so nobody stands apart"
    assert "Missing" in markup(opened(page="apologies", lang="en"))


def test_the_pages_of_a_unit_on_tallies_say_what_tallies_do_not_tell(opened, office):
    put_offices(office, "T")
    counts = {"done_early": 120, "done_late": 6, "pending_in_time": 30, "pending_overdue": 4}
    span = {"period_from": "2026-01-01", "period_to": "2026-03-31"}
    put(office, "tallies", {"unit": "T", **span, "procedure": "", "received_direct": 160, **counts})
    said = notices(opened("committee", u="T", xem="da-mat"))
    assert "6 hồ sơ trả trễ và 4 hồ sơ quá hạn chưa xong" in said
    assert "Biểu tổng hợp không cho biết từng hồ sơ đã làm mất điểm" in said
    assert "không ghi văn bản xin lỗi" in words(opened("committee", "apologies", u="T"))
    assert "không ghi cán bộ xử lý" in words(opened("committee", "officers", u="T"))
