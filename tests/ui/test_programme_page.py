"""The page of the programme: imported, sifted, reported on; dialogues planned and told of; who may do which of it."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from builders import act, put_campaign, put_offices
from people import put_each_role

from tracker.core.programme import State
from tracker.services.access import OPERATOR
from tracker.services.dialogues import list_dialogues
from tracker.services.import_terms import Source
from tracker.services.programme import show_programme
from tracker.services.programme_import import preview_programme, store_programme

from .accounts import notices, opened_as
from .sample import markup, words

YEAR = "thi-dua"
FILE = """STT;Nội dung, nhiệm vụ;Cơ quan chủ trì;Thời gian hoàn thành;Sản phẩm
1;Rà soát <b>thủ tục</b>;Đơn vị A;29/6/2026;Báo cáo
2;Niêm yết;Đơn vị B;Thường xuyên;
3;Kiểm tra;Đơn vị B;10/7/2026;
"""


@pytest.fixture
def office(province, set_clock):
    put_offices(province, "A", "B")
    put_campaign(province, YEAR, begins="2026-01-01", ends="2026-12-31")
    set_clock(datetime(2026, 6, 30, 8, 0))
    province.people = put_each_role(province)
    return province


@pytest.fixture
def opened(office, monkeypatch):
    return lambda who="unit", lang="vi", **query: opened_as(monkeypatch, office.people[who], "programme", lang, **query)


def put_programme(office) -> None:
    source = Source("chuong-trinh.csv", FILE.encode())
    store_programme(office, YEAR, source, preview_programme(office, YEAR, source, act()).basis, act())


def press(app, label: str):
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception
    return app


def test_the_committee_imports_a_programme_after_looking_at_what_it_would_do(opened, office):
    assert "chưa có chương trình" in words(opened("viewer"))
    app = opened("committee", xem="nhap")
    app.file_uploader[0].upload("xau.csv", FILE.replace("29/6/2026", "sớm").encode(), "text/csv").run()
    assert "Không hiểu thời hạn «sớm»" in markup(app)
    assert "Chưa ghi gì" in notices(app)
    app.file_uploader[0].upload("chuong-trinh.csv", FILE.encode(), "text/csv").run()
    assert "Rà soát &lt;b&gt;thủ tục" in markup(app)
    press(app, "Ghi 3 nhiệm vụ")
    assert "Đã ghi 3 nhiệm vụ" in notices(app)
    assert len(show_programme(office, YEAR, date(2026, 6, 30), OPERATOR).tasks) == 3
    assert "xem" not in dict(opened("unit", xem="nhap").query_params), "a unit is offered no import"


def test_a_unit_is_reminded_of_its_late_task_and_reports_on_it_and_on_no_other(opened, office):
    put_programme(office)
    app = opened()
    shown = markup(app)
    assert all(one in shown for one in ("Rà soát &lt;b&gt;", "quá 1 ngày làm việc", "còn 8 ngày làm việc", "Quá hạn"))
    assert "1 nhiệm vụ bạn theo dõi đã quá thời hạn" in notices(app)
    assert "bạn theo dõi" not in notices(opened("viewer"))
    assert not opened(nv="2").button, "another unit's"
    app = opened(nv="1")
    assert "Thôi thực hiện" not in app.segmented_control[-1].options
    app.segmented_control[-1].set_value(State.DONE)
    press(app, "Ghi báo cáo")
    assert "chưa có ngày hoàn thành hoặc minh chứng" in notices(app)
    app.text_area[0].input("12/BC")
    press(app, "Ghi báo cáo")
    assert "Đã ghi báo cáo tiến độ" in notices(app)
    task = show_programme(office, YEAR, date(2026, 6, 30), OPERATOR).find("1")
    assert (task.state, task.note, task.done_on, task.made_by) == (State.DONE, "12/BC", date(2026, 6, 30), "the-unit")
    assert "Hoàn thành chậm" in markup(app)


def test_tasks_are_sifted_by_unit_state_days_and_words(opened, office):
    put_programme(office)
    for query, numbers in (({"u": "B"}, "23"), ({"tt": "overdue"}, "1"), ({"han": "10"}, "3"), ({"tim": "niem yet"}, "2")):
        shown = markup(opened("viewer", "en", **query)).split("By answerable body")[0]
        assert [number for number in "123" if f"nv={number}" in shown] == list(numbers), query
    assert "no such task" in notices(opened("viewer", "en", tim="zzz"))
    assert "no task “9”" in words(opened("viewer", "en", nv="9"))


def test_dialogues_are_planned_and_told_of_by_their_unit(opened, office):
    app = opened(xem="doi-thoai")
    app.text_input(key="dialogue.subject").input("Thủ tục <đất đai>")
    app.text_input(key="dialogue.planned").input("hôm nào đó")
    press(app, "Đưa vào kế hoạch")
    assert "Không hiểu thời gian dự kiến" in notices(app)
    app.text_input(key="dialogue.planned").input("5/2026")
    press(app, "Đưa vào kế hoạch")
    assert "0/1" in markup(app)
    assert "1 cuộc đối thoại bạn theo dõi đã quá" in notices(app)
    (one,) = list_dialogues(office, YEAR, OPERATOR)
    key = f"dialogue.A.1.{one.id}"
    for name, n in (("came", 80), ("asked", 25), ("answered", 26)):
        app.number_input(key=f"{key}.{name}").set_value(n)
    press(app, "Ghi kết quả")
    assert "Số câu hỏi đã trả lời \\(26\\) lớn hơn" in notices(app)
    app.number_input(key=f"{key}.answered").set_value(20)
    press(app, "Ghi kết quả")
    shown = markup(app)
    assert "1/1" in shown
    assert "80 người dự, 25 câu hỏi, đã trả lời 20" in shown
    assert "Thủ tục &lt;đất đai&gt;" in shown
    viewer = opened("viewer", "en", xem="doi-thoai")
    assert "1 of 1" in markup(viewer)
    assert not viewer.button
