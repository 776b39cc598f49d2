"""The calendar page: the year at a glance, and every change shown before it is made."""

from __future__ import annotations

from datetime import date

import pytest
from builders import act

from tracker.services.access import OPERATOR
from tracker.services.working_calendar import DayRule, Edit, edit_calendar, show_calendar

from .admin import chief, opened  # noqa: F401 - a fixture
from .boards import markup, words
from .test_units_page import press, submit

THURSDAY = date(2027, 3, 4)


@pytest.mark.usefixtures("chief")
def test_a_year_shows_twelve_months_its_exceptions_and_how_sure_they_are():
    app = opened("calendar", nam="2026")
    shown = markup(app)
    assert shown.count('<section class="tk-month">') == 12
    assert 'class="tk-work" title="10/01/2026 · Làm bù · Làm bù cho 02/01/2026 · Các nguồn trùng khớp">10<' in shown
    assert 'class="tk-rest tk-off tk-unsure" title="24/11/2026' in shown
    assert "Cần xác nhận căn cứ" in shown
    assert "**249** ngày làm việc" in words(app), "261 weekdays, less 14 days off on weekdays, plus 2 Saturdays"
    assert "đối chiếu với văn bản chính thức" in app.warning[0].value
    assert "nhất là các ngày hoán đổi" in app.info[0].value


@pytest.mark.usefixtures("chief")
def test_the_page_speaks_english_and_says_when_a_year_has_no_days():
    app = opened("calendar", lang="en", nam="2026")
    assert "November" in markup(app)
    assert "Legal basis to be confirmed" in markup(app)


def test_a_day_is_added_after_it_was_shown_what_changes(chief):  # noqa: F811
    app = opened("calendar", nam="2027")
    app.date_input[0].set_value(THURSDAY)
    app.text_input(key="calendar name").set_value("Lễ <b>tỉnh</b>")
    app.selectbox(key="calendar status").set_value("official")
    app.text_input(key="calendar reason").set_value("CV 1")
    submit(app, "Xem trước ảnh hưởng")
    assert THURSDAY not in show_calendar(chief, OPERATOR).by_day
    assert "Ngày làm việc thành ngày nghỉ: **1**" in words(app)
    press(app, "calendar confirm")
    assert show_calendar(chief, OPERATOR).by_day[THURSDAY] == DayRule(THURSDAY, "off", "Lễ <b>tỉnh</b>", "official")
    assert "thêm 1" in app.success[0].value
    assert "Lễ &lt;b&gt;tỉnh" in markup(app)


def test_projected_days_are_confirmed_together(chief):  # noqa: F811
    app = opened("calendar", nam="2027")
    days = [one.day for one in show_calendar(chief, OPERATOR).of_year(2027)]
    app.multiselect[0].set_value(days)
    app.text_input(key="calendar days reason").set_value("Thông báo 1")
    next(button for button in app.button if button.proto.form_id == "calendar choice").click().run()
    press(app, "calendar confirm")
    assert {one.status for one in show_calendar(chief, OPERATOR).of_year(2027)} == {"official"}
    assert not app.warning


def test_whoever_confirms_on_a_calendar_that_has_changed_is_told(chief):  # noqa: F811
    app = opened("calendar", nam="2027")
    app.date_input[0].set_value(THURSDAY)
    app.text_input(key="calendar reason").set_value("CV 1")
    submit(app, "Xem trước ảnh hưởng")
    seen = show_calendar(chief, OPERATOR).digest
    edit_calendar(chief, Edit(remove=(date(2027, 1, 1),)), seen, "CV 2", act())
    app.run()  # the screen notices that the data have changed
    assert "đã được người khác thay đổi" in " ".join(warning.value for warning in app.warning)
    press(app, "calendar confirm")
    assert "vừa được người khác thay đổi" in " ".join(error.value for error in app.error)
    assert THURSDAY not in show_calendar(chief, OPERATOR).by_day


def upload(app, data: bytes):
    app.file_uploader[0].set_value(("lich.csv", data, "text/csv"))
    app.text_input(key="calendar file reason").set_value("Thông báo 2")
    next(button for button in app.button if button.proto.form_id == "calendar file").click().run()
    assert not app.exception
    return app


def test_a_file_is_shown_before_it_replaces_its_years(chief):  # noqa: F811
    app = upload(opened("calendar", nam="2027"), b"date,kind,name,status\n2027-03-04,off,x,official\n")
    assert "Thêm 1 ngày" in words(app)
    assert "Bỏ 15 ngày" in words(app)
    press(app, "calendar confirm")
    assert [one.day for one in show_calendar(chief, OPERATOR).of_year(2027)] == [THURSDAY]


def test_problems_of_a_file_stand_at_their_rows_and_nothing_is_proposed(chief):  # noqa: F811
    app = upload(opened("calendar", nam="2027"), b"date,kind\n2027-03-04,off\n2027-13-01,off\n")
    assert "dòng 3" in app.error[0].value
    assert not [button for button in app.button if button.key == "calendar confirm"]
    assert len(show_calendar(chief, OPERATOR).of_year(2027)) == 15
