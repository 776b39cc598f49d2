"""The appraisal page: values side by side, taken over in one go or one by one, with their history; the committee's alone."""

from __future__ import annotations

import pytest
from frozen import freeze, move
from people import put_each_role

from tracker.services.values import load_sheet

from .accounts import notices, opened_as, turned_away
from .boards import begin, put_units, report
from .sample import markup, words

HERE = {"c": "nho", "p": "2025"}
KEY = "A/plan/2025-01-01/2025-12-31"


@pytest.fixture
def office(province):
    """A and B reported plan, manners and scandals of 2025."""
    put_units(province, c=["A:Xã Một", "B:Xã Hai"])
    report(province, 2025, A=("0.5", "1"), B=("0.4", "1"))
    begin(province)
    province.people = put_each_role(province)
    return province


@pytest.fixture
def opened(office, monkeypatch):
    def as_account(who: str = "committee", lang: str = "vi", **query: str):
        return opened_as(monkeypatch, office.people[who], "appraisal", lang, **{**HERE, **query})

    return as_account


def press(app, label: str):
    return next(button for button in app.button if button.label == label).click().run()


def values(office):
    return load_sheet(office, office.people["chair"], tuple(HERE.values())).values


def test_the_values_stand_side_by_side_with_filters_in_the_link(opened):
    app = opened()
    assert [metric.value for metric in app.metric] == ["6", "0", "0", "0"]
    shown = markup(app)
    assert "Hoàn thành kế hoạch" in shown
    assert "v=A%2Fplan%2F2025-01-01%2F2025-12-31" in shown
    assert "Xã Hai" in shown
    only = markup(opened(tim="xa mot", m="plan"))
    assert "Xã Hai" not in only
    assert "Văn minh" not in only


def test_one_value_is_set_with_its_reason_and_its_history_tells_who_did_it(opened):
    app = opened(v=KEY)
    app.text_input[0].set_value("0,3")
    app.text_area[0].set_value("Thiếu văn bản")
    press(app, "Ghi kết quả thẩm định")
    assert not app.exception
    assert "Đã ghi kết quả thẩm định của 1 số liệu" in notices(app)
    shown = markup(app)
    for said in ("−0,2", "the-committee", "Thiếu văn bản", "Nhập tệp", "Thẩm định"):
        assert said in shown


def test_without_a_reason_or_with_a_wrong_figure_nothing_is_set(office, opened):
    app = opened(v=KEY)
    app.text_input[0].set_value("nhiều")
    press(app, "Ghi kết quả thẩm định")
    assert "Chưa ghi lý do" in notices(app)
    app.text_area[0].set_value("x")
    press(app, "Ghi kết quả thẩm định")
    assert "«Thẩm định»" in notices(app)
    assert all(value.checked is None for value in values(office))


def test_everything_the_filters_show_is_taken_over_at_once(office, opened):
    app = opened(m="plan")
    press(app, "Chấp nhận")
    assert not app.exception
    assert "Đã ghi kết quả thẩm định của 2 số liệu" in notices(app)
    assert {value.measure for value in values(office) if value.checked is not None} == {"plan"}


def test_a_frozen_period_says_that_an_adjustment_is_made_and_what_it_moved(office, opened):
    freeze(office, *HERE.values())
    app = opened(v=KEY)
    app.text_input[0].set_value("0")
    app.text_area[0].set_value("Không có minh chứng")
    press(app, "Ghi kết quả thẩm định")
    assert "Điểm hoặc hạng được tính lại cho 2 đơn vị" in notices(app)
    move(office, *HERE.values(), state="final")
    final = opened()
    assert "kết quả là cuối cùng" in notices(final)
    assert not [button for button in final.button if button.label == "Chấp nhận"]
    assert not opened(v=KEY).text_area


def test_the_page_speaks_english(opened):
    assert "2025 is open" in notices(opened(lang="en"))


@pytest.mark.parametrize("who", ["viewer", "unit", "clerk", "admin"])
def test_only_the_committee_gets_the_page(opened, who):
    assert turned_away(opened(who))


def test_an_unknown_value_in_the_link_is_said(opened):
    assert "Kỳ này không có giá trị" in words(opened(v="A/none/2025-01-01/2025-12-31"))
    assert "Kỳ này không có giá trị" in words(opened(v="x"))
