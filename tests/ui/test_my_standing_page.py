"""A unit's own page: where it stands, what it lost and can bring back, what if, and the cheapest way up."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest
from builders import RULEBOOK, act, put, put_campaign, put_offices
from people import put_account, put_each_role

from tracker.services import running
from tracker.services.access import Role
from tracker.services.accounts import Grant
from tracker.services.campaign_settings import CampaignSettings, WantedSettings, change_settings

from .accounts import notices, opened_as
from .sample import markup, words

LINES = """
[[reported]]
measure = "models"
title = {vi = "Mô hình hay", en = "Good models"}
integer = true

[[extra]]
code = "bonus"
title = {vi = "Thưởng mô hình", en = "Bonus for models"}
measure = "models"
per = 0.5
cap = 1

[[award]]
code = "gold"
title = {vi = "Bằng khen", en = "Certificate"}
places = 1
min_score = 6

[[criticism]]
code = "low"
title = {vi = "Điểm quá thấp", en = "Score too low"}
level = "criticise"
below_score = 4
"""


@pytest.fixture
def office(province):
    """Of 10 points A has 5: 2 of 4 in time, one late, one that is due later today; B has 4 of 5: 8; C has none in time."""
    today = running.today()
    put_offices(province, "A", "B", "C")
    begun, due, good, late = (today - timedelta(days=days) for days in (20, 10, 12, 5))

    def dossier(code: str, ended) -> dict:
        row = {"unit": code[0], "code": code, "procedure": "P1", "received_at": f"{begun} 08:00:00"}
        return {**row, "due_at": f"{due} 17:00:00", "completed_at": ended and f"{ended} 09:00:00"}

    ends = {"A1": good, "A2": good, "A3": late, "B1": good, "B2": good, "B3": good, "B4": good, "B5": late, "C1": late}
    put(province, "dossiers", *(dossier(code, ended) for code, ended in ends.items()), today=today)
    put(province, "dossiers", {**dossier("A4", None), "due_at": f"{today} 23:59:59"}, today=today)
    first, last = today.replace(month=1, day=1), today.replace(month=12, day=31)
    rulebook = RULEBOOK.format(code="rules", policy="") + LINES
    put_campaign(province, "y", begins=str(first - timedelta(days=365)), ends=str(last), rulebook=rulebook)
    province.people = put_each_role(province)
    return province


@pytest.fixture
def opened(office, monkeypatch):
    def as_account(who: str, lang: str = "vi", **query: str):
        return opened_as(monkeypatch, office.people[who], "my_standing", lang, **query)

    return as_account


def everything(app) -> str:
    return markup(app) + words(app)


def press(app, key: str):
    return next(button for button in app.button if button.key == key).click().run()


def number(app, label: str):
    return next(one for one in (*app.slider, *app.number_input) if one.label.startswith(label))


def test_a_units_account_sees_its_own_unit_with_every_distance(opened):
    app = opened("unit")
    assert app.title[0].value == "Đơn vị A"
    shown = markup(app)
    assert "<b>5,00</b>" in shown
    assert "Lên hạng 1" in shown
    assert "Còn thiếu 3,00 điểm" in shown
    assert "Đơn vị B đang có 8,00 điểm." in shown
    assert "Giữ trên hạng 3" in shown
    assert "Đang hơn 5,00 điểm" in shown
    assert "Còn thiếu 3,00 điểm để tới mức 8,00 điểm." in shown  # the award's only place is B's
    assert "Còn cách mức bị nêu 1,00 điểm." in shown


def test_a_loss_is_one_plain_sentence_with_what_can_still_be_done(opened):
    shown = markup(opened("unit"))
    assert "2 trong 4 hồ sơ trễ hoặc quá hạn: −5,00 điểm." in shown
    assert "Giải quyết xong 1 hồ sơ hẹn trả hôm nay, trước giờ hẹn: thêm 2,50 điểm." in shown
    assert "1 hồ sơ hẹn trả hôm nay: nếu không kịp giải quyết thì vẫn còn kịp xin lỗi trước giờ hẹn." in shown
    assert "+2,50" in shown


def test_of_another_unit_the_page_tells_no_more_than_the_board_does(opened):
    shown = markup(opened("viewer", u="A"))
    assert "2 trong 4 hồ sơ trễ hoặc quá hạn: −5,00 điểm." in shown
    assert "hẹn trả hôm nay" not in shown


def test_without_a_unit_of_ones_own_the_units_stand_there_to_choose_from(opened):
    assert 'href="/don-vi-toi?c=y&amp;p=y&amp;u=A"' in markup(opened("committee"))


def test_what_if_answers_at_once_and_starts_again(opened):
    app = opened("unit")
    due = next(one for one in app.slider if one.label.startswith("Giải quyết xong hồ sơ hẹn trả hôm nay"))
    assert (due.min, due.max, due.value) == (0, 1, 0)
    app = due.set_value(1).run()
    assert not app.exception
    assert "<b>7,50</b>" in markup(app)
    app = number(app, "Mô hình hay").set_value(1).run()
    assert "<b>8,00</b>" in markup(app)
    assert "Sẽ đồng hạng ở suất cuối của «Bằng khen»; Hội đồng chọn" in words(app).replace("\\", "")
    app = press(app, "what_if reset")
    assert "<b>8,00</b>" not in markup(app)
    assert "Không chỉ tiêu nào thay đổi điểm." in words(app)


def test_the_cheapest_way_up_is_said_in_steps_and_put_into_the_figures(opened):
    app = opened("unit")
    control = next(one for one in app.get("button_group") if one.label == "Muốn đạt")
    app = control.set_value("rank").run()
    assert not app.exception
    shown = everything(app)
    assert "Cần 2 việc:" in shown
    assert "Giải quyết xong 1 hồ sơ hẹn trả hôm nay, trước giờ hẹn <b>+2,50</b>" in shown
    assert "Mô hình hay: thêm 1 <b>+0,50</b>" in shown
    app = press(app, "way put")
    assert [number(app, label).value for label in ("Giải quyết xong hồ sơ hẹn trả hôm nay", "Mô hình hay")] == [1, 1]
    assert "<b>8,00</b>" in markup(app)


def hide(office) -> None:
    seen = CampaignSettings(False, Fraction(2, 3), Fraction(2, 3), "present", "")
    change_settings(office, "y", seen, WantedSettings(True, "2/3", "2/3", "present"), act())


def test_while_the_campaign_hides_its_board_a_unit_sees_only_itself(office, opened):
    hide(office)
    app = opened("unit")
    shown = everything(app)
    assert "chưa công bố thứ hạng" in notices(app)
    assert "<b>5,00</b>" in shown
    for told in ("Đơn vị B", "Đơn vị C", "Hạng 2", "8,00", "Lên hạng", "Bằng khen", "Trung vị của cụm 5"):
        assert told not in shown, told
    app = number(app, "Giải quyết xong hồ sơ hẹn trả hôm nay").set_value(1).run()
    assert "<b>7,50</b>" in markup(app)
    assert "Hạng" not in markup(app)


@pytest.mark.parametrize(("who", "unit"), [("unit", "B"), ("viewer", "A"), ("viewer", "")])
def test_while_the_campaign_hides_its_board_nobody_sees_another_unit(office, opened, who, unit):
    hide(office)
    shown = everything(opened(who, **({"u": unit} if unit else {})))
    assert "chưa được công bố" in shown.replace("\\", "")
    assert "điểm" not in shown
    assert "Đơn vị B" not in shown


def test_the_page_speaks_english(opened):
    shown = everything(opened("unit", "en"))
    assert "2 dossiers of 4 late or overdue: −5.00 points." in shown
    assert "3.00 points to go" in shown


def test_a_unit_that_reported_nothing_is_told_so(office, opened):
    put_offices(office, "D")
    put_account(office, "xa-d", Role.UNIT, Grant(frozenset("D")))
    office.people["d"] = "xa-d"
    shown = everything(opened("d"))
    assert "Đơn vị chưa gửi số liệu nào trong kỳ" in shown
